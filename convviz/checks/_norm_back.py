"""Checks of the way back through a batch normalisation, from its output to its input."""

import numpy as np

from convviz.checks._line import pattern
from convviz.checks._mistakes import around
from convviz.checks._norm import EPS, batch, normalise
from convviz.checks._result import Case, Variant, run


def learned_gradients(dy, x_hat):
    """The derivatives of γ and of β, as two rows."""
    return np.stack([(dy * x_hat).sum(axis=0), dy.sum(axis=0)])


_learned_before, _learned_after = around(learned_gradients)

_LEARNED_VARIANTS = [
    Variant("do they stand in the other order? dγ first", _learned_after(lambda d: d[::-1])),
    Variant("are they means? Add up", lambda dy, x_hat: learned_gradients(dy, x_hat) / len(dy)),
    Variant(
        "is x̂ left out of dγ? γ was multiplied with it",
        lambda dy, x_hat: np.stack([dy.sum(axis=0)] * 2),
    ),
    Variant(
        "are the two sums multiplied? First the products, then their sum",
        lambda dy, x_hat: np.stack([dy.sum(axis=0) * x_hat.sum(axis=0), dy.sum(axis=0)]),
    ),
    Variant(
        "are the channels added up too? Each has a γ and a β of its own",
        lambda dy, x_hat: np.array([(dy * x_hat).sum(), dy.sum()]),
    ),
    Variant(
        "are the channels added up? The values of the batch, axis=0",
        lambda dy, x_hat: np.stack([(dy * x_hat).sum(axis=1), dy.sum(axis=1)]),
    ),
    Variant(
        "are the products not added up?", lambda dy, x_hat: np.stack([dy * x_hat, dy])
    ),
    Variant("is the sign turned?", _learned_after(lambda d: -d)),
]


def check_learned_gradients(function):
    """Check ``learned_gradients(dy, x_hat)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> def learned(dy, x_hat):
    ...     return np.stack([dy.sum(axis=0), (dy * x_hat).sum(axis=0)])
    >>> check_learned_gradients(learned)
    ✗ learned_gradients: 0 of 5 cases
      4 values, 1 channel: row 0, column 0: expected −5.6, got 4: do they stand in the other \
order? dγ first
    """
    given = [
        (np.array([[4], [0], [0], [0.0]]), np.array([[-1.4], [-0.2], [0.2], [1.4]])),
        (np.array([[1], [2], [-1.0]]), np.array([[2], [0.5], [-1.0]])),
        (pattern(3, 2), pattern(3, 2)[::-1] / 2),
        (pattern(5, 3) + 1, pattern(5, 3) / 4),
        (pattern(4, 4) / 2, pattern(4, 4) + 2),
    ]
    cases = [Case(batch(dy), (dy, x), learned_gradients(dy, x)) for dy, x in given]
    return run("learned_gradients", function, cases, _LEARNED_VARIANTS)


def _parts(x, eps):
    """How far each value lies from the mean, and the root."""
    off = x - x.mean(axis=0)
    return off, np.sqrt((off**2).mean(axis=0) + eps)


def variance_gradient(dx_hat, x, eps=EPS):
    """The derivative of the variance."""
    off, root = _parts(x, eps)
    return -0.5 * (dx_hat * off).sum(axis=0) / root**3


_variance_before, _variance_after = around(variance_gradient)

_VARIANCE_VARIANTS = [
    Variant("is the minus sign lost?", _variance_after(lambda d: -d)),
    Variant("is the half lost? The slope of a root has one", _variance_after(lambda d: 2 * d)),
    Variant(
        "is it divided by the root alone? By its third power",
        lambda dx_hat, x, eps=EPS: variance_gradient(dx_hat, x, eps) * _parts(x, eps)[1] ** 2,
    ),
    Variant(
        "is it divided by the variance to the power 3? By its root to the power 3",
        lambda dx_hat, x, eps=EPS: variance_gradient(dx_hat, x, eps) / _parts(x, eps)[1] ** 3,
    ),
    Variant(
        "is it divided by the square of the root? By its third power",
        lambda dx_hat, x, eps=EPS: variance_gradient(dx_hat, x, eps) * _parts(x, eps)[1],
    ),
    Variant(
        "is x taken for x − μ?",
        lambda dx_hat, x, eps=EPS: -0.5 * (dx_hat * x).sum(axis=0) / _parts(x, eps)[1] ** 3,
    ),
    Variant("is it a mean? Add up", lambda d, x, eps=EPS: variance_gradient(d, x, eps) / len(x)),
    Variant("is ε left out of the root?", _variance_before(lambda d, x, eps: (d, x, 0))),
    Variant(
        "are the channels added up too? Each has a variance of its own",
        _variance_after(lambda d: d.sum()),
    ),
    Variant(
        "are two sums multiplied? First the products, then their sum",
        lambda dx_hat, x, eps=EPS: (
            -0.5 * dx_hat.sum(axis=0) * _parts(x, eps)[0].sum(axis=0) / _parts(x, eps)[1] ** 3
        ),
    ),
]


def check_variance_gradient(function):
    """Check ``variance_gradient(dx_hat, x, eps=1e-5)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_variance_gradient(lambda d, x, eps=1e-5: -variance_gradient(d, x, eps))
    ✗ variance_gradient: 0 of 5 cases
      4 values, 1 channel, eps 0: position 0: expected 0.56, got −0.56: is the minus sign lost?
    """
    cases = _backward_cases(variance_gradient)
    return run("variance_gradient", function, cases, _VARIANCE_VARIANTS)


def mean_gradient(dx_hat, x, eps=EPS):
    """The derivative of the mean."""
    return -dx_hat.sum(axis=0) / _parts(x, eps)[1]


_mean_before, _mean_after = around(mean_gradient)

_MEAN_VARIANTS = [
    Variant("is the minus sign lost? The mean was subtracted", _mean_after(lambda d: -d)),
    Variant(
        "is it divided by the variance? By its root",
        lambda dx_hat, x, eps=EPS: mean_gradient(dx_hat, x, eps) / _parts(x, eps)[1],
    ),
    Variant(
        "is it not divided by the root?",
        lambda dx_hat, x, eps=EPS: mean_gradient(dx_hat, x, eps) * _parts(x, eps)[1],
    ),
    Variant("is it a mean? Add up", lambda d, x, eps=EPS: mean_gradient(d, x, eps) / len(x)),
    Variant("is ε left out of the root?", _mean_before(lambda d, x, eps: (d, x, 0))),
    Variant(
        "are the channels added up too? Each has a mean of its own",
        _mean_after(lambda d: d.sum()),
    ),
    Variant(
        "is x − μ multiplied in? That belongs to the variance",
        lambda d, x, eps=EPS: -(d * _parts(x, eps)[0]).sum(axis=0) / _parts(x, eps)[1],
    ),
]


def check_mean_gradient(function):
    """Check ``mean_gradient(dx_hat, x, eps=1e-5)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_mean_gradient(lambda d, x, eps=1e-5: -mean_gradient(d, x, eps))
    ✗ mean_gradient: 0 of 5 cases
      4 values, 1 channel, eps 0: position 0: expected −4, got 4: is the minus sign lost? The mean \
was subtracted
    """
    return run("mean_gradient", function, _backward_cases(mean_gradient), _MEAN_VARIANTS)


def _backward_cases(right):
    given = [
        (np.array([[20], [0], [0], [0.0]]), np.array([[1], [7], [9], [15.0]]), {"eps": 0}),
        (np.array([[1], [2], [-4.0]]), np.array([[3], [5], [10.0]]), {}),
        (pattern(4, 2), pattern(4, 2)[::-1] + [0, 3], {"eps": 0}),
        (pattern(5, 3) / 2, pattern(5, 3) + 1, {"eps": 3}),
        (pattern(6, 2) + 1, pattern(6, 2)[:, ::-1] / 4, {"eps": 0.25}),
    ]
    return [
        Case(batch(x, **more), (d, x), right(d, x, **more), more) for d, x, more in given
    ]


def batch_norm_dx(dy, x, gamma, eps=EPS):
    """The derivative of the input."""
    return _dx(dy, x, gamma, eps)


def _dx(dy, x, gamma, eps, *, by_variance=1, by_mean=1):
    """The three ways added up; the options weigh two of them."""
    dx_hat, (off, root) = dy * gamma, _parts(x, eps)
    variance, mean = variance_gradient(dx_hat, x, eps), mean_gradient(dx_hat, x, eps)
    return dx_hat / root + by_variance * variance * 2 * off / len(x) + by_mean * mean / len(x)


def _weighed(hint, **ways):
    return Variant(hint, lambda dy, x, g, eps=EPS: _dx(dy, x, g, eps, **ways))


_dx_before, _dx_after = around(batch_norm_dx)

_DX_VARIANTS = [
    _weighed("is that the direct way alone? The mean and the variance depend on x, too",
             by_variance=0, by_mean=0),
    _weighed("is the way over the variance left out?", by_variance=0),
    _weighed("is the way over the mean left out?", by_mean=0),
    _weighed("is the 2 lost in the way over the variance? It is the slope of a square",
             by_variance=0.5),
    Variant(
        "is a division by m lost? The mean and the variance are means of m numbers",
        lambda dy, x, g, eps=EPS: _dx(dy, x, g, eps, by_variance=len(x), by_mean=len(x)),
    ),
    Variant("is that always 0? So it is for two values alone", _dx_after(np.zeros_like)),
    Variant("is γ left out?", _dx_before(lambda dy, x, g, eps: (dy, x, np.ones(len(g)), eps))),
    Variant(
        "is it not divided by the root?",
        lambda dy, x, g, eps=EPS: batch_norm_dx(dy, x, g, eps) * _parts(x, eps)[1],
    ),
    Variant("is ε left out of the root?", _dx_before(lambda dy, x, g, eps: (dy, x, g, 0))),
    Variant(
        "are all channels taken together? Each column goes by itself",
        lambda dy, x, g, eps=EPS: _together(dy, x, g, eps),
    ),
    Variant(
        "is x̂ left out behind dγ?",
        lambda dy, x, g, eps=EPS: _without_hat(dy, x, g, eps),
    ),
    Variant("is the sign turned?", _dx_after(lambda d: -d)),
]


def _without_hat(dy, x, gamma, eps):
    """The short formula γ/root·(dy − mean of dy − x̂·mean of dy·x̂), without the second x̂."""
    x_hat, root = normalise(x, eps), _parts(x, eps)[1]
    return gamma / root * (dy - dy.mean(axis=0) - (dy * x_hat).mean(axis=0))


def _together(dy, x, gamma, eps):
    column = (gamma * dy).reshape(-1, 1), x.reshape(-1, 1), np.ones(1)
    return batch_norm_dx(*column, eps).reshape(x.shape)


def check_batch_norm_dx(function):
    """Check ``batch_norm_dx(dy, x, gamma, eps=1e-5)``, on three values or more.

    Returns
    -------
    Check

    Examples
    --------
    >>> def direct(dy, x, gamma, eps=1e-5):
    ...     return gamma * dy / np.sqrt(x.var(axis=0) + eps)
    >>> check_batch_norm_dx(direct)
    ✗ batch_norm_dx: 0 of 6 cases
      4 values, 1 channel, eps 0: row 0, column 0: expected 1.04, got 4: is that the direct way \
alone? The mean and the variance depend on x, too
    """
    given = [
        (np.array([[4], [0], [0], [0.0]]), np.array([[1], [7], [9], [15.0]]), [5], {"eps": 0}),
        (np.array([[1], [2], [-4.0]]), np.array([[3], [5], [10.0]]), [2], {}),
        (pattern(5, 1), pattern(5, 1)[::-1] / 2, [-1.5], {}),
        (pattern(4, 2), pattern(4, 2)[::-1] + [0, 3], [1, 4], {"eps": 0}),
        (pattern(5, 3) / 2, pattern(5, 3) + 1, [3, -1, 0.5], {}),
        (pattern(6, 2) + 1, pattern(6, 2)[:, ::-1] / 4, [2, 1], {"eps": 0.5}),
    ]
    cases = []
    for dy, x, gamma, more in given:
        gamma = np.array(gamma, float)
        expected = batch_norm_dx(dy, x, gamma, **more)
        cases.append(Case(batch(x, **more), (dy, x, gamma), expected, more))
    return run("batch_norm_dx", function, cases, _DX_VARIANTS)
