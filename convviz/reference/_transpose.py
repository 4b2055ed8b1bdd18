"""Transposed convolution: the other direction of the same arrows."""

import numpy as np

from convviz.reference._arguments import check_shape, numbers, whole, window_at


def conv_transpose2d(x, w, b=None, *, stride=1, padding=0):
    """Let every input push its weighted filters into the output; what overlaps adds up.

    Parameters
    ----------
    x : array-like (C, H, W)
        One image; for a batch see `convviz.ops.conv_transpose2d`.
    w : array-like (C, C_out, kH, kW)
        ``w[c, m]`` is what an input of channel c pushes into map m.
    b : array-like (C_out,), optional
    stride, padding : int
        The stride lies between pushes; the padding is cut off from all sides of the output.

    Returns
    -------
    array (C_out, OH, OW)
        With ``(H − 1)·stride + kH − 2·padding`` rows.

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    >>> conv_transpose2d([[[0, 1], [2, 3]]], [[[[0, 1], [2, 3]]]])
    array([[[ 0,  0,  1],
            [ 0,  4,  6],
            [ 4, 12,  9]]])
    """
    x, w, b = _layer(x, w, b)
    channels, maps, height, width = w.shape
    pushed = np.zeros(_pushed_shape(x, w, stride), np.result_type(x, w, b))
    for m in range(channels):
        for r in range(x.shape[1]):
            for c in range(x.shape[2]):
                window = window_at(r, c, (height, width), stride)
                pushed[window] += x[m, r, c] * w[m]
    cut = _cut(pushed, padding)
    return pushed[cut] + b.reshape(maps, 1, 1)


def conv_transpose2d_backward(dy, x, w, *, stride=1, padding=0):
    """Send `dy` back through `conv_transpose2d`: an input collects from where it pushed.

    Returns
    -------
    dx, dw, db : arrays
        Derivatives with respect to `x`, `w` and the bias, in their shapes.

    Raises
    ------
    TypeError, ValueError
        As `conv2d_backward`.

    Examples
    --------
    >>> dx, dw, db = conv_transpose2d_backward([[[1, 10, 100]]], [[[5, 7]]], [[[[2, 3]]]])
    >>> dx, dw, db
    (array([[[ 32, 320]]]), array([[[[ 75, 750]]]]), array([111]))
    """
    x, w, _ = _layer(x, w, None)
    dy = numbers("dy", dy, 3)
    channels, _, height, width = w.shape
    dpushed = np.zeros(_pushed_shape(x, w, stride), dy.dtype)
    cut = _cut(dpushed, padding)
    check_shape(dy, dpushed[cut].shape)
    dpushed[cut] = dy
    dx, dw = np.zeros(x.shape, np.result_type(dy, w)), np.zeros(w.shape, np.result_type(dy, x))
    for m in range(channels):
        for r in range(x.shape[1]):
            for c in range(x.shape[2]):
                window = window_at(r, c, (height, width), stride)
                dx[m, r, c] = np.sum(w[m] * dpushed[window])
                dw[m] += x[m, r, c] * dpushed[window]
    return dx, dw, dy.sum(axis=(1, 2))


def _layer(x, w, b):
    x, w = numbers("x", x, 3), numbers("w", w, 4)
    if len(x) != len(w):
        raise ValueError(
            f"w must have filters for each channel of x, got {len(w)} in w of shape {w.shape} and "
            f"{len(x)} in x of shape {x.shape}: make them equal"
        )
    maps = w.shape[1]
    b = np.zeros(maps, w.dtype) if b is None else numbers("b", b, 1)
    if b.shape != (maps,):
        raise ValueError(f"b must have shape ({maps},), one bias for each map, got {b.shape}")
    return x, w, b


def _pushed_shape(x, w, stride):
    step = whole("stride", stride, 1)
    sides = zip(x.shape[1:], w.shape[2:], strict=True)
    return w.shape[1], *((size - 1) * step + kernel for size, kernel in sides)


def _cut(pushed, padding):
    """What is left of the output without `padding` at each side."""
    around = whole("padding", padding, 0)
    sizes = [size - 2 * around for size in pushed.shape[1:]]
    if min(sizes) < 1:
        raise ValueError(f"padding of {around} cuts the whole output away: lower it")
    return ..., *(slice(around, around + size) for size in sizes)
