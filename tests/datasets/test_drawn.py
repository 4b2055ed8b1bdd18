"""A drawing brought to the form of the digits: cut out, enlarged, counted."""

import numpy as np
import pytest

from convviz import datasets


def ring(size, centre, radius):
    rows, columns = np.mgrid[:size, :size]
    far = np.hypot(rows - centre[0], columns - centre[1])
    return 255 * (np.abs(far - radius) < radius / 4)


def test_where_a_drawing_stands_and_how_strong_its_ink_is_do_not_matter():
    one = datasets.as_digit(ring(40, (12, 12), 8))
    two = datasets.as_digit(ring(40, (25, 20), 8) / 3)
    np.testing.assert_array_equal(one, two)
    assert one.shape == (32, 32) and one.dtype == np.float32
    assert 0 <= one.min() and one.max() <= 1


def test_a_small_drawing_comes_out_about_as_a_large_one():
    small = datasets.as_digit(ring(64, (20, 20), 12), 8)
    large = datasets.as_digit(ring(64, (31, 31), 25), 8)
    assert np.abs(small - large).mean() < 0.12
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.9


def test_it_fills_the_height_as_the_digits_do_and_stands_in_the_middle():
    bar = np.zeros((30, 30))
    bar[5:15, 20:22] = 1
    found = datasets.as_digit(bar, 8)
    assert found[0].max() > 0.5 and found[-1].max() > 0.5
    np.testing.assert_allclose(found, found[:, ::-1], atol=1 / 16)


def test_it_counts_in_sixteenths_and_is_enlarged_as_the_digits_are():
    found = datasets.as_digit(ring(32, (15, 15), 10), 8)
    np.testing.assert_array_equal(found * 16, np.rint(found * 16))


def test_a_real_digit_stays_about_what_it_is():
    images, _ = datasets.digits(size=32)
    again = np.stack([datasets.as_digit(image) for image in images[:20]])
    assert np.abs(again - images[:20]).mean() < 0.12


def test_an_empty_drawing_is_paper():
    assert not datasets.as_digit(np.zeros((20, 20))).any()


@pytest.mark.parametrize(
    ("drawing", "size", "words"),
    [
        (np.zeros(4), 32, "must have rows and columns"),
        (-np.ones((4, 4)), 32, "from 0, the paper"),
        (np.full((4, 4), np.nan), 32, "from 0, the paper"),
        (np.ones((4, 4)), 7, "size must be a whole number, 8 or more, got 7"),
    ],
)
def test_what_is_no_drawing_is_refused_in_words(drawing, size, words):
    with pytest.raises(ValueError, match=words):
        datasets.as_digit(drawing, size)
