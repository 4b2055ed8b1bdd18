"""The two kinds of cells of the neocognitron, as Fukushima (1980) wrote them."""

import numpy as np

from convviz.reference._arguments import number, numbers, output_size, window_at


def s_cells(u, a, b, c, selectivity):
    """Answers of planes of S-cells: excitation weighed against inhibition.

    ``u_S = r·φ[(1 + Σ a·u) / (1 + 2r/(1+r)·b·v) − 1]`` with ``v = √(Σ c·u²)`` and φ = max(0, ·);
    both sums run over all planes below and over the cell's window.

    Parameters
    ----------
    u : array-like (planes below, H, W)
        What the C-cells before send (or the picture), nothing negative.
    a : array-like (planes, planes below, h, w)
        Weights that excite: all cells of a plane have the same.
    b : array-like (planes,)
        Weights that inhibit.
    c : array-like (h, w)
        How much each place of the window counts; fixed.
    selectivity : float
        r of the paper, above 0.

    Returns
    -------
    array (planes, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    >>> s_cells([[[1, 0], [1, 0]]], [[[[3, 0], [3, 0]]]], [2], np.full((2, 2), 0.25), 1)
    array([[[1.89949494]]])
    """
    u, a, b = numbers("u", u, 3), numbers("a", a, 4), numbers("b", b, 1)
    c, selectivity = numbers("c", c, 2), number("selectivity", selectivity)
    planes, below, height, width = a.shape
    if below != len(u) or len(b) != planes or c.shape != (height, width):
        raise ValueError(
            f"a of shape {a.shape} needs u of {below} planes, {planes} numbers b and c of shape "
            f"{(height, width)}, got {len(u)}, {len(b)} and {c.shape}: change one of them"
        )
    rows, columns = output_size(u.shape[1], height, 1, 1), output_size(u.shape[2], width, 1, 1)
    answers = np.zeros((planes, rows, columns))
    for k in range(planes):
        for row in range(rows):
            for column in range(columns):
                window = u[window_at(row, column, (height, width), 1)]
                excitation = np.sum(a[k] * window)
                v = np.sqrt(np.sum(c * window**2))
                inhibition = 2 * selectivity / (1 + selectivity) * b[k] * v
                more = (1 + excitation) / (1 + inhibition) - 1
                answers[k, row, column] = selectivity * max(0, more)
    return answers


def c_cells(u_s, d, half=0.5):
    """Answers of planes of C-cells: each gathers a window of its own S-plane.

    ``u_C = ψ[(1 + Σ d·u_S) / (1 + v) − 1]`` with ``ψ(x) = x / (α + x)`` for x above 0, otherwise
    0; v is the mean of ``Σ d·u_S`` over all planes, and silences those that answer less.

    Parameters
    ----------
    u_s : array-like (planes, H, W)
    d : array-like (h, w)
        How much each place of the window counts; fixed.
    half : float
        α of the paper: where a C-cell is half as active as it can be.

    Returns
    -------
    array (planes, OH, OW)
        0 to 1.

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    >>> c_cells([[[0, 0], [0, 4]], [[0, 0], [0, 0]]], np.full((2, 2), 0.25))
    array([[[0.4]],
    <BLANKLINE>
           [[0. ]]])
    """
    u_s, d, half = numbers("u_s", u_s, 3), numbers("d", d, 2), number("half", half)
    rows = output_size(u_s.shape[1], d.shape[0], 1, 1)
    columns = output_size(u_s.shape[2], d.shape[1], 1, 1)
    answers = np.zeros((len(u_s), rows, columns))
    for row in range(rows):
        for column in range(columns):
            gathered = [np.sum(d * plane[window_at(row, column, d.shape, 1)]) for plane in u_s]
            v = np.mean(gathered)
            for k, own in enumerate(gathered):
                more = max(0, (1 + own) / (1 + v) - 1)
                answers[k, row, column] = more / (half + more)
    return answers
