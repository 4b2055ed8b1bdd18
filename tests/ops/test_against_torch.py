"""The same as PyTorch, forwards and backwards, wherever PyTorch has the option."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import ops

torch = pytest.importorskip("torch")
functional = torch.nn.functional
# the arrays are tiny: threads only wait for each other
torch.set_num_threads(1)

PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
SIDES = st.tuples(st.integers(0, 3), st.integers(0, 3))
MODES = {"zeros": "constant", "constant": "constant"} | {
    mode: mode for mode in ("reflect", "replicate", "circular")
}


def tensors(*arrays):
    return [torch.from_numpy(array.copy()).requires_grad_() for array in arrays]


def agree(found, expected):
    np.testing.assert_array_equal(found, expected.detach().numpy())


@given(
    dtype=st.sampled_from([np.float32, np.float64]),
    batch=st.integers(0, 2),
    group_shape=st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 2)),
    kernel=PAIR,
    stride=PAIR,
    dilation=PAIR,
    sides=st.tuples(st.integers(4, 8), st.integers(4, 8)),
    padding=st.tuples(SIDES, SIDES),
    mode=st.sampled_from(sorted(MODES)),
    bias=st.booleans(),
)
def test_convolution_of_planes(
    whole, dtype, batch, group_shape, kernel, stride, dilation, sides, padding, mode, bias
):
    groups, depth, maps = group_shape
    for axis in range(2):
        assume(sum(padding[axis]) + sides[axis] > dilation[axis] * (kernel[axis] - 1))
    arrays = [
        whole(1, batch, groups * depth, *sides, dtype=dtype),
        whole(2, groups * maps, depth, *kernel, dtype=dtype),
        whole(3, groups * maps, dtype=dtype),
    ]
    value = 2.0 if mode == "constant" else 0.0
    options = {"stride": stride, "dilation": dilation, "groups": groups}
    x, w, b = tensors(*arrays)
    around = [*padding[1], *padding[0]]
    fill = {"value": value} if MODES[mode] == "constant" else {}
    padded = functional.pad(x, around, mode=MODES[mode], **fill) if batch else x
    if not batch:
        padding, mode, value = 0, "zeros", 0.0
        assume(all(n > d * (k - 1) for n, d, k in zip(sides, dilation, kernel, strict=True)))
    expected = functional.conv2d(padded, w, b if bias else None, **options)
    options |= {"padding": padding, "padding_mode": mode, "padding_value": value}
    y = ops.conv2d(*arrays[: 3 if bias else 2], **options)
    agree(y, expected)
    dy = whole(4, *y.shape, dtype=dtype)
    expected.backward(torch.from_numpy(dy))
    dx, dw, db = ops.conv2d_backward(dy, *arrays[:2], **options)
    agree(dx, x.grad)
    agree(dw, w.grad)
    agree(db, b.grad if bias else torch.from_numpy(dy).sum((0, 2, 3)))


@given(
    group_shape=st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(1, 2)),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 3),
    padding=st.integers(0, 3),
)
def test_convolution_of_lines(whole, group_shape, kernel, stride, dilation, padding):
    groups, depth, maps = group_shape
    assume(2 * padding + 9 > dilation * (kernel - 1))
    arrays = (
        whole(1, 2, groups * depth, 9),
        whole(2, groups * maps, depth, kernel),
        whole(3, groups * maps),
    )
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    x, w, b = tensors(*arrays)
    expected = functional.conv1d(x, w, b, **options)
    y = ops.conv1d(*arrays, **options)
    agree(y, expected)
    dy = whole(4, *y.shape)
    expected.backward(torch.from_numpy(dy))
    derivatives = ops.conv1d_backward(dy, *arrays[:2], **options)
    for found, tensor in zip(derivatives, (x, w, b), strict=True):
        agree(found, tensor.grad)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("kernel", [(2, 3), (4, 4), (1, 6)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_padding_of_even_kernels(whole, kernel, dilation):
    x, w = whole(1, 1, 2, 7, 8), whole(2, 3, 2, *kernel)
    options = {"padding": "same", "dilation": dilation}
    expected = functional.conv2d(*tensors(x, w), **options)
    agree(ops.conv2d(x, w, **options), expected)


@given(
    sides=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    kernel=PAIR,
    stride=PAIR,
    dilation=PAIR,
    padding=st.tuples(st.integers(0, 1), st.integers(0, 1)),
    ceil_mode=st.booleans(),
    holes=st.booleans(),
)
def test_max_pooling_with_ties(
    whole, sides, kernel, stride, dilation, padding, ceil_mode, holes
):
    assume(all(2 * amount <= size for amount, size in zip(padding, kernel, strict=True)))
    # few different values: many ties
    array = np.floor(whole(1, 2, 2, *sides) / 3)
    if holes:
        array[whole(2, *array.shape) == 0] = np.nan
        array[whole(3, *array.shape) == 0] = -np.inf
    options = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    try:
        y, indices = ops.max_pool2d(array, kernel, return_indices=True, **options)
    except ValueError as error:
        assert "does not fit" in str(error) or "nothing but padding" in str(error)
        if "does not fit" in str(error):
            with pytest.raises(RuntimeError):
                functional.max_pool2d(*tensors(array), kernel, **options)
        return
    (x,) = tensors(array)
    expected, places = functional.max_pool2d(x, kernel, return_indices=True, **options)
    agree(y, expected)
    agree(indices, places)
    dy = whole(4, *y.shape)
    expected.backward(torch.from_numpy(dy))
    agree(ops.max_pool2d_backward(dy, indices, array.shape), x.grad)


@given(
    sides=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    kernel=PAIR,
    stride=PAIR,
    padding=st.tuples(st.integers(0, 1), st.integers(0, 1)),
    ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
)
def test_mean_pooling(whole, sides, kernel, stride, padding, ceil_mode, count_include_pad):
    assume(all(2 * amount <= size for amount, size in zip(padding, kernel, strict=True)))
    array = whole(1, 2, 2, *sides)
    options = {
        "stride": stride,
        "padding": padding,
        "ceil_mode": ceil_mode,
        "count_include_pad": count_include_pad,
    }
    try:
        y = ops.avg_pool2d(array, kernel, **options)
    except ValueError as error:
        assert "does not fit" in str(error)
        with pytest.raises(RuntimeError):
            functional.avg_pool2d(*tensors(array), kernel, **options)
        return
    (x,) = tensors(array)
    expected = functional.avg_pool2d(x, kernel, **options)
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-12)
    dy = whole(4, *y.shape)
    expected.backward(torch.from_numpy(dy))
    found = ops.avg_pool2d_backward(dy, array.shape, kernel, **options)
    np.testing.assert_allclose(found, x.grad.numpy(), rtol=1e-12, atol=1e-12)


def test_relu_with_nan_and_infinity():
    array = np.array([-1.0, 0.0, 2.0, np.nan, np.inf, -np.inf])
    (x,) = tensors(array)
    expected = torch.relu(x)
    agree(ops.relu(array), expected)
    expected.backward(torch.arange(1.0, 7.0, dtype=torch.float64))
    agree(ops.relu_backward(np.arange(1.0, 7.0), array), x.grad)


def test_convolution_with_nan_and_infinity(whole):
    array = whole(1, 1, 2, 6, 6)
    array[0, 0, 2, 3], array[0, 1, 0, 0], array[0, 1, 5, 5] = np.nan, np.inf, -np.inf
    w = whole(2, 3, 2, 3, 3)
    expected = functional.conv2d(*tensors(array, w), padding=1)
    agree(ops.conv2d(array, w, padding=1), expected)
