"""Every homework, and submissions made from its own student's version."""

import ast
import functools
import os
import runpy
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import nbformat
import psutil
import pytest

from convviz.grading import (
    compare,
    expected,
    grade,
    homework,
    release,
    sandbox,
    servers,
    submissions,
)
from convviz.grading._probe import Probe
from convviz.grading.sandbox import doctor

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks" / "homework"
NAMES = sorted(path.stem.split("_")[0] for path in (FOLDER / "source").glob("*.ipynb"))


class Papers:
    """What belongs to one homework: source, student's version, right and wrong answers."""

    def __init__(self, name, source=None):
        self.name, self._source = name, source
        self.answers = ROOT / "tests" / "submissions" / name

    @functools.cached_property
    def master(self):
        return homework.load(self._source or homework.find(FOLDER, self.name))

    @functools.cached_property
    def solution(self):
        return expected.Solution(self.master)

    @functools.cached_property
    def cells(self):
        return {cell.id: cell.source for cell in self.master.notebook.cells}

    @functools.cached_property
    def solutions(self):
        """The right answer cells, by question."""
        return {question.qid: self.cells[question.cell_id] for question in self.master.questions}

    @property
    def student(self):
        """A fresh copy of the notebook that students get."""
        if self._source:
            return release.student_version(self.master)
        return nbformat.read(FOLDER / self.master.path.name, as_version=4)

    @functools.cached_property
    def wrong(self):
        """The well-known mistakes: question → name → what stands in the place of the answer."""
        found = {}
        for path in sorted(self.answers.glob("wrong_*.py")):
            names = runpy.run_path(str(path)).items()
            mine = {k: v for k, v in names if k[0] != "_" and isinstance(v, (dict, _FUNCTION))}
            found[path.stem.removeprefix("wrong_")] = mine
        return found

    @functools.cached_property
    def mistakes(self):
        """The table of the mistakes and, if there are any, that of whole wrong submissions."""
        return runpy.run_path(str(self.answers / "mistakes.py"))

    def submit(self, **answers):
        """Make a submission: all answers right but for those given."""
        notebook = self.student
        for cell in notebook.cells:
            about = homework.meta(cell)
            if about.get("role") == "answer":
                cell.source = (self.solutions | answers)[about["qid"]]
        return notebook

    def mistaken(self, qid, mistake):
        """An answer cell that makes a mistake of the collection."""
        text = (self.answers / f"wrong_{qid}.py").read_text(encoding="utf-8")
        return f"{text}\n\n{qid} = {mistake}\n"

    def earned(self, qid, names, seed=7):
        """Points for each part of a question, when `names` are what the answer cell defines.

        The probe cells run in this process; the kernels and pytest have tests of their own.
        """
        question = next(question for question in self.master.questions if question.qid == qid)
        points = []
        names = self.solution.namespace | names
        for part in question.parts:
            right = all(found.ok for found in self._verdicts(part, names, seed))
            points.append(part.points if right else Decimal(0))
        return points

    def _verdicts(self, part, names, seed):
        sent = []
        names["probe"] = Probe(seed, sent.append)
        exec(self.cells[part.cell_id], names)
        records, judges = self.solution.records(part.cell_id, seed), self.solution.judges(seed)
        return compare.verdicts(records, sent, rtol=part.rtol, atol=part.atol, judges=judges)

    def check(self, qid, names):
        """What the check below a question says, when `names` are what the answer cell defines."""
        (cell,) = (
            cell
            for cell in self.master.cells
            if homework.meta(cell).items() >= {"qid": qid, "role": "public"}.items()
        )
        tree, namespace = ast.parse(cell.source), self.solution.namespace | names
        last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, cell.id, "exec"), namespace)
        return eval(compile(last, cell.id, "eval"), namespace)


_FUNCTION = type(lambda: None)


@pytest.fixture(scope="session")
def papers():
    """``papers("hw02")``: all that belongs to a homework, read once."""
    return functools.cache(Papers)


@pytest.fixture(scope="session")
def short(papers, tmp_path_factory):
    """Three questions of homework 01, worth 10 points: sooner marked than eight."""
    notebook = nbformat.read(papers("hw01").master.path, as_version=4)
    kept = {None, "output_size", "correlate1d", "relu"}
    about = [(cell, homework.meta(cell)) for cell in notebook.cells]
    notebook.cells = [
        cell for cell, its in about if its.get("qid") in kept and its.get("role") != "judge"
    ]
    path = tmp_path_factory.mktemp("short") / "source.ipynb"
    nbformat.write(notebook, path)
    return Papers("hw01", path)


@pytest.fixture(scope="session", params=NAMES)
def each(request, papers):
    """Every homework in turn."""
    return papers(request.param)


@pytest.fixture(scope="session")
def master(papers):
    """Homework 01, on which the grader is tried out; so are the fixtures below."""
    return papers("hw01").master


@pytest.fixture(scope="session")
def solutions(papers):
    return papers("hw01").solutions


@pytest.fixture
def student(papers):
    return papers("hw01").student


@pytest.fixture(scope="session")
def submit(papers):
    return papers("hw01").submit


@pytest.fixture(scope="session")
def behaviour(papers):
    """``behaviour("dangerous")``: answer cells to question 1 that do something else, by name."""

    def behaviour(kind="behaviour"):
        paths = sorted((papers("hw01").answers / kind).glob("*.py"))
        texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
        return {name: text.replace("3600", _SLEEP) for name, text in texts.items()}

    return behaviour


# What submissions leave running sleeps as long as nothing else on this machine.
_SLEEP = f"3600.{os.getpid():010}"


@pytest.fixture(scope="session")
def left_behind():
    """``left_behind()``: the processes that submissions have started and that still run."""

    def left_behind():
        command = f"time.sleep({_SLEEP})"
        found = psutil.process_iter(["cmdline"])
        return [one for one in found if command in " ".join(one.info["cmdline"] or ())]

    program = [sys.executable, "-c", f"import time; time.sleep({_SLEEP})"]
    with subprocess.Popen(program) as one:
        assert [process.pid for process in left_behind()] == [one.pid]
        one.kill()
    return left_behind


@pytest.fixture(scope="session")
def wrong(papers):
    return papers("hw01").wrong


@pytest.fixture(scope="session")
def mark():
    """``mark(master, path)``: one submission marked as `convviz grade` does, without its sandbox.

    What is marked here is ours; the sandbox has tests of its own. ``alone=True``: by a process
    that was started for it, as the only one of a class is.
    """
    with servers.Servers() as by:

        def mark(master, path, level=sandbox.NONE, key=b"key", alone=False, **limits):
            course = grade.Course(master, key, level, grade.Limits(**limits))
            submission = submissions.Submission(path.stem, path.name, path)
            alone = alone or not servers.here()
            return grade.mark(course, submission, by=None if alone else by)

        yield mark


@pytest.fixture(scope="session")
def findings():
    """What the doctor finds in bubblewrap on this machine, by promise."""
    return {finding.promise: finding for finding in doctor.examine(sandbox.BUBBLEWRAP)}
