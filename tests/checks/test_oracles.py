"""What the checks hold to be right agrees with the lectures' plain loops, whatever the sizes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz import reference
from convviz.checks import (
    _backward,
    _backward_input,
    _dense,
    _norm,
    _norm_back,
    _pooling,
    _pooling_back,
)
from convviz.checks._winners import winners

SEEDS = st.integers(0, 2**32 - 1)
SMALL = st.integers(1, 3)


@st.composite
def layers(draw):
    """Input, filters and options that fit each other."""
    rng = np.random.default_rng(draw(SEEDS))
    channels, filters, height, width = (draw(SMALL) for _ in range(4))
    options = {"stride": draw(SMALL), "padding": draw(st.integers(0, 2))}
    sides = [size + draw(st.integers(0, 4)) for size in (height, width)]
    x, w = rng.normal(size=(channels, *sides)), rng.normal(size=(filters, channels, height, width))
    return rng, x, w, options


@given(layers())
@settings(max_examples=40)
def test_derivatives_of_weights_and_input_are_those_of_the_plain_loops(layer):
    rng, x, w, options = layer
    dy = rng.normal(size=reference.conv2d(x, w, **options).shape)
    dx, dw, _ = reference.conv2d_backward(dy, x, w, **options)
    np.testing.assert_allclose(_backward.conv_dw(dy, x, w.shape[2:], **options), dw)
    np.testing.assert_allclose(_backward_input.conv_dx(dy, w, x.shape, **options), dx, atol=1e-12)


@given(layers())
@settings(max_examples=40)
def test_a_flipped_filter_over_padded_derivatives_gives_those_of_the_input(layer):
    rng, x, w, _ = layer
    dy = rng.normal(size=reference.correlate2d(x[0], w[0, 0]).shape)
    dx, _, _ = reference.conv2d_backward(dy[None], x[:1], w[:1, :1])
    np.testing.assert_allclose(_backward_input._flipped(dy, w[0, 0]), dx[0], atol=1e-12)


@given(layers())
@settings(max_examples=40)
def test_the_dense_twin_of_a_layer_gives_its_outputs(layer):
    _, x, w, _ = layer
    twin = _dense._layer_to_dense(w, *x.shape[1:])
    np.testing.assert_allclose(twin @ x.ravel(), reference.conv2d(x, w).ravel(), atol=1e-12)


@st.composite
def poolings(draw):
    """A plane with ties, a size and a stride that fit."""
    rng = np.random.default_rng(draw(SEEDS))
    size, stride = draw(SMALL), draw(st.integers(1, 4))
    sides = [size + draw(st.integers(0, 5)) for _ in range(2)]
    return rng, rng.integers(-3, 3, sides), size, stride


@given(poolings())
@settings(max_examples=60)
def test_pooling_there_and_back_is_that_of_the_plain_loops(pooling):
    rng, x, size, stride = pooling
    y, places = reference.max_pool2d(x, size, stride)
    np.testing.assert_array_equal(_pooling.max_pool(x, size, stride), y)
    np.testing.assert_array_equal(winners(x, size, stride), places)
    average = reference.avg_pool2d(x, size, stride)
    np.testing.assert_allclose(_pooling.average_pool(x, size, stride), average)
    dy = rng.normal(size=y.shape)
    np.testing.assert_allclose(
        _pooling_back._to_winners(dy, places, x.shape),
        reference.max_pool2d_backward(dy, places, x.shape),
    )
    np.testing.assert_allclose(
        _pooling_back._shared(dy, x.shape, size, stride),
        reference.avg_pool2d_backward(dy, x.shape, size, stride),
    )


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_spread_derivatives_go_back_as_those_of_stride_1(stride):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(1, 9, 7)), rng.normal(size=(1, 1, 3, 3))
    dy = rng.normal(size=reference.conv2d(x, w, stride=stride).shape)
    spread = _backward_input._spread(dy[0], stride)
    dx = _backward_input._flipped(spread, w[0, 0])
    expected, _, _ = reference.conv2d_backward(dy, x, w, stride=stride)
    np.testing.assert_allclose(dx, expected[0, : dx.shape[0], : dx.shape[1]], atol=1e-12)


@st.composite
def columns(draw):
    """Values of some channels, three or more, and derivatives of what becomes of them."""
    rng = np.random.default_rng(draw(SEEDS))
    shape = draw(st.integers(3, 6)), draw(SMALL)
    return rng, *rng.normal(size=(2, *shape)), rng.normal(size=shape[1])


@given(columns(), st.sampled_from([0, 1e-5, 2]))
@settings(max_examples=40)
def test_a_normalised_batch_and_its_way_back_are_those_of_the_plain_loops(case, eps):
    _, x, dy, gamma = case
    hat, dx = _norm.normalise(x, eps), _norm_back.batch_norm_dx(dy, x, gamma, eps)
    learned = _norm_back.learned_gradients(dy, hat)
    for c in range(x.shape[1]):
        np.testing.assert_allclose(hat[:, c], reference.batch_norm(x[:, c], eps=eps))
        expected = reference.batch_norm_backward(dy[:, c], x[:, c], gamma[c], eps)
        np.testing.assert_allclose(dx[:, c], expected[0], atol=1e-9)
        np.testing.assert_allclose(learned[:, c], expected[1:], atol=1e-9)


@given(columns())
@settings(max_examples=20)
def test_maps_are_normalised_as_one_long_column_a_channel(case):
    rng, _, _, gamma = case
    x, beta = rng.normal(size=(3, len(gamma), 2, 4)), rng.normal(size=len(gamma))
    found = _norm.normalise_maps(x, gamma, beta)
    for c in range(len(gamma)):
        column = reference.batch_norm(x[:, c].ravel(), gamma[c], beta[c], _norm.EPS)
        np.testing.assert_allclose(found[:, c].ravel(), column)


@given(columns(), st.sampled_from([1e-5, 2]))
@settings(max_examples=30)
def test_the_derivatives_of_mean_and_variance_are_slopes(case, eps):
    _, x, dx_hat, _ = case
    mean, variance, h = x.mean(axis=0), x.var(axis=0), 1e-5

    def loss(mean, variance):
        return (dx_hat * (x - mean) / np.sqrt(variance + eps)).sum(axis=0)

    slope = (loss(mean, variance + h) - loss(mean, variance - h)) / (2 * h)
    found = _norm_back.variance_gradient(dx_hat, x, eps)
    np.testing.assert_allclose(found, slope, rtol=1e-3, atol=1e-5)
    slope = (loss(mean + h, variance) - loss(mean - h, variance)) / (2 * h)
    np.testing.assert_allclose(_norm_back.mean_gradient(dx_hat, x, eps), slope, rtol=1e-5, atol=1e-6)
