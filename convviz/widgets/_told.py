"""The steps of a scene as the player reads them: JSON, written at once.

Thousands of steps name the same few cells and terms again and again: their texts are kept, and a
step is joined from them.
"""

import json
from functools import lru_cache

from convviz.scenes.levels import levels

#: How many texts are kept for the grids of a scene.
_MOST_KEPT = 5_000

#: How many of them for the marks of whole steps, which are long.
_MOST_GROUPS = 200

#: Any plain data as JSON, without spaces; and text alone.
encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_quoted = json.encoder.encode_basestring


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
        self.groups = {}

    def pair(self, cell):
        """A cell as two numbers."""
        name, row, column = cell
        grid, width = self.grids[name]
        return grid, row * width + column

    def _part(self, part):
        """Text of a formula as it is; a product of cells as a flat list."""
        if isinstance(part, str):
            return _quoted(part)
        return f"[{','.join([self.cells[cell] for cell in part])}]"

    def grouped(self, marks):
        """Marks of a kind in a grid together: the grid, the kind, and the places of the cells.

        Many steps share their marks: those are known by their identity, which is found much sooner
        than what stands in them.
        """
        if not marks:
            return "[]"
        kept, text = self.groups.get(id(marks), (None, ""))
        if kept is not marks:
            if len(self.groups) >= _MOST_GROUPS:
                self.groups.clear()
            text = self._groups(marks)
            self.groups[id(marks)] = marks, text
        return text

    def _groups(self, marks):
        groups, last = {}, None
        for (name, row, column), kind in marks:
            if (name, kind) != last:
                last = name, kind
                grid, width = self.grids[name]
                group = groups.setdefault(last, [grid, kind])
            group.append(row * width + column)
        return encode([*groups.values()])


_places_of = lru_cache(maxsize=64)(_Places)


def places(scene):
    """The texts of the cells of a scene."""
    return _places_of(tuple((grid.name, grid.shape[1]) for grid in scene.grids))


def told(scene):
    """The steps of a scene as JSON: of each a list of its fields, without the last where empty."""
    written, found = _written(scene), places(scene)
    return f"[{','.join([_step(scene, step, written, found) for step in scene.steps])}]"


def _step(scene, step, written, found):
    shown, cells, parts = step.shown(), found.cells, found.parts
    marks, badges = step.marks, step.badges
    if len(shown) < len(step.formula):
        # What stands in no term of the formula shown is lit all the same.
        marks += tuple((cell, "tap") for term in step.terms() if term not in shown for cell in term)
        badges = scene.badges(step).items()
    result = f"[{cells[step.result]}]" if step.result else "null"
    formula = ",".join([parts[part] for part in shown])
    writes = ",".join([f"[{cells[cell]},{next(written[cell[0]])}]" for cell, _ in step.writes])
    windows = ",".join(
        [f"[{found.grids[name][0]},{a},{b},{c},{d}]" for name, a, b, c, d in step.windows]
    )
    more = ""
    if step.links or badges:
        links = ",".join([f"[{cells[one]},{cells[other]}]" for one, other in step.links])
        # The last word on a cell counts.
        texts = [f"[{cells[cell]},{_quoted(text)}]" for cell, text in dict(badges).items()]
        more = f",[{links}],[{','.join(texts)}]"
    said = _quoted(step.sentence)
    return f"[{said},[{formula}],{result},[{writes}],[{windows}],{found.grouped(marks)}{more}]"


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
    texts = grid.texts_of(values)  # numbers: there is nothing to escape in them
    if grid.shade == "none":
        return iter([f'"{text}"' for text in texts])
    pairs = zip(texts, levels(grid, values).tolist(), strict=True)
    return iter([f'"{text}",{level}' for text, level in pairs])
