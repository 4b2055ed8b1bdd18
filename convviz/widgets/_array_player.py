"""The arrays behind a widget: what the reader edits, and what the sliders show of them."""

import numpy as np

from convviz.scenes import _check
from convviz.scenes._gradients import counting, derivative
from convviz.widgets._arrays import with_number
from convviz.widgets._player import Player


def corner(array, side):
    """The top left corner of an array, with zeros where it does not reach.

    >>> corner(np.array([[1, 2], [3, 4]]), 3).tolist()
    [[1, 2, 0], [3, 4, 0], [0, 0, 0]]
    """
    part = array[:side, :side]
    whole = np.zeros((side, side), array.dtype)
    whole[: part.shape[0], : part.shape[1]] = part
    return whole


class Derivatives:
    """The derivative of the loss with respect to an output whose size the sliders change.

    Numbers given or typed stay in their places; 1, 2, 3, … stand in all the others.
    """

    def __init__(self, given, shape):
        self._numbers = {}
        if given is not None:
            self._numbers = dict(np.ndenumerate(derivative(given, shape)))

    def put(self, place, value):
        """Put a number in its place."""
        self._numbers[place] = value

    def of(self, shape, scale=1):
        """The derivative for an output of this shape."""
        whole = (scale * counting(shape)).tolist()
        for (row, column), value in self._numbers.items():
            if row < shape[0] and column < shape[1]:
                whole[row][column] = value
        return np.array(whole)


class ArrayPlayer(Player):
    """A player whose editable grids show arrays, or parts of them, under the arrays' own names.

    Parameters
    ----------
    arrays : dict
        Name of a grid → its array.
    derivatives : Derivatives, optional
        Behind the grid named ``dy``.
    """

    def __init__(self, arrays, derivatives=None, **options):
        self._arrays = arrays
        self._derivatives = derivatives
        super().__init__(**options)

    def _edit(self, grid, row, column, value):
        if grid.name == "dy":
            self._derivatives.put((row, column), value)
        else:
            place = grid.index(row, column)
            self._arrays[grid.name] = with_number(self._arrays[grid.name], place, value)


def given_or(name, array, default, ndim=2):
    """The array given, checked, or the one the widget shows by itself."""
    return _check.numbers(name, default if array is None else array, ndim)
