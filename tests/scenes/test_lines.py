"""The lines of code that a scene offers compute what it shows."""

import re

import numpy as np
import pytest

from convviz import ops, scenes

IMAGE = np.random.default_rng(0).integers(-9, 10, (6, 7))
LARGE = np.random.default_rng(1).integers(-9, 10, (30, 27))
KERNEL = np.array([[1, 2, 0], [-1, 3, 1], [0, -2, 2]])
#: A scene, and for each name that its code assigns the grid that shows it.
CASES = {
    "pooling": (
        scenes.pooling(IMAGE, kernel_size=3, stride=2, norm_type=3, mix=0.25, weights=KERNEL),
        {
            "max_": "max", "average": "average", "norm": "L₃", "mixed": "mixed",
            "learned": "learned", "spectral": "spectral", "pyramid": "pyramid",
        },
    ),
    "max routing": (scenes.max_routing(IMAGE, kernel_size=3, stride=2), {"output": "output", "dx": "dx"}),
    "average pooling": (scenes.average_pool_backward(input_size=(5, 6), kernel_size=3), {"dx": "dx"}),
    "to the input": (scenes.convolution_backward_input(IMAGE, KERNEL, stride=2, padding=1), {"dx": "dx"}),
    "to the weights": (
        scenes.convolution_backward_weight(IMAGE, KERNEL, stride=2, padding=1), {"dw": "dw", "db": "db"}
    ),
    "transposed": (scenes.transposed_convolution(IMAGE, KERNEL, padding=1), {"output": "output"}),
    "max routing of a picture": (scenes.max_routing(LARGE, kernel_size=3, stride=2), {"dx": "dx"}),
    "average pooling of a picture": (scenes.average_pool_backward(input_size=(30, 9)), {"dx": "dx"}),
    "to a picture": (scenes.convolution_backward_input(LARGE, KERNEL, stride=2, padding=1), {"dx": "dx"}),
    "to the weights, of a picture": (
        scenes.convolution_backward_weight(LARGE, KERNEL, stride=2, padding=1), {"dw": "dw", "db": "db"}
    ),
    "orientation": (scenes.orientation_tuning(), {}),
}


def without_padding(grid):
    """The numbers of a grid that are no padding, as floating point."""
    kinds = np.array([[grid.kind(r, c) for c in range(grid.shape[1])] for r in range(grid.shape[0])])
    rows, columns = ((kinds != "padding").any(axis=axis) for axis in (1, 0))
    return grid.values[np.ix_(rows, columns)].astype(float)


def run(scene, label, **tools):
    """Run the code of a scene on its own grids; returns everything it has assigned."""
    arrays = {re.sub(r"\W", "_", grid.name): without_padding(grid) for grid in scene.grids}
    space = arrays | tools
    code = dict(scene.code)[label]
    exec(code if " = " in code else f"output = {code}", space)
    return space


def compare(scene, shown, space):
    for name, grid in shown.items():
        if name in space:
            values = np.array(space[name].tolist())
            expected = without_padding(scene.grid(grid))
            np.testing.assert_allclose(values.ravel(), expected.ravel(), atol=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_our_own_lines_compute_what_the_scene_shows(case):
    scene, shown = CASES[case]
    space = run(scene, "convviz", ops=ops, np=np)
    assert set(shown) <= set(space)
    compare(scene, shown, space)


@pytest.mark.parametrize("case", CASES)
def test_the_lines_for_pytorch_compute_what_the_scene_shows(case):
    torch = pytest.importorskip("torch")
    scene, shown = CASES[case]
    space = run(scene, "PyTorch", torch=torch, F=torch.nn.functional)
    compare(scene, shown, space)


@pytest.mark.parametrize("label", ["convviz", "PyTorch"])
def test_the_lines_for_a_receptive_field_compute_both_cells(label):
    scene = scenes.orientation_tuning()
    if label == "PyTorch":
        torch = pytest.importorskip("torch")
        space = run(scene, label, torch=torch, F=torch.nn.functional)
    else:
        space = run(scene, label, ops=ops)
    assert float(space["simple"]) == pytest.approx(scene.grid("answer").values[0, -1])
    assert float(space["complex_"]) == pytest.approx(scene.grid("largest answer").values[0, -1])
