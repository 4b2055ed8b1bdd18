"""How batch normalisation is done, with what follows it in a network as the same pass."""

import math
from typing import NamedTuple

import numpy as np

from convviz.ops import _check, _startup, _threads, activation
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


def finished(x, per_channel, plus=None, relu=False, *, training=True, momentum=0.1, eps=1e-5):
    """`batch_norm`, then ``+ plus`` if that is an array, then a ReLU if it is asked for.

    All are one pass over the memory. `per_channel` is (weight, bias, running_mean, running_var).
    """
    names = "weight", "bias", "running_mean", "running_var"
    x, weight, bias, *running = _with_channels(x, **dict(zip(names, per_channel, strict=True)))
    momentum = _check.real("momentum", momentum, "from 0 to 1", lambda m: 0 <= m <= 1)
    eps, training, flat = _eps(eps), _check.flag("training", training), _channels(x)
    weight, bias, y = _filled(weight, 1, x), _filled(bias, 0, x), np.empty_like(flat)
    if plus is not None and (plus.shape, plus.dtype) != (x.shape, x.dtype):
        raise ValueError(
            f"what is added must be {x.dtype} of shape {x.shape}, as the output, got {plus.dtype} "
            f"of shape {plus.shape}: body and shortcut must give the same shape"
        )
    ends = flat if plus is None else _channels(plus), y, (plus is not None, bool(relu))
    if not training:
        mean, var = _kept(running)
        _scaled(flat, (mean, var, weight, bias), eps, *ends)
    else:
        mean, var = _by_the_batch(flat, x.shape, (weight, bias), eps, *ends)
        running = _moved(running, (mean, var), flat.shape[0] * flat.shape[2], momentum)
    found = (None if array is None else array.astype(x.dtype) for array in (mean, var, *running))
    return y.reshape(x.shape), BatchStatistics(*found)


def finished_backward(dy, x, weight, statistics, y=None, *, training=True, eps=1e-5):
    """`batch_norm_backward`; with the output `y` of a ReLU behind it, back through that first."""
    if not isinstance(statistics, BatchStatistics):
        raise TypeError(
            f"statistics must be BatchStatistics, got {type(statistics).__name__}: "
            "pass the second result of batch_norm"
        )
    x, weight, mean, var = _with_channels(
        x, weight=weight, mean=statistics.mean, var=statistics.var
    )
    dy, training = _check.floats("dy", dy), _check.flag("training", training)
    _check.gradient_shape(dy, x.shape)
    _check.same_dtype(x=x, dy=dy)
    flat, weight, eps = _channels(x), _filled(weight, 1, x), _eps(eps)
    numbers = weight, ready(mean), ready(var)
    if training and _of_planes(flat):
        flat_y, dx = flat if y is None else _channels(y), np.empty_like(flat)
        sums = np.empty((2, len(mean)))
        arrays = _channels(dy), flat, flat_y, *numbers, *sums, dx
        _shared(_loops.normalise_backward, arrays, (eps, y is not None))
        along, across = sums
    else:
        dy = dy if y is None else activation.relu_backward(dy, y)
        dx, along, across = _sent_back(_channels(dy), flat, numbers, eps, training)
    dweight = across * _inverse(var, eps)
    return dx.reshape(x.shape), dweight.astype(x.dtype), along.astype(x.dtype)


def relu_backward(dy, y):
    """Return what passes a ReLU that has made `y` (N, C, ...), and the sum of that a channel."""
    dy, y = activation.pair(dy, y=y)
    dx, sums = np.empty(y.shape, y.dtype), np.zeros(y.shape[1])
    _shared(_loops.relu_sums, (_channels(dy), _channels(y), _channels(dx), sums))
    return dx, sums.astype(y.dtype)


def _by_the_batch(flat, shape, affine, eps, plus, y, options):
    """Set `y`, and return the mean and the variance of each channel."""
    mean, var = np.zeros((2, flat.shape[1]))
    if flat.shape[0] * flat.shape[2] == 1:
        raise ValueError(
            f"x must have more than one value for each channel in training, got shape {shape}: "
            "use a larger batch or training=False"
        )
    if _of_planes(flat):
        _shared(_loops.normalise, (flat, plus, *affine, mean, var, y), (eps, *options))
    elif flat.size:
        _shared(_loops.statistics, (flat, mean, var))
        _scaled(flat, (mean, var, *affine), eps, plus, y, options)
    return mean, var


def _scaled(flat, numbers, eps, plus, y, options):
    mean, var, weight, bias = numbers
    factor = (weight * _inverse(var, eps)).astype(flat.dtype, copy=False)
    mean = mean.astype(flat.dtype, copy=False)
    _shared(_loops.scale, (flat, plus, mean, factor, bias, y), options)


def _sent_back(dy, x, numbers, eps, training):
    """The derivative of the input, and the sums of ``dy`` and of ``dy·(x − mean)``."""
    weight, mean, var = numbers
    (along, across), dx = np.empty((2, len(mean))), np.empty_like(x)
    _shared(_loops.sums, (dy, x, mean.astype(np.float64), along, across))
    slope, count = _inverse(var, eps), max(x.shape[0] * x.shape[2], 1)
    factor = weight * slope
    if training:
        factors = np.empty((3, len(mean)), x.dtype)
        factors[0] = factor
        factors[1:] = -factor * slope * (across * slope) / count, -factor * along / count
        _shared(_loops.combine, (dy, x, mean, factors, dx))
    else:
        none, factor = np.zeros(len(mean), x.dtype), factor.astype(x.dtype, copy=False)
        _shared(_loops.scale, (dy, dy, none, factor, none, dx), (False, False))
    return dx, along, across


def _kept(running):
    if running[0] is None or running[1] is None:
        raise ValueError(
            "running_mean and running_var are needed when training is False: "
            "keep those that training returned, or set training=True"
        )
    return running


def _moved(running, found, count, momentum):
    """The next running statistics: part of the way to those of the batch."""
    if not count:
        return running
    mean, var = found
    return [
        None if old is None else (1 - momentum) * old + momentum * new
        for old, new in zip(running, (mean, var * (count / (count - 1))), strict=True)
    ]


def _with_channels(x, **per_channel):
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


def _filled(array, value, x):
    return np.full(x.shape[1], value, x.dtype) if array is None else ready(array)


def _eps(eps):
    return _check.real("eps", eps, "0 or more", lambda eps: eps >= 0)


def _inverse(var, eps):
    # a channel without variance, and no eps to help, is infinitely steep
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 / np.sqrt(var.astype(np.float64, copy=False) + eps)


def _of_planes(flat):
    """Whether a channel has several numbers in each sample, side by side."""
    return flat.shape[2] > 1 and flat.size > 0


def _shared(loop, arrays, options=()):
    """Run a loop over the channels, in several threads where that pays."""
    first = arrays[0]
    parts = _threads.parts(first.shape[1], first.size, _COPIES)
    _threads.run([(loop, (*arrays, *options, *part)) for part in parts])


def _channels(x):
    return ready(x).reshape(*x.shape[:2], math.prod(x.shape[2:]))
