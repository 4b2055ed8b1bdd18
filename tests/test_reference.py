"""The loops of the lectures: against NumPy and SciPy, and what the lectures work out by hand."""

import inspect

import numpy as np
import pytest
from scipy import signal

from convviz import reference

IMAGE = [[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]]
POINT = [[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]]


def whole(seed, *shape):
    return np.random.default_rng(seed).integers(-9, 10, shape)


# one axis


@pytest.mark.parametrize("kernel", [1, 2, 5])
def test_correlation_and_convolution_of_lines_are_those_of_numpy(kernel):
    x, w = whole(1, 9), whole(2, kernel)
    np.testing.assert_array_equal(reference.correlate1d(x, w), np.correlate(x, w))
    np.testing.assert_array_equal(reference.convolve1d(x, w), np.convolve(x, w, "valid"))
    full = reference.convolve1d(x, w, padding=kernel - 1)
    np.testing.assert_array_equal(full, np.convolve(x, w))


def test_the_detector_of_isolated_ones():
    x, w = [0, 0, 1, 1, 1, 0, 1, 0, 0, 0], [-1, 1, -1]
    assert reference.correlate1d(x, w).tolist() == [-1, 0, -1, 0, -2, 1, -1, 0]
    assert reference.relu(reference.correlate1d(x, w)).tolist() == [0, 0, 0, 0, 0, 1, 0, 0]
    same = reference.correlate1d(x, w, padding=1)
    assert same.tolist() == [0, -1, 0, -1, 0, -2, 1, -1, 0, 0]
    assert reference.correlate1d(x, w, bias=1).tolist() == [0, 1, 0, 1, -1, 2, 0, 1]


def test_stride_padding_and_dilation_of_lines():
    x, w = whole(1, 11), whole(2, 3)
    every = reference.correlate1d(x, w, padding=(2, 1))
    strided = reference.correlate1d(x, w, stride=3, padding=(2, 1))
    np.testing.assert_array_equal(strided, every[::3])
    wide = np.zeros(5, dtype=int)
    wide[::2] = w
    np.testing.assert_array_equal(reference.correlate1d(x, w, dilation=2), np.correlate(x, wide))


# two axes


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4)])
def test_correlation_and_convolution_of_planes_are_those_of_scipy(kernel):
    x, w = whole(1, 6, 7), whole(2, *kernel)
    found = reference.correlate2d(x, w)
    np.testing.assert_array_equal(found, signal.correlate2d(x, w, "valid"))
    found = reference.convolve2d(x, w, padding=[size - 1 for size in kernel])
    np.testing.assert_array_equal(found, signal.convolve2d(x, w))


def test_the_detector_of_points():
    expected = [[-7, -2, -4], [-5, -2, -5], [-7, -2, -5]]
    assert reference.correlate2d(IMAGE, POINT).tolist() == expected
    same = reference.correlate2d(IMAGE, POINT, padding=1)
    assert same.tolist() == [
        [0, -4, 0, -3, -1],
        [-2, -7, -2, -4, 1],
        [-2, -5, -2, -5, -2],
        [-2, -7, -2, -5, 0],
        [0, -4, 0, -4, 0],
    ]
    corners = reference.relu(reference.correlate2d(IMAGE, POINT, bias=2, padding=1))
    assert corners.tolist() == [
        [2, 0, 2, 0, 1],
        [0, 0, 0, 0, 3],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 2],
        [2, 0, 2, 0, 2],
    ]


def test_stride_padding_and_dilation_of_planes():
    x, w, sides = whole(1, 7, 6), whole(2, 2, 3), ((1, 0), (0, 2))
    wide = np.zeros((3, 5), dtype=int)
    wide[::2, ::2] = w
    expected = signal.correlate2d(np.pad(x, sides), wide, "valid")[::2, ::2]
    found = reference.correlate2d(x, w, stride=2, padding=sides, dilation=2)
    np.testing.assert_array_equal(found, expected)


# channels and filters


def test_a_filter_adds_up_its_channels():
    x, w, b = whole(1, 3, 5, 6), whole(2, 2, 3, 3, 2), whole(3, 2)
    options = {"stride": 2, "padding": ((1, 0), (2, 1)), "dilation": 2}
    expected = [
        sum(reference.correlate2d(x[c], w[m, c], **options) for c in range(3)) + b[m]
        for m in range(2)
    ]
    np.testing.assert_array_equal(reference.conv2d(x, w, b, **options), expected)


def test_a_scan_is_one_layer_after_the_other_with_the_activation_after_each():
    x, first, second = whole(1, 2, 6, 5), (whole(2, 3, 2, 3, 2), whole(3, 3)), whole(4, 2, 3, 1, 2)
    hidden = np.tanh(reference.conv2d(x, *first))
    expected = np.tanh(reference.conv2d(hidden, second))
    found = reference.scan(x, [first, (second, None)], np.tanh)
    np.testing.assert_array_equal(found, expected)
    rectified = np.maximum(reference.conv2d(x, *first), 0)
    np.testing.assert_array_equal(reference.scan(x, [first]), rectified)


def test_a_scan_needs_a_layer_and_layers_that_fit():
    with pytest.raises(ValueError, match="layers is empty: give one pair"):
        reference.scan(np.ones((1, 3, 3)), [])
    with pytest.raises(ValueError, match="w must have as many channels as x, got 2 in w"):
        reference.scan(np.ones((1, 3, 3)), [([[[[1]]]], None), (np.ones((1, 2, 1, 1)), None)])


@pytest.mark.parametrize(
    "options", [{}, {"stride": 2}, {"stride": 2, "padding": ((1, 0), (0, 2)), "dilation": 2}]
)
def test_backwards_is_the_numerical_gradient(options):
    x, w, b = whole(1, 2, 6, 5) / 1, whole(2, 3, 2, 3, 2) / 1, whole(3, 3) / 1
    dy = whole(4, *reference.conv2d(x, w, b, **options).shape)
    found = reference.conv2d_backward(dy, x, w, **options)
    arrays = [x, w, b]
    for position, (array, derivative) in enumerate(zip(arrays, found, strict=True)):
        for index in np.ndindex(array.shape):
            moved = [list(arrays), list(arrays)]
            for sign, arguments in zip((1, -1), moved, strict=True):
                arguments[position] = array.copy()
                arguments[position][index] += sign
            up, down = (np.sum(reference.conv2d(*a, **options) * dy) for a in moved)
            assert derivative[index] == (up - down) / 2


# pooling


def test_the_largest_entry_and_the_mean_of_windows():
    x = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]
    y, indices = reference.max_pool2d(x, 2)
    assert y.tolist() == [[6, 8], [3, 4]]
    assert indices.tolist() == [[5, 7], [8, 15]]
    assert reference.avg_pool2d(x, 2).tolist() == [[3.25, 5.25], [2, 2]]


def test_overlapping_windows_share_a_winner_and_its_derivatives_add_up():
    x = np.zeros((5, 5))
    x[2, 2] = 1
    y, indices = reference.max_pool2d(x, 3, 1)
    assert (indices == 12).all()
    dx = reference.max_pool2d_backward(np.ones((3, 3), dtype=int), indices, x.shape)
    assert dx[2, 2] == dx.sum() == 9


def test_the_first_of_equals_wins_and_a_nan_beats_all():
    _, indices = reference.max_pool2d(np.ones((3, 3)), 2, 1)
    assert indices.tolist() == [[0, 1], [3, 4]]
    y, _ = reference.max_pool2d([[1.0, np.nan], [5.0, 2.0]], 2)
    assert np.isnan(y).all()


def test_a_mean_shares_its_derivative_equally():
    found = reference.avg_pool2d_backward([[9, 18]], (3, 4), 3, 1)
    assert found.tolist() == [[1, 3, 3, 2]] * 3


# numbers and errors


def test_integers_stay_integers_and_do_not_overflow():
    x = np.full((3, 3), 200, dtype=np.uint8)
    y = reference.correlate2d(x, x)
    assert y.dtype == np.int64
    assert y.tolist() == [[360_000]]
    assert reference.correlate2d(x > 5, x).tolist() == [[1800]]
    assert reference.correlate2d(x, x, bias=0.5).tolist() == [[360_000.5]]
    assert reference.correlate1d(np.ones(3, dtype=np.float32), [1, 1]).tolist() == [2, 2]


def test_arguments_are_left_as_they_were():
    x, w = whole(1, 2, 4, 4), whole(2, 3, 2, 2, 2)
    before = x.copy(), w.copy()
    dy = reference.conv2d(x, w)
    reference.conv2d_backward(dy, x, w)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(w, before[1])


@pytest.mark.parametrize("name", reference.__all__)
def test_every_function_is_short_enough_to_be_shown(name):
    source = inspect.getsource(getattr(reference, name))
    body = source.rpartition('"""')[2].strip().splitlines()
    assert 1 <= len(body) <= 25


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: reference.correlate1d([1, 2], [[1]]),
            ValueError,
            r"w must have 1 axis, got 2 with shape \(1, 1\): reshape it",
        ),
        (
            lambda: reference.correlate2d([1, 2], [[1]]),
            ValueError,
            r"image must have 2 axes, got 1 with shape \(2,\): reshape it",
        ),
        (
            lambda: reference.correlate2d([[1, 2], [3]], [[1]]),
            ValueError,
            "image must be rectangular: give every row the same length",
        ),
        (
            lambda: reference.correlate2d([[1j]], [[1]]),
            TypeError,
            "image must hold real numbers, got complex128: use np.asarray",
        ),
        (
            lambda: reference.correlate1d([], [1]),
            ValueError,
            r"x must not be empty, got shape \(0,\)",
        ),
        (
            lambda: reference.correlate1d([1], [1], bias=[1, 2]),
            TypeError,
            r"bias must be one number, got \[1, 2\]",
        ),
        (
            lambda: reference.correlate1d([1, 2], [1, 2, 3]),
            ValueError,
            r"kernel of 3 does not fit an input of 2 \(padding included\): raise padding, or take",
        ),
        (
            lambda: reference.correlate1d([1, 2], [1], stride=0),
            ValueError,
            "stride must be at least 1, got 0: raise it",
        ),
        (
            lambda: reference.correlate1d([1, 2], [1], dilation=True),
            TypeError,
            "dilation must be an integer, got True: use a whole number",
        ),
        (
            lambda: reference.correlate1d([1, 2], [1], padding=-1),
            ValueError,
            "padding must be at least 0, got -1: raise it",
        ),
        (
            lambda: reference.correlate2d([[1]], [[1]], padding=(1, 2, 3)),
            ValueError,
            r"padding must be one integer or 2 entries, got \(1, 2, 3\)",
        ),
        (
            lambda: reference.correlate1d([1], [1], padding=((1, 2, 3),)),
            ValueError,
            r"padding of an axis must be a pair \(before, after\), got",
        ),
        (
            lambda: reference.conv2d([[[1]]], [[[[1]], [[1]]]]),
            ValueError,
            r"w must have as many channels as x, got 2 in w of shape \(1, 2, 1, 1\) and 1 in x of",
        ),
        (
            lambda: reference.conv2d([[[1]]], [[[[1]]]], b=[1, 2]),
            ValueError,
            r"b must have shape \(1,\), one bias for each filter, got \(2,\)",
        ),
        (
            lambda: reference.conv2d_backward([[[1, 2]]], [[[1]]], [[[[1]]]]),
            ValueError,
            r"dy must have the shape of the output, \(1, 1, 1\), got \(1, 1, 2\): pass the same",
        ),
        (
            lambda: reference.max_pool2d([[1, 2]], 2),
            ValueError,
            "kernel of 2 does not fit an input of 1",
        ),
        (
            lambda: reference.max_pool2d_backward([[1]], [[4]], (2, 2)),
            ValueError,
            r"indices must be 0 to 3 in a plane of \(2, 2\), got 4: pass the shape of the plane",
        ),
        (
            lambda: reference.max_pool2d_backward([[1]], [[0.5]], (2, 2)),
            TypeError,
            "indices must be integers, got float64: pass those of max_pool2d",
        ),
    ],
)
def test_what_is_wrong_is_said(call, error, words):
    with pytest.raises(error, match=f"^{words}"):
        call()
