"""From the source notebook to the student's: solutions, probes and judges taken out."""

import copy
import dataclasses
import hashlib
import json
import re
import subprocess
from pathlib import Path

from convviz.grading import homework as _homework
from convviz.grading._nbformat import nbformat
from convviz.grading.homework import HIDDEN, HomeworkError, meta

BEGIN, SHOWN, END = "### BEGIN SOLUTION", "### STUDENT SEES", "### END SOLUTION"
HOLE = "# YOUR CODE HERE", "raise NotImplementedError"
_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_COMMENT = re.compile(r"^(\s*)# ?")


class ChangedByHand(Exception):
    """The student's version on disk is not the one released last; the text says what to do."""


@dataclasses.dataclass(frozen=True)
class Released:
    """What `release` wrote."""

    path: Path
    manifest: Path
    questions: int
    points: str


def stub(source):
    """Take the solution out of an answer cell.

    Between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` stands what students do not get. In its
    place comes a hole, or, where ``### STUDENT SEES`` follows the solution, the lines under it
    with their comment signs removed.

    Examples
    --------
    >>> print(stub('''def double(x):
    ...     ### BEGIN SOLUTION
    ...     return 2 * x
    ...     ### END SOLUTION'''))
    def double(x):
        # YOUR CODE HERE
        raise NotImplementedError
    """
    lines, shown, inside = [], None, False
    for line in source.splitlines():
        word = line.strip()
        if word == BEGIN and not inside:
            inside, shown, indent = True, None, line[: len(line) - len(line.lstrip())]
        elif word == SHOWN and inside and shown is None:
            shown = []
        elif word == END and inside:
            lines += [indent + text for text in HOLE] if shown is None else shown
            inside = False
        elif word in (BEGIN, SHOWN, END):
            raise HomeworkError(f"{word!r} stands where it does not belong")
        elif shown is not None and inside:
            shown.append(_COMMENT.sub(r"\1", line))
        elif not inside:
            lines.append(line)
    if inside:
        raise HomeworkError(f"{BEGIN!r} without {END!r}")
    return "\n".join(lines)


def student_version(homework):
    """Make the student's notebook, not yet run.

    Parameters
    ----------
    homework : homework.Homework

    Returns
    -------
    nbformat.NotebookNode
        Cells keep their ids; hidden ones are gone; metadata says qid and role only. Checks cannot
        be edited nor answers deleted by a slip of the hand in JupyterLab.

    Raises
    ------
    HomeworkError
        When an answer cell has no solution to take out, or another cell has one.
    """
    notebook = nbformat.v4.new_notebook()
    notebook.metadata.update(
        {
            "kernelspec": _KERNELSPEC,
            "language_info": {"name": "python"},
            "convviz": {"homework": homework.name},
        }
    )
    for cell in homework.notebook.cells:
        if meta(cell).get("role") not in HIDDEN:
            notebook.cells.append(_student_cell(cell))
    nbformat.validate(notebook)
    return notebook


def _student_cell(cell):
    about, new = meta(cell), copy.deepcopy(cell)
    role = about.get("role")
    if role == "answer" and BEGIN not in cell.source:
        raise HomeworkError(f"cell {cell.id!r}: an answer cell must mark its solution: {BEGIN!r}")
    if role != "answer" and BEGIN in cell.source:
        raise HomeworkError(f"cell {cell.id!r}: only answer cells hold solutions, this is {role}")
    new.metadata = nbformat.NotebookNode()
    if cell.cell_type != "code":
        return new
    new.outputs, new.execution_count = [], None
    new.metadata.convviz = {key: about[key] for key in ("qid", "role") if key in about}
    if role == "answer":
        new.source = stub(cell.source)
        new.metadata.deletable = False
    elif role == "public":
        new.metadata.update(deletable=False, editable=False)
    return new


def manifest(homework, student):
    """Return the hashes that tell whether the student's version is still the one released.

    Parameters
    ----------
    homework : homework.Homework
    student : bytes
        The student's version as written.
    """
    cells = {cell.id: digest(cell.source.encode()) for cell in homework.notebook.cells}
    return {
        "format": 1,
        "homework": homework.name,
        "points": _homework.text(homework.points),
        "source": digest(homework.path.read_bytes()),
        "student": digest(student),
        "cells": cells,
    }


def digest(content):
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def release(source, target=None, *, force=False):
    """Write the student's version of a source notebook, run, and its manifest.

    Parameters
    ----------
    source : path
        The source notebook.
    target : path, optional
        Where the student's version goes; the folder above the source's when left out.
    force : bool
        Replace a student's version that was changed by hand.

    Returns
    -------
    Released

    Raises
    ------
    HomeworkError
        When the source breaks a rule.
    ChangedByHand
        When `target` is there but not as released last, and `force` is not given.
    """
    homework = _homework.load(source)
    source = homework.path.resolve()
    target = Path(target) if target else source.parent.parent / source.name
    record = source.with_suffix(".manifest.json")
    if not force:
        _keep_changes(target, record)
    text = nbformat.writes(_run(student_version(homework), target.parent)) + "\n"
    target.write_text(text, encoding="utf-8")
    hashes = manifest(homework, text.encode())
    record.write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")
    points = _homework.text(homework.points)
    return Released(target, record, len(homework.questions), points)


def _keep_changes(target, record):
    """Raise ChangedByHand unless the target is absent or as the manifest knows it."""
    if not target.exists():
        return
    known = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    if known.get("student") != digest(target.read_bytes()):
        raise ChangedByHand(
            f"{target.name} was changed since it was released last: move the changes into the "
            "source notebook, then release with --force"
        )


def _run(notebook, folder):
    """Run all cells, so that the stored outputs are what students see first."""
    from nbclient import NotebookClient

    client = NotebookClient(notebook, timeout=60, kernel_name="python3", record_timing=False)
    client.execute(cwd=str(folder), stderr=subprocess.DEVNULL)
    notebook.metadata.kernelspec = _KERNELSPEC
    notebook.metadata.language_info = {"name": "python"}
    return notebook
