"""Down and up again, a class for every pixel, a picture made of a picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import ops, scenes


@given(st.integers(0, 10**6), st.sampled_from([2, 3]), st.sampled_from(scenes.UNPOOLINGS))
def test_a_window_comes_back_as_its_largest_number_in_its_places(seed, side, how):
    image = np.random.default_rng(seed).integers(0, 9, (2 * side, 3 * side))
    scene = scenes.unpooling(image, kernel_size=side, how=how)
    larger = scene.grid("made larger").values
    for r, c in np.ndindex(2, 3):
        part = (slice(r * side, (r + 1) * side), slice(c * side, (c + 1) * side))
        window, back = image[part], larger[part]
        first = np.zeros((side, side), int)
        first[0, 0] = window.max()
        was = np.zeros(side * side, int)
        was[window.argmax()] = window.max()
        expected = {"everywhere": np.full((side, side), window.max()), "first place": first,
                    "where it was": was.reshape(side, side)}  # fmt: skip
        np.testing.assert_array_equal(back, expected[how])


@pytest.mark.parametrize("how", scenes.UNPOOLINGS)
def test_its_steps_write_the_larger_map_and_its_code_computes_it(how, final, code_of):
    scene = scenes.unpooling(scenes.ROUTED_IMAGE, how=how)
    larger = scene.grid("made larger").values
    np.testing.assert_array_equal(final(scene, "made larger"), larger)
    assert scene.question.answer == (larger == 0).sum()
    for values in code_of(scene).values():
        np.testing.assert_array_equal(values, larger)


def test_the_places_are_those_of_the_engine(final):
    scene = scenes.unpooling(scenes.ROUTED_IMAGE)
    x = scenes.ROUTED_IMAGE[None, None].astype(float)
    y, places = ops.max_pool2d(x, 2, return_indices=True)
    np.testing.assert_array_equal(final(scene, "pooled"), y[0, 0])
    np.testing.assert_array_equal(final(scene, "places"), places[0, 0])


NAMES = ("ground", "disc", "cross")


@given(st.integers(0, 10**6))
def test_each_class_is_judged_by_its_pixels(seed):
    mask, guess = np.random.default_rng(seed).integers(0, 3, (2, 4, 5))
    scene = scenes.segmentation(np.zeros((4, 5)), mask, guess, NAMES)
    wrong = int((mask != guess).sum())
    assert scene.summary.endswith(f"→ {wrong} of 20 pixels wrong, {len(scene.steps)} steps")
    np.testing.assert_array_equal(scene.grid("wrong pixels").values, mask != guess)
    for step in scene.steps:
        name = step.sentence.split(":")[0]
        there, said = (values == NAMES.index(name) for values in (mask, guess))
        share = f"{(there & said).sum()}/{(there | said).sum()}"
        assert f"IoU of {name} = {share} = " in step.formula[0]
        for grid, top, left, bottom, right in step.windows:
            rows, columns = np.nonzero({"mask": there, "guess": said}[grid])
            assert (top, bottom) == (rows.min(), rows.max())
            assert (left, right) == (columns.min(), columns.max())


def test_how_far_a_picture_is_from_the_wanted_one_is_a_mean_of_squares():
    scene = scenes.reconstruction(np.eye(2), np.full((2, 2), 0.5), np.zeros((2, 2)))
    assert [step.formula[0].split(" = ")[1] for step in scene.steps] == ["0.500", "0.250"]
    assert scene.question.answer == 2
    np.testing.assert_array_equal(scene.grid("off").values, np.full((2, 2), 0.5))


def test_a_picture_that_is_all_right_asks_nothing():
    assert scenes.reconstruction(np.eye(2), np.zeros((2, 2)), np.zeros((2, 2))).question is None


ZERO = np.zeros((2, 2), int)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: scenes.unpooling(np.ones((3, 4))), "use multiples of kernel_size=2, at most 12"),
        (lambda: scenes.unpooling(ZERO, how="up"), "how='up' is not known: use one of where it was"),
        (lambda: scenes.segmentation(ZERO, ZERO[:1], ZERO, NAMES), "mask must have a whole number"),
        (lambda: scenes.segmentation(ZERO, ZERO, ZERO / 2, NAMES), "scores become classes by argmax"),
        (lambda: scenes.segmentation(ZERO, ZERO, ZERO + 3, NAMES), "classes beyond the 3 names"),
        (lambda: scenes.segmentation(np.ones((200, 2)), ZERO, ZERO, NAMES), "at most 128 pixels"),
        (lambda: scenes.reconstruction(ZERO, ZERO[:1], ZERO), "they must be of one size"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
