"""Scenes of a kernel on a photograph."""

import numpy as np
import pytest
from scipy.ndimage import correlate

from convviz import scenes

IMAGE = np.random.default_rng(0).integers(0, 256, (12, 9))


@pytest.mark.parametrize("name", scenes.KERNELS)
def test_the_result_is_what_scipy_computes_with_repeated_edges(name):
    scene = scenes.image_kernels(IMAGE, scenes.KERNELS[name])
    expected = correlate(IMAGE.astype(float), np.array(scenes.KERNELS[name], float), mode="nearest")
    np.testing.assert_allclose(scene.grid("result").values, expected, atol=1e-9)


@pytest.mark.parametrize("shape", [(3, 3), (2, 2), (1, 4), (5, 2)])
def test_the_stencil_names_the_pixels_that_make_each_result(shape):
    kernel = np.random.default_rng(1).normal(size=shape)
    scene = scenes.image_kernels(IMAGE, kernel)
    stencil = scene.stencil
    image = scene.grid(stencil.source).values
    for r, rows in enumerate(stencil.rows):
        for c, columns in enumerate(stencil.columns):
            total = (image[np.ix_(rows, columns)] * kernel).sum()
            assert scene.grid(stencil.result).values[r, c] == pytest.approx(total)


def test_kernels_that_sum_to_zero_are_shaded_with_zero_white():
    assert scenes.image_kernels(IMAGE, scenes.KERNELS["Sobel x"]).grid("result").shade == "signed"
    assert scenes.image_kernels(IMAGE, scenes.KERNELS["box blur"]).grid("result").shade == "gray"


def test_a_picture_too_large_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"image has shape \(200, 9\): at most 128×128 .* image\[\.\.\., ::2"):
        scenes.image_kernels(np.zeros((200, 9)), [[1]])


def test_what_is_no_finite_number_is_refused_with_its_place():
    image = np.ones((3, 4))
    image[1, 2] = np.nan
    with pytest.raises(ValueError, match="image holds nan at row 1, column 2: .* finite numbers"):
        scenes.image_kernels(image, [[1]])
    with pytest.raises(ValueError, match="kernel holds inf at row 0, column 1"):
        scenes.image_kernels(np.ones((3, 4)), [[1, np.inf]])


def test_a_kernel_that_overflows_shows_infinity():
    assert "∞" in repr(scenes.image_kernels(np.full((2, 2), 1e10), [[1e300, 1e300]]))


@pytest.mark.parametrize(("image", "kernel"), [(np.ones((1, 1)), np.ones((7, 7))), (np.eye(1, 9), [[1, -1]])])
def test_the_smallest_pictures_take_every_kernel(image, kernel):
    assert scenes.image_kernels(image, kernel).grid("result").shape == image.shape
