"""How the tests of the scenes read a scene: its formulas as arithmetic, its cells by grid."""

import ast
import re

import numpy as np
import pytest

from convviz import geometry, ops
from convviz.scenes.scene import KINDS


@pytest.fixture(scope="session")
def sides():
    """Return what every side of the formula of a step comes to, by Python's own arithmetic."""

    def read(scene, k):
        text = scene.formula_text(k).replace("·", "*").replace("−", "-")
        assert re.fullmatch(r"[-+*()=.\d e]+", text), text
        return [eval(side) for side in text.split(" = ")]  # only digits and signs of our own

    return read


@pytest.fixture(scope="session")
def caption():
    """Return the caption of a scene as one line."""
    return lambda scene: "".join(text for text, _ in scene.caption)


@pytest.fixture(scope="session")
def final():
    """Return what the steps of a scene wrote into a grid; NaN where they wrote nothing."""

    def read(scene, name):
        values = np.full(scene.grid(name).shape, np.nan)
        for (grid, row, column), value in scene.written(len(scene.steps) - 1).items():
            if grid == name:
                values[row, column] = value
        return values

    return read


@pytest.fixture(scope="session")
def lit_in():
    """Return the cells of a grid that a step lights."""
    return lambda step, name: {(row, column) for grid, row, column in step.lit() if grid == name}


def copied(scene):
    """The grids as the player copies them: without padding, a single row as a line of numbers."""
    found = {}
    for grid in scene.grids:
        values = grid.values.astype(float)
        if grid.planes is not None:
            found[grid.name] = grid.planes.astype(float)
            continue
        if grid.kinds is not None:
            inside = grid.kinds != KINDS.index("padding")
            values = values[inside.any(axis=1)][:, inside.any(axis=0)]
        values = values[0] if len(values) == 1 else values
        name = re.sub(r"\W+", "_", grid.name, flags=re.ASCII)
        found[name] = values.item() if values.size == 1 else values
    return found


@pytest.fixture(scope="session")
def run():
    """Return ``run(scene, label)``: what that line of a scene's code computes from its own grids."""

    def computed(scene, label):
        names = {"np": np, "ops": ops, "geometry": geometry, **copied(scene)}
        if label == "PyTorch":
            names["torch"] = pytest.importorskip("torch")
            names["F"] = names["torch"].nn.functional
        # The lines are the scene's own.
        *first, last = ast.parse(dict(scene.code)[label]).body
        exec(compile(ast.Module(first, []), label, "exec"), names)
        return np.asarray(eval(compile(ast.Expression(last.value), label, "eval"), names))

    return computed


@pytest.fixture(scope="session")
def code_of(run):
    """Return what all lines of code of a scene compute, by label."""
    return lambda scene: {label: run(scene, label) for label, _ in scene.code}
