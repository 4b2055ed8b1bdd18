"""Pooling to an output of a given size, whatever the size of the input."""

import math

import numpy as np

from convviz import geometry
from convviz.ops import _check, _pool_plan
from convviz.ops._pooling import average, largest, max_backward, shared


def adaptive_max_pool2d(x, output_size, *, return_indices=False):
    """Keep the largest entry of each of ``OH·OW`` windows that cover the whole input.

    Output r looks at the rows from ``floor(r·H/OH)`` to ``ceil((r + 1)·H/OH)``, the second not
    included: windows of almost the same size, which may share a row.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    output_size : int or pair (OH, OW)
    return_indices : bool
        Return ``(y, indices)``, as `adaptive_max_pool2d_backward` needs them.

    Returns
    -------
    y : array (N, C, OH, OW)
    indices : array of int64 (N, C, OH, OW)
        ``row·W + column`` of each entry of `y`; the first of equals wins.

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, or a number is no integer.
    ValueError
        When `output_size` is not 1 or more.

    Examples
    --------
    >>> import numpy as np
    >>> adaptive_max_pool2d(np.array([[[[1.0, 5, 3, 2, 4]]]]), (1, 2))
    array([[[[5., 4.]]]])
    """
    x = _check.floats("x", x, _check.INPUT[2])
    return_indices = _check.flag("return_indices", return_indices)
    y, indices = largest(x, _pool_plan.adaptive_plan(x.shape[2:], output_size))
    return (y, indices) if return_indices else y


def adaptive_max_pool2d_backward(dy, indices, x_shape):
    """Derivative of `adaptive_max_pool2d`; arguments and errors as `max_pool2d_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> adaptive_max_pool2d_backward(np.array([[[[5.0, 7]]]]), np.array([[[[1, 1]]]]), (1, 1, 1, 3))
    array([[[[ 0., 12.,  0.]]]])
    """
    return max_backward(2, dy, indices, x_shape)


def adaptive_avg_pool2d(x, output_size):
    """Mean of each of ``OH·OW`` windows that cover the input; an output of 1 is the global mean.

    Parameters, windows and errors are those of `adaptive_max_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 5, 3, 2, 4]]]])
    >>> adaptive_avg_pool2d(x, (1, 2))
    array([[[[3., 3.]]]])
    >>> adaptive_avg_pool2d(x, 1)
    array([[[[3.]]]])
    """
    x = _check.floats("x", x, _check.INPUT[2])
    return average(x, _pool_plan.adaptive_plan(x.shape[2:], output_size))


def adaptive_avg_pool2d_backward(dy, x_shape):
    """Share each derivative equally among the entries of its window.

    Parameters
    ----------
    dy : array (N, C, OH, OW)
        Derivative of the loss with respect to the output.
    x_shape : tuple of int
        ``x.shape`` of the forward pass.

    Returns
    -------
    array (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        As `adaptive_max_pool2d`; ValueError also when the batch or the channels differ.

    Examples
    --------
    >>> import numpy as np
    >>> adaptive_avg_pool2d_backward(np.array([[[[6.0, 9]]]]), (1, 1, 1, 5))
    array([[[[2., 2., 5., 3., 3.]]]])
    """
    dy = _check.floats("dy", dy, _check.INPUT[2])
    shape = _check.input_shape(x_shape, 2)
    if dy.shape[:2] != shape[:2]:
        _check.gradient_shape(dy, shape[:2] + dy.shape[2:])
    return shared(dy, shape, _pool_plan.adaptive_plan(shape[2:], dy.shape[2:]))


def spatial_pyramid_pool(x, levels=(4, 2, 1), *, mode="max"):
    """Pool to several sizes and write all of them in one row: as long for any size of image.

    A layer after it can be fully connected although images differ in size (He and others 2014).

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    levels : sequence of int
        ``n`` stands for ``n×n`` windows, as `adaptive_max_pool2d` lays them.
    mode : {"max", "avg"}

    Returns
    -------
    array (N, C·(n₁² + n₂² + …))
        Level by level; in each, channel by channel; in each, row by row.

    Raises
    ------
    TypeError, ValueError
        As `adaptive_max_pool2d`; ValueError also when there is no level or the mode is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> spatial_pyramid_pool(np.arange(16.0).reshape(1, 1, 4, 4), (2, 1))
    array([[ 5.,  7., 13., 15., 15.]])
    """
    x, levels = _check.floats("x", x, _check.INPUT[2]), _levels(levels)
    if _check.choice("mode", mode, ("max", "avg")) == "max":
        parts = [y for y, _ in _largest_of_levels(x, levels)]
    else:
        parts = [adaptive_avg_pool2d(x, level) for level in levels]
    return np.concatenate([_in_a_row(part) for part in parts], axis=1)


def spatial_pyramid_pool_backward(dy, x, levels=(4, 2, 1), *, mode="max"):
    """Derivative of `spatial_pyramid_pool`: the levels' derivatives, added.

    Parameters
    ----------
    dy : array (N, C·(n₁² + n₂² + …))
        Derivative of the loss with respect to the output.
    x, levels, mode
        Those of the forward pass.

    Returns
    -------
    array (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        As `spatial_pyramid_pool`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> x, dy = np.arange(4.0).reshape(1, 1, 2, 2), np.array([[1.0, 2, 3, 4, 10]])
    >>> spatial_pyramid_pool_backward(dy, x, (2, 1))
    array([[[[ 1.,  2.],
             [ 3., 14.]]]])
    """
    x, levels = _check.floats("x", x, _check.INPUT[2]), _levels(levels)
    dy, mode = _check.floats("dy", dy), _check.choice("mode", mode, ("max", "avg"))
    sizes = [x.shape[1] * level * level for level in levels]
    _check.gradient_shape(dy, (len(x), sum(sizes)))
    _check.same_dtype(x=x, dy=dy)
    parts = [
        part.reshape(*x.shape[:2], level, level)
        for level, part in zip(levels, np.split(dy, np.cumsum(sizes)[:-1], axis=1), strict=True)
    ]
    if mode == "max":
        # all levels' windows of a plane in one row, as if they were those of one pooling
        indices = [indices for _, indices in _largest_of_levels(x, levels)]
        rows = [np.concatenate([_of_planes(part) for part in each], 3) for each in (parts, indices)]
        return max_backward(2, *rows, x.shape)
    dx = np.zeros(x.shape, dtype=x.dtype)
    for part in parts:
        dx += adaptive_avg_pool2d_backward(part, x.shape)
    return dx


def _largest_of_levels(x, levels):
    """What `adaptive_max_pool2d` finds at each level, ``(y, indices)``.

    A window of n levels is made of whole windows of any multiple of n, so that the input is read
    once for all levels that divide each other.
    """
    found = {}
    for level in sorted({*levels}, reverse=True):
        finer = min((other for other in found if other % level == 0), default=None)
        if finer:
            found[level] = _joined(x, *found[finer], level)
        else:
            found[level] = largest(x, _pool_plan.adaptive_plan(x.shape[2:], level))
    return [found[level] for level in levels]


def _joined(x, y, indices, level):
    """The same for a coarser level, from the windows `y` of a finer one."""
    batch, channels, size, _ = y.shape
    each = size // level

    def windows(array):
        # the entries of a window along the first axis, where NumPy is fastest
        array = array.reshape(batch, channels, level, each, level, each)
        return array.transpose(3, 5, 0, 1, 2, 4).reshape(each * each, -1)

    values, places = windows(y), windows(indices)
    top = values.max(axis=0)
    # the first of equals in the plane, wherever its window is
    place = np.where(values == top, places, x.size).min(axis=0)
    bad = np.isnan(top)
    if bad.any():
        # the last NaN, as a single pass finds it
        last = np.where(np.isnan(values), places, -1).max(axis=0)
        place[bad] = last[bad]
    place = place.reshape(batch, channels, level * level)
    flat = x.reshape(batch, channels, x.shape[2] * x.shape[3])
    shape = batch, channels, level, level
    return np.take_along_axis(flat, place, axis=2).reshape(shape), place.reshape(shape)


def _of_planes(part):
    return part.reshape(*part.shape[:2], 1, part.shape[2] * part.shape[3])


def _in_a_row(part):
    return part.reshape(len(part), math.prod(part.shape[1:]))


def _levels(levels):
    levels = tuple(np.atleast_1d(np.asarray(levels, dtype=object)))
    if not levels:
        raise ValueError("levels must name one level or more, got (): use (4, 2, 1)")
    return [geometry.integer("levels", level, 1, "1 is the whole image") for level in levels]
