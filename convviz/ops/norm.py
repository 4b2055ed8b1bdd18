"""Batch normalisation: every channel by its own mean and variance."""

import math
from typing import NamedTuple

import numpy as np

from convviz.ops import _check, _startup, _threads
from convviz.ops._layout import ready

_loops = _startup.loops("norm")
# how much longer than a copy a pass over the numbers takes
_COPIES = 2


class BatchStatistics(NamedTuple):
    """What `batch_norm` knows of each channel, arrays (C,) of the dtype of its input.

    Attributes
    ----------
    mean, var : array (C,)
        What the input was normalised with; `var` divides by the number of values m.
    running_mean, running_var : array (C,) or None
        The next running statistics, to be given to the next call; `running_var` collects
        variances that divide by m - 1, as in PyTorch.
    """

    mean: np.ndarray
    var: np.ndarray
    running_mean: np.ndarray | None
    running_var: np.ndarray | None


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
    x, weight, bias, *running = with_channels(
        x, weight=weight, bias=bias, running_mean=running_mean, running_var=running_var
    )
    flat = _channels(x)
    momentum = _check.real("momentum", momentum, "from 0 to 1", lambda m: 0 <= m <= 1)
    if not _check.flag("training", training):
        if running[0] is None or running[1] is None:
            raise ValueError(
                "running_mean and running_var are needed when training is False: "
                "keep those that training returned, or set training=True"
            )
        mean, var = running[0].copy(), running[1].copy()
        following = running
    else:
        mean, var, following = _batch_statistics(x, flat, running, momentum)
    slope = _inverse(var, eps)
    mean, var = mean.astype(x.dtype, copy=False), var.astype(x.dtype, copy=False)
    y = _scaled(flat, mean, slope, weight, bias).reshape(x.shape)
    following = [None if array is None else array.astype(x.dtype) for array in following]
    return y, BatchStatistics(mean, var, *following)


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
    if not isinstance(statistics, BatchStatistics):
        raise TypeError(
            f"statistics must be BatchStatistics, got {type(statistics).__name__}: "
            "pass the second result of batch_norm"
        )
    x, weight, mean, var = with_channels(
        x, weight=weight, mean=statistics.mean, var=statistics.var
    )
    dy, training = _check.floats("dy", dy), _check.flag("training", training)
    _check.gradient_shape(dy, x.shape)
    _check.same_dtype(x=x, dy=dy)
    slope = _inverse(var.astype(np.float64), eps)
    along, across = np.empty((2, len(mean)))
    flat, flat_dy = _channels(x), _channels(dy)
    _shared(_loops.sums, flat_dy, flat, mean.astype(np.float64), along, across)
    dweight, dbias = across * slope, along
    factor = slope if weight is None else weight * slope
    count = max(flat.shape[0] * flat.shape[2], 1)
    dx = np.empty_like(flat)
    if training:
        factors = np.empty((3, len(mean)), x.dtype)
        factors[0] = factor
        factors[1:] = -factor * slope * dweight / count, -factor * dbias / count
        _shared(_loops.combine, flat_dy, flat, ready(mean), factors, dx)
    else:
        nothing = np.zeros(len(mean), x.dtype)
        _shared(_loops.scale, flat_dy, nothing, factor.astype(x.dtype, copy=False), nothing, dx)
    return dx.reshape(x.shape), dweight.astype(x.dtype), dbias.astype(x.dtype)


def with_channels(x, **per_channel):
    """`x` and arrays (C,) that go with it, each of which may be None."""
    x = _check.floats("x", x)
    if not 2 <= x.ndim <= 5 or x.shape[1] == 0:
        raise ValueError(
            f"x must have 2 to 5 axes (N, C, ...) and one channel or more, got shape {x.shape}: "
            "reshape it"
        )
    found = [x]
    for name, array in per_channel.items():
        if array is not None:
            array = _check.floats(name, array)
            if array.shape != (x.shape[1],):
                raise ValueError(
                    f"{name} must have shape ({x.shape[1]},), one entry for each channel of x, "
                    f"got {array.shape}"
                )
            if array.dtype != x.dtype:
                _check.same_dtype(x=x, **{name: array})
        found.append(array)
    return found


def _batch_statistics(x, flat, running, momentum):
    count = flat.shape[0] * flat.shape[2]
    if count == 1:
        raise ValueError(
            f"x must have more than one value for each channel in training, got shape {x.shape}: "
            "use a larger batch or training=False"
        )
    mean, var = np.zeros((2, x.shape[1]))
    if not count:
        return mean, var, running
    _shared(_loops.statistics, flat, mean, var)
    moved = [
        None if old is None else (1 - momentum) * old + momentum * new
        for old, new in zip(running, (mean, var * (count / (count - 1))), strict=True)
    ]
    return mean, var, moved


def _inverse(var, eps):
    eps = _check.real("eps", eps, "0 or more", lambda eps: eps >= 0)
    if eps:
        return 1 / np.sqrt(var + eps)
    # a channel without variance, and no eps to help, is infinitely steep
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 / np.sqrt(var)


def _scaled(flat, mean, slope, weight, bias):
    factor = slope if weight is None else weight * slope
    shift = np.zeros(flat.shape[1], flat.dtype) if bias is None else ready(bias)
    y = np.empty_like(flat)
    _shared(_loops.scale, flat, mean, factor.astype(flat.dtype, copy=False), shift, y)
    return y


def _shared(loop, x, *arrays):
    """Run a loop over the channels of `x`, in several threads where that pays."""
    parts = _threads.parts(x.shape[1], x.size, _COPIES)
    _threads.run([(loop, (x, *arrays, first, last)) for first, last in parts])


def _channels(x):
    return ready(x).reshape(*x.shape[:2], math.prod(x.shape[2:]))
