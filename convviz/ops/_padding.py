"""Padding an array, and the way back: an input collects the derivatives of all its copies."""

from functools import lru_cache

import numpy as np

from convviz import geometry


def pad(x, padding, mode, value):
    """Pad the last axes of `x`; return `x` itself where there is nothing to add.

    Parameters
    ----------
    x : array (N, C, H, W) or (N, C, D, H, W)
    padding : a pair (before, after) for each axis after C
    mode : one of geometry.PADDING_MODES
    value : float
        What ``"constant"`` puts around the input.
    """
    if not _any(padding):
        return x
    if mode not in ("zeros", "constant"):
        for axis, (before, after) in enumerate(padding, 2):
            if before or after:
                x = x.take(_sources(x.shape[axis], before, after, mode), axis=axis)
        return x
    fill = value if mode == "constant" else 0
    padded = np.full(padded_shape(x.shape, padding), fill, dtype=x.dtype)
    padded[inside(x.shape, padding)] = x
    return padded


def padded_shape(shape, padding):
    """Shape of a padded array."""
    sizes = (before + size + after for size, (before, after) in _axes(shape, padding))
    return *shape[:2], *sizes


def inside(shape, padding):
    """Where the input of `shape` lies in its padded array, as an index."""
    return ..., *(slice(before, before + size) for size, (before, _) in _axes(shape, padding))


def pad_backward(dxp, padding, mode):
    """Derivatives of the input from those of the padded input: the adjoint of `pad`."""
    if not _any(padding):
        return dxp
    for axis, (before, after) in enumerate(padding, 2):
        dxp = _fold(dxp, axis, before, after, mode)
    # what was cut from a larger array must not keep that array alive
    return np.ascontiguousarray(dxp)


def _any(padding):
    # without a loop of Python's: small calls are made of such
    return any(map(any, padding))


def _axes(shape, padding):
    return zip(shape[2:], padding, strict=True)


def _fold(dxp, axis, before, after, mode):
    """Cut the padding off one axis and, where it was copied from the input, add it back there."""
    size = dxp.shape[axis] - before - after
    centre = _along(axis, slice(before, before + size))
    if mode in ("zeros", "constant") or not (before or after):
        return dxp[centre]
    dx = dxp[centre].copy()
    sources = _sources(size, before, after, mode)
    for position in (*range(before), *range(before + size, before + size + after)):
        dx[_along(axis, sources[position])] += dxp[_along(axis, position)]
    return dx


def _along(axis, index):
    return (slice(None),) * axis + (index,)


@lru_cache(maxsize=256)
def _sources(size, before, after, mode):
    """Input index at every position of a padded axis."""
    positions = range(-before, size + after)
    return np.array([geometry.padding_source(at, size, mode) for at in positions], dtype=np.intp)
