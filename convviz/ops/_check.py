"""The arrays given to every operation, made canonical once; the options are in `_plan`."""

import math

import numpy as np

from convviz import geometry

_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
# layouts by number of spatial axes
INPUT = {1: ("N", "C", "L"), 2: ("N", "C", "H", "W"), 3: ("N", "C", "D", "H", "W")}
KERNEL = {1: ("kL",), 2: ("kH", "kW"), 3: ("kD", "kH", "kW")}
TRANSPOSED = {axes: ("C_in", "C_out/groups", *kernel) for axes, kernel in KERNEL.items()}
WEIGHT = {axes: ("C_out", "C_in/groups", *kernel) for axes, kernel in KERNEL.items()}


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
    if layout is not None and (len(value.shape) != len(layout) or 0 in value.shape):
        _layout(name, value.shape, layout)
    return value if type(value) is np.ndarray else np.asarray(value)


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
    first, dtype = None, None
    for name, array in arrays.items():
        if array is None:
            continue
        if first is None:
            first, dtype = name, array.dtype
        elif array.dtype != dtype:
            raise TypeError(
                f"{first} is {dtype} but {name} is {array.dtype}, and they must be the "
                f"same: use {name}.astype(np.{dtype})"
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


def bias(b, maps):
    """Return the bias as an array with an entry for each of the `maps`, or None."""
    if b is None:
        return None
    b = floats("b", b)
    if b.shape != (maps,):
        raise ValueError(
            f"b must have shape ({maps},), one bias for each filter in w, got {b.shape}"
        )
    return b


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


def pool_indices(indices, values, shape, names=("dy", "x_shape")):
    """Return the indices of a max pooling, once they are known to point into a plane of `shape`.

    `names` are what the caller calls the array `values` that goes with them, and the shape.
    """
    if not isinstance(indices, np.ndarray) or indices.dtype.kind not in "iu":
        found = getattr(indices, "dtype", type(indices).__name__)
        raise TypeError(
            f"indices must be an array of integers, got {found}: "
            "pass what the forward pass returned with return_indices=True"
        )
    if indices.shape != values.shape:
        raise ValueError(
            f"indices must have the shape of {names[0]}, {values.shape}, got {indices.shape}: "
            "pass both from the same forward pass"
        )
    plane = math.prod(shape[2:])
    if indices.size and (indices.min() < 0 or indices.max() >= plane):
        wrong = indices.min() if indices.min() < 0 else indices.max()
        place = "plane" if len(shape) < 5 else "volume"
        raise ValueError(
            f"indices must be 0 to {plane - 1}, places in a {place} of {names[1]} {shape}, "
            f"got {wrong}: pass the {names[1].replace('_', '.')} that the indices were made for"
        )
    return indices.astype(np.int64, copy=False)


def real(name, value, rule, holds):
    """Return `value` as a float for which ``holds(value)`` is true; `rule` says what it must be."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a real number, got {value!r}: {rule}")
    if not holds(value):
        raise ValueError(f"{name} must be {rule}, got {value!r}")
    return float(value)


def choice(name, value, known):
    """Return `value`, which must be one of the words in `known`."""
    if value not in known:
        words = ", ".join(f'"{word}"' for word in known)
        raise ValueError(f"{name} must be one of {words}, got {value!r}")
    return value


def random_generator(generator):
    """Return `generator`, which must be NumPy's: no draw hides its seed."""
    if not isinstance(generator, np.random.Generator):
        raise TypeError(
            f"generator must be a numpy.random.Generator, got {type(generator).__name__}: "
            "use np.random.default_rng(0)"
        )
    return generator
