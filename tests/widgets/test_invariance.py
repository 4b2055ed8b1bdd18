"""Views of what moves, and of where something is."""

import numpy as np
import pytest

from convviz import datasets, nn, widgets


def test_a_number_typed_into_the_filter_reaches_both_ways():
    view = widgets.Equivariance()
    view.edit("filter", 1, 1, 7)
    assert view.scene().grid("filter").values[1, 1] == 7
    assert not view.scene().grid("difference").values.any()
    assert view.scene(move="mirror").grid("difference").values.any()


def test_the_shared_weights_are_edited_in_the_first_copy():
    view = widgets.TransformedFilters()
    view.edit("copy 1", 0, 1, 5)
    assert view.scene().grid("copy 2").values[1, 2] == 5
    assert view.scene(copies="mirrored").grid("copy 2").values[0, 1] == 5
    enlarged = view.scene(copies="enlarged")
    assert enlarged.grid("copy 2").values[0, 2] == 5
    view.setting = {"copies": "enlarged"}
    view.edit("input", 1, 1, 9)  # the ring of padding comes first
    assert view.scene(copies="turned").grid("input").values[0, 0] == 9
    view.edit("dy", 0, 0, 100)
    assert view.scene(copies="turned").grid("dy").values[0, 0] == 100


def test_a_network_is_asked_about_every_shift():
    image = np.zeros((1, 20, 20), np.float32)
    image[0, 5:15, 8:12] = 1
    nn.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(400, 3))
    view = widgets.ShiftResponse(net, image, 1)
    for shift in (-8, 0, 5):
        scores = nn.predict(net, np.roll(image, shift, axis=2)[None])[0]
        scene = view.scene(shift=shift)
        assert scene.grid("answer").values[0, shift + 8] == scores.argmax()
        np.testing.assert_array_equal(scene.grid("picture").values, np.roll(image[0], shift, axis=1))


def test_a_network_without_scores_is_refused():
    with pytest.raises(ValueError, match="net must answer with a score for each class, got outputs"):
        widgets.ShiftResponse(nn.Conv2d(1, 2, 3), np.zeros((32, 32)))


def test_boxes_may_be_guessed_by_their_corners():
    found = datasets.shapes(3)
    view = widgets.BoundingBoxes(found, found.corners, found.labels, picture=1)
    for picture in range(3):
        assert "= 1, 4 steps" in repr(view.scene(picture=picture))
        name = datasets.SHAPES[found.labels[picture]]
        assert view.scene(picture=picture).grid("guess").note == name


def test_joints_may_be_guessed_in_one_row():
    found = datasets.stick_figures(2)
    view = widgets.Pose(found, found.joints.reshape(2, 22))
    assert "→ 0 pixels apart" in repr(view.scene(picture=1))


@pytest.mark.parametrize("build", [
    lambda: widgets.BoundingBoxes(datasets.shapes(2), np.zeros((3, 4))),
    lambda: widgets.BoundingBoxes(datasets.shapes(2), answers=[0]),
    lambda: widgets.Pose(datasets.stick_figures(2), np.zeros((2, 11))),
])
def test_a_guess_that_does_not_go_with_the_pictures_is_refused(build):
    with pytest.raises(ValueError, match="one entry for each of 2 pictures"):
        build()
