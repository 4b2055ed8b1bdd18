"""Dropout: forget some entries at random while training."""

import numpy as np

from convviz.ops import _check


def dropout(x, p=0.5, *, generator=None, training=True):
    """Set each entry to 0 with probability `p`, and divide the others by ``1 − p``.

    The division keeps the mean, so that nothing is to be done in prediction (Srivastava, Hinton
    and others 2014).

    Parameters
    ----------
    x : array of float32 or float64, any shape
    p : float
        From 0 to 1.
    generator : numpy.random.Generator
        Where the draws come from, needed in training; the same seed drops the same entries.
    training : bool
        In prediction nothing is dropped.

    Returns
    -------
    y : array
        New, in the shape and dtype of `x`.
    mask : array
        What `x` was multiplied by: 0 or ``1/(1 − p)``.

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, or `generator` is none in training.
    ValueError
        When `p` is not from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> y, mask = dropout(np.array([1.0, 2, 3, 4, 5]), 0.5, generator=np.random.default_rng(0))
    >>> y
    array([ 2.,  0.,  0.,  0., 10.])
    >>> mask
    array([2., 0., 0., 0., 2.])
    """
    x = _check.floats("x", x)
    p = _check.real("p", p, "from 0 (keep all) to 1 (drop all)", lambda p: 0 <= p <= 1)
    if not _check.flag("training", training):
        return x.copy(), np.ones(x.shape, x.dtype)
    draws = _check.random_generator(generator).random(x.shape, dtype=x.dtype)
    factor = x.dtype.type(1 / (1 - p) if p < 1 else 0)
    mask = np.multiply(draws >= p, factor, out=draws)
    return x * mask, mask


def dropout_backward(dy, mask):
    """Derivative of `dropout`: what was dropped gets nothing.

    Parameters
    ----------
    dy, mask : array
        The derivative of the loss with respect to the output, and the mask of the forward pass.

    Raises
    ------
    TypeError, ValueError
        When an array is not float32 or float64, or the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> dropout_backward(np.array([1.0, 2, 3]), np.array([2.0, 0, 2]))
    array([2., 0., 6.])
    """
    dy, mask = _check.floats("dy", dy), _check.floats("mask", mask)
    _check.same_dtype(dy=dy, mask=mask)
    _check.gradient_shape(dy, mask.shape)
    return dy * mask
