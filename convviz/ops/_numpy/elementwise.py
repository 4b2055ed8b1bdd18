"""Doubles of the loops over the entries of flat arrays, and over (outer, classes, inner)."""

import numpy as np

#: loops whose sums the compiler may reorder: their last digit may be another
INEXACT = {"divide_by_sum", "softmax_backward"}


def relu_backward(dy, x, dx):
    np.copyto(dx, dy)
    dx[x <= 0] = 0


def leaky(values, x, found, slope):
    np.multiply(values, slope, out=found, casting="same_kind")
    np.copyto(found, values, where=x > 0)


def divide_by_sum(powers):
    with np.errstate(divide="ignore", invalid="ignore"):
        powers /= powers.sum(axis=1, keepdims=True)


def softmax_backward(dy, y, dx):
    with np.errstate(invalid="ignore"):
        np.multiply(y, dy - (dy * y).sum(axis=1, keepdims=True), out=dx)
