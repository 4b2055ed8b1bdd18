"""Filter, then move; or move, then filter: do both ways give the same map?"""

import numpy as np

from convviz import geometry
from convviz.scenes import _check
from convviz.scenes._sliding import scan
from convviz.scenes._text import number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: What can be done with a picture besides shifting it.
MOVES = ("nothing else", "quarter turn", "half turn", "mirror", "twice as large")
#: A shape that no turn and no mirror takes to itself, with room around it to be moved.
MOVED_IMAGE = np.pad([[1, 1, 1], [1, 0, 0], [1, 1, 0]], 2)
#: A light edge on the left of something dark.
EDGE_FILTER = np.array([[1, 0, -1]] * 3)
MOVED, THEN, FIRST, DIFFERENCE = "moved input", "moved map", "map of the moved", "difference"
_DONE = dict(zip(MOVES, ("", ", turned by 90°", ", turned by 180°", ", mirrored", ", enlarged")))


def moved(array, move="nothing else", shift=0):
    """A plane turned, mirrored or enlarged about its middle, then shifted to the right.

    What leaves it is lost, and zeros come in.

    Examples
    --------
    >>> moved(np.array([[1, 2], [3, 4]]), "quarter turn").tolist()
    [[3, 1], [4, 2]]
    >>> moved(np.array([[1, 2], [3, 4]]), shift=1).tolist()
    [[0, 1], [0, 3]]
    """
    if move in ("quarter turn", "half turn"):
        array = np.rot90(array, -1 if move == "quarter turn" else 2)
    elif move == "mirror":
        array = array[:, ::-1]
    elif move == "twice as large":
        places = [(np.arange(size) + size // 2 + size % 2) // 2 for size in array.shape]
        array = array[np.ix_(*places)]
    result = np.zeros_like(array)
    columns = array.shape[1]
    result[:, max(shift, 0) : columns + shift] = array[:, max(-shift, 0) : columns - shift]
    return result


@_check.without_warnings
def equivariance(image, kernel, *, shift=1, move="nothing else", stride=1):
    """The scene of a filter and a movement, in both orders.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, square, at most 12 each way.
    kernel : array_like
        Shape ``(rows, columns)``, odd, no larger than the image.
    shift : int
        By how many pixels to the right; less than half of the image each way.
    move : str
        What is done besides, first: one of `MOVES`.
    stride : int
        Of the convolution, with zeros around the image. The map is then shifted by
        ``shift / stride`` places, rounded down.

    Returns
    -------
    Scene
        Five steps: filter; move the map; move the input; filter that; compare. Where nothing
        differs, the convolution is *equivariant* to the movement (Cohen and Welling, 2016).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> equivariance(MOVED_IMAGE, EDGE_FILTER)
    Equivariance: 7×7 ∗ 3×3, shifted by 1 → the same in 49 of 49 places, 5 steps
    >>> equivariance(MOVED_IMAGE, EDGE_FILTER, shift=0, move="quarter turn")
    Equivariance: 7×7 ∗ 3×3, shifted by 0, turned by 90° → the same in 30 of 49 places, 5 steps
    """
    image, kernel, shift, stride = _checked(image, kernel, shift, move, stride)
    rim = [(size // 2, size // 2) for size in kernel.shape]

    def filtered(picture):
        return scan(np.pad(picture, rim), kernel, stride)

    features, other = filtered(image), moved(image, move, shift)
    one, two = moved(features, move, shift // stride), filtered(other)
    apart = two - one
    same = int((apart == 0).sum())
    done = f"shifted by {number(shift)}{_DONE[move]}"
    verdict = f"the same in {same} of {apart.size} places"
    steps = _steps(
        {"map": features, THEN: one, MOVED: other, FIRST: two, DIFFERENCE: apart}, done, verdict,
        stride,
    )
    summary = (
        f"{shape_text(image.shape)} ∗ {shape_text(kernel.shape)}, {done}"
        f"{'' if stride == 1 else f', stride {stride}'} → {verdict}, {plural(len(steps), 'step')}"
    )
    return Scene(
        "Equivariance", summary, _grids(image, kernel, features, one, other, two, apart),
        ("∗", "=", "→", "", "→", ""), steps, poster=len(steps) - 1, rows=(4, 3),
        question=_question(same, apart.size, done),
    )


def _checked(image, kernel, shift, move, stride):
    image, kernel = _check.numbers("image", image, 2), _check.numbers("kernel", kernel, 2)
    if image.shape[0] != image.shape[1] or len(image) > 12:
        raise ValueError(
            f"image has shape {image.shape}: use a square of at most 12×12, so that it can be turned"
        )
    if any(side % 2 == 0 or side > len(image) for side in kernel.shape):
        raise ValueError(
            f"kernel has shape {kernel.shape}: use odd sides, at most {len(image)}, so that it has "
            "a middle"
        )
    most = (len(image) - 1) // 2
    words = f"use {-most} to {most}, so that the image stays in sight"
    shift = geometry.integer("shift", shift, -most, words)
    if shift > most:
        raise ValueError(f"shift={shift} is too far: {words}")
    _check.choice("move", move, MOVES)
    stride = geometry.integer("stride", stride, 1, "use 1 for every place")
    if stride > 3:
        raise ValueError(f"stride={stride} is too large: use 1 to 3")
    return image, kernel, shift, stride


def _grids(image, kernel, features, one, other, two, apart):
    top = max(float(np.abs(np.nan_to_num(values)).max()) for values in (features, two)) or 1.0
    shown = {"hidden": True, "shade": "signed"}
    like = {**shown, "limits": (-top, top)}
    return (
        Grid("input", "input", image, editable=True, shade="signed"),
        Grid("filter", "filter", kernel, editable=True),
        Grid("map", "output", features, **like),
        Grid(THEN, "output", one, note="filter, move", **like),
        Grid(MOVED, "input", other, **shown),
        Grid(FIRST, "output", two, note="move, filter", **like),
        Grid(DIFFERENCE, "neutral", apart, note="", **like),
    )


def _steps(arrays, done, verdict, stride):
    """A step for each array, which it writes."""
    by = "" if stride == 1 else ", by as many places as come nearest"
    sentences = {
        "map": "The filter makes a map of the input.",
        THEN: f"The first way: the map is {done}{by}.",
        MOVED: f"The second way: the input is {done}.",
        FIRST: "The same filter makes a map of the moved input.",
        DIFFERENCE: f"{verdict[0].upper()}{verdict[1:]}.",
    }
    return tuple(
        Step(
            sentence,
            writes=tuple(((name, *place), value) for place, value in np.ndenumerate(arrays[name])),
            windows=((name, 0, 0, *(size - 1 for size in arrays[name].shape)),),
        )
        for name, sentence in sentences.items()
    )


def _question(same, places, done):
    """Whether the order matters."""
    return Question(
        f"The input is {done}. In how many of the {places} places do both ways give the same?",
        "number", same, f"Filtered and then moved, or moved and then filtered: {same} are equal.",
        hides=(THEN, FIRST, DIFFERENCE),
    )
