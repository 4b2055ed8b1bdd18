"""What an animation shows, as plain data: grids of numbers, and the steps that light them.

A scene knows nothing of screens. The player paints it live, :mod:`convviz.figures` draws it still,
a screen reader reads its sentences, and a test reads its fields.
"""

from dataclasses import dataclass, field

import numpy as np

from convviz import geometry
from convviz.scenes._text import number, shape_text

#: A cell: the name of its grid, its row and its column in the array that the grid shows.
Cell = tuple[str, int, int]
#: A term of a formula: a product of cells (one cell for a plain value).
Term = tuple[Cell, ...]

ROLES = ("input", "filter", "output", "gradient", "neutral")
KINDS = ("plain", "padding", "unused", "inserted")
SHADES = ("none", "signed", "gray")
DISPLAYS = ("numbers", "blank", "image")
#: Shading ends here, so that the difference of its two ends can still be computed.
_LARGEST = 8e307


def value_span(values):
    """The least and the largest finite number, for shading; never the same twice.

    >>> value_span(np.array([[np.nan, 3.0, 7.0]])), value_span(np.array([[2, 2]]))
    ((3.0, 7.0), (2.0, 4.0))
    """
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return (-1.0, 1.0)
    low, high = (float(np.clip(end, -_LARGEST, _LARGEST)) for end in (finite.min(), finite.max()))
    return (low, high if high > low else low + max(1.0, abs(low)))


@dataclass(frozen=True, eq=False)
class Grid:
    """One named array on the stage.

    Parameters
    ----------
    name : str
        The label above the grid, unique in its scene: ``"input"``.
    role : str
        The colour family: one of :data:`ROLES`.
    values : ndarray
        Shape ``(rows, columns)``; what the cells hold.
    note : str
        The rest of the label, in a quieter colour; the shape when left out.
    origin : (int, int)
        Row and column *index* of the top-left cell: ``(-1, -1)`` where one ring of padding is shown.
    kinds : ndarray of int or None
        Shape ``(rows, columns)``; an index into :data:`KINDS` for each cell. All plain when None.
    editable : bool
        Whether plain cells take a new number from the reader.
    shade : str
        Background by value: ``"none"``, ``"signed"`` (white at zero) or ``"gray"`` (black at ``low``).
    hidden : bool
        True where the cells stay empty until a step writes them.
    display : str
        ``"numbers"``, ``"blank"`` (cells without text) or ``"image"`` (pixels).
    limits : (float, float) or None
        The values at the ends of the shading; taken from the values when None.
    """

    name: str
    role: str
    values: np.ndarray
    note: str | None = None
    origin: tuple[int, int] = (0, 0)
    kinds: np.ndarray | None = None
    editable: bool = False
    shade: str = "none"
    hidden: bool = False
    display: str = "numbers"
    limits: tuple[float, float] | None = None

    def __post_init__(self):
        values = np.array(self.values)
        values.setflags(write=False)
        object.__setattr__(self, "values", values)
        if values.ndim != 2 or values.size == 0:
            raise ValueError(f"grid {self.name!r} has shape {values.shape}: it needs rows and columns")
        if values.dtype.kind not in "biuf":
            raise TypeError(f"grid {self.name!r} has dtype {values.dtype}: it needs real numbers")
        if self.kinds is not None and np.shape(self.kinds) != values.shape:
            raise ValueError(
                f"grid {self.name!r} has kinds of shape {np.shape(self.kinds)} for values of shape "
                f"{values.shape}: give one kind a cell"
            )
        for what, value, allowed in (
            ("role", self.role, ROLES),
            ("shade", self.shade, SHADES),
            ("display", self.display, DISPLAYS),
        ):
            if value not in allowed:
                raise ValueError(f"grid {self.name!r} has {what} {value!r}: use one of {allowed}")
        if self.note is None:
            object.__setattr__(self, "note", shape_text(values.shape))

    @property
    def shape(self):
        """Rows and columns."""
        return self.values.shape

    def text(self, row, column):
        """The number in a cell as it is written on the stage (empty in a blank grid)."""
        return self.text_of(self.values[row, column])

    def text_of(self, value):
        """A value as this grid writes it."""
        return "" if self.display == "blank" else number(value)

    def kind(self, row, column):
        """The kind of a cell, one of :data:`KINDS`."""
        return "plain" if self.kinds is None else KINDS[self.kinds[row, column]]

    def value_range(self):
        """The values at the two ends of the shading.

        Symmetric about zero for ``"signed"``, so that zero is white.
        """
        if self.limits is not None:
            return self.limits
        if self.shade != "signed":
            return value_span(self.values)
        finite = np.abs(self.values[np.isfinite(self.values)])
        top = min(float(finite.max(initial=0)), _LARGEST) or 1.0
        return (-top, top)

    def index(self, row, column):
        """The (row, column) index of a cell, counted from :attr:`origin`."""
        return row + self.origin[0], column + self.origin[1]


@dataclass(frozen=True)
class Step:
    """One moment of the animation.

    Parameters
    ----------
    sentence : str
        What happens, in one plain sentence; also what a screen reader says.
    formula : tuple of (str or Term)
        The arithmetic with its numbers filled in: text, and the cells whose numbers stand in it.
        Every cell of the formula is lit.
    result : Cell or None
        The cell this step computes.
    writes : tuple of (Cell, number)
        Numbers that appear with this step and stay (the results; running counts).
    windows : tuple of (str, int, int, int, int)
        Frames: grid name, top, left, bottom, right (the last two inclusive).
    marks : tuple of (Cell, str)
        Cells lit beyond the formula, with the way they are lit: ``"tap"``, ``"ring"``.
    """

    sentence: str
    formula: tuple = ()
    result: Cell | None = None
    writes: tuple = ()
    windows: tuple = ()
    marks: tuple = ()

    def terms(self):
        """The terms of the formula, without the text between them."""
        return tuple(part for part in self.formula if not isinstance(part, str))

    def lit(self):
        """Every cell this step lights, except its result, without repeats, in order."""
        cells = [cell for term in self.terms() for cell in term]
        cells += [cell for cell, _ in self.marks]
        return tuple(dict.fromkeys(cell for cell in cells if cell != self.result))


@dataclass(frozen=True)
class Stencil:
    """Which cells make a cell, for grids too large for a step a cell (photographs).

    Cell ``(r, c)`` of `result` is the sum over a, b of ``source[rows[r][a], columns[c][b]]`` times
    ``weights[a, b]``; an index of −1 lies outside `source` and counts as zero.
    """

    source: str
    weights: str
    result: str
    rows: tuple[tuple[int, ...], ...]
    columns: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything one animation shows.

    Parameters
    ----------
    name : str
        The kind of scene: ``"Convolution2D"``.
    summary : str
        The scene in a line of text: ``"7×7 ∗ 3×3 → 5×5, 25 steps"``.
    grids : tuple of Grid
        From left to right.
    joins : tuple of str
        The signs between neighbouring grids, such as ``("∗", "=")``.
    steps : tuple of Step
        In the order they play; empty for a scene that only answers to the pointer.
    caption : tuple of (str, str)
        The formula of the sizes with its numbers filled in: (text, role) pairs.
    stencil : Stencil or None
        Set for photographs, instead of steps.
    poster : int or None
        The step that stands for the scene in a still picture; the middle one when None.
    """

    name: str
    summary: str
    grids: tuple[Grid, ...]
    joins: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    caption: tuple[tuple[str, str], ...] = ()
    stencil: Stencil | None = None
    poster: int | None = None
    _places: dict = field(init=False, repr=False)

    def __post_init__(self):
        if not self.grids:
            raise ValueError("a scene needs at least one grid: there would be nothing to see")
        places = {grid.name: place for place, grid in enumerate(self.grids)}
        if len(places) != len(self.grids):
            raise ValueError("two grids of a scene have the same name: give each its own")
        if len(self.joins) != len(self.grids) - 1:
            raise ValueError(
                f"{len(self.grids)} grids need {len(self.grids) - 1} joins, got {len(self.joins)}"
            )
        object.__setattr__(self, "_places", places)

    def grid(self, name):
        """The grid of that name."""
        return self.grids[self.place(name)]

    def place(self, name):
        """The position of the grid of that name among :attr:`grids`."""
        if name not in self._places:
            raise ValueError(
                f"{self.name} has no grid {name!r}: use one of {', '.join(self._places)}"
            )
        return self._places[name]

    def check_step(self, step):
        """The number of a step as an int, if this scene has such a step.

        Raises
        ------
        TypeError, ValueError
            If it is no whole number, or there is no such step.
        """
        last = max(len(self.steps) - 1, 0)
        step = geometry.integer("step", step, 0, f"this scene has steps 0 to {last}")
        if step > last:
            raise ValueError(f"step={step} is not there: this scene has steps 0 to {last}")
        return step

    def text(self, cell):
        """The number in a cell, as written on the stage."""
        name, row, column = cell
        return self.grid(name).text(row, column)

    def formula_text(self, k):
        """The formula of step `k` as one line of plain text."""
        return "".join(
            part if isinstance(part, str) else self.term_text(part)
            for part in self.steps[k].formula
        )

    def term_text(self, term):
        """A product of cells as text; a negative factor after the first stands in parentheses."""
        first, *others = (self.text(cell) for cell in term)
        return "·".join([first, *(f"({t})" if t.startswith("−") else t for t in others)])

    def written(self, k):
        """The numbers that the steps up to and including `k` have written, by cell."""
        return {cell: value for step in self.steps[: k + 1] for cell, value in step.writes}

    def __repr__(self):
        return f"{self.name}: {self.summary}"
