"""A picture is shifted: how sure of each class is a network then?"""

import numpy as np

from convviz import geometry
from convviz.scenes import _check
from convviz.scenes._text import a_number, number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

PICTURE, SHARES, SHIFT, ANSWER = "picture", "shares in %", "shift", "answer"
_SAID = "what it is taken for"


@_check.without_warnings
def shift_response(image, shares, label, *, shift=0):
    """The scene of a picture that is shifted sideways, and of what a network says each time.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 128 each way. What leaves it on one side comes in on the
        other, as by ``numpy.roll``.
    shares : array_like
        Shape ``(2·reach + 1, classes)``, at most 25 by 16: the share of each class for a shift of
        −reach, …, reach columns, such as a softmax.
    label : int
        The right class.
    shift : int
        How far the picture shown is shifted to the right.

    Returns
    -------
    Scene
        One step: the column of this shift, and the class with the largest share.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> shift_response(np.eye(4), [[0.2, 0.8], [0.9, 0.1], [0.6, 0.4]], 0, shift=-1)
    ShiftResponse: 4×4 shifted by −1 → 1 (80 %), wrong; right for 2 of 3 shifts, 1 step
    """
    image, shares = _check.numbers("image", image, 2), _check.numbers("shares", shares, 2)
    label, shift = _checked(image, shares, label, shift)
    count, classes = shares.shape
    reach = count // 2
    answers = shares.argmax(axis=1)
    said, right = int(answers[shift + reach]), int((answers == label).sum())
    percent = np.rint(100 * shares)
    sure = number(percent[shift + reach, said])
    verdict = "right" if said == label else "wrong"
    kept = f"right for {right} of {count} shifts"
    summary = (
        f"{shape_text(image.shape)} shifted by {number(shift)} → {said} ({sure} %), {verdict}; "
        f"{kept}, 1 step"
    )
    place = shift + reach
    grids = (
        Grid(
            PICTURE, "input", np.roll(image, shift, axis=1), note=f"shifted by {number(shift)}",
            display="image", shade="gray",
        ),
        Grid(
            SHARES, "output", percent.T.astype(np.int64), note="class by shift",
            origin=(0, -reach), shade="signed", limits=(-100.0, 100.0), stack=_SAID,
        ),
        Grid(
            ANSWER, "output", answers[None], note="the largest share", origin=(0, -reach),
            stack=_SAID,
        ),
    )
    step = Step(
        f"Shifted by {plural(abs(shift), 'pixel')}{_side(shift)}, the picture is taken for "
        f"{a_number(said)}: {verdict}{'' if said == label else f', it is {a_number(label)}'}.",
        formula=("share of the answer: ", ((SHARES, said, place),), " %"),
        result=(ANSWER, 0, place),
        windows=((SHARES, 0, place, classes - 1, place),),
        marks=tuple(
            ((ANSWER, 0, at), "zero") for at, answer in enumerate(answers.tolist())
            if answer != label
        ),
    )
    return Scene(
        "ShiftResponse", summary, grids, ("→",), (step,), ((kept, "output"),),
        question=_question(right, count, label),
    )


def _side(shift):
    return "" if shift == 0 else " to the right" if shift > 0 else " to the left"


def _checked(image, shares, label, shift):
    if max(image.shape) > _check.MOST_PIXELS:
        raise ValueError(
            f"image has shape {image.shape}: at most {_check.MOST_PIXELS} pixels each way are "
            "shown; pass a smaller one"
        )
    count, classes = shares.shape
    if count % 2 == 0 or count > 25 or classes > 16:
        raise ValueError(
            f"shares have shape {shares.shape}: give a row for each shift from −reach to reach, at "
            "most 25, and a column for each class, at most 16"
        )
    reach = count // 2
    label = geometry.integer("label", label, 0, f"it is one of {classes} classes from 0")
    if label >= classes:
        raise ValueError(f"label={label} is none of the {classes} classes, which count from 0")
    words = f"use {number(-reach)} to {reach}, the shifts that shares has"
    shift = geometry.integer("shift", shift, -reach, words)
    if shift > reach:
        raise ValueError(f"shift={shift} is too far: {words}")
    return label, shift


def _question(right, count, label):
    """How many shifts are forgiven."""
    return Question(
        f"The picture is {a_number(label)}. For how many of the {count} shifts is the answer right?",
        "number", right, f"It is right for {right} of {count}.", hides=(SHARES, ANSWER),
    )
