"""Are two results the same, and if not, where do they part?"""

import dataclasses

import numpy as np

from convviz.checks import _numbers


@dataclasses.dataclass(frozen=True, repr=False)
class Comparison:
    """What `same` found: true when the results agree, and a sentence in any case.

    Attributes
    ----------
    kind : str
        ``"same"``, ``"not numbers"``, ``"shape"``, ``"values"``, or ``"not whole"`` (right, but
        not the whole number that was asked).
    text : str
    """

    kind: str
    text: str

    def __bool__(self):
        return self.kind == "same"

    def __repr__(self):
        return f"{'✓' if self else '✗'} {self.text}"


def same(actual, expected, *, rtol=1e-6, atol=1e-9):
    """Compare a result with what it should be, and say what differs where.

    Parameters
    ----------
    actual : anything
        What a function gave.
    expected : array-like of numbers
    rtol, atol : float
        An entry is right when ``|actual − expected| ≤ atol + rtol·max|expected|``.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> same([[1, 2], [3, 4]], [[1, 2], [3, 4]])
    ✓ the same: 2×2
    >>> same([[1, 2], [3, 4]], [[1, 2], [-3, 4]])
    ✗ row 1, column 0: expected −3, got 3
    >>> same([1, 2, 3], [[1, 2], [3, 4]])
    ✗ expected shape (2, 2), got (3,)
    """
    right, given = np.asarray(expected), as_array(actual)
    if given is None:
        wanted = "a number" if right.ndim == 0 else "an array of numbers"
        return Comparison("not numbers", f"expected {wanted}, got {_describe(actual)}")
    if given.shape != right.shape:
        return Comparison("shape", _shapes(right.shape, given.shape))
    wrong = np.argwhere(~_close(given, right, rtol, atol))
    if len(wrong):
        return Comparison("values", _difference(given, right, tuple(wrong[0].tolist())))
    if right.ndim == 0 and right.dtype.kind in "iu" and given.dtype.kind not in "iu":
        kind = "a float" if given.dtype.kind == "f" else "a truth value"
        text = f"expected the whole number {right}, got {given}, {kind}"
        return Comparison("not whole", text)
    what = _numbers.size(right.shape) if right.ndim else _numbers.number(right.item())
    return Comparison("same", f"the same: {what}")


def as_array(value):
    """The value as an array of real numbers, or None when it is none."""
    try:
        array = np.asarray(value)
    except Exception:  # ragged lists, and whatever a student's own __array__ raises
        return None
    return array if array.dtype.kind in "biuf" else None


def _close(given, right, rtol, atol):
    if not right.size:
        return np.ones(right.shape, bool)
    right = right.astype(float)
    with np.errstate(all="ignore"):
        limit = atol + rtol * np.abs(right[np.isfinite(right)]).max(initial=0)
        return np.abs(given.astype(float) - right) <= limit


def _difference(given, right, index):
    expected, got = _numbers.pair(right[index].item(), given[index].item())
    text = f"expected {expected}, got {got}"
    return f"{_numbers.place(index)}: {text}" if index else text


def _shapes(right, given):
    if right == ():
        return f"expected a single number, got an array of shape {given}"
    if given == ():
        return f"expected an array of shape {right}, got a single number"
    return f"expected shape {right}, got {given}"


def _describe(value):
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    kind = type(value).__name__
    if isinstance(value, (list, tuple)):
        return f"a {kind} that is no table of numbers"
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"
