"""Check of pooling several channels: each for itself."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._line import pattern
from convviz.checks._pooling import max_pool, words
from convviz.checks._result import Case, Variant, run


def _volume(x, size, stride):
    return np.stack([max_pool(plane, size, stride) for plane in x])


_VOLUME_VARIANTS = [
    Variant(
        "is the maximum taken over the channels too? Each channel is pooled for itself",
        lambda x, size, stride: max_pool(x.max(axis=0), size, stride),
    ),
    Variant(
        "is the maximum taken over the channels too? Each channel is pooled for itself",
        lambda x, size, stride: np.stack([max_pool(x.max(axis=0), size, stride)] * len(x)),
    ),
    Variant(
        "is the maximum taken over the channels too? Each channel is pooled for itself",
        lambda x, size, stride: max_pool(x.max(axis=0), size, stride)[None],
    ),
    Variant("is only the first channel pooled?", lambda x, *a: max_pool(x[0], *a)),
    Variant("is only the last channel kept?", lambda x, *a: max_pool(x[-1], *a)),
    Variant(
        "are the channels last? They stand first: (channels, rows, columns)",
        lambda *a: np.moveaxis(_volume(*a), 0, -1),
    ),
    Variant(
        "are the last two axes of x pooled? Of (channels, rows, columns) the first stays",
        lambda x, size, stride: np.stack(
            [max_pool(x[:, :, c], size, stride) for c in range(x.shape[2])], axis=2
        ),
    ),
    Variant(
        "are the channels added up? Each is pooled for itself",
        lambda *a: _volume(*a).sum(axis=0),
    ),
    Variant(
        "does the search start from 0? Among negative numbers 0 wins then",
        lambda *a: np.maximum(_volume(*a), 0),
    ),
]


def check_pool_volume(function):
    """Check ``pool_volume(x, size, stride)``: every channel pooled for itself.

    Returns
    -------
    Check

    Examples
    --------
    >>> from convviz import reference
    >>> check_pool_volume(lambda x, *sizes: reference.max_pool2d(x.max(axis=0), *sizes)[0])
    ✗ pool_volume: 0 of 5 cases
      1 channel, 4×4 image, windows 2×2, stride 2: expected shape (1, 2, 2), got (2, 2): \
is the maximum taken over the channels too? Each channel is pooled for itself
    """
    given = [
        (pattern(1, 4, 4), 2, 2),
        (pattern(2, 4, 4), 2, 2),
        (pattern(3, 5, 6), 3, 1),
        (pattern(2, 5, 7) - 7, 2, 2),
        (pattern(4, 4, 4), 3, 2),
    ]
    cases = [
        Case(
            f"{_numbers.count(len(x), 'channel')}, {words(x.shape[1:], k, s)}",
            (x, k, s),
            _volume(x, k, s),
        )
        for x, k, s in given
    ]
    return run("pool_volume", function, cases, _VOLUME_VARIANTS)
