"""Checks of a LeNet's turn, there and back: convolution, ReLU, pooling, dense layer."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convviz.checks._line import pattern
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run


def _turn(x, w, b, *, slope=0.0, pool=np.max):
    """Windows, sums, activations and what is pooled; the options are ways to go wrong."""
    windows = sliding_window_view(x, w.shape[2:], axis=(1, 2))
    z = np.einsum("mrcij,nmij->nrc", windows, w) + b[:, None, None]
    a = np.where(z > 0, z, slope * z)
    n, rows, columns = a.shape
    return windows, z, a, pool(a.reshape(n, rows // 2, 2, columns // 2, 2), axis=(2, 4))


def turn_scores(x, w, b, v, c, **options):
    """Scores of a picture: convolution, ReLU, maximum of 2×2, dense layer."""
    return v @ _turn(x, w, b, **options)[-1].ravel() + c


_scores_before, _scores_after = around(lambda x, w, b, v, c: turn_scores(x, w, b, v, c))


def _maps_last(x, w, b, v, c):
    return v @ _turn(x, w, b)[-1].transpose(1, 2, 0).ravel() + c


def _first_places(array, axis):
    return array[:, :, 0, :, 0]


_SCORES_VARIANTS = [
    Variant(
        "are the filters flipped? They slide as they stand",
        _scores_before(lambda x, w, b, v, c: (x, w[:, :, ::-1, ::-1], b, v, c)),
    ),
    Variant("is the ReLU left out?", lambda *a: turn_scores(*a, slope=1)),
    Variant("is the ReLU behind the dense layer, too? Scores may be negative",
            _scores_after(lambda s: np.maximum(s, 0))),
    Variant(
        "is the ReLU behind the dense layer? It follows the convolution",
        lambda *a: np.maximum(turn_scores(*a, slope=1), 0),
    ),
    Variant("is it the mean of 2×2? The maximum", lambda *a: turn_scores(*a, pool=np.mean)),
    Variant("is it the sum of 2×2? The maximum", lambda *a: turn_scores(*a, pool=np.sum)),
    Variant(
        "is every second number taken? The maximum of 2×2",
        lambda *a: turn_scores(*a, pool=_first_places),
    ),
    Variant(
        "is the bias of the filters left out?",
        _scores_before(lambda x, w, b, v, c: (x, w, 0 * b, v, c)),
    ),
    Variant(
        "is c left out? The dense layer has a bias, too",
        _scores_before(lambda x, w, b, v, c: (x, w, b, v, 0 * c)),
    ),
    Variant(
        "are the numbers laid in a row with the maps last? First all of map 0: p.ravel()",
        _maps_last,
    ),
    Variant("is it a softmax already? The scores are asked",
            _scores_after(lambda s: np.exp(s - s.max()) / np.exp(s - s.max()).sum())),
]


def _numbers_of(first, *shape):
    """Numbers of which no two are alike, with two decimals, the same on every machine."""
    place = np.arange(np.prod(shape)) + first
    return (np.round(200 * np.sin(1.7 * place + first)) / 100).reshape(shape)


def _networks():
    """What is handed to a turn, with a few words on each."""
    square = np.array([[[1, 2, 0], [0, 1, 3], [2, 1, 1.0]]])
    yield "3×3, one filter", square, [[[[1, 0], [0, 1]]]], [-1], [[2], [-1]], [0, 5]
    for words, m, side, n, k, classes in (
        ("6×6, one filter of 3×3", 1, 6, 1, 3, 2),
        ("7×7, two filters of 2×2", 1, 7, 2, 2, 3),
        ("two channels of 6×6, one filter of 3×3", 2, 6, 1, 3, 3),
        ("two channels of 8×8, three filters of 3×3", 2, 8, 3, 3, 4),
    ):
        inner = n * ((side - k + 1) // 2) ** 2
        w, v = _numbers_of(3, n, m, k, k), _numbers_of(5, classes, inner)
        b, c = pattern(n) / 4 + 0.5, pattern(classes) / 2
        yield words, _numbers_of(1, m, side, side), w, b, v, c


def _arrays(given):
    return tuple(np.array(array, float) for array in given)


def check_turn_scores(function):
    """Check ``turn_scores(x, w, b, v, c)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> def turn(x, w, b, v, c):
    ...     return turn_scores(x, w, b, v, 0 * c)
    >>> check_turn_scores(turn)
    ✗ turn_scores: 0 of 5 cases
      3×3, one filter: position 1: expected 1, got −4: is c left out? The dense layer has a \
bias, too
    """
    cases = []
    for words, *given in _networks():
        given = _arrays(given)
        cases.append(Case(words, given, turn_scores(*given)))
    return run("turn_scores", function, cases, _SCORES_VARIANTS)


def turn_gradients(x, w, b, v, ds, **options):
    """Derivatives of w, b, v and c, laid in a row one behind the other."""
    windows, z, _, p = _turn(x, w, b)
    dz = _sums_back(z, p, (v.T @ ds).reshape(p.shape), **options)
    dw = np.einsum("nrc,mrcij->nmij", dz, windows)
    return np.concatenate([dw.ravel(), dz.sum(axis=(1, 2)), np.outer(ds, p).ravel(), ds])


def _sums_back(z, p, dp, *, mask=True, winner=True, share=1.0):
    def twice(array):
        return array.repeat(2, axis=1).repeat(2, axis=2)

    dz = share * twice(dp)
    dz = np.where(z == twice(p), dz, 0) if winner else dz
    return np.where(z > 0, dz, 0) if mask else dz


def _relu_on_the_message(x, w, b, v, ds):
    windows, z, a, p = _turn(x, w, b)
    dp = np.maximum((v.T @ ds).reshape(p.shape), 0)
    dz = _sums_back(z, p, dp)
    dw = np.einsum("nrc,mrcij->nmij", dz, windows)
    return np.concatenate([dw.ravel(), dz.sum(axis=(1, 2)), np.outer(ds, p).ravel(), ds])


def _unmasked(x, w, b, v, ds):
    """The pooling's winners without the ReLU: every largest sum, below 0 as well."""
    windows, z, _, p = _turn(x, w, b)
    top = _turn(x, w, b, slope=1)[-1]
    dz = _sums_back(z, top, (v.T @ ds).reshape(p.shape), mask=False)
    dw = np.einsum("nrc,mrcij->nmij", dz, windows)
    return np.concatenate([dw.ravel(), dz.sum(axis=(1, 2)), np.outer(ds, p).ravel(), ds])


def _parts(x, w, b, v, ds):
    """The four pieces, each in a row."""
    row = turn_gradients(x, w, b, v, ds)
    return np.split(row, np.cumsum([w.size, len(b), v.size]))


def _flipped(x, w, b, v, ds):
    dw, *rest = _parts(x, w, b, v, ds)
    return np.concatenate([dw.reshape(w.shape)[:, :, ::-1, ::-1].ravel(), *rest])


def _mean_biases(x, w, b, v, ds):
    dw, db, *rest = _parts(x, w, b, v, ds)
    places = (x.shape[1] - w.shape[2] + 1) * (x.shape[2] - w.shape[3] + 1)
    return np.concatenate([dw, db / places, *rest])



def _other_way(x, w, b, v, ds):
    dw, db, dv, dc = _parts(x, w, b, v, ds)
    return np.concatenate([dw, db, dv.reshape(v.shape).T.ravel(), dc])


_GRADIENT_VARIANTS = [
    Variant(
        "does the ReLU let everything back? Only where the sum was above 0", _unmasked
    ),
    Variant(
        "does the ReLU keep back what is negative on the way? What counts is the sum's sign on the "
        "way forward",
        _relu_on_the_message,
    ),
    Variant(
        "does the message go to all four places of a window? To the winner alone",
        lambda *a: turn_gradients(*a, winner=False),
    ),
    Variant(
        "is the message shared by four? That is an average pooling; the winner gets all of it",
        lambda *a: turn_gradients(*a, winner=False, share=0.25),
    ),
    Variant("is dw flipped? The weights slid as they stand", _flipped),
    Variant("is db a mean? Add up over all places", _mean_biases),
    Variant("is dv turned round? A row for each class", _other_way),
    Variant(
        "do dc and dv stand before dw and db? In the order dw, db, dv, dc",
        lambda *a: np.concatenate([*_parts(*a)[2:], *_parts(*a)[:2]]),
    ),
    Variant("is dc left out?", lambda *a: np.concatenate(_parts(*a)[:3])),
    Variant("is the sign turned?", lambda *a: -turn_gradients(*a)),
]


def check_turn_gradients(function):
    """Check ``turn_gradients(x, w, b, v, ds)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_turn_gradients(lambda *given: turn_gradients(*given, winner=False))
    ✗ turn_gradients: 0 of 5 cases
      3×3, one filter: position 0: expected 6, got 12: does the message go to all four places \
of a window? To the winner alone
    """
    cases = []
    for words, x, w, b, v, _ in _networks():
        ds = [1, -1] if len(v) == 2 and len(v[0]) == 1 else pattern(len(v)) + 0.5
        given = _arrays((x, w, b, v, ds))
        cases.append(Case(words, given, turn_gradients(*given)))
    return run("turn_gradients", function, cases, _GRADIENT_VARIANTS)
