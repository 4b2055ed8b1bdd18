"""Check of where the maxima are: what max pooling remembers for the way back."""

import numpy as np

from convviz.checks._line import pattern
from convviz.checks._pooling import cases, max_pool, of_windows, windows
from convviz.checks._result import Variant, run


def winners(x, size, stride):
    """``row · columns + column`` of the first largest entry of every window."""
    return _winners(x, size, stride)


def _winners(x, size, stride, *, pick=np.argmax, width=None, value=lambda x: x):
    """`pick` chooses the place in an unrolled window; `width` is that of a line of pixels."""
    every = windows(value(x), size, stride)
    found = np.zeros(every.shape[:2], int)
    for r, c in np.ndindex(found.shape):
        i, j = divmod(int(pick(every[r, c].ravel())), size)
        found[r, c] = (r * stride + i) * (width or x.shape[1]) + c * stride + j
    return found


def _last(window):
    return len(window) - 1 - np.argmax(window[::-1])


def _down_the_columns(window):
    side = int(len(window) ** 0.5)
    j, i = divmod(int(np.argmax(window.reshape(side, side).T)), side)
    return i * side + j


def _from_zero(x, size, stride):
    return np.where(max_pool(x, size, stride) > 0, _winners(x, size, stride), 0)


def _in_the_window(x, size, stride):
    every = windows(x, size, stride)
    return every.reshape(*every.shape[:2], -1).argmax(axis=2)


_WINNER_VARIANTS = [
    Variant(
        "is that the place in the window? Count from the corner of the image", _in_the_window
    ),
    Variant("does the last of equals win? The first does: use >, not >=",
            lambda *a: _winners(*a, pick=_last)),
    Variant(
        "is the window searched column by column? Row by row: the first in reading order wins",
        lambda *a: _winners(*a, pick=_down_the_columns),
    ),
    Variant(
        "does the search start from 0? Among negative numbers nobody wins then",
        _from_zero,
    ),
    Variant(
        "is the width of the output taken for that of the image? row · columns + column",
        lambda x, k, s: _winners(x, k, s, width=(x.shape[1] - k) // s + 1),
    ),
    Variant(
        "are the rows counted for the columns? row · columns + column, with the image's columns",
        lambda x, k, s: _winners(x, k, s, width=x.shape[0]),
    ),
    Variant(
        "is it column · rows + row? It should be row · columns + column",
        lambda x, k, s: _winners(x, k, s) % x.shape[1] * x.shape[0]
        + _winners(x, k, s) // x.shape[1],
    ),
    Variant("are those the values? Their places are asked", max_pool),
    Variant(
        "is it the smallest entry's place?", lambda *a: _winners(*a, pick=np.argmin)
    ),
    Variant(
        "is it the place of the largest absolute value?", lambda *a: _winners(*a, value=np.abs)
    ),
    Variant("is it counted from 1? Places start at 0", lambda *a: _winners(*a) + 1),
    *of_windows(winners),
]


def check_winners(function):
    """Check ``winners(x, size, stride)``: the place of every window's largest entry.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> check_winners(lambda x, size, stride: reference.max_pool2d(x, size, stride)[1] + 1)
    ✗ winners: 0 of 12 cases
      4×4 image, windows 2×2, stride 2: row 0, column 0: expected 4, got 5: \
is it counted from 1? Places start at 0
    """
    ties = np.array([[2, 5, 5, 1], [5, 0, 5, 3], [1, 1, 4, 4]])
    more = [
        (pattern(4, 4) - 7, 2, 2),
        (ties, 2, 1),
        (np.zeros((4, 6)), 2, 2),
        (ties, 3, 1),
    ]
    return run("winners", function, cases(winners, more), _WINNER_VARIANTS)
