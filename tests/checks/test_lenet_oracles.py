"""The LeNet that a homework trains, and what the checks of it hold to be right."""

import numpy as np
import pytest

from convviz import checks, reference
from convviz.checks import _learning, _lenet, _lenet_counts, _lenet_trained, _lenet_turn


def layers(weights):
    """Weights and biases of each layer."""
    return zip(weights[::2], weights[1::2], strict=True)


@pytest.fixture(scope="module")
def network():
    """Weights, biases that are not 0, two pictures and their classes."""
    rng = np.random.default_rng(0)
    weights = _lenet_trained.first_weights(rng)
    weights = [part + rng.normal(0, 0.1, part.shape) for part in weights]
    return weights, rng.normal(size=(2, 1, 16, 16)), np.array([3, 7])


def numerical(f, x, at, h=1e-5):
    moved = [x.copy(), x.copy()]
    moved[0][at] += h
    moved[1][at] -= h
    return (f(moved[0]) - f(moved[1])) / (2 * h)


def test_its_scores_are_those_of_the_plain_loops(network):
    weights, images, _ = network
    *turns, (v, c) = layers(weights)
    for image, scores in zip(images, checks.lenet_scores(weights, images), strict=True):
        for w, b in turns:
            image = np.maximum(reference.conv2d(image, w, b), 0)
            image = np.array([reference.max_pool2d(plane, 2, 2)[0] for plane in image])
        np.testing.assert_allclose(scores, v @ image.ravel() + c)


def test_its_derivatives_are_slopes_of_its_loss(network):
    weights, images, labels = network
    _, gradients = checks.lenet_slopes(weights, images, labels)
    rng = np.random.default_rng(1)
    for n, gradient in enumerate(gradients):
        def loss(part, n=n):
            changed = [*weights[:n], part, *weights[n + 1:]]
            return checks.lenet_slopes(changed, images, labels)[0]

        for _ in range(5):
            at = tuple(rng.integers(gradient.shape))
            slope = numerical(loss, weights[n], at)
            assert gradient[at] == pytest.approx(slope, rel=1e-4, abs=1e-7)


def test_its_loss_is_the_mean_cross_entropy(network):
    weights, images, labels = network
    scores = checks.lenet_scores(weights, images)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss, gradients = checks.lenet_slopes(weights, images, labels)
    assert loss == pytest.approx(-np.log(shares[[0, 1], labels]).mean())
    np.testing.assert_allclose(
        gradients[5], _learning.score_gradient(scores, labels).sum(axis=0)
    )


def test_the_way_back_through_a_turn_is_made_of_slopes():
    rng = np.random.default_rng(2)
    given = {"x": (2, 6, 7), "w": (3, 2, 3, 2), "b": (3,), "v": (4, 18), "c": (4,)}
    given = {name: rng.normal(size=shape) for name, shape in given.items()}
    ds = rng.normal(size=4)
    row = _lenet_turn.turn_gradients(*list(given.values())[:4], ds)
    slopes = [
        numerical(lambda part, n=name: ds @ _lenet_turn.turn_scores(**given | {n: part}), array, at)
        for name, array in list(given.items())[1:]
        for at in np.ndindex(array.shape)
    ]
    np.testing.assert_allclose(row, slopes, rtol=1e-5, atol=1e-8)


def test_a_turn_is_that_of_the_plain_loops():
    rng = np.random.default_rng(3)
    shapes = (3, 7, 8), (2, 3, 2, 3), (2,), (5, 18), (5,)
    x, w, b, v, c = (rng.normal(size=shape) for shape in shapes)
    maps = np.maximum(reference.conv2d(x, w, b), 0)
    pooled = np.array([reference.max_pool2d(plane, 2, 2)[0] for plane in maps])
    np.testing.assert_allclose(_lenet_turn.turn_scores(x, w, b, v, c), v @ pooled.ravel() + c)


def test_the_slope_of_large_scores_is_that_of_their_loss():
    rng = np.random.default_rng(4)
    scores, labels = rng.normal(size=(3, 4)), np.array([1, 0, 3])

    def loss(scores):
        return np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[[0, 1, 2], labels])

    slopes = [numerical(loss, scores, at) for at in np.ndindex(3, 4)]
    found = _learning.score_gradient(scores + 5000, labels)
    np.testing.assert_allclose(found.ravel(), slopes, rtol=1e-5, atol=1e-8)


def test_lenet5_of_the_models_stores_as_many_numbers():
    from convviz import models

    sizes = [part.size for part in models.lenet5(7, in_channels=3).parameters()]
    counts = _lenet_counts.lenet_parameters(channels=3, classes=7)
    assert [sum(pair) for pair in layers(sizes)] == counts.tolist()
    assert _lenet_counts.lenet_parameters().sum() == 61_706


def test_a_shape_told_of_the_network_is_that_of_its_weights():
    made = [part.shape for part in _lenet_trained.first_weights(np.random.default_rng(0))]
    assert tuple(made) == _lenet.LENET_SHAPES
    assert sum(map(np.prod, made)) == 1686
