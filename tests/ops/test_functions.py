"""Activations, softmax, losses: against PyTorch, numerical gradients, and their definitions."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz import ops

torch = pytest.importorskip("torch")
functional = torch.nn.functional

NUMBERS = np.array([-1000.0, -3, -0.5, -0.0, 0, 1e-9, 0.5, 3, 1000, np.nan, np.inf, -np.inf])
CLOSE = {np.float32: {"rtol": 1e-5, "atol": 1e-6}, np.float64: {"rtol": 1e-12, "atol": 1e-14}}
FROM_INPUT = {
    "relu": (ops.relu, ops.relu_backward, functional.relu),
    "leaky_relu": (
        lambda x: ops.leaky_relu(x, 0.2),
        lambda dy, x: ops.leaky_relu_backward(dy, x, 0.2),
        lambda x: functional.leaky_relu(x, 0.2),
    ),
    "elu": (
        lambda x: ops.elu(x, 1.5),
        lambda dy, x: ops.elu_backward(dy, x, 1.5),
        lambda x: functional.elu(x, 1.5),
    ),
}
FROM_OUTPUT = {
    "sigmoid": (ops.sigmoid, ops.sigmoid_backward, torch.sigmoid),
    "tanh": (ops.tanh, ops.tanh_backward, torch.tanh),
}
ALONG = {
    "softmax": (ops.softmax, ops.softmax_backward, torch.softmax),
    "log_softmax": (ops.log_softmax, ops.log_softmax_backward, torch.log_softmax),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [*FROM_INPUT, *FROM_OUTPUT])
def test_activations_agree_with_pytorch_for_every_kind_of_number(name, dtype):
    forward, backward, oracle = (FROM_INPUT | FROM_OUTPUT)[name]
    array = NUMBERS.astype(dtype)
    x = torch.from_numpy(array.copy()).requires_grad_()
    expected = oracle(x)
    y = forward(array)
    close = (1e-6, 1e-7) if dtype == np.float32 else (1e-14, 1e-300)
    tolerance = dict(zip(("rtol", "atol"), close, strict=True))
    np.testing.assert_allclose(y, expected.detach().numpy(), **tolerance)
    assert y.dtype == dtype
    dy = np.linspace(1, 2, array.size).astype(dtype)
    expected.backward(torch.from_numpy(dy))
    found = backward(dy, array if name in FROM_INPUT else y)
    np.testing.assert_allclose(found, x.grad.numpy(), **tolerance)
    assert found.dtype == dtype


@pytest.mark.parametrize("name", [*FROM_INPUT, *FROM_OUTPUT])
def test_activations_go_backwards_as_the_numerical_gradient(name, numerical_gradient):
    forward, backward, _ = (FROM_INPUT | FROM_OUTPUT)[name]
    x, dy = np.linspace(-2.1, 2, 24).reshape(2, 3, 4), np.linspace(1, 2, 24).reshape(2, 3, 4)
    found = backward(dy, x if name in FROM_INPUT else forward(x))
    np.testing.assert_allclose(found, numerical_gradient(forward, x, dy), atol=1e-5)
    frozen = np.asfortranarray(x)
    frozen.flags.writeable = False
    np.testing.assert_array_equal(forward(frozen), forward(x))
    assert forward(x[:0]).shape == (0, 3, 4)


@settings(max_examples=40)
@given(
    shape=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    dim=st.integers(-4, 3),
    name=st.sampled_from(sorted(ALONG)),
    dtype=st.sampled_from([np.float32, np.float64]),
    special=st.sampled_from([0.0, 500.0, np.inf, -np.inf, np.nan]),
)
def test_softmax_agrees_with_pytorch(shape, dim, name, dtype, special):
    forward, backward, oracle = ALONG[name]
    array = np.random.default_rng(0).normal(size=shape).astype(dtype)
    array.flat[0] = special
    if not -array.ndim <= dim < array.ndim:
        with pytest.raises(ValueError, match=r"^dim must be"):
            forward(array, dim)
        return
    x = torch.from_numpy(array.copy()).requires_grad_()
    expected = oracle(x, dim)
    y = forward(array, dim)
    tolerance = CLOSE[dtype]
    np.testing.assert_allclose(y, expected.detach().numpy(), **tolerance)
    dy = np.random.default_rng(1).normal(size=shape).astype(dtype)
    expected.backward(torch.from_numpy(dy))
    found = backward(dy, y, dim)
    np.testing.assert_allclose(found, x.grad.numpy(), **tolerance)
    assert y.dtype == found.dtype == dtype


@pytest.mark.parametrize("name", ALONG)
def test_softmax_goes_backwards_as_the_numerical_gradient(name, numerical_gradient):
    forward, backward, _ = ALONG[name]
    x, dy = np.random.default_rng(0).normal(size=(2, 3, 4, 2))
    for dim in range(3):
        expected = numerical_gradient(lambda x, dim=dim: forward(x, dim), x, dy)
        np.testing.assert_allclose(backward(dy, forward(x, dim), dim), expected, atol=1e-5)
    assert forward(np.zeros((0, 3)), 1).shape == (0, 3)


def scores_and_targets(name, shape, dtype):
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype(dtype)
    if name == "binary_cross_entropy":
        x, target = rng.uniform(0, 1, shape).astype(dtype), rng.uniform(0, 1, shape).astype(dtype)
        x.flat[:2], target.flat[:2] = (0, 1), (1, 0)
        return x, target
    return x, rng.uniform(0, 1, shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    "name", ["binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss"]
)
def test_losses_agree_with_pytorch(name, reduction, dtype):
    array, target = scores_and_targets(name, (3, 4), dtype)
    x = torch.from_numpy(array.copy()).requires_grad_()
    expected = getattr(functional, name)(x, torch.from_numpy(target), reduction=reduction)
    y = getattr(ops, name)(array, target, reduction=reduction)
    assert y.dtype == dtype
    rtol = 1e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=rtol)
    dy = np.random.default_rng(1).normal(size=np.shape(y)).astype(dtype)
    expected.backward(torch.from_numpy(dy))
    dy = dy if dy.ndim else float(dy)
    found = getattr(ops, f"{name}_backward")(dy, array, target, reduction=reduction)
    # PyTorch's smallest divisor, 1e-12, is a float32
    np.testing.assert_allclose(found, x.grad.numpy(), rtol=max(rtol, 1e-8))
    assert found.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    # the last three are large enough for the compiled loops: by rows, short ones, and maps
    "shape", [(4, 3), (2, 3, 4), (2, 5, 3, 2), (450, 40), (1900, 9), (2, 5, 41, 41)]
)
@pytest.mark.parametrize("soft", [False, True])
def test_cross_entropy_agrees_with_pytorch(shape, reduction, dtype, soft):
    rng = np.random.default_rng(0)
    array = (10 * rng.normal(size=shape)).astype(dtype)
    target = rng.uniform(0, 1, shape).astype(dtype)
    if not soft:
        target = rng.integers(0, shape[1], (shape[0], *shape[2:]))
    x = torch.from_numpy(array.copy()).requires_grad_()
    expected = functional.cross_entropy(x, torch.from_numpy(target), reduction=reduction)
    y = ops.cross_entropy(array, target, reduction=reduction)
    assert y.dtype == dtype
    tolerance = CLOSE[dtype]
    np.testing.assert_allclose(y, expected.detach().numpy(), **tolerance)
    dy = rng.normal(size=np.shape(y)).astype(dtype)
    expected.backward(torch.from_numpy(dy))
    found = ops.cross_entropy_backward(dy, array, target, reduction=reduction)
    np.testing.assert_allclose(found, x.grad.numpy(), **tolerance)
    assert found.dtype == dtype


@pytest.mark.parametrize("name", ["cross_entropy", "binary_cross_entropy_with_logits", "mse_loss"])
def test_losses_go_backwards_as_the_numerical_gradient(name, numerical_gradient):
    x, target = scores_and_targets(name, (3, 4), np.float64)
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    expected = numerical_gradient(lambda x: forward(x, target), x, 2.0)
    np.testing.assert_allclose(backward(2.0, x, target), expected, atol=1e-5)


def test_an_impossible_class_that_is_not_wanted_costs_nothing():
    x, target = np.array([[0.0, -np.inf]]), np.array([0])
    assert ops.cross_entropy(x, target) == 0
    assert ops.cross_entropy(x, 1 - target) == np.inf
    assert ops.cross_entropy_backward(1.0, x, target).tolist() == [[0, 0]]


def test_the_mean_over_nothing_is_nan_without_a_warning(recwarn):
    x, target = np.zeros((0, 3), np.float32), np.zeros(0, dtype=int)
    assert np.isnan(ops.cross_entropy(x, target))
    assert np.isnan(ops.mse_loss(x, x))
    assert ops.cross_entropy(x, target, reduction="sum") == 0
    assert ops.cross_entropy_backward(1.0, x, target).shape == (0, 3)
    assert not recwarn.list


def test_the_certainty_of_a_good_guess_lowers_the_loss():
    x = np.array([[0.0, 0.0]])
    assert ops.cross_entropy(x, np.array([1])) == pytest.approx(np.log(2))
    assert ops.cross_entropy(np.array([[0.0, 50.0]]), np.array([1])) < 1e-20
    assert ops.cross_entropy(np.array([[0.0, 1e5]], np.float32), np.array([0])) == 1e5


def refused(error, words, function, *arguments, **options):
    with pytest.raises(error, match=f"^{re.escape(words)}"):
        function(*arguments, **options)


def test_what_does_not_fit_is_refused_with_a_remedy():
    x, target = np.zeros((2, 3)), np.array([0, 1])
    words = "target must be classes from 0 to 2, as x has 3 of them, got {}: count classes from 0"
    refused(ValueError, words.format(3), ops.cross_entropy, x, np.array([0, 3]))
    refused(ValueError, words.format(-1), ops.cross_entropy, x, np.array([0, -1]))
    words = "target must have a class for each of the (2,) scores in x of shape (2, 3), got shape"
    refused(ValueError, words, ops.cross_entropy, x, target[None])
    words = "target must be an array of classes (integers) or of probabilities, got list: use np."
    refused(TypeError, words, ops.cross_entropy, x, [0, 1])
    words = "x must have 2 axes (N, C) or more and one class or more, got shape (3,): for one"
    refused(ValueError, words, ops.cross_entropy, x[0], target)
    words = 'reduction must be one of "mean", "sum", "none", got \'average\''
    refused(ValueError, words, ops.cross_entropy, x, target, reduction="average")
    words = 'dy must have the shape of the loss with reduction="mean", (), got (2,): use 1.0'
    refused(ValueError, words, ops.cross_entropy_backward, np.ones(2), x, target)
    words = 'dy must have the shape of the loss with reduction="none", (2,), got (): use an array'
    refused(ValueError, words, ops.cross_entropy_backward, 1.0, x, target, reduction="none")
    words = "x must be probabilities from 0 to 1, got 2 to 2: use binary_cross_entropy_with_logits"
    refused(ValueError, words, ops.binary_cross_entropy, x + 2, x)
    words = "target must be probabilities from 0 to 1, got 255 to 255: divide it by its largest"
    refused(ValueError, words, ops.binary_cross_entropy, x, x + 255)
    words = "target must have the shape of x, (2, 3), got (2,): reshape it"
    refused(ValueError, words, ops.mse_loss, x, np.zeros(2))
    words = "x is float64 but target is float32, and they must be the same: use target.astype"
    refused(TypeError, words, ops.mse_loss, x, x.astype(np.float32))
    words = "negative_slope must be a finite number, got nan"
    refused(ValueError, words, ops.leaky_relu, x, np.nan)
    words = "alpha must be a real number, got '1': a finite number"
    refused(TypeError, words, ops.elu, x, "1")
    words = (
        "dim must be an axis of x, which has 2 with shape (2, 3), got 2: "
        "use -1 for the last axis, 1 for the channels"
    )
    refused(ValueError, words, ops.softmax, x, 2)
    words = "dy must have the shape of the forward pass's output, (2, 3), got (3,): pass the same"
    refused(ValueError, words, ops.sigmoid_backward, np.zeros(3), x)
    refused(ValueError, words, ops.softmax_backward, np.zeros(3), x)


@pytest.mark.parametrize("name", [*FROM_INPUT, *FROM_OUTPUT, *ALONG])
def test_large_arrays_are_computed_as_small_ones_are(name):
    x, dy = np.random.default_rng(0).normal(size=(2, 20, 30, 41))
    x[0, 0, 0], x[1, 2, 3] = np.nan, np.inf
    for dim in (-1, 0, 1) if name in ALONG else (None,):
        forward, backward, _ = (FROM_INPUT | FROM_OUTPUT | ALONG)[name]
        along = () if dim is None else (dim,)
        y = forward(x, *along)
        found = backward(dy, x if name in FROM_INPUT else y, *along)
        # rows of the other axes may be computed apart
        cut = (slice(None), slice(3)) if dim == 0 else (slice(3),)
        parts = x[cut], dy[cut], y[cut]
        small = forward(parts[0], *along)
        np.testing.assert_allclose(y[cut], small, rtol=1e-12)
        small = backward(parts[1], parts[0] if name in FROM_INPUT else parts[2], *along)
        np.testing.assert_allclose(found[cut], small, rtol=1e-12, atol=1e-15)
