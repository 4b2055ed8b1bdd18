"""Real data that needs no network."""

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits, load_sample_image

from convviz import datasets
from convviz.datasets import _bundled


def test_the_digits_are_those_of_scikit_learn():
    images, labels = datasets.digits()
    expected = load_digits()
    assert images.dtype == np.float32
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(images, expected.images / 16)
    np.testing.assert_array_equal(labels, expected.target)
    assert (images.min(), images.max()) == (0, 1)


@pytest.mark.parametrize("name", datasets.PHOTOGRAPHS)
def test_a_photograph_in_colour_has_its_channels_first(name):
    photograph = datasets.photograph(name, gray=False)
    assert photograph.dtype == np.float32
    assert photograph.flags.c_contiguous
    expected = load_sample_image(f"{name}.jpg") / np.float32(255)
    np.testing.assert_array_equal(photograph, np.moveaxis(expected, 2, 0))


def test_gray_is_the_brightness_of_the_colours():
    red, green, blue = datasets.photograph("flower", gray=False)
    gray = datasets.photograph("flower")
    assert gray.dtype == np.float32
    expected = 0.299 * red + 0.587 * green + 0.114 * blue
    np.testing.assert_allclose(gray, expected, atol=1 / 255)


@pytest.mark.parametrize("size", [(60, 80), (64, 64), (17, 90), np.array([5, 5])])
def test_a_size_is_rows_and_columns(size):
    photograph = datasets.photograph(size=size)
    assert photograph.shape == tuple(size)
    assert 0 <= photograph.min() < photograph.max() <= 1
    assert datasets.photograph(size=size, gray=False).shape == (3, *size)


def test_the_middle_is_kept_and_nothing_is_squeezed():
    whole = datasets.photograph("china")
    height, width = whole.shape
    left = (width - height) / 2
    square = Image.fromarray(whole).crop((left, 0, left + height, height))
    squeezed = Image.fromarray(whole)
    found = datasets.photograph("china", size=(61, 61))
    # Pillow cuts between pixels, so that single pixels differ
    assert distance(found, square) < 0.005
    assert distance(found, squeezed) > 0.05


def distance(found, picture):
    scaled = picture.resize(found.shape[::-1], Image.Resampling.LANCZOS)
    return np.abs(found - np.asarray(scaled)).mean()


def test_each_call_gives_an_array_of_its_own():
    datasets.photograph(size=(8, 8))[:] = 5
    assert datasets.photograph(size=(8, 8)).max() <= 1
    datasets.digits()[0][:] = 5
    assert datasets.digits()[0].max() == 1


def test_an_unknown_photograph_is_answered_with_the_known_ones():
    words = "there is no photograph 'cat': use one of \"china\", \"flower\""
    with pytest.raises(ValueError, match=f"^{words}$"):
        datasets.photograph("cat")


@pytest.mark.parametrize("size", [5, (5,), (1, 2, 3), "large"])
def test_a_size_is_a_pair(size):
    with pytest.raises(ValueError, match=r"^size must be a pair \(rows, columns\), got .*: write"):
        datasets.photograph(size=size)


def test_a_size_is_made_of_positive_integers():
    words = r"^size must be at least 1 each way, got \(0, 5\): write \(60, 80\)$"
    with pytest.raises(ValueError, match=words):
        datasets.photograph(size=(0, 5))
    with pytest.raises(TypeError, match=r"^size must hold integers, got \(5.0, 5\): write"):
        datasets.photograph(size=(5.0, 5))


@pytest.mark.parametrize("load", [datasets.digits, datasets.photograph])
def test_a_missing_scikit_learn_is_named(load, monkeypatch):
    monkeypatch.setattr(_bundled, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match=r'run pip install "scikit-learn>=1.5"$'):
        load()


def test_digits_are_enlarged_by_lines_between_their_pixels():
    small, _ = datasets.digits()
    large, labels = datasets.digits(size=32)
    assert large.shape == (1797, 32, 32) and large.dtype == np.float32 and len(labels) == 1797
    picture = Image.fromarray(small[0]).resize((32, 32), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(large[0], np.asarray(picture), atol=1e-6)
    # sixteenths of the pixels times eighths twice: nothing is rounded, on any machine
    np.testing.assert_array_equal(large * 1024, np.round(large * 1024))


@pytest.mark.parametrize("size", [7, 8.0, True, "32"])
def test_a_size_that_is_none_is_refused(size):
    with pytest.raises(ValueError, match="size must be a whole number, 8 or more, got"):
        datasets.digits(size=size)


def test_a_split_holds_out_a_share_and_loses_nothing():
    train, test = datasets.split(np.arange(50), np.arange(50) * 2, held_out=0.3, seed=4)
    assert len(test[0]) == 15
    np.testing.assert_array_equal(np.sort(np.concatenate([train[0], test[0]])), np.arange(50))
    for x, targets in (train, test):
        np.testing.assert_array_equal(targets, 2 * x)
    again = datasets.split(np.arange(50), np.arange(50) * 2, held_out=0.3, seed=4)
    np.testing.assert_array_equal(again[1][0], test[0])
    other = datasets.split(np.arange(50), np.arange(50) * 2, held_out=0.3, seed=5)
    assert (other[1][0] != test[0]).any()


@pytest.mark.parametrize("held_out", [0, 1.0, 50, 60, 0.001])
def test_a_split_leaves_samples_on_both_sides(held_out):
    with pytest.raises(ValueError, match="held_out must leave samples on both sides"):
        datasets.split(np.arange(50), np.arange(50), held_out=held_out)
