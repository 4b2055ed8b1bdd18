"""What a probe cell calls. It runs twice: in the student's kernel, and with the solution outside.

The two runs get the same seed, so the same inputs; only what the functions return differs. The
student's kernel is told inputs, never results.
"""

import copy

import numpy as np

from convviz.checks import call
from convviz.grading import wire


class Probe:
    """Collects what a student's answers give on inputs the student has not seen.

    Parameters
    ----------
    seed : int
        Seeds `rng`.
    send : callable, optional
        Takes one record, a dict of plain JSON. Left out, records wait for `publish`.
    right : bool
        Whether the functions are the solution's: then what is known already is not computed.

    Attributes
    ----------
    rng : numpy.random.Generator
        For random inputs; one stream a probe cell.

    Examples
    --------
    >>> records = []
    >>> probe = Probe(0, records.append)
    >>> probe.call("one number", abs, -3)
    >>> records[0]["label"], records[0]["kind"], wire.decode(records[0]).item()
    ('one number', 'value', 3)
    """

    def __init__(self, seed, send=None, *, right=False):
        self.rng = np.random.default_rng(seed)
        self._waiting = []
        self._send, self._right = send or self._waiting.append, right

    def call(
        self, label, function, *args, judge=None, wanted=None, may_change=False, **options
    ):
        """Call a function on copies of the arguments and send what it gives.

        Parameters
        ----------
        label : str
            Names the case in the feedback: a property ("an even filter"), never a value.
        function : callable
            The student's.
        *args, **options
            Handed on.
        judge : str, optional
            Name of a function in a ``judge`` cell. It runs outside the student's kernel, on the
            expected result and on the student's, and what it returns is compared.
        wanted : bool, number or array, optional
            What the judge must say of the student's result, whatever its shape. The solution,
            which may take long, is not called then.
        may_change : bool
            Do not mind when the function changes its arguments.
        """
        if wanted is not None and self._right:
            record = {"label": label, "kind": "value", "judge": judge, "wanted": True}
            return self._send(record | _encoded(wanted))
        outcome = call.student(function, *args, **options)
        record = {"label": label, "kind": outcome.kind, "judge": judge}
        if outcome.kind == "error":
            record["type"] = type(outcome.error).__name__
            # a number that says which limit was met; the message itself may hold hidden values
            record["errno"] = _number(outcome.error)
            record["line"] = outcome.line_number
        elif outcome.kind == "value":
            record["changed"] = bool(outcome.changed) and not may_change
            record.update(_encoded(outcome.value))
        self._send(record)

    def value(self, label, value, *, judge=None):
        """Send a number, a list or an array that the student wrote down; None is not attempted."""
        if _is_blank(value):
            self._send({"label": label, "kind": "stub", "judge": judge})
        else:
            record = {"label": label, "kind": "value", "judge": judge, "changed": False}
            self._send(record | _encoded(copy.copy(value)))

    def publish(self):
        """Make all records one output of the running cell: a message takes longer than a case."""
        from IPython.display import display

        display({wire.MIME: self._waiting}, raw=True)


def _encoded(value):
    """Return the record's fields for a value; one that is no number says so in ``kind``."""
    try:
        return wire.encode(value)
    except wire.NotNumbers:
        return {"kind": "not numbers"}


def _number(error):
    number = error.errno if isinstance(error, OSError) else None
    return number if type(number) is int else None


def _is_blank(value):
    if isinstance(value, (list, tuple)):
        return any(_is_blank(entry) for entry in value)
    return value is None
