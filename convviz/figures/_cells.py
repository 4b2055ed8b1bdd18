"""One grid of a scene on paper: its cells as they look at one moment, or its pixels."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from convviz.figures._colours import (
    INK,
    LINE,
    PAPER,
    QUIET,
    ROLE,
    WINDOW,
    diverging_palette,
    grey,
    grey_palette,
    mixed,
    signed,
)
from convviz.figures._drawing import Box, Line, Picture, Words
from convviz.scenes import Scene, Step
from convviz.scenes._text import number
from convviz.scenes.levels import levels
from convviz.scenes.scene import KINDS

CELL = 36
BARS = 64  # pixels from the lowest to the highest number of a single row
LATER = "·"
_PATTERNS = {"padding": "hatch", "unused": "cross", "inserted": "dot"}


@dataclass(frozen=True)
class Moment:
    """What a scene shows at one step: the numbers written so far and the cells that are lit."""

    scene: Scene
    step: Step | None
    written: dict
    pending: set
    marks: dict
    now: set
    badges: dict

    @classmethod
    def of(cls, scene, step, until=None):
        """The moment of a step, with the results up to step `until` (all of them when None)."""
        last = len(scene.steps) - 1
        written = scene.written(last if until is None else until)
        pending = set(scene.written(last)) - set(written)
        marks = defaultdict(set)
        for cell in [cell for term in step.terms() for cell in term] if step else ():
            marks[cell].add("tap")
        for cell, kind in step.marks if step else ():
            marks[cell].add(kind)
        badges = scene.badges(step) if step else {}
        return cls(scene, step, written, pending, marks, _now(step), badges)


def _now(step):
    """The cells a step computes: its result, and what else it writes in its formula."""
    if not step:
        return set()
    named = {cell for term in step.terms() for cell in term}
    return ({cell for cell, _ in step.writes} & named) | ({step.result} if step.result else set())


def add_grid(drawing, moment, grid, place, size):
    """Draw a grid with its top left corner at `place`."""
    left, top = place
    if grid.display == "image":
        _image(drawing, grid, Box(left, top, *size, None, LINE))
    else:
        _rulers(drawing, grid, left, top)
        for r, c in np.ndindex(grid.shape):
            _cell(drawing, moment, grid, (r, c), (left + c * CELL, top + r * CELL))
        drawing.shapes += _block_lines(grid, left, top, size)
    unit = size[0] / grid.shape[1], size[1] / grid.shape[0]
    if grid.display == "image":
        drawing.shapes += _hatched(grid, left, top, unit)
    for name, *edges in moment.step.windows if moment.step else ():
        if name == grid.name:
            drawing.shapes.append(_frame(edges, left, top, WINDOW, unit))
    for name, r, c in sorted(moment.now):
        if name == grid.name:
            drawing.shapes.append(_frame((r, c, r, c), left, top, _result_colour(grid), unit))


def _block_lines(grid, left, top, size):
    """Stronger lines between the blocks of a grid."""
    high, wide = grid.blocks or grid.shape
    down = [left + CELL * c for c in range(wide, grid.shape[1], wide)]
    across = [top + CELL * r for r in range(high, grid.shape[0], high)]
    return [Line(x, top, x, top + size[1], QUIET) for x in down] + [
        Line(left, y, left + size[0], y, QUIET) for y in across
    ]


def _rulers(drawing, grid, left, top):
    """Row and column numbers beside the cells."""
    rows, columns = grid.shape
    if rows * columns == 1 or grid.display == "places":
        return
    for c in range(columns):
        part = (number(grid.index(0, c)[1]), QUIET, False)
        drawing.shapes.append(Words(left + (c + 0.5) * CELL, top - 5, (part,), 9))
    for r in range(rows if rows > 1 else 0):
        part = (number(grid.index(r, 0)[0]), QUIET, False)
        drawing.shapes.append(Words(left - 4, top + (r + 0.5) * CELL + 3, (part,), 9, "end"))


def _cell(drawing, moment, grid, where, place):
    """A cell with its number, and the signs of how it is lit."""
    cell = (grid.name, *where)
    later, now = cell in moment.pending, cell in moment.now
    marks = set() if now else moment.marks.get(cell, set())
    value = moment.written.get(cell, grid.values[where])
    level = None if grid.shade == "none" or later else int(levels(grid, value))
    fill = _fill(grid, where, level, "tap" in marks)
    text = LATER if later else grid.text_of(value)
    pattern = _PATTERNS.get(grid.kind(*where))
    if pattern == "dot" and text:
        pattern = "disc"
    drawing.shapes.append(Box(*place, CELL, CELL, fill, LINE, pattern=pattern))
    _number(drawing, place, text, moment.badges.get(cell), _ink(grid, where, level, later), now)
    for mark in sorted(marks):
        drawing.shapes += _SIGNS[mark](*place, _result_colour(grid))


def _fill(grid, where, level, tapped):
    """The background of a cell."""
    if level is not None:
        return grey(level) if grid.shade == "gray" else signed(level)
    if tapped:
        return mixed(WINDOW, 0.2)
    if grid.role == "filter":
        return mixed(WINDOW, 0.12)
    if grid.display in ("blank", "places") and grid.kind(*where) == "plain":
        return mixed(ROLE[grid.role], 0.2)
    return PAPER


def _result_colour(grid):
    """The colour of what a step computes: gradients have their own."""
    return ROLE["gradient" if grid.role == "gradient" else "output"]


def _inset(left, top, by, colour, line, **look):
    return Box(left + by, top + by, CELL - 2 * by, CELL - 2 * by, None, colour, line, **look)


#: The sign of each mark beside its colour.
_SIGNS = {
    "tap": lambda left, top, _: [],
    "ring": lambda left, top, _: [_inset(left, top, 3, WINDOW, 2.5, radius=CELL / 2 - 3)],
    "window": lambda left, top, _: [_inset(left, top, 2, WINDOW, 1.5)],
    "zero": lambda left, top, _: [Line(left + 4, top + CELL - 4, left + CELL - 4, top + 4, WINDOW)],
    "fed": lambda left, top, colour: [_inset(left, top, 2, colour, 1.5, dashed=True)],
}


def _ink(grid, where, level, later):
    """A text colour that can be read on the cell."""
    if grid.shade == "gray" and level is not None:
        return "#000000" if level > 45 else "#ffffff"
    return QUIET if later or grid.kind(*where) != "plain" else INK


def _number(drawing, place, text, badge, ink, bold):
    size = {1: 15, 2: 15, 3: 14, 4: 12, 5: 11}.get(len(text), 9)
    left, top = place
    lift = 4 if badge else 0
    if text:
        parts = ((text, ink, bold),)
        drawing.shapes.append(Words(left + CELL / 2, top + CELL / 2 + 5 - lift, parts, size))
    if badge:
        parts = ((badge, ROLE["filter"], True),)
        drawing.shapes.append(Words(left + CELL - 2, top + CELL - 3, parts, 8.5, "end"))


def _frame(edges, left, top, colour, unit):
    first_row, first_column, last_row, last_column = edges
    wide, high = unit
    return Box(
        left + first_column * wide, top + first_row * high,
        (last_column - first_column + 1) * wide, (last_row - first_row + 1) * high,
        None, colour, 3,
    )


def _hatched(grid, left, top, unit):
    """The padding around a picture, as up to four strips."""
    if grid.kinds is None:
        return []
    inside = grid.kinds != KINDS.index("padding")
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    if inside.all() or not rows.size:
        return []
    (high, wide), (first, last) = grid.shape, (rows[0], rows[-1] + 1)
    strips = (
        (0, 0, first, wide), (last, 0, high, wide),
        (first, 0, last, columns[0]), (first, columns[-1] + 1, last, wide),
    )
    across, down = unit
    return [
        Box(left + b * across, top + a * down, (d - b) * across, (c - a) * down, pattern="hatch")
        for a, b, c, d in strips if c > a and d > b
    ]


def _bars(heights):
    """The pixels of bars up and down from zero, of heights −100 to 100."""
    zero, ends = (np.rint((100 - at) * (BARS - 1) / 200) for at in (0, heights))
    line = np.arange(BARS)[:, None]
    inside = (np.minimum(zero, ends) <= line) & (line <= np.maximum(zero, ends))
    # The ends of the palette are the full colours, and its middle is white.
    return np.where(inside, np.where(heights < 0, 0, 255), 128).astype(np.uint8)


def _image(drawing, grid, box):
    if grid.shape[0] == 1:
        pixels, palette = _bars(levels(grid)[0]), diverging_palette()
        drawing.shapes.append(Picture(box.left, box.top, box.width, box.height, pixels, palette))
        drawing.shapes.append(box)
        return
    low, high = grid.value_range()
    values = grid.values if grid.planes is None else np.moveaxis(grid.planes, 0, 2)
    share = (np.nan_to_num(values.astype(float)) - low) / (high - low)
    pixels = np.rint(255 * share.clip(0, 1)).astype(np.uint8)
    palette = diverging_palette() if grid.shade == "signed" else grey_palette()
    palette = palette if grid.planes is None else None
    drawing.shapes += [Picture(box.left, box.top, box.width, box.height, pixels, palette), box]
