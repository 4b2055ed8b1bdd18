"""Submissions that do harm, marked by the command in a sandbox that was seen to hold before."""

import os
from pathlib import Path

import nbformat
import psutil
import pytest

from convviz.grading import sandbox
from convviz.grading.sandbox import doctor

pytestmark = pytest.mark.timeout(600)

# file: points, what became of question 1, words in its feedback
ANSWERS = {
    "allocates_8_GiB": ("21", "wrong", "memory limit: raised MemoryError in line 2: everything ="),
    "fork_bomb": ("21", None, "process limit"),
    "fork_bomb_that_goes_on": ("21", "process limit", ""),
    "large_file": ("21", "wrong", "file limit: raised OSError in line 4: stream.write("),
    "network": ("21", "wrong", "network unreachable: raised OSError in line 5: with socket"),
    "installs_a_package": ("21", "error", "CalledProcessError"),
    "searches_for_the_solution": ("21", "wrong", "raised LookupError"),
    "leaves_a_process_but_is_right": ("25", "correct", ""),
    "writes_elsewhere_but_is_right": ("25", "correct", ""),
    "deletes_notebooks_but_is_right": ("25", "correct", ""),
    "poisons_the_cache_but_is_right": ("25", "correct", ""),
}


@pytest.fixture(scope="module")
def level():
    """The strongest sandbox here; nothing dangerous starts unless all its promises hold."""
    try:
        level = sandbox.choose(sandbox.BUBBLEWRAP)
    except sandbox.NoSandbox as error:
        pytest.skip(str(error))
    broken = [finding for finding in doctor.examine(level) if not finding.holds]
    assert not broken
    return level


@pytest.fixture(scope="module")
def marked(level, tmp_path_factory, submit, behaviour, mark_class):
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("reports") / "out"
    for name, source in behaviour("dangerous").items():
        nbformat.write(submit(output_size=source), folder / f"{name}.ipynb")
    return mark_class(folder, out, "--sandbox", level, "--cell-seconds", "10")


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


def test_no_process_of_a_submission_is_left(marked):
    own = {process.pid for process in psutil.Process().children(recursive=True)}
    left = [
        process
        for process in psutil.process_iter(["pid", "cmdline"])
        if "time.sleep(3600)" in " ".join(process.info["cmdline"] or ()) or process.pid in own
    ]
    names = [" ".join(process.info["cmdline"] or ()) for process in left]
    assert not [name for name in names if "sleep(3600)" in name or "ipykernel" in name]


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
