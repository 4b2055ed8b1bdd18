"""Lays a scene out on paper: grids in rows of columns, the formula, the sentence, the sizes."""

from convviz.figures._cells import CELL, Moment, add_grid
from convviz.figures._colours import LINE, PAPER, QUIET, ROLE, WINDOW
from convviz.figures._drawing import Box, Drawing, Line, Words
from convviz.figures._text import add_lines, width

IMAGE, MARGIN, LABEL, JOIN, NARROWEST = 240, 18, 38, 40, 460
RULER = 14  # room for the row numbers, on the left of a grid of numbers
HEADING = 20  # room for the heading of a stack
GAP = 18  # between two rows of the stage
APART = 8  # between two grids of a stack


def lay_out(scene, k, *, until=None):
    """The drawing of step `k`, with the results of the steps up to `until` written in.

    Parameters
    ----------
    scene : Scene
    k : int or None
        The step that is lit; None for a scene without steps.
    until : int, optional
        The last step whose results are shown; all of them when None.
    """
    step = scene.steps[k] if scene.steps else None
    moment = Moment.of(scene, step, until)
    rows = scene.stage()
    drawing = Drawing(max(NARROWEST, 2 * MARGIN + max(_row_width(row) for row in rows)))
    places, top = {}, MARGIN
    for row in rows:
        tallest = max(_column_height(column) for _, column in row)
        _add_row(drawing, moment, row, (top, tallest), places)
        top += tallest + GAP
    if step and step.links:
        _add_arrows(drawing, scene, places, step.links)
    drawing.height = add_lines(drawing, scene, step, top - GAP + 14, MARGIN) + MARGIN
    paper = Box(0.5, 0.5, drawing.width - 1, drawing.height - 1, PAPER, LINE, radius=10)
    drawing.shapes.insert(0, paper)
    return drawing


def _add_row(drawing, moment, row, band, places):
    """One row of columns, centred on the paper; notes the corner of each grid in `places`."""
    top, tallest = band
    left = (drawing.width - _row_width(row)) / 2
    for n, (sign, column) in enumerate(row):
        if n or sign:
            # The labels stand above the grids, so the middle of a grid lies below the middle.
            base = top + (tallest + LABEL) / 2 + 8
            drawing.shapes.append(Words(left + JOIN / 2, base, ((sign, QUIET, False),), 22))
            left += JOIN
        above = top + (tallest - _column_height(column)) / 2
        if column[0].stack:
            heading = ((column[0].stack, ROLE[column[0].role], True),)
            drawing.shapes.append(Words(left, above + 14, heading, 13, "start"))
            above += HEADING
        # The grids of a column stand in line, those without row numbers too.
        start = left + max(map(_ruler, column))
        for grid in column:
            places[grid.name] = (start, above + LABEL)
            label = ((grid.name, ROLE[grid.role], True), (f"  {grid.note}", QUIET, False))
            drawing.shapes.append(Words(start, above + 14, label, 13, "start"))
            add_grid(drawing, moment, grid, places[grid.name], _size(grid))
            above += LABEL + _size(grid)[1] + APART
        left += _column_width(column)


def _size(grid):
    """Width and height of a grid on paper, without its label."""
    rows, columns = grid.shape
    if grid.display == "image":
        return IMAGE, IMAGE * (rows / columns if rows > 1 else 0.25)
    return columns * CELL, rows * CELL


def _ruler(grid):
    return RULER if grid.display != "image" and grid.shape[0] > 1 else 0


def _column_height(column):
    heading = HEADING if column[0].stack else 0
    return heading - APART + sum(LABEL + _size(grid)[1] + APART for grid in column)


def _column_width(column):
    wide = [max(_size(grid)[0], width(f"{grid.name}  {grid.note}", 13)) for grid in column]
    return max(max(map(_ruler, column)) + max(wide), width(column[0].stack or "", 13))


def _row_width(row):
    signs = sum(1 for n, (sign, _) in enumerate(row) if n or sign)
    return signs * JOIN + sum(_column_width(column) for _, column in row)


def _add_arrows(drawing, scene, places, links):
    """Arrows over the cells and behind the words, which keep a piece of paper around them."""
    words = [shape for shape in drawing.shapes if isinstance(shape, Words)]
    drawing.shapes += [_arrow(scene, places, start, end) for start, end in links]
    for text in words:
        if text.anchor == "start":
            wide = width("".join(part for part, *_ in text.parts), text.size)
            drawing.shapes.append(Box(text.at - 1, text.base - 12, wide + 2, 16, PAPER))
            drawing.shapes.append(text)


def _arrow(scene, places, start, end):
    """From the rim of one cell to the rim of another."""
    ends = []
    for name, r, c in (start, end):
        unit = _size(scene.grid(name))[0] / scene.grid(name).shape[1]
        left, top = places[name]
        ends.append((left + (c + 0.5) * unit, top + (r + 0.5) * unit, unit / 2))
    (x, y, rim), (to_x, to_y, to_rim) = ends
    far = max(abs(to_x - x), abs(to_y - y), rim + to_rim + 1)
    wide, high = (to_x - x) / far, (to_y - y) / far
    return Line(
        x + rim * wide, y + rim * high, to_x - to_rim * wide, to_y - to_rim * high, WINDOW, arrow=True
    )
