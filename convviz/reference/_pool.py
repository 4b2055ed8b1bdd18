"""Pooling of one plane, and ReLU."""

import numpy as np

from convviz.reference._arguments import check_shape, numbers, output_size, places, window_at


def max_pool2d(plane, kernel_size, stride=None):
    """Keep the largest entry of every window, and remember where it was.

    Parameters
    ----------
    plane : array-like (H, W)
    kernel_size, stride : int
        `stride` is `kernel_size` when it is None.

    Returns
    -------
    y : array (OH, OW)
    indices : array of int (OH, OW)
        ``row·W + column`` of each entry of `y`; the first of equals wins.

    Raises
    ------
    TypeError, ValueError
        As `correlate2d`.

    Examples
    --------
    >>> y, indices = max_pool2d([[1, 3, 10, 0], [8, 4, 2, 9], [7, 2, 1, 3], [1, 1, 0, 4]], 2)
    >>> y
    array([[ 8, 10],
           [ 7,  4]])
    >>> indices
    array([[ 4,  2],
           [ 8, 15]])
    """
    plane = numbers("plane", plane, 2)
    stride = kernel_size if stride is None else stride
    rows, columns = (
        output_size(size, kernel_size, stride, 1) for size in plane.shape
    )
    y = np.zeros((rows, columns), plane.dtype)
    indices = np.zeros((rows, columns), int)
    for r in range(rows):
        for c in range(columns):
            window = plane[window_at(r, c, (kernel_size, kernel_size), stride)]
            i, j = divmod(int(np.argmax(window)), kernel_size)
            y[r, c] = window[i, j]
            indices[r, c] = (r * stride + i) * plane.shape[1] + (c * stride + j)
    return y, indices


def max_pool2d_backward(dy, indices, plane_shape):
    """Give each derivative to the entry that won its window.

    Windows that overlap may have the same winner, so the derivatives are added: ``+=``.

    Examples
    --------
    >>> max_pool2d_backward([[5, 7]], [[1, 1]], (1, 3))
    array([[ 0, 12,  0]])
    """
    dy, indices = numbers("dy", dy, 2), places(indices, plane_shape)
    check_shape(dy, indices.shape)
    dplane = np.zeros(plane_shape, dy.dtype)
    for r in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            row, column = divmod(int(indices[r, c]), plane_shape[1])
            dplane[row, column] += dy[r, c]
    return dplane


def avg_pool2d(plane, kernel_size, stride=None):
    """Replace every window by its mean; parameters and errors as `max_pool2d`.

    Examples
    --------
    >>> avg_pool2d([[1, 3, 10, 1], [8, 4, 4, 9], [7, 3, 4, 3], [1, 1, 0, 5]], 2)
    array([[4., 6.],
           [3., 3.]])
    """
    plane = numbers("plane", plane, 2)
    stride = kernel_size if stride is None else stride
    rows, columns = (
        output_size(size, kernel_size, stride, 1) for size in plane.shape
    )
    y = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            window = plane[window_at(r, c, (kernel_size, kernel_size), stride)]
            y[r, c] = np.sum(window) / kernel_size**2
    return y


def avg_pool2d_backward(dy, plane_shape, kernel_size, stride=None):
    """Share each derivative equally among the entries of its window, adding where they overlap.

    Examples
    --------
    >>> avg_pool2d_backward([[8, 4]], (2, 3), 2, stride=1)
    array([[2., 3., 1.],
           [2., 3., 1.]])
    """
    dy, stride = numbers("dy", dy, 2), kernel_size if stride is None else stride
    sizes = (output_size(size, kernel_size, stride, 1) for size in plane_shape)
    check_shape(dy, tuple(sizes))
    dplane = np.zeros(plane_shape)
    for r in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            window = window_at(r, c, (kernel_size, kernel_size), stride)
            dplane[window] += dy[r, c] / kernel_size**2
    return dplane


def relu(x):
    """Keep what is positive, replace the rest by 0.

    >>> relu([-1, 0, 2])
    array([0, 0, 2])
    """
    return np.maximum(numbers("x", x), 0)
