"""What counts as a whole number, and how one number stands for every axis."""

import operator


def integer(name, value, minimum, remedy):
    """Return `value` as an ``int`` of at least `minimum`, or say what is wrong with it.

    Parameters
    ----------
    name : str
        What the number is called in the error message.
    value : object
        Anything that is an integer to Python: ``int``, a NumPy integer. Booleans are refused,
        because ``stride=True`` is a mistake even though Python would count it as 1.
    minimum : int
        The smallest value allowed.
    remedy : str
        What to do instead; ends the message.

    Raises
    ------
    TypeError
        When `value` is no integer.
    ValueError
        When `value` is below `minimum`.

    Examples
    --------
    >>> integer("stride", 0, 1, "use 1 to visit every position")
    Traceback (most recent call last):
    ...
    ValueError: stride must be at least 1, got 0: use 1 to visit every position
    """
    if type(value) is not int:
        kind = type(value).__name__
        try:
            # operator.index alone would let bool pass, and older NumPy's bool of the same name
            number = None if kind == "bool" else operator.index(value)
        except TypeError:
            number = None
        if number is None:
            raise TypeError(f"{name} must be an integer, got {value!r} ({kind}): {remedy}")
        value = number
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value}: {remedy}")
    return value


def per_axis(name, value, axes, minimum, remedy):
    """Return `value` as one integer per axis: a single number stands for all of them.

    Raises
    ------
    TypeError, ValueError
        As `integer`, for each entry; ValueError when there are not as many entries as axes.

    Examples
    --------
    >>> per_axis("stride", 2, 2, 1, "use 1 to visit every position")
    (2, 2)
    >>> per_axis("stride", (1, 2, 3), 2, 1, "use 1 to visit every position")
    Traceback (most recent call last):
    ...
    ValueError: stride must be one integer or 2, one per axis; got 3 of them: (1, 2, 3)
    """
    if not is_sequence(value):
        return (integer(name, value, minimum, remedy),) * axes
    entries = tuple(value)
    if len(entries) != axes:
        raise ValueError(
            f"{name} must be one integer or {axes}, one per axis; "
            f"got {len(entries)} of them: {entries}"
        )
    if axes == 1:
        return (integer(name, entries[0], minimum, remedy),)
    return tuple(
        integer(f"{name}[{axis}]", entry, minimum, remedy) for axis, entry in enumerate(entries)
    )


def is_sequence(value):
    """Whether `value` holds several entries. Strings do not; a NumPy scalar does not."""
    if isinstance(value, (tuple, list)):
        return True
    # an array without axes has __iter__ too, but iterating it fails: it is a single number
    iterates = hasattr(value, "__iter__") and not isinstance(value, str)
    return iterates and getattr(value, "ndim", 1) > 0


def input_size_of(value):
    return integer("input_size", value, 1, "an axis has one entry or more")


def kernel_size_of(value):
    return integer("kernel_size", value, 1, "a kernel has one weight or more")


def stride_of(value):
    return integer("stride", value, 1, "use 1 to visit every position")


def dilation_of(value):
    return integer("dilation", value, 1, "use 1 for a solid kernel")
