"""What the solution gives: run here, in the grader's own process, never in a student's kernel."""

import ast
import contextlib
import hashlib
import hmac
import inspect
import io

import numpy as np

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

    Raises
    ------
    HomeworkError
        When a cell of the master raises.
    """

    def __init__(self, homework):
        self.namespace = {"__name__": "__main__"}
        self._probes, self._judges = {}, []
        for cell in homework.cells:
            role = meta(cell).get("role")
            if role in ("setup", "answer", "judge"):
                self._run(cell)
                self._judges += [cell] if role == "judge" else []
            elif role == "probe":
                self._probes[cell.id] = cell

    def records(self, cell_id, number):
        """Run a probe cell on the solution with a seed; return the records it sends."""
        sent = []
        self.namespace["probe"] = Probe(number, sent.append, right=True)
        self._run(self._probes[cell_id])
        return sent

    def judges(self, number):
        """What judge cells define, for one run of a probe cell.

        A judge that has a parameter `rng` gets random numbers, the same for the student's result
        and for the right one.

        Parameters
        ----------
        number : int
            Seeds them. The student's kernel never learns it, other than the seed of the probe.

        Returns
        -------
        dict of str to callable
        """
        found = {}
        for cell in self._judges:
            for name in _functions(cell):
                found[name] = _seeded(self.namespace[name], number)
        return found

    def _run(self, cell):
        code = compile(cell.source, f"<{cell.id}>", "exec")
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(code, self.namespace)
        except Exception as error:
            raise HomeworkError(
                f"cell {cell.id!r} of the master raised {type(error).__name__}: {error}"
            ) from error


def _functions(cell):
    """Names of the functions that a cell defines."""
    return [node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]


def _seeded(judge, number):
    if "rng" not in inspect.signature(judge).parameters:
        return judge
    return lambda numbers: judge(numbers, rng=np.random.default_rng(number))
