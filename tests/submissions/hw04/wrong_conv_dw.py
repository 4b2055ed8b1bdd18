import numpy as np


def _padded(x, padding):
    return np.pad(x, ((0, 0), (padding, padding), (padding, padding)))


def _weights(dy, x, kernel_shape, stride):
    """The right derivatives, weight by weight, for an input that is padded already."""
    rows, columns = ((side - 1) * stride + 1 for side in dy.shape[1:])
    dw = np.zeros((len(dy), len(x), *kernel_shape))
    for i in range(kernel_shape[0]):
        for j in range(kernel_shape[1]):
            part = x[:, i : i + rows : stride, j : j + columns : stride]
            dw[:, :, i, j] = np.einsum("krc,prc->kp", dy, part)
    return dw


def assigned(dy, x, kernel_shape, stride=1, padding=0):
    x = _padded(x, padding)
    height, width = kernel_shape
    dw = np.zeros((len(dy), len(x), height, width))
    for k in range(dy.shape[0]):
        for r in range(dy.shape[1]):
            for c in range(dy.shape[2]):
                top, left = r * stride, c * stride
                dw[k] = dy[k, r, c] * x[:, top : top + height, left : left + width]
    return dw


def flipped(dy, x, kernel_shape, stride=1, padding=0):
    return _weights(dy, _padded(x, padding), kernel_shape, stride)[:, :, ::-1, ::-1]


def window_not_moved(dy, x, kernel_shape, stride=1, padding=0):
    return _weights(dy, _padded(x, padding), kernel_shape, 1)


def padding_all_below(dy, x, kernel_shape, stride=1, padding=0):
    x = np.pad(x, ((0, 0), (0, 2 * padding), (0, 2 * padding)))
    return _weights(dy, x, kernel_shape, stride)


def padding_ignored(dy, x, kernel_shape, stride=1, padding=0):
    return _weights(dy, x, kernel_shape, stride)


def filters_and_channels_swapped(dy, x, kernel_shape, stride=1, padding=0):
    return _weights(dy, _padded(x, padding), kernel_shape, stride).transpose(1, 0, 2, 3)


def averaged(dy, x, kernel_shape, stride=1, padding=0):
    return _weights(dy, _padded(x, padding), kernel_shape, stride) / (dy.shape[1] * dy.shape[2])


def channels_added_up(dy, x, kernel_shape, stride=1, padding=0):
    return _weights(dy, _padded(x, padding), kernel_shape, stride).sum(axis=1)


def as_many_weights_as_fit(dy, x, kernel_shape, stride=1, padding=0):
    x = _padded(x, padding)
    sides = [x.shape[axis] - (dy.shape[axis] - 1) * stride for axis in (1, 2)]
    return _weights(dy, x, sides, stride)


def depth_padded(dy, x, kernel_shape, stride=1, padding=0):
    return _weights(dy, np.pad(x, padding), kernel_shape, stride)
