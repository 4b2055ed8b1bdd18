"""The options of the operations with windows, made canonical once and checked."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz import geometry

STRIDE = "use 1 to visit every position"
DILATION = "use 1 for a solid kernel"


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
    """A convolution's options once they are known to be sound; the first four as in `Geometry`.

    `spacing` is what the scans need, stride, dilation and groups; so is `around`, the padding, or
    () where there is none.
    """

    output: tuple
    stride: tuple
    dilation: tuple
    padding: tuple
    groups: int
    mode: str
    value: float
    spacing: tuple
    around: tuple


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
    if _ALONE.issuperset(map(type, options)) or all(map(_known, options)):
        return _kept_plan(x.shape, w.shape, x.dtype, *options)
    return _conv_plan(x.shape, w.shape, x.dtype, *options)


_ALONE = frozenset((int, str, float))


def _known(option):
    """Whether it may be looked up: of what is in tuples, True and 1.0 are no integers but equal 1."""
    return type(option) in _ALONE or _whole(option)


def _whole(option):
    return type(option) is int or (type(option) is tuple and all(map(_whole, option)))


def _conv_plan(x_shape, w_shape, dtype, stride, padding, dilation, groups, mode, value):
    groups = _groups(x_shape, w_shape, groups)
    if mode not in geometry.PADDING_MODES:
        # the message is the one of the geometry
        geometry.padding_source(0, 1, mode)
    axes = len(x_shape) - 2
    stride = geometry.per_axis("stride", stride, axes, 1, STRIDE)
    dilation = geometry.per_axis("dilation", dilation, axes, 1, DILATION)
    padding = geometry.padding_per_axis(padding, axes)
    found = _conv_geometry(x_shape[2:], w_shape[2:], stride, padding, dilation, mode)
    value = _padding_value(value, mode, dtype)
    spacing = found.stride, found.dilation, groups
    around = found.padding if any(map(any, found.padding)) else ()
    return ConvPlan(found.output, *spacing[:2], found.padding, groups, mode, value, spacing, around)


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
    stride = geometry.per_axis("stride", stride, axes, 1, STRIDE)
    dilation = geometry.per_axis("dilation", dilation, axes, 1, DILATION)
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


def _two_axes(found):
    if len(found.output) > 1:
        return found
    return Geometry(
        (1, *found.output), (1, *found.kernel), (1, *found.stride), (1, *found.dilation),
        ((0, 0), *found.padding),
    )  # fmt: skip
