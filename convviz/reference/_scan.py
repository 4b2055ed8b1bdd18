"""A network that scans: the loops over places around the loop over filters."""

import numpy as np

from convviz.reference._arguments import numbers, output_size, window_at
from convviz.reference._conv import layer
from convviz.reference._pool import relu


def scan(x, layers, activation=relu):
    """Scan an image with layer after layer: all filters read the segment at a place, then the next.

    Parameters
    ----------
    x : array-like (C, H, W)
        One image.
    layers : sequence of pairs (w, b)
        Filters (C_out, C, kH, kW), as deep as what the layer before puts out, and their biases
        (C_out,), or None.
    activation : callable
        Applied to all sums of a layer.

    Returns
    -------
    array (C_out, OH, OW)
        Output of the last layer.

    Raises
    ------
    TypeError, ValueError
        As `conv2d`; ValueError also when there is no layer.

    Examples
    --------
    >>> x = [[[1, 2, 3]]]
    >>> scan(x, [([[[[1, -1]]], [[[-1, 1]]]], [0, 0])])      # two filters of 1×2
    array([[[0, 0]],
    <BLANKLINE>
           [[1, 1]]])
    """
    x, layers = numbers("x", x, 3), list(layers)
    if not layers:
        raise ValueError("layers is empty: give one pair (w, b) or more")
    for w, b in layers:
        x, w, b = layer(x, w, b)
        maps, _, height, width = w.shape
        rows = output_size(x.shape[1], height, stride=1, dilation=1)
        columns = output_size(x.shape[2], width, stride=1, dilation=1)
        z = np.zeros((maps, rows, columns), np.result_type(x, w, b))
        for r in range(rows):
            for c in range(columns):
                segment = x[window_at(r, c, (height, width), stride=1)]
                for n in range(maps):
                    z[n, r, c] = np.sum(w[n] * segment) + b[n]
        x = activation(z)
    return x
