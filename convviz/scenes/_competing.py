"""One stage of a neocognitron (Fukushima, 1980): S-cells that compete, and their C-cells."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

#: How much each presentation adds to the weights of the winner (q of the paper).
GAIN = 4.0
#: Where a C-cell is half as active as it can be (α of the paper).
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Presentation:
    """What one picture does to the stage.

    Attributes
    ----------
    responses : ndarray
        Shape ``(planes, rows, columns)``: u_S of every S-cell, before learning.
    winner : (int, int, int) or None
        Plane, row and column of the S-cell that learns; None when all are silent.
    excitation, inhibition : float
        Σ a·u and b·v of the winner.
    weights : ndarray or None
        Shape ``(K, K)``: a of the winner's plane after learning.
    c_cells : ndarray
        Shape ``(planes,)``: u_C of every plane, before learning.
    """

    responses: np.ndarray
    winner: tuple[int, int, int] | None
    excitation: float
    inhibition: float
    weights: np.ndarray | None
    c_cells: np.ndarray


class Stage:
    """Planes of S-cells that share their weights, as the channels of a convolution do.

    Parameters
    ----------
    planes : int
        How many planes compete.
    field : int
        Rows and columns of what a cell sees.
    selectivity : float
        r of the paper. Once trained, a cell answers only to pictures whose cosine with what it
        learned is above r / (1 + r).
    seed : int
        Of the small random weights that every plane starts with.

    Notes
    -----
    An S-cell that sees the patch u answers with

        u_S = r · φ[ (1 + Σ a·u) / (1 + 2r/(1+r) · b·v) − 1 ],   v = √(Σ c·u²),   φ = max(0, ·)

    Of the cells of all planes the one with the largest answer represents the rest of its column:
    its plane gains ``Δa = q·c·u`` and ``Δb = q/2·v`` (Hebb's rule, for the winner alone), and as
    the weights are shared, all cells of the plane gain it. Pictures small enough make one column.
    """

    def __init__(self, planes, field, selectivity, seed):
        self.selectivity = selectivity
        # The same share for each cell of the field; the paper lets it fall towards the border.
        self.share = 1.0 / field**2
        # So small that they decide only who wins while nobody has learned.
        self.a = np.random.default_rng(seed).uniform(0.005, 0.01, (planes, field, field))
        self.b = np.zeros(planes)

    def patches(self, picture):
        """What every S-cell of a plane sees: shape ``(rows, columns, field²)``."""
        patches = sliding_window_view(picture, self.a.shape[1:])
        return patches.reshape(*patches.shape[:2], -1)

    def answers(self, excitation, inhibition):
        """u_S from its parts."""
        r = self.selectivity
        return r * np.maximum((1 + excitation) / (1 + 2 * r / (1 + r) * inhibition) - 1, 0)

    def present(self, patches):
        """Show a picture, as its patches, and let the plane of the winner learn."""
        excitation = np.moveaxis(patches @ self.a.reshape(len(self.a), -1).T, 2, 0)
        strength = np.sqrt(self.share * (patches**2).sum(axis=2))
        inhibition = self.b[:, None, None] * strength
        responses = self.answers(excitation, inhibition)
        best = tuple(int(n) for n in np.unravel_index(np.argmax(responses), responses.shape))
        cells = c_cells(responses)
        if responses[best] <= 0:
            return Presentation(responses, None, 0.0, 0.0, None, cells)
        plane, row, column = best
        self.a[plane] += GAIN * self.share * patches[row, column].reshape(self.a.shape[1:])
        self.b[plane] += GAIN / 2 * strength[row, column]
        return Presentation(
            responses, best, float(excitation[best]), float(inhibition[best]), self.a[plane].copy(),
            cells,
        )


def c_cells(responses):
    """u_C of every plane: it answers wherever in its plane the S-cell stands that answers.

    ``u_C = ψ[(1 + Σ d·u_S) / (1 + v_S) − 1]`` with ``ψ(x) = φ(x) / (α + φ(x))`` and v_S the mean of
    the sums over the planes: planes that answer less than the others are silenced.

    >>> c_cells(np.array([[[3.0]], [[0.0]]])).round(3).tolist()
    [0.545, 0.0]
    """
    sums = responses.mean(axis=(1, 2))
    raised = np.maximum((1 + sums) / (1 + sums.mean()) - 1, 0)
    return raised / (HALF + raised)
