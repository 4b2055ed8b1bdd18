"""What was handed in: the files of a folder, and which of them cannot even be opened."""

import dataclasses
from pathlib import Path

from convviz.grading import transplant


@dataclasses.dataclass(frozen=True)
class Submission:
    """A file that was handed in; `problem` says why it cannot even be opened."""

    student: str
    file: str
    path: Path
    problem: str = ""


class NoSubmissions(Exception):
    """There is nothing to mark; the text says what was looked for where."""


def discover(folder):
    """List the submissions in a folder.

    Parameters
    ----------
    folder : path
        Holds ``*.ipynb``, or a folder for each student with ``*.ipynb`` in it.

    Returns
    -------
    list of Submission
        Sorted by file; what is no notebook, and a student's folder without one, is in it too,
        with the problem. What `left_out` lists is not.

    Raises
    ------
    NoSubmissions
        When the folder is missing, no folder, or empty.
    """
    folder = Path(folder)
    if not folder.exists():
        raise NoSubmissions(f"there is no folder {folder}")
    if not folder.is_dir():
        raise NoSubmissions(f"{folder} is a file: name the folder the submissions are in")
    found = []
    for path in _visible(folder):
        if path.is_dir() and not path.is_symlink():
            notebooks = [inner for inner in _visible(path) if inner.suffix == ".ipynb"]
            found += [_submission(folder, inner, path.name) for inner in notebooks]
            if not notebooks:
                problem = "no notebook (.ipynb) in this folder"
                found.append(Submission(_written(path.name), _written(path.name), path, problem))
        else:
            found.append(_submission(folder, path, path.stem))
    if not found:
        raise NoSubmissions(f"{folder} is empty: no *.ipynb and no folder with one in it")
    return found


def left_out(folder):
    """List what `discover` passes over in a folder that it could list.

    Returns
    -------
    list of (str, str)
        File or folder, and why.
    """
    folder, found = Path(folder), []
    for path in sorted(folder.iterdir()):
        if _is_hidden(path):
            found.append((path, _HIDDEN))
        elif path.is_dir() and not path.is_symlink():
            for inner in sorted(path.iterdir()):
                if _is_hidden(inner):
                    found.append((inner, _HIDDEN))
                elif inner.suffix != ".ipynb":
                    found.append((inner, "no notebook, in a student's folder"))
    return [(_written(path.relative_to(folder).as_posix()), why) for path, why in found]


_HIDDEN = "hidden: its name begins with a dot"


def _is_hidden(path):
    return path.name.startswith(".")


def _visible(folder):
    return sorted(path for path in folder.iterdir() if not _is_hidden(path))


def _submission(folder, path, student):
    problem = ""
    if path.is_symlink():
        problem = "a symbolic link is not followed: hand in the file itself"
    elif path.suffix != ".ipynb":
        problem = "not a notebook: its name does not end in .ipynb"
    elif not path.is_file():
        problem = "not a regular file"
    elif path.stat().st_size > transplant.MAX_BYTES:
        problem = f"too large: {path.stat().st_size / 1e6:.0f} MB"
    file = path.relative_to(folder).as_posix()
    return Submission(_written(student), _written(file), path, problem)


def _written(name):
    """A file's name as text that can be written: what is no UTF-8 in it becomes "?"."""
    return name.encode("utf-8", "replace").decode("utf-8")
