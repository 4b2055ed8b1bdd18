"""Checks of the way back to the weights: db, dw, dy spread by the stride, and who feeds whom."""

import numpy as np

from convviz import geometry
from convviz.checks import _numbers
from convviz.checks._hand import by_hand
from convviz.checks._line import pattern
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run
from convviz.checks._volume import volume


def check_feeds(answer, input_size, kernel_size, *, inputs, strides):
    """Check how many outputs read an input, for some inputs and strides.

    Parameters
    ----------
    answer : dict of str to dict
        ``{"stride 2": {"input 0": 1, …}, …}``; None is not answered yet.
    input_size, kernel_size : int
        A line without padding.
    inputs, strides : tuple of int

    Returns
    -------
    Check
        A wrong number is named, never the right one.

    Examples
    --------
    >>> check_feeds({"stride 2": {"input 4": 1}}, 5, 2, inputs=(4,), strides=(2,))
    ✗ feeds: 0 of 1 number
      stride 2, input 4: 1 is not right: does that window fit? It must lie inside
    """
    numbers = {}
    for stride in strides:
        outputs = geometry.conv_output_size(input_size, kernel_size, stride=stride)
        starts = [output * stride for output in range(outputs)]
        for at in inputs:
            right = sum(start <= at < start + kernel_size for start in starts)
            hints = _feed_hints(at, stride, kernel_size, starts)
            numbers[f"stride {stride}", f"input {at}"] = right, hints
    return by_hand("feeds", answer, numbers)


def _feed_hints(at, stride, kernel_size, starts):
    every = range(0, at + 1, stride)
    unmoved = range(starts[-1] + 1)
    return [
        (
            sum(start <= at < start + kernel_size for start in every),
            "does that window fit? It must lie inside",
        ),
        (kernel_size, "that many it would be in the middle, with stride 1"),
        (
            sum(start <= at < start + kernel_size for start in unmoved),
            "do the windows start a stride apart?",
        ),
        (len(starts), "are those all the outputs? Count the windows that hold this input"),
    ]


_DB_VARIANTS = [
    Variant("is it the mean? Add up", lambda dy: dy.mean(axis=(1, 2))),
    Variant(
        "are the maps added up too? Every filter has a bias of its own", lambda dy: dy.sum()
    ),
    Variant(
        "are the maps added up too? Every filter has a bias of its own",
        lambda dy: np.full(len(dy), dy.sum()),
    ),
    Variant("are the maps added up? The places within a map", lambda dy: dy.sum(axis=0)),
    Variant("are only the rows added up? The columns too", lambda dy: dy.sum(axis=1)),
    Variant("are only the columns added up? The rows too", lambda dy: dy.sum(axis=2)),
    Variant("is only the last place kept? Add up with +=", lambda dy: dy[:, -1, -1]),
    Variant(
        "are the places counted? They get the derivatives dy",
        lambda dy: np.full(len(dy), dy[0].size),
    ),
    Variant(
        "are there axes too many? One number for each filter",
        lambda dy: dy.sum(axis=(1, 2), keepdims=True),
    ),
]


def check_conv_db(function):
    """Check ``conv_db(dy)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_conv_db(lambda dy: dy.mean(axis=(1, 2)))
    ✗ conv_db: 0 of 4 cases
      2 maps of 2×2: position 0: expected 10, got 2.5: is it the mean? Add up
    """
    given = [
        np.array([[[1, 2], [3, 4]], [[0, -1], [2, 0.5]]]),
        pattern(3, 2, 4) + 1,
        pattern(1, 3, 3) + 1,
        pattern(4, 1, 2) + 0.5,
    ]
    cases = [
        Case(f"{_numbers.count(len(dy), 'map')} of {_numbers.size(dy.shape[1:])}", (dy,),
             dy.sum(axis=(1, 2)))
        for dy in given
    ]
    return run("conv_db", function, cases, _DB_VARIANTS)


def _products(dy, x, kernel_shape, step):
    """The derivatives of the weights for an input that is padded already."""
    height, width = kernel_shape
    dw = np.zeros((len(dy), len(x), height, width))
    for r, c in np.ndindex(dy.shape[1:]):
        window = x[:, r * step : r * step + height, c * step : c * step + width]
        dw += dy[:, r, c].reshape(-1, 1, 1, 1) * window
    return dw


def _around_input(x, padding, sides=(1, 1)):
    before, after = (padding * times for times in sides)
    return np.pad(x, [(0, 0), (before, after), (before, after)])


def conv_dw(dy, x, kernel_shape, stride=1, padding=0):
    """The derivatives of the weights."""
    return _products(dy, _around_input(x, padding), kernel_shape, stride)


def _last_place(dy):
    only = np.zeros_like(dy)
    only[:, -1, -1] = dy[:, -1, -1]
    return only


_before, _after = around(conv_dw)

_DW_VARIANTS = [
    Variant(
        "is only the last place kept? Add the products of all places up with +=",
        _before(lambda dy, x, k, s, p: (_last_place(dy), x, k, s, p)),
    ),
    Variant(
        "is the result flipped? Here nothing is",
        _after(lambda dw: dw[..., ::-1, ::-1]),
    ),
    Variant(
        "do the windows start one pixel apart? They start at row · stride, column · stride",
        lambda dy, x, k, stride=1, padding=0: _products(dy, _around_input(x, padding), k, 1),
    ),
    Variant(
        "is the input spread too? Only its windows lie a stride apart",
        lambda dy, x, k, stride=1, padding=0: _spread_taps(dy, x, k, stride, padding),
    ),
    Variant(
        "is all the padding on one side? Half of it goes to each",
        lambda dy, x, k, stride=1, padding=0: _products(
            dy, _around_input(x, padding, (0, 2)), k, stride
        ),
    ),
    Variant(
        "is all the padding on one side? Half of it goes to each",
        lambda dy, x, k, stride=1, padding=0: _products(
            dy, _around_input(x, padding, (2, 0)), k, stride
        ),
    ),
    Variant(
        "is the padding ignored? x is given without it",
        lambda dy, x, k, stride=1, padding=0: _products(dy, x, k, stride),
    ),
    Variant(
        "is the depth padded too? Only rows and columns get zeros",
        lambda dy, x, k, stride=1, padding=0: _products(dy, np.pad(x, padding), k, stride),
    ),
    Variant(
        "are filters and channels swapped? The shape is (filters, channels, rows, columns)",
        _after(lambda dw: dw.swapaxes(0, 1)),
    ),
    Variant(
        "is it divided by the number of places? Only add up",
        lambda dy, x, *a, **o: conv_dw(dy, x, *a, **o) / dy[0].size,
    ),
    Variant(
        "are the channels added up? Each has weights of its own",
        _after(lambda dw: dw.sum(axis=1)),
    ),
    Variant(
        "are the channels added up? Each has weights of its own",
        _after(lambda dw: dw.sum(axis=1, keepdims=True)),
    ),
    Variant(
        "is only the first channel read?",
        _after(lambda dw: np.repeat(dw[:, :1], dw.shape[1], axis=1)),
    ),
    Variant(
        "are rows and columns of the filters swapped?", _after(lambda dw: dw.swapaxes(2, 3))
    ),
    Variant(
        "are as many weights made as would fit the sizes? kernel_shape says how many there are",
        lambda dy, x, k, stride=1, padding=0: _as_many_as_fit(dy, x, stride, padding),
    ),
]


def _spread_taps(dy, x, kernel_shape, stride, padding):
    x = _around_input(x, padding)
    dw = np.zeros((len(dy), len(x), *kernel_shape))
    for i, j in np.ndindex(*kernel_shape):
        part = x[:, i * stride :, j * stride :][:, : dy.shape[1], : dy.shape[2]]
        dw[:, :, i, j] = np.einsum("krc,prc->kp", dy, part)
    return dw


def _as_many_as_fit(dy, x, stride, padding):
    x = _around_input(x, padding)
    sides = [x.shape[axis] - (dy.shape[axis] - 1) * stride for axis in (1, 2)]
    return _products(dy, x, sides, stride)


def check_conv_dw(function):
    """Check ``conv_dw(dy, x, kernel_shape, stride=1, padding=0)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> import numpy as np
    >>> def conv_dw(dy, x, kernel_shape, **options):
    ...     w = np.zeros((len(dy), len(x), *kernel_shape))
    ...     return reference.conv2d_backward(dy, x, w, **options)[1][..., ::-1, ::-1]
    >>> check_conv_dw(conv_dw)
    ✗ conv_dw: 0 of 8 cases
      1 channel of 3×3, 1 map of 2×2: index (0, 0, 0, 1): expected 8, got 2: \
is the result flipped? Here nothing is
    """
    x = np.array([[[1, 2, 0], [0, 1, 3], [2, 1, 1.0]]])
    given = [
        (np.array([[[1, 0], [0, 2.0]]]), x, (2, 2), {}),
        (pattern(2, 2, 3), pattern(1, 3, 4), (2, 2), {}),
        (pattern(1, 3, 2) + 1, pattern(3, 3, 4), (1, 3), {}),
        (pattern(3, 2, 2) / 2, pattern(2, 4, 4), (3, 3), {}),
        (pattern(2, 3, 3), pattern(2, 3, 3) + 2, (3, 3), {"padding": 1}),
        (pattern(1, 3, 3), pattern(2, 7, 7), (3, 3), {"stride": 2}),
        (pattern(2, 2, 3), pattern(2, 6, 8), (3, 3), {"stride": 2}),
        (pattern(2, 3, 3) + 1, pattern(3, 5, 6), (3, 3), {"stride": 2, "padding": 1}),
    ]
    cases = []
    for dy, x, kernel_shape, options in given:
        words = [volume(x)]
        words += [f"{_numbers.count(len(dy), 'map')} of {_numbers.size(dy.shape[1:])}"]
        words += [f"{name} {value}" for name, value in options.items()]
        expected = conv_dw(dy, x, kernel_shape, **options)
        cases.append(Case(", ".join(words), (dy, x, kernel_shape), expected, options))
    return run("conv_dw", function, cases, _DW_VARIANTS)
