"""Checks of transposed convolution: its size, what the inputs push, and how often they overlap."""

import numpy as np

from convviz import geometry, reference
from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around, of_results
from convviz.checks._result import Case, Variant, run


def _size(i, k, stride=1, padding=0):
    return (i - 1) * stride + k - 2 * padding


def _size_variant(hint, formula):
    def function(i, k, stride=1, padding=0):
        return formula(i, k, stride, padding)

    return Variant(hint, function)


_SIZE_VARIANTS = [
    _size_variant(
        "is that stride · i + (k − 1)? The first input pushes k, each further one moves by the "
        "stride: (i − 1) · stride + k",
        lambda i, k, s, p: i * s + k - 1 - 2 * p,
    ),
    _size_variant(
        "are there as many steps as inputs? One less: (i − 1) · stride + k",
        lambda i, k, s, p: i * s + k - 2 * p,
    ),
    _size_variant(
        "does each input push next to the one before? They overlap: (i − 1) · stride + k",
        lambda i, k, s, p: i * k - 2 * p,
    ),
    _size_variant(
        "is this the size of an ordinary convolution? Here the output is the larger one",
        lambda i, k, s, p: (i + 2 * p - k) // s + 1,
    ),
    _size_variant("is the stride ignored?", lambda i, k, s, p: i + k - 1 - 2 * p),
    _size_variant("is the padding ignored?", lambda i, k, s, p: (i - 1) * s + k),
    _size_variant(
        "is the padding added? Here it is cut off", lambda i, k, s, p: (i - 1) * s + k + 2 * p
    ),
    _size_variant(
        "is the padding cut off on one side only? On both", lambda i, k, s, p: (i - 1) * s + k - p
    ),
]


def check_transposed_size(function):
    """Check ``transposed_size(input_size, kernel_size, stride=1, padding=0)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_transposed_size(lambda i, k, stride=1, padding=0: i * stride + k - 1)
    ✗ transposed_size: 1 of 8 cases
      input 2, kernel 3, stride 2: expected 5, got 6: is that stride · i + (k − 1)? The first \
input pushes k, each further one moves by the stride: (i − 1) · stride + k
    """
    cases = []
    for i, k, s, p in [(2, 3, 1, 0), (2, 3, 2, 0), (2, 2, 2, 0), (5, 4, 3, 0), (2, 3, 2, 1),
                       (4, 3, 1, 1), (7, 4, 2, 1), (3, 5, 1, 2)]:
        options = {name: v for name, v, d in (("stride", s, 1), ("padding", p, 0)) if v != d}
        text = ", ".join([f"input {i}, kernel {k}", *(f"{n} {v}" for n, v in options.items())])
        expected = geometry.conv_transpose_output_size(i, k, stride=s, padding=p)
        cases.append(Case(text, (i, k), expected, options))
    return run("transposed_size", function, cases, _SIZE_VARIANTS)


def _transpose(x, w, stride=1, padding=0):
    return reference.conv_transpose2d(x[None], w[None, None], stride=stride, padding=padding)[0]


def _assigned(x, w, stride=1, padding=0):
    sides = [_size(i, k, stride) for i, k in zip(x.shape, w.shape, strict=True)]
    y = np.zeros(sides)
    for r, c in np.ndindex(x.shape):
        y[r * stride : r * stride + w.shape[0], c * stride : c * stride + w.shape[1]] = x[r, c] * w
    return y[padding : sides[0] - padding, padding : sides[1] - padding]


_before, _after = around(_transpose)

_TRANSPOSE_VARIANTS = [
    Variant("is = used for +=? Where two inputs push to one place, their parts add up", _assigned),
    Variant(
        "is the filter flipped? An input pushes it as it stands",
        _before(lambda x, w, s, p: (x, w[::-1, ::-1], s, p)),
    ),
    Variant(
        "is the filter transposed? Transposed is the matrix of the layer, not the filter",
        _before(lambda x, w, s, p: (x, w.T, s, p)),
    ),
    Variant("is the stride ignored?", _before(lambda x, w, s, p: (x, w, 1, p))),
    Variant(
        "is there a rim of zeros too many? There are (i − 1) · stride + k rows",
        lambda x, w, stride=1, padding=0: np.pad(
            _transpose(x, w, stride, padding), [(0, stride - 1)] * 2
        ),
    ),
    Variant("is the padding ignored? It is cut off", _before(lambda x, w, s, p: (x, w, s, 0))),
    Variant(
        "is the padding added? Here it is cut off",
        lambda x, w, stride=1, padding=0: np.pad(_transpose(x, w, stride), padding),
    ),
    Variant(
        "is it cut off by a slice up to −padding? Without padding that is −0, and nothing is left",
        lambda x, w, stride=1, padding=0: _transpose(x, w, stride)[
            padding:-padding, padding:-padding
        ],
    ),
    Variant(
        "is the padding cut off below and on the right only?",
        lambda x, w, stride=1, padding=0: _transpose(x, w, stride)[
            : _size(x.shape[0], w.shape[0], stride, padding),
            : _size(x.shape[1], w.shape[1], stride, padding),
        ],
    ),
    Variant(
        "is this an ordinary convolution? Here each input pushes",
        lambda x, w, stride=1, padding=0: reference.correlate2d(
            x, w, stride=stride, padding=padding
        ),
    ),
    *of_results(_after),
]


def check_conv_transpose(function):
    """Check ``conv_transpose(x, w, stride=1, padding=0)`` of one plane.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> check_conv_transpose(lambda x, w, stride=1, padding=0: reference.correlate2d(
    ...     x, w, padding=len(w) - 1))
    ✗ conv_transpose: 0 of 8 cases
      2×2 input, 2×2 filter: row 0, column 1: expected 0, got 3: \
is the filter flipped? An input pushes it as it stands
    """
    square = np.array([[0, 1], [2, 3.0]])
    given = [
        (square, square, {}),
        (pattern(2, 3) + 1, pattern(3, 3), {}),
        (pattern(3, 2), pattern(1, 3) + 1, {}),
        (square, pattern(3, 3) + 5, {"stride": 2}),
        (pattern(3, 3) + 1, pattern(2, 2), {"stride": 3}),
        (pattern(3, 4), pattern(3, 3), {"padding": 1}),
        (pattern(2, 2) + 1, pattern(3, 3) + 1, {"stride": 2, "padding": 1}),
        (pattern(2, 3) / 2, pattern(4, 4), {"stride": 2, "padding": 1}),
    ]
    cases = []
    for x, w, options in given:
        words = [f"{_numbers.size(x.shape)} input, {_numbers.size(w.shape)} filter"]
        words += [f"{name} {value}" for name, value in options.items()]
        cases.append(Case(", ".join(words), (x, w), _transpose(x, w, **options), options))
    return run("conv_transpose", function, cases, _TRANSPOSE_VARIANTS)


def _overlaps(i, k, stride):
    counts = np.zeros(_size(i, k, stride), int)
    for start in range(0, i * stride, stride):
        counts[start : start + k] += 1
    return counts


_OVERLAP_VARIANTS = [
    Variant(
        "is it only said whether somebody pushes there? Count how many do, with += in a loop",
        lambda i, k, stride: np.minimum(_overlaps(i, k, stride), 1),
    ),
    Variant("is the stride ignored?", lambda i, k, stride: _overlaps(i, k, 1)),
    Variant(
        "is it counted how many outputs each input pushes to? Count at the outputs",
        lambda i, k, stride: np.full(i, k),
    ),
    Variant(
        "does each input start to push where the one before ended? They start a stride apart",
        lambda i, k, stride: _overlaps(i, k, k),
    ),
    Variant(
        "are size and stride swapped?", lambda i, k, stride: _overlaps(i, stride, k)
    ),
    Variant("is the last output left out?", lambda i, k, stride: _overlaps(i, k, stride)[:-1]),
]


def check_overlaps(function):
    """Check ``overlaps(input_size, kernel_size, stride)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_overlaps(lambda i, k, stride: [k] * i)
    ✗ overlaps: 0 of 6 cases
      3 inputs, kernel 3, stride 2: expected shape (7,), got (3,): \
is it counted how many outputs each input pushes to? Count at the outputs
    """
    cases = [
        Case(f"{_numbers.count(i, 'input')}, kernel {k}, stride {s}", (i, k, s), _overlaps(i, k, s))
        for i, k, s in [(3, 3, 2), (3, 4, 2), (4, 3, 1), (2, 2, 2), (3, 5, 3), (3, 1, 2)]
    ]
    return run("overlaps", function, cases, _OVERLAP_VARIANTS)
