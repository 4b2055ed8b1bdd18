"""A drawing painted as pixels by Pillow, for PNG and for the frames of a GIF."""

import importlib.util
import io
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from convviz.figures._colours import LINE, PAPER, QUIET, mixed
from convviz.figures._drawing import Box, Line, Picture, Words

_FINE = 4  # patterns are drawn this much larger and scaled down, which smooths their slanted lines
_COLOURS = 128
_STRENGTH = {"dot": 0.75, "disc": 0.2}  # of the quiet colour in a pattern
_START = {"start": 0.0, "middle": 0.5, "end": 1.0}


def to_image(drawing, scale):
    """The drawing as a Pillow image on white, `scale` dots for each of its pixels."""
    size = (round(drawing.width * scale), round(drawing.height * scale))
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        _PAINT[type(shape)](image, pen, shape, scale)
    return image


def to_png(drawing, scale):
    """PNG bytes of a drawing. Few colours are enough for it, and a third of the size."""
    file = io.BytesIO()
    image = to_image(drawing, scale)
    # A photograph would take all the colours for its greys, and none be left for the labels.
    if not any(isinstance(shape, Picture) for shape in drawing.shapes):
        image = image.quantize(_COLOURS, dither=Image.Dither.NONE)
    image.save(file, "PNG", optimize=True, dpi=(96 * scale, 96 * scale))
    return file.getvalue()


@cache
def _font(size, bold):
    # matplotlib ships the typeface; its folder is found without the cost of importing it.
    folder = Path(importlib.util.find_spec("matplotlib").origin).parent / "mpl-data/fonts/ttf"
    return ImageFont.truetype(folder / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), size)


def _box(image, pen, box, scale):
    # SVG draws a line over the edge, half of it outside; Pillow draws it inside.
    out = box.line / 2 if box.stroke else 0
    edges = [
        round((box.left - out) * scale),
        round((box.top - out) * scale),
        round((box.left + box.width + out) * scale) - 1,
        round((box.top + box.height + out) * scale) - 1,
    ]
    style = {
        "fill": box.fill,
        "outline": None if box.dashed else box.stroke,
        "width": max(1, round(box.line * scale)) if box.stroke else 0,
    }
    pen.rounded_rectangle(edges, radius=box.radius * scale, **style)
    if box.dashed:
        _dashes(pen, edges, box.stroke, style["width"], scale)
    if box.pattern:
        inner = (round(box.width * scale) - 1, round(box.height * scale) - 1)
        mask = _pattern(box.pattern, inner, scale)
        colour = mixed(QUIET, _STRENGTH.get(box.pattern, 0.32))
        if box.pattern == "hatch" and _grey(box.fill):
            # On a grey of its own lightness it would not be seen.
            colour = mixed("#808080", 0.55, under=box.fill)
            if abs(int(box.fill[1:3], 16) - 0x80) < 40:
                colour = mixed(PAPER, 0.35, under=box.fill)
        corner = (round(box.left * scale) + 1, round(box.top * scale) + 1)
        image.paste(colour, (*corner, corner[0] + inner[0], corner[1] + inner[1]), mask)


def _grey(fill):
    """Whether a cell is shaded by brightness."""
    return bool(fill) and fill != PAPER and fill[1:3] == fill[3:5] == fill[5:]


def _dashes(pen, edges, colour, width, scale):
    """The four sides of a box, in dashes."""
    left, top, right, bottom = edges
    dash = 4 * scale
    for start in np.arange(0, right - left, 7 * scale):
        ends = (left + start, min(left + start + dash, right))
        for side in (top, bottom):
            pen.line([(ends[0], side), (ends[1], side)], fill=colour, width=width)
    for start in np.arange(0, bottom - top, 7 * scale):
        ends = (top + start, min(top + start + dash, bottom))
        for side in (left, right):
            pen.line([(side, ends[0]), (side, ends[1])], fill=colour, width=width)


def _line(image, pen, line, scale):
    ends = [line.left * scale, line.top * scale, line.to_left * scale, line.to_top * scale]
    pen.line(ends, fill=line.colour, width=max(1, round(line.line * scale)))
    if line.arrow:
        pen.polygon([(x * scale, y * scale) for x, y in line.head()], fill=line.colour)


@cache
def _pattern(name, size, scale):
    """Where a pattern puts its colour on a cell of that size."""
    wide, high = size[0] * _FINE, size[1] * _FINE
    mask = Image.new("L", (wide, high), 0)
    pen = ImageDraw.Draw(mask)
    unit = scale * _FINE
    if name == "hatch":
        for start in np.arange(-high, wide, 9 * unit):
            pen.line([(start, high), (start + high, 0)], fill=255, width=round(1.6 * unit))
    elif name == "cross":
        pen.line([(0, 0), (wide, high)], fill=255, width=round(unit))
        pen.line([(0, high), (wide, 0)], fill=255, width=round(unit))
    else:
        radius = 3 * unit if name == "dot" else 0.44 * wide
        pen.ellipse(
            [wide / 2 - radius, high / 2 - radius, wide / 2 + radius, high / 2 + radius], fill=255
        )
    return mask.resize(size, Image.Resampling.BOX)


def _words(image, pen, words, scale):
    size = words.size * scale
    parts = [(text, colour, _font(size, bold)) for text, colour, bold in words.parts]
    lengths = [font.getlength(text) for text, _, font in parts]
    at = words.at * scale - _START[words.anchor] * sum(lengths)
    for (text, colour, font), length in zip(parts, lengths, strict=True):
        pen.text((at, words.base * scale), text, fill=colour, font=font, anchor="ls")
        at += length


def _picture(image, pen, picture, scale):
    levels, palette = picture.levels, picture.palette
    pixels = Image.fromarray(levels if palette is None else palette[levels])
    size = (round(picture.width * scale), round(picture.height * scale))
    corner = (round(picture.left * scale), round(picture.top * scale))
    image.paste(pixels.resize(size, Image.Resampling.NEAREST), corner)
    pen.rectangle([*corner, corner[0] + size[0], corner[1] + size[1]], outline=LINE)


_PAINT = {Box: _box, Line: _line, Words: _words, Picture: _picture}
