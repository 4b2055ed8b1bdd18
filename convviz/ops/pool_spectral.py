"""Pooling in the Fourier domain: what is cut off is fine detail, not places."""

from functools import lru_cache

import numpy as np

from convviz import geometry
from convviz.ops import _check


def spectral_pool(x, output_size):
    """Keep the lowest frequencies of every plane and go back: a smooth copy of any smaller size.

    Each axis is treated alone: discrete Fourier transform, crop to ``OH`` frequencies, inverse
    transform. For an even ``OH`` the highest frequency kept is its cosine part, so that the
    result is real (Rippel, Snoek and Adams 2015, who crop both axes at once). A constant image
    keeps its value.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    output_size : int or pair (OH, OW)
        At most the size of the input.

    Returns
    -------
    array (N, C, OH, OW)
        New, of the dtype of `x`. Every entry depends on the whole plane: so does a NaN travel.

    Raises
    ------
    TypeError
        When `x` is not float32 or float64, or a number is no integer.
    ValueError
        When `output_size` is not from 1 to the size of the input.

    Examples
    --------
    One period of a cosine, on 8 places and on 4:

    >>> import numpy as np
    >>> x = np.cos(2 * np.pi * np.arange(8) / 8).reshape(1, 1, 1, 8)
    >>> np.round(spectral_pool(x, (1, 4)), 3) + 0.0
    array([[[[ 1.,  0., -1.,  0.]]]])
    """
    x = _check.floats("x", x, _check.INPUT[2])
    down, along = _matrices(x.shape[2:], _sizes(x.shape[2:], output_size), x.dtype)
    return down @ _product(x, along.T)


def spectral_pool_backward(dy, x_shape):
    """Derivative of `spectral_pool`: the matrices of both axes, transposed.

    Parameters
    ----------
    dy : array (N, C, OH, OW)
        Derivative of the loss with respect to the output.
    x_shape : tuple of int
        ``x.shape`` of the forward pass.

    Returns
    -------
    array (N, C, H, W)

    Raises
    ------
    TypeError, ValueError
        As `spectral_pool`; ValueError also when the batch or the channels differ.

    Examples
    --------
    The mean sends back an equal share to all:

    >>> import numpy as np
    >>> spectral_pool_backward(np.array([[[[8.0]]]]), (1, 1, 1, 4))
    array([[[[2., 2., 2., 2.]]]])
    """
    dy = _check.floats("dy", dy, _check.INPUT[2])
    shape = _check.input_shape(x_shape, 2)
    if dy.shape[:2] != shape[:2]:
        _check.gradient_shape(dy, shape[:2] + dy.shape[2:])
    down, along = _matrices(shape[2:], _sizes(shape[2:], dy.shape[2:]), dy.dtype)
    return _product(down.T @ dy, along)


def _sizes(sizes, output_size):
    output = geometry.per_axis("output_size", output_size, 2, 1, "an output has one entry or more")
    if output[0] > sizes[0] or output[1] > sizes[1]:
        raise ValueError(
            f"output_size must be at most the size of the input, {tuple(sizes)}, got {output}: "
            "spectral pooling only makes maps smaller"
        )
    return output


def _matrices(sizes, output, dtype):
    """What is done along the rows and the columns, (OH, H) and (OW, W)."""
    pairs = zip(sizes, output, strict=True)
    return [_matrix(size, kept).astype(dtype, copy=False) for size, kept in pairs]


@lru_cache(maxsize=16)
def _matrix(size, kept):
    """Transform, crop and inverse transform of a line, as the one matrix that they are together.

    Its columns are what becomes of single ones. For images of up to some thousand places a
    product with it takes less time than the transforms.
    """
    spectrum = np.fft.rfft(np.eye(size), axis=0)[: kept // 2 + 1]
    # as the real part of the last one, for an even size, is all that irfft looks at
    return np.fft.irfft(spectrum, kept, axis=0) * (kept / size) if kept < size else np.eye(size)


def _product(x, matrix):
    """``x @ matrix`` as a single product, and not one for each plane."""
    flat = x.reshape(-1, x.shape[-1]) @ matrix
    return flat.reshape(*x.shape[:-1], matrix.shape[1])
