"""What is to be seen of a network that learns: curves, filters, feature maps, wrong answers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from convviz import nn

# points of a curve, at most: no screen shows more
_POINTS = 80


@dataclass(frozen=True, eq=False)
class Strip:
    """Small pictures side by side, on one scale.

    Attributes
    ----------
    name, note : str
    values : array (count, rows, columns)
    signed : bool
        On a scale with zero in its middle; otherwise from the least to the greatest number.
    """

    name: str
    note: str
    values: np.ndarray
    signed: bool = False

    def levels(self):
        """Return one picture of them all, uint8: 0 between them, their numbers from 1 to 255.

        >>> Strip("two", "", np.array([[[-1.0]], [[0.5]]]), signed=True).levels()
        array([[  1,   0, 192]], dtype=uint8)
        """
        return self._picture

    @cached_property
    def _picture(self):
        count, rows, columns = self.values.shape
        wide = count if count <= 8 else -(-count // 2)
        picture = np.zeros((-(-count // wide) * (rows + 1), wide * (columns + 1)), np.uint8)
        for n, levels in enumerate(self._levels()):
            top, left = n // wide * (rows + 1), n % wide * (columns + 1)
            picture[top : top + rows, left : left + columns] = levels
        return picture[:-1, :-1]

    def _levels(self):
        values = np.where(np.isfinite(self.values), self.values.astype(float), 0.0)
        high = np.abs(values).max() if self.signed else values.max()
        low = -high if self.signed else values.min()
        return np.rint(1 + 254 * (values - low) / (high - low or 1)).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Curve:
    """How a number went, from left to right: positions are shares of the width and the height.

    Attributes
    ----------
    name, note : str
        What it is, and what it is now.
    top : str
        What the upper edge stands for; the lower one is 0.
    line, marks : array (count, 2)
        The means of the batches; the numbers on validation data, once an epoch.
    """

    name: str
    note: str
    top: str
    line: np.ndarray
    marks: np.ndarray


@dataclass(frozen=True, eq=False)
class Wrong:
    """A sample that the network takes for something else."""

    sample: int
    label: int
    answer: int
    picture: Strip


@dataclass(frozen=True, eq=False)
class TrainingLook:
    """Everything that is shown of a network at one moment of its training.

    Attributes
    ----------
    name, summary : str
        As of a `Scene`.
    curves : tuple of Curve
    strips : tuple of Strip
        The sample, the first layer's filters, feature maps.
    wrong : tuple of Wrong
        Some of them.
    sentence, count : str
        What the network says of the sample; how many answers are wrong.
    """

    name: str
    summary: str
    curves: tuple[Curve, ...]
    strips: tuple[Strip, ...]
    wrong: tuple[Wrong, ...]
    sentence: str
    count: str

    def __repr__(self):
        return f"{self.name}: {self.summary}"


def framed(picture, box, guess):
    """Return a picture as ink above 0, with its box in dots at 1 and the guess in lines at −1.

    Parameters
    ----------
    picture : array (rows, columns)
    box, guess : array (4,) or (8,)
        As `datasets.shapes` has boxes or their corners: from 0 to 1 along each side.

    Returns
    -------
    array (rows, columns)
        The ink from 0 to 0.6: frames stand out from it.

    Examples
    --------
    >>> framed(np.eye(3), [0, 0, 1, 1], [0, 0, 0.5, 0.5])
    array([[-1., -1.,  1.],
           [-1., -1.,  0.],
           [ 1.,  0.,  1.]])
    """
    low, high = float(picture.min()), float(picture.max())
    made = 0.6 * (picture - low) / ((high - low) or 1.0)
    for edges, level, every in ((box, 1.0, 2), (guess, -1.0, 1)):
        rows, columns = _outline(np.asarray(edges, float), picture.shape)
        made[rows[::every], columns[::every]] = level
    return made


def _outline(edges, shape):
    """Rows and columns of the pixels around a box, in turn; none where it is no number."""
    if not np.isfinite(edges).all():
        return np.zeros((2, 0), int)
    if len(edges) == 8:
        (edges,) = nn.corners_to_boxes(edges[None])
    ends = np.tile(shape, 2) - 1
    top, left, bottom, right = np.rint(edges * ends).clip(0, ends).astype(int)
    down = range(top, max(top, bottom) + 1)
    across = range(left, max(left, right) + 1)
    round_ = [
        *((top, c) for c in across), *((r, across[-1]) for r in down[1:]),
        *((down[-1], c) for c in across[-2::-1]), *((r, left) for r in down[-2:0:-1]),
    ]  # fmt: skip
    return np.array(round_).T


def training_curve(name, values, validation, *, span, percent=False):
    """Return the curve of a number that every step has.

    Parameters
    ----------
    name : str
    values : array (steps,)
    validation : sequence of (step, value)
        Steps are counted from 1.
    span : int
        How many steps the width stands for.
    percent : bool
        Whether it is a share, told in percent: the upper edge is 1.

    Returns
    -------
    Curve

    Examples
    --------
    >>> curve = training_curve("loss", [2.0, 1.0], [(2, 0.5)], span=4)
    >>> curve.note, curve.top, curve.line.tolist(), curve.marks.tolist()
    ('1.000, held out 0.500', '2.5', [[0.25, 0.8], [0.5, 0.4]], [[0.5, 0.2]])
    """
    values = np.asarray(values, float)
    marks = np.asarray(validation, float).reshape(-1, 2)
    marks = marks[np.isfinite(marks[:, 1])]
    size = max(1, -(-len(values) // _POINTS))
    starts = np.arange(0, len(values), size)
    means = np.add.reduceat(values, starts) / np.diff([*starts, len(values)]) if len(starts) else []
    top = 1.0 if percent else _round_up(max([0.5, *means, *marks[:, 1]]))
    text = (lambda value: f"{100 * value:.1f} %") if percent else (lambda value: f"{value:.3f}")
    note = text(means[-1]) if len(starts) else "not yet"
    if len(marks):
        note += f", held out {text(marks[-1, 1])}"
    ends = np.minimum(starts + size, len(values))
    line = np.column_stack([ends / span, np.divide(means, top)])
    return Curve(name, note, "100 %" if percent else f"{top:g}", line, marks / [span, top])


def _round_up(value):
    """The next of 1, 2.5, 5, 10, 25, … and their tenths."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(power * digit for digit in (1, 2.5, 5, 10, 25) if power * digit >= value))
