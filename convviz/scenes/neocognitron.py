"""Planes that compete while they learn: a neocognitron sorts digits that nobody has labelled."""

from functools import cache

import numpy as np

from convviz import datasets, geometry
from convviz.models import NeocognitronStage
from convviz.scenes import _check, _code
from convviz.scenes._competing import Board, show
from convviz.scenes._text import a_number, number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

DIGIT, WINS = "picture", "wins"
_MOST = 16
_MOST_SIDE = 12
#: How much each presentation adds to the weights of the winner (q of the paper).
_GAIN = 4.0


@cache
def _digits():
    """The data set, read once: that takes longer than everything else here."""
    return datasets.digits()


def digits_to_sort(labels=(0, 1, 4), each=4):
    """A few handwritten digits, in turns: shape ``(len(labels)·each, 8, 8)``, ink from 0 to 1.

    Returns
    -------
    images : ndarray
    kinds : ndarray of int

    Examples
    --------
    >>> images, kinds = digits_to_sort((3, 7), each=2)
    >>> images.shape, kinds.tolist()
    ((4, 8, 8), [3, 7, 3, 7])
    """
    images, kinds = _digits()
    chosen = np.stack([np.flatnonzero(kinds == label)[:each] for label in labels]).T.ravel()
    return images[chosen].astype(float), kinds[chosen]


@_check.without_warnings
def neocognitron(
    images=None, labels=None, *, planes=4, selectivity=2, field=6, rounds=2, seed=0
):
    """The scene of one stage of a neocognitron that learns without a teacher.

    Parameters
    ----------
    images : array_like, optional
        Shape ``(count, rows, columns)``, nothing negative, at most 16 of at most 12×12; twelve
        handwritten digits, four each of 0, 1 and 4, when None.
    labels : array_like of int, optional
        What each picture shows, 0 to 9. Nothing learns from them: they only name the columns of
        the table of wins. All the same when None.
    planes : int
        How many planes of S-cells compete, 1 to 6.
    selectivity : float
        r of the paper: how much alike two pictures must be for one plane. Small, and one plane
        takes them all; large, and no plane is tolerant.
    field : int
        Rows and columns of what an S-cell sees.
    rounds : int
        How often all pictures are presented.
    seed : int
        Of the weights before learning.

    Returns
    -------
    Scene
        One step for each presentation (Fukushima, 1980).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> neocognitron()
    Neocognitron: 12 pictures 8×8, 4 planes, r 2 → 3 planes learn, each one kind, 24 steps
    >>> neocognitron(selectivity=1)
    Neocognitron: 12 pictures 8×8, 4 planes, r 1 → 1 plane learns, 3 kinds mixed, 24 steps
    """
    if images is None:
        images, labels = digits_to_sort()
    images, labels = _checked(images, labels)
    planes = _between("planes", planes, 1, 6)
    rounds = _between("rounds", rounds, 1, 4)
    field = _between("field", field, 1, min(images.shape[1:]))
    selectivity = float(_check.number("selectivity", selectivity))
    if not 0 < selectivity < 1e6:
        raise ValueError(
            f"selectivity={selectivity} is out of range: use a number above 0, such as 2"
        )
    seed = geometry.integer("seed", seed, 0, "use 0, 1, 2, …")
    # All places count the same: the paper lets the weights fall towards the border.
    stage = NeocognitronStage(
        planes, field, selectivity=selectivity, gain=_GAIN, decay=1.0, seed=seed
    )
    first = stage.a[:, 0].copy()
    order = list(range(len(images))) * rounds
    shown = show(stage, images[order])
    kinds = list(range(labels.min(), labels.max() + 1))
    wins = np.zeros((planes, len(kinds)), np.int64)
    steps = _steps(stage, first, (images, labels, kinds), order, shown, wins)
    summary = (
        f"{plural(len(images), 'picture')} {shape_text(images.shape[1:])}, "
        f"{plural(planes, 'plane')}, r {number(selectivity)} → {_verdict(wins)}, "
        f"{plural(len(steps), 'step')}"
    )
    grids = _grids(images[order[-1]], images, stage, shown[-1], wins, kinds)
    joins = ("→", "→", *[""] * planes)
    return Scene(
        "Neocognitron", summary, grids, joins, steps, _caption(stage), poster=len(steps) - 1,
        rows=(3, planes), question=_question(wins, len(steps)),
        code=_code_of(shown[-1].responses.shape),
    )


#: An S-plane of PyTorch, of a picture u, which the weights a, b and c of the stage see.
S_PLANE = "r * F.relu((1 + F.conv2d(u, a)) / (1 + 2*r/(1 + r) * b * F.conv2d(u**2, c).sqrt()) - 1)"


def _code_of(shape):
    """Code for the C-cells, of the S-planes; those come of weights that are shown in ninths only."""
    planes = _code.array([_name(plane) for plane in range(shape[0])], shape)
    lines = (
        ("convviz", "the S-planes: models.NeocognitronStage.s_cells(u)", planes, "ops"),
        ("PyTorch", f"an S-plane: {S_PLANE}", f"torch.tensor({planes})", "F"),
    )
    return tuple(
        (label, f"# {said}\ns = {given}.mean((1, 2))\n"
         f"more = {of}.relu((1 + s) / (1 + s.mean()) - 1)\nmore / (0.5 + more)")
        for label, said, given, of in lines
    )


def _question(wins, count):
    """How many planes have a share in the learning."""
    used = int(wins.any(axis=1).sum())
    return Question(
        f"How many of the {len(wins)} planes will have learned something after {count} "
        "presentations?",
        "number", used, f"{_verdict(wins)[0].upper()}{_verdict(wins)[1:]}.",
        hides=tuple(grid for plane in range(len(wins)) for grid in (_name(plane), _learned(plane)))
        + ("C-cells", WINS),
    )


def _between(name, value, low, high):
    value = geometry.integer(name, value, low, f"use {low} to {high}")
    if value > high:
        raise ValueError(f"{name}={value} is too many: use {low} to {high}")
    return value


def _checked(images, labels):
    images = _check.numbers("images", images, 3).astype(float)
    if len(images) > _MOST or max(images.shape[1:]) > _MOST_SIDE:
        raise ValueError(
            f"images have shape {images.shape}: at most {_MOST} pictures of "
            f"{_MOST_SIDE}×{_MOST_SIDE} are shown; take fewer or smaller ones"
        )
    wrong = images[~(np.isfinite(images) & (images >= 0))]
    if wrong.size:
        raise ValueError(
            f"images hold {wrong[0]}: light and ink are finite and not negative; use numpy.clip or "
            "numpy.nan_to_num"
        )
    labels = np.zeros(len(images), int) if labels is None else _check.numbers("labels", labels, 1)
    if len(labels) != len(images):
        raise ValueError(f"{len(labels)} labels for {len(images)} images: give one for each")
    if labels.dtype.kind == "f" or labels.min() < 0 or labels.max() > 9:
        raise ValueError("labels must be whole numbers from 0 to 9: columns of the table of wins")
    return images, labels


def _name(plane):
    return f"S-plane {plane + 1}"


def _learned(plane):
    return f"weights a of {plane + 1}"


def _verdict(wins):
    """How many planes learned, and how pure they are."""
    used = [row for row in wins if row.any()]
    if not used:
        return "no plane learns"
    verb = "learns" if len(used) == 1 else "learn"
    mixed = max(int((row > 0).sum()) for row in used)
    purity = "each one kind" if mixed == 1 else f"{mixed} kinds mixed"
    return f"{plural(len(used), 'plane')} {verb}, {purity}"


def _ninths(values, top):
    """Shares of the largest number as single digits: they can be read in the smallest cell."""
    return np.rint(9 * values / (top or 1)).astype(np.int64)


def _grids(picture, images, stage, last, wins, kinds):
    top = images.max()
    grey = {"hidden": True, "shade": "gray", "limits": (0.0, 9.0)}
    planes = []
    for plane, weights in enumerate(stage.a[:, 0]):
        stack = f"plane {plane + 1}"
        planes += [
            Grid(
                _name(plane), "output", last.responses[plane], note="u_S", hidden=True,
                stack=stack,
            ),
            Grid(
                _learned(plane), "filter", _ninths(weights, weights.max()), note="0 to 9",
                stack=stack, **grey,
            ),
        ]
    return (
        Grid(DIGIT, "input", _ninths(picture, top), note="ink from 0 to 9", **grey),
        Grid("C-cells", "output", last.c_cells[:, None], note="u_C", origin=(1, 0), hidden=True),
        Grid(
            WINS, "neutral", wins, note="plane by digit", origin=(1, kinds[0]), hidden=True,
            shade="signed",
        ),
        *planes,
    )


def _steps(stage, first, pictures, order, shown, wins):
    """One step for each presentation; counts its wins in `wins`."""
    images, labels, kinds = pictures
    top = images.max()
    board = Board()
    steps = []
    for n, (place, seen) in enumerate(zip(order, shown, strict=True)):
        if n == 0:
            for plane, weights in enumerate(first):
                board.write(_learned(plane), _ninths(weights, weights.max()))
        board.write(DIGIT, _ninths(images[place], top))
        board.write("C-cells", seen.c_cells[:, None])
        for plane, responses in enumerate(seen.responses):
            board.write(_name(plane), responses)
        known = 0
        if seen.winner:
            plane = seen.winner[0]
            known = int(wins[plane].sum())
            wins[plane, kinds.index(int(labels[place]))] += 1
            board.write(_learned(plane), _ninths(seen.weights, seen.weights.max()))
        board.write(WINS, wins)
        what = f", {a_number(labels[place])}," if len(kinds) > 1 else ""
        head = f"Presentation {n + 1}: picture {place + 1}{what}"
        steps.append(_step(stage, head, seen, known, board.take()))
    return tuple(steps)


def _step(stage, head, seen, known, writes):
    """One presentation in words and numbers."""
    if seen.winner is None:
        words = f"{head} wakes no plane: every S-cell is silent, and nobody learns."
        return Step(words, writes=writes)
    plane, row, column = seen.winner
    winner = (_name(plane), row, column)
    r = stage.selectivity
    side = len(stage.c)
    past = f"has learned {plural(known, 'picture')} before" if known else "had learned nothing yet"
    return Step(
        sentence=(
            f"{head} excites plane {plane + 1} most: it {past}, and it alone learns this one too."
        ),
        formula=(
            f"u_S = {number(r)}·φ[(1 + {number(seen.excitation)}) / "
            f"(1 + {number(2 * r / (1 + r))}·{number(seen.inhibition)}) − 1] = "
            f"{number(seen.responses[seen.winner])}",
        ),
        result=winner,
        writes=writes,
        windows=(
            (DIGIT, row, column, row + side - 1, column + side - 1),
            (_learned(plane), 0, 0, side - 1, side - 1),
        ),
        marks=((winner, "ring"),),
    )


def _caption(stage):
    r = stage.selectivity
    return (
        (f"learning, for the winner alone: Δa = {number(_GAIN)}·c·u, Δb = {number(_GAIN)}/2·v;   "
         f"a trained cell answers above a likeness of r/(1 + r) = {number(r / (1 + r))}", ""),
    )
