"""Scenes of what stands in the padding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import scenes

NUMPY = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
IMAGE = np.arange(20).reshape(4, 5) * 3 + 1


@given(st.sampled_from(sorted(NUMPY)), st.integers(0, 3))
def test_every_padding_cell_holds_what_numpy_puts_there(mode, padding):
    scene = scenes.padding_modes(IMAGE, padding, mode)
    padded = scene.grid("padded")
    assert (padded.values == np.pad(IMAGE, padding, mode=NUMPY[mode])).all()
    assert len(scene.steps) == padded.values.size - IMAGE.size


@given(st.sampled_from(["reflect", "replicate", "circular"]), st.integers(1, 3))
def test_every_step_points_at_the_pixel_it_copies(mode, padding):
    scene = scenes.padding_modes(IMAGE, padding, mode)
    rows, columns = IMAGE.shape
    for step in scene.steps:
        (source,) = step.lit()
        assert scene.text(source) == scene.text(step.result)
        assert padding <= source[1] < padding + rows and padding <= source[2] < padding + columns


def test_a_step_says_which_pixel_is_copied():
    scene = scenes.padding_modes(IMAGE, 1, "reflect")
    assert scene.steps[0].sentence == "The padding cell (−1, −1) takes the number of the pixel (1, 1)."
    assert scene.formula_text(0) == "(−1, −1) ← (1, 1) = 19"


def test_a_constant_is_written_whatever_the_image():
    scene = scenes.padding_modes(IMAGE, 1, "constant", value=7)
    assert scene.formula_text(0) == "(−1, −1) ← 7"


@pytest.mark.parametrize(
    ("mode", "padding", "words"),
    [
        ("reflect", 4, r"padding=4 is too large for mode 'reflect' on an image of 4×5: use at most 3"),
        ("circular", 5, r"padding=5 is too large for mode 'circular' .* use at most 4"),
        ("mirror", 1, r"mode='mirror' is not known: use one of zeros"),
    ],
)
def test_padding_that_the_mode_cannot_fill_is_refused(mode, padding, words):
    with pytest.raises(ValueError, match=words):
        scenes.padding_modes(IMAGE, padding, mode)
