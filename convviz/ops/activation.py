"""Functions applied to each entry alone."""

import numpy as np

from convviz.ops import _check


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
    return np.maximum(x, x.dtype.type(0))


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
    dy, x = _check.floats("dy", dy), _check.floats("x", x)
    _check.same_dtype(dy=dy, x=x)
    _check.gradient_shape(dy, x.shape)
    # written so that a NaN input lets the derivative through instead of hiding it
    return np.where(x <= 0, dy.dtype.type(0), dy)
