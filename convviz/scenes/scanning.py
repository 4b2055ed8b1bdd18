"""A network reads a long sound: which part it sees, and how sure of each class it is there."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check
from convviz.scenes._text import plural, shape_text, span
from convviz.scenes.scene import Grid, Question, Scene, Step

PICTURE, SHARES, ANSWER = "spectrogram", "shares in %", "answer"


@_check.without_warnings
def scanning(picture, shares, names, *, stride=1, channel=False):
    """The scene of a picture of a sound, and of what a network says at each place along it.

    Parameters
    ----------
    picture : array_like
        Shape ``(bands, frames)``, at most 128 each way, the lowest band first.
    shares : array_like
        Shape ``(classes, places)``, at most 16 by 64: the share of each class, such as a softmax.
    names : sequence of str
        Of the classes.
    stride : int
        Frames from one place to the next. A place sees what is left: the field is the number of
        frames without ``(places − 1)·stride``.
    channel : bool
        Whether the network reads pictures with an axis for their one channel; for the code.

    Returns
    -------
    Scene
        One step for each place: the frames it sees, and the class with the largest share.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scanning(np.zeros((4, 8)), [[0.9, 0.2, 0.4], [0.1, 0.8, 0.6]], ["a", "i"])
    Scanning: 4×8, field 6, 3 places → a, i, i, 3 steps
    """
    picture, shares = _check.numbers("picture", picture, 2), _check.numbers("shares", shares, 2)
    field = _checked(picture, shares, names, stride)
    classes, places = shares.shape
    answers = shares.argmax(axis=0).tolist()
    percent = np.rint(100 * np.nan_to_num(shares)).astype(np.int64)
    told = [names[answers[0]]]
    told += [names[b] for a, b in zip(answers, answers[1:], strict=False) if places < 4 or a != b]
    steps = tuple(
        Step(
            f"Place {place} sees {span(range(place * stride, place * stride + field), 'frame')}: "
            f"{names[answer]}, {percent[answer, place]} %.",
            formula=(f"largest share: {names[answer]}, {percent[answer, place]} %",),
            result=(ANSWER, 0, place),
            writes=(
                *(((SHARES, k, place), int(percent[k, place])) for k in range(classes)),
                ((ANSWER, 0, place), answer),
            ),
            windows=((PICTURE, 0, place * stride, len(picture) - 1, place * stride + field - 1),),
        )
        for place, answer in enumerate(answers)
    )
    named = ", ".join(f"{k} {name}" for k, name in enumerate(names))
    time = {"hidden": True, "stack": "time runs to the right"}
    grids = (
        Grid(PICTURE, "input", picture[::-1], display="image", shade="gray",
             note=f"{shape_text(picture.shape)}, high above, time to the right"),
        Grid(SHARES, "output", percent, shade="signed", limits=(-100.0, 100.0),
             note="class by place", display="blank", **time),
        Grid(ANSWER, "output", [answers], note=named, **time),
    )  # fmt: skip
    changes = sum(a != b for a, b in zip(answers, answers[1:], strict=False))
    summary = (
        f"{shape_text(picture.shape)}, field {field}, {plural(places, 'place')} → "
        f"{', '.join(told[:8])}{', …' if len(told) > 8 else ''}, {plural(len(steps), 'step')}"
    )
    return Scene(
        "Scanning", summary, grids, ("",), steps, poster=len(steps) - 1, rows=(1, 1),
        code=_code(channel),
        question=Question(
            "How often does the answer change from one place to the next?", "number", changes,
            f"{changes} times.", hides=(SHARES, ANSWER), tolerance=1.0,
        ),
    )  # fmt: skip


def _code(channel):
    """Code for the answers of the reader's own `net`; the lowest band comes first to it."""
    axes = "None, None" if channel else "None"
    return (
        (
            "convviz",
            f"x = np.float32(spectrogram[{axes}, ::-1])\n"
            "nn.predict(net, x)[0].argmax(axis=0).ravel()",
        ),
        (
            "PyTorch",
            f"x = torch.tensor(spectrogram).flip(0)[{axes}].float()\n"
            "net(x)[0].argmax(0).ravel()",
        ),
    )


def _checked(picture, shares, names, stride):
    """How many frames a place sees."""
    most = _check.MOST_PIXELS
    if max(picture.shape) > most:
        raise ValueError(
            f"picture has shape {picture.shape}: at most {most} bands and frames are shown; take a "
            "part of it"
        )
    classes, places = shares.shape
    if classes > 16 or places > 64:
        raise ValueError(
            f"shares has shape {shares.shape}: at most 16 classes and 64 places are shown; use a "
            "shorter sound"
        )
    if len(names) != classes:
        raise ValueError(f"names has {len(names)} entries: give one for each of {classes} classes")
    stride = geometry.integer("stride", stride, 1, "use 1 for every frame")
    field = picture.shape[1] - (places - 1) * stride
    if field < 1:
        raise ValueError(
            f"{places} places that lie {stride} apart do not fit {picture.shape[1]} frames: lower "
            "stride, or give the shares of this picture"
        )
    return field
