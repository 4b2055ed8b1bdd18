"""Functions applied to each entry alone.

The derivatives of the ReLU family need the input; those of the others are shortest in terms of
the output `y`, and take that.
"""

import numpy as np

from convviz.ops import _check
from convviz.ops._each import LARGE, each


def relu(x):
    """Keep what is positive, replace the rest by 0: ``max(x, 0)``.

    Parameters
    ----------
    x : array of float32 or float64, any shape

    Returns
    -------
    array
        New, with the shape and dtype of `x`. A NaN stays one.

    Raises
    ------
    TypeError
        When `x` is no array of float32 or float64.

    Examples
    --------
    >>> import numpy as np
    >>> relu(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 2.])
    """
    x = _check.floats("x", x)
    return each("relu", x) if x.size >= LARGE else np.maximum(x, x.dtype.type(0))


def relu_in_place(x):
    """Replace what is negative in `x`, an array of nobody else's, by 0; return it."""
    if x.size >= LARGE and x.flags.carray:
        return each("relu", x, made=x)
    return np.maximum(x, x.dtype.type(0), out=x)


def relu_backward(dy, x):
    """Pass the derivative on where the input was positive; elsewhere it is 0.

    At 0 itself, where ReLU has no derivative, 0 is used, as in PyTorch.

    Parameters
    ----------
    dy : array
        Derivative of the loss with respect to the output.
    x : array
        The input of the forward pass, of the same shape and dtype.

    Returns
    -------
    array
        Derivative with respect to `x`.

    Raises
    ------
    TypeError
        When an array is not float32 or float64, or their dtypes differ.
    ValueError
        When the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> relu_backward(np.array([5.0, 6.0, 7.0]), np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 7.])
    """
    dy, x = pair(dy, x=x)
    if x.size >= LARGE:
        return each("relu_backward", dy, x)
    # written so that a NaN input lets the derivative through instead of hiding it
    return np.where(x <= 0, dy.dtype.type(0), dy)


def leaky_relu(x, negative_slope=0.01):
    """Keep what is positive, multiply the rest by a small slope: no unit falls silent for good.

    Examples
    --------
    >>> import numpy as np
    >>> leaky_relu(np.array([-1.0, 0.0, 2.0]), 0.1)
    array([-0.1,  0. ,  2. ])
    """
    x, slope = _check.floats("x", x), _slope("negative_slope", negative_slope)
    return _leaky(x, x, slope)


def leaky_relu_backward(dy, x, negative_slope=0.01):
    """Derivative of `leaky_relu`: 1 where the input was positive, elsewhere the slope.

    Parameters and errors are those of `relu_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> leaky_relu_backward(np.array([5.0, 6.0, 7.0]), np.array([-1.0, 0.0, 2.0]), 0.1)
    array([0.5, 0.6, 7. ])
    """
    dy, x = pair(dy, x=x)
    return _leaky(dy, x, _slope("negative_slope", negative_slope))


def elu(x, alpha=1.0):
    """Keep what is positive, bend the rest towards ``−alpha``: ``alpha·(exp(x) − 1)``.

    Clevert, Unterthiner and Hochreiter (2016).

    Examples
    --------
    >>> import numpy as np
    >>> elu(np.array([-np.log(2), 0.0, 2.0]))
    array([-0.5,  0. ,  2. ])
    """
    x, alpha = _check.floats("x", x), _slope("alpha", alpha)
    if x.size >= LARGE:
        return each("elu", x, options=(x.dtype.type(alpha),))
    # the minimum keeps the power from overflowing where it is not used; there it becomes 0
    y = np.minimum(x, 0, out=np.empty_like(x))
    np.expm1(y, out=y)
    y *= x.dtype.type(alpha)
    return np.add(y, np.maximum(x, 0), out=y)


def elu_backward(dy, x, alpha=1.0):
    """Derivative of `elu`: 1 where the input was positive, elsewhere ``alpha·exp(x)``.

    Parameters and errors are those of `relu_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> elu_backward(np.array([4.0, 4.0]), np.array([-np.log(2), 2.0]))
    array([2., 4.])
    """
    dy, x = pair(dy, x=x)
    alpha = x.dtype.type(_slope("alpha", alpha))
    if x.size >= LARGE:
        return each("elu_backward", dy, x, options=(alpha,))
    bent = np.minimum(x, 0, out=np.empty_like(x))
    np.exp(bent, out=bent)
    bent *= alpha
    bent *= dy
    np.copyto(bent, dy, where=~(x <= 0))
    return bent


def sigmoid(x):
    """Squeeze every number between 0 and 1: ``1 / (1 + exp(−x))``.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid(np.array([-1000.0, 0.0, np.log(3)]))
    array([0.  , 0.5 , 0.75])
    """
    x = _check.floats("x", x)
    if x.size >= LARGE:
        return each("sigmoid", x)
    y = np.negative(x, out=np.empty_like(x))
    # a power that overflows is infinite, and 1 divided by it is the 0 that is wanted
    with np.errstate(over="ignore"):
        np.exp(y, out=y)
    y += 1
    return np.reciprocal(y, out=y)


def sigmoid_backward(dy, y):
    """Derivative of `sigmoid` from its output: ``dy·y·(1 − y)``, at most a quarter of `dy`.

    Parameters
    ----------
    dy : array
        Derivative of the loss with respect to the output.
    y : array
        The output of the forward pass.

    Raises
    ------
    TypeError, ValueError
        As `relu_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid_backward(np.array([16.0, 16.0]), np.array([0.5, 0.75]))
    array([4., 3.])
    """
    dy, y = pair(dy, y=y)
    if y.size >= LARGE:
        return each("sigmoid_backward", dy, y)
    dx = np.subtract(1, y, out=np.empty_like(y))
    dx *= y
    dx *= dy
    return dx


def tanh(x):
    """Squeeze every number between −1 and 1: the hyperbolic tangent.

    Examples
    --------
    >>> import numpy as np
    >>> tanh(np.array([0.0, np.log(2)]))
    array([0. , 0.6])
    """
    x = _check.floats("x", x)
    return each("tanh", x) if x.size >= LARGE else np.tanh(x)


def tanh_backward(dy, y):
    """Derivative of `tanh` from its output `y`: ``dy·(1 − y²)``; errors as `relu_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> tanh_backward(np.array([4.0, 4.0]), np.array([0.0, 0.5]))
    array([4., 3.])
    """
    dy, y = pair(dy, y=y)
    if y.size >= LARGE:
        return each("tanh_backward", dy, y)
    dx = np.multiply(y, y, out=np.empty_like(y))
    np.subtract(1, dx, out=dx)
    dx *= dy
    return dx


def pair(dy, **other):
    """`dy` and the one array that goes with it: same shape, same dtype."""
    ((name, array),) = other.items()
    dy, array = _check.floats("dy", dy), _check.floats(name, array)
    _check.same_dtype(dy=dy, **other)
    _check.gradient_shape(dy, array.shape)
    return dy, array


def _leaky(values, x, slope):
    """`values` where `x` is positive, elsewhere times the slope."""
    slope = x.dtype.type(slope)
    if x.size >= LARGE:
        return each("leaky", values, x, options=(slope,))
    return np.where(x > 0, values, values * slope)


def _slope(name, value):
    return _check.real(name, value, "a finite number", np.isfinite)
