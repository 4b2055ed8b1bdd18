"""Which layers do what follows them in their own pass over the memory.

A sum and a ReLU take longer to fetch their numbers than to compute. A layer that has them at hand
does both in its ``forward_and(x, plus, relu)``.
"""

from functools import lru_cache

from convviz.nn import activation


def finishes(layer):
    """Whether `layer` has such a method, and nobody has put a `forward` of theirs before it."""
    last = getattr(layer, "_end", layer)
    if last is not layer and not finishes(last):
        return False
    return _knows_how(type(layer)) and not _replaced(layer)


def is_relu(layer):
    """Whether it is a ReLU that the layer before may do."""
    return type(layer) is activation.ReLU and not _replaced(layer)


@lru_cache
def _knows_how(kind):
    """Whether one class says how to go there, there and further, and back."""
    names = "forward", "forward_and", "backward"
    owners = [next((c for c in kind.__mro__ if name in vars(c)), None) for name in names]
    return None not in owners and len(set(owners)) == 1


def _replaced(layer):
    return not vars(layer).keys().isdisjoint(("forward", "backward"))
