"""The loops of norm pooling over (planes, 1, H, W); windows are told as in `pool`.

Sums of powers are kept in float64. That is enough room for most planes, which are gone through in
vectors: the powers of all entries, their sums over the windows, the roots of those. A window whose
sum is too large, too small, 0 or NaN is done again alone, with its largest entry taken out.
"""

import numpy as np

from convviz.ops._kernels import kernel
from convviz.ops._kernels.lanes import lanes_of
from convviz.ops._kernels.powers import exp, log
from convviz.ops._kernels.pool_rows import (
    add_to_columns,
    clear_rows,
    mean_of_windows,
    share_among_windows,
    sum_of_columns,
)

_LOOP = {"error_model": "numpy"}
_LOW, _HIGH = 1e-250, 1e250


@kernel(allocates=True, **_LOOP)
def forward(x, y, rows, columns, run, p, size):
    """Set `y` to ``(size · mean of |x|^p)^(1/p)`` over each window."""
    powers, sums = np.empty(x[0].size), np.empty(y[0].size)
    for n in range(len(x)):
        plane, found = x[n, 0], y[n, 0]
        _powers(plane.reshape(-1), p, powers)
        _means(powers, plane.shape, rows, columns, run, size, sums)
        flat = found.reshape(-1)
        _roots(sums, p, flat)
        for at in range(len(sums)):
            if not _LOW < sums[at] < _HIGH:
                r, q = divmod(at, len(columns))
                share = size / (rows[r, 2] * columns[q, 2])
                flat[at] = _careful_norm(plane, rows[r], columns[q], p, share)


@kernel(allocates=True, **_LOOP)
def backward(dy, x, dx, rows, columns, run, p, size):
    """Set `dx` to the sum of ``dy · size/count · sign(x) · (|x| / y)^(p − 1)`` over the windows.

    As ``(|x|/y)^(p−1) = |x|^p/|x| · y/y^p``, nothing is raised to a power but |x|.
    """
    powers, sums, shares = np.empty(x[0].size), np.empty(dy[0].size), np.empty(dy[0].size)
    wide = x.shape[3]
    spread = np.empty(x[0].size)
    line = np.empty(wide + 2 * lanes_of(spread))
    for n in range(len(x)):
        plane, sent = x[n, 0].reshape(-1), dx[n, 0].reshape(-1)
        _powers(plane, p, powers)
        _means(powers, x[n, 0].shape, rows, columns, run, size, sums)
        _slopes(dy[n, 0].reshape(-1), sums, rows, columns, p, size, shares)
        fresh = 0
        for r in range(len(rows)):
            part = shares[r * len(columns) : (r + 1) * len(columns)]
            share_among_windows(part, columns, line, wide)
            row = rows[r, 0], rows[r, 1]
            fresh = add_to_columns(line, spread, 0, x.shape[2], wide, (0, 1), row, fresh)
        clear_rows(spread, 0, wide, fresh, x.shape[2])
        for i in range(len(plane)):
            value = np.float64(plane[i])
            slope = spread[i] * powers[i] / value
            # where nothing is sent, |x| may be 0, infinite or NaN
            sent[i] = slope if spread[i] != 0.0 and value != 0.0 else 0.0
        for at in range(len(sums)):
            if not _LOW < sums[at] < _HIGH:
                r, q = divmod(at, len(columns))
                _careful_backward(dy[n, 0, r, q], x[n, 0], dx[n, 0], rows[r], columns[q], p, size)


@kernel(**_LOOP)
def _powers(values, p, powers):
    whole = int(p)
    if p != whole or whole > 8:
        for i in range(len(powers)):
            value = abs(np.float64(values[i]))
            powers[i] = exp(p * log(value))
        return
    for i in range(len(powers)):
        powers[i] = abs(np.float64(values[i]))
    if whole == 2:
        for i in range(len(powers)):
            powers[i] *= powers[i]
    elif whole > 2:
        for i in range(len(powers)):
            value, power = powers[i], powers[i] * powers[i]
            for _ in range(whole - 2):
                power *= value
            powers[i] = power


@kernel(allocates=True, **_LOOP)
def _means(powers, shape, rows, columns, run, size, sums):
    """The sums over the windows, times `size` and divided by their counts."""
    high, wide = shape
    line, counts = np.empty(wide + 2 * lanes_of(powers)), columns[:, 2].astype(np.float64)
    spare = np.zeros(lanes_of(powers))
    for r in range(len(rows)):
        sum_of_columns(powers, 0, high, wide, (0, 1), (rows[r, 0], rows[r, 1]), line, spare)
        mean_of_windows(line, columns, counts, rows[r, 2] / size, run, sums, r * len(columns))


@kernel(**_LOOP)
def _roots(sums, p, found):
    if p == 1.0:
        for i in range(len(sums)):
            found[i] = sums[i]
    elif p == 2.0:
        for i in range(len(sums)):
            found[i] = np.sqrt(sums[i])
    else:
        part = 1.0 / p
        for i in range(len(sums)):
            found[i] = exp(log(sums[i]) * part)


@kernel(**_LOOP)
def _slopes(dy, sums, rows, columns, p, size, shares):
    """``dy · size/count · y^(1 − p)``, and 0 for the windows that are done again."""
    _roots(sums, p, shares)
    for r in range(len(rows)):
        for q in range(len(columns)):
            at = r * len(columns) + q
            count = np.float64(rows[r, 2] * columns[q, 2])
            slope = dy[at] * size / count * shares[at] / sums[at]
            shares[at] = slope if _LOW < sums[at] < _HIGH else 0.0


@kernel(**_LOOP)
def _largest(plane, row, column):
    largest = 0.0
    for i in range(row[0], row[1]):
        for j in range(column[0], column[1]):
            value = abs(np.float64(plane[i, j]))
            if value > largest or value != value:
                largest = value
    return largest


@kernel(**_LOOP)
def _careful_norm(plane, row, column, p, share):
    """The norm with its largest entry taken out of the sum, so that no power overflows."""
    largest = _largest(plane, row, column)
    # NaN, 0 and infinity are their own norms
    if not 0.0 < largest < np.inf:
        return largest
    # below that the reciprocal would be infinite
    largest = max(largest, 1e-300)
    total, unit = 0.0, 1.0 / largest
    for i in range(row[0], row[1]):
        for j in range(column[0], column[1]):
            total += (abs(np.float64(plane[i, j])) * unit) ** p
    return largest * (share * total) ** (1.0 / p)


@kernel(**_LOOP)
def _careful_backward(dy, plane, sent, row, column, p, size):
    share = size / (row[2] * column[2])
    norm = _careful_norm(plane, row, column, p, share)
    if norm == 0.0:
        return
    for i in range(row[0], row[1]):
        for j in range(column[0], column[1]):
            value = np.float64(plane[i, j])
            if value != 0.0:
                slope = dy * share * (abs(value) / norm) ** (p - 1.0)
                sent[i, j] += slope if value > 0.0 else -slope
