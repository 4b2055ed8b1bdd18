"""Padding an array, and the way back: an input collects the derivatives of all its copies."""

from functools import lru_cache

import numpy as np

from convviz import geometry


def pad(x, padding, mode, value):
    """Pad the last two axes of `x`; return `x` itself where there is nothing to add.

    Parameters
    ----------
    x : array (N, C, H, W)
    padding : ((top, bottom), (left, right))
    mode : one of geometry.PADDING_MODES
    value : float
        What ``"constant"`` puts around the input.
    """
    (top, bottom), (left, right) = padding
    if not (top or bottom or left or right):
        return x
    if mode not in ("zeros", "constant"):
        rows = _sources(x.shape[2], top, bottom, mode)
        columns = _sources(x.shape[3], left, right, mode)
        return x.take(rows, axis=2).take(columns, axis=3)
    batch, channels, height, width = x.shape
    shape = (batch, channels, top + height + bottom, left + width + right)
    padded = np.full(shape, value if mode == "constant" else 0, dtype=x.dtype)
    padded[:, :, top : top + height, left : left + width] = x
    return padded


def pad_backward(dxp, padding, mode):
    """Derivatives of the input from those of the padded input: the adjoint of `pad`."""
    (top, bottom), (left, right) = padding
    if not (top or bottom or left or right):
        return dxp
    dx = _fold(dxp, 2, top, bottom, mode)
    # what was cut from a larger array must not keep that array alive
    return np.ascontiguousarray(_fold(dx, 3, left, right, mode))


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
