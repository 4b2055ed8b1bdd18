"""A homework's source notebook: what its cells are for and what they are worth."""

import ast
import dataclasses
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

from convviz.grading import compare
from convviz.grading._nbformat import nbformat

ROLES = ("setup", "answer", "public", "probe", "judge")
# Roles whose cells stay out of the student's version.
HIDDEN = ("probe", "judge")
_HEADING = re.compile(r"^#+\s+(?P<title>.*?)(?:\s*\((?P<points>[\d.]+) points?\))?\s*$", re.M)
_CELL_SECONDS = 10.0
_DEADLINE_SECONDS = 120.0


class HomeworkError(ValueError):
    """The source notebook breaks a rule of the metadata; the text names the cell and the rule."""


@dataclasses.dataclass(frozen=True)
class Part:
    """One probe cell: what it is called in the feedback, its points and its tolerance."""

    cell_id: str
    qid: str
    name: str
    points: Decimal
    rtol: float
    atol: float


@dataclasses.dataclass(frozen=True)
class Question:
    """One answer cell with the probe cells that mark it."""

    qid: str
    title: str
    cell_id: str
    parts: tuple[Part, ...]
    forbid: tuple[str, ...]

    @property
    def points(self):
        """The most a student can get."""
        return sum((part.points for part in self.parts), Decimal(0))


@dataclasses.dataclass(frozen=True)
class Homework:
    """A homework as its source notebook describes it."""

    name: str
    path: Path
    notebook: nbformat.NotebookNode
    questions: tuple[Question, ...]
    deadline: float

    @property
    def points(self):
        """The most a student can get."""
        return sum((question.points for question in self.questions), Decimal(0))

    @property
    def cells(self):
        """The code cells, all of which have a role."""
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]


def meta(cell):
    """The project's part of a cell's metadata, a dict in any case."""
    found = cell.get("metadata", {}).get("convviz", {})
    return found if isinstance(found, dict) else {}


def text(points):
    """Points as they are written: exact, without zeros at the end.

    >>> text(Decimal("25.0")), text(Decimal("1.50")), text(Decimal(20))
    ('25', '1.5', '20')
    """
    return f"{points.normalize():f}"


def seconds(cell):
    """How long a cell may run."""
    return float(meta(cell).get("timeout", _CELL_SECONDS))


def find(folder, name):
    """Find a homework's source notebook.

    Parameters
    ----------
    folder : pathlib.Path
        The folder ``notebooks/homework``; sources are in its ``source``.
    name : str
        A homework's name ("hw01"), or the path of a source notebook.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    HomeworkError
        When there is none; the message lists those there are.
    """
    if name.endswith(".ipynb"):
        if Path(name).is_file():
            return Path(name)
        raise HomeworkError(f"no homework at {name}: there is no such file")
    sources = sorted((folder / "source").glob("*.ipynb"))
    for path in sources:
        if path.stem == name or path.stem.startswith(f"{name}_"):
            return path
    known = ", ".join(path.stem.split("_")[0] for path in sources) or "none"
    raise HomeworkError(f"no homework called {name!r} in {folder / 'source'}: there is {known}")


def load(path):
    """Read a source notebook and check that every cell keeps the rules.

    Returns
    -------
    Homework

    Raises
    ------
    HomeworkError
        When it is no valid notebook, or a cell's role, qid, points or Python is not as it must be.
    """
    path = Path(path)
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        raise HomeworkError(f"{path.name} is no valid notebook: {_first_line(error)}") from error
    about = meta(notebook)
    name = about.get("homework")
    if not isinstance(name, str) or not re.fullmatch(r"[\w-]+", name):
        raise HomeworkError(
            f"{path.name}: the notebook's metadata.convviz.homework must be a name of letters "
            f"and digits, got {name!r}"
        )
    questions = _questions(notebook)
    deadline = float(about.get("deadline", _DEADLINE_SECONDS))
    return Homework(name, path, notebook, questions, deadline)


def headings(notebook):
    """Pair each cell of the notebook with the title and the points of the heading above it."""
    title, points = "", None
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := _HEADING.search(cell.source)):
            title = found["title"]
            points = Decimal(found["points"]) if found["points"] else None
        yield cell, title, points


def _questions(notebook):
    answers, parts = {}, {}
    for cell, title, _ in headings(notebook):
        if cell.cell_type != "code":
            continue
        role, qid = _checked(cell)
        if role == "answer":
            if qid in answers:
                raise HomeworkError(f"cell {cell.id!r}: qid {qid!r} has a second answer cell")
            answers[qid] = (title, cell)
        elif role == "probe":
            if qid not in answers:
                raise HomeworkError(f"cell {cell.id!r}: no answer cell with qid {qid!r} above it")
            parts.setdefault(qid, []).append(_part(cell, qid))
    questions = []
    for qid, (title, cell) in answers.items():
        forbid = tuple(meta(cell).get("forbid", ()))
        questions.append(Question(qid, title, cell.id, tuple(parts.get(qid, ())), forbid))
    return tuple(questions)


def _checked(cell):
    """Return (role, qid) of a code cell that keeps the rules."""
    about = meta(cell)
    role, qid = about.get("role"), about.get("qid")
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise HomeworkError(f"cell {cell.id!r}: role must be one of {known}, got {role!r}")
    needs_qid = role in ("answer", "public", "probe")
    if needs_qid and (not isinstance(qid, str) or not re.fullmatch(r"[\w-]+", qid)):
        raise HomeworkError(f"cell {cell.id!r}: qid must be letters, digits, - or _, got {qid!r}")
    if "points" in about and role != "probe":
        raise HomeworkError(f"cell {cell.id!r}: only probe cells carry points, this one is {role}")
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        raise HomeworkError(f"cell {cell.id!r}, line {error.lineno}: not plain Python") from None
    return role, qid


def _part(cell, qid):
    about = meta(cell)
    try:
        points = Decimal(str(about.get("points")))
    except InvalidOperation:
        points = None
    if points is None or not points.is_finite() or points < 0:
        raise HomeworkError(
            f"cell {cell.id!r}: points must be a number, 0 or more, got {about.get('points')!r}"
        )
    return Part(
        cell.id,
        qid,
        str(about.get("part", "")),
        points,
        float(about.get("rtol", compare.RTOL)),
        float(about.get("atol", compare.ATOL)),
    )


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0]
