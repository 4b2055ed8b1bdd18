"""check_gradients: it believes what is right, and says in words what is wrong."""

import re

import numpy as np
import pytest

from convviz import ops

RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=(2, 2, 4, 4)), RNG.normal(size=(3, 2, 3, 2)), RNG.normal(size=3)
RIGHT = {
    "conv2d": (ops.conv2d, lambda dy, x, w, b: ops.conv2d_backward(dy, x, w), (X, W, B)),
    "conv_transpose2d": (
        lambda x, w: ops.conv_transpose2d(x, w, stride=2),
        lambda dy, x, w: ops.conv_transpose2d_backward(dy, x, w, stride=2),
        (X, RNG.normal(size=(2, 1, 3, 3))),
    ),
    "max_pool2d": (
        lambda x: ops.max_pool2d(x, 2),
        lambda dy, x: ops.max_pool2d_backward(
            dy, ops.max_pool2d(x, 2, return_indices=True)[1], x.shape
        ),
        (X,),
    ),
    "batch_norm": (
        lambda x, w, b: ops.batch_norm(x, w, b)[0],
        lambda dy, x, w, b: ops.batch_norm_backward(dy, x, w, ops.batch_norm(x, w, b)[1]),
        (X, RNG.normal(size=2), RNG.normal(size=2)),
    ),
    "softmax": (ops.softmax, lambda dy, x: ops.softmax_backward(dy, ops.softmax(x)), (W,)),
    "a number": (lambda x: np.sum(x**2), lambda dy, x: 2 * dy * x, (B,)),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_believed(name):
    check = ops.check_gradients(RIGHT[name][0], RIGHT[name][1], *RIGHT[name][2])
    assert check
    assert check.error < 1e-6
    assert re.fullmatch(
        r"right: the largest relative error is \d\.\de-\d\d at \[[\d, ]*\] of array \d", str(check)
    )


def test_derivatives_computed_already_are_those_of_the_sum():
    derivatives = ops.conv2d_backward(np.ones_like(ops.conv2d(X, W, B)), X, W)
    assert ops.check_gradients(ops.conv2d, derivatives, X, W, B)
    assert ops.check_gradients(lambda x: x**3, 3 * B**2, B)
    dy = np.array([1.0, 2, 3])
    assert ops.check_gradients(lambda x: x**3, dy * 3 * B**2, B, dy=dy)


def test_float32_arrays_are_checked_in_float64():
    check = ops.check_gradients(ops.tanh, lambda dy, x: dy / np.cosh(x) ** 2, B.astype(np.float32))
    assert check
    assert check.error < 1e-8


def wrong(f, backward, *arrays, **options):
    before = [array.copy() for array in arrays]
    check = ops.check_gradients(f, backward, *arrays, **options)
    assert not check
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    return str(check)


def test_a_missing_factor_and_a_missing_sign_are_recognised():
    words = "wrong: every derivative of array 0 is {}"
    found = wrong(lambda x: x**2, lambda dy, x: dy * x, B)
    assert found == words.format("0.5 times what it should be: a factor is missing")
    found = wrong(lambda x: np.cos(x), lambda dy, x: dy * np.sin(x), B)
    assert found == words.format("minus what it should be: a sign is missing")
    found = wrong(lambda x: x**2, lambda dy, x: 0 * x, B)
    assert found == words.format("0, though the output depends on it")


def test_wrong_places_are_recognised():
    words = "wrong: the derivatives of array 1 are right but for their places: {}"

    def turned(dy, x, w):
        dx, dw, _ = ops.conv2d_backward(dy, x, w)
        return dx, dw[:, :, ::-1, ::-1]

    assert wrong(ops.conv2d, turned, X, W) == words.format("turn them by 180 degrees")
    square = RNG.normal(size=(3, 3))

    def transposed(dy, x, w):
        dx, dw, _ = ops.linear_backward(dy, x, w)
        return dx, dw.T

    found = wrong(ops.linear, transposed, RNG.normal(size=(2, 3)), square)
    assert found == words.format("transpose them")


def test_the_worst_entry_is_shown_with_both_numbers():
    def backward(dy, x):
        derivative = dy * 2 * x
        derivative[1] += 1
        return derivative

    check = ops.check_gradients(lambda x: x**2, backward, np.array([1.0, 2, 3]), dy=np.ones(3))
    assert (check.argument, check.index) == (0, (1,))
    assert check.found == pytest.approx(5)
    assert check.expected == pytest.approx(4)
    assert check.error == pytest.approx(0.2)
    assert str(check) == "wrong: at [1] of array 0 it is 5, not 4; 1 of 3 entries are wrong"


def test_a_corner_is_not_called_a_mistake():
    x = np.array([1.0, 0.0, -2.0])
    check = ops.check_gradients(ops.relu, ops.relu_backward, x)
    assert not check
    words = "but f has a corner there (ReLU at 0, a tie in a pooling): try other numbers"
    assert words in str(check)


def test_a_forgotten_overlap_is_found():
    def backward(dy, x):
        y, indices = ops.max_pool1d(x, 3, 1, return_indices=True)
        dx = np.zeros_like(x)
        for place, value in zip(indices.ravel(), dy.ravel(), strict=True):
            dx[0, 0, place] = value  # `=` where `+=` is meant
        return dx

    x = np.array([[[1.0, 2, 9, 3, 4]]])
    assert "it is" in wrong(lambda x: ops.max_pool1d(x, 3, 1), backward, x)


def test_nan_is_a_mistake():
    found = wrong(lambda x: x**2, lambda dy, x: np.where(x > 0, np.nan, 2 * x * dy), B)
    assert re.match(r"wrong: the derivative at \[\d\] of array 0 is nan", found)


def test_only_some_arrays_may_be_checked():
    assert ops.check_gradients(np.multiply, lambda dy, x, y: (dy * y, None), B, 2 * B)
    check = ops.check_gradients(np.multiply, lambda dy, x, y: (None, dy), B, 2 * B)
    assert check.argument == 1
    unused = ops.check_gradients(lambda x, y: x, lambda dy, x, y: (None, 0 * y), B, B)
    assert str(unused) == "right: array 1 changes nothing"


def refused(error, words, function, *arguments, **options):
    with pytest.raises(error, match=f"^{re.escape(words)}"):
        function(*arguments, **options)


def test_what_cannot_be_checked_is_refused():
    words = "backward must give a derivative for each of the 2 arrays, got 1: use None for one"
    refused(ValueError, words, ops.check_gradients, np.multiply, lambda dy, x, y: (x,), B, B)
    words = "the derivative of array 0 must have its shape, (3,), got (2,): one number for each"
    refused(ValueError, words, ops.check_gradients, ops.relu, lambda dy, x: x[:2], B)
    words = "backward must be a function or the derivatives, got str: use lambda dy, x: ..."
    refused(TypeError, words, ops.check_gradients, ops.relu, "dx", B)
    words = "arrays must hold one array or more: give those that f takes"
    refused(ValueError, words, ops.check_gradients, ops.relu, ops.relu_backward)
    words = "backward gave None for every array: nothing to check"
    refused(ValueError, words, ops.check_gradients, ops.relu, lambda dy, x: (None,), B)


INDICES = RNG.permuted(np.tile(np.arange(16), (4, 1)), axis=1)[:, :4].reshape(2, 2, 2, 2)
POSITIVE = RNG.permutation(np.linspace(0.1, 0.9, X.size)).reshape(X.shape)
TARGET = RNG.uniform(size=X.shape)
# ties and corners are far away: the entries of POSITIVE are further apart than the differences
BACKWARD = {
    "conv_transpose1d": (
        lambda x: ops.conv_transpose1d(x[:, :, 0], W[:2, :, 0], stride=2, output_padding=1),
        lambda dy, x: np.stack([
            ops.conv_transpose1d_backward(
                dy, x[:, :, 0], W[:2, :, 0], stride=2, output_padding=1
            )[0], *np.zeros((3, 2, 2, 4)),
        ], axis=2),
    ),
    "conv_transpose3d": (
        lambda x: ops.conv_transpose3d(x[:, :, None], W[:2, :, None], stride=2, padding=(0, 1, 0)),
        lambda dy, x: ops.conv_transpose3d_backward(
            dy, x[:, :, None], W[:2, :, None], stride=2, padding=(0, 1, 0)
        )[0][:, :, 0],
    ),
    "adaptive_avg_pool2d": (
        lambda x: ops.adaptive_avg_pool2d(x, 3),
        lambda dy, x: ops.adaptive_avg_pool2d_backward(dy, x.shape),
    ),
    "adaptive_max_pool2d": (
        lambda x: ops.adaptive_max_pool2d(x, 3),
        lambda dy, x: ops.adaptive_max_pool2d_backward(
            dy, ops.adaptive_max_pool2d(x, 3, return_indices=True)[1], x.shape
        ),
    ),
    "lp_pool1d": (
        lambda x: ops.lp_pool1d(x.reshape(2, 2, 16), 2.5, 3, 2),
        lambda dy, x: ops.lp_pool1d_backward(dy, x.reshape(2, 2, 16), 2.5, 3, 2).reshape(x.shape),
    ),
    "spectral_pool": (
        lambda x: ops.spectral_pool(x, (3, 2)),
        lambda dy, x: ops.spectral_pool_backward(dy, x.shape),
    ),
    "max_unpool2d": (
        lambda x: ops.max_unpool2d(x[..., :2, :2], INDICES, 2),
        lambda dy, x: np.pad(ops.max_unpool2d_backward(dy, INDICES), [(0, 0)] * 2 + [(0, 2)] * 2),
    ),
    "max_unpool1d": (
        lambda x: ops.max_unpool1d(x.reshape(2, 2, 16), np.tile(np.arange(16), (2, 2, 1)) * 2, 2),
        lambda dy, x: ops.max_unpool1d_backward(
            dy, np.tile(np.arange(16), (2, 2, 1)) * 2
        ).reshape(x.shape),
    ),
    "max_unpool3d": (
        lambda x: ops.max_unpool3d(x[:, :, None, :2, :2], INDICES[:, :, None], 2),
        lambda dy, x: np.pad(
            ops.max_unpool3d_backward(dy, INDICES[:, :, None])[:, :, 0],
            [(0, 0)] * 2 + [(0, 2)] * 2,
        ),
    ),
    "dropout": (
        lambda x: ops.dropout(x, 0.4, generator=np.random.default_rng(3))[0],
        lambda dy, x: ops.dropout_backward(
            dy, ops.dropout(x, 0.4, generator=np.random.default_rng(3))[1]
        ),
    ),
    "binary_cross_entropy": (
        lambda x: ops.binary_cross_entropy(x, TARGET),
        lambda dy, x: ops.binary_cross_entropy_backward(dy, x, TARGET),
    ),
    "cross_entropy of probabilities": (
        lambda x: ops.cross_entropy(x, TARGET, reduction="none"),
        lambda dy, x: ops.cross_entropy_backward(dy, x, TARGET, reduction="none"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BACKWARD)
def test_backward_passes_that_are_tried_nowhere_else(name):
    check = ops.check_gradients(*BACKWARD[name], POSITIVE)
    assert check, str(check)
