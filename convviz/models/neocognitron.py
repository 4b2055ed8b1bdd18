"""The neocognitron (Fukushima, 1980): planes of cells that learn without a teacher."""

import math
from typing import NamedTuple

import numpy as np

from convviz import geometry, ops

#: Where a C-cell is half as active as it can be (α of the paper).
HALF = 0.5


class Presentation(NamedTuple):
    """What one picture does to a stage.

    Attributes
    ----------
    responses : ndarray (planes, rows, columns)
        u_S of every S-cell, before learning.
    winners : list of (int, int, int)
        Plane, row and column of the S-cells that learn, at most one to a plane.
    excitation, inhibition : ndarray (planes, rows, columns)
        Σ a·u and b·v of every S-cell, before learning.
    """

    responses: np.ndarray
    winners: list
    excitation: np.ndarray
    inhibition: np.ndarray


class NeocognitronStage:
    """A layer of S-cells, which learn, and the layer of C-cells that gathers what they say.

    Parameters
    ----------
    planes : int
        Planes of S-cells, and of C-cells.
    field : int
        Rows and columns of what an S-cell sees.
    maps : int
        Planes it sees them on.
    selectivity : float
        r of the paper. Once trained, an S-cell answers only to what has a likeness, as a cosine,
        of more than r / (1 + r) with what it has learned.
    pool : int, optional
        Rows and columns of the S-cells that a C-cell gathers; all of a plane when None.
    gain : float
        How much each presentation adds to the weights (q of the paper).
    decay : float
        By what a place of a window counts less for each pixel that it lies away from the middle.
    seed : int
        Of the small weights before learning.

    Attributes
    ----------
    a : ndarray (planes, maps, field, field)
        Weights that excite.
    b : ndarray (planes,)
        Weights that inhibit.
    c : ndarray (field, field)
        Fixed; over all maps they add up to 1.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Notes
    -----
    The formulas stand in `convviz.reference.s_cells` and `convviz.reference.c_cells`; the sums in
    them are convolutions. Unlike in the paper, the first weights are random.

    Examples
    --------
    >>> stage = NeocognitronStage(planes=2, field=3)
    >>> stage.present(np.eye(3)[None]).winners
    [(0, 0, 0)]
    >>> stage.b.round(3), stage.s_cells(np.eye(3)[None, None])[0, 0].round(2)
    (array([4.702, 0.   ]), array([[0.83]]))
    """

    def __init__(
        self, planes, field, *, maps=1, selectivity=4.0, pool=None, gain=16.0, decay=0.8, seed=0
    ):
        planes = geometry.integer("planes", planes, 1, "one plane is the least")
        field = geometry.integer("field", field, 1, "a cell sees one pixel or more")
        maps = geometry.integer("maps", maps, 1, "a picture is one map")
        seed = geometry.integer("seed", seed, 0, "use 0, 1, 2, …")
        if pool is not None:
            pool = geometry.integer("pool", pool, 1, "use 1 for C-cells that repeat their S-cell")
        for name, value in (("selectivity", selectivity), ("gain", gain), ("decay", decay)):
            if not 0 < value < math.inf:
                raise ValueError(f"{name} must be above 0 and finite, got {value}: use 1 or so")
        if decay > 1:
            raise ValueError(f"decay must be at most 1, got {decay}: 1 lets all places count alike")
        self.selectivity, self.pool, self.gain, self.decay = selectivity, pool, gain, decay
        self.c = _falling(decay, field, field) / maps  # Σ c = 1 over all it sees
        # So small that they decide only who wins while nobody has learned.
        self.a = np.random.default_rng(seed).uniform(0.005, 0.01, (planes, maps, field, field))
        self.b = np.zeros(planes)

    def parts(self, u):
        """Excitation ``Σ a·u`` and inhibition ``b·v`` of every S-cell, each as u_S is shaped."""
        u = self._checked(u)
        squares = np.broadcast_to(self.c, (1, u.shape[1], *self.c.shape))
        v = np.sqrt(ops.conv2d(u**2, np.ascontiguousarray(squares)))
        return ops.conv2d(u, self.a), self.b[:, None, None] * v

    def s_cells(self, u):
        """u_S, shape ``(N, planes, rows, columns)``, of ``u``, shape ``(N, maps, H, W)``."""
        return self._answers(*self.parts(u))

    def c_cells(self, u_s):
        """u_C of every C-cell, 0 to 1, shape ``(N, planes, rows, columns)``."""
        sides = u_s.shape[2:] if self.pool is None else (self.pool, self.pool)
        d = _falling(self.decay, *sides)[None, None]
        flat = np.ascontiguousarray(u_s).reshape(-1, 1, *u_s.shape[2:])
        sums = ops.conv2d(flat, d)
        sums = sums.reshape(*u_s.shape[:2], *sums.shape[2:])
        more = ops.relu((1 + sums) / (1 + sums.mean(axis=1, keepdims=True)) - 1)
        return more / (HALF + more)

    def present(self, u, *, column=None):
        """Show one picture: the winners' planes learn it.

        Parameters
        ----------
        u : array (maps, H, W)
        column : int, optional
            S-cells within this many rows and columns compete, those of all planes; as many as
            `field` when None, so that competitors see much the same.

        Returns
        -------
        Presentation

        Notes
        -----
        The strongest S-cell of each column represents it; of several in the same plane only the
        strongest remains. Its plane gains ``Δa = q·c·u`` and ``Δb = q/2·v`` from what it sees.
        """
        excitation, inhibition = self.parts(np.asarray(u, float)[None])
        responses = self._answers(excitation, inhibition)[0]
        winners = _representatives(responses, self.c.shape[0] if column is None else column)
        for plane, row, left in winners:
            seen = u[:, row : row + self.c.shape[0], left : left + self.c.shape[1]]
            self.a[plane] += self.gain * self.c * seen
            self.b[plane] += self.gain / 2 * np.sqrt(np.sum(self.c * seen**2))
        return Presentation(responses, winners, excitation[0], inhibition[0])

    def _answers(self, excitation, inhibition):
        r = self.selectivity
        return r * ops.relu((1 + excitation) / (1 + 2 * r / (1 + r) * inhibition) - 1)

    def _checked(self, u):
        u = np.asarray(u, dtype=float)
        if u.ndim != 4 or u.shape[1] != self.a.shape[1]:
            raise ValueError(
                f"pictures must have the shape (N, {self.a.shape[1]}, rows, columns), got "
                f"{u.shape}: index with [:, None] to add the axis of the maps"
            )
        if not (np.isfinite(u) & (u >= 0)).all():
            raise ValueError("pictures must be finite and not negative: use numpy.clip")
        return u


class Neocognitron:
    """Stages one after another; each reads the C-cells of the one before.

    Parameters
    ----------
    stages : sequence of NeocognitronStage

    Examples
    --------
    >>> first, second = NeocognitronStage(3, 3, pool=2), NeocognitronStage(4, 2, maps=3)
    >>> network = Neocognitron([first, second])
    >>> network.fit(np.eye(6)[None]).c_cells(np.eye(6)[None]).shape
    (1, 4, 1, 1)
    """

    def __init__(self, stages):
        self.stages = list(stages)
        for before, after in zip(self.stages, self.stages[1:], strict=False):
            if after.a.shape[1] != len(before.a):
                raise ValueError(
                    f"a stage of {len(before.a)} planes is followed by one that sees "
                    f"{after.a.shape[1]}: give it maps={len(before.a)}"
                )

    def fit(self, images, rounds=2):
        """Present all images, shape ``(N, rows, columns)``, to each stage in turn; no labels.

        Unlike in the paper, where all stages learn at once, a stage begins when the one before it
        is done.
        """
        u = np.asarray(images, dtype=float)[:, None]
        for stage in self.stages:
            for _ in range(rounds):
                for picture in u:
                    stage.present(picture)
            u = stage.c_cells(stage.s_cells(u))
        return self

    def c_cells(self, images):
        """u_C of the last stage, shape ``(N, planes, rows, columns)``."""
        u = np.asarray(images, dtype=float)[:, None]
        for stage in self.stages:
            u = stage.c_cells(stage.s_cells(u))
        return u

    def answers(self, images):
        """Number of the plane that answers most to each image; −1 where all are silent."""
        most = self.c_cells(images).max(axis=(2, 3))
        return np.where(most.max(axis=1) > 0, most.argmax(axis=1), -1)

    def names(self, images, labels):
        """What each plane stands for: the label of most of the images that it answers to.

        Nothing is learned: the labels, whole numbers from 0, are only looked up.

        Returns
        -------
        ndarray of int (planes + 1,)
            −1 for planes that answer to none; the last, also −1, is the name of silence, so that
            ``names[network.answers(more)]`` reads more images.
        """
        labels = np.asarray(labels)
        counts = np.zeros((len(self.stages[-1].a) + 1, labels.max() + 1), int)
        np.add.at(counts, (self.answers(images), labels), 1)
        counts[-1] = 0
        return np.where(counts.any(axis=1), counts.argmax(axis=1), -1)


def _falling(decay, rows, columns):
    """Weights that fall from the middle of a window outwards; they add up to 1."""
    down, across = (np.arange(side) - (side - 1) / 2 for side in (rows, columns))
    weights = float(decay) ** np.hypot(down[:, None], across)
    return weights / weights.sum()


def _representatives(responses, column):
    """The S-cells that learn: the strongest of each column, and one to a plane."""
    _, rows, columns = responses.shape
    sides = min(column, rows), min(column, columns)
    best = {}
    for top, left in np.ndindex(rows - sides[0] + 1, columns - sides[1] + 1):
        window = responses[:, top : top + sides[0], left : left + sides[1]]
        plane, row, across = (int(n) for n in np.unravel_index(window.argmax(), window.shape))
        cell = plane, top + row, left + across
        if responses[cell] > max(0, responses[best[plane]] if plane in best else 0):
            best[plane] = cell
    return [best[plane] for plane in sorted(best)]
