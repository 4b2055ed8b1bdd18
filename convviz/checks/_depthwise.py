"""Checks of filters for each channel alone, and of the 1×1 filters that mix them afterwards."""

import numpy as np

from convviz import reference
from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around, of_results
from convviz.checks._result import Case, Variant, run
from convviz.checks._volume import volume


def _depthwise(x, w):
    return np.stack([reference.correlate2d(*pair) for pair in zip(x, w, strict=True)])


_before, _after = around(_depthwise)

_DEPTHWISE_VARIANTS = [
    Variant(
        "are the channels added up? Each keeps a map of its own",
        _after(lambda y: y.sum(axis=0)),
    ),
    Variant(
        "are the channels added up? Each keeps a map of its own",
        _after(lambda y: y.sum(axis=0, keepdims=True)),
    ),
    Variant(
        "are the channels added up, and the sum written to all maps? Each keeps a map of its own",
        _after(lambda y: np.broadcast_to(y.sum(axis=0), y.shape)),
    ),
    Variant(
        "does every filter read all channels? Filter p reads channel p alone",
        lambda x, w: sum(_depthwise(x[[p] * len(x)], w) for p in range(len(x))),
    ),
    Variant(
        "is the first filter used for all channels?", _before(lambda x, w: (x, w[[0] * len(w)]))
    ),
    Variant(
        "is the first channel used for all filters?", _before(lambda x, w: (x[[0] * len(x)], w))
    ),
    Variant("are the channels in reverse?", _before(lambda x, w: (x[::-1], w))),
    Variant(
        "are the filters flipped? Cross-correlation takes them as they stand",
        _before(lambda x, w: (x, w[:, ::-1, ::-1])),
    ),
    Variant(
        "do the maps stand last? They stand first: (channels, rows, columns)",
        _after(lambda y: np.moveaxis(y, 0, -1)),
    ),
    *of_results(_after),
]


def check_depthwise(function):
    """Check ``depthwise(x, w)``: stride 1, no padding.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> check_depthwise(lambda x, w: reference.conv2d(x, w[None]))
    ✗ depthwise: 1 of 5 cases
      2 channels of 3×3, filters 2×2: expected shape (2, 2, 2), got (1, 2, 2): \
are the channels added up? Each keeps a map of its own
    """
    x = np.array([[[1, 2, 0], [0, 1, 3], [2, 1, 1]], [[0, 1, 0], [1, 0, 1], [0, 1, 0.0]]])
    given = [
        (x[:1], np.array([[[1, 0], [0, -1.0]]])),
        (x, np.array([[[1, 0], [0, -1]], [[1, 1], [0, 0.0]]])),
        (pattern(3, 4, 5), pattern(3, 2, 3)),
        (pattern(4, 3, 3) / 2, pattern(4, 3, 3)),
        (pattern(3, 3, 3), pattern(3, 1, 1) + 5),
    ]
    cases = [
        Case(f"{volume(x)}, filters {_numbers.size(w.shape[1:])}", (x, w), _depthwise(x, w))
        for x, w in given
    ]
    return run("depthwise", function, cases, _DEPTHWISE_VARIANTS)


def _separable(x, depth, points):
    return np.tensordot(points, _depthwise(x, depth), 1)


_before_both, _after_both = around(_separable)

_SEPARABLE_VARIANTS = [
    Variant("are the 1×1 filters left out?", lambda x, depth, points: _depthwise(x, depth)),
    Variant(
        "are the filters of depth left out? First each channel for itself",
        lambda x, depth, points: np.tensordot(points, x, 1),
    ),
    Variant(
        "are filters and channels of points swapped? points[k, p] belongs to map k and channel p",
        _before_both(lambda x, depth, points: (x, depth, points.T)),
    ),
    Variant(
        "are the channels only added up? points says how much of each",
        _before_both(lambda x, depth, points: (x, depth, np.ones(points.shape))),
    ),
    Variant(
        "is the first filter used for all channels?",
        _before_both(lambda x, depth, points: (x, depth[[0] * len(depth)], points)),
    ),
    Variant(
        "are the filters flipped? Cross-correlation takes them as they stand",
        _before_both(lambda x, depth, points: (x, depth[:, ::-1, ::-1], points)),
    ),
    Variant(
        "is only the first map made? Each row of points makes one",
        _after_both(lambda y: y[0]),
    ),
    Variant(
        "are all maps added up? Each row of points makes one of its own",
        _after_both(lambda y: y.sum(axis=0)),
    ),
    Variant(
        "do the maps stand last? They stand first: (filters, rows, columns)",
        _after_both(lambda y: np.moveaxis(y, 0, -1)),
    ),
    *of_results(_after_both),
]


def check_separable(function):
    """Check ``separable(x, depth, points)``: a filter for each channel, then 1×1 filters.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> check_separable(lambda x, depth, points: np.tensordot(points, x, 1))
    ✗ separable: 0 of 5 cases
      2 channels of 2×2, filters 2×2, 2 maps: expected shape (2, 1, 1), got (2, 2, 2): \
are the filters of depth left out? First each channel for itself
    """
    x = np.array([[[1, 2], [3, 4]], [[0, 1], [1, 0.0]]])
    depth = np.array([[[1, 0], [0, 1]], [[1, 1], [2, 1.0]]])
    given = [
        (x, depth, np.array([[1, 1], [2, -1.0]])),
        (pattern(3, 4, 5), pattern(3, 2, 2), pattern(3, 3)),
        (pattern(3, 3, 4), pattern(3, 3, 2) + 1, pattern(2, 3)),
        (pattern(2, 4, 4) / 2, pattern(2, 3, 3) + 1, pattern(4, 2)),
        (pattern(1, 3, 3), pattern(1, 2, 2), np.array([[3.0], [-1]])),
    ]
    cases = []
    for x, depth, points in given:
        text = f"{volume(x)}, filters {_numbers.size(depth.shape[1:])}, "
        text += _numbers.count(len(points), "map")
        cases.append(Case(text, (x, depth, points), _separable(x, depth, points)))
    return run("separable", function, cases, _SEPARABLE_VARIANTS)
