"""Doubles of the loops of pooling over (volumes, D, H, W), which add in the same order.

A forward pass takes the entries that are first in their windows, for all windows at once, then
those that are second, and so on. A mean is taken as the loops do: first the rows that a window
reaches over, column by column, then along the line that they make; the way back likewise.
"""

from functools import reduce
from itertools import product

import numpy as np

#: entries up to which a loop is not worth compiling, which takes seconds
FEW = {"avg_backward": 64}


def max_forward(x, y, indices, depths, rows, columns, gaps, run, even):
    best, place, (high, wide) = None, None, x.shape[2:]
    for (d, i, j), inside in _taps((depths, rows, columns), gaps):
        value, where = x[:, d, i, j], (d * high + i) * wide + j
        if best is None:
            best, place = value, where
        # the first of equals stays; a NaN wins whatever was found so far
        wins = inside & ((value > best) | (value != value))
        best, place = np.where(wins, value, best), np.where(wins, where, place)
    y[...], indices[...] = best, place


def max_of_pairs(x, y, indices):
    sides = [_pairs(size) for size in (1, *y.shape[2:])]
    sides[0][:, 1] = 1
    max_forward(x, y, indices, *sides, (1, 1, 1), None, None)


def max_backward(dy, indices, dx):
    dx[...] = 0
    at = indices + np.arange(len(dx))[:, None] * dx.shape[1]
    np.add.at(dx.reshape(-1), at.reshape(-1), dy.reshape(-1))


def avg_forward(x, y, depths, rows, columns, run):
    line = along = None
    for (d, i), inside in _taps((depths, rows), (1, 1)):
        value = x[:, d, i]
        line = value if line is None else np.where(inside[..., None], line + value, line)
    for (j,), inside in _taps((columns,), (1,)):
        value = line[..., j]
        along = value if along is None else np.where(inside, along + value, along)
    y[...] = along / _counts(depths, rows, columns, x.dtype)


def avg_backward(dy, dx, depths, rows, columns):
    dx[...] = 0
    shares = dy / _counts(depths, rows, columns, dy.dtype)
    for z, (front, back, _) in enumerate(depths.tolist()):
        for r, (top, bottom, _) in enumerate(rows.tolist()):
            line = np.zeros((len(dx), dx.shape[3]), dx.dtype)
            for q, (left, right, _) in enumerate(columns.tolist()):
                line[:, left:right] += shares[:, z, r, q, None]
            dx[:, front:back, top:bottom] += line[:, None, None]


def put(x, indices, y):
    # of several entries for one place, the last one stays
    y[np.arange(len(y))[:, None], indices] = x


def take(y, indices, x):
    x[...] = np.take_along_axis(y, indices, axis=1)


def _pairs(count):
    first = 2 * np.arange(count)
    return np.stack([first, first + 2], axis=1)


def _taps(axes, gaps):
    """Where the k-th entries of the windows are along each of some axes, and who has one."""
    sides = []
    for at, (line, gap) in enumerate(zip(axes, gaps, strict=True)):
        spread = (slice(None),) + (None,) * (len(axes) - 1 - at)
        longest = int((line[:, 1] - line[:, 0]).max(initial=1))
        places = [line[:, 0] + step for step in range(0, longest, gap)]
        # a place beyond the end is not looked at, but must exist
        sides.append([(np.minimum(at, line[:, 1] - 1)[spread], (at < line[:, 1])[spread])
                      for at in places])  # fmt: skip
    for taps in product(*sides):
        places, inside = zip(*taps, strict=True)
        yield places, reduce(np.logical_and, inside)


def _counts(depths, rows, columns, dtype):
    area = (depths[:, 2][:, None] * rows[:, 2]).astype(dtype)
    return area[..., None] * columns[:, 2].astype(dtype)
