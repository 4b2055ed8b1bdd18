"""What holds for every operation: kinds of arrays, numbers that are none, and what it loads."""

import subprocess
import sys

import numpy as np
import pytest

from convviz import ops

X = np.abs(np.random.default_rng(0).normal(size=(2, 4, 6, 6)))
LINES, VOLUMES = X[:, :, 0], X[:, :, None]
W = np.random.default_rng(1).normal(size=(4, 4, 3, 3))
RANDOM = {"generator": np.random.default_rng(0)}
CLASSES = np.zeros((2, 6, 6), dtype=int)
# every forward pass but those of a loss that takes two arrays, as a function of its input
FORWARD = {
    "conv1d": lambda x: ops.conv1d(x, W[:, :, 0].astype(x.dtype)),
    "conv2d": lambda x: ops.conv2d(x, W.astype(x.dtype)),
    "conv3d": lambda x: ops.conv3d(x, W[:, :, None].astype(x.dtype)),
    "conv_transpose1d": lambda x: ops.conv_transpose1d(x, W[:, :, 0].astype(x.dtype)),
    "conv_transpose2d": lambda x: ops.conv_transpose2d(x, W.astype(x.dtype), stride=2),
    "conv_transpose3d": lambda x: ops.conv_transpose3d(x, W[:, :, None].astype(x.dtype)),
    "tiled_conv2d": lambda x: ops.tiled_conv2d(x, np.array([[W, W]]).astype(x.dtype)),
    "locally_connected2d": lambda x: ops.locally_connected2d(
        x, np.tile(W, (4, 4, 1, 1, 1, 1)).astype(x.dtype)
    ),
    "depthwise_separable_conv2d": lambda x: ops.depthwise_separable_conv2d(
        x, W[:, :1].astype(x.dtype), W[:, :, :1, :1].astype(x.dtype)
    ),
    "spatially_separable_conv2d": lambda x: ops.spatially_separable_conv2d(
        x, *W[:2, :, 0].astype(x.dtype)
    ),
    "flattened_conv2d": lambda x: ops.flattened_conv2d(
        x, W[:, :, 0, 0].astype(x.dtype), *W[:2, :, 0].astype(x.dtype)
    ),
    "max_pool1d": lambda x: ops.max_pool1d(x, 2),
    "max_pool2d": lambda x: ops.max_pool2d(x, 2),
    "max_pool3d": lambda x: ops.max_pool3d(x, (1, 2, 2)),
    "avg_pool1d": lambda x: ops.avg_pool1d(x, 2),
    "avg_pool2d": lambda x: ops.avg_pool2d(x, 2),
    "avg_pool3d": lambda x: ops.avg_pool3d(x, (1, 2, 2)),
    "lp_pool1d": lambda x: ops.lp_pool1d(x, 2, 2),
    "lp_pool2d": lambda x: ops.lp_pool2d(x, 2, 2),
    "mixed_pool2d": lambda x: ops.mixed_pool2d(x, 2),
    "adaptive_avg_pool2d": lambda x: ops.adaptive_avg_pool2d(x, 4),
    "adaptive_max_pool2d": lambda x: ops.adaptive_max_pool2d(x, 4),
    "spatial_pyramid_pool": lambda x: ops.spatial_pyramid_pool(x),
    "spectral_pool": lambda x: ops.spectral_pool(x, 4),
    "stochastic_pool2d": lambda x: ops.stochastic_pool2d(x, 2, **RANDOM)[0],
    "stochastic_pool2d_expected": lambda x: ops.stochastic_pool2d_expected(x, 2),
    "max_unpool1d": lambda x: ops.max_unpool1d(x, np.zeros(x.shape, int), 2),
    "max_unpool2d": lambda x: ops.max_unpool2d(x, np.zeros(x.shape, int), 2),
    "max_unpool3d": lambda x: ops.max_unpool3d(x, np.zeros(x.shape, int), 2),
    "batch_norm": lambda x: ops.batch_norm(x)[0],
    "local_response_norm": lambda x: ops.local_response_norm(x, 3),
    "dropout": lambda x: ops.dropout(x, **RANDOM)[0],
    "linear": lambda x: ops.linear(x, W[0, 0, 0, :1].repeat(6)[None].astype(x.dtype)),
    "relu": ops.relu,
    "leaky_relu": ops.leaky_relu,
    "elu": ops.elu,
    "sigmoid": ops.sigmoid,
    "tanh": ops.tanh,
    "softmax": ops.softmax,
    "log_softmax": ops.log_softmax,
    "cross_entropy": lambda x: ops.cross_entropy(x, CLASSES[: len(x)], reduction="none"),
}
LOSSES = {"binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss"}


def input_of(name):
    return LINES if "1d" in name else VOLUMES if "3d" in name else X


def test_no_operation_is_left_out_here_and_each_has_its_backward_pass():
    functions = {name for name in ops.__all__ if name[0].islower()} - {"check_gradients"}
    backward = {name for name in functions if name.endswith("_backward")}
    assert {name.removesuffix("_backward") for name in backward} == functions - backward
    assert functions - backward - LOSSES == set(FORWARD)


@pytest.mark.parametrize("name", FORWARD)
def test_whole_numbers_are_refused_with_a_remedy(name):
    words = r"^x must be float32 or float64, got int64: use x.astype\(np.float32\)$"
    with pytest.raises(TypeError, match=words):
        FORWARD[name](input_of(name).astype(np.int64))


@pytest.mark.parametrize("name", FORWARD)
def test_results_are_new_arrays_of_the_same_dtype_whatever_the_layout(name):
    for dtype in (np.float32, np.float64):
        x = input_of(name).astype(dtype)
        y = FORWARD[name](x)
        assert y.dtype == dtype
        assert not np.shares_memory(x, y)
        other = np.asfortranarray(np.repeat(x, 2, axis=-1))[..., ::2]
        other.flags.writeable = False
        again = FORWARD[name](other)
        assert again.shape == y.shape
        if name not in ("dropout", "stochastic_pool2d"):
            np.testing.assert_allclose(again, y, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", FORWARD)
def test_an_empty_batch_gives_an_empty_batch(name):
    x = input_of(name)
    assert FORWARD[name](x[:0]).shape == (0, *FORWARD[name](x).shape[1:])


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_that_are_none_reach_the_outputs_that_read_them_and_no_others(dtype, special):
    # large enough for the vectors of the engine, and no multiple of their length
    x = np.random.default_rng(0).normal(size=(19, 5, 13, 11)).astype(dtype)
    x[7, 2, 5, 3], x[18, 4, 12, 10] = special, special
    w = np.random.default_rng(1).uniform(0.5, 1, (9, 5, 3, 3)).astype(dtype)
    touched = np.zeros((19, 13, 11), dtype=bool)
    touched[7, 4:7, 2:5] = touched[18, 11:, 9:] = True
    y = ops.conv2d(x, w, padding=1)
    np.testing.assert_array_equal(~np.isfinite(y), np.broadcast_to(touched[:, None], y.shape))
    dx, dw, db = ops.conv2d_backward(y, x, w, padding=1)
    wider = np.zeros((19, 13, 11), dtype=bool)
    wider[7, 3:8, 1:6] = wider[18, 10:, 8:] = True
    np.testing.assert_array_equal(~np.isfinite(dx), np.broadcast_to(wider[:, None], dx.shape))
    pushed = ops.conv_transpose2d(x, w[:5].copy(), padding=1)
    expected = np.broadcast_to(touched[:, None], pushed.shape)
    np.testing.assert_array_equal(~np.isfinite(pushed), expected)
    volume = ops.conv3d(x[:, None], w[:, :1, None], padding=(0, 1, 1))
    expected = np.zeros((19, 5, 13, 11), dtype=bool)
    expected[7, 2, 4:7, 2:5] = expected[18, 4, 11:, 9:] = True
    expected = np.broadcast_to(expected[:, None], volume.shape)
    np.testing.assert_array_equal(~np.isfinite(volume), expected)


def test_what_needs_no_loops_does_without_numba():
    statement = """
import sys, numpy as np
from convviz import ops
x = np.ones((2, 3, 4, 4))
ops.softmax(ops.tanh(ops.leaky_relu(x)), 1)
ops.spectral_pool(x, 2), ops.local_response_norm(x, 3)
ops.cross_entropy(x, np.zeros((2, 4, 4), int)), ops.linear(x, x[0, 0]), ops.mse_loss(x, x)
ops.dropout(x, generator=np.random.default_rng(0))
ops.check_gradients(ops.tanh, 1 - ops.tanh(x) ** 2, x)
assert "numba" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", statement], check=True)
