"""Lays out on paper the groups of small pictures of a look into a network."""

from convviz.figures._colours import INK, LINE, PAPER, QUIET, ROLE, WINDOW
from convviz.figures._drawing import Box, Drawing, Picture, Words
from convviz.figures._text import wrapped, width
from convviz.figures._training import palette

WIDTH, MARGIN, LABEL, GAP, SMALL = 720, 18, 22, 14, 11
# between tiles; of the words below one; of a tile that is words alone
APART, CAPTION, WORDS = 6, 15, 22


def lay_out(gallery):
    """The drawing of a `scenes.Gallery`."""
    drawing, top, left, bottom = Drawing(WIDTH), MARGIN, MARGIN, MARGIN
    for group in gallery.groups:
        wide = max(_tiles_width(group, WIDTH), width(f"{group.name}  {group.note}", 13))
        if left > MARGIN and left + wide > WIDTH - MARGIN:
            top, left = bottom + GAP, MARGIN
        bottom = max(bottom, _add_group(drawing, group, left, top))
        left += wide + 2 * MARGIN
    for line in wrapped(gallery.sentence, 13, WIDTH - 2 * MARGIN):
        bottom += 20
        drawing.shapes.append(Words(MARGIN, bottom, ((line, QUIET, False),), 13, "start"))
    drawing.height = bottom + MARGIN
    drawing.shapes.insert(
        0, Box(0.5, 0.5, WIDTH - 1, drawing.height - 1, PAPER, LINE, radius=10)
    )
    return drawing


def _tile_size(group, tile):
    if tile.values is None:
        return WORDS, WORDS
    rows, columns = tile.values.shape
    return group.dot * columns, group.dot * rows


def _room(group):
    """The width of a tile with its caption, and the height of its picture."""
    sizes = [_tile_size(group, tile) for tile in group.tiles]
    wide = max((wide for wide, _ in sizes), default=0)
    words = max((width(tile.caption, SMALL) for tile in group.tiles), default=0)
    return max(wide, words) + APART, max((high for _, high in sizes), default=0)


def _tiles_width(group, most):
    """How wide the tiles of a group stand, in as many lines as they need."""
    wide, _ = _room(group)
    count = group.columns or max(1, int((most - 2 * MARGIN) // wide)) if wide else 1
    return min(count, len(group.tiles)) * wide


def _add_group(drawing, group, left, top):
    """A name with its note, and the tiles in lines below; returns the bottom."""
    lines = wrapped(f"{group.name}  {group.note}", 13, WIDTH - MARGIN - left)
    for n, line in enumerate(lines):
        rest = line.removeprefix(group.name) if n == 0 else line
        parts = (((group.name, INK, True),) if n == 0 else ()) + ((rest, QUIET, False),)
        drawing.shapes.append(Words(left, top + 12 + 18 * n, parts, 13, "start"))
    top += LABEL + 18 * (len(lines) - 1)
    wide, high = _room(group)
    count = max(1, round(_tiles_width(group, WIDTH + MARGIN - left) / wide)) if wide else 1
    below = CAPTION if any(tile.caption for tile in group.tiles) and not group.columns else 0
    for n, (tile, levels) in enumerate(zip(group.tiles, group.levels, strict=True)):
        corner = left + n % count * wide, top + n // count * (high + below + APART)
        _add_tile(drawing, group, tile, levels, corner, wide - APART)
    lines = -(-len(group.tiles) // count)
    return top + lines * (high + below + APART) - APART


def _add_tile(drawing, group, tile, levels, corner, wide):
    left, top = corner
    tile_wide, tile_high = _tile_size(group, tile)
    if levels is None:
        words = ((tile.caption, INK, True),)
        drawing.shapes.append(Words(left + wide / 2, top + 16, words, 13))
        return
    drawing.shapes.append(Picture(left, top, tile_wide, tile_high, levels, palette(group.signed)))
    if tile.chosen:
        drawing.shapes.append(
            Box(left - 2, top - 2, tile_wide + 4, tile_high + 4, None, ROLE["input"], 3)
        )
    for first, second, last_row, last_column in tile.frames:
        drawing.shapes.append(Box(
            left + second * group.dot, top + first * group.dot,
            (last_column - second + 1) * group.dot, (last_row - first + 1) * group.dot,
            None, WINDOW, 2,
        ))  # fmt: skip
    if tile.caption and group.columns:  # in a matrix a number stands on its colour
        words = ((tile.caption, INK, False),)
        drawing.shapes.append(Words(left + tile_wide / 2, top + tile_high / 2 + 4, words, SMALL))
    elif tile.caption:
        words = ((tile.caption, QUIET, False),)
        drawing.shapes.append(
            Words(left + tile_wide / 2, top + tile_high + 11, words, SMALL)
            if tile_wide > width(tile.caption, SMALL)
            else Words(left, top + tile_high + 11, words, SMALL, "start")
        )
