"""What boxes and masks have in common, against pixels counted one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import datasets, nn


@given(st.integers(0, 10**6))
def test_the_overlap_of_boxes_is_that_of_their_unit_squares(seed):
    edges = np.sort(np.random.default_rng(seed).integers(0, 9, (2, 2, 2)), axis=1)
    painted = np.zeros((2, 9, 9), bool)
    for mask, ((top, left), (bottom, right)) in zip(painted, edges, strict=True):
        mask[top:bottom, left:right] = True
    both, some = painted.all(axis=0).sum(), painted.any(axis=0).sum()
    (found,) = nn.box_iou(*edges.reshape(2, 1, 4))
    assert found == pytest.approx(both / some if some else 0)


def test_corners_of_a_box_mean_that_box():
    found = datasets.shapes(20)
    np.testing.assert_allclose(nn.corners_to_boxes(found.corners), found.boxes, rtol=1e-6)
    assert (nn.box_iou(found.boxes, nn.corners_to_boxes(found.corners)) > 0.999).all()


@given(st.integers(0, 10**6))
def test_a_class_is_judged_by_the_pixels_of_either_mask(seed):
    found, truth = np.random.default_rng(seed).integers(0, 4, (2, 3, 5, 5))
    for one, iou in enumerate(nn.class_iou(found, truth, 5)):
        pixels = [set(zip(*np.nonzero(mask == one), strict=True)) for mask in (found, truth)]
        some = len(pixels[0] | pixels[1])
        assert np.isnan(iou) if not some else iou == len(pixels[0] & pixels[1]) / some


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.box_iou(np.ones((2, 4)), np.ones((3, 4))), "must both have shape"),
        (lambda: nn.box_iou(np.ones((2, 8)), np.ones((2, 8))), "corners become boxes by nn.corners_to_boxes"),
        (lambda: nn.corners_to_boxes(np.ones((2, 4))), "row and column of four corners"),
        (lambda: nn.class_iou(np.ones((2, 4, 3)), np.ones((2, 3)), 4), "scores become classes by argmax"),
    ],
)
def test_what_has_no_overlap_to_speak_of_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
