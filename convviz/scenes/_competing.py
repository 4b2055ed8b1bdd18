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


def show(stage, images):
    """Show pictures to the stage, one after another; those as small as these make one column."""
    seen = []
    for image in images:
        presented = stage.present(image[None], column=max(image.shape))
        weights = stage.a[presented.winners[0][0], 0].copy() if presented.winners else None
        seen.append((presented, weights))
    # They do not change what is learned: all of them at once.
    responses = np.stack([presented.responses for presented, _ in seen])
    c_cells = stage.c_cells(responses)[:, :, 0, 0].round(2)
    return [_shown(*one, c) for one, c in zip(seen, c_cells, strict=True)]


def _shown(presented, weights, c_cells):
    responses, winners, excitation, inhibition = presented
    if not winners:
        return Shown(responses, c_cells, None, 0.0, 0.0, None)
    (winner,) = winners
    parts = float(excitation[winner]), float(inhibition[winner])
    return Shown(responses, c_cells, winner, *parts, weights)


class Board:
    """What stands on the stage: hands out only the cells that change.

    Every grid is written once before the first time, and keeps its shape.
    """

    def __init__(self):
        self._grids, self._cells, self._shown = {}, None, None

    def write(self, name, values):
        """Put the numbers of a grid on the stage."""
        self._grids[name] = values

    def take(self):
        """The cells changed since the last time, with their numbers."""
        if self._cells is None:
            self._cells = [
                (name, *place)
                for name, values in self._grids.items()
                for place in np.ndindex(values.shape)
            ]
            self._shown = np.full(len(self._cells), np.nan)
        # One comparison for all grids: dozens of small ones would take ten times as long.
        now = np.concatenate([values.ravel() for values in self._grids.values()], dtype=float)
        changed = (now != self._shown).nonzero()[0]
        self._shown = now
        return tuple(
            (self._cells[place], number)
            for place, number in zip(changed.tolist(), now[changed].tolist(), strict=True)
        )
