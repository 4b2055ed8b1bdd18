"""Normalisation, dropout and the fully connected layer: against PyTorch and their definitions."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz import ops

torch = pytest.importorskip("torch")
functional = torch.nn.functional
TOLERANCE = {np.float32: {"rtol": 1e-5, "atol": 2e-6}, np.float64: {"rtol": 1e-11, "atol": 1e-12}}


@settings(max_examples=50)
@given(
    batch=st.integers(2, 5),
    channels=st.integers(1, 4),
    places=st.lists(st.integers(1, 4), max_size=3),
    affine=st.booleans(),
    training=st.booleans(),
    momentum=st.sampled_from([0.0, 0.1, 1.0]),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_batch_norm_agrees_with_pytorch(
    batch, channels, places, affine, training, momentum, dtype
):
    rng = np.random.default_rng(0)
    array = rng.normal(1, 2, (batch, channels, *places)).astype(dtype)
    weight, bias, mean = rng.normal(size=(3, channels)).astype(dtype)
    var = rng.uniform(0.5, 2, channels).astype(dtype)
    tensors = [torch.from_numpy(a.copy()).requires_grad_() for a in (array, weight, bias)]
    running = [torch.from_numpy(a.copy()) for a in (mean, var)]
    options = {"training": training, "momentum": momentum, "eps": 1e-3}
    x, gamma, beta = tensors if affine else (tensors[0], None, None)
    expected = functional.batch_norm(x, *running, gamma, beta, **options)
    y, statistics = ops.batch_norm(
        array, *((weight, bias) if affine else ()), running_mean=mean, running_var=var, **options
    )
    tolerance = TOLERANCE[dtype]
    np.testing.assert_allclose(y, expected.detach().numpy(), **tolerance)
    np.testing.assert_allclose(statistics.running_mean, running[0].numpy(), **tolerance)
    np.testing.assert_allclose(statistics.running_var, running[1].numpy(), **tolerance)
    dy = rng.normal(size=y.shape).astype(dtype)
    expected.backward(torch.from_numpy(dy))
    found = ops.batch_norm_backward(
        dy, array, weight if affine else None, statistics, training=training, eps=1e-3
    )
    # a variance of few values amplifies what float32 rounds
    loose = {"rtol": 1e-3, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-8, "atol": 1e-9}
    for one, tensor in zip(found, tensors if affine else tensors[:1], strict=False):
        np.testing.assert_allclose(one, tensor.grad.numpy(), **loose)
    assert {a.dtype for a in (y, *statistics, *found)} == {np.dtype(dtype)}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(4, 2), (2, 2, 3), (3, 2, 2, 2)])
def test_batch_norm_goes_backwards_as_the_numerical_gradient(numerical_gradient, shape, training):
    rng = np.random.default_rng(0)
    x, (weight, bias) = rng.normal(size=shape), rng.normal(size=(2, 2))
    running = {"running_mean": rng.normal(size=2), "running_var": rng.uniform(1, 2, 2)}

    def forward(x, weight, bias):
        return ops.batch_norm(x, weight, bias, training=training, **running)[0]

    dy = rng.normal(size=shape)
    _, statistics = ops.batch_norm(x, weight, bias, training=training, **running)
    dx, dweight, dbias = ops.batch_norm_backward(dy, x, weight, statistics, training=training)
    expected = numerical_gradient(lambda x: forward(x, weight, bias), x, dy)
    np.testing.assert_allclose(dx, expected, atol=1e-4)
    expected = numerical_gradient(lambda w: forward(x, w, bias), weight, dy)
    np.testing.assert_allclose(dweight, expected, atol=1e-9)
    expected = numerical_gradient(lambda b: forward(x, weight, b), bias, dy)
    np.testing.assert_allclose(dbias, expected, atol=1e-9)


def test_every_channel_gets_mean_0_and_variance_1():
    x = np.random.default_rng(0).normal(1000, 3, (8, 3, 5, 5)).astype(np.float32)
    y, statistics = ops.batch_norm(x, eps=0)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-4)
    np.testing.assert_allclose(y.var(axis=(0, 2, 3)), 1, rtol=1e-4)
    # the mean is a thousand times the spread: a difference of squares would lose it
    exact = x.astype(np.float64).var(axis=(0, 2, 3))
    np.testing.assert_allclose(statistics.var, exact, rtol=1e-6)
    assert statistics.running_mean is None
    assert statistics.running_var is None


def test_running_statistics_are_returned_and_not_changed():
    x = np.random.default_rng(0).normal(size=(4, 2))
    mean, var = np.zeros(2), np.ones(2)
    frozen = np.asfortranarray(x)
    for array in (mean, var, frozen):
        array.flags.writeable = False
    _, statistics = ops.batch_norm(frozen, running_mean=mean, running_var=var, momentum=0.25)
    np.testing.assert_allclose(statistics.running_mean, 0.25 * x.mean(axis=0))
    np.testing.assert_allclose(statistics.running_var, 0.75 + 0.25 * x.var(axis=0, ddof=1))
    _, later = ops.batch_norm(x, running_mean=mean, running_var=var, training=False)
    np.testing.assert_array_equal(later.mean, mean)
    assert not np.shares_memory(later.running_mean, mean)


def test_an_empty_batch_is_normalised_to_an_empty_batch():
    x, running = np.zeros((0, 3, 2)), {"running_mean": np.ones(3), "running_var": np.ones(3)}
    for training in (True, False):
        y, statistics = ops.batch_norm(x, training=training, **running)
        assert y.shape == x.shape
        assert statistics.running_mean.tolist() == [1, 1, 1]
        dx, dweight, dbias = ops.batch_norm_backward(y, x, None, statistics, training=training)
        assert (dx.shape, dweight.tolist(), dbias.tolist()) == (x.shape, [0] * 3, [0] * 3)


def test_nan_stays_in_its_channel():
    x = np.random.default_rng(0).normal(size=(4, 2, 3))
    x[1, 0, 1] = np.nan
    y, _ = ops.batch_norm(x)
    assert np.isnan(y[:, 0]).all()
    assert np.isfinite(y[:, 1]).all()


@settings(max_examples=30)
@given(
    channels=st.integers(1, 7),
    size=st.integers(1, 9),
    dtype=st.sampled_from([np.float32, np.float64]),
    batch=st.integers(0, 2),
)
def test_response_norm_agrees_with_pytorch(channels, size, dtype, batch):
    rng = np.random.default_rng(0)
    array = rng.normal(size=(batch, channels, 3)).astype(dtype)
    x = torch.from_numpy(array.copy()).requires_grad_()
    options = {"alpha": 0.5, "beta": 0.75, "k": 2.0}
    expected = functional.local_response_norm(x, size, **options)
    y = ops.local_response_norm(array, size, **options)
    np.testing.assert_allclose(y, expected.detach().numpy(), **TOLERANCE[dtype])
    dy = rng.normal(size=y.shape).astype(dtype)
    expected.backward(torch.from_numpy(dy))
    found = ops.local_response_norm_backward(dy, array, size, **options)
    np.testing.assert_allclose(found, x.grad.numpy(), **TOLERANCE[dtype])
    assert y.dtype == found.dtype == dtype


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_response_norm_goes_backwards_as_the_numerical_gradient(numerical_gradient, size):
    x, dy = np.random.default_rng(0).normal(size=(2, 2, 4, 3))
    options = {"alpha": 2.0, "beta": 0.6, "k": 1.5}
    expected = numerical_gradient(lambda x: ops.local_response_norm(x, size, **options), x, dy)
    found = ops.local_response_norm_backward(dy, x, size, **options)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("p", [0, 0.2, 0.5, 1])
def test_dropout_drops_its_share_and_keeps_the_mean(p):
    x = np.full((200, 100), 3, dtype=np.float32)
    y, mask = ops.dropout(x, p, generator=np.random.default_rng(0))
    assert np.mean(y == 0) == pytest.approx(p, abs=0.01)
    if p < 1:
        assert set(np.unique(mask)) <= {0, np.float32(1 / (1 - p))}
        assert y.mean() == pytest.approx(3, rel=0.02)
    assert y.dtype == mask.dtype == np.float32
    again, _ = ops.dropout(x, p, generator=np.random.default_rng(0))
    np.testing.assert_array_equal(again, y)
    np.testing.assert_array_equal(ops.dropout_backward(x, mask), y)


def test_dropout_does_nothing_in_prediction():
    x = np.array([1.0, np.nan, 3])
    y, mask = ops.dropout(x, training=False)
    np.testing.assert_array_equal(y, x)
    assert mask.tolist() == [1, 1, 1]
    assert not np.shares_memory(x, y)


@settings(max_examples=30)
@given(
    before=st.lists(st.integers(0, 3), max_size=3),
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_linear_agrees_with_pytorch(whole, before, sizes, dtype):
    inputs, outputs = sizes
    arrays = (
        whole(1, *before, inputs, dtype=dtype),
        whole(2, outputs, inputs, dtype=dtype),
        whole(3, outputs, dtype=dtype),
    )
    tensors = [torch.from_numpy(array.copy()).requires_grad_() for array in arrays]
    expected = functional.linear(*tensors)
    y = ops.linear(*arrays)
    np.testing.assert_array_equal(y, expected.detach().numpy())
    dy = whole(4, *y.shape, dtype=dtype)
    expected.backward(torch.from_numpy(dy))
    for found, tensor in zip(ops.linear_backward(dy, *arrays[:2]), tensors, strict=True):
        np.testing.assert_array_equal(found, tensor.grad.numpy())
        assert found.dtype == dtype


def test_linear_goes_backwards_as_the_numerical_gradient(whole, numerical_gradient):
    x, w, b, dy = whole(1, 3, 4), whole(2, 2, 4), whole(3, 2), whole(4, 3, 2)
    dx, dw, db = ops.linear_backward(dy, x, w)
    np.testing.assert_array_equal(dx, numerical_gradient(lambda x: ops.linear(x, w, b), x, dy))
    np.testing.assert_array_equal(dw, numerical_gradient(lambda w: ops.linear(x, w, b), w, dy))
    np.testing.assert_array_equal(db, numerical_gradient(lambda b: ops.linear(x, w, b), b, dy))


def refused(error, words, function, *arguments, **options):
    with pytest.raises(error, match=f"^{re.escape(words)}"):
        function(*arguments, **options)


def test_what_does_not_fit_is_refused_with_a_remedy():
    x = np.zeros((2, 3))
    words = "x must have more than one value for each channel in training, got shape (1, 3): use a"
    refused(ValueError, words, ops.batch_norm, x[:1])
    words = "running_mean and running_var are needed when training is False: keep those that"
    refused(ValueError, words, ops.batch_norm, x, training=False)
    words = "weight must have shape (3,), one entry for each channel of x, got (2,)"
    refused(ValueError, words, ops.batch_norm, x, np.zeros(2))
    words = "x must have 2 to 5 axes (N, C, ...) and one channel or more, got shape (3,): reshape"
    refused(ValueError, words, ops.batch_norm, x[0])
    words = "momentum must be from 0 to 1, got 2"
    refused(ValueError, words, ops.batch_norm, x, momentum=2)
    words = "eps must be 0 or more, got -1"
    refused(ValueError, words, ops.batch_norm, x, eps=-1)
    words = "statistics must be BatchStatistics, got tuple: pass the second result of batch_norm"
    refused(TypeError, words, ops.batch_norm_backward, x, x, None, (1, 2))
    words = "x is float64 but bias is float32, and they must be the same: use bias.astype(np.float"
    refused(TypeError, words, ops.batch_norm, x, None, np.zeros(3, np.float32))
    words = "size must be at least 1, got 0: 1 is each channel alone"
    refused(ValueError, words, ops.local_response_norm, x, 0)
    words = "p must be from 0 (keep all) to 1 (drop all), got 1.5"
    refused(ValueError, words, ops.dropout, x, 1.5, generator=np.random.default_rng(0))
    words = "generator must be a numpy.random.Generator, got NoneType: use np.random.default_rng(0)"
    refused(TypeError, words, ops.dropout, x)
    words = (
        "x must have 4 entries along its last axis, as w of shape (2, 4) has weights for 4; "
        "got x of shape (2, 3): flatten it or change w"
    )
    refused(ValueError, words, ops.linear, x, np.zeros((2, 4)))
