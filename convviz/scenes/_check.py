"""What the scenes ask of the numbers and arrays they are given."""

import numbers as abstract

import numpy as np

#: Grids larger than this are shown as images (numbers would be too small to read).
MOST_CELLS = 24
#: Images larger than this are refused.
MOST_PIXELS = 128
#: Whole numbers up to this size stay whole: a sum of products of two of them fits into int64.
_LARGEST_WHOLE = 2**26
#: Around a scene: infinities and what is not a number are shown as such, no reason to warn of them.
without_warnings = np.errstate(over="ignore", invalid="ignore", divide="ignore")


def array(name, given):
    """What is given as an array, whatever it holds.

    Raises
    ------
    ValueError
        If it is ragged, or some of its numbers are masked.
    """
    if np.ma.is_masked(given):
        raise ValueError(
            f"{name} has {np.ma.count_masked(given)} masked numbers: a scene shows all of them; "
            f"fill them, for instance by {name}.filled(0)"
        )
    try:
        return np.asarray(given)
    except ValueError as error:
        raise ValueError(f"{name} is no array: give every row the same length") from error


def numbers(name, array_like, ndim):
    """The array as integers or float64, checked.

    Raises
    ------
    TypeError
        If it does not hold real numbers.
    ValueError
        If it is empty, ragged, masked, or has another number of dimensions.
    """
    given = array(name, array_like)
    if given.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} has dtype {given.dtype}: a scene shows real numbers; "
            "pass integers or floating-point numbers"
        )
    if given.ndim != ndim:
        raise ValueError(
            f"{name} has {given.ndim} dimensions (shape {given.shape}): this scene needs {ndim}; "
            "pick one channel, or reshape it"
        )
    if given.size == 0:
        raise ValueError(f"{name} has shape {given.shape}: it needs at least one number")
    whole = given.dtype.kind != "f" and max(int(given.max()), -int(given.min())) <= _LARGEST_WHOLE
    return given.astype(np.int64 if whole else np.float64)


def number(name, value):
    """Refuse what is not one real number; a whole number too large to multiply becomes a float."""
    value = value.item() if isinstance(value, np.generic | np.ndarray) and value.size == 1 else value
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, abstract.Real):
        raise TypeError(f"{name}={value!r} is not one real number: pass one, such as 0.5")
    if isinstance(value, int) and abs(value) <= _LARGEST_WHOLE:
        return int(value)
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(
            f"{name} is a whole number beyond the largest float, 1.8e308: use a smaller one"
        ) from error


def showable(name, shape, remedy):
    """Refuse a shape too large to be shown as numbers."""
    if max(shape) > MOST_CELLS:
        raise ValueError(
            f"{name} has shape {shape}: numbers are shown up to "
            f"{MOST_CELLS}×{MOST_CELLS} cells; {remedy}"
        )


def picture(name, image):
    """One plane of a picture as numbers, checked; a large one is refused.

    Raises
    ------
    TypeError, ValueError
        As :func:`numbers`; ValueError also where it has too many pixels.
    """
    image = numbers(name, image, 2)
    if max(image.shape) > MOST_PIXELS:
        raise ValueError(
            f"{name} has shape {image.shape}: at most {MOST_PIXELS} pixels each way are shown; "
            "pass a smaller one"
        )
    return image


def choice(name, value, allowed):
    """Refuse a value that is not among those allowed."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name}={value!r} is not known: use one of {', '.join(allowed)}")


def flag(name, value):
    """Refuse what is neither true nor false."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name}={value!r} is no truth value: use True or False")
    return bool(value)
