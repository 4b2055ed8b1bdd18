"""Grouped, separable and tiled convolutions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.signal import correlate2d

from convviz import geometry, ops, reference, scenes

SMALL = st.integers(-4, 4)


def whole(*shape):
    """Arrays of small whole numbers."""
    return arrays.arrays(np.int64, shape, elements=SMALL)


@st.composite
def groupings(draw):
    groups, each, per = (draw(st.integers(1, 2)) for _ in range(3))
    channels, maps = groups * each, groups * per
    weights = draw(whole(maps, channels, draw(st.integers(1, 2)), 2))
    mixing = draw(st.one_of(st.none(), whole(draw(st.integers(1, 2)), maps)))
    return draw(whole(channels, 3, 3)), weights, groups, mixing, {"padding": draw(st.integers(0, 1))}


def maps_of(final, scene, name, count):
    return np.array([final(scene, f"{name} {m}" if count > 1 or name == "mix" else "output")
                     for m in range(count)])


@given(groupings())
def test_groups_are_convolutions_side_by_side(final, case):
    image, weights, groups, mixing, options = case
    scene = scenes.grouped(image, weights, groups, pointwise=mixing, **options)
    deep, high = len(image) // groups, len(weights) // groups
    expected = np.concatenate([
        reference.conv2d(image[g * deep :][:deep], weights[g * high :][:high, g * deep :][:, :deep], **options)
        for g in range(groups)
    ])
    assert (maps_of(final, scene, "map", len(weights)) == expected).all()
    if mixing is not None:
        mixed = reference.conv2d(expected, mixing[:, :, None, None])
        assert (maps_of(final, scene, "mix", len(mixing)) == mixed).all()


@given(groupings())
def test_every_formula_of_a_grouped_layer_comes_to_the_number_written(sides, case):
    image, weights, groups, mixing, options = case
    scene = scenes.grouped(image, weights, groups, pointwise=mixing, **options)
    for k, step in enumerate(scene.steps):
        assert set(sides(scene, k)) == {dict(step.writes)[step.result]}


@given(groupings())
def test_a_filter_lights_the_planes_of_its_group_and_the_others_are_crossed_out(lit_in, case):
    image, weights, groups, _, options = case
    scene = scenes.grouped(image, weights, groups, **options)
    for step in scene.steps:
        m = int(step.result[0].split()[1]) if len(weights) > 1 else 0
        grid = scene.grid(f"filter {m}")
        plain = {(r, c) for r, c in np.ndindex(grid.shape) if grid.kind(r, c) == "plain"}
        assert lit_in(step, f"filter {m}") == plain
        assert len(plain) == weights[0].size // groups


@given(groupings())
def test_the_cost_is_that_of_geometry(caption, case):
    image, weights, groups, mixing, options = case
    scene = scenes.grouped(image, weights, groups, pointwise=mixing, **options)
    layer = {"in_channels": len(image), "out_channels": len(weights), "groups": groups}
    count = geometry.conv_parameters(weights.shape[2:], bias=False, **layer)
    products = geometry.conv_multiply_adds(image.shape[1:], weights.shape[2:], **layer, **options)
    if mixing is not None:
        size = scene.grid("mix 0").shape
        count += mixing.size
        products += geometry.conv_multiply_adds(
            size, (1, 1), in_channels=len(weights), out_channels=len(mixing)
        )
    assert f" = {count};" in caption(scene) and f" places = {products}" in caption(scene)
    assert f", {count} weights, {products} multiply-adds, " in repr(scene)
    assert scene.question.answer == count


@settings(max_examples=25)
@given(groupings())
def test_the_lines_of_code_of_a_grouped_layer_compute_the_same(code_of, final, case):
    image, weights, groups, mixing, options = case
    scene = scenes.grouped(image, weights, groups, pointwise=mixing, **options)
    lines = code_of(scene)
    last = ("map", len(weights)) if mixing is None else ("mix", len(mixing))
    assert list(lines) == ["convviz", "PyTorch"]
    for result in lines.values():
        assert np.allclose(result, maps_of(final, scene, *last))


def test_depthwise_and_pointwise_filters_name_the_lectures_saving(caption):
    image, weights = np.ones((4, 3, 3), int), np.ones((4, 4, 2, 2), int)
    scene = scenes.grouped(image, weights, 4, pointwise=np.ones((4, 4), int))
    assert caption(scene).endswith("for 256 channels and 3×3: 67,840 in place of 589,824")
    assert "channels and 3×3" not in caption(scenes.grouped(image, weights, 4))


def test_groups_that_divide_nothing_are_refused():
    image, weights = np.ones((4, 3, 3), int), np.ones((4, 4, 2, 2), int)
    with pytest.raises(ValueError, match="groups=3 does not divide 4 channels and 4 filters: use a divisor"):
        scenes.grouped(image, weights, 3)
    with pytest.raises(ValueError, match=r"pointwise has shape \(2, 3\): give it 4 columns"):
        scenes.grouped(image, weights, pointwise=np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"weights have 4 planes .* for 3 channels: give each filter 3"):
        scenes.grouped(image[:3], weights)


@given(whole(3), whole(2))
def test_a_column_times_a_row_is_split_without_remainder(column, row):
    kernel = np.outer(column, row)
    down, across, singular = scenes.split_kernel(kernel)
    assert np.allclose(np.outer(down, across), kernel)
    assert np.count_nonzero(singular) == int(kernel.any())
    scene = scenes.separable(np.eye(5), kernel)
    assert not scene.grid("remainder").values.any()


@given(whole(3, 3))
def test_what_one_column_and_row_leave_over_is_what_the_other_singular_values_hold(kernel):
    scene = scenes.separable(np.eye(5), kernel)
    remainder = scene.grid("remainder").values
    outer = scene.grid("column").values @ scene.grid("row").values
    assert np.allclose(outer + remainder, kernel)
    # Eckart and Young (1936): no other column and row leave less.
    others = np.linalg.svd(kernel.astype(float), compute_uv=False)[1:]
    assert np.isclose(np.sum(remainder**2), np.sum(others**2))
    assert f"rank {np.linalg.matrix_rank(kernel)}," in repr(scene)


@given(whole(5, 4), whole(3, 2))
def test_the_two_passes_are_the_convolution_with_column_times_row(image, kernel):
    scene = scenes.separable(image, kernel)
    outer = scene.grid("column").values @ scene.grid("row").values
    assert np.allclose(scene.grid("output").values, correlate2d(image, outer, "valid"))
    assert (scene.grid("direct").values == correlate2d(image, kernel, "valid")).all()
    between = correlate2d(image, scene.grid("column").values, "valid")
    assert np.allclose(scene.grid("between").values, between)


@pytest.mark.parametrize("name", scenes.SEPARABLE_KERNELS)
def test_every_formula_of_the_two_passes_comes_to_its_number(sides, name):
    scene = scenes.separable(scenes.EXAMPLE_IMAGE, scenes.SEPARABLE_KERNELS[name])
    for k, step in enumerate(scene.steps):
        assert np.allclose(sides(scene, k), dict(step.writes)[step.result], atol=0.1)


def test_the_sobel_filter_is_a_blur_and_a_difference(caption):
    scene = scenes.separable(np.eye(5), scenes.SEPARABLE_KERNELS["Sobel"])
    assert scene.grid("column").values.T.tolist() == [[1, 2, 1]]
    assert scene.grid("row").values.tolist() == [[-1, 0, 1]]
    assert caption(scene) == (
        "singular values 3.46, 0, 0: rank 1, a column times a row;  "
        "products for one output: 3 + 3 = 6 in place of 3·3 = 9"
    )


@pytest.mark.parametrize("name", scenes.SEPARABLE_KERNELS)
def test_the_lines_of_code_make_the_two_passes(code_of, name):
    image = np.arange(36.0).reshape(6, 6) % 7
    scene = scenes.separable(image, scenes.SEPARABLE_KERNELS[name])
    lines = code_of(scene)
    assert list(lines) == ["convviz", "PyTorch"]
    for result in lines.values():
        assert np.allclose(result, scene.grid("output").values)


def test_a_kernel_that_cannot_be_split_is_refused():
    with pytest.raises(ValueError, match="kernel holds NaN or infinity"):
        scenes.separable(np.eye(4), [[np.nan, 1.0]])
    with pytest.raises(ValueError, match="kernel of 3 does not fit an input of 2"):
        scenes.separable(np.eye(2), np.eye(3))


@st.composite
def tilings(draw):
    stride, padding = draw(st.integers(1, 2)), draw(st.integers(0, 1))
    image = draw(whole(draw(st.integers(3, 5)), 4))
    kernel = draw(st.integers(1, 2)), 2
    options = {"stride": stride, "padding": padding}
    most = geometry.conv_output_shape(image.shape, kernel, **options)
    tiles = [draw(st.integers(1, size)) for size in most]
    return image, draw(whole(*tiles, *kernel)), options


@given(tilings())
def test_tiles_are_those_of_the_engine(case):
    image, sets, options = case
    scene = scenes.tiled(image, sets, **options)
    expected = ops.tiled_conv2d(
        image[None, None].astype(float), sets[:, :, None, None].astype(float), **options
    )
    assert (scene.grid("output").values == expected[0, 0]).all()


@given(tilings())
def test_every_formula_of_a_tiled_layer_comes_to_the_number_written(sides, final, case):
    image, sets, options = case
    scene = scenes.tiled(image, sets, **options)
    for k, step in enumerate(scene.steps):
        assert set(sides(scene, k)) == {dict(step.writes)[step.result]}
    assert (final(scene, "output") == scene.grid("output").values).all()


@settings(max_examples=25)
@given(tilings())
def test_the_line_of_code_of_a_tiled_layer_computes_the_same(code_of, case):
    image, sets, options = case
    scene = scenes.tiled(image, sets, **options)
    lines = code_of(scene)
    assert list(lines) == ["convviz", "PyTorch"]
    for result in lines.values():
        np.testing.assert_allclose(result, scene.grid("output").values)


def test_one_set_is_a_convolution_and_a_set_for_each_output_is_locally_connected():
    image, sets = np.arange(25).reshape(5, 5), np.arange(64).reshape(4, 4, 2, 2)
    one = scenes.tiled(image, sets[:1, :1]).grid("output").values
    assert (one == correlate2d(image, sets[0, 0], "valid")).all()
    own = scenes.tiled(image, sets).grid("output").values
    filters = sets[:, :, None, None].astype(float)
    assert (own == ops.locally_connected2d(image[None, None].astype(float), filters)[0, 0]).all()


def test_an_image_alike_everywhere_is_answered_alike_only_by_shared_weights(caption):
    ones, sets = np.ones((5, 5), int), np.arange(64).reshape(4, 4, 2, 2)
    assert len(np.unique(scenes.tiled(ones, sets[:1, :1]).grid("output").values)) == 1
    scene = scenes.tiled(ones, sets[:2, :2])
    output = scene.grid("output").values
    assert len(np.unique(output)) == 4
    assert (output[:2, :2] == output[2:, 2:]).all()
    assert "weights = 2·2 sets · 2·2 = 16   (shared: 4, locally connected: 64)" in caption(scene)
    assert "set 3 (row 1 mod 2 = 1, column 3 mod 2 = 1)" in scene.steps[7].sentence


def test_more_sets_than_outputs_are_refused():
    with pytest.raises(ValueError, match="3×1 sets are more than the 2×2 outputs: use fewer"):
        scenes.tiled(np.ones((3, 3)), np.ones((3, 1, 2, 2)))


def test_stronger_lines_part_the_planes_of_a_filter_and_the_sets_of_a_layer():
    grouped = scenes.grouped(np.ones((4, 3, 3)), np.ones((4, 4, 2, 2)))
    tiled = scenes.tiled(np.ones((5, 5)), np.ones((2, 2, 3, 2)))
    assert {grid.blocks for grid in grouped.grids if grid.role == "filter"} == {(2, 2)}
    assert tiled.grid("sets 0 and 1").blocks == (3, 2) and tiled.grid("output").blocks is None
