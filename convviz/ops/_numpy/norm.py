"""Doubles of the loops of batch normalisation, over the channels `first` to `last`."""

import numpy as np

#: loops whose sums the compiler may reorder: their last digit may be another
INEXACT = {"statistics", "sums", "normalise", "normalise_backward", "relu_sums"}


def statistics(x, mean, var, first, last):
    part = x[:, first:last].astype(np.float64)
    part.mean(axis=(0, 2), out=mean[first:last])
    part.var(axis=(0, 2), out=var[first:last])


def scale(x, plus, mean, factor, shift, y, added, relu, first, last):
    middle, slope, offset = (_spread(array[first:last]) for array in (mean, factor, shift))
    found = (x[:, first:last] - middle) * slope + offset
    if added:
        found += plus[:, first:last]
    y[:, first:last] = np.where(found <= 0, x.dtype.type(0), found) if relu else found


def normalise(x, plus, weight, bias, mean, var, y, eps, added, relu, first, last):
    statistics(x, mean, var, first, last)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (weight * (1 / np.sqrt(var + eps))).astype(x.dtype)
    scale(x, plus, mean.astype(x.dtype), slope, bias, y, added, relu, first, last)


def sums(dy, x, mean, along, across, first, last):
    sent = dy[:, first:last].astype(np.float64)
    sent.sum(axis=(0, 2), out=along[first:last])
    sent *= x[:, first:last] - _spread(mean[first:last])
    sent.sum(axis=(0, 2), out=across[first:last])


def combine(dy, x, mean, factors, dx, first, last):
    direct, spread, shift = (_spread(row) for row in factors[:, first:last])
    off = x[:, first:last] - _spread(mean[first:last])
    dx[:, first:last] = direct * dy[:, first:last] + spread * off + shift


def normalise_backward(dy, x, y, weight, mean, var, along, across, dx, eps, relu, first, last):
    sent = np.where(y <= 0, dy.dtype.type(0), dy) if relu else dy
    sums(sent, x, mean.astype(np.float64), along, across, first, last)
    slope = 1 / np.sqrt(var.astype(np.float64) + eps)
    factor, count = weight * slope, x.shape[0] * x.shape[2]
    factors = np.empty((3, len(mean)), x.dtype)
    factors[0] = factor
    factors[1:] = -factor * slope * (across * slope) / count, -factor * along / count
    combine(sent, x, mean, factors, dx, first, last)


def relu_sums(dy, y, dx, sums, first, last):
    part = slice(None), slice(first, last)
    dx[part] = np.where(y[part] <= 0, dy.dtype.type(0), dy[part])
    dx[part].sum(axis=(0, 2), dtype=np.float64, out=sums[first:last])


def _spread(per_channel):
    return per_channel[:, None]
