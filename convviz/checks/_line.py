"""Checks of sums along a line: cross-correlation in one dimension, and ReLU."""

import numpy as np

from convviz import reference
from convviz.checks import _numbers
from convviz.checks._result import Case, Variant, run


def pattern(*shape):
    """Whole numbers from −4 to 6 without any symmetry, the same on every machine."""
    place = np.arange(np.prod(shape))
    return ((place * place * 3 + place * 5 + 2) % 11 - 4.0).reshape(shape)


def _last_tap(x, w, bias):
    return [w[-1] * x[i + len(w) - 1] + bias for i in range(len(x) - len(w) + 1)]


_LINE_VARIANTS = [
    Variant(
        "is the filter flipped? Cross-correlation takes it as it stands",
        lambda x, w, bias=0.0: reference.convolve1d(x, w, bias),
    ),
    Variant("is the bias forgotten?", lambda x, w, bias=0.0: reference.correlate1d(x, w)),
    Variant(
        "is the bias added twice?", lambda x, w, bias=0.0: reference.correlate1d(x, w, 2 * bias)
    ),
    Variant(
        "is the bias added at every tap? Add it once for each output",
        lambda x, w, bias=0.0: reference.correlate1d(x, w, len(w) * bias),
    ),
    Variant(
        "is the bias subtracted?", lambda x, w, bias=0.0: reference.correlate1d(x, w, -bias)
    ),
    Variant(
        "is only the last product kept? Add them up with +=",
        lambda x, w, bias=0.0: _last_tap(x, w, bias),
    ),
    Variant(
        "is the last output missing? There are i − k + 1 of them",
        lambda x, w, bias=0.0: reference.correlate1d(x, w, bias)[:-1],
    ),
    Variant(
        "is the last output never computed?",
        lambda x, w, bias=0.0: np.append(reference.correlate1d(x, w, bias)[:-1], 0.0),
    ),
    Variant(
        "was the input padded? Only windows that lie inside it count",
        lambda x, w, bias=0.0: reference.correlate1d(x, w, bias, padding=len(w) // 2),
    ),
    Variant(
        "was the input padded? Only windows that lie inside it count",
        lambda x, w, bias=0.0: reference.correlate1d(x, w, bias, padding=len(w) - 1),
    ),
    Variant(
        "was ReLU applied? Negative sums stay negative here",
        lambda x, w, bias=0.0: np.maximum(reference.correlate1d(x, w, bias), 0),
    ),
    Variant(
        "are the products averaged? Only add them up",
        lambda x, w, bias=0.0: (
            np.asarray(reference.correlate1d(x, w), float) / len(w) + bias
        ),
    ),
    Variant(
        "are the fractions cut off? An array of whole numbers cannot hold them",
        lambda x, w, bias=0.0: np.trunc(reference.correlate1d(x, w, bias)).astype(int),
    ),
]


def check_correlate1d(function):
    """Check ``correlate1d(x, w, bias=0.0)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> check_correlate1d(lambda x, w, bias=0.0: np.convolve(x, w, "valid") + bias)
    ✗ correlate1d: 3 of 8 cases
      5 numbers, filter of 3: position 0: expected 2, got −2: is the filter flipped? \
Cross-correlation takes it as it stands
    """
    deck = np.array([0, 0, 1, 1, 1, 0, 1, 0, 0, 0.0])
    given = [
        (deck, np.array([-1, 1, -1.0]), 0),
        (deck, np.array([-1, 1, -1.0]), 1),
        (np.array([1, 2, 3, 4, 5.0]), np.array([-1, 0, 1.0]), 0),
        (pattern(5), np.array([1, 2, 3.0]), 0),
        (pattern(7), np.array([2, -1.0]), 0.5),
        (pattern(4), pattern(4), -2),
        (pattern(6), np.array([3.0]), 1),
        (np.array([1, 2, 4, 8]), np.array([0.5, 0.25]), 0),
    ]
    cases = []
    for x, w, bias in given:
        text = f"{len(x)} numbers, filter of {len(w)}"
        options = {"bias": bias} if bias else {}
        text += f", bias {_numbers.number(bias)}" if bias else ""
        expected = reference.correlate1d(x, w, bias)
        cases.append(Case(text, (x, w), expected, options))
    return run("correlate1d", function, cases, _LINE_VARIANTS)


_RELU_VARIANTS = [
    Variant("is this the absolute value?", np.abs),
    Variant("is the negative part kept? Keep the positive one", lambda z: np.minimum(z, 0)),
    Variant("are positive values replaced by 1? Keep them", lambda z: (z > 0).astype(float)),
    Variant("are the positive values kept and the others left out?", lambda z: z[z > 0]),
    Variant("is the result cut at 1? ReLU has no upper limit", lambda z: np.clip(z, 0, 1)),
    Variant("are negative values left as they are?", lambda z: z),
    Variant("is the sign turned?", lambda z: np.maximum(-z, 0)),
    Variant("is the largest value of the array taken?", lambda z: np.maximum(z.max(), 0)),
    Variant("are the fractions cut off?", lambda z: np.trunc(np.maximum(z, 0))),
]


def check_relu(function):
    """Check ``relu(z)``, for arrays of any shape.

    Returns
    -------
    Check

    Examples
    --------
    >>> def relu(z):
    ...     z[z < 0] = 0
    ...     return z
    >>> check_relu(relu)
    ✗ relu: 2 of 7 cases
      [−2, −1, 0, 1, 2]: the result is right, but z was changed in place: work on a new array
    """
    given = [
        ("[−2, −1, 0, 1, 2]", np.array([-2, -1, 0, 1, 2.0])),
        ("[0.5, −0.5]", np.array([0.5, -0.5])),
        ("all negative", np.array([-3, -0.25])),
        ("[3, 7]", np.array([3, 7.0])),
        ("whole numbers", np.array([5, -4, 0])),
        ("a 2×3 array", np.array([[-7, -2, 4], [-5, 2.5, 0]])),
        ("[0]", np.array([0.0])),
    ]
    cases = [Case(text, (z,), np.maximum(z, 0)) for text, z in given]
    return run("relu", function, cases, _RELU_VARIANTS)
