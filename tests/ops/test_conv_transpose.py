"""Transposed convolution: against PyTorch, numerical gradients, and the convolution it undoes."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz import geometry, ops

CASES = {
    "plain": {},
    "stride": {"stride": 2},
    "stride wider than the kernel": {"stride": 4, "output_padding": 3},
    "padding": {"padding": 1},
    "padding on some sides": {"padding": ((1, 0), (0, 2)), "stride": 2},
    "same": {"padding": "same", "stride": 2},
    "dilation wider than the stride": {"dilation": 3, "stride": 2, "output_padding": 2},
    "groups": {"groups": 2, "stride": (1, 2), "output_padding": (0, 1)},
}


def names(axes):
    suffix = f"conv_transpose{axes}d"
    return getattr(ops, suffix), getattr(ops, f"{suffix}_backward")


@pytest.mark.parametrize("options", CASES.values(), ids=CASES)
def test_it_is_the_numerical_gradient(whole, numerical_gradient, options):
    x, w = whole(1, 2, 4, 3, 2), whole(2, 4, 2, 3, 2)
    b = whole(3, 2 * options.get("groups", 1))
    dy = whole(4, *ops.conv_transpose2d(x, w, b, **options).shape)
    arrays = [x, w, b]
    found = ops.conv_transpose2d_backward(dy, x, w, **options)
    for place, derivative in enumerate(found):

        def moved(array, place=place):
            return ops.conv_transpose2d(*arrays[:place], array, *arrays[place + 1 :], **options)

        expected = numerical_gradient(moved, arrays[place], dy)
        np.testing.assert_array_equal(derivative, expected)


@settings(max_examples=60)
@given(
    axes=st.integers(1, 3),
    batch=st.integers(0, 2),
    group_shape=st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 2)),
    sizes=st.tuples(*[st.tuples(st.integers(1, 4), st.integers(1, 3))] * 3),
    spacing=st.tuples(*[st.tuples(st.integers(1, 3), st.integers(1, 3))] * 3),
    cut=st.tuples(*[st.integers(0, 2)] * 3),
    extra=st.tuples(*[st.integers(0, 2)] * 3),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_it_agrees_with_pytorch(
    whole, axes, batch, group_shape, sizes, spacing, cut, extra, dtype
):
    torch = pytest.importorskip("torch")
    groups, depth, maps = group_shape
    sides, kernel = zip(*sizes[:axes], strict=True)
    stride, dilation = zip(*spacing[:axes], strict=True)
    options = {"stride": stride, "padding": cut[:axes], "dilation": dilation, "groups": groups}
    options["output_padding"] = tuple(
        min(more, max(pair) - 1) for more, pair in zip(extra, spacing[:axes], strict=False)
    )
    arrays = (
        whole(1, batch, groups * depth, *sides, dtype=dtype),
        whole(2, groups * depth, maps, *kernel, dtype=dtype),
        whole(3, groups * maps, dtype=dtype),
    )
    tensors = [torch.from_numpy(array.copy()).requires_grad_() for array in arrays]
    forward, backward = names(axes)
    try:
        y = forward(*arrays, **options)
    except ValueError as error:
        assert "cuts away all" in str(error)
        return
    expected = getattr(torch.nn.functional, f"conv_transpose{axes}d")(*tensors, **options)
    np.testing.assert_array_equal(y, expected.detach().numpy())
    assert y.dtype == dtype
    dy = whole(4, *y.shape, dtype=dtype)
    expected.backward(torch.from_numpy(dy))
    for found, tensor in zip(backward(dy, *arrays[:2], **options), tensors, strict=True):
        np.testing.assert_array_equal(found, tensor.grad.numpy())
        assert found.dtype == dtype
        assert found.flags.c_contiguous


@pytest.mark.parametrize("padding", [0, 1, ((2, 0), (1, 3)), "same", "full"])
def test_it_sends_back_what_a_convolution_made(whole, padding):
    x, w = whole(1, 2, 3, 7, 8), whole(2, 5, 3, 3, 4)
    options = {"padding": padding, "stride": 1}
    dy = whole(3, *ops.conv2d(x, w, **options).shape)
    dx, _, _ = ops.conv2d_backward(dy, x, w, **options)
    np.testing.assert_array_equal(ops.conv_transpose2d(dy, w, **options), dx)


@pytest.mark.parametrize("size", [5, 6])
def test_output_padding_picks_the_size_of_the_input(whole, size):
    x, w = whole(1, 1, 2, size, size), whole(2, 4, 2, 3, 3)
    y = ops.conv2d(x, w, stride=2, padding=1)
    options = {"stride": 2, "padding": 1, "output_padding": 1 - size % 2}
    assert ops.conv_transpose2d(y, w, **options).shape == x.shape


def test_the_cases_of_the_lecture():
    x = np.array([[0.0, 1], [2, 3]])[None, None]
    expected = [[0, 0, 1], [0, 4, 6], [4, 12, 9]]
    assert ops.conv_transpose2d(x, x)[0, 0].tolist() == expected
    filters = np.ones((1, 1, 3, 3))
    assert ops.conv_transpose2d(x, filters).shape == (1, 1, 4, 4)
    assert ops.conv_transpose2d(x, filters, stride=2).shape == (1, 1, 5, 5)


def test_entries_that_no_filter_reaches_hold_the_bias():
    x, w = np.ones((1, 1, 1)), np.ones((1, 1, 2))
    y = ops.conv_transpose1d(x, w, np.array([5.0]), stride=4, output_padding=3)
    assert y.tolist() == [[[6, 6, 5, 5, 5]]]
    dx, dw, db = ops.conv_transpose1d_backward(y, x, w, stride=4, output_padding=3)
    assert (dx.tolist(), dw.tolist(), db.tolist()) == ([[[12]]], [[[6, 6]]], [27])


def test_any_memory_layout_is_welcome_and_nothing_is_changed(whole):
    x, w = whole(1, 2, 3, 4, 4), whole(2, 3, 2, 3, 3)
    expected = ops.conv_transpose2d(x, w, stride=2)
    dy = whole(3, *expected.shape)
    derivatives = ops.conv_transpose2d_backward(dy, x, w, stride=2)
    others = [np.asfortranarray(array) for array in (dy, x, w)]
    for array in others:
        array.flags.writeable = False
    np.testing.assert_array_equal(ops.conv_transpose2d(*others[1:], stride=2), expected)
    found = ops.conv_transpose2d_backward(*others, stride=2)
    for one, other in zip(found, derivatives, strict=True):
        np.testing.assert_array_equal(one, other)


def refused(error, words, function, *arguments, **options):
    with pytest.raises(error, match=f"^{re.escape(words)}"):
        function(*arguments, **options)


def test_what_does_not_fit_is_refused_with_a_remedy():
    x, w = np.zeros((1, 2, 4, 4)), np.zeros((2, 3, 3, 3))
    words = "w must have C_in = 2 filters, one for each channel of x, got w of shape (3, 3, 3, 3):"
    refused(ValueError, words, ops.conv_transpose2d, x, np.zeros((3, 3, 3, 3)))
    words = "groups must divide the channels of x, got groups 3 and 2 channels: use a divisor of 2"
    refused(ValueError, words, ops.conv_transpose2d, x, w, groups=3)
    words = "b must have shape (6,), one bias for each filter in w, got (3,)"
    refused(ValueError, words, ops.conv_transpose2d, x, w, np.zeros(3), groups=2)
    words = (
        "columns: output_padding must be smaller than the stride (2) or the dilation (1), got 2: "
        "use at most 1"
    )
    refused(
        ValueError, words, ops.conv_transpose2d, x, w, stride=(3, 2), output_padding=(2, 2)
    )
    words = "output_padding must be at least 0, got -1: use 0 for none"
    refused(ValueError, words, ops.conv_transpose2d, x, w, output_padding=-1)
    words = (
        "rows: padding of 3 before and 3 after cuts away all 6 outputs of the transposed "
        "convolution: lower padding"
    )
    refused(ValueError, words, ops.conv_transpose2d, x, w, padding=3)
    words = (
        "dy must have the shape of the forward pass's output, (1, 3, 6, 6), got (1, 3, 5, 5): "
        "pass the same options to both"
    )
    refused(
        ValueError, words, ops.conv_transpose2d_backward, np.zeros((1, 3, 5, 5)), x, w
    )
    words = (
        "w must have 4 axes (C_in, C_out/groups, kH, kW), got 3 with shape (2, 3, 3): "
        "add axes of size 1, for example w[None]"
    )
    refused(ValueError, words, ops.conv_transpose2d, x, w[..., 0])


def test_sizes_are_those_of_the_geometry(whole):
    x, w = whole(1, 1, 1, 3), whole(2, 1, 1, 4)
    for options in ({"stride": 3}, {"padding": (2, 1)}, {"dilation": 2, "output_padding": 1}):
        size = geometry.conv_transpose_output_size(3, 4, **options)
        assert ops.conv_transpose1d(x, w, **options).shape == (1, 1, size)
