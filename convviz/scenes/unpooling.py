"""Max pooling, and three ways back up to the size there was before."""

import numpy as np

from convviz import reference
from convviz.scenes import _check
from convviz.scenes._code import with_axes
from convviz.scenes._pooling import pool_axes
from convviz.scenes._text import number, plural, shape_text, span
from convviz.scenes.scene import Grid, Question, Scene, Step

#: How a map is made larger again.
UNPOOLINGS = ("where it was", "first place", "everywhere")
INPUT, POOLED, PLACES, LARGER = "input", "pooled", "places", "made larger"
_SENTENCES = {
    "where it was": "{value} goes back to where it was found, row {r}, column {c}; the others get 0.",
    "first place": "{value} goes to the first place of its window, wherever it was found.",
    "everywhere": "{value} goes to every place of its window: its neighbour is copied.",
}


@_check.without_warnings
def unpooling(image, *, kernel_size=2, how="where it was"):
    """The scene of a max pooling with windows that do not overlap, and of the way back up.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, both multiples of `kernel_size`, at most 12.
    kernel_size : int
        Side of the square window, and its stride.
    how : str
        One of `UNPOOLINGS`. The first is that of SegNet (Badrinarayanan, Kendall and Cipolla,
        2017), which remembers the places; the last is the nearest neighbour.

    Returns
    -------
    Scene
        One step down for each window, then one up for each.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = unpooling([[1, 5], [3, 2]])
    >>> scene, scene.grid("made larger").values.tolist()
    (Unpooling: 2×2, window 2 → 1×1 → 2×2, where it was, 2 steps, [[0, 5], [0, 0]])
    """
    image = _check.numbers("image", image, 2)
    _check.choice("how", how, UNPOOLINGS)
    axes = pool_axes(image.shape, kernel_size, kernel_size)
    if max(image.shape) > 12 or any(size % kernel_size for size in image.shape):
        raise ValueError(
            f"image has shape {image.shape}: use multiples of kernel_size={kernel_size}, at most 12"
        )
    pooled, indices = reference.max_pool2d(image, kernel_size, kernel_size)
    larger = np.zeros_like(image)
    windows = []
    for (r, c), value in np.ndenumerate(pooled):
        down, across = (axis.taps(at) for axis, at in zip(axes, (r, c), strict=True))
        winner = divmod(int(indices[r, c]), image.shape[1])
        cells = {
            "where it was": [winner], "first place": [(down[0], across[0])],
            "everywhere": [(i, j) for i in down for j in across],
        }[how]  # fmt: skip
        for cell in cells:
            larger[cell] = value
        windows.append(((r, c), value, (down, across), winner, cells))
    steps = (
        *(_down(window, indices) for window in windows), *(_up(window, how) for window in windows)
    )
    summary = (
        f"{shape_text(image.shape)}, window {kernel_size} → {shape_text(pooled.shape)} → "
        f"{shape_text(image.shape)}, {how}, {plural(len(steps), 'step')}"
    )
    grids = (
        Grid(INPUT, "input", image, editable=True),
        Grid(POOLED, "output", pooled, hidden=True, stack="the encoder hands on"),
        Grid(
            PLACES, "neutral", indices, note="counted row by row", hidden=True,
            stack="the encoder hands on",
        ),
        Grid(LARGER, "output", larger, note=how, hidden=True, shade="signed"),
    )
    return Scene(
        "Unpooling", summary, grids, ("→", "→"), steps, poster=len(steps) - 1,
        question=_question(larger, how), code=with_axes(
            _code(kernel_size, how), input=image.shape, pooled=pooled.shape,
        ),
    )


def _frame(name, taps):
    down, across = taps
    return (name, down[0], across[0], down[-1], across[-1])


def _down(window, indices):
    (r, c), value, taps, winner, _ = window
    return Step(
        f"Down: the largest number of {span(taps[0], 'row')}, {span(taps[1], 'column')} is "
        f"{number(value)}; its place is kept beside it.",
        result=(POOLED, r, c),
        writes=(((POOLED, r, c), value), ((PLACES, r, c), int(indices[r, c]))),
        windows=(_frame(INPUT, taps),),
        marks=(((INPUT, *winner), "ring"),),
    )


def _up(window, how):
    (r, c), value, taps, winner, cells = window
    told = dict(zip("rc", winner, strict=True))
    written = [
        ((LARGER, i, j), value if (i, j) in cells else 0) for i in taps[0] for j in taps[1]
    ]
    return Step(
        "Up: " + _SENTENCES[how].format(value=number(value), **told),
        result=(LARGER, *cells[0]),
        writes=tuple(written),
        windows=(_frame(LARGER, taps),),
        marks=(((POOLED, r, c), "tap"), *(((LARGER, *cell), "ring") for cell in cells)),
    )


def _question(larger, how):
    """How much of the larger map is filled."""
    zeros = int((larger == 0).sum())
    return Question(
        f"The pooled map is made larger ({how}). How many of the {larger.size} numbers are 0 then?",
        "number", zeros, f"{zeros} of {larger.size} get nothing, or a 0 that won its window.",
        hides=(LARGER,),
    )


def _code(side, how):
    """Code for the larger map."""
    if how == "everywhere":
        return (("convviz", f"np.kron(pooled, np.ones(({side}, {side})))"),)
    if how == "first place":
        corner = f"np.eye(1, {side * side}).reshape({side}, {side})"
        return (("convviz", f"np.kron(pooled, {corner})"),)
    pooled = f"max_pool2d(input[None, None], {side}, return_indices=True)"
    theirs = pooled.replace("input", "torch.tensor(input)")
    return (
        ("convviz", f"ops.max_unpool2d(*ops.{pooled}, {side})[0, 0]"),
        ("PyTorch", f"F.max_unpool2d(*F.{theirs}, {side})[0, 0]"),
    )
