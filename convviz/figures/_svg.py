"""A drawing as SVG text: the same text for the same drawing, on every machine."""

import base64
import io
from html import escape

from PIL import Image

from convviz.figures._colours import QUIET
from convviz.figures._drawing import Box, Line, Picture, Words

_FONT = "system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"
_BOLD = ' font-weight="600"'
_HATCH = (
    '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path d="M0 0V7" stroke="#8c959f" stroke-opacity=".5" '
    'stroke-width="2.5"/></pattern>'
)


def to_svg(drawing, title):
    """SVG text of a drawing; `title` is what a screen reader says."""
    wide, high = _n(drawing.width), _n(drawing.height)
    body = "".join(_PAINT[type(shape)](shape) for shape in drawing.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" role="img" font-family="{_FONT}">'
        f"<title>{escape(title)}</title><defs>{_HATCH}</defs>{body}</svg>"
    )


def _n(value):
    """A coordinate, without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _box(box):
    place = (
        f'x="{_n(box.left)}" y="{_n(box.top)}" width="{_n(box.width)}" height="{_n(box.height)}"'
    )
    radius = f' rx="{_n(box.radius)}"' if box.radius else ""
    stroke = f' stroke="{box.stroke}" stroke-width="{_n(box.line)}"' if box.stroke else ""
    stroke += ' stroke-dasharray="4 3"' if box.dashed else ""
    shapes = f'<rect {place}{radius} fill="{box.fill or "none"}"{stroke}/>'
    if box.pattern == "hatch":
        shapes += f'<rect {place} fill="url(#hatch)"/>'
    elif box.pattern == "cross":
        a, b = _n(box.left), _n(box.top)
        c, d = _n(box.left + box.width), _n(box.top + box.height)
        shapes += f'<path d="M{a} {b}L{c} {d}M{c} {b}L{a} {d}" stroke="{QUIET}" stroke-opacity=".5"/>'
    elif box.pattern in ("dot", "disc"):
        look = 'r="3" fill-opacity=".5"' if box.pattern == "dot" else f'r="{_n(box.width * 0.44)}" fill-opacity=".2"'
        at = f'cx="{_n(box.left + box.width / 2)}" cy="{_n(box.top + box.height / 2)}"'
        shapes += f'<circle {at} {look} fill="{QUIET}"/>'
    return shapes


def _line(line):
    ends = f'x1="{_n(line.left)}" y1="{_n(line.top)}" x2="{_n(line.to_left)}" y2="{_n(line.to_top)}"'
    shape = f'<line {ends} stroke="{line.colour}" stroke-width="{_n(line.line)}"/>'
    if line.arrow:
        corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in line.head())
        shape += f'<polygon points="{corners}" fill="{line.colour}"/>'
    return shape


def _words(words):
    spans = "".join(
        f'<tspan fill="{colour}"{_BOLD if bold else ""}>{escape(text)}</tspan>'
        for text, colour, bold in words.parts
    )
    return (
        f'<text x="{_n(words.at)}" y="{_n(words.base)}" font-size="{_n(words.size)}" '
        f'text-anchor="{words.anchor}" xml:space="preserve">{spans}</text>'
    )


def _picture(picture):
    image = Image.fromarray(picture.levels)
    if picture.palette is not None:
        image = image.convert("P")
        image.putdata(picture.levels.ravel().tolist())
        image.putpalette(picture.palette.tobytes())
    file = io.BytesIO()
    # Uncompressed, because compressors differ and the text must not.
    image.save(file, "PNG", compress_level=0)
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f'<image x="{_n(picture.left)}" y="{_n(picture.top)}" width="{_n(picture.width)}" '
        f'height="{_n(picture.height)}" style="image-rendering:pixelated" '
        f'href="data:image/png;base64,{data}"/>'
    )


_PAINT = {Box: _box, Line: _line, Words: _words, Picture: _picture}
