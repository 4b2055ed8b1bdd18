import numpy as np


def _padded(x, padding):
    return np.pad(x, ((0, 0), (padding, padding), (padding, padding)))


def _layer(x, w, b, stride):
    """The right maps of a volume that is padded already."""
    height, width = w.shape[2:]
    rows = (x.shape[1] - height) // stride + 1
    columns = (x.shape[2] - width) // stride + 1
    y = np.zeros((len(w), rows, columns))
    for r in range(rows):
        for c in range(columns):
            top, left = r * stride, c * stride
            window = x[:, top : top + height, left : left + width]
            y[:, r, c] = np.einsum("kpij,pij->k", w, window) + b
    return y


def first_bias_for_all(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, b[0], stride)


def all_biases_added(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, 0, stride) + b.sum()


def bias_forgotten(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, 0, stride)


def bias_for_every_channel(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, b * len(x), stride)


def bias_for_every_weight(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, b * w[0].size, stride)


def bias_along_the_columns(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, 0, stride) + b


def last_filter_for_all(x, w, b, stride=1, padding=0):
    y = _layer(_padded(x, padding), w, b, stride)
    y[:] = (y[-1] - b[-1]) + b.reshape(-1, 1, 1)
    return y


def filters_and_channels_swapped(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w.transpose(1, 0, 2, 3), b, stride)


def maps_added_up(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, b, stride).sum(axis=0)


def maps_last(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, b, stride).transpose(1, 2, 0)


def flipped(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w[:, :, ::-1, ::-1], b, stride)


def stride_ignored(x, w, b, stride=1, padding=0):
    return _layer(_padded(x, padding), w, b, 1)


def window_not_moved(x, w, b, stride=1, padding=0):
    x = _padded(x, padding)
    rows = (x.shape[1] - w.shape[2]) // stride + 1
    columns = (x.shape[2] - w.shape[3]) // stride + 1
    return _layer(x, w, b, 1)[:, :rows, :columns]


def padding_ignored(x, w, b, stride=1, padding=0):
    return _layer(x, w, b, stride)


def padding_above_and_left(x, w, b, stride=1, padding=0):
    return _layer(np.pad(x, ((0, 0), (padding, 0), (padding, 0))), w, b, stride)


def padding_all_below(x, w, b, stride=1, padding=0):
    return _layer(np.pad(x, ((0, 0), (0, 2 * padding), (0, 2 * padding))), w, b, stride)


def padding_times_the_stride(x, w, b, stride=1, padding=0):
    rows = (x.shape[1] + 2 * padding - w.shape[2]) // stride + 1
    columns = (x.shape[2] + 2 * padding - w.shape[3]) // stride + 1
    return _layer(_padded(x, padding * stride), w, b, stride)[:, :rows, :columns]


def depth_padded(x, w, b, stride=1, padding=0):
    return _layer(np.pad(x, padding), w, b, stride)


def size_rounded_up(x, w, b, stride=1, padding=0):
    x = _padded(x, padding)
    more = [-(x.shape[axis] - w.shape[axis + 1]) % stride for axis in (1, 2)]
    return _layer(np.pad(x, ((0, 0), (0, more[0]), (0, more[1]))), w, b, stride)


def last_output_never_computed(x, w, b, stride=1, padding=0):
    y = _layer(_padded(x, padding), w, b, stride)
    y[:, -1, :] = 0
    y[:, :, -1] = 0
    return y


def input_changed(x, w, b, stride=1, padding=0):
    y = _layer(_padded(x, padding), w, b, stride)
    b += 1
    return y
