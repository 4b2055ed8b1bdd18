"""Pooling in the Fourier domain: what is cut off is fine detail, not places."""

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
    for axis, size in zip((2, 3), _sizes(x.shape[2:], output_size), strict=True):
        x = _crop(x, axis, size)
    return np.ascontiguousarray(x)


def spectral_pool_backward(dy, x_shape):
    """Derivative of `spectral_pool`: the frequencies of `dy` with zeros for those cut off.

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
    _sizes(shape[2:], dy.shape[2:])
    for axis in (2, 3):
        dy = _extend(dy, axis, shape[axis])
    return np.ascontiguousarray(dy)


def _sizes(sizes, output_size):
    output = geometry.per_axis("output_size", output_size, 2, 1, "an output has one entry or more")
    if output[0] > sizes[0] or output[1] > sizes[1]:
        raise ValueError(
            f"output_size must be at most the size of the input, {tuple(sizes)}, got {output}: "
            "spectral pooling only makes maps smaller"
        )
    return output


def _crop(x, axis, size):
    if size == x.shape[axis]:
        return x.copy()
    kept = np.fft.rfft(x, axis=axis).take(range(size // 2 + 1), axis=axis)
    # as the real part of the last one, for an even size, is all that irfft looks at
    return np.fft.irfft(kept, size, axis=axis) * x.dtype.type(size / x.shape[axis])


def _extend(dy, axis, size):
    """The transpose of `_crop`: no factor is left, as both transforms divide by a size once."""
    kept = dy.shape[axis]
    if kept == size:
        return dy.copy()
    spectrum = np.fft.rfft(dy, axis=axis)
    if kept % 2 == 0:
        # the last frequency stood alone; among more of them it would count twice
        last = (slice(None),) * axis + (kept // 2,)
        spectrum[last] /= 2
    return np.fft.irfft(spectrum, size, axis=axis)
