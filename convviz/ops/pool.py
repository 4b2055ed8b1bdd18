"""Pooling: each window of each channel becomes one number, its largest entry or its mean."""

from convviz.ops._pooling import avg_backward, avg_forward, max_backward, max_forward


def max_pool2d(
    x, kernel_size, stride=None, *, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """Keep the largest entry of every window.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    kernel_size : int or pair (rows, columns)
    stride : int or pair, optional
        `kernel_size` when it is None: windows side by side.
    padding : int, pair (rows, columns), ((top, bottom), (left, right)), "valid" or "same"
        Never the largest; at most half of the window on each side.
    dilation : int or pair
    ceil_mode : bool
        Keep a last window that hangs over the edge, as PyTorch does (see
        `convviz.geometry.pool_output_size`).
    return_indices : bool
        Return ``(y, indices)``, as `max_pool2d_backward` needs them.

    Returns
    -------
    y : array (N, C, OH, OW)
        New, of the dtype of `x`. A window with a NaN gives NaN.
    indices : array of int64 (N, C, OH, OW)
        Where each entry of `y` was found: ``row·W + column`` in the plane without padding. The
        first of several equal entries wins.

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, or a number is no integer.
    ValueError
        When a size or an option is out of range, or the window does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 3, 10, 0], [8, 4, 2, 9], [7, 2, 1, 3], [1, 1, 0, 4]]]])
    >>> y, indices = max_pool2d(x, 2, return_indices=True)
    >>> y
    array([[[[ 8., 10.],
             [ 7.,  4.]]]])
    >>> indices
    array([[[[ 4,  2],
             [ 8, 15]]]])
    """
    options = (kernel_size, stride, padding, dilation, ceil_mode)
    return max_forward(2, x, options, return_indices)


def max_pool2d_backward(dy, indices, x_shape):
    """Send each derivative to the entry that was the largest of its window; the others get 0.

    Windows that overlap may share their largest entry: its derivatives add up.

    Parameters
    ----------
    dy : array (N, C, OH, OW)
        Derivative of the loss with respect to the output.
    indices : array of int (N, C, OH, OW)
        From ``max_pool2d(…, return_indices=True)``.
    x_shape : tuple of int
        ``x.shape`` of the forward pass.

    Returns
    -------
    array (N, C, H, W)
        Derivative with respect to the input, of the dtype of `dy`.

    Raises
    ------
    TypeError
        When `dy` is not float32 or float64, or `indices` are no integers.
    ValueError
        When shapes do not match, or an index lies outside the plane.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2.0, 1.0]]]])
    >>> y, indices = max_pool2d(x, (1, 2), stride=1, return_indices=True)
    >>> max_pool2d_backward(np.array([[[[5.0, 7.0]]]]), indices, x.shape)
    array([[[[ 0., 12.,  0.]]]])
    """
    return max_backward(2, dy, indices, x_shape)


def max_pool1d(
    x, kernel_size, stride=None, *, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """Keep the largest entry of every window: `max_pool2d` with one axis.

    `x` is (N, C, L), options are single numbers (`padding` also a pair (before, after)), indices
    count along L. Errors as `max_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> max_pool1d(np.array([[[1.0, 3.0, 2.0, 2.0, 5.0]]]), 2)
    array([[[3., 2.]]])
    """
    options = (kernel_size, stride, padding, dilation, ceil_mode)
    return max_forward(1, x, options, return_indices)


def max_pool1d_backward(dy, indices, x_shape):
    """Derivative of `max_pool1d`: `max_pool2d_backward` with one axis; errors as there.

    Examples
    --------
    >>> import numpy as np
    >>> max_pool1d_backward(np.array([[[5.0, 7.0]]]), np.array([[[1, 1]]]), (1, 1, 3))
    array([[[ 0., 12.,  0.]]])
    """
    return max_backward(1, dy, indices, x_shape)


def avg_pool2d(
    x, kernel_size, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True
):
    """Replace every window by its mean.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    kernel_size, stride, padding, ceil_mode
        As for `max_pool2d`; padding counts as 0.
    count_include_pad : bool
        Divide by the size of the window, padding included (but not what hangs over the padding
        with `ceil_mode`); when False, by the number of inputs in it.

    Returns
    -------
    array (N, C, OH, OW)
        New, of the dtype of `x`.

    Raises
    ------
    TypeError, ValueError
        As `max_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 3, 10, 1], [8, 4, 4, 9], [7, 3, 4, 3], [1, 1, 0, 5]]]])
    >>> avg_pool2d(x, 2)
    array([[[[4., 6.],
             [3., 3.]]]])
    """
    options = (kernel_size, stride, padding, 1, ceil_mode, count_include_pad)
    return avg_forward(2, x, options)


def avg_pool2d_backward(
    dy, x_shape, kernel_size, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True
):
    """Share each derivative equally among the inputs of its window, adding where windows overlap.

    Parameters
    ----------
    dy : array (N, C, OH, OW)
        Derivative of the loss with respect to the output.
    x_shape : tuple of int
        ``x.shape`` of the forward pass.
    kernel_size, stride, padding, ceil_mode, count_include_pad
        Those of the forward pass.

    Returns
    -------
    array (N, C, H, W)
        Derivative with respect to the input, of the dtype of `dy`.

    Raises
    ------
    TypeError, ValueError
        As `avg_pool2d`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> avg_pool2d_backward(np.array([[[[8.0, 4.0]]]]), (1, 1, 2, 3), 2, stride=1)
    array([[[[2., 3., 1.],
             [2., 3., 1.]]]])
    """
    options = (kernel_size, stride, padding, 1, ceil_mode, count_include_pad)
    return avg_backward(2, dy, x_shape, options)


def avg_pool1d(
    x, kernel_size, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True
):
    """Replace every window by its mean: `avg_pool2d` with one axis, `x` being (N, C, L).

    Examples
    --------
    >>> import numpy as np
    >>> avg_pool1d(np.array([[[1.0, 3.0, 5.0, 9.0]]]), 2)
    array([[[2., 7.]]])
    """
    options = (kernel_size, stride, padding, 1, ceil_mode, count_include_pad)
    return avg_forward(1, x, options)


def avg_pool1d_backward(
    dy, x_shape, kernel_size, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True
):
    """Derivative of `avg_pool1d`: `avg_pool2d_backward` with one axis; errors as there.

    Examples
    --------
    >>> import numpy as np
    >>> avg_pool1d_backward(np.array([[[8.0, 4.0]]]), (1, 1, 5), 2)
    array([[[4., 4., 2., 2., 0.]]])
    """
    options = (kernel_size, stride, padding, 1, ceil_mode, count_include_pad)
    return avg_backward(1, dy, x_shape, options)
