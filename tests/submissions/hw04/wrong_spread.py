import numpy as np


def zeros_at_the_end_too(dy, stride):
    result = np.zeros((dy.shape[0] * stride, dy.shape[1] * stride))
    result[::stride, ::stride] = dy
    return result


def zeros_at_the_start_too(dy, stride):
    result = np.zeros((dy.shape[0] * stride, dy.shape[1] * stride))
    result[stride - 1 :: stride, stride - 1 :: stride] = dy
    return result


def one_zero_too_many(dy, stride):
    step = stride + 1
    result = np.zeros(((dy.shape[0] - 1) * step + 1, (dy.shape[1] - 1) * step + 1))
    result[::step, ::step] = dy
    return result


def repeated(dy, stride):
    return dy.repeat(stride, axis=0).repeat(stride, axis=1)


def rows_only(dy, stride):
    result = np.zeros(((dy.shape[0] - 1) * stride + 1, dy.shape[1]))
    result[::stride] = dy
    return result


def left_out(dy, stride):
    return dy[::stride, ::stride].copy()


def always_two(dy, stride):
    result = np.zeros((2 * dy.shape[0] - 1, 2 * dy.shape[1] - 1))
    result[::2, ::2] = dy
    return result
