"""Lays a scene out on paper: grids in a row, the formula, the sentence, the sizes."""

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
from convviz.figures._drawing import Box, Drawing, Picture, Words
from convviz.scenes._text import number
from convviz.scenes.levels import levels

CELL, IMAGE, MARGIN, LABEL, JOIN = 36, 240, 18, 38, 40
RULER = 14  # room for the row numbers, on the left of a grid of numbers
WIDEST_TEXT = 0.56  # of the font size, for a letter of the sans serif faces
LATER = "·"


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
    drawing = Drawing()
    step = scene.steps[k] if scene.steps else None
    written = scene.written(len(scene.steps) - 1 if until is None else until)
    pending = set(scene.written(len(scene.steps) - 1)) - set(written)
    left = MARGIN
    tallest = max(_size(grid)[1] for grid in scene.grids)
    for n, grid in enumerate(scene.grids):
        if n:
            sign = (scene.joins[n - 1], QUIET, False)
            drawing.shapes.append(Words(left + JOIN / 2, MARGIN + LABEL + tallest / 2 + 8, (sign,), 22))
            left += JOIN
        ruler = RULER if grid.display != "image" and grid.shape[0] > 1 else 0
        place = (left + ruler, MARGIN + (tallest - _size(grid)[1]) / 2)
        left += ruler + _grid(drawing, scene, grid, step, place, written, pending)
    drawing.width = max(left + MARGIN, 460)
    _centre(drawing, drawing.width - left - MARGIN)
    bottom = _lines(drawing, scene, step, MARGIN + LABEL + tallest + 14)
    drawing.height = bottom + MARGIN
    paper = Box(0.5, 0.5, drawing.width - 1, drawing.height - 1, PAPER, LINE, radius=10)
    drawing.shapes.insert(0, paper)
    return drawing


def _size(grid):
    """Width and height of a grid on paper, without its label."""
    rows, columns = grid.shape
    if grid.display == "image":
        return IMAGE, IMAGE * rows / columns
    return columns * CELL, rows * CELL


def _centre(drawing, spare):
    """Move everything right by half the spare width."""
    if spare <= 0:
        return
    for shape in drawing.shapes:
        name = "at" if isinstance(shape, Words) else "left"
        object.__setattr__(shape, name, getattr(shape, name) + spare / 2)


def _grid(drawing, scene, grid, step, place, written, pending):
    """One grid with its label; returns its width."""
    left, above = place
    top = above + LABEL
    label = ((grid.name, ROLE[grid.role], True), (f"  {grid.note}", QUIET, False))
    drawing.shapes.append(Words(left, above + 14, label, 13, "start"))
    label_width = WIDEST_TEXT * 13 * sum(len(part[0]) for part in label)
    width, height = _size(grid)
    if grid.display == "image":
        _image(drawing, grid, left, top)
        return max(width, label_width)
    _rulers(drawing, grid, left, top)
    badges = _badges(scene, step) if step else {}
    lit = set(step.lit()) if step else set()
    now = _now(step)
    rows, columns = grid.shape
    for r in range(rows):
        for c in range(columns):
            cell = (grid.name, r, c)
            place = (left + c * CELL, top + r * CELL)
            later = cell in pending
            value = written.get(cell, grid.values[r, c])
            level = None if grid.shade == "none" or later else int(levels(grid, value))
            _cell(drawing, grid, cell, place, level, cell in lit and cell not in now)
            text = LATER if later else grid.text_of(value)
            _number(drawing, place, text, badges.get(cell), _ink(grid, (r, c), level, later), cell in now)
    for name, *edges in step.windows if step else ():
        if name == grid.name:
            drawing.shapes.append(_frame(edges, left, top))
    for name, r, c in sorted(now):
        if name == grid.name:
            drawing.shapes.append(_frame((r, c, r, c), left, top, ROLE["output"], 3))
    return max(width, label_width)


def _rulers(drawing, grid, left, top):
    """Row and column numbers beside the cells."""
    rows, columns = grid.shape
    if rows * columns == 1:
        return
    for c in range(columns):
        part = (number(grid.index(0, c)[1]), QUIET, False)
        drawing.shapes.append(Words(left + (c + 0.5) * CELL, top - 5, (part,), 9))
    for r in range(rows if rows > 1 else 0):
        part = (number(grid.index(r, 0)[0]), QUIET, False)
        drawing.shapes.append(Words(left - 4, top + (r + 0.5) * CELL + 3, (part,), 9, "end"))


def _now(step):
    """The cells a step computes: its result, and what else it writes in its formula."""
    if not step:
        return set()
    named = {cell for term in step.terms() for cell in term}
    return ({cell for cell, _ in step.writes} & named) | ({step.result} if step.result else set())


def _badges(scene, step):
    """The small factor in each cell under the filter."""
    return {
        term[0]: "×" + scene.text(term[1]) for term in step.terms() if len(term) == 2
    }


def _cell(drawing, grid, cell, place, level, lit):
    _, r, c = cell
    kind = grid.kind(r, c)
    fill = PAPER
    if level is not None:
        fill = grey(level) if grid.shade == "gray" else signed(level)
    elif lit:
        fill = mixed(WINDOW, 0.2)
    elif grid.role == "filter":
        fill = mixed(WINDOW, 0.12)
    elif grid.display == "blank" and kind == "plain":
        fill = mixed(ROLE[grid.role], 0.2)
    pattern = {"padding": "hatch", "unused": "cross", "inserted": "dot"}.get(kind)
    drawing.shapes.append(Box(*place, CELL, CELL, fill, LINE, pattern=pattern))


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


def _frame(edges, left, top, colour=WINDOW, line=3):
    first_row, first_column, last_row, last_column = edges
    return Box(
        left + first_column * CELL, top + first_row * CELL,
        (last_column - first_column + 1) * CELL, (last_row - first_row + 1) * CELL,
        None, colour, line,
    )


def _image(drawing, grid, left, top):
    width, height = _size(grid)
    low, high = grid.value_range()
    share = (np.nan_to_num(grid.values.astype(float)) - low) / (high - low)
    pixels = np.rint(255 * share.clip(0, 1)).astype(np.uint8)
    palette = diverging_palette() if grid.shade == "signed" else grey_palette()
    drawing.shapes.append(Picture(left, top, width, height, pixels, palette))
    drawing.shapes.append(Box(left, top, width, height, None, LINE))


def _lines(drawing, scene, step, top):
    """The formula, the sentence and the sizes, each centred; returns the bottom."""
    middle = drawing.width / 2
    room = drawing.width - 2 * MARGIN
    if step:
        parts = [_part(scene, step, part) for part in step.formula]
        for line in _wrap([p for group in parts for p in group], 14, room):
            top += 22
            drawing.shapes.append(Words(middle, top, tuple(line), 14))
        for line in _wrap([(word + " ", QUIET, False) for word in step.sentence.split()], 13, room):
            top += 20
            drawing.shapes.append(Words(middle, top, tuple(line), 13))
    if scene.caption:
        caption = [(text, ROLE[role], bool(role)) for text, role in scene.caption]
        for line in _wrap(caption, 14, room):
            top += 24
            drawing.shapes.append(Words(middle, top, tuple(line), 14))
    return top


def _part(scene, step, part):
    """A part of a formula as coloured pieces."""
    if isinstance(part, str):
        return [(part, INK, False)]
    pieces = []
    for n, cell in enumerate(part):
        text = scene.text(cell)
        shown = f"({text})" if n and text.startswith("−") else text
        colour = ROLE[scene.grid(cell[0]).role]
        pieces += [("·", INK, False)] if n else []
        pieces.append((shown, colour, True))
    return pieces


def _wrap(pieces, size, room):
    """Break a run of pieces into lines that fit, never inside a product."""
    lines, width = [[]], 0.0
    for piece in pieces:
        wide = len(piece[0]) * size * WIDEST_TEXT
        if width + wide > room and lines[-1] and (piece[0].startswith(" ") or piece[0].endswith(" ")):
            lines.append([])
            width = 0.0
        lines[-1].append(piece)
        width += wide
    return [line for line in lines if line]
