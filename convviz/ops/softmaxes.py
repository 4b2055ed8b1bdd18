"""Scores to probabilities: softmax and its logarithm, along one axis."""

import math

import numpy as np

from convviz import geometry
from convviz.ops import _check, _startup, _threads
from convviz.ops._each import LARGE
from convviz.ops._layout import ready
from convviz.ops.activation import pair

_loops = _startup.loops("softmax")
# what the loop makes: see `_kernels.softmax`
_SOFTMAX, _LOG_SOFTMAX, _LOSS, _SLOPE = 0, 1, 2, 3
_NO_LABELS = np.empty((0, 0), np.int64)
# what a power costs, in copies of a number
_POWERS = 6


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
    >>> import numpy as np
    >>> softmax(np.log([[1.0, 3.0, 4.0]]))
    array([[0.125, 0.375, 0.5  ]])
    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    x, dim = _arguments(x, dim)
    if x.size >= LARGE:
        return _forward(_SOFTMAX, x, dim)[0]
    powers, _ = _powers(x, dim)
    powers /= np.add.reduce(powers, axis=0)
    return _back(powers, dim)


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
    >>> import numpy as np
    >>> softmax_backward(np.array([8.0, 0.0, 0.0]), np.array([0.25, 0.25, 0.5]))
    array([ 1.5, -0.5, -1. ])
    """
    dy, y = pair(dy, y=y)
    dim = _axis(dim, y)
    if y.size >= LARGE:
        return _backward(_SOFTMAX, dy, y, dim)
    return y * (dy - (dy * y).sum(axis=dim, keepdims=True))


def log_softmax(x, dim=-1):
    """Logarithm of `softmax`, exact where the probability itself would round to 0.

    Examples
    --------
    >>> import numpy as np
    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    x, dim = _arguments(x, dim)
    if x.size >= LARGE:
        return _forward(_LOG_SOFTMAX, x, dim)[0]
    shifted, _ = _shifted(x, dim)
    shifted -= np.log(np.add.reduce(np.exp(shifted), axis=0))
    return _back(shifted, dim)


def log_softmax_backward(dy, y, dim=-1):
    """Derivative of `log_softmax` from its output: ``dy − exp(y)·sum dy``; as `softmax_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> log_softmax_backward(np.array([1.0, 0.0]), np.log([0.25, 0.75]))
    array([ 0.75, -0.75])
    """
    dy, y = pair(dy, y=y)
    dim = _axis(dim, y)
    if y.size >= LARGE:
        return _backward(_LOG_SOFTMAX, dy, y, dim)
    return dy - np.exp(y) * dy.sum(axis=dim, keepdims=True)


def softmax_times(share, x):
    """`softmax` over the channels, times a number or an array (N, ...) that has one a place."""
    if x.size >= LARGE:
        return _forward(_SOFTMAX, x, 1, share)[0]
    powers, _ = _powers(x, 1)
    powers *= share / np.add.reduce(powers, axis=0)
    return _back(powers, 1)


def surprises(x, labels):
    """Minus the logarithm of the `softmax` over the channels at the right ones: (N, ...)."""
    if x.size >= LARGE:
        return _forward(_LOSS, x, 1, labels=labels)[1].reshape(labels.shape)
    powers, largest = _powers(x, 1)
    chosen = x.reshape(-1).take(_places(labels, x.shape))
    with np.errstate(invalid="ignore"):
        return np.log(np.add.reduce(powers, axis=0)) - (chosen - largest)


def surprises_backward(share, x, labels):
    """The derivative of `surprises`, whose own is `share`: as `softmax_times` takes it."""
    if x.size >= LARGE:
        return _forward(_SLOPE, x, 1, share, labels)[0]
    dx = softmax_times(share, x)
    flat, places = dx.reshape(-1), _places(labels, x.shape)
    flat[places] = flat.take(places) - share
    return dx


def _places(labels, shape):
    """Where the right classes are, in `x` of `shape` made flat."""
    batch, classes, *places = shape
    inner = math.prod(places)
    first = np.arange(0, batch * classes * inner, classes * inner)
    if inner == 1:
        return first.reshape(labels.shape) + labels
    found = labels.reshape(batch, inner) * inner
    found += first[:, None]
    found += np.arange(inner)
    return found.reshape(labels.shape)


def _forward(what, x, dim, share=1, labels=None):
    """The compiled loop: its result, and the losses (outer, inner) where those are asked for.

    Outer are the axes before `dim`, inner those behind.
    """
    flat = _classes(ready(x), dim)
    rows = np.empty((3, len(flat), flat.shape[2]), x.dtype)
    rows[0] = share if np.ndim(share) == 0 else share.reshape(rows.shape[1:])
    y = np.empty(flat.shape if what != _LOSS else (len(flat), 0, 0), x.dtype)
    labels = _NO_LABELS if labels is None else ready(labels).reshape(rows.shape[1:])
    _threads.run([
        (_loops.forward,
         (flat[first:last], y[first:last], labels[first:last], *rows[:, first:last], what))
        for first, last in _threads.parts(len(flat), flat.size, _POWERS)
    ])  # fmt: skip
    return y.reshape(x.shape) if y.size else None, rows[2]


def _backward(what, dy, y, dim):
    dx = np.empty(y.shape, y.dtype)
    arrays = [_classes(ready(array), dim) for array in (dy, y, dx)]
    _threads.run([
        (_loops.backward, (*(array[first:last] for array in arrays), what))
        for first, last in _threads.parts(len(arrays[0]), y.size, _POWERS)
    ])  # fmt: skip
    return dx


def _arguments(x, dim):
    x = _check.floats("x", x)
    return x, _axis(dim, x)


def _powers(x, dim):
    shifted, largest = _shifted(x, dim)
    return np.exp(shifted, out=shifted), largest


def _shifted(x, dim):
    """`x` minus its largest entry along `dim`: the same softmax, and no power overflows.

    Comes with that entry, both with `dim` and the first axis exchanged: NumPy is several times
    faster along the first axis of an array than along a short last one.
    """
    shifted = x.swapaxes(0, dim).copy(order="C")
    largest = np.maximum.reduce(shifted, axis=0)
    # infinity minus infinity is NaN here, as everywhere
    with np.errstate(invalid="ignore"):
        shifted -= largest
    return shifted, largest


def _back(array, dim):
    return ready(array.swapaxes(0, dim))


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
