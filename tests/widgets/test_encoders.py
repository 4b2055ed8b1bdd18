"""Views of what goes down and up again."""

import numpy as np
import pytest

from convviz import datasets, widgets


def test_a_number_typed_comes_back_at_its_place():
    view = widgets.Unpooling()
    view.edit("input", 0, 0, 50)
    assert view.scene().grid("made larger").values[0, 0] == 50
    assert view.scene(how="everywhere").grid("made larger").values[1, 1] == 50


def test_the_true_masks_have_no_wrong_pixels():
    found = datasets.shapes(3)
    view = widgets.Segmentation(found, found.masks)
    assert all("→ 0 of 1024 pixels wrong" in repr(view.scene(picture=n)) for n in range(3))


def test_pictures_come_with_their_channel_or_without():
    arrays = np.random.default_rng(0).random((3, 4, 1, 8, 8))
    one, two = widgets.Reconstruction(*arrays), widgets.Reconstruction(*arrays[:, :, 0])
    for n in range(4):
        assert repr(one.scene(picture=n)) == repr(two.scene(picture=n))
        np.testing.assert_array_equal(one.scene(picture=n).grid("made").values, arrays[1, n, 0])


@pytest.mark.parametrize(("build", "words"), [
    (lambda: widgets.Segmentation(guess=np.zeros((2, 32, 32), int)), "one entry for each of 8 pictures"),
    (lambda: widgets.Reconstruction(np.zeros((2, 4, 4))), "all three of given, made and wanted"),
    (lambda: widgets.Reconstruction(*np.zeros((2, 2, 4, 4)), np.zeros((3, 4, 4))), "wanted must have shape"),
])
def test_pictures_that_do_not_go_together_are_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()
