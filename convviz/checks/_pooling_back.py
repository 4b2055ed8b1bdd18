"""Checks of pooling backwards: derivatives handed to the winners, or shared by all."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._pooling import words
from convviz.checks._result import Case, Variant, run
from convviz.checks._winners import winners


def _to_winners(dy, places, shape):
    dx = np.zeros(shape)
    np.add.at(dx.reshape(-1), places, dy)
    return dx


def _assigned(dy, places, shape):
    dx = np.zeros(np.prod(shape))
    dx[places.ravel()] = dy.ravel()
    return dx.reshape(shape)


def _first_kept(dy, places, shape):
    return _assigned(dy[::-1, ::-1], places[::-1, ::-1], shape)


def _counts(places, shape):
    return _to_winners(np.ones(places.shape), places, shape)


_WINNER_VARIANTS = [
    Variant(
        "is only the last derivative of a shared winner kept? Add them up with +=; with a list of "
        "places, dx[places] += … counts each place once: use a loop, or np.add.at",
        _assigned,
    ),
    Variant("is only the first derivative of a shared winner kept? Add them up", _first_kept),
    Variant(
        "is the average taken where windows share a winner? Add the derivatives up",
        lambda dy, places, shape: (
            _to_winners(dy, places, shape) / np.maximum(_counts(places, shape), 1)
        ),
    ),
    Variant(
        "are the winners marked with 1? They get the derivatives dy",
        lambda dy, places, shape: (_counts(places, shape) > 0) * 1.0,
    ),
    Variant(
        "is it counted how often each entry won? It gets the derivatives dy",
        lambda dy, places, shape: _counts(places, shape),
    ),
    Variant(
        "are the places taken column by column? A place is row · columns + column",
        lambda dy, places, shape: _to_winners(dy, places, shape[::-1]).T,
    ),
    Variant(
        "is the number of rows taken for that of the columns? row, column = divmod(place, columns)",
        lambda dy, places, shape: _by_rows(dy, places, shape),
    ),
    Variant(
        "is the result unrolled still? It has the shape that is asked",
        lambda *a: _to_winners(*a).ravel(),
    ),
    Variant(
        "is the last row or column of dy left out?",
        lambda dy, places, shape: _to_winners(dy[:-1, :-1], places[:-1, :-1], shape),
    ),
    Variant(
        "are the fractions cut off? An array of whole numbers cannot hold them",
        lambda *a: np.trunc(_to_winners(*a)).astype(int),
    ),
]


def _by_rows(dy, places, shape):
    dx = np.zeros(shape)
    rows, columns = np.divmod(places, shape[0])
    np.add.at(dx, (rows, columns), dy)
    return dx


def check_max_pool_backward(function):
    """Check ``max_pool_backward(dy, winners, shape)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> def max_pool_backward(dy, winners, shape):
    ...     dx = np.zeros(shape)
    ...     dx.reshape(-1)[winners] = dy
    ...     return dx
    >>> check_max_pool_backward(max_pool_backward)
    ✗ max_pool_backward: 4 of 7 cases
      1×3 image, 1×2 windows: row 0, column 1: expected 12, got 7: \
is only the last derivative of a shared winner kept? Add them up with +=; with a list of places, \
dx[places] += … counts each place once: use a loop, or np.add.at
    """
    ties = np.array([[2, 5, 5, 1], [5, 0, 5, 3], [1, 1, 4, 4]])
    given = [
        (np.array([[3, -2.0], [5, 7]]), np.array([[4, 2], [8, 15]]), (4, 4)),
        (np.array([[5, 7.0]]), np.array([[1, 1]]), (1, 3)),
        (pattern(2, 3), winners(ties, 2, 1), (3, 4)),
        (pattern(3, 3) + 1, winners(pattern(5, 5), 3, 1), (5, 5)),
        (pattern(2, 3) / 4, winners(pattern(5, 7), 2, 2), (5, 7)),
        (pattern(2, 2) + 0.5, winners(pattern(5, 6), 2, 3), (5, 6)),
        (np.array([[2.5]]), np.array([[5]]), (3, 2)),
    ]
    cases = [
        Case(
            f"{_numbers.size(shape)} image, {_numbers.size(dy.shape)} windows",
            (dy, places, shape),
            _to_winners(dy, places, shape),
        )
        for dy, places, shape in given
    ]
    return run("max_pool_backward", function, cases, _WINNER_VARIANTS)


def _shared(dy, shape, size, stride, *, times=None, add=True):
    """Every window gets `times` its derivative, by default one of size · size equal parts."""
    dx = np.zeros(shape)
    for r, c in np.ndindex(dy.shape):
        window = np.s_[r * stride : r * stride + size, c * stride : c * stride + size]
        part = dy[r, c] * (1 / size**2 if times is None else times)
        dx[window] = dx[window] + part if add else part
    return dx


def _covered(dy, *sizes):
    return _shared(np.ones_like(dy), *sizes, times=1)


def _repeated(dy, shape, size, stride):
    """Each derivative as a block of its own: right only where windows stand side by side."""
    return np.kron(dy / size**2, np.ones((size, size)))


def _fitted(dy, shape, size, stride):
    """`_repeated`, cut or filled up to the shape."""
    blocks = _repeated(dy, shape, size, stride)[: shape[0], : shape[1]]
    dx = np.zeros(shape)
    dx[: blocks.shape[0], : blocks.shape[1]] = blocks
    return dx


_SHARED_VARIANTS = [
    Variant(
        "is = used for +=? Where windows overlap, an entry gets a part from each of them",
        lambda *a: _shared(*a, add=False),
    ),
    Variant(
        "does every entry get the whole derivative? It gets one of size · size equal parts",
        lambda *a: _shared(*a, times=1),
    ),
    Variant(
        "is it divided by the size? There are size · size parts",
        lambda dy, shape, size, stride: _shared(dy, shape, size, stride, times=1 / size),
    ),
    Variant(
        "is it divided once more by the number of windows an entry is in? Add the parts up",
        lambda *a: _shared(*a) / np.maximum(_covered(*a), 1),
    ),
    Variant(
        "do the windows stand side by side, whatever the stride? They start `stride` apart",
        _repeated,
    ),
    Variant(
        "do the windows stand side by side, whatever the stride? They start `stride` apart",
        _fitted,
    ),
    Variant(
        "do the windows start one pixel apart, whatever the stride?",
        lambda dy, shape, size, stride: _shared(dy, shape, size, 1),
    ),
    Variant(
        "does only the corner of a window get a part? All its entries do",
        lambda dy, shape, size, stride: _shared(dy, shape, 1, stride, times=1 / size**2),
    ),
    Variant(
        "are the pixels that no window reaches left out? They get 0, and dx has the image's shape",
        lambda dy, shape, size, stride: _shared(dy, shape, size, stride)[
            : (dy.shape[0] - 1) * stride + size, : (dy.shape[1] - 1) * stride + size
        ],
    ),
    Variant(
        "are the fractions cut off? An array of whole numbers cannot hold them",
        lambda *a: np.trunc(_shared(*a)).astype(int),
    ),
]


def check_average_pool_backward(function):
    """Check ``average_pool_backward(dy, shape, size, stride)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> import numpy as np
    >>> repeated = lambda dy, shape, size, stride: np.kron(dy, np.ones((size, size)))
    >>> check_average_pool_backward(repeated)
    ✗ average_pool_backward: 0 of 7 cases
      4×4 image, windows 2×2, stride 2: row 0, column 0: expected 2, got 8: \
does every entry get the whole derivative? It gets one of size · size equal parts
    """
    given = [
        (np.array([[8, 4], [-4, 20.0]]), (4, 4), 2, 2),
        (np.array([[8, 4.0]]), (2, 3), 2, 1),
        (pattern(3, 3) + 1, (5, 5), 3, 1),
        (pattern(2, 3) + 1, (5, 7), 3, 2),
        (pattern(2, 3), (5, 7), 2, 2),
        (pattern(2, 2) + 2, (5, 6), 2, 3),
        (np.array([[9.0], [-18]]), (4, 3), 3, 1),
    ]
    cases = [
        Case(words(*sizes), (dy, *sizes), _shared(dy, *sizes))
        for dy, *sizes in given
    ]
    return run("average_pool_backward", function, cases, _SHARED_VARIANTS)
