"""The homework as an assignment of nbgrader's; how long `nbgrader autograde` takes for a class."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from convviz.grading import expected, homework

VERSION = "0.9.6"
ROOT = Path(__file__).parents[1]
SEED = 3
# what an author would write: the probe's cases, and the numbers they should come to
TEST = """\
from convviz.grading import compare
from convviz.grading._probe import Probe
sent = []
probe = Probe({seed}, sent.append)
{source}
verdicts = compare.verdicts({records!r}, sent, rtol={rtol}, atol={atol}, judges=globals())
assert all(verdict.ok for verdict in verdicts)
"""


def seconds(venv, folder, source, count):
    """Seconds for each of `count` right submissions."""
    program = _installed(Path(venv) if venv else folder / "nbgrader-venv")
    course = folder / "course"
    master = homework.load(source)
    _write(_assignment(master), course / "source" / "hw01" / "hw01.ipynb")
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'course'\n", "utf-8"
    )
    _run(program, course, "generate_assignment", "hw01")
    handed_in = nbformat.read(course / "release" / "hw01" / "hw01.ipynb", as_version=4)
    solved = {cell.id: cell.source for cell in master.cells}
    for cell in handed_in.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = solved[cell.id]
    for number in range(count):
        _write(handed_in, course / "submitted" / f"student{number:03}" / "hw01" / "hw01.ipynb")
    start = time.perf_counter()
    _run(program, course, "autograde", "hw01")
    taken = time.perf_counter() - start
    done = list((course / "autograded").glob("*/hw01/hw01.ipynb"))
    assert len(done) == count, f"nbgrader marked {len(done)} of {count}"
    for path in done:
        cells = nbformat.read(path, as_version=4).cells
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        assert not [output for output in outputs if output.output_type == "error"]
    return taken / count


def _assignment(master):
    solution = expected.Solution(master)
    parts = {part.cell_id: part for question in master.questions for part in question.parts}
    about = {"kernelspec": master.notebook.metadata.kernelspec}
    notebook = nbformat.v4.new_notebook(metadata=about)
    for cell in master.notebook.cells:
        if cell.cell_type != "code":
            notebook.cells.append(nbformat.v4.new_markdown_cell(cell.source, id=cell.id))
            continue
        made = nbformat.v4.new_code_cell(cell.source, id=cell.id)
        about = {"schema_version": 3, "grade_id": cell.id, "locked": True, "grade": False}
        about |= {"solution": False, "task": False}
        role = homework.meta(cell)["role"]
        if role == "answer":
            about |= {"locked": False, "solution": True}
        elif role == "probe":
            part = parts[cell.id]
            about |= {"grade": True, "points": float(part.points)}
            records = solution.records(cell.id, SEED)
            made.source = TEST.format(
                seed=SEED, source=cell.source, records=records, rtol=part.rtol, atol=part.atol
            )
        made.metadata["nbgrader"] = about
        notebook.cells.append(made)
    return notebook


def _write(notebook, path):
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def _installed(venv):
    """The program nbgrader in a virtual environment, made when it is not there."""
    folder = "Scripts" if os.name == "nt" else "bin"
    program = venv / folder / "nbgrader"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        wanted = [f"nbgrader=={VERSION}", "numpy", "ipykernel", "lazy_loader"]
        subprocess.run([str(venv / folder / "pip"), "install", "-q", *wanted], check=True)
    return program


def _run(program, course, *words):
    with tempfile.TemporaryFile() as log:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
        # its kernels are this virtual environment's own, and find our checks
        path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
        done = subprocess.run(
            [str(program), *words], cwd=course, stdout=log, stderr=log, check=False,
            env=kept | {"PATH": path, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        log.seek(0)
        assert done.returncode == 0, log.read().decode("utf-8", "replace")[-2000:]
