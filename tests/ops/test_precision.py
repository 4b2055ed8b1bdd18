"""How exact results are: float32 against float64, and float64 against PyTorch, at common sizes."""

import numpy as np
import pytest

from convviz import ops

RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape)


def waves(shape, dtype):
    return np.cos(np.arange(np.prod(shape))).reshape(shape).astype(dtype)


def conv(name, x, w, **options):
    """A convolution, and the number of terms in each of y, dx, dw and db."""
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    x, w = normal(*x), normal(*w)

    def run(dtype):
        arrays = x.astype(dtype), w.astype(dtype)
        y = forward(*arrays, **options)
        return y, *backward(waves(y.shape, dtype), *arrays, **options)

    y, *derivatives = run(np.float64)
    products = abs(forward(np.ones_like(x), np.ones_like(w), **options)).sum()
    terms = [products / result.size for result in (y, *derivatives[:-1])]
    return run, [*terms, y.size / derivatives[-1].size]


CONVOLUTIONS = {
    "conv1d": ((5, 12, 40), (8, 12, 9), {"padding": 4}),
    "conv2d": ((9, 8, 14, 13), (16, 8, 3, 3), {"padding": 1}),
    "conv2d, stride 2": ((17, 3, 15, 15), (8, 3, 5, 4), {"stride": 2, "padding": ((1, 2), (0, 1))}),
    "conv2d, groups": ((4, 12, 12, 12), (12, 1, 3, 3), {"groups": 12, "padding": 2, "dilation": 2}),
    "conv3d": ((3, 4, 6, 7, 8), (6, 4, 3, 3, 3), {"padding": 1}),
    "conv3d, groups": ((2, 4, 5, 9, 9), (8, 2, 2, 3, 3), {"groups": 2, "stride": (1, 2, 2)}),
    "conv_transpose1d": ((4, 8, 30), (8, 6, 5), {"stride": 2, "output_padding": 1}),
    "conv_transpose2d": ((5, 8, 9, 9), (8, 6, 4, 4), {"stride": 2, "padding": 1}),
    "conv_transpose2d, groups": (
        (5, 8, 7, 9), (8, 6, 3, 3),
        {"groups": 2, "stride": 3, "dilation": 2, "output_padding": (2, 1), "padding": (0, 2)},
    ),
    "conv_transpose3d": ((2, 4, 5, 6, 6), (4, 3, 3, 3, 3), {"stride": 2, "padding": 1}),
    "tiled_conv2d": ((4, 6, 13, 12), (2, 3, 8, 6, 3, 3), {"padding": 1}),
    "locally_connected2d": ((4, 6, 9, 10), (7, 8, 8, 6, 3, 3), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CONVOLUTIONS)
def test_convolutions_in_float32_err_by_the_root_of_their_terms(case):
    x, w, options = CONVOLUTIONS[case]
    run, terms = conv(case.partition(",")[0], x, w, **options)
    for found, exact, count in zip(run(np.float32), run(np.float64), terms, strict=True):
        assert found.dtype == np.float32
        error = np.abs(found - exact).max() / np.abs(exact).max()
        assert error <= 2e-6 * np.sqrt(count)


@pytest.mark.parametrize("case", [name for name in CONVOLUTIONS if name.startswith("conv")])
def test_convolutions_in_float64_are_those_of_pytorch(case):
    torch = pytest.importorskip("torch")
    x, w, options = CONVOLUTIONS[case]
    name = case.partition(",")[0]
    x, w = normal(*x), normal(*w)
    b = normal(getattr(ops, name)(x, w, **options).shape[1])
    tensors = [torch.from_numpy(array.copy()).requires_grad_() for array in (x, w, b)]
    simple = dict(options)
    padding = simple.get("padding", 0)
    if np.ndim(padding) == 2:
        (top, bottom), (left, right) = simple.pop("padding")
        tensors[0] = torch.from_numpy(x.copy()).requires_grad_()
        around = torch.nn.functional.pad(tensors[0], (left, right, top, bottom))
        expected = getattr(torch.nn.functional, name)(around, *tensors[1:], **simple)
    else:
        expected = getattr(torch.nn.functional, name)(*tensors, **simple)
    y = getattr(ops, name)(x, w, b, **options)
    close = {"rtol": 0, "atol": 1e-12 * np.abs(y).max()}
    np.testing.assert_allclose(y, expected.detach().numpy(), **close)
    dy = normal(*y.shape)
    expected.backward(torch.from_numpy(dy))
    for found, tensor in zip(
        getattr(ops, f"{name}_backward")(dy, x, w, **options), tensors, strict=True
    ):
        close = {"rtol": 0, "atol": 1e-12 * np.abs(found).max()}
        np.testing.assert_allclose(found, tensor.grad.numpy(), **close)


def pooled(forward, backward, count):
    x = np.abs(normal(3, 4, 12, 12))

    def run(dtype):
        y = forward(x.astype(dtype))
        dy = waves(y.shape, dtype)
        return y, backward(dy, x.astype(dtype), y)

    return run, count


def normalised(dtype):
    x = np.random.default_rng(1).normal(2, 3, (8, 5, 12, 12)).astype(dtype)
    weight = np.ones(5, dtype)
    y, statistics = ops.batch_norm(x, weight)
    return y, *ops.batch_norm_backward(waves(y.shape, dtype), x, weight, statistics)


def dense(dtype):
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(64, 400)).astype(dtype), rng.normal(size=(120, 400)).astype(dtype)
    y = ops.linear(x, w)
    return y, *ops.linear_backward(np.cos(y / 10), x, w)


OTHERS = {
    "avg_pool2d": pooled(
        lambda x: ops.avg_pool2d(x, 5, 1),
        lambda dy, x, y: ops.avg_pool2d_backward(dy, x.shape, 5, 1),
        25,
    ),
    "lp_pool2d": pooled(
        lambda x: ops.lp_pool2d(x, 3, 4, 2),
        lambda dy, x, y: ops.lp_pool2d_backward(dy, x, 3, 4, 2),
        16,
    ),
    "spectral_pool": pooled(
        lambda x: ops.spectral_pool(x, 7),
        lambda dy, x, y: ops.spectral_pool_backward(dy, x.shape),
        144,
    ),
    "local_response_norm": pooled(
        lambda x: ops.local_response_norm(x, 3, alpha=1),
        lambda dy, x, y: ops.local_response_norm_backward(dy, x, 3, alpha=1),
        3,
    ),
    "softmax": pooled(
        lambda x: ops.softmax(x, 1), lambda dy, x, y: ops.softmax_backward(dy, y, 1), 4
    ),
    "log_softmax": pooled(
        lambda x: ops.log_softmax(x), lambda dy, x, y: ops.log_softmax_backward(dy, y), 12
    ),
    "batch_norm": (normalised, 8 * 144),
    "linear": (dense, 64),
}


@pytest.mark.parametrize("case", OTHERS)
def test_the_others_in_float32_err_no_more(case):
    run, count = OTHERS[case]
    for found, exact in zip(run(np.float32), run(np.float64), strict=True):
        assert found.dtype == np.float32
        error = np.abs(found - exact).max() / np.abs(exact).max()
        assert error <= 2e-6 * np.sqrt(count)


def test_the_same_input_gives_the_same_result_on_every_run():
    x, w = (normal(33, 8, 14, 14).astype(np.float32), normal(16, 8, 3, 3).astype(np.float32))
    first = ops.conv2d(x, w, padding=1)
    derivatives = ops.conv2d_backward(first, x, w, padding=1)
    for _ in range(5):
        np.testing.assert_array_equal(ops.conv2d(x, w, padding=1), first)
        again = ops.conv2d_backward(first, x, w, padding=1)
        for one, other in zip(again, derivatives, strict=True):
            np.testing.assert_array_equal(one, other)
