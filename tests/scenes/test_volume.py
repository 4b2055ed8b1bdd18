"""Volumes and filter banks: products on every channel, one map a filter."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hypothesis.extra import numpy as arrays

from convviz import geometry, reference, scenes


def whole(*shape):
    """Arrays of small whole numbers."""
    return arrays.arrays(np.int64, shape, elements=st.integers(-4, 4))


@st.composite
def layers(draw):
    channels, count = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    kernel = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    options = {"stride": draw(st.integers(1, 2)), "padding": draw(st.integers(0, 1))}
    rows, columns = (k + draw(st.integers(0, 2)) for k in kernel)
    image, filters = draw(whole(channels, rows, columns)), draw(whole(count, channels, *kernel))
    return image, filters, draw(st.one_of(st.none(), whole(count))), options


def outputs(final, scene, count):
    names = [f"map {k}" for k in range(count)] if count > 1 else ["output"]
    return np.array([final(scene, name) for name in names])


@pytest.mark.parametrize("build", [scenes.volume, scenes.filter_bank])
@given(layer=layers())
def test_the_maps_are_those_of_the_lectures_loops(final, build, layer):
    image, filters, bias, options = layer
    scene = build(image, filters, bias, **options)
    expected = reference.conv2d(image, filters, bias, **options)
    assert (outputs(final, scene, len(filters)) == expected).all()


@pytest.mark.parametrize("build", [scenes.volume, scenes.filter_bank])
@given(layer=layers())
def test_every_side_of_every_formula_comes_to_the_number_written(sides, build, layer):
    image, filters, bias, options = layer
    scene = build(image, filters, bias, **options)
    for k, step in enumerate(scene.steps):
        written = dict(step.writes)[step.result]
        assert set(sides(scene, k)) == {written}


@given(layers())
def test_the_sums_of_the_channels_and_the_bias_make_the_output(final, layer):
    image, filters, bias, options = layer
    scene = scenes.volume(image, filters, bias, **options)
    depth = len(image)
    if depth == 1:
        assert not any(grid.name.startswith("sum") for grid in scene.grids)
        return
    for k, output in enumerate(outputs(final, scene, len(filters))):
        sums = [final(scene, f"sum {k}, ch {c}") for c in range(depth)]
        alone = [reference.correlate2d(np.pad(image[c], options["padding"]), filters[k, c],
                                       stride=options["stride"]) for c in range(depth)]
        assert all((one == other).all() for one, other in zip(sums, alone, strict=True))
        assert (sum(sums) + (0 if bias is None else bias[k]) == output).all()


@given(layers())
def test_a_step_lights_its_window_on_every_channel_and_its_own_filter(lit_in, layer):
    image, filters, bias, options = layer
    scene = scenes.volume(image, filters, bias, **options)
    for step in scene.steps:
        frames = {name: edges for name, *edges in step.windows}
        names = [f"channel {c}" for c in range(len(image))] if len(image) > 1 else ["input"]
        assert list(frames) == names
        for name, (top, left, bottom, right) in frames.items():
            cells = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
            assert lit_in(step, name) == cells and len(cells) == filters[0, 0].size
        lit = {name for name, *_ in step.lit() if scene.grid(name).role == "filter"}
        assert len({int(re.findall(r"\d+", name)[0]) for name in lit}) == 1


def test_the_example_shows_channels_that_cancel(final):
    scene = scenes.volume(scenes.EXAMPLE_VOLUME, scenes.EXAMPLE_FILTERS, [1, 0])
    assert repr(scene) == "Volume: 5×5×3 ∗ 2 filters 3×3×3 → 3×3×2, 18 steps"
    assert scene.formula_text(9).endswith(" = 4 + (−4) + 0 + 0 = 0")
    assert not outputs(final, scene, 2)[1].any()
    assert scene.steps[4].sentence == (
        "Map 0, row 1, column 1: filter 0 covers all 3 channels at input rows 1–3, columns 1–3: "
        "3 sums make one number."
    )


@settings(max_examples=25)
@given(layers())
def test_the_lines_of_code_compute_the_same(code_of, final, layer):
    image, filters, bias, options = layer
    scene = scenes.volume(image, filters, bias, **options)
    lines = code_of(scene)
    assert list(lines) == ["convviz", "PyTorch"]
    for result in lines.values():
        assert np.allclose(result, outputs(final, scene, len(filters)))


def test_the_caption_counts_maps_sizes_and_parameters(caption):
    scene = scenes.volume(np.ones((3, 7, 7), int), np.ones((2, 3, 3, 3), int), [0, 0], stride=2, padding=1)
    assert caption(scene) == (
        "2 maps, output = ⌊(7 + 2·1 − 3) / 2⌋ + 1 = 4;  parameters = 2·(3·3·3 + 1) = 56"
    )
    assert scene.question.answer == (4, 4)


def test_while_the_shape_is_asked_nothing_on_the_stage_tells_it():
    scene = scenes.volume(scenes.EXAMPLE_VOLUME, scenes.EXAMPLE_FILTERS, [1, 0])
    asked = scene.asked()
    assert scene.question.answer == (3, 3)
    told = [grid.name for grid in asked.grids if grid.shape == (3, 3)]
    assert told and all(scene.grid(name).role == "filter" for name in told)
    assert not any("3×3" in (grid.stack or "") + grid.note for grid in asked.grids)


@given(layers())
def test_the_parameters_are_those_of_geometry_whatever_the_size_of_the_input(caption, layer):
    image, filters, bias, _ = layer
    expected = geometry.conv_parameters(
        filters.shape[2:], in_channels=len(image), out_channels=len(filters), bias=bias is not None
    )
    for larger in (image, np.pad(image, ((0, 0), (1, 2), (2, 1)))):
        scene = scenes.filter_bank(larger, filters, bias)
        assert f" = {expected}, whatever the size of the input" in caption(scene)
        assert scene.question.answer == expected


def test_a_filter_bank_turns_to_the_next_place_when_every_filter_has_looked():
    scene = scenes.filter_bank(scenes.EXAMPLE_IMAGE[None], scenes.example_filters(3))
    order = [step.result for step in scene.steps[:4]]
    assert order == [("map 0", 0, 0), ("map 1", 0, 0), ("map 2", 0, 0), ("map 0", 0, 1)]
    assert all(step.windows == scene.steps[0].windows for step in scene.steps[:3])


def test_a_filter_stands_over_its_own_map():
    scene = scenes.filter_bank(
        scenes.EXAMPLE_IMAGE[None], scenes.example_filters(2), [0, 1], names=scenes.FEATURES[:2]
    )
    columns = [(column[0].stack, [grid.name for grid in column]) for _, column in scene.stage()[0]]
    assert columns == [
        (None, ["input"]),
        ("0: upright edge", ["filter 0", "bias 0", "map 0"]),
        ("1: level edge", ["filter 1", "bias 1", "map 1"]),
    ]


@pytest.mark.parametrize("size", range(1, 6))
def test_the_example_filters_exist_in_every_size(size):
    filters = scenes.example_filters(6, size)
    assert filters.shape == (6, 1, size, size)
    upright, level, diagonal, isolated, total, other = filters[:, 0]
    assert (upright == level.T).all() and not upright.sum()
    assert (upright == -upright[:, ::-1]).all()
    assert (diagonal[::-1] == other).all() and (total == 1).all()
    assert isolated.sum() == 2 - size**2


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((np.ones((2, 3, 3)), np.ones((1, 3, 2, 2))), ValueError,
         r"filters have 3 channels \(shape \(1, 3, 2, 2\)\), the image has 2 .* give each filter 2"),
        ((np.ones((3, 3)), np.ones((1, 1, 2, 2))), ValueError, "image has 2 dimensions"),
        ((np.ones((1, 3, 3)), np.ones((2, 2))), ValueError, "filters has 2 dimensions"),
        ((np.ones((9, 3, 3)), np.ones((1, 9, 2, 2))), ValueError, "too many to be read: show at most 8"),
        ((np.ones((1, 3, 3)), np.ones((2, 1, 2, 2)), [1, 2, 3]), ValueError,
         "bias has 3 numbers for 2 filters: give one a filter"),
        ((np.ones((1, 2, 2)), np.ones((1, 1, 3, 3))), ValueError, "kernel of 3 does not fit an input of 2"),
        ((np.ones((1, 130, 3)), np.ones((1, 1, 2, 2))), ValueError, "at most 128×128 cells are shown; crop it"),
        (([["a"]], np.ones((1, 1, 2, 2))), TypeError, "image has dtype <U1"),
    ],
)
@pytest.mark.parametrize("build", [scenes.volume, scenes.filter_bank])
def test_arrays_that_do_not_fit_are_refused_with_the_remedy(build, arguments, error, words):
    with pytest.raises(error, match=words):
        build(*arguments)


def test_names_and_numbers_of_a_filter_bank_are_checked():
    with pytest.raises(ValueError, match="names has 1 entries for 2 filters: give one a filter"):
        scenes.filter_bank(np.ones((1, 3, 3)), np.ones((2, 1, 2, 2)), names=["edge"])
    with pytest.raises(ValueError, match="count=7 is too many: there are 6 example filters"):
        scenes.example_filters(7)
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        scenes.example_filters(2, 0)


@pytest.mark.filterwarnings("error")
def test_infinities_and_what_is_no_number_are_computed_without_a_warning():
    scene = scenes.volume([[[np.inf, 1.0]], [[-np.inf, np.nan]]], [[[[1.0]], [[1.0]]]])
    assert [scene.grid("output").text(0, c) for c in range(2)] == ["NaN", "NaN"]
