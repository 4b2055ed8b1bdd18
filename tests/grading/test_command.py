"""convviz check and convviz grade: calls that go wrong, and the way through at home."""

import io
import json
import os
import re

import nbformat
import pytest

from convviz.cli import main
from convviz.grading import expected, forbidden, outputs


def run(capsys, *words):
    """Return exit status, output and errors of a call."""
    try:
        status = main([str(word) for word in words])
    except SystemExit as stop:
        status = stop.code
    said = capsys.readouterr()
    return status, said.out, said.err


def grade_call(capsys, folder, out, *more):
    return run(capsys, "grade", folder, "--homework", "hw01", "--out", out, *more)


def test_a_missing_folder_is_said_to_be_missing(capsys, tmp_path):
    status, _, error = grade_call(capsys, tmp_path / "none", tmp_path / "out")
    assert (status, error) == (1, f"convviz: there is no folder {tmp_path / 'none'}\n")
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_is_said_to_be_empty(capsys, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / ".hidden.ipynb").write_text("{}", encoding="utf-8")
    status, _, error = grade_call(capsys, folder, tmp_path / "out")
    assert status == 1
    assert error == f"convviz: {folder} is empty: no *.ipynb and no folder with one in it\n"


def test_a_file_in_the_place_of_the_folder_is_said_so(capsys, tmp_path):
    file = tmp_path / "one.ipynb"
    file.write_text("{}", encoding="utf-8")
    status, _, error = grade_call(capsys, file, tmp_path / "out")
    assert status == 1
    assert error == f"convviz: {file} is a file: name the folder the submissions are in\n"


def test_an_unknown_homework_lists_those_there_are(capsys, tmp_path):
    words = ("grade", tmp_path, "--homework", "hw99", "--out", tmp_path / "out")
    status, _, error = run(capsys, *words)
    assert status == 1
    assert "no homework called 'hw99' in " in error and "there is hw01" in error


def test_a_homework_file_that_is_not_there_is_said_so(capsys, tmp_path):
    words = ("grade", tmp_path, "--homework", "my.ipynb", "--out", tmp_path / "out")
    status, _, error = run(capsys, *words)
    assert (status, error) == (1, "convviz: no homework at my.ipynb: there is no such file\n")


def test_earlier_grades_stop_the_run_before_it_starts(capsys, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    (folder / "a.ipynb").write_text("no", encoding="utf-8")
    (out / "grades.csv").write_text("precious", encoding="utf-8")
    status, _, error = grade_call(capsys, folder, out)
    assert status == 1
    assert "is there already: name another folder with --out, or replace it with --force" in error
    assert (out / "grades.csv").read_text(encoding="utf-8") == "precious"
    status, said, _ = grade_call(capsys, folder, out, "--force")
    assert status == 1 and "marked 0 of 1" in said
    assert "precious" not in (out / "grades.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["--jobs", "--deadline", "--cell-seconds"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "inf", "nan"])
def test_numbers_must_be_above_0(capsys, tmp_path, option, value):
    status, _, error = grade_call(capsys, tmp_path, tmp_path / "out", f"{option}={value}")
    assert status == 2
    assert f"must be a number above 0, got '{value}'" in error


def test_the_secret_of_the_course_is_made_once_and_is_private(capsys, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.ipynb").write_text("no", encoding="utf-8")
    grade_call(capsys, folder, out)
    key = (out / "course.key").read_bytes()
    grade_call(capsys, folder, out, "--force")
    assert (out / "course.key").read_bytes() == key
    assert len(key.strip()) == 64
    if os.name == "posix":
        assert (out / "course.key").stat().st_mode & 0o077 == 0


def test_a_key_file_that_is_not_there_is_said_so(capsys, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.ipynb").write_text("no", encoding="utf-8")
    key = tmp_path / "none.key"
    status, _, error = grade_call(capsys, folder, tmp_path / "out", "--key-file", key)
    assert status == 1 and "none.key" in error


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no such file"),
        ("hello", "not a notebook: the file is not JSON"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "add --homework"),
    ],
)
def test_a_check_of_what_is_no_homework_says_why(capsys, tmp_path, content, reason):
    path = tmp_path / "mine.ipynb"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    status, _, error = run(capsys, "check", path)
    assert status == 1
    assert error.startswith("convviz: mine.ipynb: ") and reason in error


def test_a_check_at_home_tells_points_and_mistakes(capsys, tmp_path, submit, wrong):
    flipped = "def correlate1d(x, w, bias=0.0):\n    return np.convolve(x, w, 'valid') + bias"
    path = tmp_path / "my homework.ipynb"
    nbformat.write(submit(correlate1d=flipped), path)
    before = path.read_bytes()
    status, said, error = run(capsys, "check", path)
    assert (status, error) == (0, "")
    lines = said.splitlines()
    assert lines[0] == "my homework.ipynb: homework hw01"
    assert "✗   0 of 4  Question 2: Along a line [wrong]" in lines
    assert "✓   6 of 6  Question 3: Over an image [correct]" in lines
    assert "is the filter flipped?" in said
    assert "REVIEW: correlate1d: uses numpy.convolve, which the question rules out" in lines
    assert lines[-1] == "21 of 25 points"
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]


def test_two_runs_with_one_key_give_the_same_results(tmp_path, short, mark):
    path = tmp_path / "a.ipynb"
    nbformat.write(short.submit(relu="def relu(z):\n    return abs(z)"), path)
    records = [mark(short.master, path) for _ in range(2)]
    for record in records:
        del record["seconds"]
    assert records[0] == records[1]


def test_the_random_cases_depend_on_course_submission_and_question():
    secrets = {
        expected.submission_secret(key, content)
        for key in (b"this year", b"last year")
        for content in (b"ada", b"ben")
    }
    seeds = {expected.seed(secret, cell) for secret in secrets for cell in ("q1", "q2")}
    assert (len(secrets), len(seeds)) == (4, 8)


@pytest.mark.skipif(os.name != "posix", reason="needs the program `false`")
def test_a_grader_that_breaks_is_not_taken_for_a_wrong_answer(
    tmp_path, submit, master, mark, monkeypatch
):
    monkeypatch.setattr("sys.executable", "false")
    path = tmp_path / "a.ipynb"
    nbformat.write(submit(), path)
    record = mark(master, path, alone=True)
    assert (record["status"], record["points"]) == ("failed", "0")
    # `false` ends with 1, as pytest does when a test fails: the status alone tells nothing.
    assert record["reason"] == "pytest ended early, with status 1"


def test_a_master_that_breaks_is_not_taken_for_a_wrong_answer(tmp_path, submit, master, mark):
    from convviz.grading import homework

    notebook = nbformat.from_dict(json.loads(nbformat.writes(master.notebook)))
    answer = next(cell for cell in notebook.cells if cell.id == "relu-answer")
    answer.source = "### BEGIN SOLUTION\nrelu = 1 / 0\n### END SOLUTION"
    nbformat.write(notebook, tmp_path / "source.ipynb")
    path = tmp_path / "a.ipynb"
    nbformat.write(submit(), path)
    broken = homework.load(tmp_path / "source.ipynb")
    record = mark(broken, path)
    assert (record["status"], record["points"]) == ("failed", "0")
    assert "cell 'relu-answer' of the master raised ZeroDivisionError" in record["reason"]


ANSWER = "def f(x):\n    return x[9]\n"


@pytest.mark.parametrize(
    ("ename", "traceback", "where"),
    [
        ("IndexError", "Cell In[1], line 2\n----> 2     return x[9]", "line 2: return x[9]"),
        ("IndexError", "\x1b[31m----> 2 \x1b[0m    return x[9]", "line 2: return x[9]"),
        ("IndexError", "----> 2     something else", ""),
        ("IndexError", "----> 99     return x[9]", ""),
        ("SyntaxError", "  Cell In[1], line 1\n    def f(x)", "line 1: def f(x):"),
        ("SyntaxError", "  Cell In[1], line 77", ""),
        ("IndexError", "", ""),
    ],
)
def test_a_line_is_named_only_when_it_is_the_students(ename, traceback, where):
    error = {"output_type": "error", "ename": ename, "evalue": "v", "traceback": [traceback]}
    assert outputs.error([error], ANSWER) == {"message": f"{ename}: v", "where": where}


def test_text_for_people_has_no_terminal_codes_and_an_end():
    raw = "\x1b[31mred\x1b[0m\x00\x07\x1b]0;title\x07 \u202e" + "x" * 5000
    stream = {"output_type": "stream", "name": "stdout", "text": raw}
    said = outputs.text([stream])
    assert "\x1b" not in said and "\x07" not in said and "\x00" not in said
    assert len(said) == 2000 and said.endswith("…")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("np.convolve(x, w)", ["numpy.convolve"]),
        ("import numpy\nnumpy.convolve(x, w)", ["numpy.convolve"]),
        ("import numpy as n\nn.convolve(x, w)", ["numpy.convolve"]),
        ("from numpy import convolve as c\nc(x, w)", ["numpy.convolve"]),
        ("import scipy.signal", ["scipy"]),
        ("import scipy.signal as s\ns.correlate(x, w)", ["scipy"]),
        ("def convolve(x):\n    return x\nconvolve(1)", []),
        ("np.convolver(x)", []),
        ("x = 'np.convolve'", []),
        ("def f(:", []),
        ("(" * 10_000, []),
    ],
)
def test_what_a_question_rules_out_is_found_by_name(source, found):
    assert forbidden.names(source, ["numpy.convolve", "scipy"]) == found


def test_an_unknown_format_is_said_before_anything_is_marked(capsys, tmp_path):
    status, _, error = grade_call(capsys, tmp_path, tmp_path / "out", "--format", "canvas,moodle")
    assert status == 2 and not (tmp_path / "out").exists()
    assert "no format 'moodle': there is canvas, classroom, gradescope, jplag, junit" in error


def test_what_is_left_out_and_the_time_left_are_told(capsys, tmp_path, monkeypatch):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / ".DS_Store").write_text("", encoding="utf-8")
    (folder / "a.txt").write_text("no", encoding="utf-8")
    (folder / "b.txt").write_text("no", encoding="utf-8")
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", screen)
    _, said, _ = grade_call(capsys, folder, tmp_path / "out")
    assert "left out .DS_Store: hidden: its name begins with a dot\n" in said
    shown = screen.getvalue().split("\r")
    assert re.search(r"2 of 2 .*00:0\d, 00:00 left", shown[-1])


def test_formats_are_written_by_the_command_and_what_is_left_out_is_said(capsys, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "ada_1_2_hw01.ipynb").write_text("no", encoding="utf-8")
    (folder / "ben.ipynb").write_text("no", encoding="utf-8")
    _, said, _ = grade_call(capsys, folder, out, "--format", "canvas,junit")
    assert "canvas.csv leaves out ben.ipynb: its name has no Canvas user id" in said
    assert (out / "canvas.csv").read_text(encoding="utf-8").splitlines()[-1] == "ada,1,,,,0"
    assert (out / "junit.xml").exists() and not (out / "jplag").exists()
