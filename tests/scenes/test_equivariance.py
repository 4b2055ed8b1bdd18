"""Movements and filters, in both orders; copies of one filter and the largest of their answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from convviz import ops, scenes
from convviz.scenes.equivariance import moved
from convviz.scenes.transformed_filters import transformed_places

BOTH = ("moved map", "map of the moved")


@given(st.integers(0, 10**6), st.integers(-2, 2))
def test_a_convolution_is_equivariant_to_shifts(seed, shift):
    draws = np.random.default_rng(seed)
    image = np.pad(draws.integers(-5, 6, (3, 3)), 3)
    scene = scenes.equivariance(image, draws.integers(-5, 6, (3, 3)), shift=shift)
    assert not scene.grid("difference").values.any()
    assert scene.grid("moved input").values.sum() == image.sum()


@pytest.mark.parametrize("move", scenes.MOVES[1:])
def test_and_not_to_turns_mirrors_and_sizes_unless_the_filter_is_as_symmetric(move):
    upright, dot = scenes.EDGE_FILTER, [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    differs = [
        scenes.equivariance(scenes.MOVED_IMAGE, kernel, shift=0, move=move).grid("difference").values.any()
        for kernel in (upright, dot)
    ]
    assert differs == [True, move == "twice as large"]


@pytest.mark.parametrize("shift", range(-2, 3))
def test_with_a_stride_only_its_multiples_are_safe(shift):
    scene = scenes.equivariance(scenes.MOVED_IMAGE, scenes.EDGE_FILTER, shift=shift, stride=2)
    assert scene.grid("difference").values.any() == bool(shift % 2)


@pytest.mark.parametrize("move", scenes.MOVES)
def test_both_maps_are_what_scipy_makes_of_both_orders(move):
    image, kernel = scenes.MOVED_IMAGE, np.array([[1, 2, 0], [0, -1, 3], [2, 0, 1]])
    scene = scenes.equivariance(image, kernel, shift=1, move=move, stride=2)
    one = moved(correlate2d(image, kernel, "same")[::2, ::2], move, 0)
    two = correlate2d(moved(image, move, 1), kernel, "same")[::2, ::2]
    np.testing.assert_array_equal(scene.grid(BOTH[0]).values, one)
    np.testing.assert_array_equal(scene.grid(BOTH[1]).values, two)
    same = int((one == two).sum())
    assert scene.question.answer == same
    assert scene.steps[-1].sentence == f"The same in {same} of 16 places."


def test_every_step_writes_one_whole_array():
    scene = scenes.equivariance(scenes.MOVED_IMAGE, scenes.EDGE_FILTER)
    names = [{cell[0] for cell, _ in step.writes} for step in scene.steps]
    assert names == [{"map"}, {"moved map"}, {"moved input"}, {"map of the moved"}, {"difference"}]
    assert [len(step.writes) for step in scene.steps] == [49] * 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": np.ones((3, 4))}, "use a square of at most 12×12, so that it can be turned"),
        ({"kernel": np.ones((2, 2))}, "use odd sides, at most 7, so that it has a middle"),
        ({"shift": 4}, "shift=4 is too far: use -3 to 3"),
        ({"stride": 4}, "stride=4 is too large: use 1 to 3"),
        ({"move": "bend"}, "move='bend' is not known: use one of nothing else, quarter turn"),
    ],
)
def test_what_cannot_be_moved_is_refused(arguments, words):
    given = {"image": scenes.MOVED_IMAGE, "kernel": scenes.EDGE_FILTER} | arguments
    with pytest.raises(ValueError, match=words):
        scenes.equivariance(given.pop("image"), given.pop("kernel"), **given)


def bank_of(kernel, copies):
    """The copies by NumPy's own turns; the enlarged one with zeros between its weights."""
    if copies == "turned":
        return [np.rot90(kernel, -turns) for turns in range(4)]
    if copies == "mirrored":
        return [kernel, np.fliplr(kernel)]
    return [np.pad(kernel, 1), np.kron(kernel, [[1, 0], [0, 0]])[:-1, :-1]]


@given(st.integers(0, 10**6), st.sampled_from(scenes.COPIES))
def test_the_largest_of_all_copies_is_kept(seed, copies):
    draws = np.random.default_rng(seed)
    image, kernel = draws.integers(-5, 6, (5, 6)), draws.integers(-5, 6, (3, 3))
    scene = scenes.transformed_filters(image, kernel, copies=copies)
    padded = np.pad(image, 1) if copies == "enlarged" else image
    maps = [correlate2d(padded, copy, "valid") for copy in bank_of(kernel, copies)]
    np.testing.assert_array_equal(scene.grid("largest").values, np.max(maps, axis=0))


@pytest.mark.parametrize("copies", scenes.COPIES)
def test_the_derivative_of_the_shared_weights_is_the_numerical_one(copies):
    draws = np.random.default_rng(0)
    image, kernel, dy = (draws.normal(size=shape) for shape in ((5, 5), (3, 3), (3, 3)))

    def loss(weights):
        scene = scenes.transformed_filters(image, weights, copies=copies)
        return (dy * scene.grid("largest").values).sum()

    found = scenes.transformed_filters(image, kernel, dy, copies=copies).grid("dw").values
    for place in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[place] = 1e-6
        slope = (loss(kernel + step) - loss(kernel - step)) / 2e-6
        assert found[place] == pytest.approx(slope, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("copies", scenes.COPIES)
def test_its_steps_write_what_the_engine_makes(copies, final):
    scene = scenes.transformed_filters(scenes.TURNED_IMAGE, scenes.TURNED_FILTER, copies=copies)
    bank = np.stack(bank_of(scenes.TURNED_FILTER, copies))[:, None].astype(float)
    padding = int(copies == "enlarged")
    x = scenes.TURNED_IMAGE[None, None].astype(float)
    y = ops.conv2d(x, bank, padding=padding)
    winners, dy = y[0].argmax(axis=0), scene.grid("dy").values
    routed = (np.arange(len(bank))[:, None, None] == winners) * dy
    _, dbank, _ = ops.conv2d_backward(routed[None].astype(float), x, bank, padding=padding)
    np.testing.assert_array_equal(final(scene, "largest"), y[0].max(axis=0))
    places, dw = transformed_places(copies, 3), np.zeros(9)
    for place, one in zip(places.ravel(), dbank.ravel(), strict=True):
        dw[place] += one if place >= 0 else 0
    np.testing.assert_array_equal(final(scene, "dw"), dw.reshape(3, 3))


@pytest.mark.parametrize("copies", scenes.COPIES)
def test_its_code_computes_the_largest_answers(copies, code_of):
    scene = scenes.transformed_filters(scenes.TURNED_IMAGE, scenes.TURNED_FILTER, copies=copies)
    for values in code_of(scene).values():
        np.testing.assert_array_equal(values, scene.grid("largest").values)


def test_turning_the_image_turns_the_largest_answers():
    image, kernel = scenes.TURNED_IMAGE, scenes.TURNED_FILTER
    one, two = (scenes.transformed_filters(x, kernel).grid("largest").values for x in (image, np.rot90(image)))
    np.testing.assert_array_equal(np.rot90(one), two)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": np.ones((9, 9))}, "at most 8×8 is shown; crop it"),
        ({"kernel": np.ones((2, 2))}, "use 3×3, or another odd square up to 5×5"),
        ({"kernel": np.ones((5, 5)), "image": np.ones((4, 4))}, "kernel of 5 does not fit an image of 4×4"),
        ({"copies": "bent"}, "copies='bent' is not known: use one of turned, mirrored, enlarged"),
        ({"dy": np.ones((2, 2))}, "dy has shape 2×2, the output 3×3"),
    ],
)
def test_what_makes_no_bank_is_refused(arguments, words):
    given = {"image": scenes.TURNED_IMAGE, "kernel": scenes.TURNED_FILTER} | arguments
    with pytest.raises(ValueError, match=words):
        scenes.transformed_filters(given.pop("image"), given.pop("kernel"), **given)
