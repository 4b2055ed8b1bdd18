"""Steps on their way to the player: texts that are kept must be those of the scene they stand in."""

import json

import numpy as np
import pytest

from convviz.scenes import Grid, Scene, Step
from convviz.widgets import _told

CELL, OTHER = ("a", 1, 0), ("b", 0, 1)
STEP = Step(
    "One.", formula=((CELL, OTHER), ' is "it" ', (OTHER,)), result=OTHER, writes=((OTHER, -2.5),),
    marks=((CELL, "tap"), (OTHER, "ring"), (("a", 0, 0), "tap")),
)


def scene(names, columns, step=STEP):
    grids = (Grid(name, "input", np.zeros((2, columns))) for name in names)
    return Scene("Example", "", tuple(grids), ("",), (step,))


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Room for so few texts that they are thrown away between two steps."""
    monkeypatch.setattr(_told, "_MOST_SHARED", 2)
    monkeypatch.setattr(_told, "_MOST_KEPT", 2)


@pytest.mark.parametrize("names, columns", [("ab", 2), ("ba", 2), ("ab", 3), ("ab", 2)])
def test_a_step_shared_by_scenes_names_the_cells_of_each(names, columns):
    a, b = names.index("a"), names.index("b")
    [step] = json.loads(_told.told(scene(names, columns)))
    assert step == [
        "One.", [[a, columns, b, 1], ' is "it" ', [b, 1]], [b, 1], [[b, 1, "−2.5"]], [],
        [[a, "tap", columns, 0], [b, "ring", 1]],
    ]


def test_formulas_and_marks_that_come_and_go_are_never_taken_for_each_other():
    for place in range(20):
        cell = ("a", place % 2, place % 3)
        step = Step("", formula=((cell,),), marks=((cell, "tap"),))
        [[_, formula, _, _, _, marks]] = json.loads(_told.told(scene("ab", 3, step)))
        where = place % 2 * 3 + place % 3
        assert (formula, marks) == ([[0, where]], [[0, "tap", where]])
