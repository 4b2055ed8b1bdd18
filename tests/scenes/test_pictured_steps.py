"""Gradients, transposed convolutions and matrices of large arrays: images, and steps all the same."""

import numpy as np
import pytest

from convviz import figures, scenes
from convviz.scenes._gradients import scan, slopes, slopes_apart
from convviz.scenes.scene import KINDS
from convviz.widgets._payload import pack, payload

NUMBERS = np.random.default_rng(6)
IMAGE, KERNEL = NUMBERS.integers(-9, 10, (30, 40)), NUMBERS.integers(-3, 4, (3, 2))
MAP, SMALL = IMAGE[:14, :17], NUMBERS.integers(-3, 4, (7, 9))
OPTIONS = {"stride": 2, "padding": 1}
SCENES = {
    "there and back": scenes.max_routing(IMAGE, kernel_size=3, stride=2),
    "equal shares": scenes.average_pool_backward(input_size=(30, 40), kernel_size=3, stride=2),
    "to the input": scenes.convolution_backward_input(IMAGE, KERNEL, **OPTIONS),
    "to the weights": scenes.convolution_backward_weight(IMAGE, KERNEL, **OPTIONS),
    "pushing": scenes.transposed_convolution(MAP, KERNEL, **OPTIONS),
    "pulling": scenes.transposed_convolution(MAP, KERNEL, pull=True, **OPTIONS),
    **{kind: scenes.matrix_view(SMALL, KERNEL, padding=1, kind=kind) for kind in scenes.MATRIX_KINDS},
}
#: The grid with the result, and how many steps there are.
RESULT = {
    "there and back": ("dx", 28), "equal shares": ("dx", 14), "to the input": ("dx", 36),
    "to the weights": ("dw", 7), "pushing": ("output", 14), "pulling": ("output", 29),
    "dense": ("output", 70), "sparse": ("output", 70), "shared": ("output", 70), "transposed": ("output", 63),
}  # fmt: skip


@pytest.fixture(params=SCENES)
def name(request):
    return request.param


def test_its_large_arrays_are_images_from_the_start_and_say_so(name):
    scene = SCENES[name]
    assert scene.summary.endswith(f"{RESULT[name][1]} steps, as images")
    large = [grid for grid in scene.grids if max(grid.shape) > 24]
    assert {grid.name for grid in large} == {grid.name for grid in scene.grids if grid.display == "image"}
    assert any(grid.note.endswith("too large for numbers: point at it") for grid in large)
    for grid in large:
        assert not grid.hidden and (grid.shade == "signed" or grid.values.min() >= 0)
        assert grid.shade == "signed" or grid.role != "gradient"


@pytest.mark.parametrize("name", ["pushing", "pulling", *scenes.MATRIX_KINDS], indirect=True)
def test_the_lines_of_code_compute_its_numbers(name, code_of):
    grid = SCENES[name].grid(RESULT[name][0])
    kept = grid.values if grid.kinds is None else grid.values[grid.kinds != KINDS.index("padding")]
    for values in code_of(SCENES[name]).values():
        np.testing.assert_allclose(np.ravel(values), kept.ravel())


def test_its_steps_light_what_is_there_and_write_into_what_was_empty(name):
    scene = SCENES[name]
    assert len(scene.steps) == RESULT[name][1]
    later = {grid.name for grid in scene.grids if grid.hidden}
    written = {cell for step in scene.steps for cell, _ in step.writes}
    assert written == {(each, *cell) for each in later for cell in np.ndindex(scene.grid(each).shape)}
    for step in scene.steps:
        for grid, top, left, bottom, right in step.windows:
            scene.check_cell((grid, top, left))
            scene.check_cell((grid, bottom, right))
        for cell in step.lit():
            scene.check_cell(cell)
        pictures = {grid for grid, *_ in (cell for cell, _ in step.marks) if scene.grid(grid).display == "image"}
        assert not pictures


@pytest.mark.parametrize("name", ["pulling", *scenes.MATRIX_KINDS], indirect=True)
def test_the_sum_of_each_step_is_right(name, sides):
    for k in range(len(SCENES[name].steps)):
        left, right = sides(SCENES[name], k)
        assert left == right


@pytest.mark.parametrize("name", ["pulling", "pushing", "to the input"], indirect=True)
def test_what_stands_under_the_pointer_adds_up(name):
    scene = SCENES[name]
    source, weights, result = (scene.grid(getattr(scene.stencil, each)).values for each in ("source", "weights", "result"))
    taps = np.pad(source, (0, 1))[np.array(scene.stencil.rows)[:, None, :, None], np.array(scene.stencil.columns)[None, :, None, :]]
    np.testing.assert_array_equal(np.einsum("rcab,ab->rc", taps, weights), result)


@pytest.mark.parametrize(("name", "twin"), [("to the input", "dx"), ("to the weights", "dw")], indirect=["name"])
def test_each_derivative_has_its_numerical_twin(name, twin):
    scene = SCENES[name]
    exact, numerical = scene.grid(twin).values, scene.grid("numerical").values
    np.testing.assert_allclose(numerical, exact, atol=1e-5)
    # made of differences: not the same numbers under another name
    assert (numerical != exact).any()


@pytest.mark.parametrize(("stride", "shape"), [(1, (9, 8)), (2, (9, 8)), (3, (10, 5)), (1, (3, 2))])
def test_pixels_raised_together_have_the_slopes_of_pixels_raised_alone(stride, shape):
    image = IMAGE[: shape[0], : shape[1]]
    dy = NUMBERS.integers(-5, 6, [(n - k) // stride + 1 for n, k in zip(shape, KERNEL.shape, strict=True)])
    alone = slopes(lambda cases: (scan(cases, KERNEL, stride) * dy).sum(axis=(1, 2)), image)
    np.testing.assert_allclose(slopes_apart(image, KERNEL, dy, stride), alone, atol=1e-8)


def test_it_is_sent_drawn_and_asked_about(name):
    scene = SCENES[name]
    assert pack({"": payload(scene, ask=True)})
    assert figures.svg(scene, len(scene.steps) - 1).startswith("<svg")
    asked = scene.asked()
    for hidden in scene.hidden_by_question():
        assert asked.grid(hidden).note == "?" or not asked.grid(hidden).values.any()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: scenes.max_routing(np.ones((129, 4))), r"image has shape \(129, 4\): at most 128×128 cells are shown; crop"),
        (lambda: scenes.average_pool_backward(input_size=129), r"input has shape \(129, 129\): at most .* lower input_size"),
        (lambda: scenes.transposed_convolution(np.ones((70, 70)), np.ones((3, 3))), "output before cutting has shape .* take a smaller image"),
    ],
    ids=["max", "average", "transposed"],
)  # fmt: skip
def test_what_is_too_large_even_for_an_image_is_refused_with_the_remedy(make, words):
    with pytest.raises(ValueError, match=words):
        make()
