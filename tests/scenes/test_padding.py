"""Scenes of what stands in the padding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import figures, scenes

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
        ("reflect", 4, r'padding of 4 is too much for padding_mode="reflect": .* allows at most 3'),
        ("circular", 5, r'padding of 5 is too much for padding_mode="circular": .* at most 4'),
        ("mirror", 1, r"mode='mirror' is not known: use one of zeros"),
    ],
)
def test_padding_that_the_mode_cannot_fill_is_refused(mode, padding, words):
    with pytest.raises(ValueError, match=words):
        scenes.padding_modes(IMAGE, padding, mode)


@pytest.mark.parametrize("padding", ["same", (1, 2), 1.5, None, True])
def test_padding_that_is_no_whole_number_is_refused(padding):
    with pytest.raises(TypeError, match="padding must be an integer, got .*: use 0 for none"):
        scenes.padding_modes(IMAGE, padding)


def test_a_convolution_refuses_padding_that_its_mode_cannot_fill():
    with pytest.raises(ValueError, match='padding of 5 is too much for padding_mode="reflect"'):
        scenes.convolution2d(np.ones((3, 3)), [[1]], padding=5, padding_mode="reflect")


@pytest.mark.parametrize("value", ["a", [1, 2], None, 1j])
def test_a_constant_that_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match="value=.* is not one real number: pass one, such as 0.5"):
        scenes.padding_modes(IMAGE, 1, "constant", value=value)


def test_a_fraction_around_whole_numbers_stays_a_fraction():
    scene = scenes.padding_modes([[1, 2]], 1, "constant", value=0.5)
    assert scene.grid("padded").values.tolist() == [[0.5] * 4, [0.5, 1, 2, 0.5], [0.5] * 4]


@pytest.mark.parametrize("fill", [np.nan, np.inf, 1e300, 5e-324, -1.7e308])
def test_an_image_of_extreme_numbers_is_shown_and_drawn(fill):
    image = np.array([[fill, fill], [fill, -fill]])
    scene = scenes.padding_modes(image, 1, "replicate")
    assert figures.svg(scene).startswith("<svg")
    assert figures.png(scene)[1:4] == b"PNG"
