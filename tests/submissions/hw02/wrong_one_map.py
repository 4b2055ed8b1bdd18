import numpy as np


def _slide(x, w):
    """The right map without a bias, by slices of the whole volume."""
    rows, columns = x.shape[1] - w.shape[1] + 1, x.shape[2] - w.shape[2] + 1
    y = np.zeros((rows, columns))
    for i in range(w.shape[1]):
        for j in range(w.shape[2]):
            part = x[:, i : i + rows, j : j + columns]
            y += np.einsum("p,prc->rc", w[:, i, j], part)
    return y


def channels_apart(x, w, bias=0.0):
    return np.stack([_slide(x[p : p + 1], w[p : p + 1]) for p in range(len(x))]) + bias


def first_channel_only(x, w, bias=0.0):
    return _slide(x[:1], w[:1]) + bias


def last_channel_only(x, w, bias=0.0):
    for p in range(len(x)):
        y = _slide(x[p : p + 1], w[p : p + 1])
    return y + bias


def averaged(x, w, bias=0.0):
    return _slide(x, w) / len(x) + bias


def bias_forgotten(x, w, bias=0.0):
    return _slide(x, w)


def bias_for_every_channel(x, w, bias=0.0):
    y = 0
    for p in range(len(x)):
        y = y + _slide(x[p : p + 1], w[p : p + 1]) + bias
    return y


def bias_for_every_weight(x, w, bias=0.0):
    return _slide(x, w) + bias * w.size


def flipped(x, w, bias=0.0):
    return _slide(x, w[:, ::-1, ::-1]) + bias


def flipped_in_depth_too(x, w, bias=0.0):
    return _slide(x, np.flip(w)) + bias


def channels_reversed(x, w, bias=0.0):
    return _slide(x[::-1], w) + bias


def filter_transposed(x, w, bias=0.0):
    return _slide(x, w.transpose(0, 2, 1)) + bias


def last_output_never_computed(x, w, bias=0.0):
    y = _slide(x, w) + bias
    y[-1, :] = 0
    y[:, -1] = 0
    return y


def slides_in_depth(x, w, bias=0.0):
    depth = x.shape[0] - w.shape[0] + 1
    return np.stack([_slide(x[p : p + w.shape[0]], w) for p in range(depth)]) + bias


def whole_numbers(x, w, bias=0.0):
    y = np.zeros((x.shape[1] - w.shape[1] + 1, x.shape[2] - w.shape[2] + 1), dtype=x.dtype)
    y[:] = _slide(x, w) + bias
    return y


def nothing_returned(x, w, bias=0.0):
    y = _slide(x, w) + bias
    y.sum()
