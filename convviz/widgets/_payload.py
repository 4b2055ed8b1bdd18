"""A scene as the player reads it: JSON with cells as numbers, gzipped."""

import gzip
from math import floor, isfinite, log10

import numpy as np

from convviz.scenes._text import number, shape_text
from convviz.scenes.levels import levels
from convviz.widgets._told import encode, places, told

#: The largest pixel, as a whole number of 16 bits; beyond it stand what is infinite or no number.
_ROOM = 32766


def payload(scene, *, ask=False):
    """The scene as plain data for `pack`; with its question and how it looks when asked.

    Its steps are JSON already, and its pixels an array.

    A cell is a pair ``[grid, place]``: the position of its grid in the scene, and its own in reading
    order. A string in a formula is text; a flat list ``[grid, place, grid, place, …]`` is a product.
    """
    data = {
        "name": scene.name,
        "summary": scene.summary,
        "grids": [_grid(scene, grid) for grid in scene.grids],
        "stage": [[_column(scene, sign, grids) for sign, grids in row] for row in scene.stage()],
        "steps": told(scene),
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
        answer = [*map(places(scene).pair, answer)]
        shown = "the circled cells" if len(answer) > 1 else "the circled cell"
        if scene.grid(question.answer[0][0]).display == "image":
            shown = "a place in the picture"  # of pixels, none is circled
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
    pool = {}
    text = ",".join(f"{encode(key)}:{_text(scene, pool)}" for key, scene in scenes.items())
    pixels = ",".join(encode(picture.tolist()) for _, picture in pool.values())
    return f'{{"edition":{edition},"pixels":[{pixels}],"scenes":{{{text}}}}}'.encode()


def _text(scene, pool):
    """A payload as JSON, with the numbers of its pictures in the pool for their pixels."""
    for grid in scene.get("grids", ()):
        if "pixels" in grid:
            picture = grid["pixels"]
            grid["pixels"], _ = pool.setdefault(picture.tobytes(), (len(pool), picture))
    plain = {name: value for name, value in scene.items() if name not in ("steps", "asked")}
    fields = [encode(plain)[1:-1]]
    if "steps" in scene:
        fields.append(f'"steps":{scene["steps"]}')
    if "asked" in scene:
        fields.append(f'"asked":{_text(scene["asked"], pool)}')
    return f"{{{','.join(fields)}}}"


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
        data |= {"pixels": np.diff(whole, axis=1, prepend=0).ravel(), "digits": digits, "coloured": coloured}
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
