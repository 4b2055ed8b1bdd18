"""Checks of the way back to the input: a flipped filter, zeros between, and all of it together."""

import numpy as np

from convviz import reference
from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run


def _flipped(dy, w, flip=np.s_[::-1, ::-1], more=0):
    """Slide the filter, flipped, over dy padded with its size − 1 zeros, and `more`."""
    rows, columns = (side - 1 + more for side in w.shape)
    padded = np.pad(dy, [(max(rows, 0),) * 2, (max(columns, 0),) * 2])
    return reference.correlate2d(padded, w[flip])


_FLIPPED_VARIANTS = [
    Variant(
        "is the filter not flipped? An input at the top of a window met the top weights; seen "
        "from it, that window lies below",
        lambda dy, w: _flipped(dy, w, np.s_[:, :]),
    ),
    Variant("is the filter flipped up-down only?", lambda dy, w: _flipped(dy, w, np.s_[::-1])),
    Variant(
        "is the filter flipped left-right only?", lambda dy, w: _flipped(dy, w, np.s_[:, ::-1])
    ),
    Variant(
        "is it transposed? A flip turns by 180°: w[::-1, ::-1]",
        lambda dy, w: _flipped(dy, w.T, np.s_[:, :]),
    ),
    Variant(
        "is dy flipped too?", lambda dy, w: _flipped(dy[::-1, ::-1], w)
    ),
    Variant("is dy padded with one zero too many? k − 1", lambda dy, w: _flipped(dy, w, more=1)),
    Variant("is there a zero too few around dy? k − 1", lambda dy, w: _flipped(dy, w, more=-1)),
    Variant(
        "is dy not padded? An input at the edge feeds outputs too",
        lambda dy, w: reference.correlate2d(dy, w[::-1, ::-1]),
    ),
    Variant(
        "are there as many zeros beside dy as above it? Beside it k_columns − 1",
        lambda dy, w: reference.correlate2d(dy, w[::-1, ::-1], padding=w.shape[0] - 1),
    ),
    Variant(
        "is dy padded with half the size? With k − 1 zeros, on all sides",
        lambda dy, w: reference.correlate2d(
            dy, w[::-1, ::-1], padding=(w.shape[0] // 2, w.shape[1] // 2)
        ),
    ),
]


def check_dx_by_convolution(function):
    """Check ``dx_by_convolution(dy, w)``: one channel, one filter, stride 1.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import reference
    >>> check_dx_by_convolution(lambda dy, w: reference.correlate2d(dy, w, padding=len(w) - 1))
    ✗ dx_by_convolution: 0 of 5 cases
      2×2 map, 2×2 filter: row 0, column 0: expected 1, got 4: is the filter not flipped? \
An input at the top of a window met the top weights; seen from it, that window lies below
    """
    given = [
        (np.array([[1, 0], [0, 2.0]]), np.array([[1, 2], [3, 4.0]])),
        (pattern(3, 3), pattern(3, 3) + 1),
        (pattern(2, 4), pattern(2, 3)),
        (np.array([[2.0]]), pattern(3, 3) + 1),
        (pattern(4, 3) / 2, pattern(1, 2)),
    ]
    cases = [
        Case(f"{_numbers.size(dy.shape)} map, {_numbers.size(w.shape)} filter", (dy, w),
             _flipped(dy, w))
        for dy, w in given
    ]
    return run("dx_by_convolution", function, cases, _FLIPPED_VARIANTS)


def _spread(dy, stride):
    rows, columns = ((side - 1) * stride + 1 for side in dy.shape)
    result = np.zeros((rows, columns))
    result[::stride, ::stride] = dy
    return result


_SPREAD_VARIANTS = [
    Variant(
        "are there zeros after the last entry too? They stand between the entries only",
        lambda dy, stride: np.pad(_spread(dy, stride), [(0, stride - 1)] * 2),
    ),
    Variant(
        "are there zeros before the first entry too? They stand between the entries only",
        lambda dy, stride: np.pad(_spread(dy, stride), [(stride - 1, 0)] * 2),
    ),
    Variant(
        "is there a zero too many between two entries? stride − 1 of them",
        lambda dy, stride: _spread(dy, stride + 1),
    ),
    Variant("are the entries repeated? Zeros stand between them",
            lambda dy, stride: np.kron(dy, np.ones((stride, stride)))),
    Variant("are only the rows spread?", lambda dy, stride: _spread(dy, stride)[:, ::stride]),
    Variant("are only the columns spread?", lambda dy, stride: _spread(dy, stride)[::stride]),
    Variant("is every second entry left out? Put zeros in, take none out",
            lambda dy, stride: dy[::stride, ::stride]),
    Variant("is it left as it was?", lambda dy, stride: dy),
]


def check_spread(function):
    """Check ``spread(dy, stride)``: zeros between the entries.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> def spread(dy, stride):
    ...     result = np.zeros((len(dy) * stride, dy.shape[1] * stride))
    ...     result[::stride, ::stride] = dy
    ...     return result
    >>> check_spread(spread)
    ✗ spread: 1 of 5 cases
      2×2 map, stride 2: expected shape (3, 3), got (4, 4): \
are there zeros after the last entry too? They stand between the entries only
    """
    given = [
        (np.array([[1, 2], [3, 4.0]]), 2),
        (pattern(2, 3) + 1, 3),
        (pattern(3, 1) + 5, 2),
        (pattern(3, 2), 1),
        (pattern(4, 5) / 2, 4),
    ]
    cases = [
        Case(f"{_numbers.size(dy.shape)} map, stride {stride}", (dy, stride), _spread(dy, stride))
        for dy, stride in given
    ]
    return run("spread", function, cases, _SPREAD_VARIANTS)


def conv_dx(dy, w, shape, stride=1, padding=0):
    """The derivatives of the input."""
    return _pushed(dy, w, shape, stride, padding)


def _pushed(dy, w, shape, stride, padding, *, add=True, cut=True):
    """Every output pushes its weighted filters back to its window."""
    channels, rows, columns = shape
    height, width = w.shape[2:]
    dx = np.zeros((channels, rows + 2 * padding, columns + 2 * padding))
    for r, c in np.ndindex(dy.shape[1:]):
        window = np.s_[:, r * stride : r * stride + height, c * stride : c * stride + width]
        part = np.tensordot(dy[:, r, c], w, 1)
        dx[window] = dx[window] + part if add else part
    return dx[:, padding : padding + rows, padding : padding + columns] if cut else dx


def _used(dy, w, shape, stride=1, padding=0):
    """Without the pixels that no window reaches."""
    sides = [(dy.shape[a] - 1) * stride + w.shape[a + 1] - 2 * padding for a in (1, 2)]
    return _pushed(dy, w, (shape[0], *sides), stride, padding)


def _only(at):
    def change(dy, w, shape, stride, padding):
        return dy[at][None], w[at][None], shape, stride, padding

    return change


_before, _after = around(conv_dx)

_DX_VARIANTS = [
    Variant(
        "is = used for +=? Windows overlap, and an input collects from all of them",
        lambda dy, w, shape, stride=1, padding=0: _pushed(dy, w, shape, stride, padding, add=False),
    ),
    Variant(
        "are the filters flipped? A flip is for sliding; an output pushes its filter as it stands",
        _before(lambda dy, w, shape, s, p: (dy, w[..., ::-1, ::-1], shape, s, p)),
    ),
    Variant(
        "is the padding still there? Cut it off: nobody needs the derivative of a zero",
        lambda dy, w, shape, stride=1, padding=0: _pushed(dy, w, shape, stride, padding, cut=False),
    ),
    Variant(
        "is it cut off by a slice up to −padding? Without padding that is −0, and nothing is left",
        lambda dy, w, shape, stride=1, padding=0: _pushed(
            dy, w, shape, stride, padding, cut=False
        )[:, padding:-padding, padding:-padding],
    ),
    Variant(
        "is the padding cut off below and on the right only? Half of it from each side",
        lambda dy, w, shape, stride=1, padding=0: _pushed(
            dy, w, shape, stride, padding, cut=False
        )[:, : shape[1], : shape[2]],
    ),
    Variant(
        "is the padding cut off above and on the left only? Half of it from each side",
        lambda dy, w, shape, stride=1, padding=0: _pushed(
            dy, w, shape, stride, padding, cut=False
        )[:, 2 * padding :, 2 * padding :],
    ),
    Variant(
        "do the windows start one pixel apart? They start at row · stride, column · stride",
        _before(lambda dy, w, shape, s, p: (dy, w, shape, 1, p)),
    ),
    Variant(
        "are the pixels that no window reaches left out? They get 0, and dx has the input's shape",
        _used,
    ),
    Variant(
        "is only one filter's part kept? All filters read the input, so add them up",
        _before(_only(-1)),
    ),
    Variant(
        "is only one filter's part kept? All filters read the input, so add them up",
        _before(_only(0)),
    ),
    Variant(
        "is the padding ignored? The windows lie in the padded input; cut it off at the end",
        _before(lambda dy, w, shape, s, p: (dy, w, shape, s, 0)),
    ),
    Variant(
        "are filters and channels swapped? w[k, p] belongs to map k and channel p",
        _before(lambda dy, w, shape, s, p: (dy, w.swapaxes(0, 1), shape, s, p)),
    ),
    Variant(
        "are rows and columns of the filters swapped?",
        _before(lambda dy, w, shape, s, p: (dy, w.swapaxes(2, 3), shape, s, p)),
    ),
    Variant("are the channels added up?", _after(lambda dx: dx.sum(axis=0))),
    Variant(
        "is it divided by the number of weights? Only add up",
        lambda dy, w, *a, **o: conv_dx(dy, w, *a, **o) / w[0, 0].size,
    ),
]


def check_conv_dx(function):
    """Check ``conv_dx(dy, w, shape, stride=1, padding=0)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import reference
    >>> def conv_dx(dy, w, shape, **options):
    ...     return reference.conv2d_backward(dy[:1], np.zeros(shape), w[:1], **options)[0]
    >>> check_conv_dx(conv_dx)
    ✗ conv_dx: 4 of 9 cases
      1 channel of 3×4, 2 filters 2×2: index (0, 0, 1): expected −28, got −24: \
is only one filter's part kept? All filters read the input, so add them up
    """
    given = [
        (np.array([[[1, 0], [0, 2.0]]]), np.array([[[[1, 2], [3, 4.0]]]]), (1, 3, 3), {}),
        (pattern(2, 2, 3), pattern(2, 1, 2, 2), (1, 3, 4), {}),
        (pattern(1, 3, 2) + 1, pattern(1, 3, 1, 3), (3, 3, 4), {}),
        (pattern(2, 2, 2) / 2, pattern(2, 2, 3, 3), (2, 4, 4), {}),
        (pattern(3, 3, 4), pattern(3, 2, 3, 3), (2, 3, 4), {"padding": 1}),
        (pattern(1, 3, 3), pattern(1, 2, 3, 3), (2, 7, 7), {"stride": 2}),
        (pattern(2, 2, 3), pattern(2, 2, 3, 3), (2, 6, 8), {"stride": 2}),
        (pattern(1, 2, 2), pattern(1, 1, 2, 2), (1, 6, 6), {"stride": 3}),
        (pattern(2, 3, 3) + 1, pattern(2, 3, 3, 3), (3, 5, 6), {"stride": 2, "padding": 1}),
    ]
    cases = []
    for dy, w, shape, options in given:
        words = [f"{_numbers.count(shape[0], 'channel')} of {_numbers.size(shape[1:])}"]
        words += [f"{_numbers.count(len(w), 'filter')} {_numbers.size(w.shape[2:])}"]
        words += [f"{name} {value}" for name, value in options.items()]
        expected = conv_dx(dy, w, shape, **options)
        cases.append(Case(", ".join(words), (dy, w, shape), expected, options))
    return run("conv_dx", function, cases, _DX_VARIANTS)
