"""Convolution forwards: against loops, SciPy and what the lectures work out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from convviz import ops, reference

SIDES = st.tuples(st.integers(0, 3), st.integers(0, 3))


@given(
    batch=st.integers(0, 2),
    channels=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 4)),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 3),
    padding=st.tuples(SIDES, SIDES),
    extra=st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
def test_it_agrees_with_the_loops_of_the_lecture(
    whole, batch, channels, kernel, stride, dilation, padding, extra
):
    height, width = (dilation * (k - 1) + 1 + more for k, more in zip(kernel, extra, strict=True))
    depth, maps = channels
    x, w = whole(1, batch, depth, height, width), whole(2, maps, depth, *kernel)
    b = whole(3, maps)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    y = ops.conv2d(x, w, b, **options)
    assert len(y) == batch
    for image, found in zip(x, y, strict=True):
        np.testing.assert_array_equal(found, reference.conv2d(image, w, b, **options))


@pytest.mark.parametrize("mode", ["valid", "full"])
@pytest.mark.parametrize("kernel", [(3, 3), (2, 5), (1, 1)])
def test_it_agrees_with_scipy(whole, mode, kernel):
    x, w = whole(1, 7, 8), whole(2, *kernel)
    expected = signal.correlate2d(x, w, mode=mode)
    found = ops.conv2d(x[None, None], w[None, None], padding=mode)[0, 0]
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_same_padding_of_an_odd_kernel_is_that_of_numpy(whole, kernel):
    x, w = whole(1, 9), whole(2, kernel)
    found = ops.conv1d(x[None, None], w[None, None], padding="same")[0, 0]
    np.testing.assert_array_equal(found, np.correlate(x, w, mode="same"))


def test_one_axis_as_worked_out_in_the_lecture():
    x = np.array([0, 0, 1, 1, 1, 0, 1, 0, 0, 0], dtype=float)[None, None]
    w = np.array([-1, 1, -1], dtype=float)[None, None]
    y = ops.conv1d(x, w)
    assert y.shape == (1, 1, 8)
    assert y[0, 0].tolist() == [-1, 0, -1, 0, -2, 1, -1, 0]
    padded = ops.conv1d(x, w, padding="same")
    assert padded[0, 0].tolist() == [0, -1, 0, -1, 0, -2, 1, -1, 0, 0]
    shifted = ops.conv1d(x, w, np.array([1.0]))
    assert ops.relu(shifted)[0, 0].tolist() == [0, 1, 0, 1, 0, 2, 0, 1]


def test_two_axes_as_worked_out_in_the_lecture():
    rows = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    x = np.array(rows, dtype=np.float32)[None, None]
    w = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], dtype=np.float32)[None, None]
    assert ops.conv2d(x, w, stride=2)[0, 0].tolist() == [[4, 4], [2, 4]]


@pytest.mark.parametrize("axes", [1, 2])
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_groups_are_separate_convolutions_side_by_side(whole, axes, groups):
    conv = ops.conv1d if axes == 1 else ops.conv2d
    x, w = whole(1, 2, 4, *(6, 5)[:axes]), whole(2, 8, 4 // groups, *(3, 2)[:axes])
    parts = zip(np.split(x, groups, axis=1), np.split(w, groups), strict=True)
    expected = np.concatenate([conv(*part) for part in parts], axis=1)
    np.testing.assert_array_equal(conv(x, w, groups=groups), expected)


@pytest.mark.parametrize(
    ("mode", "numpy_mode"),
    [("zeros", "constant"), ("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")],
)
def test_padding_modes_are_those_of_numpy(whole, mode, numpy_mode):
    x, w, sides = whole(1, 2, 2, 5, 4), whole(2, 3, 2, 3, 3), ((2, 0), (1, 3))
    padded = np.pad(x, ((0, 0), (0, 0), *sides), mode=numpy_mode)
    found = ops.conv2d(x, w, padding=sides, padding_mode=mode)
    np.testing.assert_array_equal(found, ops.conv2d(padded, w))
    line = ops.conv1d(x[:, :, 0], w[:, :, 0], padding=(2, 1), padding_mode=mode)
    padded = np.pad(x[:, :, 0], ((0, 0), (0, 0), (2, 1)), mode=numpy_mode)
    np.testing.assert_array_equal(line, ops.conv1d(padded, w[:, :, 0]))


def test_padding_with_a_value_of_ones_own(whole):
    x, w = whole(1, 1, 2, 3, 3), whole(2, 1, 2, 2, 2)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=-7)
    found = ops.conv2d(x, w, padding=1, padding_mode="constant", padding_value=-7)
    np.testing.assert_array_equal(found, ops.conv2d(padded, w))


def test_options_may_differ_between_rows_and_columns(whole):
    x, w = whole(1, 1, 1, 9, 8), whole(2, 1, 1, 2, 3)
    found = ops.conv2d(x, w, stride=(3, 1), dilation=(1, 2), padding=(0, 2))
    padded = np.pad(x[0, 0], ((0, 0), (2, 2)))
    wide = np.zeros((2, 5))
    wide[:, ::2] = w[0, 0]
    np.testing.assert_array_equal(found[0, 0], signal.correlate2d(padded, wide, "valid")[::3])


def test_a_shifted_input_gives_a_shifted_output(whole):
    x, w = whole(1, 1, 1, 8, 8), whole(2, 1, 1, 3, 3)
    options = {"padding": 1, "padding_mode": "circular"}
    moved = ops.conv2d(np.roll(x, (2, 3), axis=(2, 3)), w, **options)
    np.testing.assert_array_equal(moved, np.roll(ops.conv2d(x, w, **options), (2, 3), (2, 3)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays(whole, dtype):
    x, w = whole(1, 1, 2, 5, 5, dtype=dtype), whole(2, 3, 2, 3, 3, dtype=dtype)
    y = ops.conv2d(x, w, np.ones(3, dtype=dtype), padding=1)
    assert y.dtype == dtype
    assert [d.dtype for d in ops.conv2d_backward(y, x, w, padding=1)] == [dtype] * 3
    assert ops.conv1d(x[:, :, 0], w[:, :, 0]).dtype == dtype


def test_float32_is_computed_to_its_precision():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 8, 12, 12)), rng.normal(size=(4, 8, 5, 5))
    exact = ops.conv2d(x, w)
    found = ops.conv2d(x.astype(np.float32), w.astype(np.float32))
    np.testing.assert_allclose(found, exact, rtol=1e-4, atol=1e-4)


def test_any_memory_layout_is_welcome(whole):
    x, w, b = whole(1, 2, 3, 7, 7), whole(2, 4, 3, 3, 3), whole(3, 4)
    expected = ops.conv2d(x, w, b, padding=1)
    backwards = whole(9, *expected.shape)
    for view in (
        lambda a: np.asfortranarray(a),
        lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
        lambda a: a[::-1].copy()[::-1],
        read_only,
    ):
        np.testing.assert_array_equal(ops.conv2d(view(x), view(w), view(b), padding=1), expected)
        found = ops.conv2d_backward(view(backwards), view(x), view(w), padding=1)
        for one, other in zip(found, ops.conv2d_backward(backwards, x, w, padding=1), strict=True):
            np.testing.assert_array_equal(one, other)


def read_only(array):
    copy = array.copy()
    copy.flags.writeable = False
    return copy


@pytest.mark.parametrize("mode", ["zeros", "reflect"])
@pytest.mark.parametrize("padding", [0, 1])
def test_arguments_are_left_as_they_were(whole, padding, mode):
    arrays = x, w, dy = whole(1, 2, 2, 5, 5), whole(2, 3, 2, 3, 3), whole(3, 2, 3, 3, 3)
    before = [array.copy() for array in arrays]
    options = {"padding": padding, "padding_mode": mode}
    y = ops.conv2d(x, w, whole(4, 3), **options)
    results = ops.conv2d_backward(whole(3, *y.shape), x, w, **options)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
        assert not any(np.shares_memory(array, result) for result in (y, *results))


def test_an_empty_batch_gives_an_empty_batch():
    x, w = np.zeros((0, 2, 5, 5)), np.zeros((3, 2, 3, 3))
    y = ops.conv2d(x, w, np.ones(3))
    assert y.shape == (0, 3, 3, 3)
    dx, dw, db = ops.conv2d_backward(y, x, w)
    assert (dx.shape, dw.shape, db.tolist()) == (x.shape, w.shape, [0, 0, 0])
    assert not dw.any()


def test_nan_and_infinity_travel_to_the_outputs_that_read_them():
    x = np.zeros((1, 1, 1, 5))
    x[0, 0, 0, 1], x[0, 0, 0, 4] = np.nan, np.inf
    w = np.array([1.0, 0.0]).reshape(1, 1, 1, 2)
    # 0 · inf is NaN, as everywhere in floating point
    expected = [np.nan, np.nan, 0, np.nan]
    np.testing.assert_array_equal(ops.conv2d(x, w)[0, 0, 0], expected)


def test_a_result_of_one_line_is_an_array_of_its_own(whole):
    y = ops.conv1d(whole(1, 1, 1, 5), whole(2, 1, 1, 3))
    assert y.flags.c_contiguous
    assert y.flags.writeable
