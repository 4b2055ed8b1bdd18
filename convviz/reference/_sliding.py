"""One line or one plane, one kernel."""

import numpy as np

from convviz.reference._arguments import number, numbers, output_size, pad


def correlate1d(x, w, bias=0, stride=1, padding=0, dilation=1):
    """Slide `w` along `x`: the products of what lies on top of each other, summed, plus `bias`.

    Parameters
    ----------
    x, w : array-like with one axis
    bias : number
    stride, dilation : int
    padding : int or pair (before, after)
        Zeros added to both ends.

    Raises
    ------
    TypeError
        When an array does not hold numbers, or an option is no integer.
    ValueError
        When an array has not one axis, an option is out of range, or `w` does not fit.

    Examples
    --------
    >>> correlate1d([0, 0, 1, 1, 1, 0, 1, 0, 0, 0], [-1, 1, -1])
    array([-1,  0, -1,  0, -2,  1, -1,  0])
    """
    x, w, bias = numbers("x", x, 1), numbers("w", w, 1), number("bias", bias)
    x = pad(x, padding)
    y = np.zeros(output_size(len(x), len(w), stride, dilation), np.result_type(x, w, bias))
    for i in range(len(y)):
        total = bias
        for j in range(len(w)):
            total = total + w[j] * x[i * stride + j * dilation]
        y[i] = total
    return y


def correlate2d(image, kernel, bias=0, *, stride=1, padding=0, dilation=1):
    """Slide `kernel` over `image`: `correlate1d` along the rows and the columns at once.

    Parameters
    ----------
    image, kernel : array-like with two axes
    bias : number
    stride, dilation : int
    padding : int, pair (rows, columns), or ((top, bottom), (left, right))
        Zeros added around the image.

    Raises
    ------
    TypeError, ValueError
        As `correlate1d`.

    Examples
    --------
    >>> correlate2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, -1]])
    array([[-4, -4],
           [-4, -4]])
    """
    image, kernel = numbers("image", image, 2), numbers("kernel", kernel, 2)
    bias = number("bias", bias)
    image = pad(image, padding)
    rows = output_size(image.shape[0], kernel.shape[0], stride, dilation)
    columns = output_size(image.shape[1], kernel.shape[1], stride, dilation)
    y = np.zeros((rows, columns), np.result_type(image, kernel, bias))
    for r in range(rows):
        for c in range(columns):
            total = bias
            for i in range(kernel.shape[0]):
                for j in range(kernel.shape[1]):
                    row = r * stride + i * dilation
                    column = c * stride + j * dilation
                    total = total + kernel[i, j] * image[row, column]
            y[r, c] = total
    return y


def convolve1d(x, w, bias=0, stride=1, padding=0, dilation=1):
    """Convolution as mathematics means it: `correlate1d` with `w` turned round.

    Parameters and errors are those of `correlate1d`.

    Examples
    --------
    >>> correlate1d([0, 0, 1, 0, 0], [1, 2, 3])     # comes out mirrored
    array([3, 2, 1])
    >>> convolve1d([0, 0, 1, 0, 0], [1, 2, 3])      # comes out as it went in
    array([1, 2, 3])
    """
    return correlate1d(x, numbers("w", w, 1)[::-1], bias, stride, padding, dilation)


def convolve2d(image, kernel, bias=0, *, stride=1, padding=0, dilation=1):
    """Convolution as mathematics means it: `correlate2d` with `kernel` turned by 180°.

    Parameters and errors are those of `correlate2d`.

    Examples
    --------
    >>> convolve2d([[0, 0, 0], [0, 1, 0], [0, 0, 0]], [[1, 2], [3, 4]])
    array([[1, 2],
           [3, 4]])
    """
    flipped = numbers("kernel", kernel, 2)[::-1, ::-1]
    return correlate2d(image, flipped, bias, stride=stride, padding=padding, dilation=dilation)
