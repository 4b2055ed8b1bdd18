"""A layer as a matrix: dense, sparse, shared, transposed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convviz import geometry, reference, scenes

IMAGE, KERNEL = [[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, -1]]


@st.composite
def cases(draw):
    kernel = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    rows, columns = (k + draw(st.integers(0, 1)) for k in kernel)
    small = st.integers(-4, 4)
    options = {"stride": draw(st.integers(1, 2)), "padding": draw(st.integers(0, 1))}
    image = draw(arrays.arrays(np.int64, (rows, columns), elements=small))
    weights = draw(arrays.arrays(np.int64, kernel, elements=small))
    return image, weights, draw(small), options


def as_column(scene, name):
    return scene.grid(name).values[:, 0]


@given(cases())
def test_the_shared_matrix_is_the_convolution(case):
    image, kernel, bias, options = case
    scene = scenes.matrix_view(image, kernel, bias, **options)
    expected = reference.conv2d(image[None], kernel[None, None], [bias], **options)[0]
    assert (scene.grid("output").values == expected).all()
    assert (as_column(scene, "z") == expected.ravel()).all()
    matrix, x = scene.grid("matrix").values, as_column(scene, "x")
    assert (matrix @ x + bias == expected.ravel()).all()


@given(cases())
def test_a_row_of_the_matrix_reads_what_the_filter_covers_and_nothing_else(case):
    image, kernel, bias, options = case
    for kind in ("sparse", "shared"):
        grid = scenes.matrix_view(image, kernel, bias, kind=kind, **options).grid("matrix")
        taps = [[geometry.taps(r, n, k, **options) for r in range(geometry.conv_output_size(n, k, **options))]
                for n, k in zip(image.shape, kernel.shape, strict=True)]
        rows = [(down, across) for down in taps[0] for across in taps[1]]
        for k, (down, across) in enumerate(rows):
            read = {i * image.shape[1] + j for i in down for j in across if None not in (i, j)}
            assert {c for c in range(image.size) if grid.kind(k, c) == "plain"} == read
            assert not any(grid.values[k, c] for c in range(image.size) if c not in read)


@given(cases())
def test_the_transposed_matrix_is_the_transposed_convolution(case):
    image, kernel, bias, options = case
    scene = scenes.matrix_view(image, kernel, bias, kind="transposed", **options)
    shared = scenes.matrix_view(image, kernel, bias, **options)
    assert (scene.grid("matrix").values == shared.grid("matrix").values.T).all()
    z = scene.grid("input").values
    assert (z == reference.conv2d(image[None], kernel[None, None], **options)[0]).all()
    # Every tap of the forward pass is walked backwards.
    back, _, _ = reference.conv2d_backward(z[None], image[None], kernel[None, None], **options)
    assert (scene.grid("output").values == back[0]).all()
    assert (as_column(scene, "x′") == back.ravel()).all()


@pytest.mark.parametrize("kind", scenes.MATRIX_KINDS)
@given(case=cases())
def test_every_formula_comes_to_the_number_written(sides, kind, case):
    image, kernel, bias, options = case
    scene = scenes.matrix_view(image, kernel, bias, kind=kind, **options)
    for k, step in enumerate(scene.steps):
        assert set(sides(scene, k)) == {dict(step.writes)[step.result]}
        assert {value for _, value in step.writes} == {dict(step.writes)[step.result]}


@pytest.mark.parametrize("kind", scenes.MATRIX_KINDS)
@settings(max_examples=25)
@given(case=cases())
def test_the_lines_of_code_compute_the_same(code_of, kind, case):
    image, kernel, bias, options = case
    scene = scenes.matrix_view(image, kernel, bias, kind=kind, **options)
    output = scene.grid("output").values
    lines = code_of(scene)
    assert "NumPy" in lines and ("PyTorch" in lines) == (kind in ("shared", "transposed"))
    for result in lines.values():
        assert np.allclose(result.reshape(output.shape), output)


@pytest.mark.parametrize(("kind", "parameters"), [("dense", 40), ("sparse", 20), ("shared", 5)])
def test_the_lectures_example_has_forty_twenty_and_five_parameters(caption, kind, parameters):
    scene = scenes.matrix_view(IMAGE, KERNEL, kind=kind)
    assert repr(scene) == f"MatrixView: {kind}, 4×9 matrix, {parameters} parameters, 4 steps"
    assert f"= {parameters}   (" in caption(scene)
    assert scene.question.answer == parameters


def test_the_step_lights_the_row_the_window_and_the_filter(lit_in):
    step = scenes.matrix_view(IMAGE, KERNEL).steps[1]
    assert step.windows == (("input", 0, 1, 1, 2), ("matrix", 1, 0, 1, 8), ("output", 0, 1, 0, 1))
    assert lit_in(step, "input") == {(0, 1), (0, 2), (1, 1), (1, 2)}
    assert lit_in(step, "filter") == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert lit_in(step, "matrix") == {(1, 1), (1, 2), (1, 4), (1, 5)}
    assert step.sentence == (
        "Row 1 of the matrix makes output row 0, column 1: the filter's weights for input rows "
        "0 and 1, columns 1 and 2, and zeros for the rest."
    )


def test_own_weights_and_biases_are_shown():
    weights = np.arange(36).reshape(4, 9)
    scene = scenes.matrix_view(IMAGE, KERNEL, [1, 2, 3, 4], kind="dense", weights=weights)
    assert (as_column(scene, "z") == weights @ np.ravel(IMAGE) + [1, 2, 3, 4]).all()


def test_a_window_wholly_on_the_padding_makes_a_row_of_zeros():
    scene = scenes.matrix_view([[5]], [[1]], 0, padding=1)
    assert scene.formula_text(0) == "0 + 0 = 0"
    assert scene.grid("output").values.tolist() == [[0, 0, 0], [0, 5, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((IMAGE, KERNEL), {"kind": "full"}, "kind='full' is not known: use one of dense, sparse"),
        ((np.ones((12, 12)), KERNEL), {}, "image has 144 numbers: a matrix is shown for at most 128"),
        ((IMAGE, KERNEL, [1, 2]), {}, "bias has 2 numbers: give 1, or one for each of 4 outputs"),
        ((IMAGE, KERNEL), {"weights": np.ones((9, 4))}, r"weights has shape \(9, 4\): one row for each"),
        (([[1]], KERNEL), {}, "kernel of 2 does not fit an input of 1"),
        ((np.ones((4, 4)), [[1]]), {"padding": 4}, "an output of 12×12 makes a matrix of 144 rows: at most 128 are shown; lower padding"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_remedy(arguments, options, words):
    with pytest.raises(ValueError, match=words):
        scenes.matrix_view(*arguments, **options)


def test_the_first_row_of_a_dense_matrix_begins_with_the_filter_whatever_its_numbers():
    kernel = np.array([[0.5, -1.5], [np.nan, 2.0]])
    dense = scenes.matrix_view(np.ones((3, 3)), kernel, kind="dense").grid("matrix").values
    np.testing.assert_array_equal(dense[0, [0, 1, 3, 4]], kernel.ravel())
