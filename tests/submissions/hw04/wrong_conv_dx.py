import numpy as np


def _padded(dy, w, shape, stride, padding):
    """The right derivatives of the padded input, weight by weight."""
    channels, rows, columns = shape
    dx = np.zeros((channels, rows + 2 * padding, columns + 2 * padding))
    down, across = ((side - 1) * stride + 1 for side in dy.shape[1:])
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            part = np.einsum("krc,kp->prc", dy, w[:, :, i, j])
            dx[:, i : i + down : stride, j : j + across : stride] += part
    return dx


def _dx(dy, w, shape, stride, padding):
    dx = _padded(dy, w, shape, stride, padding)
    return dx[:, padding : padding + shape[1], padding : padding + shape[2]]


def assigned(dy, w, shape, stride=1, padding=0):
    channels, rows, columns = shape
    dx = np.zeros((channels, rows + 2 * padding, columns + 2 * padding))
    for r in range(dy.shape[1]):
        for c in range(dy.shape[2]):
            top, left = r * stride, c * stride
            window = dx[:, top : top + w.shape[2], left : left + w.shape[3]]
            window[:] = np.tensordot(dy[:, r, c], w, 1)
    return dx[:, padding : padding + rows, padding : padding + columns]


def filters_assigned_too(dy, w, shape, stride=1, padding=0):
    for k in range(len(dy)):
        dx = _dx(dy[k : k + 1], w[k : k + 1], shape, stride, padding)
    return dx


def flipped(dy, w, shape, stride=1, padding=0):
    return _dx(dy, w[:, :, ::-1, ::-1], shape, stride, padding)


def padding_left_on(dy, w, shape, stride=1, padding=0):
    return _padded(dy, w, shape, stride, padding)


def cut_below_only(dy, w, shape, stride=1, padding=0):
    return _padded(dy, w, shape, stride, padding)[:, : shape[1], : shape[2]]


def cut_by_minus_padding(dy, w, shape, stride=1, padding=0):
    return _padded(dy, w, shape, stride, padding)[:, padding:-padding, padding:-padding]


def window_not_moved(dy, w, shape, stride=1, padding=0):
    return _dx(dy, w, shape, 1, padding)


def rest_left_out(dy, w, shape, stride=1, padding=0):
    rows, columns = ((dy.shape[a] - 1) * stride + w.shape[a + 1] - 2 * padding for a in (1, 2))
    return _dx(dy, w, (shape[0], rows, columns), stride, padding)


def padding_ignored(dy, w, shape, stride=1, padding=0):
    return _dx(dy, w, shape, stride, 0)


def filters_and_channels_swapped(dy, w, shape, stride=1, padding=0):
    return _dx(dy, w.transpose(1, 0, 2, 3), shape, stride, padding)


def channels_added_up(dy, w, shape, stride=1, padding=0):
    return _dx(dy, w, shape, stride, padding).sum(axis=0)


def averaged(dy, w, shape, stride=1, padding=0):
    return _dx(dy, w, shape, stride, padding) / (w.shape[2] * w.shape[3])
