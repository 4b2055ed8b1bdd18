"""Checks of dilated convolution, and of how far a stack of such layers sees."""

import numpy as np

from convviz import reference
from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around, of_results
from convviz.checks._result import Case, Variant, run


def _dilated(x, w, dilation):
    return reference.correlate2d(x, w, dilation=dilation)


def _holes(w, dilation):
    """The filter with dilation − 1 zeros between its entries."""
    rows, columns = ((side - 1) * dilation + 1 for side in w.shape)
    spread = np.zeros((rows, columns))
    spread[::dilation, ::dilation] = w
    return spread


def _one_axis(rows):
    def function(x, w, dilation):
        spread = _holes(w, dilation)
        return reference.correlate2d(x, spread[:, ::dilation] if rows else spread[::dilation])

    return function


def _too_wide(x, w, dilation):
    """With a gap after the last tap too."""
    sides = [n - dilation * k + 1 for n, k in zip(x.shape, w.shape, strict=True)]
    if min(sides) < 0:
        raise ValueError("no array has so few rows or columns")
    return _dilated(x, w, dilation)[: sides[0], : sides[1]]


_before, _after = around(_dilated)

_DILATED_VARIANTS = [
    Variant("is the dilation ignored?", _before(lambda x, w, d: (x, w, 1))),
    Variant(
        "is the dilation taken for a stride? It spreads the taps; the window moves by 1",
        lambda x, w, dilation: reference.correlate2d(x, w, stride=dilation),
    ),
    Variant(
        "does the window move by the dilation too? It moves by 1",
        lambda x, w, dilation: reference.correlate2d(x, w, stride=dilation, dilation=dilation),
    ),
    Variant(
        "is the filter taken as d · k wide? There is no gap after its last tap: d(k − 1) + 1",
        _too_wide,
    ),
    Variant("are only the rows spread?", _one_axis(True)),
    Variant("are only the columns spread?", _one_axis(False)),
    Variant(
        "are the entries of the filter repeated? Zeros stand between them",
        lambda x, w, dilation: reference.correlate2d(
            x, np.kron(w, np.ones((dilation, dilation)))
        ),
    ),
    Variant("is the filter flipped?", _before(lambda x, w, d: (x, w[::-1, ::-1], d))),
    Variant(
        "is the dilation one too large? Taps are `dilation` apart, with dilation − 1 between",
        _before(lambda x, w, d: (x, w, d + 1)),
    ),
    *of_results(_after),
]


def check_dilated_conv(function):
    """Check ``dilated_conv(x, w, dilation)`` of one plane: stride 1, no padding.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> check_dilated_conv(lambda x, w, d: reference.correlate2d(x, w, stride=d))
    ✗ dilated_conv: 1 of 6 cases
      4×4 input, 2×2 filter, dilation 2: row 0, column 0: expected −12, got −6: \
is the dilation taken for a stride? It spreads the taps; the window moves by 1
    """
    x = np.arange(1.0, 17).reshape(4, 4)
    given = [
        (x, np.array([[1, 0], [1, -1.0]]), 1),
        (x, np.array([[1, 2], [-1, -2.0]]) / 2, 2),
        (pattern(7, 7), pattern(3, 3) + 1, 2),
        (pattern(6, 8), pattern(2, 3), 3),
        (pattern(5, 4) / 2, pattern(2, 1) + 1, 4),
        (pattern(7, 9), pattern(3, 3) + 2, 3),
    ]
    cases = [
        Case(
            f"{_numbers.size(x.shape)} input, {_numbers.size(w.shape)} filter, dilation {d}",
            (x, w, d),
            _dilated(x, w, d),
        )
        for x, w, d in given
    ]
    return run("dilated_conv", function, cases, _DILATED_VARIANTS)


def _field(kernel_sizes, dilations):
    return 1 + sum((k - 1) * d for k, d in zip(kernel_sizes, dilations, strict=True))


_FIELD_VARIANTS = [
    Variant("is the dilation ignored?", lambda ks, ds: 1 + sum(k - 1 for k in ks)),
    Variant("is the first 1 missing? No layer at all sees one input",
            lambda ks, ds: _field(ks, ds) - 1),
    Variant(
        "are the reaches added up? Each layer adds one less than its reach",
        lambda ks, ds: sum((k - 1) * d + 1 for k, d in zip(ks, ds, strict=True)),
    ),
    Variant(
        "is d · k added for a layer? It adds d(k − 1)",
        lambda ks, ds: 1 + sum(k * d for k, d in zip(ks, ds, strict=True)),
    ),
    Variant(
        "are the reaches multiplied? They add up",
        lambda ks, ds: int(np.prod([(k - 1) * d + 1 for k, d in zip(ks, ds, strict=True)])),
    ),
    Variant("is that the last layer alone? All of them add up",
            lambda ks, ds: _field(ks[-1:], ds[-1:])),
    Variant(
        "are the dilations added first and the sizes after? Each size goes with its own dilation",
        lambda ks, ds: 1 + (ks[0] - 1) * sum(ds),
    ),
]


def check_receptive_field(function):
    """Check ``receptive_field(kernel_sizes, dilations)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_receptive_field(lambda kernel_sizes, dilations: sum(kernel_sizes))
    ✗ receptive_field: 1 of 7 cases
      kernels [3, 3], dilations [1, 1]: expected 5, got 6: \
are the reaches added up? Each layer adds one less than its reach
    """
    given = [
        ([3], [1]),
        ([3, 3], [1, 1]),
        ([3, 3, 3], [1, 2, 4]),
        ([2, 2, 2, 2], [1, 2, 4, 8]),
        ([5, 3], [1, 3]),
        ([1, 3], [4, 2]),
        ([], []),
    ]
    cases = [
        Case(f"kernels {ks}, dilations {ds}", (ks, ds), _field(ks, ds)) for ks, ds in given
    ]
    return run("receptive_field", function, cases, _FIELD_VARIANTS)
