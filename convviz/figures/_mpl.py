"""A drawing painted by matplotlib, for PNG and for the frames of a GIF."""

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, HPacker, TextArea
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from convviz.figures._colours import QUIET
from convviz.figures._drawing import Box, Picture, Words

_POINTS = 72 / 100  # drawings count pixels of 1/100 inch, matplotlib counts points
_ALIGN = {"start": 0.0, "middle": 0.5, "end": 1.0}


def _figure(drawing):
    """A figure without frame whose axes count the drawing's pixels."""
    figure = Figure(figsize=(drawing.width / 100, drawing.height / 100), dpi=100)
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, drawing.width), ylim=(drawing.height, 0))
    axes.axis("off")
    for order, shape in enumerate(drawing.shapes):
        _PAINT[type(shape)](axes, shape, order)
    return figure


def to_png(drawing, scale=2.0):
    """PNG bytes of a drawing, `scale` dots for each of its pixels."""
    file = io.BytesIO()
    _figure(drawing).savefig(file, format="png", dpi=100 * scale)
    return file.getvalue()


def to_array(drawing, scale=1.0):
    """The drawing as pixels on white, shape (height, width, 3), values 0…255."""
    figure = _figure(drawing)
    figure.patch.set(facecolor="white", alpha=1)
    figure.set_dpi(100 * scale)
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()


def _box(axes, box, order):
    style = {
        "facecolor": box.fill or "none", "edgecolor": box.stroke or "none",
        "linewidth": box.line * _POINTS, "zorder": order,
    }
    place = (box.left, box.top)
    if box.radius:
        shape = f"round,pad=0,rounding_size={box.radius}"
        axes.add_patch(FancyBboxPatch(place, box.width, box.height, boxstyle=shape, **style))
        return
    axes.add_patch(Rectangle(place, box.width, box.height, **style))
    right, bottom = box.left + box.width, box.top + box.height
    if box.pattern == "hatch":
        axes.add_patch(
            Rectangle(place, box.width, box.height, fill=False, hatch="////", edgecolor="#c3c9d0",
                      linewidth=0, zorder=order)
        )
    elif box.pattern == "cross":
        line = {"color": QUIET, "alpha": 0.5, "linewidth": 0.7, "zorder": order}
        axes.plot([box.left, right], [box.top, bottom], **line)
        axes.plot([right, box.left], [box.top, bottom], **line)
    elif box.pattern == "dot":
        middle = (box.left + box.width / 2, box.top + box.height / 2)
        axes.add_patch(Circle(middle, 3, color=QUIET, alpha=0.5, zorder=order))


def _words(axes, words, order):
    if len(words.parts) == 1:
        text, colour, bold = words.parts[0]
        align = {"start": "left", "middle": "center", "end": "right"}[words.anchor]
        axes.text(
            words.at, words.base, text, color=colour, fontsize=words.size * _POINTS,
            fontweight="bold" if bold else "normal", ha=align, va="baseline", zorder=order,
            parse_math=False,
        )
        return
    areas = [
        TextArea(text, textprops={
            "color": colour, "fontsize": words.size * _POINTS, "parse_math": False,
            "fontweight": "bold" if bold else "normal",
        })
        for text, colour, bold in words.parts
    ]
    packed = HPacker(children=areas, pad=0, sep=0, align="baseline")
    box = AnnotationBbox(
        packed, (words.at, words.base), frameon=False, pad=0, zorder=order,
        box_alignment=(_ALIGN[words.anchor], 0.25),
    )
    axes.add_artist(box)


def _picture(axes, picture, order):
    edges = (
        picture.left, picture.left + picture.width, picture.top + picture.height, picture.top
    )
    pixels = picture.palette[picture.levels]
    axes.imshow(pixels, extent=edges, interpolation="nearest", aspect="auto", zorder=order)
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())


_PAINT = {Box: _box, Words: _words, Picture: _picture}
