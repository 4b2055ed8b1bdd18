"""Doubles of the loops over the entries of flat arrays."""

import numpy as np

#: loops with powers of their own, or sums that the compiler may reorder: another last digit
INEXACT = {
    "elu", "elu_backward", "sigmoid", "tanh", "squared_error",
    "binary_cross_entropy", "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_backward",
}  # fmt: skip


def relu(x, y):
    np.copyto(y, x)
    y[x <= 0] = 0


def relu_backward(dy, x, dx):
    np.copyto(dx, dy)
    dx[x <= 0] = 0


def leaky(values, x, found, slope):
    np.multiply(values, slope, out=found, casting="same_kind")
    np.copyto(found, values, where=x > 0)


def elu(x, y, alpha):
    np.multiply(alpha, np.expm1(np.minimum(x, 0)), out=y)
    np.copyto(y, x, where=x > 0)


def elu_backward(dy, x, dx, alpha):
    np.multiply(dy, alpha * np.exp(np.minimum(x, 0)), out=dx)
    np.copyto(dx, dy, where=~(x <= 0))


def sigmoid(x, y):
    # a power that overflows is infinite, and 1 divided by it is the 0 that is wanted
    with np.errstate(over="ignore"):
        np.divide(1, 1 + np.exp(-x), out=y)


def sigmoid_backward(dy, y, dx):
    np.multiply(dy * y, 1 - y, out=dx)


def tanh(x, y):
    np.tanh(x, out=y)


def tanh_backward(dy, y, dx):
    np.multiply(dy, 1 - y * y, out=dx)


def squared_error(x, target, total):
    off = x.astype(np.float64) - target
    total[0] = (off * off).sum()


def squared_error_backward(x, target, dx, share):
    np.multiply(share, 2 * (x - target), out=dx)


def binary_cross_entropy(x, target, total):
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(x), -100), np.maximum(np.log1p(-x), -100)
    total[0] = (-target * yes - (1 - target) * no).sum(dtype=np.float64)


def binary_cross_entropy_backward(x, target, dx, share):
    spread = np.maximum(x * (1 - x), x.dtype.type(1e-12))
    np.divide(share * (x - target), spread, out=dx)


def binary_cross_entropy_with_logits(x, target, total):
    terms = np.maximum(x, 0) - x * target + np.log1p(np.exp(-np.abs(x)))
    total[0] = terms.sum(dtype=np.float64)


def binary_cross_entropy_with_logits_backward(x, target, dx, share):
    with np.errstate(over="ignore"):
        np.multiply(share, 1 / (1 + np.exp(-x)) - target, out=dx)
