"""Pooling: against the loops, numerical gradients and what the lectures work out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import geometry, ops, reference

INF = np.inf


@given(
    sides=st.tuples(st.integers(3, 7), st.integers(3, 7)),
    kernel=st.integers(1, 3),
    stride=st.integers(1, 4),
)
def test_both_agree_with_the_loops_of_the_lecture(whole, sides, kernel, stride):
    x = whole(1, 2, 2, *sides)
    y, indices = ops.max_pool2d(x, kernel, stride, return_indices=True)
    means = ops.avg_pool2d(x, kernel, stride)
    dy = whole(2, *y.shape)
    dx = ops.max_pool2d_backward(dy, indices, x.shape)
    shared = ops.avg_pool2d_backward(dy, x.shape, kernel, stride)
    for at in np.ndindex(2, 2):
        largest, places = reference.max_pool2d(x[at], kernel, stride)
        np.testing.assert_array_equal(y[at], largest)
        np.testing.assert_array_equal(indices[at], places)
        np.testing.assert_array_equal(dx[at], reference.max_pool2d_backward(dy[at], places, sides))
        np.testing.assert_allclose(means[at], reference.avg_pool2d(x[at], kernel, stride))
        expected = reference.avg_pool2d_backward(dy[at], sides, kernel, stride)
        np.testing.assert_allclose(shared[at], expected, atol=1e-12)


@given(
    sides=st.tuples(st.integers(2, 7), st.integers(2, 7)),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 4),
    ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
    data=st.data(),
)
def test_windows_are_those_of_the_geometry(
    whole, sides, kernel, stride, ceil_mode, count_include_pad, data
):
    padding = tuple(
        tuple(data.draw(st.integers(0, size // 2)) for _ in range(2)) for size in kernel
    )
    options = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    x = whole(1, 1, 1, *sides)
    try:
        shape = geometry.pool_output_shape(sides, kernel, **options)
    except ValueError as error:
        with pytest.raises(ValueError, match="does not fit") as caught:
            ops.avg_pool2d(x, kernel, **options)
        assert str(caught.value) == str(error)
        return
    y, indices = ops.max_pool2d(x, kernel, return_indices=True, **options)
    means = ops.avg_pool2d(x, kernel, count_include_pad=count_include_pad, **options)
    assert y.shape == means.shape == (1, 1, *shape)
    plane = np.pad(x[0, 0], padding, constant_values=np.nan)
    for row, column in np.ndindex(*shape):
        top, left = row * stride, column * stride
        window = plane[top : top + kernel[0], left : left + kernel[1]]
        inside = window[~np.isnan(window)]
        assert y[0, 0, row, column] == inside.max()
        assert x.flat[indices[0, 0, row, column]] == inside.max()
        count = window.size if count_include_pad else inside.size
        assert means[0, 0, row, column] == pytest.approx(inside.sum() / count)


def test_maximum_and_mean_as_worked_out_in_the_lecture():
    x = np.array([[1, 3, 10, 0], [8, 4, 2, 9], [7, 2, 1, 3], [1, 1, 0, 4]], dtype=float)
    assert ops.max_pool2d(x[None, None], 2)[0, 0].tolist() == [[8, 10], [7, 4]]
    x = np.array([[1, 3, 10, 1], [8, 4, 4, 9], [7, 3, 4, 3], [1, 1, 0, 5]], dtype=float)
    assert ops.avg_pool2d(x[None, None], 2)[0, 0].tolist() == [[4, 6], [3, 3]]


def test_overlapping_windows_as_worked_out_in_the_lecture():
    x = np.zeros((1, 1, 6, 6), dtype=np.float32)
    x[0, 0, 1, 4] = x[0, 0, 3, 1] = 1
    expected = [[0, 0, 1, 1], [1, 1, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]]
    assert ops.max_pool2d(x, 3, 1)[0, 0].tolist() == expected
    assert ops.max_pool2d(x, 3)[0, 0].tolist() == [[0, 1], [1, 0]]


def test_the_first_of_equals_wins():
    x = np.ones((1, 1, 3, 3))
    _, indices = ops.max_pool2d(x, 2, 1, return_indices=True)
    assert indices[0, 0].tolist() == [[0, 1], [3, 4]]
    _, indices = ops.max_pool2d(-INF * x, 2, 1, padding=1, return_indices=True)
    assert indices[0, 0].tolist() == [[0, 0, 1, 2], [0, 0, 1, 2], [3, 3, 4, 5], [6, 6, 7, 8]]


def test_padding_is_never_the_largest_and_indices_do_not_count_it():
    x = -np.arange(1.0, 10).reshape(1, 1, 3, 3)
    y, indices = ops.max_pool2d(x, 3, 2, padding=1, return_indices=True)
    assert y[0, 0].tolist() == [[-1, -2], [-4, -5]]
    assert indices[0, 0].tolist() == [[0, 1], [3, 4]]


def test_dilation_leaves_pixels_out():
    x = np.array([[[5.0, 9.0, 6.0, 0.0, 7.0]]])
    y, indices = ops.max_pool1d(x, 3, 1, dilation=2, return_indices=True)
    assert (y.tolist(), indices.tolist()) == ([[[7.0]]], [[[4]]])


def test_ceil_mode_keeps_what_is_left_over():
    x = np.array([[[1.0, 2.0, 3.0, 4.0, 8.0]]])
    assert ops.max_pool1d(x, 2, ceil_mode=True).tolist() == [[[2, 4, 8]]]
    # what hangs over the end is not counted, not even as padding
    assert ops.avg_pool1d(x, 2, ceil_mode=True).tolist() == [[[1.5, 3.5, 8.0]]]


def test_padding_counts_as_zero_unless_left_out():
    x = np.array([[[4.0, 8.0]]])
    assert ops.avg_pool1d(x, 2, 1, padding=1).tolist() == [[[2, 6, 4]]]
    found = ops.avg_pool1d(x, 2, 1, padding=1, count_include_pad=False)
    assert found.tolist() == [[[4, 6, 8]]]


@pytest.mark.parametrize(
    ("kernel", "options"),
    [
        (2, {}),
        (3, {"stride": 1}),
        ((3, 2), {"stride": (2, 1), "padding": (1, 0)}),
        (3, {"padding": ((1, 0), (0, 1)), "ceil_mode": True}),
        (2, {"stride": 1, "dilation": 2}),
    ],
)
def test_max_pooling_backwards_is_the_numerical_gradient(numerical_gradient, kernel, options):
    # entries further apart than the steps of the differences, so that none overtakes another
    x = np.random.default_rng(0).permutation(np.arange(60.0)).reshape(1, 2, 6, 5)
    y, indices = ops.max_pool2d(x, kernel, return_indices=True, **options)
    dy = np.arange(1.0, y.size + 1).reshape(y.shape)
    expected = numerical_gradient(lambda x: ops.max_pool2d(x, kernel, **options), x, dy)
    np.testing.assert_array_equal(ops.max_pool2d_backward(dy, indices, x.shape), expected)


@pytest.mark.parametrize("count_include_pad", [True, False])
@pytest.mark.parametrize(
    ("kernel", "options"),
    [
        (2, {}),
        (3, {"stride": 1}),
        ((3, 2), {"stride": (2, 1), "padding": (1, 0)}),
        (3, {"padding": ((1, 0), (0, 1)), "ceil_mode": True}),
        (4, {"padding": "same", "stride": 2}),
    ],
)
def test_mean_pooling_backwards_is_the_numerical_gradient(
    whole, numerical_gradient, kernel, options, count_include_pad
):
    x, options = whole(1, 1, 2, 6, 5), {**options, "count_include_pad": count_include_pad}
    dy = whole(2, *ops.avg_pool2d(x, kernel, **options).shape)
    expected = numerical_gradient(lambda x: ops.avg_pool2d(x, kernel, **options), x, dy)
    found = ops.avg_pool2d_backward(dy, x.shape, kernel, **options)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_one_axis_goes_backwards_too(numerical_gradient):
    x = np.random.default_rng(0).permutation(np.arange(14.0)).reshape(1, 2, 7)
    y, indices = ops.max_pool1d(x, 3, 2, padding=1, return_indices=True)
    dy = np.arange(1.0, y.size + 1).reshape(y.shape)
    expected = numerical_gradient(lambda x: ops.max_pool1d(x, 3, 2, padding=1), x, dy)
    np.testing.assert_array_equal(ops.max_pool1d_backward(dy, indices, x.shape), expected)
    expected = numerical_gradient(lambda x: ops.avg_pool1d(x, 3, 2, padding=1), x, dy)
    found = ops.avg_pool1d_backward(dy, x.shape, 3, 2, padding=1)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_the_derivatives_of_windows_with_the_same_winner_add_up():
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 2, 2] = 1
    _, indices = ops.max_pool2d(x, 3, 1, return_indices=True)
    dx = ops.max_pool2d_backward(np.ones((1, 1, 3, 3)), indices, x.shape)
    assert dx[0, 0, 2, 2] == 9
    assert dx.sum() == 9


def test_a_nan_wins_its_window():
    x = np.array([[[1.0, np.nan, 5.0, 2.0, INF]]])
    y, indices = ops.max_pool1d(x, 2, 1, return_indices=True)
    np.testing.assert_array_equal(y, [[[np.nan, np.nan, 5, INF]]])
    assert indices.tolist() == [[[1, 1, 2, 4]]]
    np.testing.assert_array_equal(ops.avg_pool1d(x, 2, 1), [[[np.nan, np.nan, 3.5, INF]]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays_and_nothing_is_changed(whole, dtype):
    x = whole(1, 1, 2, 4, 4, dtype=dtype)
    before = x.copy()
    y, indices = ops.max_pool2d(x, 2, return_indices=True)
    means = ops.avg_pool2d(x, 2)
    assert (y.dtype, means.dtype, indices.dtype) == (dtype, dtype, np.int64)
    assert ops.max_pool2d_backward(y, indices, x.shape).dtype == dtype
    assert ops.avg_pool2d_backward(y, x.shape, 2).dtype == dtype
    np.testing.assert_array_equal(x, before)
    # a window of one entry must still be a copy
    assert not np.shares_memory(ops.max_pool2d(x, 1), x)


def test_any_memory_layout_is_welcome(whole):
    x = whole(1, 2, 2, 6, 6)
    y, indices = ops.max_pool2d(x, 2, return_indices=True)
    frozen = np.asfortranarray(x)
    frozen.flags.writeable = False
    np.testing.assert_array_equal(ops.max_pool2d(frozen, 2), y)
    np.testing.assert_array_equal(ops.avg_pool2d(frozen, 2), ops.avg_pool2d(x, 2))
    dx = ops.max_pool2d_backward(y, indices, x.shape)
    arguments = np.asfortranarray(y), np.asfortranarray(indices.astype(np.uint8)), list(x.shape)
    np.testing.assert_array_equal(ops.max_pool2d_backward(*arguments), dx)


def test_an_empty_batch_gives_an_empty_batch():
    x = np.zeros((0, 2, 4, 4))
    y, indices = ops.max_pool2d(x, 2, return_indices=True)
    assert y.shape == indices.shape == ops.avg_pool2d(x, 2).shape == (0, 2, 2, 2)
    assert ops.max_pool2d_backward(y, indices, x.shape).shape == x.shape
    assert ops.avg_pool2d_backward(y, x.shape, 2).shape == x.shape
