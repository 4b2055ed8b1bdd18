"""Poolings that mix: the maximum with the mean, and a draw among the entries of a window."""

import numpy as np

from convviz.ops import _check, _pool_plan, _startup
from convviz.ops._layout import ready
from convviz.ops._pooling import average, largest, max_backward, over, pooled, shared, volumes

_loops = _startup.loops("draws")


def mixed_pool2d(x, kernel_size, stride=None, *, weight=0.5, padding=0, ceil_mode=False):
    """Mix the largest entry of every window with its mean: ``a·max + (1 − a)·mean``.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    kernel_size, stride, padding, ceil_mode
        As for `max_pool2d`. Padding is never the largest and does not count for the mean.
    weight : float
        ``a``, from 0 (the mean) to 1 (the maximum); it can be learned (Lee, Gallagher, Tu 2016).

    Returns
    -------
    array (N, C, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `max_pool2d`; ValueError also when `weight` is not from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> mixed_pool2d(np.array([[[[1.0, 3, 4, 8]]]]), (1, 4), weight=0.25)
    array([[[[5.]]]])
    """
    x, plan, a = _mixed_arguments(x, weight, (kernel_size, stride, padding, 1, ceil_mode))
    return a * largest(x, plan)[0] + (1 - a) * average(x, plan)


def mixed_pool2d_backward(
    dy, x, kernel_size, stride=None, *, weight=0.5, padding=0, ceil_mode=False
):
    """Derivatives of `mixed_pool2d` with respect to its input and to its weight.

    Returns
    -------
    dx : array (N, C, H, W)
        ``a`` parts to the largest entries, ``1 − a`` shared among all.
    dweight : float
        ``sum dy·(max − mean)``.

    Raises
    ------
    TypeError, ValueError
        As `mixed_pool2d`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 3, 4, 8]]]])
    >>> mixed_pool2d_backward(np.array([[[[16.0]]]]), x, (1, 4), weight=0.25)
    (array([[[[3., 3., 3., 7.]]]]), 64.0)
    """
    x, plan, a = _mixed_arguments(x, weight, (kernel_size, stride, padding, 1, ceil_mode))
    dy = _check.floats("dy", dy)
    _check.gradient_shape(dy, x.shape[:2] + plan.output)
    _check.same_dtype(x=x, dy=dy)
    y, indices = largest(x, plan)
    dx = max_backward(2, a * dy, indices, x.shape) + shared((1 - a) * dy, x.shape, plan)
    return dx, float(np.sum(dy * (y - average(x, plan)), dtype=np.float64))


def _mixed_arguments(x, weight, options):
    x = _check.floats("x", x, _check.INPUT[2])
    rule = "from 0 (the mean) to 1 (the maximum)"
    a = _check.real("weight", weight, rule, lambda weight: 0 <= weight <= 1)
    return x, _pool_plan.pool_plan(x.shape[2:], *options, False), a


def stochastic_pool2d(x, kernel_size, stride=None, *, generator, ceil_mode=False):
    """Draw one entry of every window, each with a probability proportional to its value.

    For training; `stochastic_pool2d_expected` is for prediction (Zeiler and Fergus 2013).

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64, none negative: pool after a ReLU.
    kernel_size, stride, ceil_mode
        As for `max_pool2d`.
    generator : numpy.random.Generator
        Where the draws come from; the same seed gives the same draws.

    Returns
    -------
    y : array (N, C, OH, OW)
        An entry of 0 is drawn only where all are 0. A window with a NaN or infinity gives it.
    indices : array of int64 (N, C, OH, OW)
        ``row·W + column`` of each entry drawn.

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, `generator` is none, or a number is no integer.
    ValueError
        When an entry of `x` is negative, or an option is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 3.0]]]])
    >>> rng = np.random.default_rng(0)
    >>> drawn = [stochastic_pool2d(x, (1, 2), generator=rng)[0].item() for _ in range(1000)]
    >>> drawn.count(3.0) / 1000                     # 3/4 is expected
    0.769
    """
    x, plan = _probable(x, (kernel_size, stride, 0, 1, ceil_mode))
    y = pooled(x, plan)
    chance = _check.random_generator(generator).random(y.shape)
    indices = np.empty(y.shape, dtype=np.int64)
    _over_planes(_loops.choose, plan, x, chance, y, indices)
    return y, indices


def stochastic_pool2d_backward(dy, indices, x_shape):
    """Send each derivative to the entry that was drawn; as `max_pool2d_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> stochastic_pool2d_backward(np.array([[[[5.0]]]]), np.array([[[[1]]]]), (1, 1, 1, 2))
    array([[[[0., 5.]]]])
    """
    return max_backward(2, dy, indices, x_shape)


def stochastic_pool2d_expected(x, kernel_size, stride=None, *, ceil_mode=False):
    """The mean of what `stochastic_pool2d` draws, ``sum x² / sum x``: for prediction.

    Parameters and errors are those of `stochastic_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> stochastic_pool2d_expected(np.array([[[[1.0, 3.0]]]]), (1, 2))
    array([[[[2.5]]]])
    """
    x, plan = _probable(x, (kernel_size, stride, 0, 1, ceil_mode))
    return _expected(x, plan)


def stochastic_pool2d_expected_backward(dy, x, kernel_size, stride=None, *, ceil_mode=False):
    """Derivative of `stochastic_pool2d_expected`: ``dy·(2x − y) / sum x``; 0 where all are 0.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 3.0]]]])
    >>> stochastic_pool2d_expected_backward(np.array([[[[8.0]]]]), x, (1, 2))
    array([[[[-1.,  7.]]]])
    """
    x, plan = _probable(x, (kernel_size, stride, 0, 1, ceil_mode))
    dy = _check.floats("dy", dy)
    _check.gradient_shape(dy, x.shape[:2] + plan.output)
    _check.same_dtype(x=x, dy=dy)
    dx = np.zeros_like(x)
    flat, flat_dy, y = volumes(plan, x, dy, _expected(x, plan))
    arrays = [array[:, 0] for array in (flat_dy, flat, y, dx.reshape(flat.shape))]
    over(_loops.expect_backward, arrays, *plan.windows)
    return dx


def _probable(x, options):
    x = _check.floats("x", x, _check.INPUT[2])
    if (x < 0).any():
        raise ValueError(
            f"x must not be negative, as its entries are probabilities; its smallest is "
            f"{np.nanmin(x):g}: pool after ops.relu"
        )
    return ready(x), _pool_plan.pool_plan(x.shape[2:], *options)


def _expected(x, plan):
    y = pooled(x, plan)
    _over_planes(_loops.expect, plan, x, y)
    return y


def _over_planes(loop, plan, x, *made):
    over(loop, [array[:, 0] for array in volumes(plan, x, *made)], *plan.windows)
