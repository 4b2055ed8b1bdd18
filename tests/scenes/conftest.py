"""How the tests of the scenes read a scene: its formulas as arithmetic, its cells by grid."""

import re

import numpy as np
import pytest


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


@pytest.fixture(scope="session")
def code_of():
    """Return what the lines of code of a scene compute, by label, from the arrays named."""

    def run(scene, **arrays):
        from convviz import geometry, ops

        found = {}
        for label, line in scene.code:
            names = {"ops": ops, "geometry": geometry, "Layer": geometry.Layer, **arrays}
            if label == "PyTorch":
                torch = pytest.importorskip("torch")
                tensors = {n: torch.tensor(np.asarray(a, float)) for n, a in arrays.items()}
                names = {"F": torch.nn.functional, "nn": torch.nn, "torch": torch, **tensors}
            found[label] = np.asarray(eval(line, names))  # a line that the scene itself shows
        return found

    return run
