"""A drawing as a list of shapes, in pixels from the top left: what both painters understand."""

import math
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Box:
    """A rectangle; `pattern` is None, ``"hatch"``, ``"cross"``, ``"dot"``, or ``"disc"``: a pale one,
    behind a number.
    """

    left: float
    top: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None
    line: float = 1.0
    pattern: str | None = None
    radius: float = 0.0
    dashed: bool = False


@dataclass(frozen=True)
class Line:
    """A straight line, with a head at its end where it is an arrow."""

    left: float
    top: float
    to_left: float
    to_top: float
    colour: str
    line: float = 2.0
    arrow: bool = False

    def head(self):
        """The three corners of the arrow's head."""
        wide, high = self.to_left - self.left, self.to_top - self.top
        length = math.hypot(wide, high) or 1.0
        wide, high = wide / length * 9, high / length * 9
        back_x, back_y = self.to_left - wide, self.to_top - high
        return (
            (self.to_left, self.to_top),
            (back_x - high * 0.45, back_y + wide * 0.45),
            (back_x + high * 0.45, back_y - wide * 0.45),
        )


@dataclass(frozen=True)
class Words:
    """A line of text made of (text, colour, bold) parts; `anchor` is ``"start"``, ``"middle"`` or ``"end"``.

    `base` is the baseline.
    """

    at: float
    base: float
    parts: tuple
    size: float
    anchor: str = "middle"


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels: `levels` of shape (rows, columns), 0…255, painted by `palette` of shape (256, 3).

    Without a palette, `levels` of shape (rows, columns, 3) are red, green and blue themselves.
    """

    left: float
    top: float
    width: float
    height: float
    levels: np.ndarray
    palette: np.ndarray | None


@dataclass
class Drawing:
    """Shapes in the order they are painted."""

    width: float = 0.0
    height: float = 0.0
    shapes: list = field(default_factory=list)
