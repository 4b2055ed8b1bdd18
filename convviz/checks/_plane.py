"""Check of sums over a plane: cross-correlation of an image with a filter."""

import numpy as np

from convviz import reference
from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around, of_results
from convviz.checks._result import Case, Variant, run


def _plane(image, kernel, bias=0.0, stride=1, padding=0):
    return reference.correlate2d(image, kernel, bias, stride=stride, padding=padding)


def _unmoved(image, kernel, bias=0.0, stride=1, padding=0):
    """The right number of outputs, each read one pixel after the other."""
    rows, columns = _plane(image, kernel, bias, stride, padding).shape
    return _plane(image, kernel, bias, 1, padding)[:rows, :columns]


def _rounded_up(image, kernel, bias=0.0, stride=1, padding=0):
    """One more window than fits, read over zeros."""
    extra = [
        -(size + 2 * padding - width) % stride
        for size, width in zip(np.shape(image), np.shape(kernel), strict=True)
    ]
    sides = [(padding, padding + more) for more in extra]
    return _plane(np.pad(image, sides), kernel, bias, stride)


def _sides(*which):
    """Pad only some of (top, bottom, left, right)."""

    def function(image, kernel, bias=0.0, stride=1, padding=0):
        top, bottom, left, right = (padding * times for times in which)
        padded = np.pad(image, [(top, bottom), (left, right)])
        return _plane(padded, kernel, bias, stride)

    return function


def _padded_always(image, kernel, bias=0.0, stride=1, padding=0):
    rows, columns = (size // 2 for size in np.shape(kernel))
    return _plane(np.pad(image, [(rows, rows), (columns, columns)]), kernel, bias, stride, padding)


def _edge_padding(image, kernel, bias=0.0, stride=1, padding=0):
    return _plane(np.pad(image, padding, mode="edge"), kernel, bias, stride)


def _last_product(image, kernel, bias=0.0, stride=1, padding=0):
    only = np.zeros_like(kernel)
    only[-1, -1] = kernel[-1, -1]
    return _plane(image, only, bias, stride, padding)


_with, _after = around(_plane)
_PLANE_VARIANTS = [
    Variant("is the filter flipped?", _with(lambda x, w, b, s, p: (x, w[::-1, ::-1], b, s, p))),
    Variant(
        "is the filter flipped up-down?", _with(lambda x, w, b, s, p: (x, w[::-1], b, s, p))
    ),
    Variant(
        "is the filter flipped left-right?", _with(lambda x, w, b, s, p: (x, w[:, ::-1], b, s, p))
    ),
    Variant("is the stride ignored?", _with(lambda x, w, b, s, p: (x, w, b, 1, p))),
    Variant(
        "does the window move by one pixel only? It starts at row · stride, column · stride",
        _unmoved,
    ),
    Variant("is the padding ignored?", _with(lambda x, w, b, s, p: (x, w, b, s, 0))),
    Variant("is the padding on one side only?", _sides(1, 0, 1, 0)),
    Variant("is the padding on one side only?", _sides(0, 1, 0, 1)),
    Variant("is all the padding on one side? Half of it goes to each", _sides(2, 0, 2, 0)),
    Variant("is all the padding on one side? Half of it goes to each", _sides(0, 2, 0, 2)),
    Variant("are only the rows padded, above and below?", _sides(1, 1, 0, 0)),
    Variant("are only the columns padded, left and right?", _sides(0, 0, 1, 1)),
    Variant("is the padding twice as wide as asked?", _sides(2, 2, 2, 2)),
    Variant("is the padding a copy of the edge? It should be zeros", _edge_padding),
    Variant("was the input padded? Pad by `padding` only", _padded_always),
    Variant("is the bias forgotten?", _with(lambda x, w, b, s, p: (x, w, 0, s, p))),
    Variant("is the bias added twice?", _with(lambda x, w, b, s, p: (x, w, 2 * b, s, p))),
    Variant(
        "is the bias added at every tap? Add it once for each output",
        _with(lambda x, w, b, s, p: (x, w, w.size * b, s, p)),
    ),
    Variant("is the bias subtracted?", _with(lambda x, w, b, s, p: (x, w, -b, s, p))),
    Variant("is the size rounded up? A window that does not fit does not count", _rounded_up),
    Variant(
        "are rows and columns of the filter swapped?",
        _with(lambda x, w, b, s, p: (x, w.T, b, s, p)),
    ),
    Variant("is only the last product kept? Add them up with +=", _last_product),
    *of_results(_after),
]


def check_correlate2d(function):
    """Check ``correlate2d(image, kernel, bias=0.0, stride=1, padding=0)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> def flipped(image, kernel, bias=0.0, stride=1, padding=0):
    ...     return reference.convolve2d(image, kernel, bias, stride=stride, padding=padding)
    >>> check_correlate2d(flipped)
    ✗ correlate2d: 2 of 12 cases
      4×4 image, 2×2 filter: row 0, column 0: expected 44, got −2: is the filter flipped?
    """
    rows = ["10100", "10101", "11100", "10101", "10101"]
    deck = np.array([[float(pixel) for pixel in row] for row in rows])
    centre = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1.0]])
    edge = np.array([[1, 2, 0], [0, -1, 3], [2, 0, -2.0]])
    given = [
        (deck, centre, {}),
        (pattern(4, 4), pattern(2, 2), {}),
        (pattern(5, 5), edge, {}),
        (pattern(4, 7), pattern(2, 3), {}),
        (np.arange(16).reshape(4, 4), np.array([[0.5, 0], [0, 0.25]]), {}),
        (pattern(4, 5), edge, {"bias": 2.5}),
        (deck, centre, {"padding": 1}),
        (pattern(4, 3), edge, {"padding": 2, "bias": -1}),
        (pattern(7, 7), edge, {"stride": 2}),
        (pattern(6, 8), edge, {"stride": 2}),
        (pattern(6, 6), edge, {"stride": 2, "padding": 1}),
        (pattern(5, 7), pattern(3, 2), {"stride": 3, "padding": 1, "bias": 1}),
    ]
    cases = []
    for image, kernel, options in given:
        words = [f"{_numbers.size(image.shape)} image", f"{_numbers.size(kernel.shape)} filter"]
        words += [f"{option} {_numbers.number(value)}" for option, value in options.items()]
        expected = _plane(image, kernel, **options)
        cases.append(Case(", ".join(words), (image, kernel), expected, options))
    return run("correlate2d", function, cases, _PLANE_VARIANTS)
