"""The page for a student: readable, and nothing of a submission that a browser would run."""

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from convviz.grading.reports import feedback, table

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("field", ["title", "status", "error", "check", "said", "answer"])
def test_what_comes_from_a_submission_is_escaped(field, record):
    page = feedback.page(record(question={field: HOSTILE}))
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("field", ["student", "file", "homework"])
def test_names_are_escaped_too(field, record):
    page = feedback.page(record(**{field: HOSTILE}))
    assert "<script" not in page and "&lt;script&gt;" in page


def test_notes_and_reasons_are_escaped(record):
    note = {"qid": "q1", "text": HOSTILE, "review": True}
    page = feedback.page(record(status="refused", reason=HOSTILE, notes=[note]))
    assert "<script" not in page and "<img" not in page


def test_a_page_runs_no_script_and_loads_nothing(record):
    page = feedback.page(record())
    assert "default-src 'none'" in page
    assert "<script" not in page and "src=" not in page and "http:" not in page


def test_a_page_follows_the_readers_light_or_dark(record):
    page = feedback.page(record())
    assert "prefers-color-scheme: dark" in page and 'content="light dark"' in page


def test_a_page_shows_points_status_message_and_what_the_check_says(record):
    page = feedback.page(record())
    assert "0 of 1.5" in page and "wrong" in page
    assert "stride: 0 of 1.5 points. 0 of 3 cases right" in page
    assert "✗ q1: 0 of 3 cases" in page


def test_a_refused_submission_says_why_and_lists_no_questions(record):
    page = feedback.page(record(status="refused", reason="truncated notebook"))
    assert "Not marked: truncated notebook" in page
    assert "Question 1" not in page


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_spreadsheet_takes_no_name_for_a_formula(name, master, record):
    rows = table.rows(master, [record(student=name, file=f"{name}.ipynb")])
    assert rows[1][0] == f"'{name}"
    assert rows[1][1] == f"'{name}.ipynb"


def test_the_terminal_says_the_same_in_lines(record):
    note = {"qid": "q1", "text": "look", "review": True}
    assert feedback.lines(record(notes=[note])) == [
        "✗ 0 of 1.5  Question 1 [wrong]",
        "    stride: 0 of 3 cases right; wrong shape (an even filter)",
        "    ✗ q1: 0 of 3 cases",
        "REVIEW: q1: look",
    ]


@given(words=st.text(min_size=1))
def test_no_text_of_a_submission_becomes_an_element(words, record, read_page):
    names = ("title", "error", "check", "said", "answer")
    plain = read_page(feedback.page(record(question=dict.fromkeys(names, "x"), student="x")))
    said = dict.fromkeys(names, words)
    found = read_page(feedback.page(record(question=said, part={"message": "m"}, student=words)))
    assert [tag for tag, _ in found.tags] == [tag for tag, _ in plain.tags]
    assert "".join(words.split()) in "".join(found.text.split())


def test_a_students_own_figure_and_words_are_on_the_page(record, read_page):
    stream = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(stream, "PNG")
    figure = base64.b64encode(stream.getvalue()).decode("ascii")
    page = feedback.page(record(question={"figure": figure, "said": "my <table>"}))
    ((_, attrs),) = [tag for tag in read_page(page).tags if tag[0] == "img"]
    kind, data = dict(attrs)["src"].split(",")
    assert kind == "data:image/png;base64" and dict(attrs)["alt"]
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (3, 2)
    assert "img-src data:" in page and "my &lt;table&gt;" in page
