"""Pooling of volumes: as of planes, with windows that reach over depth as well."""

from convviz.ops._pooling import avg_backward, avg_forward, max_backward, max_forward


def max_pool3d(
    x, kernel_size, stride=None, *, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """Keep the largest entry of every window of a volume: `max_pool2d` with a third axis.

    `x` is (N, C, D, H, W), options are single numbers or triples (depth, rows, columns); indices
    count ``depth·H·W + row·W + column``. Errors as `max_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1.0, 5, 3, 2, 4, 8, 7, 6]).reshape(1, 1, 2, 2, 2)
    >>> y, indices = max_pool3d(x, (2, 1, 2), return_indices=True)
    >>> y.ravel(), indices.ravel()
    (array([8., 7.]), array([5, 6]))
    """
    options = (kernel_size, stride, padding, dilation, ceil_mode)
    return max_forward(3, x, options, return_indices)


def max_pool3d_backward(dy, indices, x_shape):
    """Derivative of `max_pool3d`: `max_pool2d_backward` with a third axis; errors as there.

    Examples
    --------
    >>> import numpy as np
    >>> dy, indices = np.array([[[[[3.0]], [[4.0]]]]]), np.array([[[[[5]], [[6]]]]])
    >>> max_pool3d_backward(dy, indices, (1, 1, 2, 2, 2)).ravel()
    array([0., 0., 0., 0., 0., 3., 4., 0.])
    """
    return max_backward(3, dy, indices, x_shape)


def avg_pool3d(
    x, kernel_size, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True
):
    """Replace every window of a volume by its mean: `avg_pool2d` with a third axis.

    Examples
    --------
    >>> import numpy as np
    >>> avg_pool3d(np.arange(16.0).reshape(1, 1, 2, 2, 4), 2)
    array([[[[[6.5, 8.5]]]]])
    """
    options = (kernel_size, stride, padding, 1, ceil_mode, count_include_pad)
    return avg_forward(3, x, options)


def avg_pool3d_backward(
    dy, x_shape, kernel_size, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True
):
    """Derivative of `avg_pool3d`: `avg_pool2d_backward` with a third axis; errors as there.

    Examples
    --------
    >>> import numpy as np
    >>> avg_pool3d_backward(np.array([[[[[8.0]]]]]), (1, 1, 3, 2, 2), 2).ravel()
    array([1., 1., 1., 1., 1., 1., 1., 1., 0., 0., 0., 0.])
    """
    options = (kernel_size, stride, padding, 1, ceil_mode, count_include_pad)
    return avg_backward(3, dy, x_shape, options)
