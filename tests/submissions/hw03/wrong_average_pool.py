import numpy as np


def _sums(x, size, stride):
    rows, columns = ((side - size) // stride + 1 for side in x.shape)
    y = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            y[r, c] = x[r * stride : r * stride + size, c * stride : c * stride + size].sum()
    return y


def not_divided(x, size, stride):
    return _sums(x, size, stride)


def divided_by_the_side(x, size, stride):
    return _sums(x, size, stride) / size


def divided_by_the_image(x, size, stride):
    return _sums(x, size, stride) / x.size


def divided_without_fractions(x, size, stride):
    return _sums(x, size, stride) // size**2


def stride_ignored(x, size, stride):
    return _sums(x, size, size) / size**2


def size_rounded_up(x, size, stride):
    extra = [(0, -(side - size) % stride) for side in x.shape]
    return _sums(np.pad(x, extra), size, stride) / size**2


def largest(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))
    return windows[::stride, ::stride].max(axis=(2, 3))
