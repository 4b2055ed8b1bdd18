"""Reports: exact points, nothing of a submission that a browser or a spreadsheet would run."""

import csv
import json

import pytest

from convviz.grading import report


def record(**changes):
    part = {"part": "stride", "points": "0", "max": "1.5", "status": "wrong", "message": "no"}
    question = {
        "qid": "q1",
        "title": "Question 1",
        "points": "0",
        "max": "1.5",
        "status": "wrong",
        "error": "",
        "parts": [part],
        "check": "✗ q1: 0 of 3 cases",
        "answer": "x = 1",
    }
    whole = {
        "student": "ada",
        "file": "ada.ipynb",
        "sha256": "0" * 64,
        "homework": "hw01",
        "status": "marked",
        "reason": "",
        "points": "0",
        "max": "1.5",
        "questions": [question | changes.pop("question", {})],
        "notes": [],
        "isolation": "none",
        "seconds": 1.0,
    }
    return whole | changes


class OneQuestion:
    """As much of a homework as the table needs."""

    class Question:
        qid = "q1"

    questions = (Question,)


HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("field", ["title", "status", "error", "check", "answer"])
def test_what_comes_from_a_submission_is_escaped(field):
    page = report.page(record(question={field: HOSTILE}))
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("field", ["student", "file", "homework"])
def test_names_are_escaped_too(field):
    page = report.page(record(**{field: HOSTILE}))
    assert "<script" not in page and "&lt;script&gt;" in page


def test_notes_and_reasons_are_escaped():
    note = {"qid": "q1", "text": HOSTILE, "review": True}
    page = report.page(record(status="refused", reason=HOSTILE, notes=[note]))
    assert "<script" not in page and "<img" not in page


def test_a_page_runs_no_script_and_loads_nothing():
    page = report.page(record())
    assert "default-src 'none'" in page
    assert "<script" not in page and "src=" not in page and "http:" not in page


def test_a_page_follows_the_readers_light_or_dark():
    page = report.page(record())
    assert "prefers-color-scheme: dark" in page and 'content="light dark"' in page


def test_a_page_shows_points_status_message_and_what_the_check_says():
    page = report.page(record())
    for words in ("0 of 1.5", "wrong", "stride: 0 of 1.5 points. No", "✗ q1: 0 of 3 cases"):
        assert words in page


def test_a_refused_submission_says_why_and_lists_no_questions():
    page = report.page(record(status="refused", reason="truncated notebook"))
    assert "Not marked: truncated notebook" in page
    assert "Question 1" not in page


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_spreadsheet_takes_no_name_for_a_formula(name):
    rows = report.table(OneQuestion, [record(student=name, file=f"{name}.ipynb")])
    assert rows[1][0] == f"'{name}"
    assert rows[1][1] == f"'{name}.ipynb"


def test_the_table_is_the_same_whatever_the_time_it_took(tmp_path):
    for number, seconds in enumerate((1.0, 2.0)):
        report.prepare(tmp_path / str(number))
        report.write(tmp_path / str(number), OneQuestion, [record(seconds=seconds)])
    first, second = ((tmp_path / name / "grades.csv").read_bytes() for name in "01")
    assert first == second


def test_the_results_are_one_line_of_json_each(tmp_path):
    report.prepare(tmp_path)
    report.write(tmp_path, OneQuestion, [record(), record(file="ben.ipynb", student="b\nen")])
    lines = (tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["file"] for line in lines] == ["ada.ipynb", "ben.ipynb"]
    with (tmp_path / "grades.csv").open(newline="", encoding="utf-8") as stream:
        assert [row["points"] for row in csv.DictReader(stream)] == ["0", "0"]


def test_earlier_grades_are_not_overwritten_unasked(tmp_path):
    (tmp_path / "grades.csv").write_text("precious", encoding="utf-8")
    with pytest.raises(report.WouldOverwrite, match="is there already: name another folder"):
        report.prepare(tmp_path)
    report.prepare(tmp_path, force=True)
    assert (tmp_path / "feedback").is_dir()


def test_a_file_in_the_place_of_the_folder_is_said_so(tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(report.WouldOverwrite, match="is a file: name another folder with --out"):
        report.prepare(tmp_path / "out")


def test_page_names_stay_inside_their_folder_and_apart():
    files = ["../../etc/passwd.ipynb", "A.ipynb", "a.ipynb", "....ipynb", "ü b.ipynb"]
    names = report.page_names([{"file": file} for file in files])
    assert len({name.lower() for name in names}) == len(files)
    assert not any("/" in name or name.startswith(".") for name in names)
    assert names[4] == "ü_b.html"


def test_the_terminal_says_the_same_in_lines():
    note = {"qid": "q1", "text": "look", "review": True}
    assert report.lines(record(notes=[note])) == [
        "✗ 0 of 1.5  Question 1 [wrong]",
        "    stride: no",
        "    ✗ q1: 0 of 3 cases",
        "REVIEW: q1: look",
    ]
