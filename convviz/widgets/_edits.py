"""What may be typed into a cell."""

import math

from convviz import geometry
from convviz.scenes import _check


def editable(scene, name, row, column, value):
    """The grid of that name, the cell and the number, if the cell may be given that number.

    Returns
    -------
    (Grid, int, int, int or float)
        A whole number as an int.

    Raises
    ------
    TypeError, ValueError
        If there is no such cell, it cannot be changed, or the number is not finite.
    """
    grid = scene.grid(name)
    row, column = (
        geometry.integer(what, index, 0, f"{name!r} has the shape {grid.shape}")
        for what, index in (("row", row), ("column", column))
    )
    scene.check_cell((name, row, column))
    if not grid.editable or grid.kind(row, column) not in ("plain", "unused"):
        raise ValueError(
            f"the cell ({row}, {column}) of {name!r} cannot be changed here: "
            "change a cell of an input or a filter that is no padding"
        )
    number = float(_check.number("value", value))
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a finite number: type one such as -1.5")
    whole = number == round(number) and abs(number) < 2**53
    return grid, row, column, int(number) if whole else number
