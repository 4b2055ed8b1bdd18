"""Homework 01, and submissions to it made from its own student's version."""

import runpy
from pathlib import Path

import nbformat
import pytest

from convviz.grading import homework

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "notebooks" / "homework" / "source" / "hw01_convolution.ipynb"
STUDENT = ROOT / "notebooks" / "homework" / "hw01_convolution.ipynb"
ANSWERS = ROOT / "tests" / "submissions" / "hw01"


@pytest.fixture(scope="session")
def master():
    return homework.load(SOURCE)


@pytest.fixture(scope="session")
def solutions(master):
    """The right answer cells, by question."""
    cells = {cell.id: cell.source for cell in master.notebook.cells}
    return {question.qid: cells[question.cell_id] for question in master.questions}


@pytest.fixture
def student():
    """A fresh copy of the notebook that students get."""
    return nbformat.read(STUDENT, as_version=4)


@pytest.fixture(scope="session")
def submit(solutions):
    """Make a submission: all answers right but for those given."""

    def make(**answers):
        notebook = nbformat.read(STUDENT, as_version=4)
        for cell in notebook.cells:
            about = homework.meta(cell)
            if about.get("role") == "answer":
                cell.source = (solutions | answers)[about["qid"]]
        return notebook

    return make


@pytest.fixture(scope="session")
def behaviour():
    """The answer cells to question 1 that do something else, by name."""
    paths = (ANSWERS / "behaviour").glob("*.py")
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="session")
def wrong():
    """The well-known mistakes: question → name → function."""
    found = {}
    for path in sorted(ANSWERS.glob("wrong_*.py")):
        names = runpy.run_path(str(path)).items()
        functions = {name: f for name, f in names if hasattr(f, "__code__") and name[0] != "_"}
        found[path.stem.removeprefix("wrong_")] = functions
    return found
