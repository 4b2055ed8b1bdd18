"""What goes into the methods of a chain, made canonical, and what comes out of a run."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz.ops import _check
from convviz.ops._layout import ready


class Result(NamedTuple):
    """What a run has found.

    `wrong` is a label that is no class, or None; `correct` counts samples whose label has the
    highest score.
    """

    loss: float
    gradients: np.ndarray
    output: np.ndarray
    wrong: int | None
    correct: int = 0


def one_line(name, array, size):
    """`array` must have `size` numbers along its only axis."""
    if array.shape != (size,):
        raise ValueError(
            f"{name} must have {size} numbers in one line, got shape {array.shape}: "
            "join the arrays of parameter_shapes, each raveled, in their order"
        )


def flat(name, value, x, shapes, size):
    """Return parameters as one array; `value` may be a list of arrays of these shapes."""
    if type(value) is np.ndarray and value.dtype == x.dtype and value.shape == (size,):
        return ready(value)
    if not isinstance(value, np.ndarray):
        value = _joined(name, value, x, shapes)
    value = _check.floats(name, value)
    _check.same_dtype(**{"x": x, name: value})
    one_line(name, value, size)
    return ready(value)


def changeable(flat, **arrays):
    """What is changed in place must be flat as it is, and in memory of its own."""
    for made, (name, array) in zip(flat, arrays.items(), strict=True):
        if made is not array:
            raise ValueError(
                f"{name} must be one contiguous array of {made.size} numbers that can be "
                "changed in place: join a list of arrays by np.concatenate, and use views"
            )
    if np.may_share_memory(*flat):
        raise ValueError(
            "parameters and velocities must be two arrays, got the same memory: "
            "begin with np.zeros_like(parameters) as velocities"
        )


def _joined(name, value, x, shapes):
    if not isinstance(value, (list, tuple)):
        raise TypeError(
            f"{name} must be a flat array or a list of arrays, got {type(value).__name__}: "
            "see parameter_shapes"
        )
    found = [np.shape(_check.floats(f"{name}[{at}]", array)) for at, array in enumerate(value)]
    if found != shapes:
        raise ValueError(
            f"{name} must have the shapes {shapes}, got {found}: see parameter_shapes"
        )
    for at, array in enumerate(value):
        # joined, a float32 would be promoted
        _check.same_dtype(**{"x": x, f"{name}[{at}]": array})
    return np.concatenate([np.ravel(array) for array in value] or [x[:0].ravel()])


def labels(labels, x, scores):
    """Return the classes as int64; `scores` is the shape of what comes out for a sample."""
    if len(scores) != 1:
        raise ValueError(
            f"the chain must end in scores for a loss, got planes {scores}: "
            "end it with Flatten or Linear"
        )
    if not isinstance(labels, np.ndarray) or labels.dtype.kind not in "iu":
        found = getattr(labels, "dtype", type(labels).__name__)
        raise TypeError(f"labels must be an array of integers, got {found}: use classes from 0")
    if labels.shape != (len(x),):
        raise ValueError(
            f"labels must have shape ({len(x)},), a class for each sample of x, "
            f"got {labels.shape}"
        )
    return ready(labels.astype(np.int64, copy=False))


def rates(*given):
    """Return what an optimiser goes by as the kernels read it, and do not change it.

    `given` are the rate, the momentum, the weight decay, and whether Nesterov's momentum is meant.
    """
    if type(given[3]) is bool and _NUMBERS.issuperset(map(type, given[:3])):
        return _kept_rates(*given)
    return _rates(*given)


# what may be looked up; what else there is may not be comparable, or wrong
_NUMBERS = frozenset((int, float))


def _rates(rate, momentum, weight_decay, nesterov):
    given = {"rate": rate, "momentum": momentum, "weight_decay": weight_decay}
    found = [
        _check.real(name, value, "a finite number, 0 or more", lambda v: 0 <= v < math.inf)
        for name, value in given.items()
    ]
    return np.array([*found, _check.flag("nesterov", nesterov)], np.float64)


_kept_rates = lru_cache(maxsize=64, typed=True)(_rates)
