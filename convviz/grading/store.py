"""Results that survive a crash: one file for each submission, named by all it depends on.

A run that was interrupted goes on where it stopped, and gives the same reports as one that was not:
what is there is taken, what is missing is marked.
"""

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import sys
from pathlib import Path

from convviz import checks, grading

_PACKAGES = ("convviz", "ipykernel", "nbval", "numba", "numpy")


class Store:
    """The results of a course's runs in one folder.

    Parameters
    ----------
    folder : path
        Made when the first result is kept.
    course : grade.Course
    """

    def __init__(self, folder, course):
        self._folder = Path(folder)
        limits = [course.limits.deadline, course.limits.cell_seconds]
        self._same = [
            course.homework.path.read_bytes(),
            hashlib.sha256(course.key).digest(),  # the key itself is not to be found in a name
            json.dumps([course.sandbox, limits]).encode(),
            json.dumps(environment(), sort_keys=True).encode(),
        ]

    def name(self, submission, content):
        """Path of the file for a submission; other for other content, grader or environment."""
        about = json.dumps([submission.student, submission.file]).encode()
        return self._folder / f"{_digest([about, content, *self._same])}.json"

    def find(self, submission, content):
        """Return the result kept for a submission, None when there is none that can be read."""
        with contextlib.suppress(OSError, json.JSONDecodeError):
            return json.loads(self.name(submission, content).read_text(encoding="utf-8"))

    def keep(self, submission, content, record):
        """Write a result in one go: a file that is there is whole.

        Failures of the grader itself are not kept: the next run is to try again.
        """
        if record["status"] == "failed":
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self.name(submission, content)
        draft = path.with_suffix(f".{os.getpid()}.part")
        with draft.open("w", encoding="utf-8") as stream:
            json.dump(record, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)


def environment():
    """What a result may depend on beside its course: the programs that mark, and what they use.

    Returns
    -------
    dict of str to str
        Of a name to a version; that of ``grader`` is a hash of the programs that mark.
    """
    about = {"grader": _grader(), "Python": platform.python_version(), "system": sys.platform}
    return about | {name: importlib.metadata.version(name) for name in _PACKAGES}


@functools.cache
def _grader():
    """Hash of the programs that mark."""
    folders = [Path(module.__file__).parent for module in (grading, checks)]
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _digest(parts):
    """One hash of several texts; no two lists of texts run together."""
    lengths = b",".join(str(len(part)).encode() for part in parts)
    return hashlib.sha256(lengths + b":" + b"".join(parts)).hexdigest()[:40]
