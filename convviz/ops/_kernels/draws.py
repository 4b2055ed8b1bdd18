"""The loops of stochastic pooling over (planes, H, W): a draw among the entries of a window.

`rows` and `columns` tell the windows as in `pool`.
"""

import numpy as np

from convviz.ops._kernels import kernel


@kernel()
def choose(x, chance, y, indices, rows, columns):
    """Pick an entry of each window with a probability proportional to its value.

    `chance` holds a number from 0 to 1 for each window: the entry where the sum so far passes
    that part of the whole sum is taken.
    """
    width = x.shape[2]
    for p in range(x.shape[0]):
        for r in range(y.shape[1]):
            top, bottom = rows[r, 0], rows[r, 1]
            for q in range(y.shape[2]):
                left, right = columns[q, 0], columns[q, 1]
                total = 0.0
                for i in range(top, bottom):
                    for j in range(left, right):
                        total += x[p, i, j]
                mark, so_far = chance[p, r, q] * total, 0.0
                place, found = top * width + left, False
                for i in range(top, bottom):
                    for j in range(left, right):
                        value = x[p, i, j]
                        so_far += value
                        # an entry of 0 is never taken, unless all are 0
                        if not found and value != 0.0:
                            place = i * width + j
                            found = so_far > mark or not np.isfinite(value)
                y[p, r, q] = x[p, place // width, place % width]
                indices[p, r, q] = place


@kernel(error_model="numpy")
def expect(x, y, rows, columns):
    """Set `y` to the mean of what `choose` would pick: ``Σ x² / Σ x``, 0 where all are 0."""
    for p in range(x.shape[0]):
        for r in range(y.shape[1]):
            top, bottom = rows[r, 0], rows[r, 1]
            for q in range(y.shape[2]):
                left, right = columns[q, 0], columns[q, 1]
                total, squares = 0.0, 0.0
                for i in range(top, bottom):
                    for j in range(left, right):
                        value = np.float64(x[p, i, j])
                        total += value
                        squares += value * value
                y[p, r, q] = 0.0 if total == 0.0 else squares / total


@kernel(error_model="numpy")
def expect_backward(dy, x, y, dx, rows, columns):
    """Add ``dy · (2x − y) / Σ x`` to every entry of a window whose sum is not 0."""
    for p in range(dy.shape[0]):
        for r in range(dy.shape[1]):
            top, bottom = rows[r, 0], rows[r, 1]
            for q in range(dy.shape[2]):
                left, right = columns[q, 0], columns[q, 1]
                total = 0.0
                for i in range(top, bottom):
                    for j in range(left, right):
                        total += x[p, i, j]
                if total == 0.0:
                    continue
                share, mean = dy[p, r, q] / total, y[p, r, q]
                for i in range(top, bottom):
                    for j in range(left, right):
                        dx[p, i, j] += share * (2.0 * x[p, i, j] - mean)
