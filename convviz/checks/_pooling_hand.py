"""Checks of pooling with a pencil: pooled numbers, and slopes of a maximum."""

import numpy as np

from convviz.checks import _pooling
from convviz.checks._hand import by_hand
from convviz.checks._result import Check

_POOLS = {"max": _pooling.max_pool, "average": _pooling.average_pool}


def check_on_paper(answer, image, settings):
    """Check tables found by hand.

    Parameters
    ----------
    answer : dict of str to nested list
        A table for each setting; None is not answered yet.
    image : array-like
    settings : dict of str to (kind, size, stride)
        The kind is ``"max"`` or ``"average"``.

    Returns
    -------
    Check
        A wrong number is named, never the right one.

    Examples
    --------
    >>> image = [[-1, -2, 5], [-3, -4, 6]]
    >>> check_on_paper({"a": [[0, 6]]}, image, {"a": ("max", 2, 1)})
    ✗ on_paper: 1 of 2 numbers
      a, row 0, column 0: 0 is not right: 0 is not in that window, and −1 is more than −2
    """
    numbers, given, problems, image = {}, {}, [], np.asarray(image)
    for setting, (kind, size, stride) in settings.items():
        right = _POOLS[kind](image, size, stride)
        given[setting], problem = _table(answer, setting, right.shape)
        problems += problem
        for row, column in np.ndindex(right.shape):
            place = setting, f"row {row}, column {column}"
            window = _pooling.windows(image, size, stride)[row, column]
            moved = image[row * size :, column * size :][:size, :size]
            found = _of_window(kind, window, moved)
            numbers[place] = right[row, column].item(), found
    if problems:
        return Check("on_paper", 0, len(numbers), tuple(problems), noun="number")
    return by_hand("on_paper", given, numbers)


def _table(answer, setting, shape):
    """The student's table as a dict of its entries, and what is wrong with its form."""
    rows = answer.get(setting) if isinstance(answer, dict) else None
    if rows is None:
        return {}, []
    lists = (list, tuple, np.ndarray)
    if not isinstance(rows, lists) or [
        len(row) if isinstance(row, lists) else None for row in rows
    ] != [shape[1]] * shape[0]:
        return {}, [f"{setting}: expected {shape[0]} rows of {shape[1]} numbers"]
    places = np.ndindex(shape)
    return {f"row {r}, column {c}": rows[r][c] for r, c in places}, []


def _of_window(kind, window, moved):
    """What well-known mistakes make of one window.

    `moved` is the window that would be there side by side, cut off at the border of the image.
    """
    if kind == "average":
        found = [
            (window.sum(), "is that the sum? Divide by the number of entries"),
            (window.sum() / len(window), "is that divided by the side? A window has more entries"),
            (np.floor(window.mean()), "is that rounded down? Averages may have fractions"),
            (window.max(), "is that the largest entry?"),
        ]
    else:
        found = [
            (np.abs(window).max(), "is a minus sign lost?"),
            (window.min(), "is that the smallest entry?"),
            (window.mean(), "is that the average?"),
        ]
        if window.max() < 0:
            found.append((0, "0 is not in that window, and −1 is more than −2"))
    if moved.size:
        at = moved.max() if kind == "max" else moved.mean()
        found.append((at, "do the windows stand side by side? They start a stride apart"))
    return found


_STEP = 0.25


def check_slopes(answer, windows):
    """Check by how much the maximum of a window moves, for each unit one entry is moved by.

    Parameters
    ----------
    answer : dict of str to dict
        For each entry a dict with ``"up"`` and ``"down"``; None is not answered yet.
    windows : dict of str to (window, (row, column))
        The window, and the entry that moves by less than the entries are apart.

    Returns
    -------
    Check
        A wrong number is named, never the right one.

    Examples
    --------
    >>> check_slopes({"a": {"up": 1, "down": 1}}, {"a": ([[2, 2], [0, 1]], (0, 0))})
    ✗ slopes: 1 of 2 numbers
      a, down: 1 is not right: another entry is as large: what is the maximum when this one shrinks?
    """
    numbers = {}
    for name, (window, place) in windows.items():
        window = np.array(window, float)
        for direction, step in (("up", _STEP), ("down", -_STEP)):
            moved = window.copy()
            moved[place] += step
            slope = (moved.max() - window.max()) / step
            numbers[name, direction] = slope, _slope_hints(window, place, direction, slope)
    return by_hand("slopes", answer, numbers)


def _slope_hints(window, place, direction, slope):
    share = 1 / np.count_nonzero(window == window.max())
    text = "a slope is the change of the maximum, divided by the change of the entry with its sign"
    both = "is that the average of both sides? Take this side alone"
    hints = [(-1, text)]
    if window[place] < window.max():
        return [*hints, (1, "the maximum is another entry, and that one stays where it is")]
    if slope == 0:
        text = "another entry is as large: what is the maximum when this one shrinks?"
        return [*hints, (1, text), (share, both)]
    hints.append((share, both))
    return [*hints, (0, "this entry is the maximum: when it moves, the maximum moves with it")]
