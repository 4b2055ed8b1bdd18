"""Separable, flattened, tiled and locally connected: each against the `conv2d` it amounts to."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz import ops

OPTIONS = [
    {},
    {"stride": (1, 2), "padding": ((1, 0), (2, 1))},
    {"padding": "same", "dilation": (1, 2)},
    {"padding": (2, "full"), "stride": 2},
]


def gradients_agree(forward, backward, arrays, numerical_gradient, whole):
    dy = whole(9, *forward(*arrays).shape)
    # a bias is not needed for its own derivative
    found = backward(dy, *arrays[:-1])
    assert len(found) == len(arrays)
    for place, derivative in enumerate(found):

        def moved(array, place=place):
            return forward(*arrays[:place], array, *arrays[place + 1 :])

        expected = numerical_gradient(moved, arrays[place], dy)
        np.testing.assert_array_equal(derivative, expected)


@pytest.mark.parametrize("options", OPTIONS)
def test_depthwise_separable_filters_are_one_filter_each(whole, numerical_gradient, options):
    arrays = x, depthwise, pointwise, b = (
        whole(1, 2, 3, 5, 6), whole(2, 6, 1, 3, 2), whole(3, 4, 6, 1, 1), whole(4, 4),
    )  # fmt: skip
    y = ops.depthwise_separable_conv2d(*arrays, **options)
    w = np.einsum("mdij,dij->mdij", np.broadcast_to(pointwise, (4, 6, 3, 2)), depthwise[:, 0])
    w = w.reshape(4, 3, 2, 3, 2).sum(axis=2)
    np.testing.assert_array_equal(y, ops.conv2d(x, w, b, **options))
    gradients_agree(
        lambda *a: ops.depthwise_separable_conv2d(*a, **options),
        lambda *a: ops.depthwise_separable_conv2d_backward(*a, **options),
        arrays, numerical_gradient, whole,
    )  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS)
def test_spatially_separable_filters_are_outer_products(whole, numerical_gradient, options):
    arrays = x, vertical, horizontal, b = (
        whole(1, 2, 3, 5, 6), whole(2, 3, 3), whole(3, 3, 2), whole(4, 3),
    )  # fmt: skip
    y = ops.spatially_separable_conv2d(*arrays, **options)
    w = (vertical[:, :, None] * horizontal[:, None])[:, None]
    np.testing.assert_array_equal(y, ops.conv2d(x, w, b, groups=3, **options))
    gradients_agree(
        lambda *a: ops.spatially_separable_conv2d(*a, **options),
        lambda *a: ops.spatially_separable_conv2d_backward(*a, **options),
        arrays, numerical_gradient, whole,
    )  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS)
def test_flattened_filters_are_outer_products_of_three(whole, numerical_gradient, options):
    arrays = x, lateral, vertical, horizontal, b = (
        whole(1, 2, 2, 5, 6), whole(2, 3, 2), whole(3, 3, 3), whole(4, 3, 2), whole(5, 3),
    )  # fmt: skip
    y = ops.flattened_conv2d(*arrays, **options)
    w = np.einsum("mc,mi,mj->mcij", lateral, vertical, horizontal)
    np.testing.assert_array_equal(y, ops.conv2d(x, w, b, **options))
    gradients_agree(
        lambda *a: ops.flattened_conv2d(*a, **options),
        lambda *a: ops.flattened_conv2d_backward(*a, **options),
        arrays, numerical_gradient, whole,
    )  # fmt: skip


def test_the_saving_of_the_lecture():
    sizes = {"C": 256, "M": 256, "K": 3}
    whole_filter = np.empty((sizes["M"], sizes["C"], 3, 3)).size
    depthwise, pointwise = np.empty((256, 1, 3, 3)), np.empty((256, 256, 1, 1))
    assert (whole_filter, depthwise.size + pointwise.size) == (589_824, 67_840)


UNTIED = [
    {},
    {"stride": 2, "padding": 1},
    {"dilation": (1, 2), "padding": ((0, 1), (2, 1))},
    {"groups": 2, "stride": (2, 1)},
]


@pytest.mark.parametrize("options", UNTIED)
def test_one_tile_is_a_convolution(whole, options):
    x, w, b = whole(1, 2, 4, 6, 7), whole(2, 2, 4 // options.get("groups", 1), 3, 2), whole(3, 2)
    y = ops.tiled_conv2d(x, w[None, None], b[None, None], **options)
    np.testing.assert_array_equal(y, ops.conv2d(x, w, b, **options))
    found = ops.tiled_conv2d_backward(y, x, w[None, None], **options)
    expected = ops.conv2d_backward(y, x, w, **options)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.reshape(other.shape), other)


@settings(max_examples=25)
@given(
    sets=st.tuples(st.integers(1, 4), st.integers(1, 3)),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
    groups=st.integers(1, 2),
)
def test_an_output_uses_the_set_of_its_tile(whole, sets, stride, dilation, groups):
    options = {"stride": stride, "dilation": dilation, "groups": groups, "padding": 4}
    x, w, b = whole(1, 1, 2, 6, 5), whole(2, *sets, 2, 2 // groups, 2, 3), whole(3, *sets, 2)
    y = ops.tiled_conv2d(x, w, b, **options)
    for row, column in np.ndindex(y.shape[2:]):
        tile = row % sets[0], column % sets[1]
        expected = ops.conv2d(x, w[tile], b[tile], **options)[:, :, row, column]
        np.testing.assert_array_equal(y[:, :, row, column], expected)


@pytest.mark.parametrize("options", UNTIED)
def test_tiles_go_backwards_as_the_numerical_gradient(whole, numerical_gradient, options):
    depth = 4 // options.get("groups", 1)
    arrays = whole(1, 2, 4, 5, 6), whole(2, 2, 1, 2, depth, 3, 2), whole(3, 2, 1, 2)
    gradients_agree(
        lambda *a: ops.tiled_conv2d(*a, **options),
        lambda *a: ops.tiled_conv2d_backward(*a, **options),
        arrays, numerical_gradient, whole,
    )  # fmt: skip


@pytest.mark.parametrize("batch", [0, 1, 3])
@pytest.mark.parametrize("options", UNTIED)
def test_as_many_tiles_as_outputs_are_locally_connected(whole, options, batch):
    x, one = whole(1, batch, 4, 5, 6), whole(2, 2, 4 // options.get("groups", 1), 3, 2)
    places = ops.conv2d(x, one, **options).shape[2:]
    w, b = whole(3, *places, *one.shape), whole(4, *places, 2)
    y = ops.locally_connected2d(x, w, b, **options)
    np.testing.assert_array_equal(y, ops.tiled_conv2d(x, w, b, **options))
    dy = whole(5, *y.shape)
    found = ops.locally_connected2d_backward(dy, x, w, **options)
    expected = ops.tiled_conv2d_backward(dy, x, w, **options)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_locally_connected_goes_backwards_as_the_numerical_gradient(whole, numerical_gradient):
    options = {"stride": 2, "padding": 1, "groups": 2}
    arrays = whole(1, 2, 2, 4, 5), whole(2, 2, 3, 2, 1, 3, 2), whole(3, 2, 3, 2)
    gradients_agree(
        lambda *a: ops.locally_connected2d(*a, **options),
        lambda *a: ops.locally_connected2d_backward(*a, **options),
        arrays, numerical_gradient, whole,
    )  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays_and_any_layout_is_welcome(whole, dtype):
    x, w = whole(1, 2, 2, 4, 4, dtype=dtype), whole(2, 3, 3, 2, 2, 2, 2, dtype=dtype)
    y = ops.locally_connected2d(x, w)
    frozen = np.asfortranarray(x), np.asfortranarray(w)
    for array in frozen:
        array.flags.writeable = False
    for forward, backward in (
        (ops.locally_connected2d, ops.locally_connected2d_backward),
        (ops.tiled_conv2d, ops.tiled_conv2d_backward),
    ):
        np.testing.assert_array_equal(forward(*frozen), y)
        assert forward(*frozen).dtype == dtype
        for one, other in zip(backward(y, *frozen), backward(y, x, w), strict=True):
            np.testing.assert_array_equal(one, other)
            assert one.dtype == dtype


def refused(words, function, *arguments, **options):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}"):
        function(*arguments, **options)


def test_what_does_not_fit_is_refused_with_a_remedy():
    x = np.zeros((1, 2, 4, 4))
    words = (
        "w must have filters for each of the (3, 3) outputs, got (3, 2) sets in w of shape "
        "(3, 2, 1, 2, 2, 2): make its first axes (3, 3)"
    )
    refused(words, ops.locally_connected2d, x, np.zeros((3, 2, 1, 2, 2, 2)))
    words = "w has more sets of filters, (4, 1), than there are outputs, (3, 3): use fewer"
    refused(words, ops.tiled_conv2d, x, np.zeros((4, 1, 1, 2, 2, 2)))
    words = "b must have shape (2, 2, 1), one bias for each filter in w, got (1,)"
    refused(words, ops.tiled_conv2d, x, np.zeros((2, 2, 1, 2, 2, 2)), np.zeros(1))
    mix = np.zeros((1, 3, 1, 1))
    words = "depthwise must have shape (C*m, 1, kH, kW) with C = 2, the channels of x, got (3, 1, "
    refused(words, ops.depthwise_separable_conv2d, x, np.zeros((3, 1, 2, 2)), mix)
    words = "pointwise must have shape (C_out, 4, 1, 1), a weight for each filter in depthwise, got"
    refused(words, ops.depthwise_separable_conv2d, x, np.zeros((4, 1, 2, 2)), mix)
    words = "vertical must have C = 2 rows, one for each channel to filter, got shape (3, 3): give "
    refused(words, ops.spatially_separable_conv2d, x, np.zeros((3, 3)), np.zeros((2, 3)))
    words = "horizontal must have C_out = 5 rows, one for each channel to filter, got shape (1, 3)"
    three = np.zeros((5, 2)), np.zeros((5, 3)), np.zeros((1, 3))
    refused(words, ops.flattened_conv2d, x, *three)
    words = "lateral must have C = 2 columns, one for each channel of x, got shape (5, 3): make its"
    refused(words, ops.flattened_conv2d, x, np.zeros((5, 3)), *three[1:])
