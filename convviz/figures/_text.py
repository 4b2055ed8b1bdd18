"""The words below the stage: the formula, the sentence and the sizes, broken into lines."""

import re

from convviz.figures._colours import INK, QUIET, ROLE
from convviz.figures._drawing import Words

WIDEST_TEXT = 0.56  # of the font size, for a letter of the sans serif faces


def add_lines(drawing, scene, step, top, margin):
    """The formula, the sentence and the sizes, each centred; returns the bottom."""
    middle = drawing.width / 2
    room = drawing.width - 2 * margin
    texts = []
    if step:
        shown = step.shown()
        formula = [
            piece for before, part in zip(("", *shown), shown, strict=False)
            for piece in _part(scene, step, part, before)
        ]
        sentence = [(word + " ", QUIET, False) for word in step.sentence.split()]
        texts = [(formula, 14, 22), (sentence, 13, 20)]
    texts.append(([(text, ROLE[role], bool(role)) for text, role in scene.caption], 14, 24))
    for pieces, size, pitch in texts:
        for line in _wrap(pieces, size, room):
            top += pitch
            drawing.shapes.append(Words(middle, top, tuple(line), size))
    return top


def width(text, size):
    """About how wide a text is."""
    return WIDEST_TEXT * size * len(text)


def wrapped(text, size, room):
    """A text in lines that fit.

    >>> wrapped("three short words", 10, 60)
    ['three', 'short', 'words']
    """
    lines = _wrap([(word + " ", QUIET, False) for word in text.split(" ")], size, room)
    return ["".join(word for word, *_ in line).rstrip() for line in lines]


def _part(scene, step, part, before):
    """A part of a formula, and what stands before it, as coloured pieces."""
    if isinstance(part, str):
        return [(part, INK, False)]
    pieces = []
    for n, (cell, shown) in enumerate(zip(part, scene.factors(part, step, before), strict=True)):
        colour = ROLE[scene.grid(cell[0]).role]
        pieces += [("·", INK, False)] if n else []
        pieces.append((shown, colour, True))
    return pieces


def _words(piece, size, room):
    """A piece as it is, or its words where it is wider than a line."""
    text, *look = piece
    if width(text, size) <= room:
        return [piece]
    return [(word, *look) for word in re.findall(r"\S+ *| +", text)]


def _wrap(pieces, size, room):
    """Break a run of pieces into lines that fit, never inside a product."""
    lines, taken = [[]], 0.0
    for piece in (part for whole in pieces for part in _words(whole, size, room)):
        wide = width(piece[0], size)
        if taken + wide > room and lines[-1] and (piece[0].startswith(" ") or piece[0].endswith(" ")):
            lines.append([])
            taken = 0.0
        lines[-1].append(piece)
        taken += wide
    return [line for line in lines if line]
