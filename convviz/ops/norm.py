"""Batch normalisation: every channel by its own mean and variance."""

from convviz.ops._norm import BatchStatistics, finished, finished_backward

__all__ = ["BatchStatistics", "batch_norm", "batch_norm_backward"]


def batch_norm(
    x,
    weight=None,
    bias=None,
    *,
    running_mean=None,
    running_var=None,
    training=True,
    momentum=0.1,
    eps=1e-5,
):
    """Give every channel mean 0 and variance 1, then its own scale and shift.

    ``y = weight·(x − mean) / sqrt(var + eps) + bias``, with the mean and the variance of the
    channel over batch and places in training, and the running ones in prediction (Ioffe and
    Szegedy 2015).

    Parameters
    ----------
    x : array (N, C) or (N, C, ...)
        float32 or float64, with up to three axes of places.
    weight, bias : array (C,), optional
        γ and β; 1 and 0 where they are left out.
    running_mean, running_var : array (C,), optional
        Needed in prediction. In training, new ones come back; these are not changed.
    training : bool
    momentum : float
        How far the running statistics move towards those of the batch, from 0 to 1.
    eps : float
        Keeps the root away from 0.

    Returns
    -------
    y : array
        New, in the shape and dtype of `x`.
    statistics : BatchStatistics
        For `batch_norm_backward`, and for the next call.

    Raises
    ------
    TypeError
        When an array is not float32 or float64, or dtypes are mixed.
    ValueError
        When shapes do not match, a number is out of range, training has a single value for each
        channel, or prediction has no running statistics.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1.0], [2.0], [6.0]])
    >>> y, statistics = batch_norm(x, np.array([14.0]), eps=0)
    >>> (y / np.sqrt(42)).ravel()
    array([-2., -1.,  3.])
    >>> statistics.mean, statistics.var
    (array([3.]), array([4.66666667]))
    """
    options = {"training": training, "momentum": momentum, "eps": eps}
    return finished(x, (weight, bias, running_mean, running_var), **options)


def batch_norm_backward(dy, x, weight, statistics, *, training=True, eps=1e-5):
    """Derivatives of `batch_norm`; in training the mean and the variance depend on `x` as well.

    With ``x̂ = (x − mean)/sqrt(var + eps)`` and m values in a channel: ``dbias = sum dy``,
    ``dweight = sum dy·x̂`` and ``dx = weight/sqrt(var + eps)·(dy − dbias/m − x̂·dweight/m)``. In
    prediction the last two terms are missing.

    Parameters
    ----------
    dy : array
        Derivative of the loss with respect to the output.
    x, weight, training, eps
        Those of the forward pass; `weight` may be None.
    statistics : BatchStatistics
        What the forward pass returned.

    Returns
    -------
    dx : array
    dweight, dbias : array (C,)

    Raises
    ------
    TypeError, ValueError
        As `batch_norm`; ValueError also when `dy` has not the shape of `x`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[1.0], [2.0], [6.0]])
    >>> y, statistics = batch_norm(x, eps=0)
    >>> dx, dweight, dbias = batch_norm_backward(np.ones((3, 1)), x, None, statistics, eps=0)
    >>> np.round(dx.ravel(), 9) + 0.0, dbias        # a common shift changes nothing
    (array([0., 0., 0.]), array([3.]))
    """
    return finished_backward(dy, x, weight, statistics, training=training, eps=eps)
