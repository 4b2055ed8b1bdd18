"""What the solution gives: run here, in the grader's own process, never in a student's kernel."""

import contextlib
import hashlib
import hmac
import io

from convviz.grading._probe import Probe
from convviz.grading.homework import HomeworkError, meta


def seed(secret, cell_id):
    """Seed of one probe cell: the same for the same submission, not to be guessed without `secret`.

    Parameters
    ----------
    secret : bytes
        As `submission_secret` returns it.
    cell_id : str

    Examples
    --------
    >>> seed(b"secret", "a") == seed(b"secret", "a"), seed(b"secret", "a") == seed(b"other", "a")
    (True, False)
    """
    return int.from_bytes(hmac.digest(secret, cell_id.encode(), "sha256")[:8], "big")


def submission_secret(course_key, content):
    """Return what the seeds of one submission are made from: an HMAC of its bytes."""
    return hmac.digest(course_key, hashlib.sha256(content).digest(), "sha256")


class Solution:
    """The master's setup, solutions and judges, run once, cell by cell.

    Parameters
    ----------
    homework : homework.Homework

    Attributes
    ----------
    namespace : dict
        What setup, solutions and judges define.
    judges : dict of str to callable
        What the judge cells define.

    Raises
    ------
    HomeworkError
        When a cell of the master raises.
    """

    def __init__(self, homework):
        self.namespace = {"__name__": "__main__"}
        self._probes = {}
        for cell in homework.cells:
            role = meta(cell).get("role")
            if role in ("setup", "answer", "judge"):
                self._run(cell)
            elif role == "probe":
                self._probes[cell.id] = cell
        self.judges = {name: f for name, f in self.namespace.items() if callable(f)}

    def records(self, cell_id, number):
        """Run a probe cell on the solution with a seed; return the records it sends."""
        sent = []
        self.namespace["probe"] = Probe(number, sent.append)
        self._run(self._probes[cell_id])
        return sent

    def _run(self, cell):
        code = compile(cell.source, f"<{cell.id}>", "exec")
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(code, self.namespace)
        except Exception as error:
            raise HomeworkError(
                f"cell {cell.id!r} of the master raised {type(error).__name__}: {error}"
            ) from error
