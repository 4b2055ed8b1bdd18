"""The loops of batch normalisation over (N, C, P): a mean, a variance and a scale for each channel.

Sums are kept in float64 whatever the dtype, so that they are as good as their terms. Each loop does
the channels from `first` to `last`, the last not included, so that threads can share them.
"""

import numpy as np

from convviz.ops._kernels import kernel

# letting the compiler reorder the sums is what makes them vectorise; NaN and infinity still travel
_SUMS = {"fastmath": {"reassoc", "contract"}, "error_model": "numpy"}


@kernel(**_SUMS)
def _statistics_across(x, mean, var, first, last):
    """The same for samples without places: vectors of channels, as those lie side by side.

    Channels count in unsigned integers, as one that might be negative would have to be looked at
    before each access.
    """
    for c in range(first, last):
        mean[c], var[c] = 0, 0
    for n in range(len(x)):
        for c in range(first, last):
            mean[c] += np.float64(x[n, c])
    for c in range(first, last):
        mean[c] /= len(x)
    for n in range(len(x)):
        for c in range(first, last):
            off = np.float64(x[n, c]) - mean[c]
            var[c] += off * off
    for c in range(first, last):
        var[c] /= len(x)


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
def statistics(x, mean, var, first, last):
    """Set `mean` and `var` (C,) of float64, the variance being that of the batch itself."""
    batch, channels, places = x.shape
    if places == 1:
        _statistics_across(x.reshape(batch, channels), mean, var, np.uintp(first), np.uintp(last))
        return
    for c in range(first, last):
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
def scale(x, mean, factor, shift, y, first, last):
    """Set ``y = (x - mean)·factor + shift``, the three being (C,) of the dtype of `x`."""
    batch, channels, places = x.shape
    if places == 1:
        flat, flat_y = x.reshape(batch, channels), y.reshape(batch, channels)
        for n in range(batch):
            for c in range(np.uintp(first), np.uintp(last)):
                flat_y[n, c] = (flat[n, c] - mean[c]) * factor[c] + shift[c]
        return
    for n in range(batch):
        for c in range(first, last):
            middle, slope, offset = mean[c], factor[c], shift[c]
            for p in range(places):
                y[n, c, p] = (x[n, c, p] - middle) * slope + offset


@kernel(**_SUMS)
def sums(dy, x, mean, along, across, first, last):
    """Set `along` to ``sum dy`` and `across` to ``sum dy·(x - mean)``, (C,) of float64."""
    batch, channels, places = x.shape
    if places == 1:
        flat_dy, flat = dy.reshape(batch, channels), x.reshape(batch, channels)
        _sums_across(flat_dy, flat, mean, along, across, np.uintp(first), np.uintp(last))
        return
    for c in range(first, last):
        middle, plain, weighted = mean[c], 0.0, 0.0
        for n in range(batch):
            for p in range(places):
                slope = np.float64(dy[n, c, p])
                plain += slope
                weighted += slope * (np.float64(x[n, c, p]) - middle)
        along[c], across[c] = plain, weighted


@kernel()
def combine(dy, x, mean, factors, dx, first, last):
    """Set ``dx = a·dy + b·(x - mean) + c`` with `factors` (3, C) of the dtype of `x`."""
    batch, channels, places = x.shape
    if places == 1:
        flat_dy, flat = dy.reshape(batch, channels), x.reshape(batch, channels)
        flat_dx = dx.reshape(batch, channels)
        for n in range(batch):
            for c in range(np.uintp(first), np.uintp(last)):
                off, sent = flat[n, c] - mean[c], factors[0, c] * flat_dy[n, c]
                flat_dx[n, c] = sent + factors[1, c] * off + factors[2, c]
        return
    for n in range(batch):
        for c in range(first, last):
            middle = mean[c]
            direct, spread, shift = factors[0, c], factors[1, c], factors[2, c]
            for p in range(places):
                dx[n, c, p] = direct * dy[n, c, p] + spread * (x[n, c, p] - middle) + shift
