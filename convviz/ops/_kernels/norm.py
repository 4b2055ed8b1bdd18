"""The loops of batch normalisation over (N, C, P): a mean, a variance and a scale for each channel.

Sums are kept in float64 whatever the dtype, so that they are as good as their terms. Each loop does
the channels from `first` to `last`, the last not included, so that threads can share them. A
channel is done with before the next begins: its numbers are read several times, but come from the
memory once. What follows in a network, a sum with `plus` and a ReLU, is done on the way.
"""

import numpy as np

from convviz.ops._kernels import kernel

# letting the compiler reorder the sums is what makes them vectorise; NaN and infinity still travel
_SUMS = {"fastmath": {"reassoc", "contract"}, "error_model": "numpy"}


@kernel(**_SUMS)
def statistics(x, mean, var, first, last):
    """Set `mean` and `var` (C,) of float64 to those of samples without places.

    Vectors are of channels, as those lie side by side.
    """
    batch, channels, _ = x.shape
    flat, columns = x.reshape(batch, channels), (np.uintp(first), np.uintp(last))
    # channels count in unsigned integers, as one that might be negative would have to be looked at
    # before each access
    for c in range(*columns):
        mean[c], var[c] = 0, 0
    for n in range(batch):
        for c in range(*columns):
            mean[c] += np.float64(flat[n, c])
    for c in range(*columns):
        mean[c] /= batch
    for n in range(batch):
        for c in range(*columns):
            off = np.float64(flat[n, c]) - mean[c]
            var[c] += off * off
    for c in range(*columns):
        var[c] /= batch


@kernel(**_SUMS)
def _sums_across(dy, x, mean, along, across, first, last):
    for c in range(first, last):
        along[c], across[c] = 0, 0
    for n in range(len(x)):
        for c in range(first, last):
            slope = np.float64(dy[n, c])
            along[c] += slope
            across[c] += slope * (np.float64(x[n, c]) - mean[c])


@kernel(**_SUMS)
def _moments(x, mean, var, c):
    """Set the mean and the variance of a channel, the variance being that of the batch itself."""
    batch, _, places = x.shape
    total = 0.0
    for n in range(batch):
        for p in range(places):
            total += np.float64(x[n, c, p])
    middle = total / (batch * places)
    # a second pass over the differences: the mean of squares would cancel
    total = 0.0
    for n in range(batch):
        for p in range(places):
            off = np.float64(x[n, c, p]) - middle
            total += off * off
    mean[c] = middle
    var[c] = total / (batch * places)


@kernel()
def _scale_channel(x, plus, numbers, added, relu, y, c):
    """Set a channel of ``y = (x - mean)·factor + shift``, `numbers` being those three."""
    zero, (middle, slope, offset) = x.dtype.type(0), numbers
    batch, _, places = x.shape
    for n in range(batch):
        for p in range(places):
            found = (x[n, c, p] - middle) * slope + offset
            if added:
                found += plus[n, c, p]
            if relu:
                # written so that a NaN stays one
                found = zero if found <= zero else found
            y[n, c, p] = found


@kernel()
def scale(x, plus, mean, factor, shift, y, added, relu, first, last):
    """Set ``y = (x - mean)·factor + shift``, the three being (C,) of the dtype of `x`.

    Then comes ``+ plus`` if something is `added`, then a `relu`.
    """
    batch, channels, places = x.shape
    if places > 1:
        for c in range(first, last):
            _scale_channel(x, plus, (mean[c], factor[c], shift[c]), added, relu, y, c)
        return
    zero = x.dtype.type(0)
    flat, flat_y = x.reshape(batch, channels), y.reshape(batch, channels)
    flat_plus = plus.reshape(batch, channels)
    for n in range(batch):
        for c in range(np.uintp(first), np.uintp(last)):
            found = (flat[n, c] - mean[c]) * factor[c] + shift[c]
            if added:
                found += flat_plus[n, c]
            if relu:
                found = zero if found <= zero else found
            flat_y[n, c] = found


@kernel(error_model="numpy")
def normalise(x, plus, weight, bias, mean, var, y, eps, added, relu, first, last):
    """Set `mean` and `var` (C,) of float64 to those of the batch, and `y` as `scale` does."""
    kind = x.dtype.type
    for c in range(first, last):
        _moments(x, mean, var, c)
        slope = weight[c] * (1 / np.sqrt(var[c] + eps))
        _scale_channel(x, plus, (kind(mean[c]), kind(slope), bias[c]), added, relu, y, c)


@kernel(**_SUMS)
def _channel_sums(dy, x, y, middle, relu, c):
    """The sums of ``dy`` and of ``dy·(x - middle)``; with `relu` of what passes by it."""
    zero, (batch, _, places) = x.dtype.type(0), x.shape
    plain, weighted = 0.0, 0.0
    for n in range(batch):
        for p in range(places):
            sent = dy[n, c, p]
            if relu:
                sent = zero if y[n, c, p] <= zero else sent
            slope = np.float64(sent)
            plain += slope
            weighted += slope * (np.float64(x[n, c, p]) - middle)
    return plain, weighted


@kernel()
def _combine_channel(dy, x, y, numbers, relu, dx, c):
    """Set a channel of ``dx = a·dy + b·(x - mean) + c``, `numbers` being mean, a, b and c."""
    zero, (middle, direct, spread, shift) = x.dtype.type(0), numbers
    batch, _, places = x.shape
    for n in range(batch):
        for p in range(places):
            sent = dy[n, c, p]
            if relu:
                sent = zero if y[n, c, p] <= zero else sent
            dx[n, c, p] = direct * sent + spread * (x[n, c, p] - middle) + shift


@kernel(error_model="numpy")
def sums(dy, x, mean, along, across, first, last):
    """Set `along` to ``sum dy`` and `across` to ``sum dy·(x - mean)``, (C,) of float64."""
    batch, channels, places = x.shape
    if places == 1:
        flat_dy, flat = dy.reshape(batch, channels), x.reshape(batch, channels)
        _sums_across(flat_dy, flat, mean, along, across, np.uintp(first), np.uintp(last))
        return
    for c in range(first, last):
        along[c], across[c] = _channel_sums(dy, x, x, mean[c], False, c)


@kernel()
def combine(dy, x, mean, factors, dx, first, last):
    """Set ``dx = a·dy + b·(x - mean) + c`` with `factors` (3, C), for samples without places."""
    batch, channels, _ = x.shape
    flat_dy, flat = dy.reshape(batch, channels), x.reshape(batch, channels)
    flat_dx = dx.reshape(batch, channels)
    for n in range(batch):
        for c in range(np.uintp(first), np.uintp(last)):
            off, sent = flat[n, c] - mean[c], factors[0, c] * flat_dy[n, c]
            flat_dx[n, c] = sent + factors[1, c] * off + factors[2, c]


@kernel(error_model="numpy")
def normalise_backward(dy, x, y, weight, mean, var, along, across, dx, eps, relu, first, last):
    """Set `dx`, and the sums as `sums` does, for statistics of the batch.

    With `relu`, one that has made `y` is gone back through on the way.
    """
    batch, channels, places = x.shape
    kind = x.dtype.type
    count = batch * places
    for c in range(first, last):
        middle = mean[c]
        plain, weighted = _channel_sums(dy, x, y, np.float64(middle), relu, c)
        slope = 1 / np.sqrt(np.float64(var[c]) + eps)
        factor = weight[c] * slope
        spread, shift = -factor * slope * (weighted * slope) / count, -factor * plain / count
        numbers = middle, kind(factor), kind(spread), kind(shift)
        _combine_channel(dy, x, y, numbers, relu, dx, c)
        along[c], across[c] = plain, weighted


@kernel(**_SUMS)
def relu_sums(dy, y, dx, sums, first, last):
    """Set `dx` to what passes a ReLU that has made `y`, and `sums` (C,) to that of each channel."""
    zero, (batch, _, places) = y.dtype.type(0), y.shape
    for c in range(first, last):
        total = 0.0
        for n in range(batch):
            for p in range(places):
                sent = zero if y[n, c, p] <= zero else dy[n, c, p]
                dx[n, c, p] = sent
                total += np.float64(sent)
        sums[c] = total
