"""Scenes of a sliding filter: the numbers, the cells they come from, the words."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from convviz import scenes


def value_of(text):
    """What the left side of a formula on the stage comes to."""
    left = text.split(" = ")[0]
    return eval(left.replace("·", "*").replace("−", "-"))  # only digits and signs of our own


@st.composite
def cases(draw):
    rows, columns = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    k_rows, k_columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    numbers = st.integers(-9, 9)
    image = draw(st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    kernel = draw(
        st.lists(st.lists(numbers, min_size=k_columns, max_size=k_columns), min_size=k_rows, max_size=k_rows)
    )
    options = {
        "stride": draw(st.integers(1, 3)),
        "padding": draw(st.integers(0, 2)),
        "dilation": draw(st.integers(1, 2)),
    }
    assume(min(rows + 2 * options["padding"] - options["dilation"] * (k_rows - 1),
               columns + 2 * options["padding"] - options["dilation"] * (k_columns - 1)) >= 1)
    return np.array(image), np.array(kernel), options


@given(cases(), st.booleans(), st.one_of(st.none(), st.integers(-5, 5)))
def test_every_formula_comes_to_the_number_scipy_computes(case, flip, bias):
    image, kernel, options = case
    scene = scenes.convolution2d(image, kernel, bias, flip=flip, **options)
    d, s = options["dilation"], options["stride"]
    spread = np.zeros([d * (n - 1) + 1 for n in kernel.shape], int)
    spread[::d, ::d] = kernel[::-1, ::-1] if flip else kernel
    expected = correlate2d(np.pad(image, options["padding"]), spread, "valid")[::s, ::s] + (bias or 0)
    assert (scene.grid("output").values == expected).all()
    assert [value_of(scene.formula_text(k)) for k in range(len(scene.steps))] == expected.ravel().tolist()


@given(cases())
def test_every_window_frames_exactly_the_cells_under_the_filter(case):
    image, kernel, options = case
    scene = scenes.convolution2d(image, kernel, **options)
    for step in scene.steps:
        taps = [cell for cell in step.lit() if cell[0] == "input"]
        rows, columns = {r for _, r, _ in taps}, {c for _, _, c in taps}
        assert len(taps) == kernel.size
        assert step.windows == (("input", min(rows), min(columns), max(rows), max(columns)),)


@given(cases())
def test_after_the_last_step_every_result_is_written(case):
    image, kernel, options = case
    scene = scenes.convolution2d(image, kernel, **options)
    output = scene.grid("output")
    written = scene.written(len(scene.steps) - 1)
    rows, columns = output.shape
    assert written == {("output", r, c): output.values[r, c] for r in range(rows) for c in range(columns)}


def test_pixels_that_no_window_reads_are_marked_unused():
    grid = scenes.convolution2d(np.ones((8, 8), int), np.ones((3, 3), int), stride=2).grid("input")
    unused = {(r, c) for r in range(8) for c in range(8) if grid.kind(r, c) == "unused"}
    assert unused == {(r, c) for r in range(8) for c in range(8) if r == 7 or c == 7}


def test_a_step_tells_where_the_filter_stands():
    scene = scenes.convolution2d(scenes.EXAMPLE_IMAGE, scenes.ISOLATED_ONE, padding=1)
    assert scene.steps[13].sentence == (
        "Output row 2, column 3: the filter covers input rows 1–3, columns 2–4."
    )
    assert scene.steps[0].sentence.endswith("rows −1 to 1, columns −1 to 1, partly on the padding.")


def test_a_dilated_filter_names_the_rows_it_really_reads():
    scene = scenes.convolution2d(np.eye(7, dtype=int), np.ones((3, 3), int), dilation=2)
    assert "rows 0, 2, 4" in scene.steps[0].sentence
    assert "".join(text for text, _ in scene.caption) == "output = ⌊(7 + 2·0 − 5) / 1⌋ + 1 = 3, where 5 = 2·(3 − 1) + 1"


def test_the_one_dimensional_example_detects_the_isolated_one():
    scene = scenes.convolution1d(scenes.EXAMPLE_SIGNAL, scenes.ISOLATED_ONE_1D, relu=True)
    assert scene.grid("output").values.tolist() == [[-1, 0, -1, 0, -2, 1, -1, 0]]
    assert scene.grid("after ReLU").values.tolist() == [[0, 0, 0, 0, 0, 1, 0, 0]]
    assert scene.formula_text(5) == "0·(−1) + 1·1 + 0·(−1) = 1, ReLU → 1"
    assert scene.steps[5].sentence == "Output 5: the filter covers inputs 5–7."


def test_the_input_shows_its_padding_with_negative_indices():
    grid = scenes.convolution2d(np.eye(4), np.ones((3, 3)), padding=2).grid("input")
    assert grid.shape == (8, 8)
    assert grid.index(0, 0) == (-2, -2)
    assert grid.kind(0, 0) == "padding"


def test_other_paddings_show_the_numbers_they_copy():
    scene = scenes.convolution2d([[1, 2], [3, 4]], [[1]], padding=1, padding_mode="circular")
    assert scene.grid("input").values.tolist() == [[4, 3, 4, 3], [2, 1, 2, 1], [4, 3, 4, 3], [2, 1, 2, 1]]


def test_not_a_number_and_infinity_are_shown_as_such():
    scene = scenes.convolution2d([[np.nan, 1.0], [np.inf, 1.0]], [[1.0]])
    grid = scene.grid("output")
    assert [grid.text(r, c) for r in range(2) for c in range(2)] == ["NaN", "1", "∞", "1"]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([[1, 2], [3]], [[1]]), ValueError, "image is no array: give every row the same length"),
        (([[1]], [["a"]]), TypeError, "kernel has dtype <U1: a scene shows real numbers"),
        (([[1]], [[1]], "a"), TypeError, "bias='a' is not one real number: pass one, such as 0.5"),
        (([[1]], [[1]], np.ones(2)), TypeError, "bias=.* is not one real number"),
        (([[1j]], [[1]]), TypeError, "image has dtype complex128: a scene shows real numbers"),
        (([1, 2], [[1]]), ValueError, r"image has 1 dimensions \(shape \(2,\)\): this scene needs 2"),
        ((np.ones((0, 3)), [[1]]), ValueError, r"image has shape \(0, 3\): it needs at least one number"),
        ((np.ones((129, 3)), [[1]]), ValueError, r"\(129, 3\): at most 128×128 cells are shown; crop it"),
        ((np.ones((2, 2)), np.ones((3, 3))), ValueError, "kernel of 3 does not fit an input of 2"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_with_the_remedy(arguments, error, words):
    with pytest.raises(error, match=words):
        scenes.convolution2d(*arguments)


def test_whole_numbers_too_large_to_multiply_do_not_wrap_around():
    large = np.full((3, 3), 2**40)
    assert scenes.convolution2d(large, large).grid("output").values[0, 0] == 9 * 2.0**80
    top = scenes.convolution2d(np.full((1, 1), 2**64 - 1, np.uint64), [[1]]).grid("output").values
    assert top[0, 0] == 2.0**64


@pytest.mark.filterwarnings("error")
def test_infinities_are_computed_without_a_warning():
    image = [[np.inf, -np.inf], [1e308, 0.0]]
    assert len(scenes.convolution2d(image, [[1e10, 1.0]]).steps) == 2
    assert len(scenes.convolution1d([np.inf, -np.inf], [1, 1]).steps) == 1


@pytest.mark.parametrize("image", [np.arange(16).reshape(4, 4)[::-1, ::-2], np.eye(4) > 0, np.eye(1, 9)])
def test_views_truth_values_and_single_rows_are_shown_as_they_are(image):
    shown = scenes.convolution2d(image, [[1]]).grid("output").values
    assert (shown == image).all()


def test_an_unknown_padding_mode_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="padding_mode='mirror' is not known: use one of zeros, constant"):
        scenes.convolution2d(np.ones((3, 3)), [[1]], padding_mode="mirror")


@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1, "dilation": 2, "relu": True}], ids=str)
def test_what_is_too_large_for_numbers_is_shown_as_images_that_say_so(options):
    image = np.arange(30 * 26).reshape(30, 26) % 11 - 4
    scene = scenes.convolution2d(image, [[1, -2], [3, 0]], 5, **options)
    assert scene.grid("input").note == "30×26, too large for numbers: point at it"
    assert [grid.display for grid in scene.grids[:2]] == ["image", "numbers"] and not scene.steps
    source, weights, stencil = scene.grid("input").values, scene.grid("filter").values, scene.stencil
    taps = source[np.array(stencil.rows)[:, None, :, None], np.array(stencil.columns)[None, :, None, :]]
    sums = np.einsum("rcab,ab->rc", taps, weights) + scene.grid(stencil.bias).values
    np.testing.assert_array_equal(sums, scene.grid("output").values)


@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 3, "flip": True, "relu": True}], ids=str)
def test_a_long_signal_is_shown_as_bars_that_say_so(options, code_of):
    signal = np.random.default_rng(2).normal(size=90)
    scene = scenes.convolution1d(signal, [1, -2, 4], 5, **options)
    small = scenes.convolution1d(signal[:15], [1, -2, 4], 5, **options)
    assert scene.grid("input").note == "90, too large for numbers: point at it" and not scene.steps
    assert scene.summary.endswith(", as bars")
    for grid in (grid for grid in scene.grids if grid.role != "filter"):
        assert grid.display == "image" and not grid.hidden
    near = small.grid("output").values[0, :5]
    assert scene.grid("output").values[0, :5].tolist() == near.tolist()
    stencil = scene.stencil
    taps = scene.grid("input").values[0][np.array(stencil.columns)]
    assert np.allclose(taps @ scene.grid("filter").values[0] + 5, scene.grid("output").values[0])
    for found in code_of(scene).values():
        assert np.allclose(np.ravel(found), scene.grids[-1].values)


def test_a_signal_too_long_for_bars_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"length 301: at most 256 numbers are shown; take a part of it, or signal\[::2\]"):
        scenes.convolution1d(np.ones(301), [1])
