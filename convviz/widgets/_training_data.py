"""What a view of training is given, checked; and what it sends, packed."""

import operator
from functools import lru_cache

import numpy as np

from convviz import datasets, nn


def images(train, val):
    """The pairs given, or the digits: 1,437 to learn from, 360 for validation."""
    if train is None and val is None:
        pictures, labels = datasets.digits(size=32)
        return datasets.split(pictures[:, None], labels, held_out=360)
    if train is None or val is None:
        missing = "train" if train is None else "val"
        raise ValueError(
            f"{missing} must be given too: a pair (images, classes); what the network gets wrong "
            "is looked for in val"
        )
    return _pair("train", train), _pair("val", val)


def _pair(name, data):
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(
            f"{name} must be a pair (images, classes), got {type(data).__name__}: "
            "write (images, labels)"
        )
    pictures, targets = np.asarray(data[0]), data[1]
    if isinstance(targets, dict):
        targets = {head: np.asarray(array) for head, array in targets.items()}
    if pictures.ndim != 4 or not len(pictures):
        raise ValueError(
            f"{name}[0] must have shape (N, channels, rows, columns), got {pictures.shape}: "
            "images without channels become so by images[:, None]"
        )
    if pictures.dtype.kind != "f":
        raise TypeError(
            f"{name}[0] must be floats, got {pictures.dtype}: divide by 255, "
            "as in images.astype(np.float32) / 255"
        )
    if isinstance(targets, dict):
        return pictures, _heads(name, targets, len(pictures))
    labels = np.asarray(targets)
    if not _are_classes(labels, len(pictures)):
        raise ValueError(
            f"{name}[1] must be {len(pictures)} whole numbers, a class for each image, "
            f"got {labels.dtype} of shape {labels.shape}"
        )
    return pictures, labels


def _are_classes(labels, count):
    return labels.shape == (count,) and labels.dtype.kind in "iu"


def _heads(name, targets, count):
    """Targets for several heads, of which one names classes."""
    for head, array in targets.items():
        if array.shape[:1] != (count,) or array.dtype.kind not in "iuf":
            raise ValueError(
                f"{name}[1][{head!r}] must have an entry of numbers for each of {count} images, "
                f"got {array.dtype} of shape {array.shape}"
            )
    if not any(_are_classes(array, count) for array in targets.values()):
        raise ValueError(
            f"{name}[1] must have a head of {count} whole numbers, a class for each image, "
            f"got {', '.join(targets)}"
        )
    return targets


def head_of_classes(targets):
    """The name of the first head whose targets are classes; None where there is but one answer."""
    if not isinstance(targets, dict):
        return None
    return next(head for head, array in targets.items() if _are_classes(array, len(array)))


def part(found, head):
    """What one head says, or the whole where there are no heads."""
    return found if head is None else found[head]


def loss_for(targets):
    """Cross-entropy for classes; for several heads the sum, with the squared error of places."""
    if not isinstance(targets, dict):
        return None
    return nn.MultiLoss(**{
        head: nn.CrossEntropyLoss() if array.dtype.kind in "iu" else nn.MSELoss()
        for head, array in targets.items()
    })


def fitting(net, train, val):
    """Refuse a network that does not answer with a score for each class."""
    if not isinstance(net, nn.Module):
        raise TypeError(
            f"net must be an nn.Module, got {type(net).__name__}: for example models.lenet5()"
        )
    shape = train[0].shape[1:]
    if val[0].shape[1:] != shape:
        raise ValueError(
            f"val[0] must have images like those of train, {shape}, got {val[0].shape[1:]}"
        )
    head, outputs = head_of_classes(train[1]), net.output_shape(shape)
    named = [set(it) if isinstance(it, dict) else None for it in (outputs, train[1], val[1])]
    if named[0] != named[1] or named[0] != named[2]:
        raise ValueError(
            "net, train and val must have the same heads, got "
            f"{'; '.join(', '.join(sorted(heads)) if heads else 'none' for heads in named)}"
        )
    labels = np.concatenate([part(data[1], head) for data in (train, val)])
    scores, most, least = part(outputs, head), int(labels.max()), int(labels.min())
    if len(scores) != 1 or scores[0] <= most or least < 0:
        raise ValueError(
            f"net must answer images of {shape} with a score for each class, {least} to {most}, "
            f"got outputs of {scores}: classes count from 0, and its last layer needs "
            f"{most + 1} outputs"
        )


def whole(name, value, low, high):
    """A whole number in a range."""
    try:
        found = operator.index(value)
    except TypeError:
        raise TypeError(
            f"{name} must be a whole number, got {value!r}: use {low} to {high}"
        ) from None
    if isinstance(value, bool) or not low <= found <= high:
        raise ValueError(
            f"{name}={value!r} is out of range: use a whole number from {low} to {high}"
        )
    return found


def pace(value):
    """Steps a second, or None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"speed must be a number of steps a second, got {value!r}: use 100 or None")
    if not 0 < value <= 1000:
        raise ValueError(
            f"speed={value!r} is out of range: use up to 1000 steps a second, "
            "or None for as many as there is time for"
        )
    return float(value)


def packed(look, say=str):
    """What the page needs to paint a `TrainingLook`, and the levels of its pictures in one row.

    `say` has the word for a class.
    """
    levels = []

    def put(strip):
        picture = strip.levels()
        at = sum(map(len, levels))
        levels.append(picture.tobytes())
        rows, columns = picture.shape
        return {
            "name": strip.name, "note": strip.note, "at": at, "rows": rows, "columns": columns,
            "signed": strip.signed, "dot": _dot(strip.values.shape[-1]),
        }  # fmt: skip

    return {
        "curves": [_curve(curve) for curve in look.curves],
        "strips": [put(strip) for strip in look.strips],
        "wrong": [
            {**put(wrong.picture), "sample": wrong.sample,
             "label": f"{say(wrong.label)}, taken for {say(wrong.answer)}: show its maps"}
            for wrong in look.wrong
        ],
        "sentence": look.sentence,
        "count": look.count,
    }, b"".join(levels)  # fmt: skip


def _dot(columns):
    """How many pixels of the page one of a picture takes."""
    return 3 if columns > 16 else 6 if columns > 7 else 12


@lru_cache(maxsize=8)
def _curve(curve):
    # looks come more often than curves are drawn anew
    return {
        "name": curve.name, "note": curve.note, "top": curve.top,
        "line": _path(curve.line), "marks": _path(curve.marks),
    }  # fmt: skip


def _path(points):
    """Points as an SVG path in a box of 300×100."""
    return "".join(
        f"{'L' if n else 'M'}{300 * x:.1f} {100 - 100 * min(y, 1.0):.1f}"
        for n, (x, y) in enumerate(points.tolist())
    )
