import numpy as np


def _matrix(kernel, rows, columns, width=None, step=None):
    """The matrix, by indices; the width of a line and the step between lines can be wrong."""
    height, across = kernel.shape
    o_rows, o_columns = rows - height + 1, columns - across + 1
    m = np.zeros((o_rows * o_columns, rows * columns))
    for r in range(o_rows):
        for c in range(o_columns):
            for i in range(height):
                for j in range(across):
                    start = r * (step or columns) + c
                    m[r * o_columns + c, start + i * (width or columns) + j] = kernel[i, j]
    return m


def moves_by_one(kernel, rows, columns):
    return _matrix(kernel, rows, columns, step=columns - kernel.shape[1] + 1)


def width_of_the_output(kernel, rows, columns):
    width = columns - kernel.shape[1] + 1
    return _matrix(kernel, rows, columns, width, width)


def flipped(kernel, rows, columns):
    return _matrix(kernel[::-1, ::-1], rows, columns)


def filter_transposed(kernel, rows, columns):
    return _matrix(kernel.T, rows, columns)


def column_by_column(kernel, rows, columns):
    return _matrix(kernel.T, columns, rows)


def image_transposed(kernel, rows, columns):
    return _matrix(kernel, columns, rows)


def turned(kernel, rows, columns):
    return _matrix(kernel, rows, columns).T


def ones(kernel, rows, columns):
    return (_matrix(np.ones(kernel.shape), rows, columns) > 0).astype(float)


def last_row_empty(kernel, rows, columns):
    m = _matrix(kernel, rows, columns)
    m[-1] = 0
    return m


def square_only(kernel, rows, columns):
    return _matrix(kernel, rows, rows)
