"""Doubles of the loops of pooling.

A forward pass takes the entries that are first in their windows, for all windows at once, then
those that are second, and so on; on the way back one window after another adds its part.
"""

import math

import numpy as np


def max_forward(x, y, indices, rows, columns, gaps):
    best, place = _entry(x, rows[:, 0], columns[:, 0])
    for i, j, inside in _taps(rows, columns, gaps):
        value, where = _entry(x, i, j)
        # the first of equals stays; a NaN wins whatever was found so far
        wins = inside & ((value > best) | (value != value))
        best, place = np.where(wins, value, best), np.where(wins, where, place)
    y[...], indices[...] = best, place


def max_of_pairs(x, y, indices):
    sides = [_pairs(size) for size in y.shape[2:]]
    max_forward(x, y, indices, *sides, (1, 1))


def max_backward(dy, indices, dx):
    at = indices + np.arange(len(dx))[:, None] * dx.shape[1]
    np.add.at(dx.reshape(-1), at.reshape(-1), dy.reshape(-1))


def avg_forward(x, y, rows, columns):
    y[...] = 0
    for i, j, inside in _taps(rows, columns):
        y += np.where(inside, _entry(x, i, j)[0], x.dtype.type(0))
    y /= _counts(rows, columns).astype(x.dtype)


def avg_backward(dy, dx, rows, columns):
    share = dy / _counts(rows, columns).astype(dy.dtype)
    for at, window in _windows(rows, columns):
        dx[window] += share[at]


def lp_forward(x, y, rows, columns, p, size):
    share = size / _counts(rows, columns)
    total = np.zeros(y.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        for i, j, inside in _taps(rows, columns):
            powers = _power(abs(_entry(x, i, j)[0].astype(np.float64)), p)
            total += np.where(inside, powers, 0.0)
        y[...] = _root(share * total, p)
    for n, c, r, q in np.argwhere(~((total > 1e-250) & (total < 1e250))):
        window = x[n, c, rows[r, 0] : rows[r, 1], columns[q, 0] : columns[q, 1]]
        y[n, c, r, q] = _careful_norm(abs(window.astype(np.float64)).ravel(), p, share[r, q])


def lp_backward(dy, x, y, dx, rows, columns, p, size):
    norm, counts = y.astype(np.float64), _counts(rows, columns)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        share = dy.astype(np.float64) * size / counts
        for at, window in _windows(rows, columns):
            value = x[window].astype(np.float64)
            slope = share[at] * _power(abs(value) / norm[at], p - 1.0)
            slope = np.where(value > 0, slope, -slope)
            # as float64, rounded when it is stored
            moved = dx[window] + slope
            np.copyto(dx[window], moved, where=(value != 0) & (norm[at] != 0), casting="same_kind")


def put(x, indices, y):
    # of several entries for one place, the last one stays
    y[np.arange(len(y))[:, None], indices] = x


def take(y, indices, x):
    x[...] = np.take_along_axis(y, indices, axis=1)


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


def _pairs(count):
    first = 2 * np.arange(count)
    return np.stack([first, first + 2], axis=1)


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
    return x[:, :, rows[:, None], columns], rows[:, None] * x.shape[3] + columns


def _counts(rows, columns):
    return rows[:, 2][:, None] * columns[:, 2]


def _windows(rows, columns):
    """For each output its index, with axes for a window, and that of its window."""
    for r, (top, bottom, _) in enumerate(rows.tolist()):
        for q, (left, right, _) in enumerate(columns.tolist()):
            at = (..., r, q, None, None)
            yield at, (..., slice(top, bottom), slice(left, right))


# the power of the C library, as in the compiled loops: NumPy's may differ in the last digit
_pow = np.frompyfunc(lambda base, exponent: _quiet_power(base, exponent), 2, 1)


def _quiet_power(base, exponent):
    try:
        return math.pow(base, exponent)
    except (OverflowError, ValueError):
        # what C answers, and Python refuses to
        return float(np.float64(base) ** exponent)


def _power(base, exponent):
    whole = int(exponent)
    if exponent != whole or whole > 8:
        return _pow(base, exponent).astype(np.float64)
    power = np.ones_like(base)
    for _ in range(whole):
        power *= base
    return power


def _root(value, p):
    if p == 1.0:
        return value
    return np.sqrt(value) if p == 2.0 else _pow(value, 1.0 / p).astype(np.float64)


def _careful_norm(entries, p, share):
    """The norm with its largest entry taken out of the sum, so that no power overflows."""
    largest = entries.max()
    if not 0.0 < largest < np.inf:
        return largest
    largest = max(largest, 1e-300)
    unit = 1.0 / largest
    total = np.add.accumulate(_power(entries * unit, p))[-1]
    return largest * float(_root(np.float64(share * total), p))
