"""The steps of a scene as the player reads them: JSON, written at once.

Thousands of steps name the same few cells and terms again and again: their texts are kept, and a
step is joined from them.
"""

import json
from functools import lru_cache

from convviz.scenes.levels import levels

#: How many texts are kept for the grids of a scene.
_MOST_KEPT = 5_000

#: How many texts are kept for the formulas and marks of whole steps, which are long.
_MOST_SHARED = 4_000

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

    def formula(self, shown):
        """The parts of a formula, with commas between."""
        parts = self.parts
        return ",".join([parts[part] for part in shown])

    def grouped(self, marks):
        """Marks of a kind in a grid together: the grid, the kind, and the places of the cells."""
        groups, last = {}, None
        for (name, row, column), kind in marks:
            if (name, kind) != last:
                last = name, kind
                grid, width = self.grids[name]
                group = groups.setdefault(last, [grid, kind])
            group.append(row * width + column)
        return encode([*groups.values()])


_places_of = lru_cache(maxsize=128)(_Places)
_shared = {}


def _once(found, kind, told):
    """The text of a formula or of marks, written once for all steps that share them.

    They are known by their identity, which is found much sooner than what stands in them, and kept,
    so that it stays theirs.
    """
    key = id(found), kind, id(told)
    if key not in _shared:
        if len(_shared) >= _MOST_SHARED:
            _shared.clear()
        _shared[key] = getattr(found, kind)(told), found, told
    return _shared[key][0]


def places(scene):
    """The texts of the cells of a scene."""
    return _places_of(tuple((grid.name, grid.shape[1]) for grid in scene.grids))


def told(scene):
    """The steps of a scene as JSON: of each a list of its fields, without the last where empty."""
    written, found = _written(scene), places(scene)
    return f"[{','.join([_step(scene, step, written, found) for step in scene.steps])}]"


def _step(scene, step, written, found):
    shown, cells = step.shown(), found.cells
    marks, badges = step.marks, step.badges
    if len(shown) < len(step.formula):
        # What stands in no term of the formula shown is lit all the same.
        marks += tuple((cell, "tap") for term in step.terms() if term not in shown for cell in term)
        badges = scene.badges(step).items()
    result = f"[{cells[step.result]}]" if step.result else "null"
    formula = _once(found, "formula", shown)
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
    said, groups = _quoted(step.sentence), _once(found, "grouped", marks) if marks else "[]"
    return f"[{said},[{formula}],{result},[{writes}],[{windows}],{groups}{more}]"


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
