"""The options of the operations with windows, made canonical once and checked."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz import geometry
from convviz.ops._check import flag

_STRIDE = "use 1 to visit every position"
_DILATION = "use 1 for a solid kernel"


class Geometry(NamedTuple):
    """Where the windows of a convolution are, for two axes or three: one axis is a single row.

    Attributes
    ----------
    output : tuple of int
    kernel, stride, dilation : tuple of int
    padding : tuple of pairs
        ``((top, bottom), (left, right))``.
    """

    output: tuple
    kernel: tuple
    stride: tuple
    dilation: tuple
    padding: tuple


class ConvPlan(NamedTuple):
    """A convolution's options once they are known to be sound; the first four as in `Geometry`."""

    output: tuple
    stride: tuple
    dilation: tuple
    padding: tuple
    groups: int
    mode: str
    value: float

    @property
    def spacing(self):
        """What the loops need: stride, dilation and groups."""
        return self.stride, self.dilation, self.groups


def _groups(x_shape, w_shape, groups):
    """Return `groups` once it is sure that the filters and the channels agree."""
    groups = geometry.integer("groups", groups, 1, "use 1 for filters that see every channel")
    depth, maps = x_shape[1], w_shape[0]
    if depth % groups:
        raise ValueError(
            f"groups must divide the channels of x, got groups {groups} and {depth} channels: "
            f"use a divisor of {depth}"
        )
    if maps % groups:
        raise ValueError(
            f"groups must divide the filters in w, got groups {groups} and {maps} filters: "
            f"use a divisor of {maps}"
        )
    if w_shape[1] * groups != depth:
        wanted = depth // groups
        raise ValueError(
            f"w must have C_in/groups = {wanted} channels, as x has {depth} channels "
            f"and groups is {groups}; got w of shape {w_shape}: make its second axis {wanted}"
        )
    return groups


def _padding_value(value, mode, dtype):
    """Return what stands in the padding as a float; only ``"constant"`` has a choice."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"padding_value must be a real number, got {value!r}: use 0.0")
    number = float(value)
    if number != 0 and mode != "constant":
        raise ValueError(
            f'padding_value is used by padding_mode="constant" only, got {value!r} with '
            f'padding_mode="{mode}": set padding_mode="constant" or leave padding_value at 0'
        )
    if np.isfinite(number) and abs(number) > float(np.finfo(dtype).max):
        raise ValueError(f"padding_value {value!r} does not fit into {dtype}: use float64 arrays")
    return number


def conv_plan(x, w, options):
    """Return the `ConvPlan` for `x` and `w`; `options` in the order of `conv2d`'s keywords."""
    if all(type(option) in _ALONE for option in options):
        return _kept_plan(x.shape, w.shape, x.dtype, *options)
    return _conv_plan(x.shape, w.shape, x.dtype, *options)


# What may be looked up: a tuple could hold True, which is no integer here but equals 1.
_ALONE = (int, str, float)


def _conv_plan(x_shape, w_shape, dtype, stride, padding, dilation, groups, mode, value):
    groups = _groups(x_shape, w_shape, groups)
    if mode not in geometry.PADDING_MODES:
        # the message is the one of the geometry
        geometry.padding_source(0, 1, mode)
    axes = len(x_shape) - 2
    stride = geometry.per_axis("stride", stride, axes, 1, _STRIDE)
    dilation = geometry.per_axis("dilation", dilation, axes, 1, _DILATION)
    padding = geometry.padding_per_axis(padding, axes)
    found = _conv_geometry(x_shape[2:], w_shape[2:], stride, padding, dilation, mode)
    value = _padding_value(value, mode, dtype)
    return ConvPlan(found.output, found.stride, found.dilation, found.padding, groups, mode, value)


_kept_plan = lru_cache(maxsize=512, typed=True)(_conv_plan)


def plan_of_shapes(x_shape, w_shape, options):
    """As `conv_plan`, where there are no arrays yet."""
    return _conv_plan(x_shape, w_shape, np.dtype(np.float64), *options)


class TransposePlan(NamedTuple):
    """A transposed convolution: what its scan writes, and the part of it that is the output.

    Attributes
    ----------
    maps : int
        C_out.
    reach : tuple of int
        Sizes of all that the filters write, one after another: ``(i - 1)·stride + k_eff``.
    before, output : tuple of int
        The output begins after `before` entries of it; it may end behind its end.
    spacing : (stride, dilation, groups)
    """

    maps: int
    reach: tuple
    before: tuple
    output: tuple
    spacing: tuple


def transpose_plan(x, w, options):
    """Return the `TransposePlan` for `x` and `w`; `options` as the keywords' order is."""
    stride, padding, extra, dilation, groups = options
    groups = _transpose_groups(x, w, groups)
    axes = x.ndim - 2
    stride = geometry.per_axis("stride", stride, axes, 1, _STRIDE)
    dilation = geometry.per_axis("dilation", dilation, axes, 1, _DILATION)
    extra = geometry.per_axis("output_padding", extra, axes, 0, "use 0 for none")
    padding = geometry.padding_per_axis(padding, axes)
    found = _transpose_geometry(x.shape[2:], w.shape[2:], stride, padding, extra, dilation)
    return TransposePlan(w.shape[1] * groups, *found[:3], (*found[3:], groups))


@lru_cache(maxsize=512)
def _transpose_geometry(sizes, kernel, stride, padding, extra, dilation):
    found = geometry.conv_transpose_as_convs(
        sizes, kernel, stride=stride, padding=padding, output_padding=extra, dilation=dilation
    )
    last = [gap * (taps - 1) for taps, gap in zip(kernel, dilation, strict=True)]
    before = tuple(end - axis.padding[0] for end, axis in zip(last, found, strict=True))
    reach = tuple(axis.stretched_size + end for end, axis in zip(last, found, strict=True))
    line = () if len(sizes) > 1 else (1,)
    nothing = () if len(sizes) > 1 else (0,)
    output = tuple(axis.output_size for axis in found)
    return line + reach, nothing + before, line + output, line + stride, line + dilation


def _transpose_groups(x, w, groups):
    groups = geometry.integer("groups", groups, 1, "use 1 for filters that see every channel")
    depth = x.shape[1]
    if w.shape[0] != depth:
        raise ValueError(
            f"w must have C_in = {depth} filters, one for each channel of x, "
            f"got w of shape {w.shape}: its axes are (C_in, C_out/groups, ...)"
        )
    if depth % groups:
        raise ValueError(
            f"groups must divide the channels of x, got groups {groups} and {depth} channels: "
            f"use a divisor of {depth}"
        )
    return groups


@lru_cache(maxsize=512)
def _conv_geometry(sizes, kernel, stride, padding, dilation, mode):
    options = {"stride": stride, "dilation": dilation}
    output = geometry.conv_output_shape(sizes, kernel, padding=padding, **options)
    pairs = geometry.resolve_paddings(padding, sizes, kernel, padding_mode=mode, **options)
    return _two_axes(Geometry(output, kernel, stride, dilation, pairs))


class PoolPlan(NamedTuple):
    """Where the windows of a pooling are, for two axes or three: one axis is a single row.

    Attributes
    ----------
    sizes, output : tuple of int
        Of the input and of the output.
    windows : tuple of arrays (O, 3) of int64, one for each axis
        For each output, the first entry of its window, one past its last, and how many entries an
        average counts.
    gaps : tuple of int
        The distance between the entries of a window.
    run : (first, end, step)
        Outputs along the last axis whose windows are whole and `step` apart; the step is 1 or 2.
    pairs : bool
        Whether all windows are 2×2, side by side, from the first entry on.
    """

    sizes: tuple
    output: tuple
    windows: tuple
    gaps: tuple
    run: tuple
    pairs: bool

    def of_volumes(self):
        """The same for three axes: planes are volumes of depth 1."""
        if len(self.output) == 3:
            return self
        sizes, output, windows, gaps, *rest = self
        return PoolPlan((1, *sizes), (1, *output), (_ALONE, *windows), (1, *gaps), *rest)


# the windows along an axis that has but one entry
_ALONE = np.array([[0, 1, 1]])


def pool_plan(sizes, kernel, stride, padding, dilation, ceil_mode, counting=True):
    """Return the `PoolPlan` for the spatial `sizes`; `counting` is count_include_pad."""
    axes = len(sizes)
    kernel = geometry.per_axis("kernel_size", kernel, axes, 1, "a window has one entry or more")
    if stride is None:
        stride = kernel
    stride = geometry.per_axis("stride", stride, axes, 1, _STRIDE)
    dilation = geometry.per_axis("dilation", dilation, axes, 1, _DILATION)
    padding = geometry.padding_per_axis(padding, axes)
    ceil_mode, counting = flag("ceil_mode", ceil_mode), flag("count_include_pad", counting)
    return _pool_plan(sizes, kernel, stride, padding, dilation, ceil_mode, counting)


@lru_cache(maxsize=512)
def _pool_plan(sizes, kernel, stride, padding, dilation, ceil_mode, counting):
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    output = geometry.pool_output_shape(sizes, kernel, ceil_mode=ceil_mode, **options)
    pairs = geometry.resolve_paddings(padding, sizes, kernel, stride=stride, dilation=dilation)
    windows = [
        _sliding(*axis, counting)
        for axis in zip(output, sizes, kernel, stride, dilation, pairs, strict=True)
    ]
    return _as_plan(sizes, output, windows, dilation)


def _sliding(count, size, taps, step, gap, padding, counting):
    """The windows along one axis, without what lies in the padding."""
    before, after = padding
    begin = np.arange(count) * step - before
    end = begin + gap * (taps - 1) + 1
    # with ceil_mode a window may hang over even the padding: that part never counts
    counted = np.minimum(end, size + after) - begin
    # the first entry inside: padding holds a whole number of gaps
    first = np.where(begin < 0, begin + -(begin // gap) * gap, begin)
    last = np.minimum(end, size)
    return np.stack([first, last, counted if counting else last - first], axis=1)


def _as_plan(sizes, output, windows, gaps):
    if len(output) == 1:
        sizes, output, windows, gaps = (1, *sizes), (1, *output), [_ALONE, *windows], (1, *gaps)
    pairs = len(output) == 2 and all(
        gap == 1 and np.array_equal(line[:, 0], 2 * np.arange(len(line)))
        and np.array_equal(line[:, 1], line[:, 0] + 2)
        for line, gap in zip(windows, gaps, strict=True)
    )  # fmt: skip
    run = _run(windows[-1])
    return PoolPlan(tuple(sizes), tuple(output), tuple(windows), tuple(gaps), run, pairs)


def _run(windows):
    """The first run of windows that are as long as the longest and evenly far apart."""
    lengths = windows[:, 1] - windows[:, 0]
    first = int(np.argmax(lengths))
    steps = np.diff(windows[first:, 0])
    step = int(steps[0]) if len(steps) else 1
    even = (steps == step) & (lengths[first + 1 :] == lengths[first])
    end = first + 1 + (len(even) if even.all() else int(np.argmin(even)))
    return (first, end, step) if step in (1, 2) else (0, 0, 1)


def adaptive_plan(sizes, output_size):
    """Return the `PoolPlan` of windows fitted to `output_size`; they may overlap by one."""
    remedy = "an output has one entry or more"
    output = geometry.per_axis("output_size", output_size, len(sizes), 1, remedy)
    return _adaptive_plan(sizes, output)


@lru_cache(maxsize=512)
def _adaptive_plan(sizes, output):
    windows = []
    for size, count in zip(sizes, output, strict=True):
        first = np.arange(count) * size // count
        last = -(-np.arange(1, count + 1) * size // count)
        windows.append(np.stack([first, last, last - first], axis=1))
    return _as_plan(sizes, output, windows, (1,) * len(sizes))


def _two_axes(found):
    if len(found.output) > 1:
        return found
    return Geometry(
        (1, *found.output), (1, *found.kernel), (1, *found.stride), (1, *found.dilation),
        ((0, 0), *found.padding),
    )  # fmt: skip
