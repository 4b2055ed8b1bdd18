"""Scenes of pooling: every kind on the same input, and the gradient's way back."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import ops, reference, scenes


@st.composite
def maps(draw, least=2):
    """A map, a window that fits it, a stride."""
    rows, columns = draw(st.integers(least, 7)), draw(st.integers(least, 7))
    numbers = st.integers(-9, 9)
    image = draw(st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    return np.array(image), draw(st.integers(1, min(rows, columns, 4))), draw(st.integers(1, 3))


@given(maps(), st.integers(1, 8), st.integers(0, 10))
def test_every_kind_is_what_the_engine_computes(case, p, tenths):
    image, window, stride = case
    x = image[None, None].astype(float)
    weights = np.arange(window**2).reshape(window, window) - 2
    scene = scenes.pooling(
        image, weights, kernel_size=window, stride=stride, norm_type=p, mix=tenths / 10
    )
    largest = ops.max_pool2d(x, window, stride)
    expected = {
        "max": largest,
        "average": ops.avg_pool2d(x, window, stride),
        f"L{'₀₁₂₃₄₅₆₇₈'[p]}": ops.lp_pool2d(x, p, window, stride, power_mean=True),
        "mixed": ops.mixed_pool2d(x, window, stride, weight=tenths / 10),
        "learned": ops.conv2d(x, weights[None, None].astype(float), stride=stride),
        "spectral": ops.spectral_pool(x, largest.shape[2:]),
        "pyramid": ops.spatial_pyramid_pool(x, (1, 2)),
    }
    for name, values in expected.items():
        shown = scene.grid(name).values
        np.testing.assert_allclose(shown.ravel(), values.ravel(), rtol=1e-9, atol=1e-9)


def test_the_power_mean_of_the_lectures_has_its_division_inside():
    scene = scenes.pooling(scenes.POOLED_IMAGE)
    assert scene.grid("max").values.tolist() == [[6, 8], [3, 4]]
    assert scene.grid("average").values.tolist() == [[3.25, 5.25], [2, 2]]
    assert scene.grid("L₅").values.round(2).tolist() == [[4.87, 6.61], [2.38, 3.16]]


@given(maps())
def test_the_power_mean_lies_between_the_average_and_the_largest_size(case):
    image, window, stride = np.abs(case[0]), *case[1:]
    kinds = [
        scenes.pooling(image, kernel_size=window, stride=stride, norm_type=p).grids[4].values
        for p in (1, 3, 9)
    ]
    average, largest = (
        scenes.pooling(image, kernel_size=window, stride=stride).grid(name).values
        for name in ("average", "max")
    )
    np.testing.assert_allclose(kinds[0], average, atol=1e-12)
    assert (kinds[0] <= kinds[1] + 1e-9).all() and (kinds[1] <= kinds[2] + 1e-9).all()
    assert (kinds[2] <= largest + 1e-9).all()


def test_a_step_fills_all_maps_that_have_windows_and_its_formula_has_the_numbers():
    scene = scenes.pooling(scenes.POOLED_IMAGE, mix=0.2)
    step = scene.steps[1]
    assert [cell for cell, _ in step.writes] == [
        (name, 0, 1) for name in ("max", "average", "L₅", "mixed", "learned")
    ]
    assert scene.formula_text(1) == (
        "max 8  |  average 21/4 = 5.25  |  L₅ = 12657.75^(1/5) = 6.61  |  mixed 0.2·8 + 0.8·5.25 = 5.8"
        "  |  learned 2·1 + 4·(−1) + 7·1 + 8·(−1) = −3"
    )


@given(maps(), st.sets(st.sampled_from(scenes.POOLING_KINDS), min_size=1))
def test_some_kinds_are_shown_as_among_all(case, kinds):
    image, window, stride = case
    options = {"kernel_size": window, "stride": stride}
    every, some = scenes.pooling(image, **options), scenes.pooling(image, **options, kinds=kinds)
    names = [grid.name for grid in some.grids if grid.role == "output"]
    assert len(names) == len(kinds)
    assert ("learned weights" in [grid.name for grid in some.grids]) == ("learned" in kinds)
    for name in names:
        assert (some.grid(name).values == every.grid(name).values).all()
    written = {cell[0] for step in some.steps for cell, _ in step.writes}
    assert written == set(names)
    assert ("p 5" in some.summary, "mix" in some.summary) == ("power mean" in kinds, "mixed" in kinds)


def test_one_kind_alone_leaves_room_for_its_numbers():
    formulas = {
        kind: scenes.pooling(scenes.POOLED_IMAGE, kinds=[kind]).formula_text(1)
        for kind in ("max", "average", "mixed")
    }
    assert formulas == {
        "max": "max(2, 4, 7, 8) = 8",
        "average": "average 21/4 = 5.25",
        "mixed": "mixed 0.5·8 + 0.5·5.25 = 6.63",
    }


@given(maps(least=1))
def test_the_bins_of_the_pyramid_cover_every_pixel_and_hold_its_maxima(case):
    image, window, stride = case
    scene = scenes.pooling(image, kernel_size=window, stride=stride)
    covered = np.zeros(image.shape, int)
    for step in scene.steps[-4:]:
        [(_, top, left, bottom, right)] = step.windows
        covered[top : bottom + 1, left : right + 1] += 1
        [(_, value)] = step.writes
        assert value == image[top : bottom + 1, left : right + 1].max()
    assert (covered > 0).all()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"kernel_size": 5}, ValueError, "a window of 5 does not fit an input of 4: take a window of at most 4"),
        ({"mix": 1.5}, ValueError, r"mix=1.5 is no share: use 0 \(the average\) to 1 \(the maximum\)"),
        ({"mix": "half"}, TypeError, "mix='half' is not one real number"),
        ({"norm_type": 0}, ValueError, "norm_type must be at least 1, got 0: use 1 for the mean"),
        ({"kinds": "max"}, ValueError, "kinds='max' is no list of kinds: use one or more of max, average"),
        ({"kinds": []}, ValueError, r"kinds=\[\] is no list of kinds"),
        ({"kinds": ["mean"]}, ValueError, "kinds='mean' is not known: use one of max, average, power mean"),
        ({"weights": [[1]]}, ValueError, "weights have shape 1×1, the window is 2×2: give one weight"),
    ],
)
def test_options_that_do_not_fit_are_refused_with_the_remedy(options, error, words):
    with pytest.raises(error, match=words):
        scenes.pooling(scenes.POOLED_IMAGE, **options)


@given(maps(), st.integers(0, 10**6))
def test_the_derivatives_go_to_the_winners(case, seed):
    image, window, stride = case
    _, indices = reference.max_pool2d(image, window, stride)
    dy = np.random.default_rng(seed).integers(-9, 10, indices.shape)
    scene = scenes.max_routing(image, dy, kernel_size=window, stride=stride)
    expected = reference.max_pool2d_backward(dy, indices, image.shape)
    assert (scene.grid("dx").values == expected).all()
    last = scene.written(len(scene.steps) - 1)
    assert all(last["dx", *place] == value for place, value in np.ndenumerate(expected))
    assert len(scene.steps) == 2 * dy.size


@given(maps())
def test_every_ring_is_on_the_first_of_the_largest_numbers_of_its_window(case):
    image, window, stride = case
    scene = scenes.max_routing(image, kernel_size=window, stride=stride)
    count = len(scene.steps) // 2
    for forward, backward in zip(scene.steps[:count], scene.steps[count:], strict=True):
        [(_, top, left, bottom, right)] = forward.windows
        seen = image[top : bottom + 1, left : right + 1]
        row, column = divmod(int(np.argmax(seen)), seen.shape[1])
        assert forward.marks == ((("input", top + row, left + column), "ring"),)
        assert backward.result == ("dx", top + row, left + column)
        [(start, end)] = backward.links
        assert start[0] == "dy" and end == backward.result


def test_ties_and_overlap_are_said():
    scene = scenes.max_routing(scenes.ROUTED_IMAGE)
    assert scene.steps[3].sentence.endswith("is 7, at row 1, column 3, the first of 2 equal ones.")
    assert scene.steps[5].sentence.endswith("input row 0, column 1. It had 1 already: it adds up.")
    assert scene.formula_text(5) == "dx(0, 1) += 2:   1 + 2 = 3"
    assert scene.question.answer == (("input", 1, 3),)
    assert scene.grid("dx").values[1, 3] == scene.grid("dx").values.max() == 4


def test_numbers_that_are_none_win_as_in_the_forward_pass():
    scene = scenes.max_routing([[1.0, np.nan], [2.0, 3.0]], kernel_size=2)
    assert scene.grid("dx").values.tolist() == [[0, 1], [0, 0]]
    assert "the largest number is NaN, at row 0, column 1." in scene.steps[0].sentence


@pytest.mark.parametrize("dy", [[[1, 2, 3]], [[1, 2]], [[1], [2]]])
def test_a_derivative_of_another_shape_is_refused(dy):
    words = r"dy has shape \d×\d, the output 2×2: give one derivative for each output, or leave dy out"
    with pytest.raises(ValueError, match=words):
        scenes.max_routing(scenes.ROUTED_IMAGE, dy)
    with pytest.raises(ValueError, match=words):
        scenes.average_pool_backward(dy, input_size=3)


@given(st.integers(1, 7), st.integers(1, 7), st.integers(1, 4), st.integers(1, 3), st.integers(0, 10**6))
def test_an_average_shares_its_derivative_equally(rows, columns, window, stride, seed):
    assume(window <= min(rows, columns))
    shape = tuple((size - window) // stride + 1 for size in (rows, columns))
    dy = np.random.default_rng(seed).integers(-9, 10, shape)
    scene = scenes.average_pool_backward(dy, input_size=(rows, columns), kernel_size=window, stride=stride)
    expected = reference.avg_pool2d_backward(dy, (rows, columns), window, stride)
    np.testing.assert_allclose(scene.grid("dx").values, expected, atol=1e-12)
    last = scene.written(len(scene.steps) - 1)
    assert {cell[1:]: value for cell, value in last.items()} == dict(np.ndenumerate(scene.grid("dx").values))


def test_the_shares_of_the_default_are_whole():
    dx = scenes.average_pool_backward(kernel_size=3, input_size=5).grid("dx").values
    assert (dx == np.rint(dx)).all()


def test_pixels_without_a_window_get_nothing_and_are_marked():
    grid = scenes.average_pool_backward(input_size=5, stride=2).grid("dx")
    assert grid.kind(4, 4) == "unused" and grid.values[4, 4] == 0


def test_an_average_tells_what_a_cell_collects():
    scene = scenes.average_pool_backward()
    assert scene.formula_text(4) == "16 / 4 = 4 to each;   dx(1, 1) += 4:   6 + 4 = 10"
    assert "".join(text for text, _ in scene.caption).endswith("180 → 180")
    assert scene.question.answer == scene.grid("dx").values[2, 2] == 27
