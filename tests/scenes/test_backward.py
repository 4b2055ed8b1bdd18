"""Scenes of a convolution's backward passes, and of the transposed convolution."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import reference, scenes


@st.composite
def layers(draw):
    """An image, a kernel, a derivative and the options of the forward pass."""
    sizes = [draw(st.integers(1, 6)) for _ in range(2)]
    sides = [draw(st.integers(1, 3)) for _ in range(2)]
    options = {"stride": draw(st.integers(1, 3)), "padding": draw(st.integers(0, 2))}
    assume(all(n + 2 * options["padding"] >= k for n, k in zip(sizes, sides, strict=True)))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    image, kernel = rng.integers(-9, 10, sizes), rng.integers(-9, 10, sides)
    shape = reference.correlate2d(image, kernel, **options).shape
    return image, kernel, rng.integers(-9, 10, shape), options


def derivatives(image, kernel, dy, options):
    """What the loops of the lectures compute."""
    dx, dw, db = reference.conv2d_backward(dy[None], image[None], kernel[None, None], **options)
    return dx[0], dw[0, 0], db[0]


def value_of(text):
    """What the left side of a formula comes to."""
    left = text.split(" = ")[0].split(" products")[0].split(" product ")[0]
    parts = left.split(" + ")
    if "with 0" in text:
        parts = parts[:-1]
    return eval("+".join(parts).replace("·", "*").replace("−", "-"))  # digits and signs of our own


@given(layers())
def test_the_input_gets_the_derivative_of_the_loops_and_the_padding_is_cut_off(case):
    image, kernel, dy, options = case
    scene = scenes.convolution_backward_input(image, kernel, dy, **options)
    grid, p = scene.grid("dx"), options["padding"]
    inner = (slice(p, p + image.shape[0]), slice(p, p + image.shape[1]))
    assert (grid.values[inner] == derivatives(*case)[0]).all()
    kinds = np.array([[grid.kind(r, c) for c in range(grid.shape[1])] for r in range(grid.shape[0])])
    assert (kinds[inner] == "plain").all() and (kinds == "plain").sum() == image.size
    assert grid.index(0, 0) == (-p, -p)


@given(layers())
def test_every_number_of_dx_stands_beside_its_numerical_twin(case):
    image, kernel, dy, options = case
    scene = scenes.convolution_backward_input(image, kernel, dy, **options)
    exact, numerical = scene.grid("dx"), scene.grid("numerical")
    np.testing.assert_allclose(numerical.values, exact.values, atol=1e-7)
    for r, c in np.ndindex(exact.shape):
        assert numerical.text(r, c) == exact.text(r, c)


@given(layers())
def test_every_formula_of_dx_comes_to_its_number(case):
    image, kernel, dy, options = case
    scene = scenes.convolution_backward_input(image, kernel, dy, **options)
    shown = [value_of(scene.formula_text(k)) for k in range(4, len(scene.steps))]
    assert shown == scene.grid("dx").values.ravel().tolist()


@given(layers())
def test_the_stretched_derivative_scanned_with_the_flipped_filter_is_dx(case):
    image, kernel, dy, options = case
    scene = scenes.convolution_backward_input(image, kernel, dy, **options)
    stretched, flipped = scene.grid("stretched dy"), scene.grid("flipped filter")
    scanned = reference.correlate2d(stretched.values, flipped.values)
    assert (scanned == scene.grid("dx").values).all()
    plain = [(r, c) for r, c in np.ndindex(stretched.shape) if stretched.kind(r, c) == "plain"]
    assert [stretched.values[place] for place in plain] == dy.ravel().tolist()


@given(layers())
def test_four_steps_make_ready_and_write_everything_the_filter_slides_over(case):
    image, kernel, dy, options = case
    scene = scenes.convolution_backward_input(image, kernel, dy, **options)
    written = scene.written(3)
    for name in ("stretched dy", "flipped filter"):
        values = scene.grid(name).values
        assert {cell[1:]: v for cell, v in written.items() if cell[0] == name} == dict(np.ndenumerate(values))


def test_a_pixel_no_window_read_gets_zero_and_the_sentence_says_so():
    scene = scenes.convolution_backward_input(np.ones((8, 8)), np.ones((3, 3)), stride=2)
    last = scene.steps[-1]
    assert last.sentence == "Input row 7, column 7 was read by no window: its derivative is 0."
    assert last.writes[0] == (("dx", 7, 7), 0)
    assert "1 more at the end for the pixels no window reads" in scene.steps[2].sentence


def test_the_size_of_dx_is_written_with_its_numbers():
    scene = scenes.convolution_backward_input(np.ones((6, 6)), np.ones((3, 3)), stride=2, padding=1)
    text = "".join(part for part, _ in scene.caption)
    assert text == "rows of dx = 5 + 2·2 + 1 − 3 + 1 − 2 = 6   (2 rows of padding cut off)"


@given(layers())
def test_the_weights_get_the_derivative_of_the_loops(case):
    image, kernel, dy, options = case
    scene = scenes.convolution_backward_weight(image, kernel, dy, **options)
    _, dw, db = derivatives(*case)
    assert (scene.grid("dw").values == dw).all()
    assert scene.grid("db").values.tolist() == [[db]]
    np.testing.assert_allclose(scene.grid("numerical").values, dw, atol=1e-7)
    shown = [value_of(scene.formula_text(k)) for k in range(len(scene.steps))]
    assert shown == [*dw.ravel().tolist(), db]


def test_a_forward_stride_becomes_the_distance_of_the_taps():
    step = scenes.convolution_backward_weight(np.ones((7, 7)), np.ones((3, 3)), stride=2).steps[0]
    rows = sorted({row for name, row, _ in step.lit() if name == "input"})
    assert rows == [0, 2, 4]
    assert "(taps 2 apart: the forward stride)" in step.sentence


@pytest.mark.parametrize("scene", [scenes.convolution_backward_input, scenes.convolution_backward_weight])
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((np.ones((2, 2)), np.ones((3, 3))), ValueError, "kernel of 3 does not fit an input of 2"),
        ((np.ones((4, 4)), np.ones((3, 3)), [[1]]), ValueError, "dy has shape 1×1, the output 2×2: give"),
        ((np.ones((4, 4)), np.ones((3, 3)), [["a"]]), TypeError, "dy has dtype <U1"),
        (([1, 2], [[1]]), ValueError, "image has 1 dimensions"),
        ((np.ones((130, 30)), np.ones((3, 3))), ValueError, "at most 128×128 cells are shown; "),
        ((np.ones((30, 30)), np.ones((9, 3))), ValueError, r"\(9, 3\): beside images at most 8×8 weights are shown; take"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_with_the_remedy(scene, arguments, error, words):
    with pytest.raises(error, match=words):
        scene(*arguments)


@given(layers(), st.booleans())
def test_pushing_and_pulling_make_the_numbers_of_the_loops(case, pull):
    image, kernel, _, options = case
    try:
        expected = reference.conv_transpose2d(image[None], kernel[None, None], **options)[0]
    except ValueError:
        with pytest.raises(ValueError, match="padding"):
            scenes.transposed_convolution(image, kernel, pull=pull, **options)
        return
    scene = scenes.transposed_convolution(image, kernel, pull=pull, **options)
    grid, p = scene.grid("output"), options["padding"]
    inner = tuple(slice(p, p + size) for size in expected.shape)
    assert (grid.values[inner] == expected).all()
    assert grid.index(0, 0) == (-p, -p)
    last = scene.written(len(scene.steps) - 1)
    for name in ("output", "products added"):
        assert all(last[name, *place] == value for place, value in np.ndenumerate(scene.grid(name).values))
    if pull:
        shown = [value_of(scene.formula_text(k)) for k in range(len(scene.steps))]
        assert shown == grid.values.ravel().tolist()


@given(layers())
def test_the_counts_are_what_a_filter_of_ones_pushes_from_a_map_of_ones(case):
    image, kernel, _, options = case
    scene = scenes.transposed_convolution(image, kernel, stride=options["stride"])
    ones = reference.conv_transpose2d(
        np.ones((1, *image.shape), int), np.ones((1, 1, *kernel.shape), int), stride=options["stride"]
    )
    assert (scene.grid("products added").values == ones[0]).all()


@pytest.mark.parametrize(("kernel", "inside"), [(2, {1}), (3, {1, 2, 4}), (4, {4})])
def test_a_kernel_that_is_no_multiple_of_the_stride_makes_a_checkerboard(kernel, inside):
    scene = scenes.transposed_convolution(np.ones((4, 4)), np.ones((kernel, kernel)), stride=2)
    assert set(scene.grid("products added").values[2:-2, 2:-2].ravel().tolist()) == inside
    assert ("checkerboard" in scene.caption[-1][0]) == (kernel == 3)


def test_the_lectures_example_of_a_transposed_convolution():
    square = [[0, 1], [2, 3]]
    scene = scenes.transposed_convolution(square, square, stride=1, pull=True)
    assert scene.grid("output").values.tolist() == [[0, 0, 1], [0, 4, 6], [4, 12, 9]]
    assert scene.formula_text(4) == "0·3 + 1·2 + 2·1 + 3·0 = 4"


def test_a_push_tells_what_it_adds():
    scene = scenes.transposed_convolution(scenes.CONSTANT_MAP, np.ones((3, 3), int))
    assert scene.formula_text(4) == "output(2, 2):   6 + 1·2 = 8,   and so on under the whole filter"
    assert scene.steps[4].sentence.endswith("5 cells held something already: it adds up.")


def test_padding_that_cuts_everything_off_is_refused():
    with pytest.raises(ValueError, match="padding"):
        scenes.transposed_convolution([[1]], [[1, 2], [3, 4]], padding=1)
    with pytest.raises(TypeError, match="pull=1 is no truth value: use True or False"):
        scenes.transposed_convolution([[1]], [[1]], pull=1)
