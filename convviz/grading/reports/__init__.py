"""What a marked class comes out as: one module for each format, listed here.

A format turns a homework and the results of its submissions into texts, by file name; writing them,
and not over what is there, happens here.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from convviz.grading.reports import (
    canvas,
    classroom,
    feedback,
    gradescope,
    jplag,
    junit,
    overview,
    table,
)


@dataclasses.dataclass(frozen=True)
class Format:
    """A way to write results.

    Attributes
    ----------
    target : str
        The file, or the folder, that it writes and nothing else.
    files : callable
        ``files(homework, results)`` gives a dict from file names to texts.
    remarks : callable
        ``remarks(results)`` gives lines for the teacher: what could not be written.
    """

    target: str
    files: Callable
    remarks: Callable = lambda results: []


# Written always: cheap, and of use to everybody.
ALWAYS = (
    Format("results.jsonl", table.results),
    Format("feedback", feedback.files),
    Format("overview.html", overview.files),
    Format("grades.csv", table.grades),
)
# Each is of use to one other system only, and some hold every student's answers once more.
ON_REQUEST = {
    "canvas": Format("canvas.csv", canvas.files, canvas.remarks),
    "classroom": Format("classroom", classroom.files),
    "gradescope": Format("gradescope", gradescope.files),
    "jplag": Format("jplag", jplag.files),
    "junit": Format("junit.xml", junit.files),
}


class WouldOverwrite(Exception):
    """Reports of an earlier run are in the way; the text says what to do."""


def named(words):
    """Return the names of formats in a list with commas.

    Raises
    ------
    ValueError
        When there is no such format; the text lists those there are.

    Examples
    --------
    >>> named("junit, canvas")
    ('junit', 'canvas')
    """
    names = tuple(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))
    for name in names:
        if name not in ON_REQUEST:
            raise ValueError(f"no format {name!r}: there is {', '.join(ON_REQUEST)}")
    return names


def prepare(folder, *, formats=(), force=False):
    """Make the folder for the reports.

    Parameters
    ----------
    folder : path
    formats : iterable of str
        Names in `ON_REQUEST`.
    force : bool
        Reports of an earlier run are to be replaced.

    Raises
    ------
    WouldOverwrite
        When one of the reports is there already and `force` is not given, or `folder` is a file.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise WouldOverwrite(f"{folder} is a file: name another folder with --out")
    for path in (folder / chosen.target for chosen in _chosen(formats)):
        if _holds(path) and not force:
            raise WouldOverwrite(
                f"{path} is there already: name another folder with --out, "
                "or replace it with --force"
            )
    folder.mkdir(parents=True, exist_ok=True)


def write(folder, homework, results, *, formats=()):
    """Write all reports of a run; what an earlier run wrote in their place goes.

    Parameters
    ----------
    folder : path
        As `prepare` made it.
    homework : homework.Homework
    results : list of dict
        As `score.result` makes them.
    formats : iterable of str
        Names in `ON_REQUEST`.

    Returns
    -------
    list of str
        Lines for the teacher: what could not be written in a format.
    """
    remarks = []
    for chosen in _chosen(formats):
        files = chosen.files(homework, results)
        for path in _earlier(Path(folder) / chosen.target, files):
            path.unlink()
        for name, content in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode("utf-8"))
        remarks += chosen.remarks(results)
    return remarks


def _chosen(formats):
    return [*ALWAYS, *(ON_REQUEST[name] for name in formats)]


def _holds(path):
    """Is there something that would be lost?"""
    return path.exists() and not (path.is_dir() and not any(path.iterdir()))


def _earlier(target, files):
    """Files of a folder that an earlier run may have written, of students who are gone, say."""
    endings = {Path(name).suffix for name in files}
    if not target.is_dir():
        return []
    return [path for path in target.rglob("*") if path.is_file() and path.suffix in endings]
