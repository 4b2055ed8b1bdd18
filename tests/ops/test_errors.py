"""The words of the errors: which argument, what was given, the rule, what to do."""

import re

import numpy as np
import pytest

from convviz import ops

X = np.zeros((1, 2, 5, 5))
W = np.zeros((4, 2, 3, 3))
DY = np.zeros((1, 4, 3, 3))
POOLED = np.zeros((1, 2, 2, 2))
INDICES = np.zeros((1, 2, 2, 2), dtype=np.int64)


def refused(error, words, function, *arguments, **options):
    with pytest.raises(error, match=f"^{re.escape(words)}$"):
        function(*arguments, **options)


@pytest.mark.parametrize(
    ("dtype", "remedy"),
    [
        (np.int64, "x.astype(np.float32)"),
        (np.bool_, "x.astype(np.float32)"),
        (np.float16, "x.astype(np.float32)"),
        (np.longdouble, "x.astype(np.float32)"),
        (object, "x.astype(np.float32)"),
        (np.complex128, "x.real.astype(np.float32)"),
        (np.dtype(np.float64).newbyteorder(), "x.astype(np.float32)"),
    ],
)
def test_arrays_are_float32_or_float64(dtype, remedy):
    words = f"x must be float32 or float64, got {np.dtype(dtype)}: use {remedy}"
    for call in (
        lambda x: ops.conv2d(x, W),
        lambda x: ops.conv2d_backward(DY, x, W),
        lambda x: ops.max_pool2d(x, 2),
        lambda x: ops.avg_pool2d(x, 2),
        lambda x: ops.relu(x),
    ):
        refused(TypeError, words, call, X.astype(dtype))


def test_every_array_of_a_call_is_looked_at():
    words = "{} must be float32 or float64, got int64: use {}.astype(np.float32)"
    integers = [array.astype(np.int64) for array in (X, W, DY)]
    refused(TypeError, words.format("w", "w"), ops.conv2d, X, integers[1])
    refused(TypeError, words.format("b", "b"), ops.conv2d, X, W, np.zeros(4, dtype=np.int64))
    refused(TypeError, words.format("dy", "dy"), ops.conv2d_backward, integers[2], X, W)
    refused(TypeError, words.format("dy", "dy"), ops.relu_backward, integers[0], X)
    refused(TypeError, words.format("dy", "dy"), ops.max_pool2d_backward, INDICES, INDICES, X.shape)
    refused(TypeError, words.format("dy", "dy"), ops.avg_pool2d_backward, INDICES, X.shape, 2)


def test_lists_are_no_arrays():
    words = "x must be a NumPy array, got list: use np.asarray(x, dtype=np.float32)"
    refused(TypeError, words, ops.conv2d, X.tolist(), W)
    refused(TypeError, words, ops.relu, [1.0])


def test_dtypes_are_not_mixed():
    words = "x is float64 but w is float32, and they must be the same: use w.astype(np.float64)"
    refused(TypeError, words, ops.conv2d, X, W.astype(np.float32))
    words = "x is float32 but b is float64, and they must be the same: use b.astype(np.float32)"
    small = X.astype(np.float32), W.astype(np.float32)
    refused(TypeError, words, ops.conv2d, *small, np.zeros(4))
    words = "x is float32 but dy is float64, and they must be the same: use dy.astype(np.float32)"
    refused(TypeError, words, ops.conv2d_backward, DY, *small)
    words = "dy is float64 but x is float32, and they must be the same: use x.astype(np.float64)"
    refused(TypeError, words, ops.relu_backward, X, small[0])


def test_the_number_of_axes_is_fixed():
    plane = np.zeros((5, 5))
    words = (
        "x must have 4 axes (N, C, H, W), got 2 with shape (5, 5): "
        "add axes of size 1, for example x[None, None]"
    )
    refused(ValueError, words, ops.conv2d, plane, W)
    refused(ValueError, words, ops.max_pool2d, plane, 2)
    refused(ValueError, words, ops.avg_pool2d, plane, 2)
    words = (
        "w must have 4 axes (C_out, C_in/groups, kH, kW), got 3 with shape (2, 3, 3): "
        "add axes of size 1, for example w[None]"
    )
    refused(ValueError, words, ops.conv2d, X, W[0])
    words = "x must have 3 axes (N, C, L), got 4 with shape (1, 2, 5, 5): reshape it"
    refused(ValueError, words, ops.conv1d, X, W)


@pytest.mark.parametrize(("axis", "name"), [(1, "C"), (2, "H"), (3, "W")])
def test_only_the_batch_may_be_empty(axis, name):
    shape = tuple(0 if at == axis else size for at, size in enumerate(X.shape))
    words = f"x has no entries along {name}, got shape {shape}: every axis but N needs at least 1"
    refused(ValueError, words, ops.conv2d, np.zeros(shape), W)
    refused(ValueError, words, ops.max_pool2d, np.zeros(shape), 2)


def test_filters_may_not_be_empty():
    words = "w has no entries along C_out, got shape (0, 2, 3, 3): every axis needs at least 1"
    refused(ValueError, words, ops.conv2d, X, W[:0])


def test_the_kernel_must_fit():
    words = (
        "rows: kernel of 7 does not fit an input of 5: "
        "raise padding to at least 1 or take a smaller kernel"
    )
    refused(ValueError, words, ops.conv2d, X, np.zeros((1, 2, 7, 7)))
    words = (
        "columns: kernel of 7 (dilated from 3) does not fit an input of 5: "
        "raise padding to at least 1 or lower dilation"
    )
    refused(ValueError, words, ops.conv2d, X, W, dilation=(1, 3))
    words = (
        "kernel of 5 (dilated from 3) does not fit an input of 4: "
        "raise padding to at least 1 or lower dilation"
    )
    refused(ValueError, words, ops.conv1d, X[:, :, 0, :4], W[..., 0], dilation=2)
    words = (
        "rows: kernel of 6 does not fit an input of 5: "
        "raise padding to at least 1 or take a smaller kernel"
    )
    refused(ValueError, words, ops.avg_pool2d, X, 6)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"stride": 0}, ValueError, "stride must be at least 1, got 0: use 1 to visit every posi"),
        ({"stride": (1, -1)}, ValueError, "stride[1] must be at least 1, got -1: use 1 to visit "),
        ({"stride": 1.5}, TypeError, "stride must be an integer, got 1.5 (float): use 1 to visit"),
        ({"stride": True}, TypeError, "stride must be an integer, got True (bool): use 1 to visi"),
        ({"dilation": 0}, ValueError, "dilation must be at least 1, got 0: use 1 for a solid ker"),
        ({"dilation": "2"}, TypeError, "dilation must be an integer, got '2' (str): use 1 for a "),
        ({"padding": -1}, ValueError, "padding must be at least 0, got -1: use 0 for none"),
        ({"padding": "half"}, ValueError, 'rows: padding must be "valid", "same" or "full" when '),
        ({"padding": (1, 1, 1)}, ValueError, "padding must be one integer or word, or 2 entries,"),
        ({"groups": 0}, ValueError, "groups must be at least 1, got 0: use 1 for filters that se"),
        ({"groups": 1.0}, TypeError, "groups must be an integer, got 1.0 (float): use 1 for filt"),
        ({"padding_mode": "mirror"}, ValueError, 'padding_mode must be one of "zeros", "constant'),
        (
            {"padding": 5, "padding_mode": "reflect"},
            ValueError,
            'rows: padding of 5 is too much for padding_mode="reflect": an input of 5 allows at mo',
        ),
        (
            {"padding": (0, 6), "padding_mode": "circular"},
            ValueError,
            'columns: padding of 6 is too much for padding_mode="circular": an input of 5 allows a',
        ),
        (
            {"padding_value": 1},
            ValueError,
            'padding_value is used by padding_mode="constant" only, got 1 with '
            'padding_mode="zeros": set padding_mode="constant" or leave padding_value at 0',
        ),
        (
            {"padding_mode": "constant", "padding_value": "a"},
            TypeError,
            "padding_value must be a real number, got 'a': use 0.0",
        ),
        (
            {"padding_mode": "constant", "padding_value": 1j},
            TypeError,
            "padding_value must be a real number, got 1j: use 0.0",
        ),
    ],
)
def test_options_of_a_convolution(options, error, words):
    for call in (lambda **o: ops.conv2d(X, W, **o), lambda **o: ops.conv2d_backward(DY, X, W, **o)):
        with pytest.raises(error, match=f"^{re.escape(words)}"):
            call(**options)


def test_a_wrong_option_is_refused_after_the_right_one_was_used():
    # True == 1, and what is remembered of an earlier call must not let it pass
    ops.conv2d(X, W, stride=(1, 1))
    refused(
        TypeError,
        "stride[0] must be an integer, got True (bool): use 1 to visit every position",
        ops.conv2d,
        X,
        W,
        stride=(True, 1),
    )


def test_a_padding_value_must_fit_the_dtype():
    arrays = X.astype(np.float32), W.astype(np.float32)
    words = "padding_value 1e+300 does not fit into float32: use float64 arrays"
    options = {"padding_mode": "constant", "padding_value": 1e300}
    refused(ValueError, words, ops.conv2d, *arrays, **options)


def test_channels_and_groups_agree():
    words = (
        "w must have C_in/groups = 2 channels, as x has 2 channels and groups is 1; "
        "got w of shape (4, 3, 3, 3): make its second axis 2"
    )
    refused(ValueError, words, ops.conv2d, X, np.zeros((4, 3, 3, 3)))
    words = "groups must divide the channels of x, got groups 3 and 2 channels: use a divisor of 2"
    refused(ValueError, words, ops.conv2d, X, W, groups=3)
    words = "groups must divide the filters in w, got groups 2 and 3 filters: use a divisor of 3"
    refused(ValueError, words, ops.conv2d, X, np.zeros((3, 1, 3, 3)), groups=2)


def test_there_is_a_bias_for_each_filter():
    words = "b must have shape (4,), one bias for each filter in w, got (3,)"
    refused(ValueError, words, ops.conv2d, X, W, np.zeros(3))
    refused(ValueError, words.replace("(3,)", "(4, 1)"), ops.conv2d, X, W, np.zeros((4, 1)))


def test_dy_has_the_shape_of_the_output():
    words = (
        "dy must have the shape of the forward pass's output, {}, got {}: "
        "pass the same options to both"
    )
    refused(
        ValueError, words.format((1, 4, 5, 5), DY.shape), ops.conv2d_backward, DY, X, W, padding=1
    )
    line = words.format((1, 4, 3), (1, 4, 2))
    refused(ValueError, line, ops.conv1d_backward, DY[:, :, 0, :2], X[:, :, 0], W[:, :, 0])
    refused(ValueError, words.format((2,), (3,)), ops.relu_backward, np.zeros(3), np.zeros(2))
    shapes = words.format((1, 2, 4, 4), POOLED.shape)
    refused(ValueError, shapes, ops.avg_pool2d_backward, POOLED, X.shape, 2, 1)
    shapes = words.format((1, 3, 2, 2), POOLED.shape)
    refused(ValueError, shapes, ops.max_pool2d_backward, POOLED, INDICES, (1, 3, 5, 5))
