"""Pooling of volumes and the way back up: against PyTorch and numerical gradients."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convviz import ops

torch = pytest.importorskip("torch")
functional = torch.nn.functional

SIDES = st.tuples(*[st.integers(1, 5)] * 3)
KERNEL = st.tuples(*[st.integers(1, 3)] * 3)


def agree(found, expected, **tolerance):
    np.testing.assert_allclose(found, expected.detach().numpy(), **{"rtol": 1e-12} | tolerance)


@settings(max_examples=60)
@given(
    sides=SIDES,
    kernel=KERNEL,
    stride=KERNEL,
    dilation=st.tuples(*[st.integers(1, 2)] * 3),
    padding=st.tuples(*[st.integers(0, 1)] * 3),
    ceil_mode=st.booleans(),
    holes=st.booleans(),
)
def test_max_pooling_with_ties(whole, sides, kernel, stride, dilation, padding, ceil_mode, holes):
    assume(all(2 * amount <= size for amount, size in zip(padding, kernel, strict=True)))
    array = np.floor(whole(1, 2, 2, *sides) / 3)
    if holes:
        array[whole(2, *array.shape) == 0] = np.nan
        array[whole(3, *array.shape) == 0] = -np.inf
    options = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    try:
        y, indices = ops.max_pool3d(array, kernel, return_indices=True, **options)
    except ValueError as error:
        assert "does not fit" in str(error) or "nothing but padding" in str(error)
        return
    x = torch.from_numpy(array.copy()).requires_grad_()
    expected, places = functional.max_pool3d(x, kernel, return_indices=True, **options)
    agree(y, expected, rtol=0)
    agree(indices, places, rtol=0)
    dy = whole(4, *y.shape)
    expected.backward(torch.from_numpy(dy))
    agree(ops.max_pool3d_backward(dy, indices, array.shape), x.grad, rtol=0)


@settings(max_examples=60)
@given(
    sides=SIDES,
    kernel=KERNEL,
    stride=KERNEL,
    padding=st.tuples(*[st.integers(0, 1)] * 3),
    ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
)
def test_mean_pooling(whole, sides, kernel, stride, padding, ceil_mode, count_include_pad):
    assume(all(2 * amount <= size for amount, size in zip(padding, kernel, strict=True)))
    # PyTorch wants the kernel to fit without the padding, for volumes only
    assume(all(size <= side for size, side in zip(kernel, sides, strict=True)))
    array = whole(1, 2, 2, *sides)
    options = {
        "stride": stride,
        "padding": padding,
        "ceil_mode": ceil_mode,
        "count_include_pad": count_include_pad,
    }
    try:
        y = ops.avg_pool3d(array, kernel, **options)
    except ValueError as error:
        assert "does not fit" in str(error)
        return
    x = torch.from_numpy(array.copy()).requires_grad_()
    expected = functional.avg_pool3d(x, kernel, **options)
    agree(y, expected, atol=1e-12)
    dy = whole(4, *y.shape)
    expected.backward(torch.from_numpy(dy))
    found = ops.avg_pool3d_backward(dy, array.shape, kernel, **options)
    agree(found, x.grad, atol=1e-12)


def test_both_are_their_numerical_gradients(numerical_gradient):
    x = np.random.default_rng(0).permutation(np.arange(48.0)).reshape(1, 2, 2, 3, 4)
    options = {"stride": (1, 2, 1), "padding": (1, 0, 1)}
    y, indices = ops.max_pool3d(x, 2, return_indices=True, **options)
    dy = np.arange(1.0, y.size + 1).reshape(y.shape)
    expected = numerical_gradient(lambda x: ops.max_pool3d(x, 2, **options), x, dy)
    np.testing.assert_array_equal(ops.max_pool3d_backward(dy, indices, x.shape), expected)
    expected = numerical_gradient(lambda x: ops.avg_pool3d(x, 2, **options), x, dy)
    found = ops.avg_pool3d_backward(dy, x.shape, 2, **options)
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_volumes_keep_their_dtype_and_may_be_an_empty_batch(whole, dtype):
    x = np.asfortranarray(whole(1, 2, 2, 4, 4, 4, dtype=dtype))
    x.flags.writeable = False
    y, indices = ops.max_pool3d(x, 2, return_indices=True)
    assert y.dtype == ops.avg_pool3d(x, 2).dtype == dtype
    assert ops.max_pool3d_backward(y, indices, x.shape).dtype == dtype
    assert ops.avg_pool3d_backward(y, x.shape, 2).dtype == dtype
    assert ops.max_pool3d(x[:0], 2).shape == ops.avg_pool3d(x[:0], 2).shape == (0, 2, 2, 2, 2)
    assert ops.avg_pool3d_backward(y[:0], (0, 2, 4, 4, 4), 2).shape == (0, 2, 4, 4, 4)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("options", [{}, {"stride": 3}, {"kernel": 3, "stride": 2, "padding": 1}])
def test_unpooling_agrees_with_pytorch(whole, axes, options):
    options = {"kernel": 2} | options
    kernel = options.pop("kernel")
    pool, unpool = getattr(ops, f"max_pool{axes}d"), getattr(ops, f"max_unpool{axes}d")
    array = whole(1, 2, 3, *(7, 6, 8)[:axes])
    y, indices = pool(array, kernel, return_indices=True, **options)
    y = whole(2, *y.shape)
    oracle = getattr(functional, f"max_unpool{axes}d")
    for size in (array.shape[2:], None):
        x = torch.from_numpy(y.copy()).requires_grad_()
        places = torch.from_numpy(indices)
        try:
            found = unpool(y, indices, kernel, output_size=size, **options)
        except ValueError as error:
            # without the size of the input, an index may lie outside of the smallest one
            assert size is None and "indices must be 0 to" in str(error)
            continue
        expected = oracle(x, places, kernel, output_size=size, **options)
        if options.get("padding"):
            # several windows share a winner: which of their values stays is PyTorch's secret
            np.testing.assert_array_equal(found != 0, expected.detach().numpy() != 0)
            continue
        agree(found, expected, rtol=0)
        dy = whole(3, *found.shape)
        expected.backward(torch.from_numpy(dy))
        agree(getattr(ops, f"max_unpool{axes}d_backward")(dy, indices), x.grad, rtol=0)


def test_what_was_pooled_returns_to_its_place(whole, numerical_gradient):
    x = np.random.default_rng(0).permutation(np.arange(1.0, 71)).reshape(1, 2, 5, 7)
    y, indices = ops.max_pool2d(x, 2, return_indices=True)
    back = ops.max_unpool2d(y, indices, 2, output_size=(5, 7))
    assert back.shape == x.shape
    np.testing.assert_array_equal(back[back != 0], x[back != 0])
    assert np.count_nonzero(back) == y.size
    dy = whole(1, *back.shape)
    expected = numerical_gradient(
        lambda y: ops.max_unpool2d(y, indices, 2, output_size=(5, 7)), y, dy
    )
    np.testing.assert_array_equal(ops.max_unpool2d_backward(dy, indices), expected)


def test_the_last_of_those_that_share_a_place_stays():
    x, indices = np.array([[[1.0, 2.0, 3.0]]]), np.array([[[1, 1, 1]]])
    assert ops.max_unpool1d(x, indices, 2, 1).tolist() == [[[0, 3, 0, 0]]]


def refused(words, function, *arguments, **options):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}"):
        function(*arguments, **options)


def test_what_unpooling_refuses():
    x, indices = np.zeros((1, 1, 2, 2)), np.zeros((1, 1, 2, 2), dtype=int)
    words = "output_size must differ from (4, 4) by less than the stride (2, 2), got (4, 6): pass"
    refused(words, ops.max_unpool2d, x, indices, 2, output_size=(4, 6))
    words = (
        "indices must be 0 to 15, places in a plane of output_shape (1, 1, 4, 4), got 16: "
        "pass the output.shape that the indices were made for"
    )
    refused(words, ops.max_unpool2d, x, indices + 16, 2)
    words = "indices must have the shape of x, (1, 1, 2, 2), got (1, 1, 2, 1): pass both"
    refused(words, ops.max_unpool2d, x, indices[..., :1], 2)
    words = "indices must have the batch and the channels of dy, (2, 1), got shape (1, 1, 2, 2):"
    refused(words, ops.max_unpool2d_backward, np.zeros((2, 1, 4, 4)), indices)
    words = (
        "indices must be 0 to 26, places in a volume of x_shape (1, 1, 3, 3, 3), got 27: "
        "pass the x.shape that the indices were made for"
    )
    wrong = np.full((1, 1, 1, 1, 1), 27)
    refused(words, ops.max_pool3d_backward, np.zeros(wrong.shape), wrong, (1, 1, 3, 3, 3))
