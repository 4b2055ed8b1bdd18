"""Is a result right? Decided outside the student's kernel, on decoded numbers only."""

import dataclasses
import errno

import numpy as np

from convviz.grading import wire

RTOL, ATOL = 1e-5, 1e-8
# What feedback says of a hidden case: the kind of error, never an input or a value.
REASONS = {
    "none": "nothing was returned",
    "not numbers": "the result is not numbers",
    "shape": "wrong shape",
    "not finite": "the result holds NaN or infinity",
    "not whole": "a whole number is asked, a number with a fraction part came back",
    "values": "wrong values",
    "changed": "an argument was changed in place",
}
# Errors, by name or number, that a limit of the sandbox is behind.
LIMITS = {
    "MemoryError": "memory limit",
    errno.ENOMEM: "memory limit",
    errno.EAGAIN: "process limit",
    errno.EFBIG: "file limit",
    errno.ENOSPC: "file limit",
    errno.ENETUNREACH: "network unreachable",
}


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What became of one case.

    Attributes
    ----------
    label : str
        The author's name for the case.
    kind : str
        ``"ok"``, ``"stub"`` (not attempted), ``"error"``, ``"missing"``, ``"extra"`` or a key of
        `REASONS`.
    reason : str
        The same for a reader.
    line : int or None
        Where in the answer cell an error was raised.
    """

    label: str
    kind: str
    reason: str = ""
    line: int | None = None

    @property
    def ok(self):
        """Is the case right?"""
        return self.kind == "ok"


def verdicts(expected, actual, *, rtol=RTOL, atol=ATOL, judges=None):
    """Compare the records of a probe cell with those of the solution, case by case.

    Parameters
    ----------
    expected, actual : list of dict
        The records, in the order they were sent. Those of `actual` are not believed: labels and
        judges are taken from `expected`, and a record too many makes every case wrong.
    rtol, atol : float
        A value is right when ``|actual − expected| ≤ atol + rtol·max|expected|``.
    judges : dict of str to callable, optional
        The functions named by the records' ``judge``.

    Returns
    -------
    list of Verdict
        One for each expected record.

    Examples
    --------
    >>> solution = [{"label": "a", "kind": "value"} | wire.encode([1.0, 2.0])]
    >>> answer = [{"label": "a", "kind": "value"} | wire.encode([1.0, 3.0])]
    >>> verdicts(solution, answer)
    [Verdict(label='a', kind='values', reason='wrong values', line=None)]
    """
    if len(actual) > len(expected):
        reason = f"{len(actual)} results came back for {len(expected)} cases"
        return [Verdict(record["label"], "extra", reason) for record in expected]
    missing = [{"kind": "missing"}] * (len(expected) - len(actual))
    pairs = zip(expected, list(actual) + missing, strict=True)
    return [_verdict(one, other, rtol, atol, judges or {}) for one, other in pairs]


def _verdict(expected, actual, rtol, atol, judges):
    label = expected["label"]
    kind = actual.get("kind") if isinstance(actual, dict) else None
    if kind == "value":
        judge = judges[expected["judge"]] if expected.get("judge") else None
        kind = _compare(expected, actual, rtol, atol, judge)
        return Verdict(label, kind, REASONS.get(kind, ""))
    if kind == "error":
        return Verdict(label, "error", _raised(actual), _line(actual))
    if kind == "stub":
        return Verdict(label, "stub", "not attempted")
    if isinstance(kind, str) and kind in REASONS:
        return Verdict(label, kind, REASONS[kind])
    return Verdict(label, "missing", "no result came back")


def _compare(expected, actual, rtol, atol, judge):
    """Shape and finiteness first, then the values; the answer is "ok" or a key of `REASONS`."""
    try:
        right, given = wire.decode(expected), wire.decode(actual)
    except wire.NotNumbers:
        return "not numbers"
    known = expected.get("wanted", False)
    if given.shape != right.shape and not known:
        return "shape"
    if not np.isfinite(given).all():
        return "not finite"
    whole = right.ndim == 0 and right.dtype.kind in "iu"
    if whole and not known and given.dtype.kind not in "iu":
        return "not whole"
    if judge:
        right = right if known else np.asarray(judge(right))
        given = np.asarray(judge(given))
        if given.shape != right.shape:
            return "values"
    if not close(given, right, rtol, atol):
        return "values"
    return "changed" if actual.get("changed") is not False else "ok"


def close(actual, expected, rtol=RTOL, atol=ATOL):
    """Are two arrays of one shape equal but for rounding, measured by the largest expected value?

    >>> close(np.array([1.0, 1e-7]), np.array([1.0, 0.0]))
    True
    """
    if not expected.size:
        return True
    right = expected.astype(float)
    difference = np.abs(actual.astype(float) - right)
    return bool((difference <= atol + rtol * np.abs(right).max()).all())


def _raised(record):
    """What was raised and, where a limit of the sandbox may have caused it, which."""
    name, number = _name(record.get("type")), record.get("errno")
    limit = LIMITS.get(number if type(number) is int else name)
    return f"{limit}: raised {name}" if limit else f"raised {name}"


def _name(text):
    """An exception's name as the student's kernel told it, cut to what a name may be."""
    text = str(text)[:60]
    return text if text.isidentifier() else "an error"


def _line(record):
    line = record.get("line")
    return line if type(line) is int and 0 < line < 100_000 else None
