"""What a network is trained on, checked once and cut into batches."""

import numpy as np

from convviz import geometry
from convviz.ops import _check


def pair(name, data):
    """Return (x, target) checked: as many targets as samples, floats that are no NaN."""
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        raise TypeError(
            f"{name} must be a pair (x, targets), got {type(data).__name__}: "
            "for example (images, labels)"
        )
    x, target = data
    x = _check.floats(f"{name}[0]", x)
    if x.ndim < 2:
        raise ValueError(f"{name}[0] must have samples along its first axis, got shape {x.shape}")
    for array in target.values() if isinstance(target, dict) else [target]:
        if len(array) != len(x):
            raise ValueError(
                f"{name} must have a target for each sample, got {len(x)} samples and "
                f"{len(array)} targets: cut the longer one"
            )
    if not len(x):
        raise ValueError(f"{name} must have one sample or more, got none")
    return x, target


def batch_size(value, count):
    """Return how many samples a batch has, at most all."""
    return min(geometry.integer("batch_size", value, 1, "a batch has one sample or more"), count)


def order(count, seed, epoch):
    """The samples of an epoch in the order in which they come: the same for a seed and an epoch."""
    return np.random.default_rng([seed, epoch]).permutation(count)


def taken(data, which):
    """The samples at `which`, an array or a slice, with their targets."""
    x, target = data
    if isinstance(target, dict):
        return x[which], {name: array[which] for name, array in target.items()}
    return x[which], target[which]
