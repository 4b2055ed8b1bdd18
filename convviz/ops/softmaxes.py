"""Scores to probabilities: softmax and its logarithm, along one axis."""

import math

import numpy as np

from convviz import geometry
from convviz.ops import _check, _startup
from convviz.ops._layout import ready
from convviz.ops.activation import LARGE, pair

_loops = _startup.loops("elementwise")


def softmax(x, dim=-1):
    """Turn scores into probabilities: ``exp(x) / sum exp(x)`` along an axis.

    Parameters
    ----------
    x : array of float32 or float64
    dim : int
        The axis of the classes: the last one, or 1 for maps (N, C, H, W).

    Returns
    -------
    array
        New, with the shape and dtype of `x`; its entries along `dim` sum to 1.

    Raises
    ------
    TypeError
        When `x` is no array of float32 or float64, or `dim` no integer.
    ValueError
        When `x` has no axis `dim`.

    Examples
    --------
    >>> import math

import numpy as np
    >>> softmax(np.log([[1.0, 3.0, 4.0]]))
    array([[0.125, 0.375, 0.5  ]])
    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    powers = _shifted(x, dim)
    np.exp(powers, out=powers)
    if powers.size >= LARGE:
        _loops.divide_by_sum(_classes(powers, dim))
    else:
        powers /= powers.sum(axis=dim, keepdims=True)
    return powers


def softmax_backward(dy, y, dim=-1):
    """Derivative of `softmax` from its output: ``y·(dy − sum dy·y)``.

    What raises one probability lowers the others, so that the derivatives sum to 0.

    Parameters
    ----------
    dy, y : array
        The derivative of the loss with respect to the output, and the output.
    dim : int
        That of the forward pass.

    Raises
    ------
    TypeError, ValueError
        As `relu_backward` and `softmax`.

    Examples
    --------
    >>> import math

import numpy as np
    >>> softmax_backward(np.array([8.0, 0.0, 0.0]), np.array([0.25, 0.25, 0.5]))
    array([ 1.5, -0.5, -1. ])
    """
    dy, y = pair(dy, y=y)
    dim = _axis(dim, y)
    if y.size < LARGE:
        return y * (dy - (dy * y).sum(axis=dim, keepdims=True))
    dx = np.empty(y.shape, y.dtype)
    _loops.softmax_backward(*(_classes(ready(array), dim) for array in (dy, y, dx)))
    return dx


def log_softmax(x, dim=-1):
    """Logarithm of `softmax`, exact where the probability itself would round to 0.

    Examples
    --------
    >>> import math

import numpy as np
    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    shifted = _shifted(x, dim)
    shifted -= np.log(np.exp(shifted).sum(axis=dim, keepdims=True))
    return shifted


def log_softmax_backward(dy, y, dim=-1):
    """Derivative of `log_softmax` from its output: ``dy − exp(y)·sum dy``; as `softmax_backward`.

    Examples
    --------
    >>> import math

import numpy as np
    >>> log_softmax_backward(np.array([1.0, 0.0]), np.log([0.25, 0.75]))
    array([ 0.75, -0.75])
    """
    dy, y = pair(dy, y=y)
    dim = _axis(dim, y)
    return dy - np.exp(y) * dy.sum(axis=dim, keepdims=True)


def _shifted(x, dim):
    """`x` minus its largest entry along `dim`: the same softmax, and no power overflows."""
    x = _check.floats("x", x)
    dim = _axis(dim, x)
    # infinity minus infinity is NaN here, as everywhere
    with np.errstate(invalid="ignore"):
        return np.subtract(x, x.max(axis=dim, keepdims=True), out=np.empty(x.shape, x.dtype))


def _classes(array, dim):
    """View an array as (outer, classes, inner)."""
    dim %= array.ndim
    outer, inner = math.prod(array.shape[:dim]), math.prod(array.shape[dim + 1 :])
    return array.reshape(outer, array.shape[dim], inner)


def _axis(dim, x):
    dim = geometry.integer("dim", dim, -x.ndim, "use -1 for the last axis, 1 for the channels")
    if dim >= x.ndim:
        raise ValueError(
            f"dim must be an axis of x, which has {x.ndim} with shape {x.shape}, got {dim}: "
            "use -1 for the last axis, 1 for the channels"
        )
    return dim
