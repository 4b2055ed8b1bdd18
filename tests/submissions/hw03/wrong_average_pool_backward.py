import numpy as np


def _spread(dy, shape, size, stride, share):
    dx = np.zeros(shape)
    for r in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for i in range(size):
                for j in range(size):
                    dx[r * stride + i, c * stride + j] += dy[r, c] * share
    return dx


def assigned(dy, shape, size, stride):
    dx = np.zeros(shape)
    for r in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            top, left = r * stride, c * stride
            dx[top : top + size, left : left + size] = dy[r, c] / size**2
    return dx


def not_divided(dy, shape, size, stride):
    return _spread(dy, shape, size, stride, 1)


def divided_by_the_side(dy, shape, size, stride):
    return _spread(dy, shape, size, stride, 1 / size)


def divided_by_the_windows_too(dy, shape, size, stride):
    covered = _spread(np.ones(dy.shape), shape, size, stride, 1)
    return _spread(dy, shape, size, stride, 1 / size**2) / np.where(covered > 0, covered, 1)


def repeated(dy, shape, size, stride):
    return np.repeat(np.repeat(dy, size, axis=0), size, axis=1) / size**2


def repeated_and_fitted(dy, shape, size, stride):
    dx = np.zeros(shape)
    blocks = repeated(dy, shape, size, stride)[: shape[0], : shape[1]]
    dx[: blocks.shape[0], : blocks.shape[1]] = blocks
    return dx


def stride_one(dy, shape, size, stride):
    return _spread(dy, shape, size, 1, 1 / size**2)


def corner_only(dy, shape, size, stride):
    return _spread(dy, shape, 1, stride, 1 / size**2)


def rest_left_out(dy, shape, size, stride):
    used = [(count - 1) * stride + size for count in dy.shape]
    return _spread(dy, used, size, stride, 1 / size**2)


def to_the_largest(dy, shape, size, stride):
    dx = np.zeros(shape)
    dx[: len(dy) * stride : stride, : dy.shape[1] * stride : stride] = dy
    return dx
