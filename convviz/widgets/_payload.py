"""A scene as the player reads it: JSON with cells as numbers, gzipped."""

import gzip
import json
from itertools import repeat

import numpy as np

from convviz.scenes.levels import levels


def payload(scene):
    """The scene as plain lists and dictionaries.

    A cell is a pair ``[grid, place]``: the position of its grid in the scene, and its own in reading
    order. A string in a formula is text; a flat list ``[grid, place, grid, place, …]`` is a product.
    """
    shades = _written_levels(scene)
    return {
        "name": scene.name,
        "summary": scene.summary,
        "grids": [_grid(grid) for grid in scene.grids],
        "stage": [[_column(scene, sign, grids) for sign, grids in row] for row in scene.stage()],
        "steps": [_step(scene, step, shades) for step in scene.steps],
        "caption": scene.caption,
        "stencil": _stencil(scene),
    }


def size(scene):
    """How much the player has to be told of a scene: its cells, terms and marks.

    Pixels weigh little: they are not written as text.
    """
    said = sum(len(step.formula) + len(step.marks) + len(step.writes) for step in scene.steps)
    return said + sum(
        grid.values.size // (16 if grid.display == "image" else 1) for grid in scene.grids
    )


def pack(scenes, edition=0):
    """A dictionary of payloads as bytes (JSON), the same bytes for the same scenes.

    Pixels stand once however many scenes show them. The `edition` counts the edits: scenes of
    different editions show different numbers.
    """
    pool = []
    for scene in scenes.values():
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
    return gzip.compress(data, compresslevel=6, mtime=0)


def _grid(grid):
    low, high = grid.value_range()
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
    if grid.display == "image":
        # Whole numbers are enough for the eye and for the pointer, and half the bytes of floats.
        # Differences along the rows pack better than values.
        whole = np.rint(np.nan_to_num(grid.values)).clip(-32768, 32767).astype(int)
        data |= {"pixels": np.diff(whole, axis=1, prepend=0).ravel().tolist()}
        data |= {"limits": (low, high)}
    else:
        rows, columns = grid.shape
        data["texts"] = [grid.text(r, c) for r in range(rows) for c in range(columns)]
        if grid.shade != "none" and not (grid.hidden and grid.kinds is None):
            data["shades"] = levels(grid).ravel().tolist()
    if grid.kinds is not None:
        data["kinds"] = grid.kinds.ravel().tolist()
    return data


def _column(scene, sign, grids):
    """A column of the stage: the sign before it, its heading, the places of its grids."""
    return [sign, grids[0].stack or "", [scene.place(grid.name) for grid in grids]]


def _step(scene, step, shades):
    def pair(cell):
        name, row, column = cell
        return [scene.place(name), row * scene.grid(name).shape[1] + column]

    shown = step.shown()
    marks, badges = step.marks, dict(step.badges)
    if len(shown) < len(step.formula):
        # What stands in no term of the formula shown is lit all the same.
        marks += tuple((cell, "tap") for term in step.terms() if term not in shown for cell in term)
        badges = scene.badges(step)
    told = [
        step.sentence,
        [part if isinstance(part, str) else sum(map(pair, part), []) for part in shown],
        pair(step.result) if step.result else None,
        [
            [*pair(cell), scene.grid(cell[0]).text_of(value), *next(shades[cell[0]])]
            for cell, value in step.writes
        ],
        [[scene.place(name), *edges] for name, *edges in step.windows],
        [[*pair(cell), kind] for cell, kind in marks],
    ]
    if step.links or badges:
        told.append([[*pair(start), *pair(end)] for start, end in step.links])
        told.append([[*pair(cell), text] for cell, text in badges.items()])
    return told


def _written_levels(scene):
    """For every grid, how the numbers written into it are shaded, in the order of the steps.

    Each is a list of one level, or an empty one where the grid is not shaded.
    """
    values = {grid.name: [] for grid in scene.grids}
    for step in scene.steps:
        for (name, _, _), value in step.writes:
            values[name].append(value)
    return {
        grid.name: repeat([]) if grid.shade == "none" else zip(levels(grid, values[grid.name]).tolist())
        for grid in scene.grids
    }


def _stencil(scene):
    stencil = scene.stencil
    if stencil is None:
        return None
    return {
        "source": scene.place(stencil.source),
        "weights": scene.place(stencil.weights),
        "result": scene.place(stencil.result),
        "rows": stencil.rows,
        "columns": stencil.columns,
    }
