"""Transposed convolution and batch normalisation against the loops of the lectures."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz import ops, reference


@settings(max_examples=40)
@given(
    channels=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    sides=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.integers(1, 4),
    padding=st.integers(0, 1),
)
def test_transposed_convolution_pushes_as_the_loops_do(
    whole, channels, sides, kernel, stride, padding
):
    depth, maps = channels
    x, w, b = whole(1, 2, depth, *sides), whole(2, depth, maps, *kernel), whole(3, maps)
    options = {"stride": stride, "padding": padding}
    smallest = min((n - 1) * stride + k for n, k in zip(sides, kernel, strict=True))
    if smallest <= 2 * padding:
        words = f"padding of {padding} cuts the whole output away: lower it"
        with pytest.raises(ValueError, match=words):
            reference.conv_transpose2d(x[0], w, b, **options)
        return
    y = ops.conv_transpose2d(x, w, b, **options)
    for image, found in zip(x, y, strict=True):
        expected = reference.conv_transpose2d(image, w, b, **options)
        np.testing.assert_array_equal(found, expected)
    dy = whole(4, *y.shape)
    dx, dw, db = ops.conv_transpose2d_backward(dy[:1], x[:1], w, **options)
    expected = reference.conv_transpose2d_backward(dy[0], x[0], w, **options)
    for found, oracle in zip((dx[0], dw, db), expected, strict=True):
        np.testing.assert_array_equal(found, oracle)


def test_batch_normalisation_goes_the_same_steps():
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 7, 3))
    gamma, beta = rng.normal(size=(2, 3))
    y, statistics = ops.batch_norm(x, gamma, beta, eps=0.01)
    dx, dgamma, dbeta = ops.batch_norm_backward(dy, x, gamma, statistics, eps=0.01)
    for c in range(3):
        expected = reference.batch_norm(x[:, c], gamma[c], beta[c], eps=0.01)
        np.testing.assert_allclose(y[:, c], expected, rtol=1e-12)
        expected = reference.batch_norm_backward(dy[:, c], x[:, c], gamma[c], eps=0.01)
        np.testing.assert_allclose(dx[:, c], expected[0], rtol=1e-10)
        np.testing.assert_allclose((dgamma[c], dbeta[c]), expected[1:], rtol=1e-12)


def test_two_values_tell_nothing_about_the_derivative():
    dx, _, _ = reference.batch_norm_backward([5.0, 7.0], [1.0, 4.0])
    np.testing.assert_allclose(dx, 0, atol=1e-12)
    dx, _, _ = reference.batch_norm_backward([5.0, 7.0, 1.0], [1.0, 4.0, 5.0])
    assert np.abs(dx).max() > 0.1


def test_the_loops_say_what_does_not_fit():
    x, w = np.zeros((2, 3, 3)), np.zeros((3, 1, 2, 2))
    words = (
        "w must have filters for each channel of x, got 3 in w of shape (3, 1, 2, 2) and "
        "2 in x of shape (2, 3, 3): make them equal"
    )
    with pytest.raises(ValueError, match=re.escape(words)):
        reference.conv_transpose2d(x, w)
    words = "b must have shape (1,), one bias for each map, got (2,)"
    with pytest.raises(ValueError, match=re.escape(words)):
        reference.conv_transpose2d(x, w[:2], np.zeros(2))
    with pytest.raises(ValueError, match="dy must have the shape of the output"):
        reference.conv_transpose2d_backward(np.zeros((1, 3, 3)), x, w[:2])
