import numpy as np


def _slide(x, kernel, bias, stride):
    height, width = kernel.shape
    rows = (x.shape[0] - height) // stride + 1
    columns = (x.shape[1] - width) // stride + 1
    y = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            window = x[r * stride : r * stride + height, c * stride : c * stride + width]
            y[r, c] = np.sum(window * kernel) + bias
    return y


def flipped(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel[::-1, ::-1], bias, stride)


def filter_transposed(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel.T, bias, stride)


def stride_ignored(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel, bias, 1)


def window_not_moved(image, kernel, bias=0.0, stride=1, padding=0):
    x = np.pad(image, padding)
    rows = (x.shape[0] - kernel.shape[0]) // stride + 1
    columns = (x.shape[1] - kernel.shape[1]) // stride + 1
    return _slide(x, kernel, bias, 1)[:rows, :columns]


def padding_ignored(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(image, kernel, bias, stride)


def padding_one_side(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, ((padding, 0), (padding, 0))), kernel, bias, stride)


def padding_all_below(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, ((0, 2 * padding), (0, 2 * padding))), kernel, bias, stride)


def padding_rows_only(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, ((padding, padding), (0, 0))), kernel, bias, stride)


def padding_of_edges(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding, mode="edge"), kernel, bias, stride)


def padded_always(image, kernel, bias=0.0, stride=1, padding=0):
    rows, columns = kernel.shape[0] // 2, kernel.shape[1] // 2
    x = np.pad(np.pad(image, ((rows, rows), (columns, columns))), padding)
    return _slide(x, kernel, bias, stride)


def bias_forgotten(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel, 0.0, stride)


def bias_twice(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel, bias, stride) + bias


def size_rounded_up(image, kernel, bias=0.0, stride=1, padding=0):
    x = np.pad(image, padding)
    extra = [-(x.shape[axis] - kernel.shape[axis]) % stride for axis in (0, 1)]
    return _slide(np.pad(x, ((0, extra[0]), (0, extra[1]))), kernel, bias, stride)


def output_transposed(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel, bias, stride).T


def one_output_short(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel, bias, stride)[:-1, :-1]


def last_output_zero(image, kernel, bias=0.0, stride=1, padding=0):
    y = _slide(np.pad(image, padding), kernel, bias, stride)
    y[-1, :] = 0
    y[:, -1] = 0
    return y


def last_product(image, kernel, bias=0.0, stride=1, padding=0):
    only = np.zeros_like(kernel)
    only[-1, -1] = kernel[-1, -1]
    return _slide(np.pad(image, padding), only, bias, stride)


def whole_numbers(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel, bias, stride).astype(int)


def not_a_number(image, kernel, bias=0.0, stride=1, padding=0):
    return _slide(np.pad(image, padding), kernel, bias, stride) * np.nan


def input_changed(image, kernel, bias=0.0, stride=1, padding=0):
    y = _slide(np.pad(image, padding), kernel, bias, stride)
    kernel *= 2
    return y


def no_stride_argument(image, kernel, bias=0.0, padding=0):
    return _slide(np.pad(image, padding), kernel, bias, 1)
