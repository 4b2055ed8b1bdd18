"""Convolution of volumes, and true convolution: against PyTorch, SciPy, numerical gradients."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import signal

from convviz import ops

CASES = {
    "plain": {},
    "stride that does not fit": {"stride": 2},
    "padding on some sides": {"padding": ((1, 0), (0, 2), (1, 1)), "stride": (1, 2, 1)},
    "same": {"padding": "same"},
    "dilation and groups": {"dilation": (2, 1, 2), "groups": 2},
    "constant": {"padding": 1, "padding_mode": "constant", "padding_value": 3.0},
    "reflect": {"padding": (1, 2, 0), "padding_mode": "reflect"},
    "replicate": {"padding": 3, "padding_mode": "replicate", "stride": 2},
    "circular": {"padding": ((0, 3), (1, 2), (2, 1)), "padding_mode": "circular"},
    "turned": {"flip": True, "padding": 1},
}


@pytest.mark.parametrize("options", CASES.values(), ids=CASES)
def test_it_is_the_numerical_gradient(whole, numerical_gradient, options):
    x = whole(1, 2, 2, 4, 3, 3)
    w, b = whole(2, 2, 2 // options.get("groups", 1), 2, 3, 1), whole(3, 2)
    dy = whole(4, *ops.conv3d(x, w, b, **options).shape)
    dx, dw, db = ops.conv3d_backward(dy, x, w, **options)
    expected = numerical_gradient(lambda x: ops.conv3d(x, w, b, **options), x, dy)
    np.testing.assert_array_equal(dx, expected)
    expected = numerical_gradient(lambda w: ops.conv3d(x, w, b, **options), w, dy)
    np.testing.assert_array_equal(dw, expected)
    np.testing.assert_array_equal(db, dy.sum(axis=(0, 2, 3, 4)))


@settings(max_examples=50)
@given(
    batch=st.integers(0, 2),
    group_shape=st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 2)),
    kernel=st.tuples(*[st.integers(1, 3)] * 3),
    stride=st.tuples(*[st.integers(1, 3)] * 3),
    dilation=st.tuples(*[st.integers(1, 2)] * 3),
    sides=st.tuples(*[st.integers(2, 5)] * 3),
    padding=st.tuples(*[st.integers(0, 2)] * 3),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_it_agrees_with_pytorch(
    whole, batch, group_shape, kernel, stride, dilation, sides, padding, dtype
):
    torch = pytest.importorskip("torch")
    groups, depth, maps = group_shape
    for axis in range(3):
        assume(2 * padding[axis] + sides[axis] > dilation[axis] * (kernel[axis] - 1))
    arrays = (
        whole(1, batch, groups * depth, *sides, dtype=dtype),
        whole(2, groups * maps, depth, *kernel, dtype=dtype),
        whole(3, groups * maps, dtype=dtype),
    )
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    tensors = [torch.from_numpy(array.copy()).requires_grad_() for array in arrays]
    expected = torch.nn.functional.conv3d(*tensors, **options)
    y = ops.conv3d(*arrays, **options)
    np.testing.assert_array_equal(y, expected.detach().numpy())
    dy = whole(4, *y.shape, dtype=dtype)
    expected.backward(torch.from_numpy(dy))
    for found, tensor in zip(ops.conv3d_backward(dy, *arrays[:2], **options), tensors, strict=True):
        np.testing.assert_array_equal(found, tensor.grad.numpy())
        assert found.dtype == dtype


def test_a_volume_of_one_plane_is_a_plane(whole):
    x, w = whole(1, 2, 3, 6, 5), whole(2, 4, 3, 3, 2)
    found = ops.conv3d(x[:, :, None], w[:, :, None], stride=2, padding=(0, 1, 1))
    np.testing.assert_array_equal(found[:, :, 0], ops.conv2d(x, w, stride=2, padding=1))


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("mode", ["valid", "full"])
def test_turned_filters_are_convolution_as_mathematics_means_it(whole, axes, mode):
    x, w = whole(1, *(5, 6, 4)[:axes]), whole(2, *(3, 2, 2)[:axes])
    found = getattr(ops, f"conv{axes}d")(x[None, None], w[None, None], padding=mode, flip=True)
    np.testing.assert_array_equal(found[0, 0], signal.convolve(x, w, mode, method="direct"))


@pytest.mark.parametrize("axes", [1, 2])
def test_turned_filters_go_backwards_too(whole, numerical_gradient, axes):
    x, w = whole(1, 2, 2, *(5, 6)[:axes]), whole(2, 3, 2, *(3, 2)[:axes])
    forward, backward = getattr(ops, f"conv{axes}d"), getattr(ops, f"conv{axes}d_backward")
    options = {"stride": 2, "padding": 1, "flip": True}
    dy = whole(3, *forward(x, w, **options).shape)
    dx, dw, _ = backward(dy, x, w, **options)
    expected = numerical_gradient(lambda x: forward(x, w, **options), x, dy)
    np.testing.assert_array_equal(dx, expected)
    expected = numerical_gradient(lambda w: forward(x, w, **options), w, dy)
    np.testing.assert_array_equal(dw, expected)
    assert dw.flags.c_contiguous


def test_errors_name_the_axis():
    x, w = np.zeros((1, 1, 3, 5, 5)), np.zeros((1, 1, 4, 3, 3))
    words = (
        "depth: kernel of 4 does not fit an input of 3: "
        "raise padding to at least 1 or take a smaller kernel"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        ops.conv3d(x, w)
    words = "x must have 5 axes (N, C, D, H, W), got 4 with shape (1, 3, 5, 5): add axes of size 1"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}"):
        ops.conv3d(x[0], w)
    with pytest.raises(TypeError, match=r"^flip must be True or False, got 1$"):
        ops.conv3d(x, w, padding=1, flip=1)


def test_any_memory_layout_is_welcome(whole):
    x, w = whole(1, 2, 2, 4, 4, 4), whole(2, 2, 2, 2, 3, 3)
    frozen = np.asfortranarray(x)
    frozen.flags.writeable = False
    y = ops.conv3d(x, w)
    np.testing.assert_array_equal(ops.conv3d(frozen, np.asfortranarray(w)), y)
    for one, other in zip(
        ops.conv3d_backward(np.asfortranarray(y), frozen, np.asfortranarray(w)),
        ops.conv3d_backward(y, x, w),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
