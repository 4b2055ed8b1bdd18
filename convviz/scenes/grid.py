"""One named array on the stage: its numbers, and how each of its cells looks."""

from dataclasses import dataclass, replace

import numpy as np

from convviz.scenes._text import number, numbers, shape_text

ROLES = ("input", "filter", "output", "gradient", "neutral")
KINDS = ("plain", "padding", "unused", "inserted")
SHADES = ("none", "signed", "gray")
DISPLAYS = ("numbers", "blank", "places", "image")
#: A grid with more rows or columns than this is shown as an image: cells would be too small to read.
MOST_NUMBERS = 64
#: What the note of such a grid says.
TOO_LARGE = "too large for numbers: point at it"
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
        ``"numbers"``, ``"blank"`` (cells without text), ``"places"`` (numbers that count the cells,
        in place of those beside them: arrows may run there) or ``"image"`` (pixels). What has more than
        64 rows or columns becomes an image, and its note says so; a lens shows the numbers.
    limits : (float, float) or None
        The values at the ends of the shading; taken from the values when None.
    blocks : (int, int) or None
        Rows and columns of the blocks that stronger lines set apart: the planes of a filter beside
        each other. None where all cells belong together.
    stack : str or None
        A heading shared by neighbouring grids, which then stand one below another in one column of
        the stage: the planes of a volume, ``"input 5×5×3"``. A column of its own when None.
    planes : ndarray or None
        Shape ``(3, rows, columns)``: red, green and blue of each pixel of an image, painted in colour
        from ``limits[0]`` (none) to ``limits[1]`` (full). `values` hold their mean then.
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
    stack: str | None = None
    blocks: tuple[int, int] | None = None
    planes: np.ndarray | None = None

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
        if self.planes is not None and np.shape(self.planes) != (3, *values.shape):
            raise ValueError(
                f"grid {self.name!r} has planes of shape {np.shape(self.planes)} for values of shape "
                f"{values.shape}: give three planes of that shape"
            )
        if self.blocks is not None and any(
            side < 1 or size % side for side, size in zip(self.blocks, values.shape, strict=True)
        ):
            raise ValueError(
                f"grid {self.name!r} has blocks of {shape_text(self.blocks)}, which do not fill its "
                f"{shape_text(values.shape)} cells: give divisors of its rows and columns"
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
        if self.display != "image" and max(values.shape) > MOST_NUMBERS:
            change = {"display": "image", "editable": False, "hidden": False}
            change["note"] = f"{self.note}, {TOO_LARGE}".removeprefix(", ")
            for name, value in change.items():
                object.__setattr__(self, name, value)

    def secret(self, *, shape, pixels=False):
        """The grid without its numbers; with its `shape`, or as a single empty cell.

        Of an image only the paper is left, where single `pixels` are asked for.
        """
        if not shape or (self.display == "image" and not pixels):
            values, note, kinds = np.zeros((1, 1)), "?", None
        else:
            values, note, kinds = np.zeros(self.shape), self.note, self.kinds
        display = "image" if pixels and self.display == "image" else "blank"
        return replace(
            self, values=values, note=note, kinds=kinds, display=display, shade="signed", limits=None,
            hidden=False, editable=False, blocks=None, planes=None,
        )

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

    def texts_of(self, values):
        """A list of values as this grid writes them; quicker than one by one."""
        return [""] * len(values) if self.display == "blank" else numbers(values)

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
