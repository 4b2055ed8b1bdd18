"""Views that show one picture of several."""

from convviz.scenes import _check
from convviz.widgets._controls import Range
from convviz.widgets._player import Player


class OneByOne(Player):
    """A player with a slider for the number of the picture.

    Parameters
    ----------
    count, picture : int
        How many there are, and which is shown first.
    """

    def __init__(self, count, picture, **options):
        super().__init__(controls=[Range("picture", 0, count - 1, picture)], **options)


def for_each(name, array, count, shapes):
    """An array with an entry of one of these shapes for each picture."""
    array = _check.array(name, array)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}: it needs real numbers")
    if array.shape not in [(count, *shape) for shape in shapes]:
        wanted = " or ".join(str((count, *shape)) for shape in shapes)
        raise ValueError(
            f"{name} must have shape {wanted}, one entry for each of {count} pictures, "
            f"got {array.shape}"
        )
    return array
