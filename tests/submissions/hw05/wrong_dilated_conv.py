import numpy as np


def _slide(x, w, stride=1):
    height, width = w.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width))[::stride, ::stride]
    return np.einsum("rcij,ij->rc", windows, w)


def _holes(w, down, across):
    spread = np.zeros(((w.shape[0] - 1) * down + 1, (w.shape[1] - 1) * across + 1))
    spread[::down, ::across] = w
    return spread


def dilation_ignored(x, w, dilation):
    return _slide(x, w)


def taken_for_a_stride(x, w, dilation):
    return _slide(x, w, dilation)


def window_moved_too(x, w, dilation):
    return _slide(x, _holes(w, dilation, dilation), dilation)


def one_gap_too_many(x, w, dilation):
    height, width = dilation * w.shape[0], dilation * w.shape[1]
    y = np.zeros((x.shape[0] - height + 1, x.shape[1] - width + 1))
    for r in range(y.shape[0]):
        for c in range(y.shape[1]):
            y[r, c] = np.sum(w * x[r : r + height : dilation, c : c + width : dilation])
    return y


def rows_only(x, w, dilation):
    return _slide(x, _holes(w, dilation, 1))


def columns_only(x, w, dilation):
    return _slide(x, _holes(w, 1, dilation))


def repeated(x, w, dilation):
    return _slide(x, w.repeat(dilation, axis=0).repeat(dilation, axis=1))


def flipped(x, w, dilation):
    return _slide(x, _holes(w[::-1, ::-1], dilation, dilation))


def one_hole_too_many(x, w, dilation):
    return _slide(x, _holes(w, dilation + 1, dilation + 1))


def last_output_never_computed(x, w, dilation):
    y = _slide(x, _holes(w, dilation, dilation))
    y[-1, :] = y[:, -1] = 0
    return y
