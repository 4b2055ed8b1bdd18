import numpy as np


def _sums(x, w, b):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(1, 2))
    return np.einsum("mrcij,nmij->nrc", windows, w) + b[:, None, None]


def _blocks(a):
    n, rows, columns = a.shape
    return a.reshape(n, rows // 2, 2, columns // 2, 2)


def _pool(a):
    return _blocks(a).max(axis=(2, 4))


def filters_flipped(x, w, b, v, c):
    return v @ _pool(np.maximum(_sums(x, w[:, :, ::-1, ::-1], b), 0)).ravel() + c


def relu_left_out(x, w, b, v, c):
    return v @ _pool(_sums(x, w, b)).ravel() + c


def relu_at_the_end(x, w, b, v, c):
    return np.maximum(v @ _pool(_sums(x, w, b)).ravel() + c, 0)


def relu_twice(x, w, b, v, c):
    return np.maximum(v @ _pool(np.maximum(_sums(x, w, b), 0)).ravel() + c, 0)


def averaged(x, w, b, v, c):
    return v @ _blocks(np.maximum(_sums(x, w, b), 0)).mean(axis=(2, 4)).ravel() + c


def every_second_number(x, w, b, v, c):
    return v @ np.maximum(_sums(x, w, b), 0)[:, ::2, ::2].ravel() + c


def filters_without_bias(x, w, b, v, c):
    return v @ _pool(np.maximum(_sums(x, w, 0 * b), 0)).ravel() + c


def dense_layer_without_bias(x, w, b, v, c):
    return v @ _pool(np.maximum(_sums(x, w, b), 0)).ravel()


def maps_last(x, w, b, v, c):
    return v @ _pool(np.maximum(_sums(x, w, b), 0)).transpose(1, 2, 0).ravel() + c


def first_channel_alone(x, w, b, v, c):
    return v @ _pool(np.maximum(_sums(x[:1], w[:, :1], b), 0)).ravel() + c
