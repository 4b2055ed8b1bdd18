"""Pooling by a norm: between the mean (p = 1) and the maximum (p towards infinity)."""

import math

import numpy as np

from convviz.ops import _check, _pool_plan, _startup
from convviz.ops._pooling import over, pooled, volumes

_loops = _startup.loops("lp")


def lp_pool2d(x, norm_type, kernel_size, stride=None, *, ceil_mode=False, power_mean=False):
    """Replace every window by its L_p norm, ``(sum |x|^p)^(1/p)``, or by its power mean.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    norm_type : float
        The exponent p, 1 or more; it need not be whole.
    kernel_size, stride, ceil_mode
        As for `max_pool2d`. Like PyTorch, the norm of a window that hangs over the edge is made
        as large as that of a whole window: the mean over what is inside, times kH·kW.
    power_mean : bool
        Divide the sum by the number of entries before taking the root, ``(mean |x|^p)^(1/p)``:
        the result then lies between the mean and the maximum.

    Returns
    -------
    array (N, C, OH, OW)
        New, of the dtype of `x`. PyTorch takes ``x^p`` without the bars: with an exponent that
        is not even, it gives the same only where no entry is negative.

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, or a number is of the wrong kind.
    ValueError
        When a size or an option is out of range, or the window does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[3.0, -4.0, 0.0, 0.0]]]])
    >>> lp_pool2d(x, 2, (1, 2))
    array([[[[5., 0.]]]])
    >>> lp_pool2d(x, 1, (1, 2), power_mean=True)
    array([[[[3.5, 0. ]]]])
    """
    return _forward(2, x, norm_type, (kernel_size, stride, 0, 1, ceil_mode), power_mean)


def lp_pool2d_backward(
    dy, x, norm_type, kernel_size, stride=None, *, ceil_mode=False, power_mean=False
):
    """Share each derivative by ``sign(x)·(|x| / y)^(p−1)``: large entries get large parts.

    With p = 1 all parts are equal; towards infinity the largest entry gets everything, as in max
    pooling. A window of zeros, where the norm has a corner, gets 0.

    Parameters
    ----------
    dy : array (N, C, OH, OW)
        Derivative of the loss with respect to the output.
    x, norm_type, kernel_size, stride, ceil_mode, power_mean
        Those of the forward pass.

    Returns
    -------
    array (N, C, H, W)
        Derivative with respect to `x`.

    Raises
    ------
    TypeError, ValueError
        As `lp_pool2d`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> lp_pool2d_backward(np.array([[[[10.0]]]]), np.array([[[[3.0, -4.0]]]]), 2, (1, 2))
    array([[[[ 6., -8.]]]])
    """
    options = (kernel_size, stride, 0, 1, ceil_mode)
    return _backward(2, dy, x, norm_type, options, power_mean)


def lp_pool1d(x, norm_type, kernel_size, stride=None, *, ceil_mode=False, power_mean=False):
    """Replace every window of a line by its norm: `lp_pool2d` with one axis.

    Examples
    --------
    >>> import numpy as np
    >>> lp_pool1d(np.array([[[3.0, -4.0, 6.0, 8.0]]]), 2, 2)
    array([[[ 5., 10.]]])
    """
    return _forward(1, x, norm_type, (kernel_size, stride, 0, 1, ceil_mode), power_mean)


def lp_pool1d_backward(
    dy, x, norm_type, kernel_size, stride=None, *, ceil_mode=False, power_mean=False
):
    """Derivative of `lp_pool1d`: `lp_pool2d_backward` with one axis; errors as there.

    Examples
    --------
    >>> import numpy as np
    >>> lp_pool1d_backward(np.array([[[10.0]]]), np.array([[[3.0, -4.0]]]), 2, 2)
    array([[[ 6., -8.]]])
    """
    options = (kernel_size, stride, 0, 1, ceil_mode)
    return _backward(1, dy, x, norm_type, options, power_mean)


def _forward(axes, x, norm_type, options, power_mean):
    x = _check.floats("x", x, _check.INPUT[axes])
    plan, p, size = _arguments(x, norm_type, options, power_mean)
    y = pooled(x, plan)
    over(_loops.forward, volumes(plan, x, y), *plan.windows, plan.run, p, size)
    return y


def _backward(axes, dy, x, norm_type, options, power_mean):
    x, dy = _check.floats("x", x, _check.INPUT[axes]), _check.floats("dy", dy)
    plan, p, size = _arguments(x, norm_type, options, power_mean)
    _check.gradient_shape(dy, x.shape[:2] + plan.output[-axes:])
    _check.same_dtype(x=x, dy=dy)
    dx = np.empty(x.shape, x.dtype)
    flat, flat_dy = volumes(plan, x, dy)
    arrays = flat_dy, flat, dx.reshape(flat.shape)
    over(_loops.backward, arrays, *plan.windows, plan.run, p, size)
    return dx


def _arguments(x, norm_type, options, power_mean):
    """The plan, the exponent, and what the mean of a window is multiplied by."""
    rule = "1 or more and finite; max_pool2d is the limit of large exponents"
    p = _check.real("norm_type", norm_type, rule, lambda p: 1 <= p < math.inf)
    plan = _pool_plan.pool_plan(x.shape[2:], *options)
    if _check.flag("power_mean", power_mean):
        return plan, p, 1.0
    kernel = options[0]
    sides = kernel if np.ndim(kernel) else (kernel,) * (x.ndim - 2)
    return plan, p, float(math.prod(sides))
