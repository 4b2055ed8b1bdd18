"""The loops of 2-D pooling. Padding is never stored: a window is cut to what lies inside.

`rows` and `columns` describe the windows along an axis: (kernel, stride, dilation, padding before,
padding after).
"""

import numpy as np

from convviz.ops._kernels import kernel


@kernel()
def max_forward(x, y, indices, rows, columns):
    """Set `y` to the largest entry of each window and `indices` to its place in the H·W plane."""
    height, width = x.shape[2:]
    k_rows, step_r, gap_r, above, _ = rows
    k_columns, step_c, gap_c, left, _ = columns
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for r in range(y.shape[2]):
                for q in range(y.shape[3]):
                    best, place = -np.inf, -1
                    for i in range(k_rows):
                        row = r * step_r - above + i * gap_r
                        if row < 0 or row >= height:
                            continue
                        for j in range(k_columns):
                            column = q * step_c - left + j * gap_c
                            if column < 0 or column >= width:
                                continue
                            value = x[n, c, row, column]
                            # the first of equals stays; a NaN wins whatever was found so far
                            if place < 0 or value > best or np.isnan(value):
                                best, place = value, row * width + column
                    y[n, c, r, q] = best
                    indices[n, c, r, q] = place


@kernel()
def max_backward(dy, indices, dx):
    """Add each `dy` to the entry of `dx` (N, C, H, W) that was the largest of its window."""
    width = dx.shape[3]
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for r in range(dy.shape[2]):
                for q in range(dy.shape[3]):
                    place = indices[n, c, r, q]
                    dx[n, c, place // width, place % width] += dy[n, c, r, q]


@kernel()
def _span(output, size, geometry, count_include_pad):
    """First row of a window, one past its last, and how many entries its average counts."""
    length, step, _, before, after = geometry
    first = output * step - before
    # with ceil_mode a window may hang over even the padding: that part never counts
    last = min(first + length, size + after)
    counted = last - first
    first, last = max(first, 0), min(last, size)
    return first, last, counted if count_include_pad else last - first


@kernel()
def avg_forward(x, y, rows, columns, count_include_pad):
    """Set `y` to the mean of each window; an average knows no dilation."""
    height, width = x.shape[2:]
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for r in range(y.shape[2]):
                top, bottom, high = _span(r, height, rows, count_include_pad)
                for q in range(y.shape[3]):
                    left, right, wide = _span(q, width, columns, count_include_pad)
                    total = x.dtype.type(0)
                    for i in range(top, bottom):
                        for j in range(left, right):
                            total += x[n, c, i, j]
                    y[n, c, r, q] = total / x.dtype.type(high * wide)


@kernel()
def avg_backward(dy, dx, rows, columns, count_include_pad):
    """Add to every entry of a window in `dx` its share of `dy`."""
    height, width = dx.shape[2:]
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for r in range(dy.shape[2]):
                top, bottom, high = _span(r, height, rows, count_include_pad)
                for q in range(dy.shape[3]):
                    left, right, wide = _span(q, width, columns, count_include_pad)
                    share = dy[n, c, r, q] / dy.dtype.type(high * wide)
                    for i in range(top, bottom):
                        for j in range(left, right):
                            dx[n, c, i, j] += share
