"""Convolutions of each channel alone: what `convviz.ops._kernels.depthwise` does, and its memory.

`around` is ((top, bottom), (left, right)), the zeros around an input.
"""

import numpy as np

from convviz.ops import _threads
from convviz.ops._kernels import depthwise, target


def fits(x_shape, y_shape, kernel, spacing, around):
    """Whether it is one filter of 3×3 for each channel, and outputs fill vectors.

    One channel alone is left to the other loops, which are compiled anyway.
    """
    stride, dilation, groups = spacing
    if not x_shape[1] == y_shape[1] == groups > 1 or kernel != (3, 3):
        return False
    if stride != (1, 1) or dilation != (1, 1) or min(p for pair in around for p in pair) < 0:
        return False
    few = y_shape[2] < depthwise.ROWS or y_shape[3] < target.BYTES // 4
    return not few and around[1][0] <= depthwise.MARGIN


def exact(dy):
    """Whether `weights` multiplies nothing by 0 that lies beside what it should."""
    return dy.shape[2] % depthwise.ROWS == 0 and dy.shape[3] * dy.itemsize % target.BYTES == 0


def convolve(x, w, bias, y, around):
    """Set and return `y`; `w` is turned where `x` is dy."""
    arrays = x.reshape(-1), x.shape[2:], y.reshape(-1), y.shape[2:], w.reshape(-1), bias
    _threads.run([
        (depthwise.convolve, (*arrays, _corner(around), _scratch(x, 1, share), *part))
        for share, part in enumerate(_parts(y))
    ])  # fmt: skip
    return y


def weights(dy, x, dw, around):
    """Set and return `dw`; unless dy is `exact`, `x` must be finite."""
    lanes, parts = target.BYTES // x.itemsize, _parts(dy)
    totals = np.zeros((len(parts), dw.size * lanes), x.dtype)
    arrays = x.reshape(-1), x.shape[2:], dy.reshape(-1), dy.shape[2:]
    _threads.run([
        (depthwise.weights, (*arrays, total, _corner(around), _scratch(x, 2, share), *part))
        for share, (total, part) in enumerate(zip(totals, parts, strict=True))
    ])  # fmt: skip
    with np.errstate(invalid="ignore"):
        _threads.added(totals).reshape(dw.size, lanes).sum(axis=1, out=dw.reshape(-1))
    return dw


def _corner(around):
    return around[0][0], around[1][0]


def _scratch(x, pieces, share):
    return _threads.scratch(pieces * depthwise.SIZE, x.dtype, share)


def _parts(y):
    """Shares of the planes of `y`."""
    return _threads.shares(y.shape[0] * y.shape[1], _threads.worth(9 * y.size))
