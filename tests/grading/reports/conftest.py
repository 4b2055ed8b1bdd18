"""A small homework, a record of a submission to it, and readers that are not ours."""

import html.parser
from decimal import Decimal

import nbformat
import pytest

from convviz.grading import homework
from convviz.grading.reports import canvas, classroom, feedback, gradescope, junit, overview, table

PART = {
    "part": "stride",
    "points": "0",
    "max": "1.5",
    "status": "wrong",
    "message": "0 of 3 cases right; wrong shape (an even filter)",
    "reasons": ["wrong shape"],
}
QUESTION = {
    "qid": "q1",
    "title": "Question 1",
    "points": "0",
    "max": "1.5",
    "status": "wrong",
    "error": "",
    "parts": [PART],
    "check": "✗ q1: 0 of 3 cases",
    "said": "",
    "figure": "",
    "answer": "x = 1",
}
RIGHT = {
    "points": "1.5",
    "status": "correct",
    "parts": [PART | {"points": "1.5", "status": "ok", "message": "", "reasons": []}],
}


@pytest.fixture(scope="session")
def record():
    """``record(student="ada", question={...}, part={...})``: a submission that got it wrong."""

    def record(*, question=None, part=None, **changes):
        one = QUESTION | {"parts": [PART | (part or {})]} | (question or {})
        whole = {
            "student": "ada",
            "file": "ada.ipynb",
            "sha256": "0" * 64,
            "homework": "hw01",
            "status": "marked",
            "reason": "",
            "points": one["points"],
            "max": "1.5",
            "questions": [one],
            "notes": [],
            "isolation": "none",
            "seconds": 1.0,
        }
        return whole | changes

    return record


@pytest.fixture(scope="session")
def right():
    """What differs in a record of a right answer: ``record(question=right)``."""
    return RIGHT


@pytest.fixture(scope="session")
def master(tmp_path_factory):
    """A homework of one question, worth 1.5 points."""
    source = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, id="one")])
    part = homework.Part("two", "q1", "stride", Decimal("1.5"), 0.0, 0.0)
    question = homework.Question("q1", "Question 1", "one", (part,), ())
    return homework.Homework("hw01", tmp_path_factory.mktemp("h"), notebook, (question,), 60.0)


@pytest.fixture(scope="session")
def formats():
    """The texts that a format makes of results, by its name."""
    modules = [canvas, classroom, feedback, gradescope, junit, overview]
    named = {module.__name__.rsplit(".", 1)[-1]: module.files for module in modules}
    return named | {"grades": table.grades, "results": table.results}


class Page(html.parser.HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="session")
def read_page():
    return Page
