"""Where the windows of a pooling stand."""

from convviz import geometry
from convviz.scenes._sliding import Axis


def pool_axes(shape, kernel_size, stride):
    """The two axes of a pooling with square windows and without padding.

    Raises
    ------
    TypeError, ValueError
        If a number is no positive whole number, or the window does not fit.

    Examples
    --------
    >>> [axis.output for axis in pool_axes((4, 7), 2, 2)]
    [2, 3]
    """
    side = geometry.integer("kernel_size", kernel_size, 1, "a window has one cell or more")
    if side > min(shape):
        raise ValueError(
            f"a window of {side} does not fit an input of {min(shape)}: take a window of at most "
            f"{min(shape)}, or a larger input"
        )
    return [Axis.of(size, side, stride=stride) for size in shape]
