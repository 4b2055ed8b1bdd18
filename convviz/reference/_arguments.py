"""What the loops need before they can start: arrays of numbers, zeros around them, sizes."""

import operator

import numpy as np


def numbers(name, values, axes=None):
    """Return `values` as an array of numbers; whole numbers as int64, so that none overflows."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be rectangular: give every row the same length") from None
    if array.dtype.kind in "bui":
        array = array.astype(np.int64)
    elif array.dtype.kind != "f":
        raise TypeError(
            f"{name} must hold real numbers, got {array.dtype}: use np.asarray({name}, dtype=float)"
        )
    if axes is not None and array.ndim != axes:
        raise ValueError(
            f"{name} must have {axes} {'axis' if axes == 1 else 'axes'}, "
            f"got {array.ndim} with shape {array.shape}: reshape it"
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    return array


def number(name, value):
    """Return `value`, which must be a single number."""
    if np.ndim(value) or np.asarray(value).dtype.kind not in "bifu":
        raise TypeError(f"{name} must be one number, got {value!r}")
    return value


def whole(name, value, minimum):
    """Return `value` as an int of at least `minimum`."""
    try:
        count = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        count = None
    if count is None:
        raise TypeError(f"{name} must be an integer, got {value!r}: use a whole number")
    if count < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {count}: raise it")
    return count


def output_size(size, kernel_size, stride, dilation):
    """Places where a kernel fits into `size` entries: ``⌊(size − reach) / stride⌋ + 1``."""
    stride, dilation = whole("stride", stride, 1), whole("dilation", dilation, 1)
    reach = dilation * (whole("kernel_size", kernel_size, 1) - 1) + 1
    if reach > size:
        raise ValueError(
            f"kernel of {reach} does not fit an input of {size} (padding included): "
            "raise padding, or take a smaller kernel or dilation"
        )
    return (size - reach) // stride + 1


def pairs(padding, axes):
    """Padding as a pair (before, after) for each axis."""
    entries = padding if np.ndim(padding) else (padding,) * axes
    if axes == 1 and len(entries) == 2:
        entries = (entries,)
    if len(entries) != axes:
        raise ValueError(f"padding must be one integer or {axes} entries, got {padding!r}")
    spread = [entry if np.ndim(entry) else (entry, entry) for entry in entries]
    if any(len(pair) != 2 for pair in spread):
        raise ValueError(f"padding of an axis must be a pair (before, after), got {padding!r}")
    return tuple(tuple(whole("padding", amount, 0) for amount in pair) for pair in spread)


def pad(array, padding):
    """Put zeros around the last axes: one axis for a line, two for planes and volumes."""
    around = pairs(padding, min(array.ndim, 2))
    return np.pad(array, ((0, 0),) * (array.ndim - len(around)) + around)


def window_at(row, column, shape, stride, dilation=1):
    """The part of a plane, or of each plane of a volume, that output (row, column) looks at."""
    top, left = row * stride, column * stride
    height, width = (dilation * (side - 1) + 1 for side in shape)
    return ..., slice(top, top + height, dilation), slice(left, left + width, dilation)


def check_shape(dy, shape):
    if dy.shape != tuple(shape):
        raise ValueError(
            f"dy must have the shape of the output, {tuple(shape)}, got {dy.shape}: "
            "pass the same options as in the forward pass"
        )


def places(indices, plane_shape):
    """Return the indices of a max pooling, all of which must lie in the plane."""
    indices = np.asarray(indices)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"indices must be integers, got {indices.dtype}: pass those of max_pool2d")
    last = plane_shape[0] * plane_shape[1] - 1
    for index in indices.flat:
        if not 0 <= index <= last:
            raise ValueError(
                f"indices must be 0 to {last} in a plane of {tuple(plane_shape)}, got {index}: "
                "pass the shape of the plane that was pooled"
            )
    return indices
