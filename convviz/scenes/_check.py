"""What the scenes ask of the arrays they are given."""

import numpy as np

#: Grids larger than this are shown as images (numbers would be too small to read).
MOST_CELLS = 24


def numbers(name, array, ndim):
    """The array as integers or float64, checked.

    Raises
    ------
    TypeError
        If it does not hold real numbers.
    ValueError
        If it is empty or has another number of dimensions.
    """
    array = np.asarray(array)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} has dtype {array.dtype}: a scene shows real numbers; "
            "pass integers or floating-point numbers"
        )
    if array.ndim != ndim:
        raise ValueError(
            f"{name} has {array.ndim} dimensions (shape {array.shape}): this scene needs {ndim}; "
            "pick one channel, or reshape it"
        )
    if array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}: it needs at least one number")
    return array.astype(np.float64 if array.dtype.kind == "f" else np.int64)


def showable(name, array, remedy):
    """Refuse an array too large to be shown as numbers."""
    if max(array.shape) > MOST_CELLS:
        raise ValueError(
            f"{name} has shape {array.shape}: numbers are shown up to "
            f"{MOST_CELLS}×{MOST_CELLS} cells; {remedy}"
        )


def choice(name, value, allowed):
    """Refuse a value that is not among those allowed."""
    if value not in allowed:
        raise ValueError(f"{name}={value!r} is not known: use one of {', '.join(allowed)}")
