"""The way back up from a max pooling: each entry returns to where it was found."""

import math

import numpy as np

from convviz import geometry
from convviz.ops import _check, _startup
from convviz.ops._layout import ready

_loops = _startup.loops("pool")


def max_unpool2d(x, indices, kernel_size, stride=None, *, padding=0, output_size=None):
    """Put every entry where `max_pool2d` found it; all other places are 0.

    The decoder of SegNet draws its maps larger so (Badrinarayanan, Kendall and Cipolla 2017).

    Parameters
    ----------
    x : array (N, C, OH, OW)
        float32 or float64: the pooled map, or one made from it.
    indices : array of int (N, C, OH, OW)
        From ``max_pool2d(..., return_indices=True)``.
    kernel_size, stride, padding : int or pair (rows, columns)
        Those of the pooling; they tell the size to return to.
    output_size : pair (H, W), optional
        The size before the pooling, where several sizes give the same pooled map.

    Returns
    -------
    array (N, C, H, W)
        ``(OH - 1)*stride - 2*padding + kernel_size`` rows, unless `output_size` says otherwise.
        Where windows overlapped, several entries may return to one place: the last one stays.

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, or a number is no integer.
    ValueError
        When shapes do not match, an index lies outside the plane, or `output_size` is not one
        that the pooling could have started from.

    Examples
    --------
    >>> import numpy as np
    >>> x, indices = np.array([[[[8.0, 10]]]]), np.array([[[[4, 2]]]])
    >>> max_unpool2d(x, indices, 2)
    array([[[[ 0.,  0., 10.,  0.],
             [ 8.,  0.,  0.,  0.]]]])
    """
    return _forward(2, x, indices, (kernel_size, stride, padding), output_size)


def max_unpool2d_backward(dy, indices):
    """Derivative of `max_unpool2d`: each entry collects from the place that it was put to.

    Parameters
    ----------
    dy : array (N, C, H, W)
        Derivative of the loss with respect to the output.
    indices : array of int (N, C, OH, OW)
        Those of the forward pass.

    Returns
    -------
    array (N, C, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `max_unpool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> max_unpool2d_backward(np.arange(8.0).reshape(1, 1, 2, 4), np.array([[[[4, 2]]]]))
    array([[[[4., 2.]]]])
    """
    return _backward(2, dy, indices)


def max_unpool1d(x, indices, kernel_size, stride=None, *, padding=0, output_size=None):
    """`max_unpool2d` with one axis: `x` is (N, C, OL), `output_size` an integer.

    Examples
    --------
    >>> import numpy as np
    >>> max_unpool1d(np.array([[[3.0, 5]]]), np.array([[[1, 4]]]), 2, output_size=5)
    array([[[0., 3., 0., 0., 5.]]])
    """
    return _forward(1, x, indices, (kernel_size, stride, padding), output_size)


def max_unpool1d_backward(dy, indices):
    """Derivative of `max_unpool1d`; as `max_unpool2d_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> max_unpool1d_backward(np.array([[[5.0, 6, 7]]]), np.array([[[2]]]))
    array([[[7.]]])
    """
    return _backward(1, dy, indices)


def max_unpool3d(x, indices, kernel_size, stride=None, *, padding=0, output_size=None):
    """`max_unpool2d` with a third axis: `x` is (N, C, OD, OH, OW), `output_size` a triple.

    Examples
    --------
    >>> import numpy as np
    >>> max_unpool3d(np.array([[[[[8.0]]]]]), np.array([[[[[5]]]]]), 2).ravel()
    array([0., 0., 0., 0., 0., 8., 0., 0.])
    """
    return _forward(3, x, indices, (kernel_size, stride, padding), output_size)


def max_unpool3d_backward(dy, indices):
    """Derivative of `max_unpool3d`; as `max_unpool2d_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> max_unpool3d_backward(np.arange(8.0).reshape(1, 1, 2, 2, 2), np.array([[[[[5]]]]]))
    array([[[[[5.]]]]])
    """
    return _backward(3, dy, indices)


def _forward(axes, x, indices, options, output_size):
    x = _check.floats("x", x, _check.INPUT[axes])
    shape = (*x.shape[:2], *_sizes(x.shape[2:], *options, output_size))
    indices = _check.pool_indices(indices, x, shape, ("x", "output_shape"))
    y = np.zeros(shape, dtype=x.dtype)
    _loops.put(_flat(x), _flat(indices), _flat(y))
    return y


def _backward(axes, dy, indices):
    dy = _check.floats("dy", dy, _check.INPUT[axes])
    # an array of the right kind is looked at closer below
    shape = getattr(indices, "shape", dy.shape)
    if len(shape) != len(dy.shape) or shape[:2] != dy.shape[:2]:
        raise ValueError(
            f"indices must have the batch and the channels of dy, {dy.shape[:2]}, "
            f"got shape {shape}: pass both from the same forward pass"
        )
    indices = _check.pool_indices(indices, np.empty(shape), dy.shape, ("x", "dy_shape"))
    dx = np.empty(shape, dtype=dy.dtype)
    _loops.take(_flat(dy), _flat(indices), _flat(dx))
    return dx


def _flat(array):
    """(N, C, ...) as (N·C, places)."""
    batch, channels, *places = array.shape
    return ready(array).reshape(batch * channels, math.prod(places))


def _sizes(pooled, kernel, stride, padding, wanted):
    """The sizes to return to; `wanted` may differ from the smallest one by less than a stride."""
    axes = len(pooled)
    kernel = geometry.per_axis("kernel_size", kernel, axes, 1, "a window has one entry or more")
    stride = kernel if stride is None else stride
    stride = geometry.per_axis("stride", stride, axes, 1, "use the stride of the pooling")
    padding = geometry.per_axis("padding", padding, axes, 0, "use 0 for none")
    spacing = zip(pooled, kernel, stride, padding, strict=True)
    usual = tuple((size - 1) * step - 2 * around + k for size, k, step, around in spacing)
    if wanted is None:
        wanted = usual
    remedy = "pass x.shape[2:] of the pooling"
    wanted = geometry.per_axis("output_size", wanted, axes, 1, remedy)
    for size, guess, step in zip(wanted, usual, stride, strict=True):
        if not guess - step < size < guess + step:
            raise ValueError(
                f"output_size must differ from {usual} by less than the stride {stride}, "
                f"got {wanted}: {remedy}"
            )
    return wanted
