import numpy as np


def _pool(x, size, stride, reduce=np.max):
    rows, columns = ((side - size) // stride + 1 for side in x.shape)
    return np.array(
        [
            [reduce(x[r : r + size, c : c + size]) for c in range(0, columns * stride, stride)]
            for r in range(0, rows * stride, stride)
        ]
    )


def started_at_zero(x, size, stride):
    rows, columns = ((side - size) // stride + 1 for side in x.shape)
    y = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            for i in range(size):
                for j in range(size):
                    if x[r * stride + i, c * stride + j] > y[r, c]:
                        y[r, c] = x[r * stride + i, c * stride + j]
    return y


def smallest(x, size, stride):
    return _pool(x, size, stride, np.min)


def average(x, size, stride):
    return _pool(x, size, stride, np.mean)


def absolute(x, size, stride):
    return _pool(x, size, stride, lambda window: np.max(np.abs(window)))


def stride_ignored(x, size, stride):
    return _pool(x, size, size)


def stride_one(x, size, stride):
    return _pool(x, size, 1)


def window_not_moved(x, size, stride):
    rows, columns = ((side - size) // stride + 1 for side in x.shape)
    return _pool(x, size, 1)[:rows, :columns]


def size_and_stride_swapped(x, size, stride):
    return _pool(x, stride, size)


def size_rounded_up(x, size, stride):
    rows, columns = (-(-(side - size) // stride) + 1 for side in x.shape)
    y = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            y[r, c] = np.max(x[r * stride : r * stride + size, c * stride : c * stride + size])
    return y


def as_many_columns_as_rows(x, size, stride):
    y = _pool(x, size, stride)
    return y[:, : len(y)]


def one_output_short(x, size, stride):
    return _pool(x, size, stride)[:-1, :-1]


def last_output_never_computed(x, size, stride):
    y = _pool(x, size, stride)
    y[-1, :] = 0
    y[:, -1] = 0
    return y


def output_transposed(x, size, stride):
    return _pool(x, size, stride).T


def whole_numbers(x, size, stride):
    return _pool(x, size, stride).astype(int)


def by_reshape(x, size, stride):
    rows, columns = x.shape[0] // size, x.shape[1] // size
    return x.reshape(rows, size, columns, size).max(axis=(1, 3))
