"""Checks of pooling one plane: maxima and means."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around, of_results
from convviz.checks._result import Case, Variant, run


def windows(x, size, stride):
    """Every window of a plane: an array (rows, columns, size, size)."""
    return np.lib.stride_tricks.sliding_window_view(x, (size, size))[::stride, ::stride]


def max_pool(x, size, stride):
    """The largest entry of every window."""
    return windows(x, size, stride).max(axis=(2, 3))


def average_pool(x, size, stride):
    """The average of every window."""
    return windows(x, size, stride).mean(axis=(2, 3))


def words(shape, size, stride):
    """``5×6 image, windows 3×3, stride 2``."""
    return f"{_numbers.size(shape)} image, windows {size}×{size}, stride {stride}"


def _rounded_up(pool, fill):
    """One more window than fits, read over `fill`."""

    def function(x, size, stride):
        extra = [(0, -(side - size) % stride) for side in x.shape]
        return pool(np.pad(x.astype(float), extra, constant_values=fill), size, stride)

    return function


def of_windows(pool):
    """Mistakes in where the windows lie, whatever is made of them."""
    before, after = around(pool)

    def unmoved(x, size, stride):
        rows, columns = pool(x, size, stride).shape
        return pool(x, size, 1)[:rows, :columns]

    return [
        Variant(
            "is the stride ignored? Windows start `stride` apart, not `size`",
            before(lambda x, size, stride: (x, size, size)),
        ),
        Variant(
            "is the stride ignored? Windows start `stride` apart",
            before(lambda x, size, stride: (x, size, 1)),
        ),
        Variant("does the window move by one pixel only? It starts at row · stride", unmoved),
        Variant(
            "are size and stride swapped?", before(lambda x, size, stride: (x, stride, size))
        ),
        Variant(
            "is the size rounded up? A window that does not fit does not count",
            _rounded_up(pool, -np.inf),
        ),
        Variant(
            "is the size rounded up? A window that does not fit does not count",
            _rounded_up(pool, 0),
        ),
        Variant(
            "are there taken to be as many columns as rows?",
            after(lambda y: y[:, : len(y)]),
        ),
        *of_results(after),
    ]


_MAX_VARIANTS = [
    Variant(
        "does the search start from 0? Among negative numbers 0 wins then: start from the "
        "first entry, or from −infinity",
        lambda x, size, stride: np.maximum(max_pool(x, size, stride), 0),
    ),
    Variant("is this the smallest entry?", lambda *a: windows(*a).min(axis=(2, 3))),
    Variant("is this the average?", average_pool),
    Variant(
        "is this the largest absolute value? −5 is less than 1",
        lambda *a: np.abs(windows(*a)).max(axis=(2, 3)),
    ),
    Variant(
        "is only the diagonal of the window read?",
        lambda *a: windows(*a).diagonal(axis1=2, axis2=3).max(axis=2),
    ),
    Variant(
        "is the image cut up by reshape? That works where windows stand side by side and fit",
        lambda x, size, stride: x.reshape(
            len(x) // size, size, x.shape[1] // size, size
        ).max(axis=(1, 3)),
    ),
    *of_windows(max_pool),
]

_AVERAGE_VARIANTS = [
    Variant(
        "is this the sum? Divide by the number of entries", lambda *a: windows(*a).sum(axis=(2, 3))
    ),
    Variant(
        "is it divided by the size? A window has size · size entries",
        lambda x, size, stride: average_pool(x, size, stride) * size,
    ),
    Variant(
        "is it divided by the size of the image? By that of the window",
        lambda x, size, stride: windows(x, size, stride).sum(axis=(2, 3)) / x.size,
    ),
    Variant("is this the largest entry?", max_pool),
    Variant(
        "is the division // instead of /? It cuts the fractions off",
        lambda *a: np.floor(average_pool(*a)),
    ),
    *of_windows(average_pool),
]

# rows, columns, size, stride: side by side, overlapping, with gaps, not fitting
_POOLED = [
    (4, 4, 2, 2),
    (3, 6, 3, 3),
    (4, 4, 3, 1),
    (5, 7, 3, 2),
    (5, 6, 2, 3),
    (5, 4, 2, 2),
    (6, 7, 3, 3),
    (8, 5, 3, 4),
]


def cases(pool, more):
    """A classic example, sizes of all kinds, and what is given."""
    deck = np.array([[1, 3, 10, 0], [8, 4, 2, 9], [7, 2, 1, 3], [1, 1, 0, 4.0]])
    given = [(deck, 2, 2), *((pattern(r, c), k, s) for r, c, k, s in _POOLED[1:]), *more]
    return [Case(words(x.shape, k, s), (x, k, s), pool(x, k, s)) for x, k, s in given]


def check_max_pool(function):
    """Check ``max_pool(x, size, stride)`` of one plane.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> check_max_pool(lambda x, size, stride: reference.max_pool2d(x, size)[0])
    ✗ max_pool: 5 of 10 cases
      4×4 image, windows 3×3, stride 1: expected shape (2, 2), got (1, 1): \
is the stride ignored? Windows start `stride` apart, not `size`
    """
    more = [(-1.5 - np.arange(16.0).reshape(4, 4), 2, 2), (pattern(4, 6) - 7, 3, 1)]
    return run("max_pool", function, cases(max_pool, more), _MAX_VARIANTS)


def check_average_pool(function):
    """Check ``average_pool(x, size, stride)`` of one plane.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> check_average_pool(lambda x, size, stride: reference.avg_pool2d(x, size, stride) * size)
    ✗ average_pool: 0 of 9 cases
      4×4 image, windows 2×2, stride 2: row 0, column 0: expected 4, got 8: \
is it divided by the size? A window has size · size entries
    """
    more = [(np.arange(30).reshape(5, 6), 2, 1)]
    return run("average_pool", function, cases(average_pool, more), _AVERAGE_VARIANTS)
