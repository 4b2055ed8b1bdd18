"""The loops of 2-D pooling. Padding is never stored: a window is cut to what lies inside.

`rows` and `columns` hold a line (first, end, counted) for each output along an axis: its window is
``range(first, end, gap)``, and an average divides by the product of the two counts. Any kind of
window can be told so, whether it slides or is fitted to the size of the output.
"""

import numpy as np

from convviz.ops._kernels import kernel
from convviz.ops._kernels.rearrange import largest_of_pairs
from convviz.ops._kernels.target import BYTES


@kernel()
def _wins(value, best):
    # the first of equals stays; a NaN wins whatever was found so far
    return (value > best) | (value != value)


@kernel()
def max_forward(x, y, indices, rows, columns, gaps):
    """Set `y` to the largest entry of each window and `indices` to its place in the H·W plane."""
    width = x.shape[3]
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            plane = x[n, c]
            for r in range(y.shape[2]):
                top, bottom = rows[r, 0], rows[r, 1]
                for q in range(y.shape[3]):
                    left, right = columns[q, 0], columns[q, 1]
                    best, place = plane[top, left], top * width + left
                    for i in range(top, bottom, gaps[0]):
                        for j in range(left, right, gaps[1]):
                            value = plane[i, j]
                            # choices, not branches: nobody could predict them
                            wins = _wins(value, best)
                            best = value if wins else best
                            place = i * width + j if wins else place
                    y[n, c, r, q] = best
                    indices[n, c, r, q] = place


@kernel()
def max_of_pairs(x, y, indices):
    """`max_forward` for windows of 2×2 side by side, the commonest of all."""
    width, columns, lanes = x.shape[3], y.shape[3], BYTES // x.itemsize
    flat, flat_y, flat_i = x.reshape(-1), y.reshape(-1), indices.reshape(-1)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            plane = (n * x.shape[1] + c) * x.shape[2] * width
            for r in range(y.shape[2]):
                at, line = plane + 2 * r * width, ((n * x.shape[1] + c) * y.shape[2] + r) * columns
                q = 0
                while q < columns:
                    if q + lanes > columns >= lanes:
                        q = columns - lanes
                    # a vector may reach over the end of its row, where the next rows are written
                    # later, but not over the end of the array
                    last = at + width + 2 * (q + lanes)
                    if line + q + lanes <= len(flat_y) and last <= len(flat):
                        largest_of_pairs(flat, at + 2 * q, width, flat_y, flat_i, line + q,
                                         2 * (r * width + q))  # fmt: skip
                    else:
                        for k in range(q, columns):
                            flat_y[line + k], flat_i[line + k] = _largest_pair(
                                flat, at + 2 * k, width, 2 * (r * width + k)
                            )
                    q += lanes


@kernel()
def _largest_pair(x, at, width, place):
    best, found = x[at], place
    for offset in (1, width, width + 1):
        value = x[at + offset]
        wins = _wins(value, best)
        best, found = value if wins else best, place + offset if wins else found
    return best, found


@kernel()
def max_backward(dy, indices, dx):
    """Add each `dy` (planes, outputs) to the entry of `dx` (planes, pixels) it came from."""
    for p in range(dy.shape[0]):
        plane, places, sent = dx[p], indices[p], dy[p]
        for q in range(len(sent)):
            plane[places[q]] += sent[q]


@kernel()
def avg_forward(x, y, rows, columns):
    """Set `y` to the mean of each window; an average knows no dilation."""
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            plane = x[n, c]
            for r in range(y.shape[2]):
                top, bottom, high = rows[r, 0], rows[r, 1], rows[r, 2]
                for q in range(y.shape[3]):
                    left, right, wide = columns[q, 0], columns[q, 1], columns[q, 2]
                    total = x.dtype.type(0)
                    for i in range(top, bottom):
                        for j in range(left, right):
                            total += plane[i, j]
                    y[n, c, r, q] = total / x.dtype.type(high * wide)


@kernel()
def avg_backward(dy, dx, rows, columns):
    """Add to every entry of a window in `dx` its share of `dy`."""
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            plane = dx[n, c]
            for r in range(dy.shape[2]):
                top, bottom, high = rows[r, 0], rows[r, 1], rows[r, 2]
                for q in range(dy.shape[3]):
                    left, right, wide = columns[q, 0], columns[q, 1], columns[q, 2]
                    share = dy[n, c, r, q] / dy.dtype.type(high * wide)
                    for i in range(top, bottom):
                        for j in range(left, right):
                            plane[i, j] += share


@kernel(error_model="numpy")
def _power(base, exponent):
    # small whole exponents without the cost of a general power
    whole = int(exponent)
    if exponent != whole or whole > 8:
        return base**exponent
    power = 1.0
    for _ in range(whole):
        power *= base
    return power


@kernel(error_model="numpy")
def _root(value, p):
    if p == 1.0:
        return value
    return np.sqrt(value) if p == 2.0 else value ** (1.0 / p)


@kernel(error_model="numpy")
def _careful_norm(plane, rows, columns, p, share):
    """The norm with its largest entry taken out of the sum, so that no power overflows."""
    largest = 0.0
    for i in range(rows[0], rows[1]):
        for j in range(columns[0], columns[1]):
            value = abs(np.float64(plane[i, j]))
            if value > largest or value != value:
                largest = value
    # NaN, 0 and infinity are their own norms
    if not 0.0 < largest < np.inf:
        return largest
    # below that the reciprocal would be infinite
    largest = max(largest, 1e-300)
    total, unit = 0.0, 1.0 / largest
    for i in range(rows[0], rows[1]):
        for j in range(columns[0], columns[1]):
            total += _power(abs(np.float64(plane[i, j])) * unit, p)
    return largest * _root(share * total, p)


@kernel(error_model="numpy")
def lp_forward(x, y, rows, columns, p, size):
    """Set `y` to ``(size · mean of |x|^p)^(1/p)`` over each window."""
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            plane = x[n, c]
            for r in range(y.shape[2]):
                top, bottom, high = rows[r, 0], rows[r, 1], rows[r, 2]
                for q in range(y.shape[3]):
                    left, right, wide = columns[q, 0], columns[q, 1], columns[q, 2]
                    share, total = size / (high * wide), 0.0
                    for i in range(top, bottom):
                        for j in range(left, right):
                            total += _power(abs(np.float64(plane[i, j])), p)
                    if 1e-250 < total < 1e250:
                        y[n, c, r, q] = _root(share * total, p)
                    else:
                        sides = (top, bottom), (left, right)
                        y[n, c, r, q] = _careful_norm(plane, sides[0], sides[1], p, share)


@kernel(error_model="numpy")
def lp_backward(dy, x, y, dx, rows, columns, p, size):
    """Add ``dy · size/count · sign(x) · (|x| / y)^(p − 1)`` to every entry of a window."""
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            plane, sent = x[n, c], dx[n, c]
            for r in range(dy.shape[2]):
                top, bottom, high = rows[r, 0], rows[r, 1], rows[r, 2]
                for q in range(dy.shape[3]):
                    left, right, wide = columns[q, 0], columns[q, 1], columns[q, 2]
                    norm = np.float64(y[n, c, r, q])
                    if norm == 0.0:
                        continue
                    share = dy[n, c, r, q] * size / (high * wide)
                    for i in range(top, bottom):
                        for j in range(left, right):
                            value = np.float64(plane[i, j])
                            if value != 0.0:
                                slope = share * _power(abs(value) / norm, p - 1.0)
                                sent[i, j] += slope if value > 0.0 else -slope


@kernel()
def put(x, indices, y):
    """Set the entries of `y` (planes, pixels) that `indices` (planes, outputs) tell to `x`."""
    for p in range(x.shape[0]):
        for q in range(x.shape[1]):
            y[p, indices[p, q]] = x[p, q]


@kernel()
def take(y, indices, x):
    """Set `x` (planes, outputs) to the entries of `y` that `indices` tell."""
    for p in range(x.shape[0]):
        for q in range(x.shape[1]):
            x[p, q] = y[p, indices[p, q]]


@kernel()
def choose(x, chance, y, indices, rows, columns):
    """Pick an entry of each window with a probability proportional to its value.

    `chance` holds a number from 0 to 1 for each window: the entry where the sum so far passes
    that part of the whole sum is taken.
    """
    width = x.shape[3]
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for r in range(y.shape[2]):
                top, bottom = rows[r, 0], rows[r, 1]
                for q in range(y.shape[3]):
                    left, right = columns[q, 0], columns[q, 1]
                    total = 0.0
                    for i in range(top, bottom):
                        for j in range(left, right):
                            total += x[n, c, i, j]
                    mark, so_far = chance[n, c, r, q] * total, 0.0
                    place, found = top * width + left, False
                    for i in range(top, bottom):
                        for j in range(left, right):
                            value = x[n, c, i, j]
                            so_far += value
                            # an entry of 0 is never taken, unless all are 0
                            if not found and value != 0.0:
                                place = i * width + j
                                found = so_far > mark or not np.isfinite(value)
                    y[n, c, r, q] = x[n, c, place // width, place % width]
                    indices[n, c, r, q] = place


@kernel(error_model="numpy")
def expect(x, y, rows, columns):
    """Set `y` to the mean of what `choose` would pick: ``Σ x² / Σ x``, 0 where all are 0."""
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for r in range(y.shape[2]):
                top, bottom = rows[r, 0], rows[r, 1]
                for q in range(y.shape[3]):
                    left, right = columns[q, 0], columns[q, 1]
                    total, squares = 0.0, 0.0
                    for i in range(top, bottom):
                        for j in range(left, right):
                            value = np.float64(x[n, c, i, j])
                            total += value
                            squares += value * value
                    y[n, c, r, q] = 0.0 if total == 0.0 else squares / total


@kernel(error_model="numpy")
def expect_backward(dy, x, y, dx, rows, columns):
    """Add ``dy · (2x − y) / Σ x`` to every entry of a window whose sum is not 0."""
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for r in range(dy.shape[2]):
                top, bottom = rows[r, 0], rows[r, 1]
                for q in range(dy.shape[3]):
                    left, right = columns[q, 0], columns[q, 1]
                    total = 0.0
                    for i in range(top, bottom):
                        for j in range(left, right):
                            total += x[n, c, i, j]
                    if total == 0.0:
                        continue
                    share, mean = dy[n, c, r, q] / total, y[n, c, r, q]
                    for i in range(top, bottom):
                        for j in range(left, right):
                            dx[n, c, i, j] += share * (2.0 * x[n, c, i, j] - mean)
