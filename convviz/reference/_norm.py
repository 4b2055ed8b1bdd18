"""Batch normalisation of one channel, step by step as it is derived."""

import numpy as np

from convviz.reference._arguments import check_shape, numbers


def batch_norm(x, gamma=1, beta=0, eps=0):
    """Give the m values of a channel mean 0 and variance 1, then the scale γ and the shift β.

    Parameters
    ----------
    x : array-like (m,)
    gamma, beta, eps : number

    Returns
    -------
    array (m,)

    Examples
    --------
    >>> batch_norm([1, 2, 3, 6], gamma=7**0.5 / 2**0.5).round(6)
    array([-2., -1.,  0.,  3.])
    """
    x = numbers("x", x, 1)
    mean = np.sum(x) / len(x)
    variance = np.sum((x - mean) ** 2) / len(x)
    x_hat = (x - mean) / np.sqrt(variance + eps)
    return gamma * x_hat + beta


def batch_norm_backward(dy, x, gamma=1, eps=0):
    """Send `dy` back through `batch_norm`, one step of the forward pass after the other.

    Returns
    -------
    dx : array (m,)
    dgamma, dbeta : number

    Examples
    --------
    With m = 2 the output is −1 and 1 whatever `x` is, so that dx is 0 whatever the code does:
    try at least three values.

    >>> batch_norm_backward([5, 7], [1, 4])[0]
    array([0., 0.])
    >>> dx, dgamma, dbeta = batch_norm_backward([2, 0, 0, 0], [1, 2, 3, 6], gamma=14**0.5)
    >>> dx.round(6), dgamma.round(4), dbeta
    (array([ 1.857143, -1.571429, -1.      ,  0.714286]), np.float64(-2.1381), np.int64(2))
    """
    x, dy = numbers("x", x, 1), numbers("dy", dy, 1)
    check_shape(dy, x.shape)
    m = len(x)
    off = x - np.sum(x) / m
    root = np.sqrt(np.sum(off**2) / m + eps)
    dbeta = np.sum(dy)
    dgamma = np.sum(dy * off / root)
    dx_hat = gamma * dy
    dvariance = np.sum(dx_hat * off) * -0.5 / root**3
    dmean = -np.sum(dx_hat) / root + dvariance * -2 * np.sum(off) / m
    dx = dx_hat / root + dvariance * 2 * off / m + dmean / m
    return dx, dgamma, dbeta
