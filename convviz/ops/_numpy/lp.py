"""Doubles of the loops of norm pooling over (planes, 1, H, W)."""

import numpy as np

#: loops with powers of their own, whose last digit may be another
INEXACT = {"forward", "backward"}
#: entries up to which a loop is not worth compiling, which takes seconds
FEW = {"forward": 64, "backward": 64}
_LOW, _HIGH = 1e-250, 1e250


def forward(x, y, rows, columns, run, p, size):
    share = size / (rows[:, 2][:, None] * columns[:, 2])
    # the largest entry of a window is taken out of its sum, so that no power overflows
    for at, window in _windows(rows, columns):
        values = abs(x[window].astype(np.float64))
        largest = values.max(axis=(2, 3), initial=0.0)
        usual = np.where((largest > 0) & (largest < np.inf), np.maximum(largest, 1e-300), 1.0)
        parts = (values / usual[..., None, None]) ** p
        norms = usual * (share[at[-2:]] * parts.sum(axis=(2, 3))) ** (1 / p)
        y[at] = np.where((largest > 0) & (largest < np.inf), norms, largest)


def backward(dy, x, dx, rows, columns, run, p, size):
    norms, found = np.empty(dy.shape), np.zeros(x.shape)
    forward(x, norms, rows, columns, run, p, size)
    share = dy * (size / (rows[:, 2][:, None] * columns[:, 2]))
    with np.errstate(invalid="ignore", divide="ignore"):
        for at, window in _windows(rows, columns):
            value, norm = x[window].astype(np.float64), norms[at][..., None, None]
            slope = share[at][..., None, None] * (abs(value) / norm) ** (p - 1)
            slope = np.where(value > 0, slope, -slope)
            found[window] += np.where((value != 0) & (norm != 0), slope, 0.0)
    dx[...] = found


def _windows(rows, columns):
    """For each output its index, and that of its window."""
    for r, (top, bottom, _) in enumerate(rows.tolist()):
        for q, (left, right, _) in enumerate(columns.tolist()):
            yield (..., r, q), (..., slice(top, bottom), slice(left, right))
