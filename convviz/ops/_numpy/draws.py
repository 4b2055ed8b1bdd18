"""Doubles of the loops of stochastic pooling over (planes, H, W)."""

import numpy as np


def choose(x, chance, y, indices, rows, columns):
    taps = [(*_entry(x, i, j), inside) for i, j, inside in _taps(rows, columns)]
    values = np.array([np.where(inside, value, 0) for value, _, inside in taps])
    with np.errstate(invalid="ignore", over="ignore"):
        so_far = np.add.accumulate(values, axis=0, dtype=np.float64)
        passed = (so_far > chance * so_far[-1]) | ~np.isfinite(values)
    # an entry of 0 is never taken, unless all are 0; the last other one where none passes
    possible = values != 0
    last = len(taps) - 1 - possible[::-1].argmax(axis=0)
    stops = possible & passed
    first = np.where(stops.any(axis=0), stops.argmax(axis=0), last)
    first = np.where(possible.any(axis=0), first, 0)[None]
    places = np.array([np.broadcast_to(place, y.shape) for _, place, _ in taps])
    y[...] = np.take_along_axis(values, first, axis=0)[0]
    indices[...] = np.take_along_axis(places, first, axis=0)[0]


def expect(x, y, rows, columns):
    total, squares = np.zeros(y.shape), np.zeros(y.shape)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for i, j, inside in _taps(rows, columns):
            value = np.where(inside, _entry(x, i, j)[0], 0).astype(np.float64)
            total += value
            squares += value * value
        y[...] = np.where(total == 0, 0.0, squares / total)


def expect_backward(dy, x, y, dx, rows, columns):
    total = np.zeros(y.shape)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for i, j, inside in _taps(rows, columns):
            total += np.where(inside, _entry(x, i, j)[0], 0)
        share = dy / total
        for at, window in _windows(rows, columns):
            moved = dx[window] + share[at] * (np.float64(2) * x[window] - y[at])
            np.copyto(dx[window], moved, where=total[at] != 0, casting="same_kind")


def _taps(rows, columns, gaps=(1, 1)):
    """The rows and columns of the entries that are k-th in their windows, and who has one."""
    sides = []
    for line, gap in zip((rows, columns), gaps, strict=True):
        longest = int((line[:, 1] - line[:, 0]).max(initial=1))
        places = [line[:, 0] + step for step in range(0, longest, gap)]
        # a place beyond the end is not looked at, but must exist
        sides.append([(np.minimum(at, line[:, 1] - 1), at < line[:, 1]) for at in places])
    for i, has_row in sides[0]:
        for j, has_column in sides[1]:
            yield i, j, has_row[:, None] & has_column


def _entry(x, rows, columns):
    """An entry of each window, and its place in the plane."""
    return x[:, rows[:, None], columns], rows[:, None] * x.shape[2] + columns


def _windows(rows, columns):
    """For each output its index, with axes for a window, and that of its window."""
    for r, (top, bottom, _) in enumerate(rows.tolist()):
        for q, (left, right, _) in enumerate(columns.tolist()):
            at = (..., r, q, None, None)
            yield at, (..., slice(top, bottom), slice(left, right))
