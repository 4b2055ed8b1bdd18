"""Checks of the way from convolutional to dense layers and back."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run


def _blocks(w, rows, columns):
    """The weight of every input for every output, with axes (k, r, c, p, i, j)."""
    filters, channels, height, width = w.shape
    out_rows, out_columns = rows - height + 1, columns - width + 1
    m = np.zeros((filters, out_rows, out_columns, channels, rows, columns), w.dtype)
    for r in range(out_rows):
        for c in range(out_columns):
            m[:, r, c, :, r : r + height, c : c + width] = w
    return m


def _flat(m, outputs=(0, 1, 2), inputs=(3, 4, 5)):
    """A matrix of `_blocks`; other orders of the axes unroll outputs and inputs differently."""
    moved = m.transpose(*outputs, *inputs)
    return moved.reshape(np.prod(moved.shape[:3]), -1)


def _layer_to_dense(w, rows, columns):
    return _flat(_blocks(w, rows, columns))


def _conv_matrix(kernel, rows, columns):
    return _layer_to_dense(kernel[None, None], rows, columns)


def _shifted(kernel, rows, columns):
    """Every row one entry further than the one above, also where the window starts a new line."""
    first = _conv_matrix(kernel, rows, columns)
    return np.stack([np.roll(first[0], at) for at in range(len(first))])


def _narrow(kernel, rows, columns):
    """Inputs counted as if a line of them were as long as a line of outputs."""
    height, width = kernel.shape
    out_rows, out_columns = rows - height + 1, columns - width + 1
    m = np.zeros((out_rows * out_columns, rows * columns))
    for r in range(out_rows):
        for c in range(out_columns):
            for i in range(height):
                for j in range(width):
                    m[r * out_columns + c, (r + i) * out_columns + c + j] = kernel[i, j]
    return m


_before_matrix, _after_matrix = around(_conv_matrix)

_MATRIX_VARIANTS = [
    Variant(
        "does every row move on by one? At the end of a line the window jumps to the next",
        _shifted,
    ),
    Variant(
        "is the width of the output taken for that of the image? Pixel (r, c) is number "
        "r · columns + c",
        _narrow,
    ),
    Variant(
        "is the filter flipped? Cross-correlation takes it as it stands",
        _before_matrix(lambda w, r, c: (w[::-1, ::-1], r, c)),
    ),
    Variant(
        "are rows and columns of the filter swapped?",
        _before_matrix(lambda w, r, c: (w.T, r, c)),
    ),
    Variant(
        "is the image unrolled column by column? Row by row, as x.ravel() does",
        lambda w, r, c: _flat(_blocks(w[None, None], r, c), (0, 2, 1), (3, 5, 4)),
    ),
    Variant(
        "are rows and columns of the image swapped?",
        _before_matrix(lambda w, r, c: (w, c, r)),
    ),
    Variant(
        "are there taken to be as many columns as rows?",
        _before_matrix(lambda w, r, c: (w, r, r)),
    ),
    Variant(
        "is the matrix turned? It has a row for each output, a column for each input",
        _after_matrix(np.transpose),
    ),
    Variant(
        "are all weights set to 1? Where a window lies, the weights of the filter stand",
        _after_matrix(lambda m: (m != 0) * 1.0),
    ),
    Variant("is the last row never filled?", _after_matrix(lambda m: np.r_[m[:-1], 0 * m[-1:]])),
]


def check_conv_matrix(function):
    """Check ``conv_matrix(kernel, rows, columns)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> check_conv_matrix(lambda kernel, rows, columns: np.zeros((4, 9)))
    ✗ conv_matrix: 0 of 6 cases
      2×2 filter, 3×3 image: row 0, column 0: expected 1, got 0
    """
    two = np.array([[1, 2], [3, 4.0]])
    given = [
        (two, 3, 3),
        (two, 2, 4),
        (np.array([[1, -2, 5.0]]), 3, 4),
        (np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9.0]]), 5, 4),
        (np.array([[6.0]]), 2, 3),
        (np.array([[1, 2, 7], [3, 4, 9.0]]), 2, 3),
    ]
    cases = [
        Case(
            f"{_numbers.size(kernel.shape)} filter, {rows}×{columns} image",
            (kernel, rows, columns),
            _conv_matrix(kernel, rows, columns),
        )
        for kernel, rows, columns in given
    ]
    return run("conv_matrix", function, cases, _MATRIX_VARIANTS)


def _to_filters(weights, shape):
    return np.reshape(weights, (len(weights), *shape))


def _channels_last(weights, shape):
    """Unrolled as (rows, columns, channels)."""
    channels, rows, columns = shape
    return weights.reshape(-1, rows, columns, channels).transpose(0, 3, 1, 2)


def _turned(weights, shape):
    return weights.T.reshape(-1, *shape)[: len(weights)]


_FILTER_VARIANTS = [
    Variant(
        "is the image taken to be unrolled with the channels last? Channel 0 comes first, whole",
        _channels_last,
    ),
    Variant(
        "do the channels stand last? The shape is (neurons, channels, rows, columns)",
        lambda w, shape: _to_filters(w, shape).transpose(0, 2, 3, 1),
    ),
    Variant(
        "is it unrolled column by column? Row by row, as reshape does by itself",
        lambda w, shape: np.stack([row.reshape(shape, order="F") for row in w]),
    ),
    Variant(
        "is it unrolled column by column? Row by row, as reshape does by itself",
        lambda w, shape: w.reshape((len(w), *shape), order="F"),
    ),
    Variant(
        "are rows and columns of the filters swapped?",
        lambda w, shape: _to_filters(w, shape).swapaxes(2, 3),
    ),
    Variant("are the weights turned first? Row n holds the weights of neuron n", _turned),
    Variant(
        "are the filters flipped? Cross-correlation takes them as they stand",
        lambda w, shape: _to_filters(w, shape)[..., ::-1, ::-1],
    ),
]


def check_dense_to_filters(function):
    """Check ``dense_to_filters(weights, shape)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_dense_to_filters(lambda w, shape: w.reshape(len(w), *shape[1:], shape[0]))
    ✗ dense_to_filters: 1 of 5 cases
      1 neuron, 2 channels of 2×3: expected shape (1, 2, 2, 3), got (1, 2, 3, 2): \
do the channels stand last? The shape is (neurons, channels, rows, columns)
    """
    cases = []
    for neurons, shape in [(2, (2, 2, 2)), (1, (2, 2, 3)), (3, (1, 2, 4)), (4, (3, 2, 2)),
                           (2, (3, 1, 5))]:
        weights = np.arange(1.0, neurons * np.prod(shape) + 1).reshape(neurons, -1)
        text = f"{_numbers.count(neurons, 'neuron')}, {_numbers.count(shape[0], 'channel')} of "
        text += _numbers.size(shape[1:])
        cases.append(Case(text, (weights, shape), _to_filters(weights, shape)))
    return run("dense_to_filters", function, cases, _FILTER_VARIANTS)


def _ordered(outputs, inputs):
    return lambda w, rows, columns: _flat(_blocks(w, rows, columns), outputs, inputs)


_before_dense, _after_dense = around(_layer_to_dense)

_DENSE_VARIANTS = [
    Variant(
        "do the channels stand below each other? Side by side: an output adds them up",
        lambda w, r, c: _layer_to_dense(w.reshape(-1, 1, *w.shape[2:]), r, c),
    ),
    Variant(
        "is only the first channel there? Each channel has columns of its own",
        _before_dense(lambda w, r, c: (w[:, :1], r, c)),
    ),
    Variant(
        "do the maps alternate along the rows? First all places of map 0, then map 1",
        _ordered((1, 2, 0), (3, 4, 5)),
    ),
    Variant(
        "do the channels alternate along the columns? First all pixels of channel 0, then 1",
        _ordered((0, 1, 2), (4, 5, 3)),
    ),
    Variant(
        "do maps and channels alternate? First all of map 0, then map 1; channels alike",
        _ordered((1, 2, 0), (4, 5, 3)),
    ),
    Variant(
        "is everything unrolled column by column? Row by row, as ravel does",
        _ordered((0, 2, 1), (3, 5, 4)),
    ),
    Variant(
        "is the matrix turned? It has a row for each output, a column for each input",
        _after_dense(np.transpose),
    ),
    Variant(
        "are filters and channels swapped? w[k, p] belongs to map k and channel p",
        _before_dense(lambda w, r, c: (w.swapaxes(0, 1), r, c)),
    ),
    Variant(
        "are the filters flipped? Cross-correlation takes them as they stand",
        _before_dense(lambda w, r, c: (w[..., ::-1, ::-1], r, c)),
    ),
    Variant(
        "is the first channel of each filter used for all channels?",
        _before_dense(lambda w, r, c: (np.repeat(w[:, :1], w.shape[1], axis=1), r, c)),
    ),
    Variant(
        "is the first filter used for all maps?",
        _before_dense(lambda w, r, c: (np.repeat(w[:1], len(w), axis=0), r, c)),
    ),
    Variant(
        "are rows and columns of the image swapped?",
        _before_dense(lambda w, r, c: (w, c, r)),
    ),
]


def check_layer_to_dense(function):
    """Check ``layer_to_dense(w, rows, columns)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_layer_to_dense(lambda w, rows, columns: w.reshape(len(w), -1))
    ✗ layer_to_dense: 1 of 6 cases
      1 filter 1×2, 1 channel of 1×3: expected shape (2, 3), got (1, 2)
    """
    given = [
        (pattern(1, 1, 1, 2) + 6, 1, 3),
        (pattern(2, 1, 2, 2), 3, 3),
        (pattern(1, 2, 2, 2), 2, 3),
        (pattern(2, 2, 2, 1) + 5, 3, 2),
        (pattern(3, 2, 2, 3), 4, 5),
        (pattern(2, 3, 2, 2), 2, 2),
    ]
    cases = []
    for w, rows, columns in given:
        filters, channels, *size = w.shape
        text = f"{_numbers.count(filters, 'filter')} {_numbers.size(size)}, "
        text += f"{_numbers.count(channels, 'channel')} of {rows}×{columns}"
        expected = _layer_to_dense(w, rows, columns)
        cases.append(Case(text, (w, rows, columns), expected))
    return run("layer_to_dense", function, cases, _DENSE_VARIANTS)
