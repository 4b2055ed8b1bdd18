"""The loops of pooling over (volumes, D, H, W). Padding is never stored: windows are cut.

`depths`, `rows` and `columns` hold a line (first, end, counted) for each output along an axis: its
window is ``range(first, end, gap)``, and an average divides by the product of the three counts.
Any kind of window can be told so, whether it slides or is fitted to the size of the output. `run`
says which of the columns lie evenly, for vectors: ``(first, end, step)``.
"""

import numpy as np

from convviz.ops._kernels import kernel
from convviz.ops._kernels.lanes import lanes_of
from convviz.ops._kernels.rearrange import largest_of_pairs
from convviz.ops._kernels.pool_rows import (
    NOWHERE,
    add_to_columns,
    clear_rows,
    largest_of_columns,
    largest_of_even,
    largest_of_windows,
    mean_of_windows,
    share_among_windows,
    sum_of_columns,
)


@kernel(allocates=True, error_model="numpy")
def max_forward(x, y, indices, depths, rows, columns, gaps, run, even):
    """Set `y` to the largest entry of each window and `indices` to its place in its volume.

    `even` is ``(before, span, step)`` where all windows of a row are `span` long and `step` apart,
    those at its ends hanging over them; else its span is 0.
    """
    volumes, deep, high, wide = x.shape
    flat, flat_y, flat_i = x.reshape(-1), y.reshape(-1), indices.reshape(-1)
    # what a window hangs over is less than any entry, and in a row behind all others
    line = np.full(wide + 2 * even[1] + 4 * lanes_of(flat), -np.inf, x.dtype)
    found = np.full(len(line), NOWHERE, np.int32)
    at = 0
    for p in range(volumes):
        base = p * deep * high * wide
        for z in range(len(depths)):
            for r in range(len(rows)):
                depth, row = (depths[z, 0], depths[z, 1]), (rows[r, 0], rows[r, 1])
                largest_of_columns(flat, base, high, wide, depth, row, gaps, line, found, even[0])
                if even[1]:
                    largest_of_even(line, found, wide, len(columns), even, gaps[2],
                                    flat_y, flat_i, at)  # fmt: skip
                else:
                    largest_of_windows(line, found, wide, columns, run, gaps[2],
                                       flat_y, flat_i, at)  # fmt: skip
                at += len(columns)


@kernel()
def max_of_pairs(x, y, indices):
    """`max_forward` for windows of 2×2 side by side, the commonest of all."""
    width, columns, lanes = x.shape[3], y.shape[3], lanes_of(x)
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
        # the first of equals stays; a NaN wins whatever was found so far
        wins = (value > best) | (value != value)
        best, found = value if wins else best, place + offset if wins else found
    return best, found


@kernel()
def max_backward(dy, indices, dx):
    """Add each `dy` (planes, outputs) to the entry of `dx` (planes, pixels) it came from."""
    for p in range(dy.shape[0]):
        dx[p] = 0
        plane, places, sent = dx[p], indices[p], dy[p]
        for q in range(len(sent)):
            plane[places[q]] += sent[q]


@kernel(allocates=True, error_model="numpy")
def avg_forward(x, y, depths, rows, columns, run):
    """Set `y` to the mean of each window; an average knows no dilation."""
    volumes, deep, high, wide = x.shape
    flat, flat_y, at = x.reshape(-1), y.reshape(-1), 0
    line, counts = np.empty(wide + 2 * lanes_of(flat), x.dtype), columns[:, 2].astype(x.dtype)
    spare = np.zeros(lanes_of(flat), x.dtype)
    for p in range(volumes):
        base = p * deep * high * wide
        for z in range(len(depths)):
            for r in range(len(rows)):
                depth, row = (depths[z, 0], depths[z, 1]), (rows[r, 0], rows[r, 1])
                sum_of_columns(flat, base, high, wide, depth, row, line, spare)
                area = x.dtype.type(depths[z, 2] * rows[r, 2])
                mean_of_windows(line, columns, counts, area, run, flat_y, at)
                at += len(columns)


@kernel(allocates=True, error_model="numpy")
def avg_backward(dy, dx, depths, rows, columns):
    """Set `dx` to the sum of the shares that every entry has in the windows over it."""
    volumes, deep, high, wide = dx.shape
    flat_dy, flat, at = dy.reshape(-1), dx.reshape(-1), 0
    line, counts = np.empty(wide + 2 * lanes_of(flat), dx.dtype), columns[:, 2].astype(dx.dtype)
    shares = np.empty(len(columns), dx.dtype)
    for p in range(volumes):
        base, fresh = p * deep * high * wide, 0
        if deep > 1:
            fresh = clear_rows(flat, base, wide, fresh, deep * high)
        for z in range(len(depths)):
            for r in range(len(rows)):
                area = dx.dtype.type(depths[z, 2] * rows[r, 2])
                for q in range(len(columns)):
                    shares[q] = flat_dy[at + q] / (area * counts[q])
                share_among_windows(shares, columns, line, wide)
                depth, row = (depths[z, 0], depths[z, 1]), (rows[r, 0], rows[r, 1])
                fresh = add_to_columns(line, flat, base, high, wide, depth, row, fresh)
                at += len(columns)
        clear_rows(flat, base, wide, fresh, deep * high)


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
