import numpy as np


def _slide(dy, kernel, rows, columns):
    """Cross-correlate dy, padded with so many rows and columns on all sides."""
    x = np.pad(dy, ((rows, rows), (columns, columns)))
    height, width = kernel.shape
    y = np.zeros((x.shape[0] - height + 1, x.shape[1] - width + 1))
    for i in range(height):
        for j in range(width):
            y += kernel[i, j] * x[i : i + y.shape[0], j : j + y.shape[1]]
    return y


def not_flipped(dy, w):
    return _slide(dy, w, w.shape[0] - 1, w.shape[1] - 1)


def flipped_up_down_only(dy, w):
    return _slide(dy, w[::-1], w.shape[0] - 1, w.shape[1] - 1)


def flipped_left_right_only(dy, w):
    return _slide(dy, w[:, ::-1], w.shape[0] - 1, w.shape[1] - 1)


def transposed(dy, w):
    return _slide(dy, w.T, w.shape[1] - 1, w.shape[0] - 1)


def padded_too_much(dy, w):
    return _slide(dy, w[::-1, ::-1], w.shape[0], w.shape[1])


def not_padded(dy, w):
    return _slide(dy, w[::-1, ::-1], 0, 0)


def padded_by_half(dy, w):
    return _slide(dy, w[::-1, ::-1], w.shape[0] // 2, w.shape[1] // 2)


def square_padding(dy, w):
    return _slide(dy, w[::-1, ::-1], w.shape[0] - 1, w.shape[0] - 1)


def all_flipped(dy, w):
    return _slide(dy[::-1, ::-1], w[::-1, ::-1], w.shape[0] - 1, w.shape[1] - 1)
