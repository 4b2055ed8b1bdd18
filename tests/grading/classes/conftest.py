"""Whole classes: their submissions, and what the command makes of them."""

import contextlib
import csv
import functools
import io
import json

import nbformat
import pytest

from convviz.cli import main


@pytest.fixture(scope="session")
def master(short):
    """The homework of all classes here, in the place of homework 01."""
    return short.master


@pytest.fixture(scope="session")
def submit(short):
    return short.submit


class Marked:
    """A class after it was marked by the command; the submissions are as they were."""

    def __init__(self, source, folder, out, *options):
        self.folder, self.out = folder, out
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        said = io.StringIO()
        options = ["--homework", str(source), "--out", str(out), "-j", "3", *options]
        with contextlib.redirect_stdout(said):
            self.status = main(["grade", str(folder), *options])
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
        self.said = said.getvalue()
        lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
        self.records = {record["file"]: record for record in map(json.loads, lines)}
        with (out / "grades.csv").open(newline="", encoding="utf-8") as stream:
            self.rows = {row["file"]: row for row in csv.DictReader(stream)}

    def first_question(self, name):
        """Points of all, status of question 1, all that is said of it, statuses of the others."""
        record = self.records[f"{name}.ipynb"]
        assert record["status"] == "marked", record["reason"]
        first, *others = record["questions"]
        said = " ".join([first["error"], *(part["message"] for part in first["parts"])])
        return record["points"], first["status"], said, {other["status"] for other in others}


@pytest.fixture(scope="session")
def mark_class(master):
    """``mark_class(folder, out, "--cell-seconds", "4")``: a class marked by the command."""
    return functools.partial(Marked, master.path)


_SMALL = [
    ("setup", {"role": "setup"}, "import numpy as np"),
    (
        "answer",
        {"role": "answer", "qid": "double"},
        "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n### END SOLUTION",
    ),
    (
        "probe",
        {"role": "probe", "qid": "double", "points": 3, "part": "a number"},
        'probe.call("a random number", double, float(probe.rng.normal()))',
    ),
]


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A homework of one question, for tests of what is around the marking."""
    notebook = nbformat.v4.new_notebook(metadata={"convviz": {"homework": "small"}})
    for name, about, text in _SMALL:
        cell = nbformat.v4.new_code_cell(text, id=name, metadata={"convviz": about})
        notebook.cells.append(cell)
    path = tmp_path_factory.mktemp("source") / "small.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="session")
def hand_in(small):
    """``hand_in(folder, ada="def double(x): …")``: a folder of submissions of the small one."""

    def hand_in(folder, **answers):
        folder.mkdir()
        for name, answer in answers.items():
            notebook = nbformat.read(small, as_version=4)
            notebook.cells[1].source = answer
            nbformat.write(notebook, folder / f"{name}.ipynb")
        return folder

    return hand_in
