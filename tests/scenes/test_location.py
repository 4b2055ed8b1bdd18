"""Boxes, poses and shifts: what a network says of where something is, or in spite of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import datasets, scenes
from convviz.widgets._payload import payload

EDGES = st.lists(st.integers(0, 10), min_size=4, max_size=4).map(
    lambda e: [min(e[0], e[2]), min(e[1], e[3]), max(e[0], e[2]), max(e[1], e[3])]
)


def pixels(edges):
    top, left, bottom, right = edges
    return {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}


@given(EDGES, EDGES)
def test_the_overlap_is_counted_pixel_by_pixel(box, guess):
    scene = scenes.bounding_box(np.zeros((11, 11)), np.divide(box, 10), np.divide(guess, 10))
    both, some = (len(it) for it in (pixels(box) & pixels(guess), pixels(box) | pixels(guess)))
    assert scene.question.answer == both / some
    assert scene.formula_text(3).split(" = ")[-2] == f"{both}/{some}"
    overlap = scene.grid("overlap").values
    assert [(overlap == 2).sum(), (overlap > 0).sum()] == [both, some]


def test_a_guess_beyond_the_picture_is_cut_off_and_one_inside_out_is_a_pixel_wide():
    scene = scenes.bounding_box(np.zeros((11, 11)), [0, 0, 1, 1], [-3, 0.6, 7, 0.4])
    assert repr(scene) == "BoundingBoxes: 11×11, box 11×11, guess 11×1 → IoU 11/121 = 0.09, 4 steps"
    assert scene.steps[-1].windows == (("picture", 0, 0, 10, 10), ("guess", 0, 6, 10, 6))


def test_what_it_is_and_what_it_was_taken_for_are_said():
    scene = scenes.bounding_box(np.eye(9), [0, 0, 0.5, 0.5], [0, 0, 1, 1], label="disc", answer="cross")
    assert scene.grid("picture").note == "disc" and scene.grid("guess").note == "cross"
    assert scene.steps[0].sentence == "The box around the disc: rows 0 to 4, columns 0 to 4."
    assert scene.steps[1].sentence.startswith("The guess, the box around the cross: rows 0 to 8")


def test_joints_are_as_far_apart_as_they_are():
    found = datasets.stick_figures(2)
    scene = scenes.pose(found.images[0], *found.joints)
    far = 31 * np.linalg.norm(found.joints[0] - found.joints[1], axis=1)
    np.testing.assert_allclose(scene.grid("pixels apart").values[0], far, rtol=1e-6)
    assert repr(scene) == f"Pose: 32×32, 11 joints → {far.mean():.2f} pixels apart on average, 11 steps"
    # a finger is not exact to the pixel: two pixels beside the joint are near enough
    row, column = np.rint(31 * found.joints[0][int(far.argmax())]).astype(int).tolist()
    near = {("picture", r, c) for r in range(row - 2, row + 3) for c in range(column - 2, column + 3)}
    assert f"at row {row}, column {column}: " in scene.question.reason
    assert payload(scene, ask=True)["question"]["shown"] == "a place in the picture"
    assert set(scene.question.answer) == {cell for cell in near if 0 <= min(cell[1:]) and max(cell[1:]) < 32}


def test_the_guess_is_drawn_bone_by_bone():
    found = datasets.stick_figures(2)
    scene = scenes.pose(found.images[0], *found.joints)
    places = [("guess", *at) for at in np.rint(31 * found.joints[1]).astype(int).tolist()]
    for step in scene.steps:
        assert step.links == tuple((places[a], places[b]) for a, b in datasets.BONES)


@given(st.integers(0, 10**6), st.integers(-3, 3))
def test_a_shifted_picture_has_the_answer_of_its_column(seed, shift):
    draws = np.random.default_rng(seed)
    image, shares = draws.random((4, 6)), draws.dirichlet(np.ones(3), 7)
    scene = scenes.shift_response(image, shares, 1, shift=shift)
    np.testing.assert_array_equal(scene.grid("picture").values, np.roll(image, shift, axis=1))
    answer = int(shares[shift + 3].argmax())
    assert scene.steps[0].result == ("answer", 0, shift + 3)
    assert scene.grid("answer").values[0, shift + 3] == answer
    assert (": right" in scene.steps[0].sentence) == (answer == 1)
    assert scene.question.answer == (shares.argmax(axis=1) == 1).sum()
    zeros = {cell[2] for cell, kind in scene.steps[0].marks if kind == "zero"}
    assert zeros == set(np.flatnonzero(shares.argmax(axis=1) != 1).tolist())


IMAGE, BOX, SHARES = np.zeros((4, 4)), [0, 0, 1, 1], np.ones((3, 2))


@pytest.mark.parametrize(
    ("build", "arguments", "words"),
    [
        ("bounding_box", (np.zeros((200, 4)), BOX, BOX), "at most 128 pixels each way are shown"),
        ("bounding_box", (IMAGE, [0, 0, 1], BOX), "box=.* is no box: give first row, first column"),
        ("bounding_box", (IMAGE, BOX, [0, 0, 1, np.nan]), "guess=.* is no box"),
        ("pose", (IMAGE, np.zeros((10, 2)), np.zeros((11, 2))), r"joints has shape \(10, 2\): give a row"),
        ("shift_response", (np.zeros((200, 4)), SHARES, 0), "at most 128 pixels each way are shown"),
        ("shift_response", (IMAGE, np.ones((4, 2)), 0), "give a row for each shift from −reach to reach"),
        ("shift_response", (IMAGE, SHARES, 2), "label=2 is none of the 2 classes"),
    ],
)
def test_what_is_no_place_is_refused(build, arguments, words):
    with pytest.raises(ValueError, match=words):
        getattr(scenes, build)(*arguments)


def test_a_shift_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="shift=2 is too far: use −1 to 1, the shifts that shares has"):
        scenes.shift_response(IMAGE, SHARES, 0, shift=2)
