"""One moment of an animation: what it says, what it writes, and the cells it lights."""

from dataclasses import dataclass

#: A cell: the name of its grid, its row and its column in the array that the grid shows.
Cell = tuple[str, int, int]
#: A term of a formula: a product of cells (one cell for a plain value).
Term = tuple[Cell, ...]

#: The ways a cell is lit beyond the formula, each with a sign of its own besides its colour.
MARKS = {
    "tap": "takes part in the step, as the cells of the formula do: tinted",
    "ring": "stands out, such as the largest of its window: circled",
    "window": "lies within reach: framed by itself",
    "zero": "counts for nothing here: struck through",
    "fed": "receives something from the step: framed by dashes",
}
#: A formula of more terms is shown without those in its middle.
MOST_TERMS = 36
_FIRST, _LAST = 24, 3


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
        Cells lit beyond the formula, with the way they are lit: one of :data:`MARKS`. A cell may
        have several.
    links : tuple of (Cell, Cell)
        Arrows drawn over the stage, from a cell to a cell: the taps of a tree of layers, the route
        of a gradient.
    badges : tuple of (Cell, str)
        A few letters in the corner of a cell: a count, a factor (``"×2"``). The cells of a product
        of two have one without being asked: the second cell's number, on the first.

    Raises
    ------
    ValueError
        If a mark is not known, or a link does not join two cells.
    """

    sentence: str
    formula: tuple = ()
    result: Cell | None = None
    writes: tuple = ()
    windows: tuple = ()
    marks: tuple = ()
    links: tuple = ()
    badges: tuple = ()

    def __post_init__(self):
        for cell, kind in self.marks:
            if kind not in MARKS:
                raise ValueError(f"mark {kind!r} of {cell} is not known: use one of {', '.join(MARKS)}")
        for link in self.links:
            if len(link) != 2 or any(len(cell) != 3 for cell in link):
                raise ValueError(f"link {link!r} does not join two cells: use (cell, cell)")

    def shown(self):
        """The formula as it is shown: a very long one without the terms in its middle.

        Examples
        --------
        >>> terms = [part for k in range(50) for part in ((("a", 0, k),), " + ")][:-1]
        >>> parts = Step("", tuple(terms)).shown()
        >>> parts[-8:]
        ((('a', 0, 23),), ' … 23 more …', ' + ', (('a', 0, 47),), ' + ', (('a', 0, 48),), ' + ', (('a', 0, 49),))
        """
        if len(self.formula) <= MOST_TERMS:
            return self.formula
        places = [n for n, part in enumerate(self.formula) if not isinstance(part, str)]
        if len(places) <= MOST_TERMS:
            return self.formula
        first, last = places[_FIRST - 1] + 1, places[-_LAST - 1] + 1
        left_out = len(places) - _FIRST - _LAST
        return (*self.formula[:first], f" … {left_out} more …", *self.formula[last:])

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
    ``weights[a, b]``, plus the single cell of `bias` where there is one; an index of −1 lies outside
    `source` and counts as zero.
    """

    source: str
    weights: str
    result: str
    rows: tuple[tuple[int, ...], ...]
    columns: tuple[tuple[int, ...], ...]
    bias: str | None = None
