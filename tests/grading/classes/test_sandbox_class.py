"""Submissions that do harm, marked by the command in a sandbox that was seen to hold before."""

import contextlib
import os
from pathlib import Path

import nbformat
import psutil
import pytest

import convviz
from convviz.grading import sandbox
from convviz.grading.sandbox import needed

pytestmark = pytest.mark.timeout(600)

# file: points, what became of question 1, words in its feedback
ANSWERS = {
    "allocates_8_GiB": ("6", "wrong", "memory limit: raised MemoryError in line 2: everything ="),
    "fork_bomb": ("6", None, "process limit"),
    "fork_bomb_that_goes_on": ("6", "process limit", ""),
    "large_file": ("6", "wrong", "file limit: raised OSError in line 4: stream.write("),
    "network": ("6", "wrong", "network unreachable: raised OSError in line 5: with socket"),
    "installs_a_package": ("6", "error", "CalledProcessError"),
    "searches_for_the_solution": ("6", "wrong", "raised LookupError"),
    "leaves_a_process_but_is_right": ("10", "correct", ""),
    "writes_elsewhere_but_is_right": ("10", "correct", ""),
    "deletes_notebooks_but_is_right": ("10", "correct", ""),
    "poisons_the_cache_but_is_right": ("10", "correct", ""),
}


@pytest.fixture(scope="module")
def level(request):
    """The strongest sandbox here; nothing dangerous starts unless all its promises hold."""
    try:
        level = sandbox.choose(sandbox.BUBBLEWRAP)
    except sandbox.NoSandbox as error:
        pytest.skip(str(error))
    assert all(found.holds for found in request.getfixturevalue("findings").values())
    return level


@pytest.fixture(scope="module")
def marked(level, tmp_path_factory, submit, behaviour, mark_class):
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("reports") / "out"
    for name, source in behaviour("dangerous").items():
        nbformat.write(submit(output_size=source), folder / f"{name}.ipynb")
    return mark_class(folder, out, "--sandbox", level, "--cell-seconds", "6")


@pytest.mark.parametrize(("name", "outcome"), ANSWERS.items(), ids=ANSWERS)
def test_harm_costs_its_question_and_nothing_else(marked, name, outcome):
    points, status, said, others = marked.first_question(name)
    assert (points, others) == (outcome[0], {"correct"})
    assert outcome[1] in (None, status)
    assert outcome[2] in f"{status} {said}"


def test_every_dangerous_submission_is_tried(behaviour):
    assert set(behaviour("dangerous")) == set(ANSWERS)


def test_all_of_a_dangerous_class_are_marked(marked):
    assert marked.status == 0
    assert len(marked.rows) == len(ANSWERS)
    assert "isolation: bubblewrap" in marked.said


def test_no_process_of_a_submission_is_left(marked, left_behind):
    own = []
    for one in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # ended meanwhile, or a zombie
            own.append(" ".join(one.cmdline()))
    assert not left_behind()
    assert not [command for command in own if "ipykernel" in command]


def test_nothing_was_written_outside(marked):
    assert not list(Path(marked.out.parent).glob("*.ipynb"))
    assert sorted(path.name for path in marked.out.iterdir()) == [
        "course.key",
        "feedback",
        "grades.csv",
        "marked",
        "overview.html",
        "results.jsonl",
    ]
    assert not os.path.lexists("/submission.ipynb")
    for place in (Path(needed.compiled() or os.devnull), Path(convviz.__file__).parent):
        assert not list(place.rglob("poison.*"))


def test_a_setup_that_only_the_box_refuses_is_no_wrong_answer(
    level, small, hand_in, mark_class, tmp_path
):
    here = tmp_path / "only_outside.txt"
    here.write_text("seen\n", encoding="utf-8")
    source = nbformat.read(small, as_version=4)
    source.cells[0].source = f"text = open({str(here)!r}).read()"
    nbformat.write(source, tmp_path / "small.ipynb")
    folder = hand_in(tmp_path / "class", ada="def double(x):\n    return 2 * x")
    mark = mark_class.func  # another homework than that of the classes
    marked = mark(tmp_path / "small.ipynb", folder, tmp_path / "out", "--sandbox", level)
    record = marked.records["ada.ipynb"]
    assert record["status"] == "failed"
    assert record["reason"].startswith("the homework's own setup does not run in the box: ")
    assert "FileNotFoundError" in record["reason"]
