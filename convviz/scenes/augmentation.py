"""One picture, changed by chance: what training data are made to look like."""

import math
from functools import lru_cache

import numpy as np

from convviz import datasets, geometry
from convviz.scenes import _check
from convviz.scenes._text import number, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: What can be switched on, in the order of the numbers that are drawn.
CHANGES = ("angle", "shift", "scale", "flip", "shear", "stretch")
_SIZE = 48


def augmentation(image=None, *, seed=0, changes=CHANGES, limits=None):
    """The scene of a picture and of what a random change makes of it.

    Parameters
    ----------
    image : array_like, optional
        Shape ``(rows, columns)``, 2 to 128 each way; a photograph of a flower when None.
    seed : int
        Decides the draw.
    changes : sequence of str
        Which of `CHANGES` are made.
    limits : datasets.Augment, optional
        How far each of them goes; as far as for plankton (Dieleman and others, 2015) when None.

    Returns
    -------
    Scene
        One step: the picture, the numbers drawn, where a step down and a step to the right lead,
        and the picture changed.

    Raises
    ------
    TypeError, ValueError
        If the image holds no finite numbers, or a change is not known.

    Examples
    --------
    >>> augmentation(seed=2, changes=["flip"])
    Augmentation: 48×48, draw 2: as it is
    >>> augmentation(seed=2, changes=["angle", "scale"])
    Augmentation: 48×48, draw 2: angle 94.2°, scale 0.68
    """
    if image is None:
        image = _flower()
    image = _check.numbers("image", image, 2).astype(np.float64)
    if not 2 <= min(image.shape) <= max(image.shape) <= _check.MOST_PIXELS:
        raise ValueError(
            f"image has shape {shape_text(image.shape)}: pictures of 2 to {_check.MOST_PIXELS} "
            "pixels each way are shown; crop it"
        )
    if not np.isfinite(image).all():
        raise ValueError("image holds NaN or infinity, which no pixel is: change them")
    for name in changes:
        _check.choice("changes", name, CHANGES)
    seed = geometry.integer("seed", seed, 0, "use a whole number from 0 on")
    draw = (limits or datasets.Augment()).draw(np.random.default_rng(seed))
    change = _only(draw, changes)
    changed = change.apply(image)
    words = _words(change)
    ends = {"shade": "gray", "display": "image", "limits": _ends(image)}
    grids = (
        Grid("picture", "input", image, **ends),
        Grid("matrix", "filter", change.matrix()),
        Grid("changed", "output", changed, **ends),
    )
    told = f"area · {number(change.scale)}² = area · {number(change.scale**2)}"
    sentence = f"Draw {seed}: {', '.join(words)}." if words else f"Draw {seed} changes nothing."
    return Scene(
        "Augmentation", f"{shape_text(image.shape)}, draw {seed}: {', '.join(words) or 'as it is'}",
        grids, ("·", "="), (Step(sentence, (told,)),), _CAPTION,
        question=_question(change, words),
    )


@lru_cache(maxsize=1)  # every scene of a widget asks for it, and it is read from a JPEG
def _flower():
    return np.rint(255 * datasets.photograph("flower", size=(_SIZE, _SIZE)))


_CAPTION = (("columns of the matrix: where a step down leads, and a step to the right", ""),)


def _ends(image):
    """Black and white, the same for both pictures: what comes from outside is 0."""
    low, high = min(image.min(), 0.0), max(image.max(), 0.0)
    return (low, high if high > low else low + 1.0)


def _only(draw, changes):
    """A change with the numbers of those that are switched on."""
    kept = {name: getattr(draw, name) for name in changes if name != "shift"}
    if "shift" in changes:
        kept |= {"rows": draw.rows, "columns": draw.columns}
    return datasets.Change(**kept)


def _words(change):
    """A change in words, what does nothing left out."""
    signed = number(round(change.angle, 1)), number(round(change.shear, 1))
    moved = [f"{number(round(value, 1))}" for value in (change.rows, change.columns)]
    said = [
        (change.angle, f"angle {signed[0]}°"),
        (change.rows or change.columns, f"shift {' and '.join(moved)}"),
        (not math.isclose(change.scale, 1), f"scale {number(change.scale)}"),
        (change.flip, "flip"),
        (change.shear, f"shear {signed[1]}°"),
        (not math.isclose(change.stretch, 1), f"stretch {number(change.stretch)}"),
    ]
    return [text for there, text in said if there]


def _question(change, words):
    """What the determinant of the matrix is."""
    return Question(
        f"Drawn: {', '.join(words) or 'nothing'}. How many times as large is the area of a thing "
        "in the changed picture?", "number", change.scale**2,
        f"Scaling counts twice, {number(change.scale)} · {number(change.scale)} = "
        f"{number(change.scale**2)}. Nothing else changes an area: what stretching adds to the "
        "width it takes from the height.",
        hides=("matrix", "changed"), tolerance=0.01,
    )
