"""Doubles of the loops of batch normalisation, over the channels `first` to `last`."""

import numpy as np

#: loops whose sums the compiler may reorder: their last digit may be another
INEXACT = {"statistics", "sums"}


def statistics(x, mean, var, first, last):
    part = x[:, first:last].astype(np.float64)
    part.mean(axis=(0, 2), out=mean[first:last])
    part.var(axis=(0, 2), out=var[first:last])


def scale(x, mean, factor, shift, y, first, last):
    middle, slope, offset = (_spread(array[first:last]) for array in (mean, factor, shift))
    y[:, first:last] = (x[:, first:last] - middle) * slope + offset


def sums(dy, x, mean, along, across, first, last):
    sent = dy[:, first:last].astype(np.float64)
    sent.sum(axis=(0, 2), out=along[first:last])
    sent *= x[:, first:last] - _spread(mean[first:last])
    sent.sum(axis=(0, 2), out=across[first:last])


def combine(dy, x, mean, factors, dx, first, last):
    direct, spread, shift = (_spread(row) for row in factors[:, first:last])
    off = x[:, first:last] - _spread(mean[first:last])
    dx[:, first:last] = direct * dy[:, first:last] + spread * off + shift


def _spread(per_channel):
    return per_channel[:, None]
