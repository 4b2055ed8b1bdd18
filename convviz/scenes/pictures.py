"""What a network makes of a picture, beside what it was to make of it."""

import numpy as np

from convviz.scenes import _check
from convviz.scenes._text import number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

PICTURE, TRUTH, GUESS, WRONG = "picture", "mask", "guess", "wrong pixels"
GIVEN, MADE, WANTED = "given", "made", "wanted"


@_check.without_warnings
def segmentation(image, mask, guess, names):
    """The scene of a picture, of the class of each of its pixels, and of what was guessed.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 128 each way.
    mask, guess : array_like of int
        Of the same shape: a class for every pixel, from 0.
    names : sequence of str
        Of the classes.

    Returns
    -------
    Scene
        One step for each class that is there or was guessed: its pixels, and intersection over
        union, IoU.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> segmentation(np.zeros((2, 2)), [[0, 1], [1, 1]], [[0, 0], [1, 1]], ["ground", "disc"])
    Segmentation: 2×2, ground 0.5, disc 0.67 → 1 of 4 pixels wrong, 2 steps
    """
    image = _check.picture("image", image)
    mask, guess = _classes("mask", mask, image, names), _classes("guess", guess, image, names)
    wrong = int((mask != guess).sum())
    steps, told = [], []
    for one, name in enumerate(names):
        there, said = mask == one, guess == one
        both, some = int((there & said).sum()), int((there | said).sum())
        if not some:
            continue
        told.append(f"{name} {number(both / some)}")
        steps.append(
            Step(
                f"{name}: {plural(int(there.sum()), 'pixel')} of the mask, {said.sum()} of the "
                f"guess, {both} in both.",
                formula=(f"IoU of {name} = {both}/{some} = {number(both / some)}",),
                windows=tuple(_around(*each) for each in ((TRUTH, there), (GUESS, said)) if each[1].any()),
            )
        )
    verdict = f"{wrong} of {mask.size} pixels wrong"
    limits = {"display": "image", "shade": "gray", "limits": (0.0, float(max(len(names) - 1, 1)))}
    grids = (
        Grid(PICTURE, "input", image, display="image", shade="gray"),
        Grid(TRUTH, "neutral", mask, note="a grey for each class", **limits),
        Grid(GUESS, "output", guess, note="a grey for each class", **limits),
        Grid(WRONG, "neutral", (mask != guess).astype(int), note=f"{wrong}", display="image",
             shade="gray", limits=(0.0, 1.0)),
    )  # fmt: skip
    summary = f"{shape_text(image.shape)}, {', '.join(told)} → {verdict}, {plural(len(steps), 'step')}"
    question = Question(
        "How many pixels in a hundred are wrong?", "number", 100 * wrong / mask.size,
        f"{verdict}: {number(100 * wrong / mask.size)} %.", hides=(WRONG,), tolerance=2.0,
    )
    return Scene(
        "Segmentation", summary, grids, ("→", "", ""), tuple(steps), poster=len(steps) - 1,
        rows=(2, 2), question=question,
    )


def _around(name, pixels):
    """The smallest frame that holds all of them."""
    rows, columns = (np.flatnonzero(pixels.any(axis=axis)).tolist() for axis in (1, 0))
    return (name, rows[0], columns[0], rows[-1], columns[-1])


def _classes(name, mask, image, names):
    mask = _check.numbers(name, mask, 2)
    if mask.shape != image.shape or mask.dtype.kind == "f":
        raise ValueError(
            f"{name} must have a whole number for each pixel, shape {image.shape}, got "
            f"{mask.dtype} of shape {mask.shape}: scores become classes by argmax"
        )
    if mask.min() < 0 or mask.max() >= len(names):
        raise ValueError(f"{name} has classes beyond the {len(names)} names: they count from 0")
    return mask


@_check.without_warnings
def reconstruction(given, made, wanted):
    """The scene of a picture, of what a network made of it, and of what it was to make.

    Parameters
    ----------
    given, made, wanted : array_like
        Shape ``(rows, columns)`` each, at most 128 each way; shown from 0 to 1.

    Returns
    -------
    Scene
        Two steps: the mean squared difference of the given picture from the wanted one, and that
        of the made one.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> reconstruction(np.ones((2, 2)), np.full((2, 2), 0.5), np.zeros((2, 2)))
    Reconstruction: 2×2 → 2×2, mean squared difference 1.000 → 0.250, 2 steps
    """
    named = {"given": given, "made": made, "wanted": wanted}
    given, made, wanted = (_check.picture(name, array) for name, array in named.items())
    if not given.shape == made.shape == wanted.shape:
        raise ValueError(
            f"given, made and wanted have shapes {given.shape}, {made.shape} and {wanted.shape}: "
            "they must be of one size"
        )
    arrays = {GIVEN: ("input", given), MADE: ("output", made), WANTED: ("neutral", wanted)}
    far = [float(((array - wanted) ** 2).mean()) for array in (given, made)]
    apart = Grid("off", "neutral", made - wanted, note="made − wanted", display="image",
                 shade="signed", limits=(-1.0, 1.0))  # fmt: skip
    grids = tuple(
        Grid(name, role, array, display="image", shade="gray", limits=(0.0, 1.0))
        for name, (role, array) in arrays.items()
    )
    size, told = shape_text(wanted.shape), [f"{value:.3f}" for value in far]
    names = ("The picture that is given", "The picture that is made")
    whole = tuple(size - 1 for size in wanted.shape)
    steps = tuple(
        Step(
            f"{name} is {value} from the wanted one, as a mean of squares.",
            formula=(f"mean of ({grid} − wanted)² = {value}",),
            windows=((grid, 0, 0, *whole),),
        )
        for name, grid, value in zip(names, (GIVEN, MADE), told, strict=True)
    )
    summary = f"{size} → {size}, mean squared difference {told[0]} → {told[1]}, 2 steps"
    question = Question(
        "By what factor does the network make the mean squared difference smaller?", "number",
        far[0] / far[1] if far[1] else 0.0, f"{told[0]} becomes {told[1]}.",
        hides=("off",), tolerance=0.25 * far[0] / far[1] if far[1] else 0.0,
    )
    return Scene(
        "Reconstruction", summary, (*grids, apart), ("→", "", ""), steps, poster=1, rows=(2, 2),
        question=question if far[1] else None,
    )
