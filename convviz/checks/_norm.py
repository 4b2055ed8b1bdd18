"""Checks of batch normalisation on the way forward: vectors, maps, and a network in use."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run

#: What is added to a variance where nothing else is said.
EPS = 1e-5


def _normalised(x, eps, *, axes=0, ddof=0, root=np.sqrt, centred=True):
    """`x` less its mean, divided by the root of its variance; the options are ways to go wrong."""
    mean = x.mean(axis=axes, keepdims=True)
    variance = ((x - mean) ** 2).sum(axis=axes, keepdims=True)
    variance = variance / (x.size / variance.size - ddof)
    return (x - (mean if centred else 0)) / root(variance + eps)


def normalise(x, eps=EPS):
    """Every column less its mean, divided by the root of its variance."""
    return _normalised(x, eps)


_before, _after = around(normalise)

_NORMALISE_VARIANTS = [
    Variant(
        "is the variance divided by m − 1? By m",
        lambda x, eps=EPS: _normalised(x, eps, ddof=1),
    ),
    Variant(
        "is it divided by the variance? By its root",
        lambda x, eps=EPS: _normalised(x, eps, root=lambda v: v),
    ),
    Variant(
        "is ε added to the root? To the variance, under the root",
        lambda x, eps=EPS: _normalised(x, 0) * x.std(axis=0) / (x.std(axis=0) + eps),
    ),
    Variant("is ε left out? It is added to the variance", _before(lambda x, eps: (x, 0))),
    Variant(
        "is an ε of one's own taken? It is an argument", _before(lambda x, eps: (x, EPS))
    ),
    Variant(
        "are all channels taken together? Each column has a mean and a variance of its own",
        lambda x, eps=EPS: _normalised(x, eps, axes=(0, 1)),
    ),
    Variant(
        "is it the mean of each row? Of each column: over the batch, axis=0",
        lambda x, eps=EPS: _normalised(x, eps, axes=1),
    ),
    Variant(
        "is the mean not subtracted?", lambda x, eps=EPS: _normalised(x, eps, centred=False)
    ),
    Variant("is it not divided?", lambda x, eps=EPS: x - x.mean(axis=0)),
    Variant("is the sign turned? x less its mean", _after(lambda y: -y)),
    Variant(
        "is it scaled to go from 0 to 1?",
        lambda x, eps=EPS: (x - x.min(axis=0)) / (np.ptp(x, axis=0) + eps),
    ),
]


def check_normalise(function):
    """Check ``normalise(x, eps=1e-5)``, for arrays (values, channels).

    Returns
    -------
    Check

    Examples
    --------
    >>> check_normalise(lambda x, eps=1e-5: (x - x.mean(axis=0)) / (x.var(axis=0) + eps))
    ✗ normalise: 0 of 7 cases
      4 values, 1 channel, eps 24: row 0, column 0: expected −1, got −0.142857: \
is it divided by the variance? By its root
    """
    given = [
        (np.array([[1], [7], [9], [15.0]]), {"eps": 24}),
        (np.array([[3], [5], [10.0]]), {"eps": 0}),
        (np.array([[0.5], [-1], [2], [0], [1.0]]), {}),
        (pattern(4, 2) + [0, 10], {"eps": 0}),
        (pattern(5, 3) / 2, {}),
        (np.array([[2], [2], [8], [4.0]]), {"eps": 3}),
        (pattern(6, 2), {"eps": 0.5}),
    ]
    cases = [Case(batch(x, **more), (x,), normalise(x, **more), more) for x, more in given]
    return run("normalise", function, cases, _NORMALISE_VARIANTS)


def batch(x, **more):
    """How many values and channels, and what else is given.

    >>> batch(np.zeros((3, 1)), eps=0)
    '3 values, 1 channel, eps 0'
    """
    words = [_numbers.count(len(x), "value"), _numbers.count(x.shape[1], "channel")]
    return ", ".join(words + [f"{name} {_numbers.number(value)}" for name, value in more.items()])


def _each(values):
    """One number for each channel of maps (N, C, H, W)."""
    return np.asarray(values, float).reshape(1, -1, 1, 1)


def _maps(x, gamma, beta, eps=EPS, *, axes=(0, 2, 3), ddof=0):
    return _each(gamma) * _normalised(x, eps, axes=axes, ddof=ddof) + _each(beta)


def normalise_maps(x, gamma, beta, eps=EPS):
    """Batch normalisation of maps: over pictures and places."""
    return _maps(x, gamma, beta, eps)


def _axes(hint, axes):
    return Variant(hint, lambda x, g, b, eps=EPS: _maps(x, g, b, eps, axes=axes))


_MAPS_VARIANTS = [
    _axes("is each place taken for itself? All places of a channel share a mean", (0,)),
    _axes("is each picture taken for itself? The whole batch shares a mean", (2, 3)),
    _axes("are the channels taken together? Each has a mean of its own", (0, 1, 2, 3)),
    _axes("is the mean that of each picture, over channels too? Of each channel", (1, 2, 3)),
    _axes("is the mean that of the channels at a place? Of each channel", (1,)),
    Variant(
        "is the variance divided by one less than there are values?",
        lambda x, g, b, eps=EPS: _maps(x, g, b, eps, ddof=1),
    ),
    Variant(
        "are γ and β left out?", lambda x, g, b, eps=EPS: _normalised(x, eps, axes=(0, 2, 3))
    ),
    Variant(
        "is β added before γ multiplies? γ·x̂ + β",
        lambda x, g, b, eps=EPS: _each(g) * (_maps(x, np.ones(len(g)), b, eps)),
    ),
    Variant(
        "do γ and β go along the columns? One for each channel: reshape to (1, C, 1, 1)",
        lambda x, g, b, eps=EPS: g * _normalised(x, eps, axes=(0, 2, 3)) + b,
    ),
]


def check_normalise_maps(function):
    """Check ``normalise_maps(x, gamma, beta, eps=1e-5)``, for maps (N, C, H, W).

    Returns
    -------
    Check

    Examples
    --------
    >>> def each_picture(x, gamma, beta, eps=1e-5):
    ...     x = x - x.mean(axis=(2, 3), keepdims=True)
    ...     x = x / np.sqrt((x**2).mean(axis=(2, 3), keepdims=True) + eps)
    ...     return gamma[:, None, None] * x + beta[:, None, None]
    >>> check_normalise_maps(each_picture)
    ✗ normalise_maps: 0 of 4 cases
      2 pictures, 1 channel of 2×2: index (0, 0, 0, 0): expected −0.783167, got −0.390567: \
is each picture taken for itself? The whole batch shares a mean
    """
    given = [
        (pattern(2, 1, 2, 2) + 1, np.array([1.0]), np.array([0.0]), {}),
        (pattern(3, 2, 2, 3), np.array([2, 0.5]), np.array([1.0, -1]), {}),
        (pattern(2, 3, 3, 3) / 2, np.array([1, -2, 3.0]), np.array([0, 4, 1.0]), {"eps": 0}),
        (pattern(4, 2, 2, 2) + 3, np.array([3, 1.0]), np.array([0, 2.0]), {"eps": 2}),
    ]
    cases = []
    for x, gamma, beta, more in given:
        words = [_numbers.count(len(x), "picture")]
        words += [f"{_numbers.count(x.shape[1], 'channel')} of {_numbers.size(x.shape[2:])}"]
        words += [f"{name} {_numbers.number(value)}" for name, value in more.items()]
        expected = normalise_maps(x, gamma, beta, **more)
        cases.append(Case(", ".join(words), (x, gamma, beta), expected, more))
    return run("normalise_maps", function, cases, _MAPS_VARIANTS)


def in_use(x, mean, variance, gamma, beta, eps=EPS):
    """Batch normalisation with the statistics that training has collected."""
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


_USE_VARIANTS = [
    Variant(
        "are the mean and the variance those of x? In use they are the collected ones",
        lambda x, mean, variance, g, b, eps=EPS: g * _normalised(x, eps) + b,
    ),
    Variant(
        "is only the mean the collected one? The variance, too",
        lambda x, mean, variance, g, b, eps=EPS: g * (x - mean) / np.sqrt(x.var(axis=0) + eps) + b,
    ),
    Variant(
        "is it divided by the variance? By its root",
        lambda x, mean, variance, g, b, eps=EPS: g * (x - mean) / (variance + eps) + b,
    ),
    Variant(
        "are γ and β left out?",
        lambda x, mean, variance, g, b, eps=EPS: (x - mean) / np.sqrt(variance + eps),
    ),
    Variant(
        "is ε left out?",
        lambda x, mean, variance, g, b, eps=EPS: in_use(x, mean, variance, g, b, 0),
    ),
    Variant(
        "are γ and β exchanged? γ multiplies, β is added",
        lambda x, mean, variance, g, b, eps=EPS: in_use(x, mean, variance, b, g, eps),
    ),
]


def check_in_use(function):
    """Check ``in_use(x, mean, variance, gamma, beta, eps=1e-5)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> def in_use(x, mean, variance, gamma, beta, eps=1e-5):
    ...     return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta
    >>> check_in_use(in_use)
    ✗ in_use: 0 of 4 cases
      2 values, 1 channel: row 0, column 0: expected 0.250001, got −1.99999: \
are the mean and the variance those of x? In use they are the collected ones
    """
    given = [
        (np.array([[1], [3.0]]), [1.5], [4], [3], [1], {}),
        (np.array([[6.0]]), [8], [25], [5], [5], {"eps": 0}),
        (pattern(3, 2), [1, -1], [2, 0.5], [2, 3], [0, 1], {}),
        (pattern(2, 3), [0, 1, 2], [1, 3, 0], [1, -1, 2], [4, 0, 1], {"eps": 1}),
    ]
    cases = []
    for x, *numbers, more in given:
        numbers = [np.array(values, float) for values in numbers]
        expected = in_use(x, *numbers, **more)
        cases.append(Case(batch(x, **more), (x, *numbers), expected, more))
    return run("in_use", function, cases, _USE_VARIANTS)
