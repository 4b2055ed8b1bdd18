"""What other programs read: each format by an independent reader, hostile text included."""

import csv
import io
import json
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.grading.reports import canvas, text

POINTS = st.decimals(0, 1000, places=2).map(lambda value: f"{value.normalize():f}")


def files(formats, name, master, *records):
    return formats[name](master, list(records))


def exact(document):
    """JSON with its numbers as they are written."""
    return json.loads(document, parse_float=Decimal, parse_int=Decimal)


@given(points=POINTS)
def test_points_are_the_same_decimals_in_every_json(points, record, formats, master):
    one = record(points=points, max=points, part={"points": points, "max": points})
    for name in ("gradescope", "classroom"):
        (document,) = files(formats, name, master, one).values()
        found = exact(document)
        assert {found.get("score", found.get("max_score"))} == {Decimal(points)}
        assert found["tests"][0]["score"] == Decimal(points)
        assert found["tests"][0]["max_score" if name == "gradescope" else "score"] == Decimal(
            points
        )


def test_gradescope_gets_a_test_a_part_with_what_was_wrong(record, formats, master, right):
    named = files(formats, "gradescope", master, record(), record(file="b/x.ipynb", question=right))
    assert list(named) == ["gradescope/ada.json", "gradescope/b_x.json"]
    wrong, good = (json.loads(document) for document in named.values())
    (test,) = wrong["tests"]
    assert (test["number"], test["name"], test["status"]) == ("1.1", "Question 1: stride", "failed")
    assert test["output"].splitlines()[0] == "0 of 3 cases right; wrong shape (an even filter)"
    assert "✗ q1: 0 of 3 cases" in test["output"]
    assert (good["score"], good["tests"][0]["status"], good["tests"][0]["output"]) == (
        1.5,
        "passed",
        "",
    )


def test_gradescope_is_never_asked_to_take_a_students_text_for_markup(record, formats, master):
    (document,) = files(formats, "gradescope", master, record()).values()
    found = json.loads(document)
    assert found["output_format"] == found["test_output_format"] == found["test_name_format"]
    assert found["output_format"] == "text"
    assert {test["output_format"] for test in found["tests"]} == {"text"}


def test_a_failure_of_the_grader_is_no_0_for_the_student(record, formats, master):
    failed = record(status="failed", reason="pytest ended early", file="ada_1_2_hw.ipynb")
    assert files(formats, "gradescope", master, failed) == {}
    assert "ada" not in files(formats, "canvas", master, failed)["canvas.csv"]
    (document,) = files(formats, "classroom", master, failed).values()
    assert json.loads(document)["status"] == "error"


def test_classroom_gets_what_its_reporter_adds_up(record, formats, master, right):
    named = files(formats, "classroom", master, record(), record(question=right))
    wrong, good = (json.loads(document) for document in named.values())
    assert (wrong["version"], wrong["status"], good["status"]) == (1, "fail", "pass")
    for found, points in ((wrong, 0), (good, 1.5)):
        assert sum(test["score"] for test in found["tests"]) == points
        assert found["max_score"] == 1.5
    assert wrong["tests"][0]["message"].startswith("0 of 3 cases right")
    assert good["tests"][0]["message"] is None


def test_junit_has_a_suite_a_submission_and_a_case_a_part(record, formats, master, right):
    refused = record(file="c.ipynb", status="refused", reason="truncated notebook")
    rows = [record(), record(file="b.ipynb", question=right), refused]
    root = ElementTree.fromstring(files(formats, "junit", master, *rows)["junit.xml"])
    assert root.attrib == {
        "name": "hw01",
        "tests": "3",
        "failures": "1",
        "errors": "1",
        "skipped": "0",
    }
    assert [suite.get("name") for suite in root] == ["ada.ipynb", "b.ipynb", "c.ipynb"]
    (wrong,), (good,), (none,) = root
    assert (wrong.get("classname"), wrong.get("name")) == ("q1", "1.1 Question 1: stride")
    assert wrong.find("failure").get("message").startswith("0 of 1.5 points: 0 of 3 cases right")
    assert len(good) == 0
    assert none.find("error").text == "truncated notebook"


def allowed(words):
    """Text as an XML document may hold it, by the letter of XML 1.0, section 2.2."""
    ranges = ((9, 10), (13, 13), (32, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    kept = "".join(c for c in words if any(low <= ord(c) <= high for low, high in ranges))
    return kept.replace("\r\n", "\n").replace("\r", "\n")


@given(words=st.text(min_size=1))
def test_junit_stays_xml_whatever_a_submission_says(words, record, formats, master):
    one = record(file=words, question={"title": words}, part={"message": words})
    document = files(formats, "junit", master, one)["junit.xml"]
    suite = ElementTree.fromstring(document.encode("utf-8"))[0]
    assert suite.get("name") == allowed(words)
    assert (suite[0][0].text or "") == allowed(words)


@given(words=st.text())
def test_json_says_the_text_as_it_was(words, record, formats, master):
    one = record(question={"title": words}, part={"part": words})
    for name in ("gradescope", "classroom"):
        (document,) = files(formats, name, master, one).values()
        expected = f"{words}: {words}" if words else words
        assert json.loads(document)["tests"][0]["name"] == expected


@given(words=st.text())
def test_the_table_has_as_many_cells_whatever_a_name_holds(words, record, formats, master):
    document = files(formats, "grades", master, record(student=words, file=words))["grades.csv"]
    header, row = csv.reader(io.StringIO(document, newline=""))
    assert len(header) == len(row) == 8
    assert row[0].removeprefix("'") == words.removeprefix("'")
    assert not row[0].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


def canvas_rows(formats, master, *records):
    document = files(formats, "canvas", master, *records)["canvas.csv"]
    return list(csv.DictReader(io.StringIO(document, newline="")))


def test_canvas_gets_points_by_the_user_in_a_files_name(record, formats, master, right):
    late = record(file="lovelaceada_LATE_1234_56789_hw01-2.ipynb", question=right)
    other = record(file="hopper/hoppergrace_77_88_9_10_x.ipynb")
    most, *rows = canvas_rows(formats, master, late, other)
    assert list(most)[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert (most["Student"].strip(), most["hw01"]) == ("Points Possible", "1.5")
    assert [(row["Student"], row["ID"], row["hw01"]) for row in rows] == [
        ("lovelaceada", "1234", "1.5"),
        ("hoppergrace", "77", "0"),
    ]
    assert canvas.remarks([late, other]) == []


def test_what_canvas_cannot_place_is_said_and_left_out(record, formats, master):
    rows = [
        record(file="ada.ipynb"),
        record(file="ben_1_2_a.ipynb"),
        record(file="ben_1_3_b.ipynb"),
        record(file="cy_4_5_a.ipynb", status="failed"),
    ]
    assert len(canvas_rows(formats, master, *rows)) == 1
    twice = "user 1 handed in 2 files: enter the one that counts by hand"
    assert canvas.remarks(rows) == [
        "canvas.csv leaves out ada.ipynb: "
        "its name has no Canvas user id (name_userid_fileid_title.ipynb)",
        f"canvas.csv leaves out ben_1_2_a.ipynb: {twice}",
        f"canvas.csv leaves out ben_1_3_b.ipynb: {twice}",
        "canvas.csv leaves out cy_4_5_a.ipynb: it could not be marked",
    ]


@pytest.mark.parametrize(
    ("file", "user"),
    [
        ("lovelaceada_1234_56789_hw01.ipynb", "1234"),
        ("lovelaceada_LATE_1234_56789_hw01.ipynb", "1234"),
        ("o_neil_LATE_12_34_my_56_78_hw.ipynb", "12"),
        ("müller_12_34_hw.ipynb", "12"),
        ("anon_xYz12_34_hw.ipynb", None),
        ("hw01_12.ipynb", None),
        ("_12_34_hw.ipynb", None),
    ],
)
def test_the_user_is_the_first_of_two_numbers_after_the_name(file, user):
    assert canvas.user_id(file) == user


@given(names=st.lists(st.text(min_size=1), max_size=8))
def test_files_of_a_submission_have_safe_names_each_its_own(names):
    stems = text.stems([{"file": f"{name}.ipynb"} for name in names])
    assert len({stem.casefold() for stem in stems}) == len(names)
    for stem in stems:
        assert 0 < len(stem.encode("utf-8")) <= 130
        assert not set(stem) & set('/\\:*?"<>|\x00\n\r\t ') and stem[0] not in ".-"
        assert stem.split(".")[0].upper() not in ("CON", "NUL", "AUX", "PRN", "COM1", "LPT1")
