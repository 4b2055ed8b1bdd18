"""First numbers have the size that their papers ask for."""

import numpy as np
import pytest

from convviz.nn import init

SHAPE = (64, 48, 3, 3)
IN, OUT = 48 * 9, 64 * 9


@pytest.mark.parametrize(
    ("draw", "deviation"),
    [
        (init.he_normal, (2 / IN) ** 0.5),
        (init.he_uniform, (2 / IN) ** 0.5),
        (init.glorot_normal, (2 / (IN + OUT)) ** 0.5),
        (init.glorot_uniform, (2 / (IN + OUT)) ** 0.5),
        (init.plain_uniform, (1 / 3 / IN) ** 0.5),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_deviation_is_that_of_the_formula(draw, deviation, dtype):
    found = draw(SHAPE)(np.random.default_rng(0), SHAPE, dtype)
    assert found.dtype == dtype and found.shape == SHAPE
    assert found.std() == pytest.approx(deviation, rel=0.02) and abs(found.mean()) < deviation / 50


def test_activations_keep_their_size_through_many_layers_of_relu():
    x = np.random.default_rng(0).standard_normal((256, 200))
    for layer in range(20):
        w = init.he_normal((200, 200))(np.random.default_rng(layer), (200, 200), np.float64)
        x = np.maximum(x @ w.T, 0)
    assert 0.3 < (x**2).mean() < 3
