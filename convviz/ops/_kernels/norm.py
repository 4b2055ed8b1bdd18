"""The loops of batch normalisation over (N, C, P): a mean, a variance and a scale for each channel.

Sums are kept in float64 whatever the dtype, so that they are as good as their terms.
"""

import numpy as np

from convviz.ops._kernels import kernel

# letting the compiler reorder the sums is what makes them vectorise; NaN and infinity still travel
_SUMS = {"fastmath": {"reassoc", "contract"}}


@kernel(**_SUMS)
def statistics(x, mean, var):
    """Set `mean` and `var` (C,) of float64, the variance being that of the batch itself."""
    batch, channels, places = x.shape
    for c in range(channels):
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
def scale(x, mean, factor, shift, y):
    """Set ``y = (x - mean)·factor + shift``, the three being (C,) of the dtype of `x`."""
    batch, channels, places = x.shape
    for n in range(batch):
        for c in range(channels):
            middle, slope, offset = mean[c], factor[c], shift[c]
            for p in range(places):
                y[n, c, p] = (x[n, c, p] - middle) * slope + offset


@kernel(**_SUMS)
def sums(dy, x, mean, along, across):
    """Set `along` to ``sum dy`` and `across` to ``sum dy·(x - mean)``, (C,) of float64."""
    batch, channels, places = x.shape
    for c in range(channels):
        middle, first, second = mean[c], 0.0, 0.0
        for n in range(batch):
            for p in range(places):
                slope = np.float64(dy[n, c, p])
                first += slope
                second += slope * (np.float64(x[n, c, p]) - middle)
        along[c], across[c] = first, second


@kernel()
def combine(dy, x, mean, factors, dx):
    """Set ``dx = a·dy + b·(x - mean) + c`` with `factors` (3, C) of the dtype of `x`."""
    batch, channels, places = x.shape
    for n in range(batch):
        for c in range(channels):
            middle = mean[c]
            first, second, third = factors[0, c], factors[1, c], factors[2, c]
            for p in range(places):
                dx[n, c, p] = first * dy[n, c, p] + second * (x[n, c, p] - middle) + third
