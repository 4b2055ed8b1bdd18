"""Checks of a gradient checker of one's own: central differences, and how far two arrays differ."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._result import Case, Variant, run


def _differences(f, x, h, *, before=1, after=1, width=2, restore=True, dtype=float):
    """Slopes of `f` at `x`, entry by entry, from `before` steps back to `after` steps on."""
    x = np.array(x, dtype)
    slopes = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        low, high = x.copy(), x.copy()
        low[at] = x[at] - before * h
        high[at] = x[at] + after * h
        slopes[at] = (f(high) - f(low)) / (width * h)
        if not restore:
            x = low
    return slopes


def _gradient(f, x, h=1e-4):
    return _differences(f, x, h)


def _whole(f, x, h=1e-4):
    x = np.asarray(x, float)
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


def _first_rows(f, x, h=1e-4):
    """Whole rows moved at once."""
    x = np.asarray(x, float)
    slopes = np.zeros(x.shape)
    for row in range(len(x)):
        step = np.zeros(x.shape)
        step[row] = h
        slopes[row] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes


_GRADIENT_VARIANTS = [
    Variant(
        "is it a one-sided difference? Step to both sides: f(x + h) − f(x − h), divided by 2h",
        lambda f, x, h=1e-4: _differences(f, x, h, before=0, width=1),
    ),
    Variant(
        "is it a one-sided difference? Step to both sides: f(x + h) − f(x − h), divided by 2h",
        lambda f, x, h=1e-4: _differences(f, x, h, after=0, width=1),
    ),
    Variant(
        "is it divided by h? The two points are 2h apart",
        lambda f, x, h=1e-4: _differences(f, x, h, width=1),
    ),
    Variant("is it not divided? By 2h", lambda f, x, h=1e-4: _gradient(f, x, h) * 2 * h),
    Variant(
        "is one entry still moved when the next is tried? Put it back first",
        lambda f, x, h=1e-4: _differences(f, x, h, restore=False),
    ),
    Variant("are all entries moved at once? One after the other", _whole),
    Variant(
        "are all entries moved at once? One after the other",
        lambda f, x, h=1e-4: (f(x + h) - f(x - h)) / (2 * h),
    ),
    Variant("is a step of one's own taken? h says how long it is",
            lambda f, x, h=1e-4: _gradient(f, x)),
    Variant(
        "are the steps cut off? An array of whole numbers cannot hold them: np.array(x, float)",
        lambda f, x, h=1e-4: _differences(f, x, h, dtype=None),
    ),
    Variant("are whole rows moved at once? One entry after the other", _first_rows),
    Variant("is the sign turned?", lambda f, x, h=1e-4: -_gradient(f, x, h)),
]


def _cube_sum(x):
    return np.sum(x**3)


def _product(x):
    return x[0] ** 2 * x[1]


def _weighted(x):
    return np.sum(x * np.arange(1.0, x.size + 1).reshape(x.shape))


def _bilinear(x):
    return float(np.sum(x[0] * x[-1] ** 2))


def check_numerical_gradient(function):
    """Check ``numerical_gradient(f, x, h=1e-4)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> def numerical_gradient(f, x, h=1e-4):
    ...     return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])
    >>> check_numerical_gradient(numerical_gradient)
    ✗ numerical_gradient: 0 of 6 cases
      x₀²·x₁ at [3, 2], h 0.1: position 0: expected 12, got 12.2: is it a one-sided difference? \
Step to both sides: f(x + h) − f(x − h), divided by 2h
    """
    given = [
        ("x₀²·x₁ at [3, 2], h 0.1", _product, np.array([3, 2.0]), {"h": 0.1}),
        ("sum of cubes, 3 numbers, h 0.5", _cube_sum, np.array([1, -2, 0.0]), {"h": 0.5}),
        ("sum of cubes, h as it is", _cube_sum, np.array([0.5, 4.0]), {}),
        ("weighted sum, a 2×3 array", _weighted, np.arange(6.0).reshape(2, 3), {"h": 0.25}),
        ("products of a 2×2×2 array", _bilinear, np.arange(8.0).reshape(2, 2, 2), {"h": 0.5}),
        ("sum of cubes of whole numbers", _cube_sum, np.array([1, 2]), {"h": 0.5}),
    ]
    cases = [Case(text, (f, x), _gradient(f, x, **more), more) for text, f, x, more in given]
    return run("numerical_gradient", function, cases, _GRADIENT_VARIANTS)


def _relative(a, b):
    largest = max(np.abs(a).max(), np.abs(b).max())
    return float(np.abs(a - b).max() / largest) if largest else 0.0


_RELATIVE_VARIANTS = [
    Variant("is the division left out?", lambda a, b: np.abs(a - b).max()),
    Variant(
        "is the absolute value of the difference left out? A result below is as wrong as one above",
        lambda a, b: (a - b).max() / max(np.abs(a).max(), np.abs(b).max()),
    ),
    Variant(
        "are the absolute values below the line left out? The largest may be negative",
        lambda a, b: np.abs(a - b).max() / max(a.max(), b.max()),
    ),
    Variant(
        "is it divided by the largest of a alone? By the larger of both",
        lambda a, b: np.abs(a - b).max() / np.abs(a).max(),
    ),
    Variant(
        "is it divided by the largest of b alone? By the larger of both",
        lambda a, b: np.abs(a - b).max() / np.abs(b).max(),
    ),
    Variant(
        "is it the mean of the differences? The largest",
        lambda a, b: np.abs(a - b).mean() / max(np.abs(a).max(), np.abs(b).max()),
    ),
    Variant(
        "is it divided by the sum of both? By the larger of them",
        lambda a, b: np.abs(a - b).max() / (np.abs(a).max() + np.abs(b).max()),
    ),
    Variant(
        "is each entry divided for itself? Divide once, by the largest of all",
        lambda a, b: (np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))).max(),
    ),
]


def check_relative_error(function):
    """Check ``relative_error(a, b)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> check_relative_error(lambda a, b: np.abs(a - b).max())
    ✗ relative_error: 2 of 7 cases
      [3, −4] and [3, −5]: expected 0.2, got 1: is the division left out?
    """
    given = [
        ([3, -4.0], [3, -5.0]),
        ([2.0, 8], [4.0, 1]),
        ([1.0, 2], [1.0, 2]),
        ([-3.0, -10], [-2.0, -8]),
        ([1.0, 0, 4], [0.0, 0, 5]),
        ([[1.0, -2], [0, 3]], [[1.0, 2], [0, 3]]),
        ([0.0, 0], [0.0, 0]),
    ]
    cases = []
    for a, b in given:
        a, b = np.array(a), np.array(b)
        text = f"{_numbers.row(a.tolist())} and {_numbers.row(b.tolist())}" if a.ndim == 1 else ""
        cases.append(Case(text or "two 2×2 arrays", (a, b), _relative(a, b)))
    return run("relative_error", function, cases, _RELATIVE_VARIANTS)
