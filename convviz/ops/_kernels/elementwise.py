"""Loops over the entries of flat arrays, and over arrays (outer, classes, inner)."""

import numpy as np

from convviz.ops._kernels import kernel


@kernel()
def relu_backward(dy, x, dx):
    for i in range(len(dx)):
        # written so that a NaN input lets the derivative through instead of hiding it
        dx[i] = 0 if x[i] <= 0 else dy[i]


@kernel()
def leaky(values, x, found, slope):
    for i in range(len(found)):
        found[i] = values[i] if x[i] > 0 else values[i] * slope


# letting the compiler reorder a sum is what makes it vectorise; NaN and infinity still travel, and
# a division by 0 is no error, which would have to be looked for at every entry
_VECTORS = {"fastmath": {"reassoc", "contract"}, "error_model": "numpy"}


@kernel(**_VECTORS)
def divide_by_sum(powers):
    """Divide the entries of each class axis by their sum, in place."""
    outer, classes, inner = powers.shape
    totals = np.empty(inner, powers.dtype)
    for o in range(outer):
        if inner == 1:
            total = powers.dtype.type(0)
            for c in range(classes):
                total += powers[o, c, 0]
            for c in range(classes):
                powers[o, c, 0] /= total
            continue
        totals[:] = 0
        for c in range(classes):
            for i in range(inner):
                totals[i] += powers[o, c, i]
        for c in range(classes):
            for i in range(inner):
                powers[o, c, i] /= totals[i]


@kernel(**_VECTORS)
def softmax_backward(dy, y, dx):
    """Set ``dx = y·(dy - sum dy·y)``, the sum running over the classes."""
    outer, classes, inner = y.shape
    totals = np.empty(inner, y.dtype)
    for o in range(outer):
        if inner == 1:
            total = y.dtype.type(0)
            for c in range(classes):
                total += dy[o, c, 0] * y[o, c, 0]
            for c in range(classes):
                dx[o, c, 0] = y[o, c, 0] * (dy[o, c, 0] - total)
            continue
        totals[:] = 0
        for c in range(classes):
            for i in range(inner):
                totals[i] += dy[o, c, i] * y[o, c, i]
        for c in range(classes):
            for i in range(inner):
                dx[o, c, i] = y[o, c, i] * (dy[o, c, i] - totals[i])
