"""From a file somebody handed in to a notebook that is safe to read: only the answers move.

The student's outputs, tags, checks and other cells are dropped: what runs is the master with the
text of the student's answer cells in it.
"""

import copy
import dataclasses
import json
import warnings
from pathlib import Path

from convviz.grading import release
from convviz.grading._nbformat import nbformat
from convviz.grading.homework import meta

# A notebook of text and a few pictures is far below; a parser is not to meet much more.
MAX_BYTES = 25_000_000
MAX_ANSWER = 100_000
# How zip, gzip and 7z files begin; none is ever unpacked.
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf")


class Refused(Exception):
    """The file cannot be marked; the text says why, for the teacher and the student."""


@dataclasses.dataclass(frozen=True)
class Note:
    """Something about a submission worth knowing; `review` asks a person to look."""

    qid: str
    text: str
    review: bool = False


@dataclasses.dataclass(frozen=True)
class Transplanted:
    """The notebook to run and what was noticed on the way.

    Attributes
    ----------
    notebook : nbformat.NotebookNode
        The master, hidden cells included, with the student's answers.
    missing : frozenset of str
        The questions without an answer cell; the stub stands in for it.
    notes : tuple of Note
    """

    notebook: nbformat.NotebookNode
    missing: frozenset
    notes: tuple[Note, ...]


def read(path):
    """Read a submission without trusting it: size, JSON, notebook format, in this order.

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    Refused
        With one line that says what is wrong with the file.
    """
    size = Path(path).stat().st_size
    if size > MAX_BYTES:
        raise Refused(f"too large: {size / 1e6:.0f} MB, at most {MAX_BYTES / 1e6:.0f} MB are read")
    with Path(path).open("rb") as stream:
        if stream.read(4).startswith(_ARCHIVES):
            raise Refused("an archive, not a notebook: hand in the .ipynb file itself")
    try:
        text = Path(path).read_text(encoding="utf-8")
        document = json.loads(text)
    except UnicodeDecodeError:
        raise Refused("not a notebook: the file is not text") from None
    except json.JSONDecodeError as error:
        raise Refused(_not_json(text, error)) from None
    except RecursionError:
        raise Refused("not a notebook: its JSON is nested too deeply") from None
    if not isinstance(document, dict) or "nbformat" not in document:
        raise Refused("not a notebook: valid JSON, but not of a notebook")
    return _as_notebook(text)


def _as_notebook(text):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids get them, and that is all right
            notebook = nbformat.reads(text, as_version=4)
            nbformat.validate(notebook)
    except Exception as error:
        raise Refused(f"not a valid notebook: {str(error).strip().splitlines()[0][:120]}") from None
    return notebook


def _not_json(text, error):
    if not text.strip():
        return "not a notebook: the file is empty"
    if text.lstrip()[0] != "{":
        return "not a notebook: the file is not JSON"
    if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"):
        return "truncated notebook: the file ends in the middle of its JSON"
    return f"damaged notebook: {error.msg} in line {error.lineno}"


def transplant(homework, submission):
    """Put the answers of a submission into a fresh copy of the master.

    An answer cell is known by ``metadata.convviz.qid``, then by its cell id.

    Parameters
    ----------
    homework : homework.Homework
    submission : nbformat.NotebookNode
        As `read` returns it.

    Returns
    -------
    Transplanted
    """
    notebook = copy.deepcopy(homework.notebook)
    cells = {cell.id: cell for cell in notebook.cells}
    notes, missing = [], set()
    for question in homework.questions:
        answer, found = _answer(question, submission)
        notes += found
        if answer is None:
            missing.add(question.qid)
            answer = release.stub(cells[question.cell_id].source)
        cells[question.cell_id].source = answer
    notes += _edited(homework, submission) + _added(homework, submission)
    return Transplanted(notebook, frozenset(missing), tuple(notes))


def _answer(question, submission):
    """Return the student's text for a question, None when there is none, and notes."""
    qid = question.qid
    code = [cell for cell in submission.cells if cell.cell_type == "code"]
    named = [c for c in code if meta(c).get("qid") == qid and meta(c).get("role") == "answer"]
    notes = []
    if not named:
        named = [c for c in code if c.get("id") == question.cell_id and not meta(c).get("qid")]
        if not named:
            return None, [Note(qid, "no answer cell was found", review=True)]
        notes.append(Note(qid, "the cell had lost its metadata; found by its id"))
    chosen = next((cell for cell in named if cell.get("id") == question.cell_id), named[0])
    if any(cell.source != chosen.source for cell in named):
        text = f"{len(named)} different answer cells; the original one was marked"
        notes.append(Note(qid, text, review=True))
    elif len(named) > 1:
        notes.append(Note(qid, f"{len(named)} answer cells with the same text"))
    if len(chosen.source) > MAX_ANSWER:
        text = f"the answer of {len(chosen.source)} characters is too long to run"
        return None, [*notes, Note(qid, text, review=True)]
    # half a character, which JSON can hold and Python cannot run, becomes a question mark
    return chosen.source.encode("utf-8", "replace").decode("utf-8"), notes


def _edited(homework, submission):
    """Notes on checks and setup that are not as they were handed out; they are not run."""
    theirs = {cell.get("id"): cell for cell in submission.cells if cell.cell_type == "code"}
    notes = []
    for cell in homework.cells:
        role, mine = meta(cell).get("role"), theirs.get(cell.id)
        if role in ("setup", "public") and mine is not None and mine.source != cell.source:
            qid = meta(cell).get("qid", "")
            notes.append(Note(qid, f"the {_KIND[role]} cell was edited; the original one ran"))
    return notes


def _added(homework, submission):
    """A note on code cells of the student's own, such as one that defines a helper."""
    handed_out = {cell.id for cell in homework.cells}
    code = (cell for cell in submission.cells if cell.cell_type == "code" and cell.source.strip())
    own = [cell for cell in code if cell.get("id") not in handed_out and not meta(cell).get("role")]
    if not own:
        return []
    cells = f"{len(own)} other code cell{'s' * (len(own) > 1)}"
    return [Note("", f"{cells} did not run: only answer cells run")]


_KIND = {"setup": "setup", "public": "checks"}
