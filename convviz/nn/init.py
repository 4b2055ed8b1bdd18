"""With which numbers parameters begin: functions that make the `draw` of a `Parameter`.

The *fan-in* of a weight is how many numbers go into one output, the *fan-out* how many outputs one
number goes to: for filters (C_out, C, kH, kW), C·kH·kW and C_out·kH·kW.
"""

import math
from functools import partial

import numpy as np


def constant(value):
    """All entries the same.

    >>> constant(2.0)(None, (2,), np.float32)
    array([2., 2.], dtype=float32)
    """
    return partial(_constant, value)


def _constant(value, generator, shape, dtype):
    return np.full(shape, value, dtype)


zeros, ones = constant(0), constant(1)


def uniform(bound):
    """Evenly between ``−bound`` and ``bound``.

    >>> uniform(0.5)(np.random.default_rng(0), (1000,), np.float64).round(2).max()
    np.float64(0.5)
    """
    return partial(_uniform, bound)


def _uniform(bound, generator, shape, dtype):
    found = generator.random(shape, dtype)
    found *= 2 * bound
    found -= bound
    return found


def normal(deviation):
    """By the normal distribution around 0, with this standard deviation."""
    return partial(_normal, deviation)


def _normal(deviation, generator, shape, dtype):
    found = generator.standard_normal(shape, dtype)
    found *= deviation
    return found


def he_normal(shape):
    """Deviation ``√(2/fan-in)``, which keeps the size of activations through ReLUs.

    He, Zhang, Ren and Sun (2015).

    >>> weights = he_normal((64, 32, 3, 3))(np.random.default_rng(0), (64, 32, 3, 3), np.float32)
    >>> round(float(weights.std() * np.sqrt(32 * 9)), 2)        # √2
    1.41
    """
    return normal(math.sqrt(2 / fans(shape)[0]))


def he_uniform(shape):
    """As `he_normal`, evenly between ``±√(6/fan-in)``."""
    return uniform(math.sqrt(6 / fans(shape)[0]))


def glorot_normal(shape):
    """Deviation ``√(2/(fan-in + fan-out))``, for tanh and sigmoid (Glorot and Bengio 2010)."""
    return normal(math.sqrt(2 / sum(fans(shape))))


def glorot_uniform(shape):
    """As `glorot_normal`, evenly between ``±√(6/(fan-in + fan-out))``."""
    return uniform(math.sqrt(6 / sum(fans(shape))))


def plain_uniform(shape):
    """Evenly between ``±1/√fan-in``: how layers begin unless told otherwise, as in PyTorch."""
    return uniform(1 / math.sqrt(fans(shape)[0]))


def fans(shape):
    """Return fan-in and fan-out of weights of `shape` (outputs, inputs, ...).

    >>> fans((6, 3, 5, 5))
    (75, 150)
    """
    field = math.prod(shape[2:])
    return max(1, shape[1] * field), max(1, shape[0] * field)

