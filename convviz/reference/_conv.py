"""Several channels, several filters, and the way back."""

import numpy as np

from convviz.reference._arguments import check_shape, numbers, output_size, pad, pairs, window_at


def conv2d(x, w, b=None, *, stride=1, padding=0, dilation=1):
    """Scan an image of several channels with several filters: each filter makes one map.

    Parameters
    ----------
    x : array-like (C, H, W)
        One image; for a batch see `convviz.ops.conv2d`.
    w : array-like (C_out, C, kH, kW)
    b : array-like (C_out,), optional
    stride, padding, dilation
        As for `correlate2d`.

    Returns
    -------
    array (C_out, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `correlate2d`; ValueError also when the channels differ.

    Examples
    --------
    >>> x = [[[1, 2], [3, 4]], [[10, 20], [30, 40]]]        # two channels of 2×2
    >>> conv2d(x, [[[[1]], [[1]]]], b=[5])                  # a 1×1 filter adds them up
    array([[[16, 27],
            [38, 49]]])
    """
    x, w, b = layer(x, w, b)
    x = pad(x, padding)
    maps, _, height, width = w.shape
    rows = output_size(x.shape[1], height, stride, dilation)
    columns = output_size(x.shape[2], width, stride, dilation)
    y = np.zeros((maps, rows, columns), np.result_type(x, w, b))
    for n in range(maps):
        for r in range(rows):
            for c in range(columns):
                segment = x[window_at(r, c, (height, width), stride, dilation)]
                y[n, r, c] = np.sum(w[n] * segment) + b[n]
    return y


def conv2d_backward(dy, x, w, *, stride=1, padding=0, dilation=1):
    """Send `dy` back through `conv2d`: every product of the forward pass is walked again.

    Parameters
    ----------
    dy : array-like (C_out, OH, OW)
        Derivative of the loss with respect to the output.
    x, w, stride, padding, dilation
        Those of the forward pass.

    Returns
    -------
    dx, dw, db : arrays
        Derivatives with respect to `x`, `w` and the bias, in their shapes.

    Raises
    ------
    TypeError, ValueError
        As `conv2d`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> dx, dw, db = conv2d_backward([[[1, 10]]], [[[1, 2, 3]]], [[[[5, 7]]]])
    >>> dx, dw, db
    (array([[[ 5, 57, 70]]]), array([[[[21, 32]]]]), array([11]))
    """
    x, w, _ = layer(x, w, None)
    dy = numbers("dy", dy, 3)
    padded = pad(x, padding)
    maps, _, height, width = w.shape
    rows = output_size(padded.shape[1], height, stride, dilation)
    columns = output_size(padded.shape[2], width, stride, dilation)
    check_shape(dy, (maps, rows, columns))
    dpadded = np.zeros(padded.shape, np.result_type(dy, w))
    dw, db = np.zeros(w.shape, np.result_type(dy, x)), np.zeros(maps, dy.dtype)
    for n in range(maps):
        for r in range(rows):
            for c in range(columns):
                window = window_at(r, c, (height, width), stride, dilation)
                dpadded[window] += dy[n, r, c] * w[n]
                dw[n] += dy[n, r, c] * padded[window]
                db[n] += dy[n, r, c]
    (top, _), (left, _) = pairs(padding, 2)
    return dpadded[:, top : top + x.shape[1], left : left + x.shape[2]], dw, db


def layer(x, w, b):
    """The arguments of a layer as arrays that fit each other; no bias is a bias of zeros."""
    x, w = numbers("x", x, 3), numbers("w", w, 4)
    if x.shape[0] != w.shape[1]:
        raise ValueError(
            f"w must have as many channels as x, got {w.shape[1]} in w of shape {w.shape} and "
            f"{x.shape[0]} in x of shape {x.shape}: make them equal"
        )
    b = np.zeros(len(w), w.dtype) if b is None else numbers("b", b, 1)
    if b.shape != (len(w),):
        raise ValueError(f"b must have shape ({len(w)},), one bias for each filter, got {b.shape}")
    return x, w, b
