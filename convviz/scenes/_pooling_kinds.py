"""The kinds of pooling: their names, and what each of them makes of a map."""

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convviz import ops
from convviz.scenes import _check

MIXED, LEARNED, SPECTRAL, PYRAMID = "mixed", "learned", "spectral", "pyramid"
#: What the argument `kinds` may hold; the order in which they are shown.
POOLING_KINDS = ("max", "average", "power mean", MIXED, LEARNED, SPECTRAL, PYRAMID)
#: The levels of the spatial pyramid: the whole map, then its quarters.
LEVELS = (1, 2)


def check_kinds(kinds):
    """The kinds asked for, in the order in which they are shown.

    >>> check_kinds(["average", "max"])
    ['max', 'average']

    Raises
    ------
    ValueError
        If there is none, or one is not known, with those that are.
    """
    if isinstance(kinds, str) or not (asked := list(kinds)):
        raise ValueError(
            f"kinds={kinds!r} is no list of kinds: use one or more of {', '.join(POOLING_KINDS)}"
        )
    for kind in asked:
        _check.choice("kinds", kind, POOLING_KINDS)
    return [kind for kind in POOLING_KINDS if kind in asked]


def results_of(image, weights, axes, p, mix):
    """What every kind makes of the image: a dict from its name to an array."""
    given = [one for array in (image, weights) for one in (array.tobytes(), array.dtype)]
    found = _untuned(*given, image.shape, axes[0].kernel, axes[0].stride)
    size = np.abs(windows_of(image, axes).astype(float))
    # Scaled by the largest, so that no power overflows.
    scale = np.maximum(size.max(axis=(2, 3)), np.finfo(float).tiny)
    power = scale * np.mean((size / scale[..., None, None]) ** p, axis=(2, 3)) ** (1 / p)
    mixed = mix * found["max"] + (1 - mix) * found["average"]
    return found | {"power mean": power, MIXED: mixed}


@lru_cache(maxsize=16)
def _untuned(pixels, dtype, weights, kind, shape, kernel, stride):
    """Of the kinds that no slider of their own changes: the same for every p and mix."""
    image = np.frombuffer(pixels, dtype).reshape(shape)
    weights = np.frombuffer(weights, kind).reshape(kernel, kernel)
    windows = _windows(image, kernel, stride)
    largest = windows.max(axis=(2, 3))
    parts = [image[top : low + 1, left : right + 1] for top, left, low, right in pyramid_bins(shape)]
    return {
        "max": largest,
        "average": windows.mean(axis=(2, 3)),
        LEARNED: (windows * weights).sum(axis=(2, 3)),
        SPECTRAL: ops.spectral_pool(image[None, None].astype(float), largest.shape)[0, 0],
        PYRAMID: np.array([[part.max() for part in parts]]),
    }


def windows_of(image, axes):
    """Every window as rows of numbers: shape (OH, OW, K, K)."""
    return _windows(image, axes[0].kernel, axes[0].stride)


def _windows(image, kernel, stride):
    return sliding_window_view(image, (kernel, kernel))[::stride, ::stride]


def pyramid_bins(shape):
    """The parts of every level of the spatial pyramid, as (top, left, bottom, right).

    >>> pyramid_bins((3, 4))
    [(0, 0, 2, 3), (0, 0, 1, 1), (0, 2, 1, 3), (1, 0, 2, 1), (1, 2, 2, 3)]
    """
    return [
        (rows[0], columns[0], rows[1], columns[1])
        for level in LEVELS
        for rows in _parts(shape[0], level)
        for columns in _parts(shape[1], level)
    ]


def _parts(size, count):
    """The first and last index of each of `count` parts; they overlap where it does not divide."""
    return [(n * size // count, -(-(n + 1) * size // count) - 1) for n in range(count)]
