"""Pictures presented to a stage of a neocognitron, and the cells of the scene that they change."""

from typing import NamedTuple

import numpy as np


class Shown(NamedTuple):
    """One presentation.

    Attributes
    ----------
    responses : ndarray (planes, rows, columns)
        u_S before learning.
    c_cells : ndarray (planes,)
        u_C before learning, to two decimals: small cells have no room for more.
    winner : (int, int, int) or None
        Plane, row and column of the S-cell that learns; None when all are silent.
    excitation, inhibition : float
        Σ a·u and b·v of the winner.
    weights : ndarray or None
        a of the winner's plane after learning.
    """

    responses: np.ndarray
    c_cells: np.ndarray
    winner: tuple | None
    excitation: float
    inhibition: float
    weights: np.ndarray | None


def show(stage, image):
    """Show a picture to the stage; pictures as small as these make one column of cells."""
    excitation, inhibition = (part[0] for part in stage.parts(image[None, None]))
    responses, winners = stage.present(image[None], column=max(image.shape))
    c_cells = stage.c_cells(responses[None])[0, :, 0, 0].round(2)
    if not winners:
        return Shown(responses, c_cells, None, 0.0, 0.0, None)
    (winner,) = winners
    weights = stage.a[winner[0], 0].copy()
    parts = float(excitation[winner]), float(inhibition[winner])
    return Shown(responses, c_cells, winner, *parts, weights)


class Board:
    """What stands on the stage: hands out only the cells that change."""

    def __init__(self):
        self._shown, self._changes = {}, []

    def write(self, name, values):
        """Put the numbers of a grid on the stage."""
        first = name not in self._shown
        new = np.ones(values.shape, bool) if first else values != self._shown[name]
        places = np.argwhere(new).tolist()
        numbers = values[new].tolist()
        self._changes += [((name, *place), n) for place, n in zip(places, numbers, strict=True)]
        self._shown[name] = np.array(values)

    def take(self):
        """The cells changed since the last time, with their numbers."""
        changes, self._changes = tuple(self._changes), []
        return changes
