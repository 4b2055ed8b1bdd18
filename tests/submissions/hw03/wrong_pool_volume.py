import numpy as np


def _pool(plane, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(plane, (size, size))
    return windows[::stride, ::stride].max(axis=(2, 3))


def over_the_channels(x, size, stride):
    return _pool(x.max(axis=0), size, stride)


def over_the_channels_for_each(x, size, stride):
    rows, columns = ((side - size) // stride + 1 for side in x.shape[1:])
    y = np.zeros((len(x), rows, columns))
    for r in range(rows):
        for c in range(columns):
            y[:, r, c] = x[:, r * stride : r * stride + size, c * stride : c * stride + size].max()
    return y


def first_channel_only(x, size, stride):
    return _pool(x[0], size, stride)


def channels_last(x, size, stride):
    return np.stack([_pool(plane, size, stride) for plane in x], axis=-1)


def channels_taken_for_rows(x, size, stride):
    return np.stack([_pool(x[:, :, c], size, stride) for c in range(x.shape[2])], axis=2)


def started_at_zero(x, size, stride):
    return np.stack([np.maximum(_pool(plane, size, stride), 0) for plane in x])


def added_up(x, size, stride):
    return sum(_pool(plane, size, stride) for plane in x)
