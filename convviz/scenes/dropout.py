"""Dropout: which numbers are forgotten, what the others are multiplied with, and the way back."""

import numpy as np

from convviz import geometry, ops
from convviz.scenes import _check
from convviz.scenes._code import with_axes
from convviz.scenes._gradients import counting, derivative
from convviz.scenes._text import MINUS, number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: A map with mean 4.
DROPPED_IMAGE = np.array([[2, 6, 4], [8, 3, 5], [1, 2, 5]])


@_check.without_warnings
def dropout(image=DROPPED_IMAGE, dy=None, *, p=0.5, seed=0):
    """The scene of dropout in training, there and back (Srivastava and others, 2014).

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 24 each way.
    dy : array_like, optional
        The derivative of the loss with respect to the output; 1, 2, 3, … when None.
    p : float
        The probability of being dropped, from 0 to below 1.
    seed : int
        Decides the draws.

    Returns
    -------
    Scene
        One step forward and one back for each number.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = dropout()
    >>> scene
    Dropout: 3×3, p 0.5, draw 0: 6 of 9 kept, mean 4 → 4, 18 steps
    >>> scene.formula_text(0)
    '2·2 = 4,   0.64 is not below 0.5: kept'
    """
    image = _check.numbers("image", image, 2)
    _check.showable("image", image.shape, "crop it")
    p = float(_check.number("p", p))
    if not 0 <= p < 1:
        raise ValueError(
            f"p={p} leaves nothing, or is no probability: use 0 to below 1, such as 0.5"
        )
    seed = geometry.integer("seed", seed, 0, "use a whole number from 0 on")
    dy = counting(image.shape) if dy is None else derivative(dy, image.shape)
    x = image.astype(np.float64)
    draws = np.random.default_rng(seed).random(x.shape)
    y, mask = ops.dropout(x, p, generator=np.random.default_rng(seed))
    dx = ops.dropout_backward(dy.astype(np.float64), mask)
    values = {"input": image, "draw": draws, "mask": mask, "output": y, "dy": dy, "dx": dx}
    cells = list(np.ndindex(x.shape))
    steps = [_forward(values, p, place) for place in cells]
    steps += [_backward(values, place) for place in cells]
    summary = (
        f"{shape_text(x.shape)}, p {number(p)}, draw {seed}: {np.count_nonzero(mask)} of {x.size} "
        f"kept, mean {number(x.mean())} → {number(y.mean())}, {plural(len(steps), 'step')}"
    )
    return Scene(
        "Dropout", summary, _grids(values), ("→", "·", "=", "", "→"), tuple(steps),
        _caption(p, mask), poster=len(cells) // 2, rows=(4, 2), question=_question(p),
        code=with_axes(_code(p, seed), input=x.shape, dy=dy.shape),
    )


def _grids(values):
    signed = {"hidden": True, "shade": "signed"}
    mask = {"hidden": True, "note": "0 or 1 / (1 − p)"}
    return (
        Grid("draw", "neutral", values["draw"], note="even from 0 to 1", hidden=True),
        Grid("mask", "filter", values["mask"], **mask),
        Grid("input", "input", values["input"], editable=True),
        Grid("output", "output", values["output"], **signed),
        Grid("dy", "gradient", values["dy"], note="∂L/∂output", editable=True),
        Grid("dx", "gradient", values["dx"], note="∂L/∂input, dy · mask", **signed),
    )


def _forward(values, p, place):
    draw, kept = number(values["draw"][place]), bool(values["mask"][place])
    cell = {name: (name, *place) for name in values}
    told = f"is not below {number(p)}: kept" if kept else f"is below {number(p)}: dropped"
    where = f"Row {place[0]}, column {place[1]}"
    sentence = (
        f"{where} is kept, and multiplied to make up for those that are not."
        if kept else f"{where} is dropped: this time the network must do without it."
    )
    return Step(
        sentence, ((cell["input"], cell["mask"]), " = ", (cell["output"],), f",   {draw} {told}"),
        result=cell["output"],
        writes=tuple((cell[name], values[name][place]) for name in ("draw", "mask", "output")),
        marks=((cell["draw"], "tap"), *(() if kept else ((cell["input"], "zero"),))),
    )


def _backward(values, place):
    cell = {name: (name, *place) for name in values}
    kept = bool(values["mask"][place])
    what = "multiplied as on the way forward" if kept else "stopped: what was dropped moved nothing"
    return Step(
        f"Back: the derivative of row {place[0]}, column {place[1]} is {what}.",
        ((cell["dy"], cell["mask"]), " = ", (cell["dx"],)), result=cell["dx"],
        writes=((cell["dx"], values["dx"][place]),),
    )


def _caption(p, mask):
    kept = np.count_nonzero(mask)
    return (
        (f"1 / (1 {MINUS} p) = 1 / (1 {MINUS} {number(p)}) = ", ""),
        (number(1 / (1 - p)), "filter"),
        (f";  kept on average {number(1 - p)} of all, here {kept} of {mask.size}", ""),
    )


def _code(p, seed):
    return ((
        "convviz",
        f"output, mask = ops.dropout(input, {p}, generator=np.random.default_rng({seed}))\n"
        "dx = ops.dropout_backward(dy, mask)",
    ),)


def _question(p):
    """What makes up for the dropped ones."""
    return Question(
        f"Each number is dropped with probability {number(p)}. By what must those that are kept be "
        "multiplied, for the mean to stay as it is on average?", "number", 1 / (1 - p),
        f"Of the sum, 1 {MINUS} {number(p)} is left on average: times 1 / (1 {MINUS} {number(p)}) "
        "it is whole again.",
        hides=("mask", "output", "draw", "dx"), tolerance=0.006,
    )
