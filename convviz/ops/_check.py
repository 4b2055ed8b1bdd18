"""The arguments of every operation, made canonical once; all their error messages live here."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz import geometry

_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
# layouts by number of spatial axes
INPUT = {1: ("N", "C", "L"), 2: ("N", "C", "H", "W"), 3: ("N", "C", "D", "H", "W")}
KERNEL = {1: ("kL",), 2: ("kH", "kW"), 3: ("kD", "kH", "kW")}
WEIGHT = {axes: ("C_out", "C_in/groups", *kernel) for axes, kernel in KERNEL.items()}
_STRIDE = "use 1 to visit every position"
_DILATION = "use 1 for a solid kernel"


class Geometry(NamedTuple):
    """Where the windows are, for two axes or three: one axis is a single row.

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


def floats(name, value, layout=None):
    """Return `value` as a plain array, provided that it is float32 or float64 and fits `layout`."""
    if not isinstance(value, np.ndarray):
        raise TypeError(
            f"{name} must be a NumPy array, got {type(value).__name__}: "
            f"use np.asarray({name}, dtype=np.float32)"
        )
    if value.dtype not in _FLOATS:
        part = f"{name}.real" if value.dtype.kind == "c" else name
        raise TypeError(
            f"{name} must be float32 or float64, got {value.dtype}: "
            f"use {part}.astype(np.float32)"
        )
    if layout is not None:
        _layout(name, value.shape, layout)
    return np.asarray(value)


def _layout(name, shape, layout):
    text = f"({', '.join(layout)})"
    if len(shape) != len(layout):
        missing = len(layout) - len(shape)
        remedy = "reshape it"
        if missing > 0:
            remedy = f"add axes of size 1, for example {name}[{', '.join(['None'] * missing)}]"
        raise ValueError(
            f"{name} must have {len(layout)} axes {text}, got {len(shape)} "
            f"with shape {shape}: {remedy}"
        )
    for axis, size in zip(layout, shape, strict=True):
        # an empty batch is a legal batch; nothing else may be empty
        if size == 0 and axis != "N":
            raise ValueError(
                f"{name} has no entries along {axis}, got shape {shape}: "
                f"every axis{' but N' if 'N' in layout else ''} needs at least 1"
            )


def same_dtype(**arrays):
    """All arrays (None is skipped) must have the dtype of the first one: nothing is promoted."""
    (first, reference), *others = arrays.items()
    for name, array in others:
        if array is not None and array.dtype != reference.dtype:
            raise TypeError(
                f"{first} is {reference.dtype} but {name} is {array.dtype}, and they must be the "
                f"same: use {name}.astype(np.{reference.dtype})"
            )


def gradient_shape(dy, shape):
    if dy.shape != tuple(shape):
        raise ValueError(
            f"dy must have the shape of the forward pass's output, {tuple(shape)}, "
            f"got {dy.shape}: pass the same options to both"
        )


def flag(name, value):
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def _groups(x, w, groups):
    """Return `groups` once it is sure that the filters and the channels agree."""
    groups = geometry.integer("groups", groups, 1, "use 1 for filters that see every channel")
    depth, maps = x.shape[1], w.shape[0]
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
    if w.shape[1] * groups != depth:
        wanted = depth // groups
        raise ValueError(
            f"w must have C_in/groups = {wanted} channels, as x has {depth} channels "
            f"and groups is {groups}; got w of shape {w.shape}: make its second axis {wanted}"
        )
    return groups


def bias(b, w):
    """Return the bias as an array with an entry for each filter, or None."""
    if b is None:
        return None
    b = floats("b", b)
    if b.shape != w.shape[:1]:
        raise ValueError(
            f"b must have shape ({w.shape[0]},), one bias for each filter in w, got {b.shape}"
        )
    return b


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
    stride, padding, dilation, groups, mode, value = options
    groups = _groups(x, w, groups)
    if mode not in geometry.PADDING_MODES:
        # the message is the one of the geometry
        geometry.padding_source(0, 1, mode)
    axes = x.ndim - 2
    stride = geometry.per_axis("stride", stride, axes, 1, _STRIDE)
    dilation = geometry.per_axis("dilation", dilation, axes, 1, _DILATION)
    padding = geometry.padding_per_axis(padding, axes)
    found = _conv_geometry(x.shape[2:], w.shape[2:], stride, padding, dilation, mode)
    value = _padding_value(value, mode, x.dtype)
    return ConvPlan(found.output, found.stride, found.dilation, found.padding, groups, mode, value)


@lru_cache(maxsize=512)
def _conv_geometry(sizes, kernel, stride, padding, dilation, mode):
    options = {"stride": stride, "dilation": dilation}
    output = geometry.conv_output_shape(sizes, kernel, padding=padding, **options)
    pairs = geometry.resolve_paddings(padding, sizes, kernel, padding_mode=mode, **options)
    return _two_axes(Geometry(output, kernel, stride, dilation, pairs))


def pool_geometry(sizes, kernel, stride, padding, dilation, ceil_mode):
    """Return the `Geometry` of a pooling over the spatial `sizes`."""
    axes = len(sizes)
    kernel = geometry.per_axis("kernel_size", kernel, axes, 1, "a window has one entry or more")
    if stride is None:
        stride = kernel
    stride = geometry.per_axis("stride", stride, axes, 1, _STRIDE)
    dilation = geometry.per_axis("dilation", dilation, axes, 1, _DILATION)
    padding = geometry.padding_per_axis(padding, axes)
    return _pool_geometry(sizes, kernel, stride, padding, dilation, flag("ceil_mode", ceil_mode))


@lru_cache(maxsize=512)
def _pool_geometry(sizes, kernel, stride, padding, dilation, ceil_mode):
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    output = geometry.pool_output_shape(sizes, kernel, ceil_mode=ceil_mode, **options)
    pairs = geometry.resolve_paddings(padding, sizes, kernel, stride=stride, dilation=dilation)
    return _two_axes(Geometry(output, kernel, stride, dilation, pairs))


def _two_axes(found):
    if len(found.output) > 1:
        return found
    return Geometry(
        (1, *found.output), (1, *found.kernel), (1, *found.stride), (1, *found.dilation),
        ((0, 0), *found.padding),
    )  # fmt: skip


def input_shape(shape, axes):
    """Return `shape` as a tuple of the sizes of an input, batch and channels first."""
    layout = INPUT[axes]
    try:
        sizes = tuple(shape)
    except TypeError:
        sizes = (shape,)
    if len(sizes) != len(layout):
        raise ValueError(
            f"x_shape must have {len(layout)} entries ({', '.join(layout)}), got {shape!r}: "
            "pass x.shape of the forward pass"
        )
    remedy = "pass x.shape of the forward pass"
    return tuple(
        geometry.integer(f"x_shape[{axis}]", size, 0 if axis == 0 else 1, remedy)
        for axis, size in enumerate(sizes)
    )


def pool_indices(indices, dy, shape):
    """Return the indices of a max pooling, once they are known to point into a plane of `shape`."""
    if not isinstance(indices, np.ndarray) or indices.dtype.kind not in "iu":
        found = getattr(indices, "dtype", type(indices).__name__)
        raise TypeError(
            f"indices must be an array of integers, got {found}: "
            "pass what the forward pass returned with return_indices=True"
        )
    if indices.shape != dy.shape:
        raise ValueError(
            f"indices must have the shape of dy, {dy.shape}, got {indices.shape}: "
            "pass both from the same forward pass"
        )
    plane = int(np.prod(shape[2:]))
    if indices.size and (indices.min() < 0 or indices.max() >= plane):
        wrong = indices.min() if indices.min() < 0 else indices.max()
        raise ValueError(
            f"indices must be 0 to {plane - 1}, places in a plane of x_shape {shape}, got {wrong}: "
            "pass the x.shape that the indices were made for"
        )
    return indices.astype(np.int64, copy=False)
