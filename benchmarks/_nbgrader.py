"""The homework as an assignment of nbgrader's; how long `nbgrader autograde` takes for a class."""

import time
from pathlib import Path

import nbformat

from benchmarks import _peers
from convviz.grading import expected, homework

VERSION = "0.9.6"


def seconds(venv, folder, source, count):
    """Seconds for each of `count` right submissions."""
    venv = Path(venv) if venv else folder / "nbgrader-venv"
    program = _peers.installed(venv, "nbgrader", [f"nbgrader=={VERSION}"])
    course = folder / "course"
    master = homework.load(source)
    _write(_assignment(master), course / "source" / "hw01" / "hw01.ipynb")
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'course'\n", "utf-8"
    )
    _peers.run(program, course, "generate_assignment", "hw01")
    handed_in = nbformat.read(course / "release" / "hw01" / "hw01.ipynb", as_version=4)
    solved = {cell.id: cell.source for cell in master.cells}
    for cell in handed_in.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = solved[cell.id]
    for number in range(count):
        _write(handed_in, course / "submitted" / f"student{number:03}" / "hw01" / "hw01.ipynb")
    start = time.perf_counter()
    _peers.run(program, course, "autograde", "hw01")
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
            made.source = f"names = globals()\n{_peers.test_of(part, cell, solution)}"
        made.metadata["nbgrader"] = about
        notebook.cells.append(made)
    return notebook


def _write(notebook, path):
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)

