"""Pictures changed by chance: where pixels go, how far draws reach, the ten patches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import datasets
from convviz.datasets import Change

IMAGES = np.random.default_rng(0).random((2, 3, 7, 7))


@pytest.mark.parametrize(
    ("change", "numpy"),
    [
        (Change(), lambda x: x),
        (Change(angle=90), lambda x: np.rot90(x, axes=(-2, -1))),
        (Change(angle=180), lambda x: x[..., ::-1, ::-1]),
        (Change(angle=270), lambda x: np.rot90(x, 3, axes=(-2, -1))),
        (Change(flip=True), lambda x: x[..., ::-1]),
        (Change(angle=90, flip=True), lambda x: np.rot90(x[..., ::-1], axes=(-2, -1))),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_quarter_turns_and_mirrors_are_those_of_numpy(change, numpy):
    np.testing.assert_allclose(change.apply(IMAGES), numpy(IMAGES), atol=1e-12)


def test_a_shift_moves_down_and_right_and_zeros_come_in():
    moved = Change(rows=2, columns=-1).apply(IMAGES)
    np.testing.assert_array_equal(moved[..., 2:, :-1], IMAGES[..., :-2, 1:])
    assert not moved[..., :2, :].any() and not moved[..., -1].any()
    half = Change(columns=0.5).apply(np.array([[2.0, 4, 8]]))
    assert half.tolist() == [[1, 3, 6]]


def test_a_scale_of_two_draws_a_line_twice_as_long_and_a_shear_leans_it_to_the_left():
    line = np.zeros((9, 9))
    line[3:6, 4] = 1
    assert Change(scale=2).apply(line)[:, 4].sum() == pytest.approx(6)
    leaning = Change(shear=45).apply(line)
    assert [int(row.argmax()) for row in leaning[3:6]] == [3, 4, 5]


@given(st.integers(0, 10**6))
def test_only_the_scale_changes_an_area(seed):
    change = datasets.Augment().draw(np.random.default_rng(seed))
    assert abs(np.linalg.det(change.matrix())) == pytest.approx(change.scale**2)
    assert (np.linalg.det(change.matrix()) < 0) == change.flip


def test_draws_stay_within_their_limits_and_reach_them():
    draws = [datasets.Augment().draw(np.random.default_rng(seed)) for seed in range(2000)]
    for name, low, high in (
        ("angle", 0, 360), ("rows", -10, 10), ("columns", -10, 10), ("shear", -20, 20),
        ("scale", 1 / 1.6, 1.6), ("stretch", 1 / 1.3, 1.3),
    ):
        values = np.array([getattr(draw, name) for draw in draws])
        assert low <= values.min() and values.max() <= high
        assert values.min() < low + 0.01 * (high - low) and values.max() > high - 0.01 * (high - low)
    # evenly on a logarithmic scale: as often smaller as larger
    assert abs(np.mean([draw.scale > 1 for draw in draws]) - 0.5) < 0.05
    assert abs(np.mean([draw.flip for draw in draws]) - 0.5) < 0.05


def test_each_picture_of_a_batch_changes_in_a_way_of_its_own_the_same_for_the_same_seed():
    augment, images = datasets.Augment(), IMAGES.astype(np.float32)[[0, 0]]
    first = augment(images, np.random.default_rng(3))
    assert first.dtype == np.float32 and first.shape == images.shape
    assert (first[0] != first[1]).any()
    np.testing.assert_array_equal(first, augment(images, np.random.default_rng(3)))
    still = datasets.Augment(angle=0, shift=0, scale=1, flip=False, shear=0, stretch=1)
    np.testing.assert_array_equal(still(images, np.random.default_rng(3)), images)


def test_a_turn_below_360_goes_either_way():
    turns = [datasets.Augment(angle=15).draw(np.random.default_rng(k)).angle for k in range(50)]
    assert min(turns) < -10 and max(turns) > 10 and max(map(abs, turns)) <= 15


def test_ten_patches_are_the_corners_and_the_middle_then_the_same_mirrored():
    patches = datasets.ten_crops(IMAGES, 5)
    assert patches.shape == (10, 2, 3, 5, 5)
    for k, (r, c) in enumerate([(0, 0), (0, 2), (2, 0), (2, 2), (1, 1)]):
        np.testing.assert_array_equal(patches[k], IMAGES[..., r : r + 5, c : c + 5])
        np.testing.assert_array_equal(patches[k + 5], patches[k][..., ::-1])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: datasets.Augment(angle=400), "angle must be a number from 0 to 360, got 400"),
        (lambda: datasets.Augment(scale=0.5), "scale must be a number from 1 on, got 0.5"),
        (lambda: datasets.Augment(shear="x"), "shear must be a number from 0 to 89, got 'x'"),
        (lambda: Change().apply(np.ones((3, 3), int)), "images must be float32 or float64 .*astype"),
        (lambda: Change().apply(np.ones(3)), "have rows and columns, got float64 of shape"),
        (lambda: datasets.ten_crops(IMAGES, 8), "size=8 does not fit .* whole number from 1 to 7"),
        (lambda: datasets.ten_crops(IMAGES, 2.5), "size=2.5 does not fit"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_remedy(make, words):
    with pytest.raises(ValueError, match=words):
        make()
