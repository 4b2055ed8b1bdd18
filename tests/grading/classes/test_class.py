"""A class with all its troubles, marked by the command as a teacher would; each outcome exact.

Question 1, worth 4 of the 10 points, is the one attacked; all others are answered rightly.
"""

import json

import nbformat
import pytest

from convviz.grading import homework, sandbox

# The whole class is marked in the set-up of the first test.
pytestmark = pytest.mark.timeout(900)

def strongest():
    try:
        return sandbox.choose()
    except sandbox.NoSandbox:
        return sandbox.NONE


LEVEL = strongest()

# file: points, what became of question 1, words in its feedback
ANSWERS = {
    "correct": ("10", "correct", ""),
    "stub_untouched": ("6", "not attempted", ""),
    "endless_loop": ("6", "time limit", "in line 3: while size < input_size:"),
    "endless_loop_that_ignores_interrupts": ("6", "time limit", ""),
    "endless_at_top_level": ("6", "time limit", "in line 1: while True:"),
    "endless_print": ("6", "output limit", ""),
    "exit_at_once": ("6", "kernel exited", ""),
    "exit_when_called": ("6", "kernel exited", ""),
    "sys_exit": ("6", "wrong", "raised SystemExit in line 5: sys.exit("),
    "syntax_error": ("6", "error", "line 2: return input_size - kernel_size +"),
    "raises": ("6", "wrong", "raised IndexError in line 3: return sizes[kernel_size]"),
    "raises_at_top_level": ("6", "error", "ZeroDivisionError: division by zero"),
    "helper_elsewhere": ("6", "wrong", "raised NameError in line 2: return size_of("),
    "forges_results": ("6", "wrong", "20 results came back for 10 cases"),
    "forges_messages": ("6", "wrong", "results came back for 10 cases"),
    "answers_by_a_hook": ("6", "wrong", "wrong values"),
    "patches_its_tools": ("6", "messages that cannot be read", ""),
    "asks_for_input": ("6", "error", "StdinNotImplementedError"),
    "drips_without_rest": ("6", "time limit", ""),
    "segmentation_fault": ("6", "kernel exited", ""),
    "not_a_number": ("6", "wrong", "the result holds NaN or infinity"),
    "objects": ("6", "wrong", "the result is not numbers"),
    "wrong_shape": ("6", "wrong", "wrong shape"),
    "pickle_that_runs": ("6", "wrong", "the result is not numbers"),
    "npy_that_runs": ("6", "wrong", "the result is not numbers"),
    "a_float_that_is_right_is_not_whole": ("6", "wrong", "a whole number is asked"),
    "markup_and_terminal_codes": ("6", "wrong", "raised ValueError"),
    "patches_the_comparison": ("6", "wrong", "wrong values"),
    "prints_much_but_is_right": ("10", "correct", ""),
    "waits_but_is_right": ("10", "correct", ""),  # longer than 2 s, but not of the processor
    "moves_about_but_is_right": ("10", "correct", ""),
    "prints_from_a_thread_but_is_right": ("10", "correct", ""),
    "skip_tags": ("6", "wrong", "wrong values"),
    "checks_edited": ("6", "wrong", "wrong values"),
    "outputs_edited": ("6", "wrong", "wrong values"),
    "checks_deleted": ("10", "correct", ""),
    "answer_deleted": ("6", "answer cell missing", ""),
    "ids_lost": ("10", "correct", ""),
    "other_kernel": ("10", "correct", ""),
    "in_a_folder/hand in": ("10", "correct", ""),
}
REFUSED = {
    "truncated.ipynb": "truncated notebook: the file ends in the middle of its JSON",
    "no_notebook.ipynb": "not a notebook: the file is not JSON",
    "other_json.ipynb": "not a notebook: valid JSON, but not of a notebook",
    "nothing_in_it.ipynb": "not a notebook: the file is empty",
    "a_picture.ipynb": "not a notebook: the file is not text",
    "huge.ipynb": "too large: 30 MB",
    "a_link.ipynb": "a symbolic link is not followed: hand in the file itself",
    "a_text.txt": "not a notebook: its name does not end in .ipynb",
    "empty_folder": "no notebook (.ipynb) in this folder",
}
HELPER = "def size_of(i, k, s, p, d):\n    return (i + 2 * p - d * (k - 1) - 1) // s + 1\n"
WRONG = "def output_size(*args, **options):\n    return 1\n"


def cell_of(notebook, qid, role):
    return next(
        cell
        for cell in notebook.cells
        if homework.meta(cell).get("qid") == qid and homework.meta(cell).get("role") == role
    )


def notebooks(submit, behaviour, stub):
    """The submissions that are notebooks, by name."""
    made = {name: submit(output_size=source) for name, source in behaviour.items()}
    names = ("checks_deleted", "ids_lost", "other_kernel", "in_a_folder/hand in")
    made |= {name: submit() for name in ("correct", "answer_deleted", *names)}
    wrong = ("skip_tags", "checks_edited", "outputs_edited")
    made |= {name: submit(output_size=WRONG) for name in wrong}
    made["stub_untouched"] = submit(output_size=stub)
    for cell in made["skip_tags"].cells:
        cell.metadata["tags"] = ["nbval-skip", "raises-exception", "nbval-ignore-output"]
        cell.source = f"# NBVAL_SKIP\n# NBVAL_IGNORE_OUTPUT\n{cell.source}"
    cell_of(made["checks_edited"], "output_size", "public").source = "print('✓ 12 of 12')"
    seen = nbformat.v4.new_output("stream", text="✓ 12 of 12")
    cell_of(made["outputs_edited"], "output_size", "public").outputs = [seen]
    for cell in list(made["checks_deleted"].cells):
        if homework.meta(cell).get("role") in ("public", "setup"):
            made["checks_deleted"].cells.remove(cell)
    answer = cell_of(made["answer_deleted"], "output_size", "answer")
    made["answer_deleted"].cells.remove(answer)
    for number, cell in enumerate(made["ids_lost"].cells):
        cell.id = f"new-{number}"
    helper = made["helper_elsewhere"]
    helper.cells.insert(2, nbformat.v4.new_code_cell(HELPER))
    made["other_kernel"].metadata.kernelspec = {"name": "bash", "display_name": "Bash"}
    return made


def hand_in(folder, made):
    for name, notebook in made.items():
        path = folder / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, path)
    whole = (folder / "correct.ipynb").read_bytes()
    (folder / "truncated.ipynb").write_bytes(whole[: len(whole) // 2])
    (folder / "no_notebook.ipynb").write_text("Dear teacher, my dog …", encoding="utf-8")
    (folder / "other_json.ipynb").write_text('{"answer": 42}', encoding="utf-8")
    (folder / "nothing_in_it.ipynb").write_bytes(b"")
    (folder / "a_picture.ipynb").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xff")
    with (folder / "huge.ipynb").open("wb") as stream:
        stream.truncate(30_000_000)
    (folder / "a_link.ipynb").symlink_to(folder / "correct.ipynb")
    (folder / "a_text.txt").write_text("x = 1", encoding="utf-8")
    (folder / "empty_folder").mkdir()


@pytest.fixture(scope="module")
def marked(tmp_path_factory, submit, behaviour, mark_class):
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("reports") / "out"
    stub = cell_of(submit(), "output_size", "answer").source.split("reach =")[0]
    stub = stub.replace("### BEGIN SOLUTION", "raise NotImplementedError")
    hand_in(folder, notebooks(submit, behaviour(), stub))
    trusted = ["--unsafe-trusted"] if LEVEL == sandbox.NONE else []
    return mark_class(folder, out, "--cell-seconds", "2", *trusted)


@pytest.mark.parametrize(("name", "outcome"), ANSWERS.items(), ids=ANSWERS)
def test_each_submission_comes_to_what_it_is_worth(marked, name, outcome):
    points, status, said, others = marked.first_question(name)
    assert (points, status) == outcome[:2]
    assert outcome[2] in said
    assert others == {"correct"}


@pytest.mark.parametrize(("name", "reason"), REFUSED.items(), ids=REFUSED)
def test_what_is_no_submission_gets_a_clear_line_and_no_points(marked, name, reason):
    record = marked.records[name]
    assert (record["status"], record["points"]) == ("refused", "0")
    assert record["reason"] == reason
    assert f"{name}: not marked: {reason}\n" in marked.said


def test_every_behaviour_in_the_collection_is_marked(behaviour):
    assert set(behaviour()) <= set(ANSWERS)


def test_the_exit_status_says_that_not_all_were_marked(marked):
    assert marked.status == 1
    assert f"marked {len(ANSWERS)} of {len(ANSWERS) + len(REFUSED)}: " in marked.said


def test_the_table_has_a_row_for_each_with_the_points_of_the_results(marked):
    assert set(marked.rows) == set(marked.records) and len(marked.rows) == len(ANSWERS) + len(
        REFUSED
    )
    for file, row in marked.rows.items():
        record = marked.records[file]
        assert (row["points"], row["max"], row["status"]) == (
            record["points"],
            "10",
            record["status"],
        )
        for question in record["questions"]:
            assert row[question["qid"]] == question["points"]
    assert marked.rows["in_a_folder/hand in.ipynb"]["student"] == "in_a_folder"


def test_there_is_a_page_of_feedback_for_each(marked):
    pages = sorted(path.name for path in (marked.out / "feedback").iterdir())
    assert len(pages) == len(marked.rows)
    assert "in_a_folder_hand_in.html" in pages


def test_the_reports_say_what_isolates_the_submissions(marked):
    promise = sandbox.PROMISES[LEVEL]
    assert f"isolation: {promise}" in marked.said
    assert {record["isolation"] for record in marked.records.values()} == {promise}
    page = (marked.out / "feedback" / "correct.html").read_text(encoding="utf-8")
    assert promise in page


@pytest.mark.parametrize(
    ("name", "qid", "text", "review"),
    [
        ("checks_edited", "output_size", "the checks cell was edited; the original one ran", False),
        ("answer_deleted", "output_size", "no answer cell was found", True),
        ("helper_elsewhere", "", "1 other code cell did not run: only answer cells run", False),
    ],
)
def test_what_was_noticed_on_the_way_is_noted(marked, name, qid, text, review):
    notes = marked.records[f"{name}.ipynb"]["notes"]
    assert {"qid": qid, "text": text, "review": review} in notes
    assert marked.rows[f"{name}.ipynb"]["review"] == str(int(review))


def test_an_edited_check_is_not_believed(marked):
    first = marked.records["checks_edited.ipynb"]["questions"][0]
    assert first["check"].startswith("✗ output_size: ")


def test_no_hidden_input_or_value_is_told(marked):
    for record in marked.records.values():
        for question in record["questions"]:
            assert "array(" not in json.dumps(question["parts"])
            assert "expected" not in json.dumps(question["parts"])


def test_the_deadline_of_a_submission_ends_it_and_keeps_what_was_marked(
    submit, master, mark, tmp_path
):
    patient = nbformat.read(master.path, as_version=4)
    cell_of(patient, "correlate1d", "answer").metadata["convviz"]["timeout"] = 600
    nbformat.write(patient, tmp_path / "source.ipynb")
    path = tmp_path / "slow.ipynb"
    nbformat.write(submit(correlate1d="while True:\n    pass"), path)
    record = mark(homework.load(tmp_path / "source.ipynb"), path, deadline=8.0)
    status = {question["qid"]: question["status"] for question in record["questions"]}
    assert status.pop("output_size") == "correct"
    assert set(status.values()) == {"no time left for this submission"}
    assert record["points"] == "4"


def test_no_process_outlives_its_submission(marked, left_behind):
    assert not left_behind()
