"""Check of a filter designed by hand: on every window of zeros and ones, does it fire as asked?"""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._result import Check
from convviz.checks._same import as_array

# Less than this is rounding, not firing.
_THRESHOLD = 1e-6


def check_detector(name, kernel, bias, target):
    """Check that ``max(sum(kernel · window) + bias, 0)`` is above 0 on one window only.

    All windows of zeros and ones of the target's size are tried, 512 for 3×3.

    Parameters
    ----------
    name : str
        The question.
    kernel : array-like of numbers, the target's shape
    bias : number
    target : array-like of 0 and 1
        The window to fire on.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_detector("two ones", [[1, 1]], -1, [[1, 1]])
    ✓ two ones: 4 of 4 windows
    >>> check_detector("two ones", [[1, 1]], 0, [[1, 1]])
    ✗ two ones: 2 of 4 windows
      fires on [0, 1], where the sum with the bias is 1: is the bias too high?
    """
    target = np.asarray(target)
    windows = np.array(list(np.ndindex((2,) * target.size))).reshape(-1, *target.shape)
    if _is_blank(kernel) or bias is None:
        return Check(name, 0, len(windows), attempted=False, noun="window")
    problem, kernel, bias = _as_numbers(kernel, bias, target.shape)
    if problem:
        return Check(name, 0, len(windows), (problem,), noun="window")
    sums = np.sum(windows * kernel, axis=tuple(range(1, windows.ndim))) + bias
    wanted = (windows == target).all(axis=tuple(range(1, windows.ndim)))
    wrong = np.flatnonzero((sums > _THRESHOLD) != wanted)
    if not len(wrong):
        return Check(name, len(windows), len(windows), noun="window")
    text = _explain(windows, sums, wanted, wrong)
    return Check(name, len(windows) - len(wrong), len(windows), (text,), noun="window")


def _explain(windows, sums, wanted, wrong):
    goal = int(np.flatnonzero(wanted)[0])
    others = np.delete(sums, goal)
    # The window that is closest to the target in its sum: the hardest one to tell apart.
    at = goal if goal in wrong else int(wrong[np.argmax(sums[wrong])])
    verb = "does not fire" if at == goal else "fires"
    text = f"{verb} on {_window(windows[at])}, where the sum with the bias is "
    text += _numbers.number(sums[at].item())
    if sums[goal] <= others.max() + _THRESHOLD:
        return f"{text}: the filter gives other windows as much; change the weights first"
    return f"{text}: is the bias too {'low' if at == goal else 'high'}?"


def _as_numbers(kernel, bias, shape):
    """Return (problem, kernel, bias); the problem is "" when both are usable numbers."""
    array, number = as_array(kernel), as_array(bias)
    if array is None:
        return "expected a filter of numbers", None, None
    if array.shape != shape:
        return f"expected a filter of shape {shape}, got {array.shape}", None, None
    if number is None or number.ndim:
        return "expected one number as the bias", None, None
    if not (np.isfinite(array).all() and np.isfinite(number)):
        return "the filter or the bias holds NaN or infinity", None, None
    return "", array.astype(float), float(number)


def _is_blank(kernel):
    if isinstance(kernel, (list, tuple)):
        return any(_is_blank(entry) for entry in kernel)
    return kernel is None


def _window(window):
    rows = [_numbers.row(line.tolist()) for line in window]
    return rows[0] if len(rows) == 1 else f"[{', '.join(rows)}]"
