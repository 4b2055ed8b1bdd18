"""The source notebook keeps the rules, and the student's version is the one made from it."""

import json
import shutil

import nbformat
import pytest

from convviz.cli import main
from convviz.grading import homework, release
from convviz.grading.homework import HomeworkError, meta
from convviz.grading.release import ChangedByHand

HOLE = "# YOUR CODE HERE"
MOST_LINES = 15


def test_the_students_version_in_the_repository_is_that_of_its_source(each):
    made, student = release.student_version(each.master), each.student
    assert [cell.id for cell in student.cells] == [cell.id for cell in made.cells]
    for mine, theirs in zip(made.cells, student.cells, strict=True):
        assert mine.source == theirs.source
        assert mine.metadata == theirs.metadata
    assert student.metadata == made.metadata


def test_the_manifest_in_the_repository_is_that_of_both(each):
    path = each.master.path.with_suffix(".manifest.json")
    student = each.master.path.parent.parent / each.master.path.name
    known = json.loads(path.read_text(encoding="utf-8"))
    assert known == release.manifest(each.master, student.read_bytes())


def test_nothing_hidden_is_left_in_the_students_version(each):
    text = nbformat.writes(each.student)
    for word in ("SOLUTION", "probe", "judge", "forbid", "points\":"):
        assert word not in text
    roles = {meta(cell).get("role") for cell in each.student.cells}
    assert roles == {None, "setup", "answer", "public"}


def test_the_source_has_no_outputs(each):
    assert not any(cell.outputs for cell in each.master.cells)


def test_the_students_version_is_stored_run_with_every_check_waiting(each):
    said = [
        output["data"]["text/plain"]
        for cell in each.student.cells
        if meta(cell).get("role") == "public"
        for output in cell.outputs
    ]
    assert len(said) == len(each.master.questions)
    assert all(text.startswith("○ ") and text.endswith(": not attempted yet") for text in said)


def test_the_points_in_the_headings_are_those_of_the_questions(each):
    master = each.master
    parts = {part.cell_id: part.points for q in master.questions for part in q.parts}
    found, total = {}, None
    for cell, title, points in homework.headings(master.notebook):
        total = total or points
        if cell.id in parts:
            found.setdefault((title, points), []).append(parts[cell.id])
    assert len(found) == len(master.questions)
    for (title, points), shares in found.items():
        assert sum(shares) == points, title
    assert total == master.points == 25


def test_there_are_six_to_nine_questions(each):
    assert 6 <= len(each.master.questions) <= 9


def test_a_hole_is_small_and_says_where_the_code_goes(each):
    for answer in each.solutions.values():
        shown = release.stub(answer)
        assert HOLE in shown or "# YOUR NUMBERS HERE" in shown
        lines = answer.split(release.BEGIN)[1].split(release.END)[0]
        assert len(lines.split(release.SHOWN)[0].strip().splitlines()) <= MOST_LINES


def test_every_function_says_its_shapes(each):
    for qid, answer in each.solutions.items():
        shown = release.stub(answer)
        if f"def {qid}(" in shown:
            assert "Parameters\n    ---" in shown and "Returns\n    ---" in shown, qid


def test_no_line_of_the_students_version_scrolls_in_a_narrow_window(each):
    code = [cell for cell in each.student.cells if cell.cell_type == "code"]
    assert [line for cell in code for line in cell.source.splitlines() if len(line) > 72] == []


def test_a_stub_keeps_what_stands_around_the_solution():
    source = """def f(x):
    \"\"\"Double.\"\"\"
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

print(f(1))"""
    assert release.stub(source) == """def f(x):
    \"\"\"Double.\"\"\"
    # YOUR CODE HERE
    raise NotImplementedError

print(f(1))"""


def test_students_can_be_given_a_line_of_their_own():
    source = """### BEGIN SOLUTION
x = {
    "a": 1,
}
### STUDENT SEES
# x = {
#     "a": None,  # a number
# }
### END SOLUTION"""
    assert release.stub(source) == 'x = {\n    "a": None,  # a number\n}'


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("### BEGIN SOLUTION\nx = 1", "'### BEGIN SOLUTION' without '### END SOLUTION'"),
        ("x = 1\n### END SOLUTION", "'### END SOLUTION' stands where it does not belong"),
        ("### STUDENT SEES\nx = 1", "'### STUDENT SEES' stands where it does not belong"),
        (
            "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
            "'### BEGIN SOLUTION' stands where it does not belong",
        ),
    ],
)
def test_marks_that_do_not_match_are_an_error(source, words):
    with pytest.raises(HomeworkError, match=words):
        release.stub(source)


def changed(master, tmp_path, cell_id, **convviz):
    """Write the source with one cell's metadata changed, and load it."""
    notebook = nbformat.from_dict(json.loads(nbformat.writes(master.notebook)))
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    source = convviz.pop("source", None)
    cell.source = cell.source if source is None else source
    cell.metadata["convviz"].update(convviz)
    path = tmp_path / "hw.ipynb"
    nbformat.write(notebook, path)
    return homework.load(path)


@pytest.mark.parametrize(
    ("cell_id", "change", "words"),
    [
        ("relu-answer", {"role": "solution"}, "'relu-answer': role must be one of setup, answer"),
        ("relu-answer", {"qid": "re lu"}, "qid must be letters, digits, - or _, got 're lu'"),
        ("relu-answer", {"qid": "correlate2d"}, "qid 'correlate2d' has a second answer cell"),
        ("relu-answer", {"points": 2}, "only probe cells carry points, this one is answer"),
        ("relu-answer", {"source": "%timeit 1"}, "'relu-answer', line 1: not plain Python"),
        ("relu-probe-values", {"qid": "nix"}, "no answer cell with qid 'nix' above it"),
        ("relu-probe-values", {"points": "two"}, "points must be a number, 0 or more, got 'two'"),
        ("relu-probe-values", {"points": -1}, "points must be a number, 0 or more, got -1"),
        ("relu-probe-values", {"points": None}, "points must be a number, 0 or more, got None"),
    ],
)
def test_a_source_that_breaks_a_rule_is_told_where(master, tmp_path, cell_id, change, words):
    with pytest.raises(HomeworkError, match=words):
        changed(master, tmp_path, cell_id, **change)


def test_an_answer_without_a_solution_is_not_released(master, tmp_path):
    bare = changed(master, tmp_path, "relu-answer", source="def relu(z):\n    return z")
    with pytest.raises(HomeworkError, match="an answer cell must mark its solution"):
        release.student_version(bare)


def test_a_solution_outside_an_answer_is_not_released(master, tmp_path):
    leak = f"{release.BEGIN}\nx = 1\n{release.END}"
    leaky = changed(master, tmp_path, "relu-check", source=leak)
    with pytest.raises(HomeworkError, match="only answer cells hold solutions, this is public"):
        release.student_version(leaky)


def test_points_are_exact_decimals(master, tmp_path):
    odd = changed(master, tmp_path, "relu-probe-values", points=0.1)
    odd = changed(odd, tmp_path, "relu-probe-unchanged", points=0.2)
    question = next(question for question in odd.questions if question.qid == "relu")
    assert homework.text(question.points) == "0.3"


@pytest.fixture
def course(master, tmp_path):
    """A folder of homework of one's own, released once."""
    source = tmp_path / "homework" / "source" / "hw01_convolution.ipynb"
    source.parent.mkdir(parents=True)
    shutil.copy(master.path, source)
    shutil.copy(master.path.with_suffix(".manifest.json"), source.parent)
    shutil.copy(master.path.parent.parent / master.path.name, source.parent.parent)
    return source


def test_releasing_again_writes_the_same_bytes(course):
    target = course.parent.parent / course.name
    before, record = target.read_bytes(), course.with_suffix(".manifest.json").read_bytes()
    done = release.release(course)
    assert (done.path, done.questions, done.points) == (target, 8, "25")
    assert target.read_bytes() == before
    assert course.with_suffix(".manifest.json").read_bytes() == record


def test_a_version_changed_by_hand_is_not_overwritten_unasked(course, capsys):
    target = course.parent.parent / course.name
    target.write_bytes(target.read_bytes() + b"\n")
    mine = target.read_bytes()
    with pytest.raises(ChangedByHand):
        release.release(course)
    assert main(["release", str(course)]) == 1
    assert "was changed since it was released last" in capsys.readouterr().err
    assert target.read_bytes() == mine
    assert main(["release", str(course), "--force"]) == 0
    assert target.read_bytes() != mine


def test_a_file_the_manifest_does_not_know_is_not_overwritten(course):
    course.with_suffix(".manifest.json").unlink()
    with pytest.raises(ChangedByHand):
        release.release(course)


def test_a_source_that_is_not_there_is_said_so(tmp_path, capsys):
    assert main(["release", str(tmp_path / "none.ipynb")]) == 1
    assert "none.ipynb is no valid notebook" in capsys.readouterr().err
