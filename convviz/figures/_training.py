"""Lays out on paper what is to be seen of a network that learns."""

import numpy as np

from convviz.figures._colours import (
    INK, LINE, PAPER, QUIET, ROLE, WINDOW, diverging_palette, grey_palette,
)  # fmt: skip
from convviz.figures._drawing import Box, Drawing, Line, Picture, Words
from convviz.figures._text import width

WIDTH, MARGIN, HIGH, LABEL, GAP = 720, 18, 100, 22, 12
# pixels of the paper for one of a picture: of a large one, of a small one
_LARGE, _SMALL = 4, 12


def lay_out(look):
    """The drawing of a `scenes.TrainingLook`."""
    drawing = Drawing(WIDTH)
    half = (WIDTH - 3 * MARGIN) / 2
    top = MARGIN
    for n, curve in enumerate(look.curves):
        _add_curve(drawing, curve, MARGIN + n * (half + MARGIN), top, half)
    top += LABEL + HIGH + GAP
    top = _add_strips(drawing, look.strips, top)
    _words(drawing, MARGIN, top + 12, (look.count, INK, True))
    room = (WIDTH - 2 * MARGIN) / 8
    for n, wrong in enumerate(look.wrong):
        _add_strip(drawing, wrong.picture, MARGIN + n * room, top + LABEL, room - 8)
    top += LABEL + (LABEL + room if look.wrong else 0)
    _words(drawing, MARGIN, top + 10, (look.sentence, QUIET, False))
    drawing.height = top + 10 + MARGIN
    drawing.shapes.insert(
        0, Box(0.5, 0.5, WIDTH - 1, drawing.height - 1, PAPER, LINE, radius=10)
    )
    return drawing


def palette(signed):
    """256 colours for the levels of a strip; the first one, for what lies between, is paper."""
    colours = diverging_palette() if signed else grey_palette()
    return np.concatenate([np.full((1, 3), 255, np.uint8), colours[1:]])


def _words(drawing, left, base, *parts):
    drawing.shapes.append(Words(left, base, parts, 13, "start"))


def _add_curve(drawing, curve, left, top, wide):
    _words(drawing, left, top + 12, (curve.name, INK, True), (f"  {curve.note}", QUIET, False))
    top += LABEL
    drawing.shapes.append(Box(left, top, wide, HIGH, None, LINE))
    for points, colour in ((curve.line, ROLE["input"]), (curve.marks, WINDOW)):
        places = [(left + wide * x, top + HIGH * (1 - min(y, 1))) for x, y in points]
        for start, end in zip(places, places[1:], strict=False):
            drawing.shapes.append(Line(*start, *end, colour))
    drawing.shapes.append(Words(left + 4, top + 14, ((curve.top, QUIET, False),), 11, "start"))


def _add_strips(drawing, strips, top):
    """Strips beside each other as far as there is room; returns the bottom."""
    left, bottom = MARGIN, top
    for strip in strips:
        room = WIDTH - MARGIN - left
        if _size(strip, WIDTH)[0] > room:
            left, top, room = MARGIN, bottom + GAP, WIDTH - 2 * MARGIN
        bottom = max(bottom, _add_strip(drawing, strip, left, top, room))
        left += max(_size(strip, room)[0], width(f"{strip.name}  {strip.note}", 13)) + MARGIN
    return bottom + GAP


def _add_strip(drawing, strip, left, top, room):
    _words(drawing, left, top + 12, (strip.name, INK, True), (f"  {strip.note}", QUIET, False))
    wide, high = _size(strip, room)
    picture = strip.levels(), palette(strip.signed)
    drawing.shapes.append(Picture(left, top + LABEL, wide, high, *picture))
    return top + LABEL + high


def _size(strip, room):
    rows, columns = strip.levels().shape
    scale = min(_SMALL if strip.values.shape[-1] < 8 else _LARGE, room / columns)
    return columns * scale, rows * scale
