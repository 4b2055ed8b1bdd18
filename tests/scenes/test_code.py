"""The code a scene shows computes what the scene shows."""

import numpy as np
import pytest

from convviz import geometry, ops, scenes
from convviz.scenes.scene import KINDS

IMAGE = np.arange(30).reshape(5, 6) % 7 - 2
KERNEL = np.array([[1, -2, 0], [3, 1, -1]])
CONVOLUTIONS = [
    {},
    {"stride": 2, "dilation": 2, "padding": 1},
    {"padding": (2, 1), "bias": 3},
    {"padding": "same", "relu": True},
    {"padding": 1, "padding_mode": "constant", "padding_value": 4},
    {"padding": "full", "padding_mode": "replicate"},
    {"padding": 1, "padding_mode": "reflect", "flip": True},
    {"padding": 1, "padding_mode": "circular"},
]
LINES = [{}, {"stride": 2, "padding": 1, "bias": -1}, {"padding": (0, 2), "relu": True, "dilation": 2}]
SIZES = [
    (6, 3, {"stride": 2, "padding": 1}),
    (5, 4, {"padding": "same"}),
    (3, 3, {"stride": 2, "transposed": True, "output_padding": 1}),
    (4, 3, {"padding": "full", "dilation": 2}),
]


@pytest.mark.parametrize("label", ["convviz", "PyTorch"])
@pytest.mark.parametrize("options", CONVOLUTIONS, ids=str)
def test_the_code_of_a_convolution_gives_its_output(run, options, label):
    scene = scenes.convolution2d(IMAGE, KERNEL, **options)
    np.testing.assert_allclose(run(scene, label), scene.grids[-1].values, atol=1e-9)


@pytest.mark.parametrize("label", ["convviz", "PyTorch"])
@pytest.mark.parametrize("options", LINES, ids=str)
def test_the_code_of_a_convolution_along_a_line_gives_its_output(run, options, label):
    scene = scenes.convolution1d(IMAGE.ravel()[:12], [1, -2, 3], **options)
    np.testing.assert_allclose(run(scene, label), scene.grids[-1].values[0], atol=1e-9)


@pytest.mark.parametrize("label", ["convviz", "PyTorch"])
@pytest.mark.parametrize(("size", "kernel", "options"), SIZES, ids=str)
def test_the_code_of_the_arithmetic_gives_the_size(run, size, kernel, options, label):
    scene = scenes.arithmetic(size, kernel, **options)
    assert run(scene, label) == scene.grid("output").shape[0]


@pytest.mark.parametrize("label", ["convviz", "PyTorch"])
@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1}, {"dilation": 2}], ids=str)
def test_the_code_of_the_counts_counts(run, options, label):
    scene = scenes.pixel_use(7, 3, **options)
    np.testing.assert_allclose(run(scene, label), scene.grid("times read").values)


@pytest.mark.parametrize("label", ["NumPy", "convviz", "PyTorch"])
@pytest.mark.parametrize("mode", geometry.PADDING_MODES)
def test_the_code_of_the_padding_pads(run, mode, label):
    scene = scenes.padding_modes(IMAGE, 2, mode, 9)
    np.testing.assert_allclose(run(scene, label).astype(float), scene.grid("padded").values)


@pytest.mark.parametrize("label", ["convviz", "PyTorch"])
@pytest.mark.parametrize("kernel", [scenes.KERNELS["sharpen"], KERNEL], ids=["3×3", "2×3"])
def test_the_code_of_an_image_kernel_gives_the_result(run, kernel, label):
    scene = scenes.image_kernels(IMAGE, kernel)
    np.testing.assert_allclose(run(scene, label), scene.grid("result").values, atol=1e-9)
    coloured = scenes.image_kernels(np.stack([IMAGE, -IMAGE, IMAGE % 5]), kernel)
    np.testing.assert_allclose(run(coloured, label), coloured.grid("result").planes, atol=1e-9)


ROW = np.array([[3, -1, 2, 5, 0, 4]])
#: The player copies a grid of one row as a line, and a single cell as a number.
SMALL = {
    "convolution": (lambda: scenes.convolution2d(ROW, [[2]], stride=2), "output"),
    "column": (lambda: scenes.convolution2d(ROW.T, [[1], [2]]), "output"),
    "along a line": (lambda: scenes.convolution1d(ROW[0], [2]), "output"),
    "padding": (lambda: scenes.padding_modes(ROW, 1, "replicate"), "padded"),
    "image kernel": (lambda: scenes.image_kernels(ROW, [[2]]), "result"),
    "max, back": (lambda: scenes.max_routing(IMAGE[:3, :3], kernel_size=3), "dx"),
    "average, back": (lambda: scenes.average_pool_backward(input_size=3, kernel_size=3), "dx"),
    "to the input": (lambda: scenes.convolution_backward_input(IMAGE, IMAGE), "dx"),
    "to one weight": (lambda: scenes.convolution_backward_input(IMAGE, [[2]]), "dx"),
    "pushing": (lambda: scenes.transposed_convolution(ROW, [[2]]), "output"),
    "learned pooling": (lambda: scenes.pooling(ROW, kernel_size=1, kinds=["learned"]), "learned"),
    "made larger": (lambda: scenes.unpooling(IMAGE[:2, :2], kernel_size=2), "made larger"),
    "dropout": (lambda: scenes.dropout([[2]]), "dx"),
    "copies": (lambda: scenes.transformed_filters(IMAGE, [[2]], copies="mirrored"), "largest"),
}


@pytest.mark.parametrize("name", SMALL)
def test_the_code_takes_arrays_of_one_row_and_of_one_number(run, name):
    make, result = SMALL[name]
    scene = make()
    kept = scene.grid(result).values
    for label, _ in scene.code:
        np.testing.assert_allclose(np.ravel(run(scene, label)).astype(float), kept.ravel(), atol=1e-9)


@pytest.mark.parametrize("label", ["convviz", "PyTorch"])
def test_the_code_of_a_complex_cell_takes_a_field_of_one_number(run, label):
    assert "np.reshape(receptive_field, (1, 1))" in dict(scenes.orientation_tuning([[2]]).code)[label]
