"""The three scans that every convolution is made of.

`forward` makes the output, `backward_input` sends it back through the filters, `backward_weight`
collects what each weight met; a transposed convolution is the second of them. They go to the
engine of tiles, or, where that would not pay, to plain loops. `around` is how many zeros surround
an input, a pair for each axis, or () for none; the engine needs no padded copy. A volume that the
engine has no layout for goes there one output plane at a time: the planes of the input that its
filter sees are laid side by side as channels, so that a 3-D filter is a 2-D filter of more
channels. `spacing` is (stride, dilation, groups).
"""

import math
from functools import lru_cache

import numpy as np

from convviz.ops import _padding, _startup
from convviz.ops._layout import ready

_loops = _startup.loops("conv")

# multiply-adds below which looking up the tables would take longer than the plain loops
_SMALL = 1 << 14


def forward(xp, w, b, spacing, around=()):
    """Return the scan of `xp` (N, C, [Dp,] Hp, Wp) with `w` (C_out, C/groups, [kD,] kH, kW)."""
    work = _products(xp, w)
    if work >= _SMALL:
        options = spacing, around or _nothing(xp)
        if not _plain("forward", work, (xp, w), None, *options):
            y = _engine().forward(xp, w, b, *options)
            if y is not None:
                return y
    if around:
        xp = _padding.pad(xp, around, "zeros", 0)
    shape = _output(xp.shape, w.shape, spacing)
    if xp.ndim == 5:
        y = np.empty(shape, xp.dtype)
        flat, plane = _side_by_side(w), _of_planes(spacing)
        for depth in range(y.shape[2]):
            seen = _seen(xp, depth, w.shape, spacing)
            y[:, :, depth] = forward(ready(_side_by_side(seen)), flat, b, plane)
        return y
    if b is None:
        y = np.zeros(shape, xp.dtype)
    else:
        y = np.empty(shape, xp.dtype)
        y[...] = b[:, None, None]
    _loops.forward(xp, w, y, *spacing)
    return y


def backward_input(dy, w, shape, spacing, around=()):
    """Return the derivative of an input of `shape`: every output goes back along its filter."""
    options = shape[2:], spacing, around or _nothing(dy)
    if not _plain("backward_input", _products(dy, w), (dy, w), *options):
        dx = _engine().backward_input(dy, w, *options)
        if dx is not None:
            return dx
    dxp = np.zeros(_padding.padded_shape(shape, options[2]), dtype=dy.dtype)
    if dy.ndim == 5:
        _push_planes(dy, w, dxp, spacing)
    else:
        _loops.backward_input(dy, w, dxp, *spacing)
    return _padding.pad_backward(dxp, options[2], "zeros")


def _push_planes(dy, w, dxp, spacing):
    flat, plane = _side_by_side(w), _of_planes(spacing)
    for depth in range(dy.shape[2]):
        seen = _seen(dxp, depth, w.shape, spacing)
        rows = (len(seen), seen.shape[1] * seen.shape[2], *dxp.shape[3:])
        sent = backward_input(ready(dy[:, :, depth]), flat, rows, plane)
        # `seen` is a view into dxp: where windows overlap, their parts add up
        seen += sent.reshape(seen.shape)


def backward_weight(dy, xp, shape, spacing, around=()):
    """Return the derivative of filters of `shape`: each weight meets dy times its input."""
    options = shape[2:], spacing, around or _nothing(dy)
    if not _plain("backward_weight", dy.size * math.prod(shape[1:]), (dy, xp), *options):
        dw = _engine().backward_weight(dy, xp, *options)
        if dw is not None:
            return dw
    xp = _padding.pad(xp, options[2], "zeros", 0)
    if dy.ndim == 5:
        dw = np.zeros(shape, dtype=dy.dtype)
        flat, plane = _side_by_side(dw), _of_planes(spacing)
        for depth in range(dy.shape[2]):
            seen = ready(_side_by_side(_seen(xp, depth, shape, spacing)))
            flat += backward_weight(ready(dy[:, :, depth]), seen, flat.shape, plane)
        return dw
    dw = np.empty(shape, dtype=dy.dtype)
    _loops.backward_weight(dy, xp, dw, *spacing)
    return dw


def backward_bias(dy):
    """Return the derivatives of the biases: the sum of `dy` (N, C, ...) for each filter."""
    return plane_sums(dy).sum(axis=0)


def plane_sums(x):
    """Return the sum of each plane of `x` (N, C, ...), as an array (N, C)."""
    batch, channels, *places = x.shape
    size = math.prod(places)
    # as a product: NumPy's own sum takes two to three times as long
    with np.errstate(over="ignore", invalid="ignore"):
        sums = ready(x).reshape(batch * channels, size) @ np.ones(size, x.dtype)
    return sums.reshape(batch, channels)


def _plain(name, work, arrays, *options):
    """Whether plain loops do it: little work always, and some while the engine is compiled."""
    return work < _SMALL or _startup.rehearsed(_engine, name, work, arrays, *options)


def _engine():
    # which imports Numba
    from convviz.ops import _engine

    return _engine


def _products(x, w):
    return x.size * (w.size // w.shape[1])


def _nothing(x):
    return ((0, 0),) * (x.ndim - 2)


@lru_cache(maxsize=256)
def _output(sizes, kernel, spacing):
    stride, dilation, _ = spacing
    axes = zip(sizes[2:], kernel[2:], stride, dilation, strict=True)
    places = [(size - gap * (taps - 1) - 1) // step + 1 for size, taps, step, gap in axes]
    return sizes[0], kernel[0], *places


def _of_planes(spacing):
    stride, dilation, groups = spacing
    return stride[1:], dilation[1:], groups


def _seen(volume, depth, kernel, spacing):
    """The planes of `volume` that output plane `depth` sees, as a view (N, C, kD, H, W)."""
    step, gap = spacing[0][0], spacing[1][0]
    first = depth * step
    return volume[:, :, first : first + gap * (kernel[2] - 1) + 1 : gap]


def _side_by_side(volume):
    """(N, C, D, H, W) as (N, C·D, H, W): depth becomes channels, those of a group together."""
    batch, channels, depth, *plane = volume.shape
    return volume.reshape(batch, channels * depth, *plane)
