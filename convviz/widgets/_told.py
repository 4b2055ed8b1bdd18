"""The steps of a scene as the player reads them: JSON, written at once.

Thousands of steps name the same few cells and terms again and again: their texts are kept, and a
step is joined from them.
"""

import json
from functools import lru_cache

from convviz.scenes.levels import levels

#: How many texts are kept for the grids of a scene.
_MOST_KEPT = 5_000

#: Any plain data as JSON, without spaces.
encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class _Kept(dict):
    """What `make` makes of a key, once."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def __missing__(self, key):
        if len(self) >= _MOST_KEPT:
            self.clear()
        made = self[key] = self.make(key)
        return made


class _Places:
    """The texts of cells and of parts of formulas, for all scenes with the same grids.

    A cell is written ``grid,place``: the position of its grid in the scene, and its own in reading
    order.
    """

    def __init__(self, widths):
        self.grids = {name: (grid, width) for grid, (name, width) in enumerate(widths)}
        self.cells = _Kept(lambda cell: "{},{}".format(*self.pair(cell)))
        self.parts = _Kept(self._part)

    def pair(self, cell):
        """A cell as two numbers."""
        name, row, column = cell
        grid, width = self.grids[name]
        return grid, row * width + column

    def _part(self, part):
        """Text of a formula as it is; a product of cells as a flat list."""
        return encode(part) if isinstance(part, str) else _list(self.cells[cell] for cell in part)


_places_of = lru_cache(maxsize=64)(_Places)


def places(scene):
    """The texts of the cells of a scene."""
    return _places_of(tuple((grid.name, grid.shape[1]) for grid in scene.grids))


def told(scene):
    """The steps of a scene as JSON: of each a list of its fields, without the last where empty."""
    written, found = _written(scene), places(scene)
    return _list(_step(scene, step, written, found) for step in scene.steps)


def _list(texts):
    return f"[{','.join(texts)}]"


def _step(scene, step, written, found):
    shown, cells = step.shown(), found.cells
    marks, badges = step.marks, dict(step.badges)
    if len(shown) < len(step.formula):
        # What stands in no term of the formula shown is lit all the same.
        marks += tuple((cell, "tap") for term in step.terms() if term not in shown for cell in term)
        badges = scene.badges(step)
    fields = [
        encode(step.sentence),
        _list([found.parts[part] for part in shown]),
        f"[{cells[step.result]}]" if step.result else "null",
        _list([f"[{cells[cell]},{next(written[cell[0]])}]" for cell, _ in step.writes]),
        _list([f"[{found.grids[name][0]},{a},{b},{c},{d}]" for name, a, b, c, d in step.windows]),
        _list(_grouped(marks, found)),
    ]
    if step.links or badges:
        fields.append(_list([_list([cells[cell] for cell in link]) for link in step.links]))
        fields.append(_list([f"[{cells[cell]},{encode(text)}]" for cell, text in badges.items()]))
    return _list(fields)


def _grouped(marks, found):
    """Marks of a kind in a grid together: the grid's place, the kind, and the places of the cells."""
    groups, last = {}, None
    for (name, row, column), kind in marks:
        if (name, kind) != last:
            last = name, kind
            grid, width = found.grids[name]
            group = groups.setdefault(last, [grid, kind])
        group.append(row * width + column)
    return [*map(encode, groups.values())]


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
    if grid.shade == "none":
        return map(encode, texts)
    pairs = zip(texts, levels(grid, values).tolist(), strict=True)
    # Numbers in words need no escapes.
    return (f'"{text}",{level}' for text, level in pairs)
