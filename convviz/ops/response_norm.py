"""Local response normalisation: every entry against the same place in the channels around it."""

import math

import numpy as np

from convviz import geometry
from convviz.ops import _check


def local_response_norm(x, size, *, alpha=1e-4, beta=0.75, k=1.0):
    """Divide every entry by what the channels next to it answer at the same place.

    ``y_c = x_c / (k + alpha/size · sum x_j²)^beta``, the sum running over `size` channels around
    c; for an even size, one more before it than after. AlexNet (Krizhevsky, Sutskever and Hinton
    2012) did so with size 5, k 2 and an alpha of 1e-4 that is not divided by the size.

    Parameters
    ----------
    x : array (N, C, ...)
        float32 or float64.
    size : int
    alpha, beta, k : float

    Returns
    -------
    array
        New, in the shape and dtype of `x`.

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, or a number is of the wrong kind.
    ValueError
        When `x` has no channels, or `size` is below 1.

    Examples
    --------
    >>> import numpy as np
    >>> local_response_norm(np.array([[[3.0], [4.0]]]), 2, alpha=2, beta=0.5, k=0)
    array([[[1. ],
            [0.8]]])
    """
    x, size, (alpha, beta, k) = _response_arguments(x, size, alpha, beta, k)
    y = _divisor(x, size, alpha, k)
    np.power(y, x.dtype.type(beta), out=y)
    return np.divide(x, y, out=y)


def local_response_norm_backward(dy, x, size, *, alpha=1e-4, beta=0.75, k=1.0):
    """Derivative of `local_response_norm`: each channel also acts through its neighbours.

    ``dx_c = dy_c / D_c^beta − 2·alpha·beta/size · x_c · sum dy_j·x_j / D_j^(beta + 1)``, `D` being
    what is raised to `beta`, and the sum over the channels j whose neighbour c is.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[3.0], [4.0]]])
    >>> dx = local_response_norm_backward(np.ones((1, 2, 1)), x, 2, alpha=2, beta=0.5, k=0)
    >>> np.round(dx.ravel(), 3)
    array([-0.096,  0.072])
    """
    x, size, (alpha, beta, k) = _response_arguments(x, size, alpha, beta, k)
    dy = _check.floats("dy", dy)
    _check.gradient_shape(dy, x.shape)
    _check.same_dtype(x=x, dy=dy)
    divisor = _divisor(x, size, alpha, k)
    dx = np.power(divisor, x.dtype.type(beta))
    np.divide(dy, dx, out=dx)
    part = np.multiply(dx, x)
    part /= divisor
    del divisor  # which is as large as the input
    # seen from a neighbour, what was before is after
    shared = _around(part, (size - 1) // 2, size // 2)
    del part
    shared *= x
    shared *= x.dtype.type(2 * alpha * beta / size)
    return np.subtract(dx, shared, out=dx)


def _response_arguments(x, size, alpha, beta, k):
    x = _check.floats("x", x)
    if x.ndim < 2 or x.shape[1] == 0:
        raise ValueError(
            f"x must have 2 axes (N, C, ...) or more and one channel or more, got shape {x.shape}: "
            "reshape it"
        )
    size = geometry.integer("size", size, 1, "1 is each channel alone")
    numbers = [
        _check.real(name, value, "a finite number", math.isfinite)
        for name, value in (("alpha", alpha), ("beta", beta), ("k", k))
    ]
    return x, size, numbers


def _divisor(x, size, alpha, k):
    around = _around(x * x, size // 2, (size - 1) // 2)
    around *= x.dtype.type(alpha / size)
    around += x.dtype.type(k)
    return around


def _around(values, before, after):
    """Sum of the channels from `before` earlier to `after` later."""
    channels = values.shape[1]
    total = values.copy()
    for shift in range(1, min(max(before, after) + 1, channels)):
        if shift <= before:
            total[:, shift:] += values[:, :-shift]
        if shift <= after:
            total[:, :-shift] += values[:, shift:]
    return total
