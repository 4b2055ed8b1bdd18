"""Convolution backwards: against numerical gradients, the loops, and its own adjoint."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import ops, reference

CASES = {
    "plain": {},
    "stride that does not fit": {"stride": 2},
    "stride wider than the kernel": {"stride": 4},
    "padding": {"padding": 2},
    "padding on some sides": {"padding": ((2, 0), (0, 1)), "stride": (2, 1)},
    "same": {"padding": "same"},
    "full": {"padding": "full"},
    "dilation": {"dilation": 2},
    "dilation of the columns, stride, padding": {"dilation": (1, 2), "stride": 2, "padding": 1},
    "groups": {"groups": 2},
    "groups, stride, padding": {"groups": 4, "stride": 2, "padding": 1},
    "constant": {"padding": 1, "padding_mode": "constant", "padding_value": 3.0},
    "reflect": {"padding": ((3, 1), (0, 2)), "padding_mode": "reflect"},
    "replicate": {"padding": 4, "padding_mode": "replicate", "stride": 2},
    "circular": {"padding": ((1, 5), (4, 2)), "padding_mode": "circular"},
}


@pytest.mark.parametrize("options", CASES.values(), ids=CASES)
def test_it_is_the_numerical_gradient(whole, numerical_gradient, options):
    x = whole(1, 2, 4, 6, 5)
    w, b = whole(2, 4, 4 // options.get("groups", 1), 3, 2), whole(3, 4)
    y = ops.conv2d(x, w, b, **options)
    dy = whole(4, *y.shape)
    dx, dw, db = ops.conv2d_backward(dy, x, w, **options)
    # the steps of the differences are powers of two and the entries whole: everything is exact
    expected = numerical_gradient(lambda x: ops.conv2d(x, w, b, **options), x, dy)
    np.testing.assert_array_equal(dx, expected)
    expected = numerical_gradient(lambda w: ops.conv2d(x, w, b, **options), w, dy)
    np.testing.assert_array_equal(dw, expected)
    expected = numerical_gradient(lambda b: ops.conv2d(x, w, b, **options), b, dy)
    np.testing.assert_array_equal(db, expected)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 3, "padding": (2, 1), "dilation": 2},
        {"groups": 2, "padding": "same"},
        {"padding": (1, 4), "padding_mode": "reflect"},
        {"padding": (5, 0), "padding_mode": "circular"},
    ],
)
def test_one_axis_is_the_numerical_gradient_too(whole, numerical_gradient, options):
    x, w, b = whole(1, 2, 4, 8), whole(2, 2, 4 // options.get("groups", 1), 3), whole(3, 2)
    dy = whole(4, *ops.conv1d(x, w, b, **options).shape)
    dx, dw, db = ops.conv1d_backward(dy, x, w, **options)
    expected = numerical_gradient(lambda x: ops.conv1d(x, w, b, **options), x, dy)
    np.testing.assert_array_equal(dx, expected)
    expected = numerical_gradient(lambda w: ops.conv1d(x, w, b, **options), w, dy)
    np.testing.assert_array_equal(dw, expected)
    np.testing.assert_array_equal(db, dy.sum(axis=(0, 2)))


@given(
    channels=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.integers(1, 4),
    dilation=st.integers(1, 2),
    padding=st.integers(0, 3),
)
def test_it_agrees_with_the_loops_of_the_lecture(
    whole, channels, kernel, stride, dilation, padding
):
    depth, maps = channels
    x, w = whole(1, 1, depth, 6, 7), whole(2, maps, depth, *kernel)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    dy = whole(3, *ops.conv2d(x, w, **options).shape)
    dx, dw, db = ops.conv2d_backward(dy, x, w, **options)
    expected = reference.conv2d_backward(dy[0], x[0], w, **options)
    for found, oracle in zip((dx[0], dw, db), expected, strict=True):
        np.testing.assert_array_equal(found, oracle)


def test_inputs_that_no_output_reads_get_nothing(whole):
    x, w = whole(1, 1, 1, 8, 8), np.ones((1, 1, 3, 3))
    dx, _, _ = ops.conv2d_backward(np.ones((1, 1, 3, 3)), x, w, stride=2)
    assert not dx[0, 0, 7].any()
    assert not dx[0, 0, :, 7].any()
    assert dx[0, 0, :7, :7].all()


def test_it_is_a_full_convolution_with_the_flipped_filter(whole):
    x, w, dy = whole(1, 1, 1, 5, 5), whole(2, 1, 1, 3, 3), whole(3, 1, 1, 3, 3)
    dx, dw, _ = ops.conv2d_backward(dy, x, w)
    np.testing.assert_array_equal(dx, ops.conv2d(dy, w[:, :, ::-1, ::-1], padding="full"))
    np.testing.assert_array_equal(dw, ops.conv2d(x, dy))


def test_nan_travels_back_to_what_made_the_output():
    dy = np.zeros((1, 1, 3, 3))
    dy[0, 0, 1, 1] = np.nan
    x, w = np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2))
    dx, dw, db = ops.conv2d_backward(dy, x, w)
    expected = np.zeros((4, 4), dtype=bool)
    expected[1:3, 1:3] = True
    np.testing.assert_array_equal(np.isnan(dx[0, 0]), expected)
    assert np.isnan(dw).all()
    assert np.isnan(db).all()
