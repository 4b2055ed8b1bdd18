"""A scene as the player reads it: JSON with cells as numbers, gzipped."""

import gzip
import json
from math import floor, isfinite, log10

import numpy as np

from convviz.scenes._text import number, shape_text
from convviz.scenes.levels import levels

#: The largest pixel, as a whole number of 16 bits; beyond it stand what is infinite or no number.
_ROOM = 32766


def payload(scene, *, ask=False):
    """The scene as plain lists and dictionaries; with its question and how it looks when asked.

    A cell is a pair ``[grid, place]``: the position of its grid in the scene, and its own in reading
    order. A string in a formula is text; a flat list ``[grid, place, grid, place, …]`` is a product.
    """
    written, places = _written(scene), _Places(scene)
    data = {
        "name": scene.name,
        "summary": scene.summary,
        "grids": [_grid(scene, grid) for grid in scene.grids],
        "stage": [[_column(scene, sign, grids) for sign, grids in row] for row in scene.stage()],
        "steps": [_step(scene, step, written, places) for step in scene.steps],
        "caption": scene.caption,
        "stencil": _stencil(scene),
        "code": scene.code,
    }
    if ask and scene.question:
        data |= {"question": _question(scene), "asked": payload(scene.asked())}
    return data


def _question(scene):
    question = scene.question
    answer = question.answer
    if question.kind == "cell":
        answer = [_Places(scene)[cell] for cell in answer]
        shown = "the circled cells" if len(answer) > 1 else "the circled cell"
    elif question.kind == "shape":
        shown = shape_text(answer)
    else:
        shown = number(answer)
    return {
        "kind": question.kind, "answer": answer, "tolerance": question.tolerance, "shown": shown,
        "reason": question.reason,
    }


def size(scene):
    """How much the player has to be told of a scene: its cells, terms and marks.

    Pixels weigh less: they are sent once, however many scenes show them.
    """
    said = sum(len(step.formula) + len(step.marks) + len(step.writes) for step in scene.steps)
    return said + sum(map(_pixels, scene.grids))


def _pixels(grid):
    if grid.display != "image":
        return grid.values.size
    return grid.values.size * (1 if grid.planes is None else 3) // 4


def pack(scenes, edition=0):
    """A dictionary of payloads as bytes (JSON), the same bytes for the same scenes.

    Pixels stand once however many scenes show them. The `edition` counts the edits: scenes of
    different editions show different numbers.
    """
    pool = []
    for scene in [one for scene in scenes.values() for one in (scene, scene.get("asked", {}))]:
        for grid in scene.get("grids", ()):
            if "pixels" in grid:
                if grid["pixels"] not in pool:
                    pool.append(grid["pixels"])
                grid["pixels"] = pool.index(grid["pixels"])
    whole = {"edition": edition, "pixels": pool, "scenes": scenes}
    text = json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def compress(data):
    """Packed scenes as gzip bytes, the same on every run."""
    # Higher levels take five times as long for pixels, to save a twentieth.
    return gzip.compress(data, compresslevel=4, mtime=0)


def _grid(scene, grid):
    data = {
        "name": grid.name,
        "role": grid.role,
        "note": grid.note,
        "shape": grid.shape,
        "origin": grid.origin,
        "editable": grid.editable,
        "hidden": grid.hidden,
        "display": grid.display,
        "shade": grid.shade,
    }
    if grid.display == "places":
        # Looks like a blank grid; only its cells, and not what stands beside them, are numbered.
        data |= {"display": "blank", "numbered": True}
    if grid.blocks:
        data["blocks"] = grid.blocks
    if grid.display == "image":
        coloured = grid.planes is not None
        pixels = np.concatenate(grid.planes) if coloured else grid.values
        whole, digits = _whole(pixels.astype(float))
        # Differences along the rows pack better than values.
        data |= {"pixels": np.diff(whole, axis=1, prepend=0).ravel().tolist(), "digits": digits, "coloured": coloured}
        low, high = grid.value_range()
        data |= {"limits": (low * 10.0**digits, high * 10.0**digits), "lens": _has_lens(scene, grid)}
    else:
        values = grid.values.ravel().tolist()
        if not _told_whole(grid, values):
            data["values"] = [float(f"{v:.7g}") if isfinite(v) else None for v in values]
        data["texts"] = grid.texts_of(values)
        if grid.shade != "none" and not (grid.hidden and grid.kinds is None):
            data["shades"] = levels(grid).ravel().tolist()
    if grid.kinds is not None:
        data["kinds"] = grid.kinds.ravel().tolist()
    return data


def _has_lens(scene, grid):
    """Whether the pointer shows the numbers around it: where it does not show how they are made."""
    return scene.stencil is None or grid.shape != scene.grid(scene.stencil.result).shape


def _column(scene, sign, grids):
    """A column of the stage: the sign before it, its heading, the places of its grids."""
    return [sign, grids[0].stack or "", [scene.place(grid.name) for grid in grids]]


def _told_whole(grid, values):
    """Whether the texts of the cells say all that their numbers are."""
    return (
        grid.display == "blank"
        or grid.values.dtype.kind in "bui"
        or all(v.is_integer() and abs(v) < 1e6 for v in values if isfinite(v))
    )


def _whole(values):
    """Pixels as whole numbers of 16 bits, and how many decimal digits they were multiplied by.

    Half the bytes of floats, and enough for the eye and for the pointer. What is not a number is
    −32768, and what is infinite ±32767.
    """
    finite = np.abs(values[np.isfinite(values)])
    top = finite.max(initial=0.0)
    # Brightness from 0 to 255 is read as whole numbers.
    exact = top >= 100 or bool(np.all(finite == np.rint(finite)))
    room = floor(log10(_ROOM / top)) if top else 0
    digits = min(room, 0) if exact else min(room, 12)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(values * 10.0**digits)
    scaled = np.where(np.isnan(values), -_ROOM - 2, np.where(np.isinf(values), np.sign(values) * (_ROOM + 1), scaled))
    return scaled.astype(int), digits


class _Places(dict):
    """Cell → the place of its grid, and its own in reading order: asked for in every step."""

    def __init__(self, scene):
        super().__init__()
        self.grids = {grid.name: (place, grid.shape[1]) for place, grid in enumerate(scene.grids)}

    def __missing__(self, cell):
        name, row, column = cell
        place, columns = self.grids[name]
        numbers = self[cell] = (place, row * columns + column)
        return numbers


def _flat(places, cells):
    """The numbers of cells in one list."""
    numbers = []
    for cell in cells:
        numbers += places[cell]
    return numbers


def _step(scene, step, written, places):
    shown = step.shown()
    marks, badges = step.marks, dict(step.badges)
    if len(shown) < len(step.formula):
        # What stands in no term of the formula shown is lit all the same.
        marks += tuple((cell, "tap") for term in step.terms() if term not in shown for cell in term)
        badges = scene.badges(step)
    told = [
        step.sentence,
        [part if isinstance(part, str) else _flat(places, part) for part in shown],
        places[step.result] if step.result else None,
        [(*places[cell], *next(written[cell[0]])) for cell, _ in step.writes],
        [(places.grids[name][0], *edges) for name, *edges in step.windows],
        _grouped(marks, places),
    ]
    if step.links or badges:
        told.append([_flat(places, link) for link in step.links])
        told.append([(*places[cell], text) for cell, text in badges.items()])
    return told


def _grouped(marks, places):
    """Marks of a kind in a grid together: the grid's place, the kind, and the places of the cells."""
    found = {}
    for cell, kind in marks:
        grid, place = places[cell]
        if (grid, kind) not in found:
            found[grid, kind] = []
        found[grid, kind].append(place)
    return [[*key, *cells] for key, cells in found.items()]


def _written(scene):
    """For every grid, an iterator over what is written into it, in the order of the steps.

    The text of a number, and how it is shaded where the grid is; there may be thousands of them.
    """
    values = {grid.name: [] for grid in scene.grids}
    for step in scene.steps:
        for cell, value in step.writes:
            values[cell[0]].append(value)
    return {grid.name: _texts_and_levels(grid, values[grid.name]) for grid in scene.grids}


def _texts_and_levels(grid, values):
    texts = grid.texts_of(values)
    return zip(texts) if grid.shade == "none" else zip(texts, levels(grid, values).tolist())


def _stencil(scene):
    stencil = scene.stencil
    if stencil is None:
        return None
    return {
        "source": scene.place(stencil.source),
        "weights": scene.place(stencil.weights),
        "result": scene.place(stencil.result),
        "bias": None if stencil.bias is None else scene.place(stencil.bias),
        "rows": stencil.rows,
        "columns": stencil.columns,
    }
