"""Check of 1×1 filters: a weighted sum over depth, at every place."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around, of_results
from convviz.checks._result import Case, Variant, run
from convviz.checks._volume import volume


def _pointwise(x, w, b):
    return np.tensordot(w, x, 1) + np.reshape(b, (-1, 1, 1))


_before, _after = around(_pointwise)

_POINT_VARIANTS = [
    Variant(
        "are filters and channels swapped? w[k, p] belongs to map k and channel p",
        _before(lambda x, w, b: (x, w.T, b)),
    ),
    Variant("is the bias forgotten?", _before(lambda x, w, b: (x, w, 0 * b))),
    Variant(
        "is the bias added for every channel? Add it once for each output",
        _before(lambda x, w, b: (x, w, len(x) * b)),
    ),
    Variant(
        "is there one bias for all filters? Filter k has the bias b[k]",
        _before(lambda x, w, b: (x, w, np.full(len(w), b[0]))),
    ),
    Variant(
        "is b added along the columns? Make it stand along the maps: b.reshape(-1, 1, 1)",
        lambda x, w, b: _pointwise(x, w, 0 * b) + b,
    ),
    Variant(
        "was reshape used to move the channels to the end? It only cuts anew: use np.moveaxis, "
        "or keep the channels first",
        lambda x, w, b: (
            (x.reshape(-1, len(x)) @ w.T + b).T.reshape(len(w), *x.shape[1:])
        ),
    ),
    Variant(
        "do the maps stand last? They stand first: (filters, rows, columns)",
        _after(lambda y: np.moveaxis(y, 0, -1)),
    ),
    *of_results(_after),
]


def check_pointwise(function):
    """Check ``pointwise(x, w, b)``: 1×1 filters, ``w`` of shape (filters, channels).

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> check_pointwise(lambda x, w, b: np.tensordot(w.T, x, 1) + b.reshape(-1, 1, 1))
    ✗ pointwise: 0 of 5 cases
      2 channels of 2×2, 2 filters: index (0, 0, 0): expected 11, got 21: \
are filters and channels swapped? w[k, p] belongs to map k and channel p
    """
    x = np.array([[[1, 2], [3, 4]], [[10, 20], [30, 40.0]]])
    given = [
        (x, np.array([[1, 1], [2, 0.0]]), np.array([0, 5.0])),
        (pattern(3, 2, 4), pattern(3, 3), np.array([1.0, 0, -2])),
        (pattern(3, 3, 3), pattern(2, 3), np.array([-1.0, 4])),
        (pattern(2, 3, 2), pattern(4, 2), np.array([1.0, 2, 3, 4])),
        (np.arange(8).reshape(2, 2, 2), np.array([[0.5, 0.25]]), np.array([-1.5])),
    ]
    cases = []
    for x, w, b in given:
        text = f"{volume(x)}, {_numbers.count(len(w), 'filter')}"
        cases.append(Case(text, (x, w, b), _pointwise(x, w, b)))
    return run("pointwise", function, cases, _POINT_VARIANTS)
