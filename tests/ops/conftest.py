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


def over_taps(dy, x, w, b, spacing, around):
    """Output and derivatives of any convolution in float64: a product of matrices for each tap."""
    dy, x, w, b = (array.astype(np.float64) for array in (dy, x, w, b))
    stride, dilation, groups = spacing
    xp = np.pad(x, ((0, 0), (0, 0), *around))
    xp, dy = (array.reshape(len(x), groups, -1, *array.shape[2:]) for array in (xp, dy))
    w = w.reshape(groups, -1, *w.shape[1:])
    y, dxp, dw = np.zeros_like(dy), np.zeros_like(xp), np.zeros_like(w)
    for tap in np.ndindex(w.shape[3:]):
        axes = zip(tap, stride, dilation, dy.shape[3:], strict=True)
        seen = ..., *(slice(k * d, k * d + s * (n - 1) + 1, s) for k, s, d, n in axes)
        y += np.einsum("gmc,ngc...->ngm...", w[(..., *tap)], xp[seen])
        dxp[seen] += np.einsum("gmc,ngm...->ngc...", w[(..., *tap)], dy)
        flat, met = (array.reshape(*array.shape[:3], -1) for array in (dy, xp[seen]))
        dw[(..., *tap)] = np.einsum("ngmr,ngcr->gmc", flat, met)
    dx = dxp.reshape(len(x), -1, *dxp.shape[3:])
    dx = dx[(..., *(slice(a, a + n) for (a, _), n in zip(around, x.shape[2:], strict=True)))]
    y = y.reshape(len(x), -1, *y.shape[3:]) + b.reshape(-1, *(1,) * (x.ndim - 2))
    return y, dx, dw.reshape(-1, *dw.shape[2:])


@pytest.fixture(scope="session")
def by_taps():
    return over_taps
