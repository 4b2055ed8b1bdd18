"""Checks of sums over volumes: one filter over all channels, and a whole layer."""

import numpy as np

from convviz import reference
from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around, of_results
from convviz.checks._result import Case, Variant, run


def _layer(x, w, b, stride=1, padding=0):
    return reference.conv2d(x, w, b, stride=stride, padding=padding)


def _one_map(x, w, bias=0.0):
    return _layer(x, w[None], [bias])[0]


def _channels_apart(x, w, bias=0.0):
    """A map for each channel, not added up."""
    return np.stack([_one_map(plane[None], kernel[None], bias) for plane, kernel in zip(x, w)])


def _only_channel(at):
    def function(x, w, bias=0.0):
        return _one_map(x[at][None], w[at][None], bias)

    return function


_before_map, _after_map = around(_one_map)

_MAP_VARIANTS = [
    Variant(
        "is there an axis too many? A map has rows and columns only",
        _after_map(lambda y: y[None]),
    ),
    Variant(
        "is there a map for each channel? Add them up: one filter makes one map", _channels_apart
    ),
    Variant("is only the first channel read? The filter spans them all", _only_channel(0)),
    Variant("is only the last channel kept? Add them up with +=", _only_channel(-1)),
    Variant(
        "is the mean of the channels taken? Only add them up",
        lambda x, w, bias=0.0: _one_map(x, w) / len(x) + bias,
    ),
    Variant("is the bias forgotten?", _before_map(lambda x, w, b: (x, w, 0))),
    Variant(
        "is the bias added for every channel? Add it once for each output",
        _before_map(lambda x, w, b: (x, w, len(x) * b)),
    ),
    Variant(
        "is the bias added for every weight? Add it once for each output",
        _before_map(lambda x, w, b: (x, w, w.size * b)),
    ),
    Variant("is the bias added twice?", _before_map(lambda x, w, b: (x, w, 2 * b))),
    Variant("is the bias subtracted?", _before_map(lambda x, w, b: (x, w, -b))),
    Variant(
        "is the filter flipped? Cross-correlation takes it as it stands",
        _before_map(lambda x, w, b: (x, w[:, ::-1, ::-1], b)),
    ),
    Variant(
        "is the filter flipped, channels included? Channel p of the filter meets channel p of x",
        _before_map(lambda x, w, b: (x, w[::-1, ::-1, ::-1], b)),
    ),
    Variant(
        "are the channels in reverse? Channel p of the filter meets channel p of x",
        _before_map(lambda x, w, b: (x, w[::-1], b)),
    ),
    Variant(
        "are rows and columns of the filter swapped?",
        _before_map(lambda x, w, b: (x, w.swapaxes(1, 2), b)),
    ),
    *of_results(_after_map),
]


def check_one_map(function):
    """Check ``one_map(x, w, bias=0.0)``: a filter over all channels of ``x``.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> def one_map(x, w, bias=0.0):
    ...     return np.array([[np.sum(x[0, r : r + 2, c : c + 2] * w[0]) + bias
    ...                       for c in range(x.shape[2] - 1)] for r in range(x.shape[1] - 1)])
    >>> check_one_map(lambda x, w, bias=0.0: one_map(x, w[:, :2, :2], bias))
    ✗ one_map: 1 of 7 cases
      2 channels of 3×3, filter 2×2×2: row 0, column 0: expected 1, got 0: \
is only the first channel read? The filter spans them all
    """
    x = np.array([[[1, 2, 0], [0, 1, 3], [2, 1, 1]], [[0, 1, 0], [1, 0, 1], [0, 1, 0.0]]])
    w = np.array([[[1, 0], [0, -1]], [[1, 1], [0, 0.0]]])
    given = [
        (x[:1], w[:1], 0),
        (x, w, 0),
        (x, w, 1),
        (pattern(3, 4, 5), pattern(3, 2, 3), 0),
        (pattern(3, 4, 4) - 1, pattern(3, 3, 3), -2),
        (np.arange(32).reshape(2, 4, 4), np.array([[[0.5, 0]], [[0, 0.25]]]), 0.5),
        (pattern(4, 3, 2), pattern(4, 3, 2), 2.5),
    ]
    cases = []
    for x, w, bias in given:
        text = f"{volume(x)}, filter {_numbers.size(w.shape)}"
        options = {"bias": bias} if bias else {}
        text += f", bias {_numbers.number(bias)}" if bias else ""
        cases.append(Case(text, (x, w), _one_map(x, w, bias), options))
    return run("one_map", function, cases, _MAP_VARIANTS)


def volume(x):
    """``2 channels of 3×3``."""
    return f"{_numbers.count(len(x), 'channel')} of {_numbers.size(x.shape[1:])}"


_before, _after = around(_layer)


def _unmoved(x, w, b, stride=1, padding=0):
    """The right number of outputs, each read one pixel after the other."""
    _, rows, columns = _layer(x, w, b, stride, padding).shape
    return _layer(x, w, b, 1, padding)[:, :rows, :columns]


def _rounded_up(x, w, b, stride=1, padding=0):
    """One more window than fits, read over zeros."""
    rows, columns = (
        -(size + 2 * padding - width) % stride
        for size, width in zip(x.shape[1:], w.shape[2:], strict=True)
    )
    sides = [(0, 0), (padding, padding + rows), (padding, padding + columns)]
    return _layer(np.pad(x, sides), w, b, stride)


def _padded_by_strides(x, w, b, stride=1, padding=0):
    """The right number of outputs, the windows `padding` strides further up and left."""
    _, rows, columns = _layer(x, w, b, stride, padding).shape
    return _layer(x, w, b, stride, stride * padding)[:, :rows, :columns]


def _after_padding(sides):
    """The layer on an input padded in another way; `sides` are (top, bottom, left, right)."""

    def change(x, w, b, stride, padding):
        top, bottom, left, right = (padding * times for times in sides)
        return np.pad(x, [(0, 0), (top, bottom), (left, right)]), w, b, stride, 0

    return _before(change)


_LAYER_VARIANTS = [
    Variant(
        "is there one bias for all filters? Filter k has the bias b[k]",
        _before(lambda x, w, b, s, p: (x, w, np.full(len(w), b[0]), s, p)),
    ),
    Variant(
        "are all biases added to every map? Filter k has the bias b[k]",
        _before(lambda x, w, b, s, p: (x, w, np.full(len(w), np.sum(b)), s, p)),
    ),
    Variant("is the bias forgotten?", _before(lambda x, w, b, s, p: (x, w, 0 * b, s, p))),
    Variant(
        "is b added along the columns? Filter k has the bias b[k], at all its places",
        lambda x, w, b, **options: _layer(x, w, 0 * b, **options) + b,
    ),
    Variant(
        "is the bias added for every channel? Add it once for each output",
        _before(lambda x, w, b, s, p: (x, w, len(x) * b, s, p)),
    ),
    Variant(
        "is the bias added for every weight? Add it once for each output",
        _before(lambda x, w, b, s, p: (x, w, w[0].size * b, s, p)),
    ),
    Variant(
        "is the same filter used for every map? Map k comes from w[k]",
        _before(lambda x, w, b, s, p: (x, np.stack([w[-1]] * len(w)), b, s, p)),
    ),
    Variant(
        "is the same filter used for every map? Map k comes from w[k]",
        _before(lambda x, w, b, s, p: (x, np.stack([w[0]] * len(w)), b, s, p)),
    ),
    Variant(
        "are filters and channels swapped? w[k, p] belongs to map k and channel p",
        _before(lambda x, w, b, s, p: (x, w.swapaxes(0, 1), b, s, p)),
    ),
    Variant(
        "are all maps added up? Each filter makes a map of its own",
        _after(lambda y: y.sum(axis=0)),
    ),
    Variant(
        "do the maps stand last? They stand first: (filters, rows, columns)",
        _after(lambda y: np.moveaxis(y, 0, -1)),
    ),
    Variant(
        "are the filters flipped? Cross-correlation takes them as they stand",
        _before(lambda x, w, b, s, p: (x, w[..., ::-1, ::-1], b, s, p)),
    ),
    Variant(
        "are rows and columns of the filters swapped?",
        _before(lambda x, w, b, s, p: (x, w.swapaxes(2, 3), b, s, p)),
    ),
    Variant("is the stride ignored?", _before(lambda x, w, b, s, p: (x, w, b, 1, p))),
    Variant(
        "does the window move by one pixel only? It starts at row · stride, column · stride",
        _unmoved,
    ),
    Variant("is the size rounded up? A window that does not fit does not count", _rounded_up),
    Variant("is the padding ignored?", _before(lambda x, w, b, s, p: (x, w, b, s, 0))),
    Variant(
        "is the depth padded too? np.pad takes a pair for every axis, (0, 0) for the depth",
        _before(lambda x, w, b, s, p: (np.pad(x, p), w, b, s, 0)),
    ),
    Variant("is the padding above and on the left only?", _after_padding((1, 0, 1, 0))),
    Variant("is the padding below and on the right only?", _after_padding((0, 1, 0, 1))),
    Variant(
        "is all the padding on one side? Half of it goes to each", _after_padding((2, 0, 2, 0))
    ),
    Variant(
        "is all the padding on one side? Half of it goes to each", _after_padding((0, 2, 0, 2))
    ),
    Variant(
        "is the padding multiplied by the stride? Windows start at row · stride − padding",
        _padded_by_strides,
    ),
    Variant("are only the rows padded, above and below?", _after_padding((1, 1, 0, 0))),
    Variant("are only the columns padded, left and right?", _after_padding((0, 0, 1, 1))),
    *of_results(_after),
]


def check_conv_layer(function):
    """Check ``conv_layer(x, w, b, stride=1, padding=0)``: several filters over all channels.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> def conv_layer(x, w, b, stride=1, padding=0):
    ...     return reference.conv2d(x, w, 0 * b + b[0], stride=stride, padding=padding)
    >>> check_conv_layer(conv_layer)
    ✗ conv_layer: 3 of 9 cases
      2 channels of 3×3, 2 filters 2×2: index (1, 0, 0): expected 1, got 3: \
is there one bias for all filters? Filter k has the bias b[k]
    """
    x = np.array([[[1, 2, 0], [0, 1, 3], [2, 1, 1]], [[0, 1, 0], [1, 0, 1], [0, 1, 0.0]]])
    w = np.array([[[[1, 0], [0, -1]], [[1, 1], [0, 0]]], [[[0, 0], [0, 1]], [[0, 0], [1, 0.0]]]])
    b = np.array([1, -1.0])
    edge = np.array([[1, 2, 0], [0, -1, 3], [2, 0, -2.0]])
    given = [
        (x[:1], w[:1, :1], np.zeros(1), {}),
        (x, w, b, {}),
        (pattern(2, 4, 5), pattern(3, 2, 2, 3), np.array([0.5, 0, -3]), {}),
        (pattern(3, 4, 4), np.stack([pattern(3, 3, 3)] * 2), np.zeros(2), {}),
        (pattern(3, 4, 4), pattern(2, 3, 3, 3), np.array([2.0, 1]), {"padding": 1}),
        (x, np.stack([[edge, edge.T]]), np.array([4.0]), {"padding": 2}),
        (pattern(2, 7, 7), pattern(2, 2, 3, 3), np.array([1.0, -1]), {"stride": 2}),
        (pattern(2, 6, 8), pattern(3, 2, 3, 3), np.array([0.0, 1, 2]), {"stride": 3}),
        (pattern(3, 6, 5), pattern(2, 3, 2, 2), np.array([7.0, 0]), {"stride": 2, "padding": 1}),
    ]
    cases = []
    for x, w, b, options in given:
        filters = f"{_numbers.count(len(w), 'filter')} {_numbers.size(w.shape[2:])}"
        words = [volume(x), filters, *(f"{name} {value}" for name, value in options.items())]
        cases.append(Case(", ".join(words), (x, w, b), _layer(x, w, b, **options), options))
    return run("conv_layer", function, cases, _LAYER_VARIANTS)
