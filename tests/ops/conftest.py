"""What the tests of the operations share: a derivative that knows nothing of the rules."""

import numpy as np
import pytest


def slopes(function, x, dy, step=2.0**-10):
    """Derivative of ``sum(function(x) · dy)`` with respect to each entry of `x`, by differences."""
    found = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        moved = [x.copy(), x.copy()]
        moved[0][index] += step
        moved[1][index] -= step
        up, down = (np.sum(function(array) * dy) for array in moved)
        found[index] = (up - down) / (2 * step)
    return found


@pytest.fixture(scope="session")
def numerical_gradient():
    return slopes


@pytest.fixture(scope="session")
def whole():
    """``whole(seed, *shape)``: floats without a fraction, so that sums are exact in any order."""

    def make(seed, *shape, dtype=np.float64):
        return np.random.default_rng(seed).integers(-4, 5, shape).astype(dtype)

    return make
