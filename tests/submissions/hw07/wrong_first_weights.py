import numpy as np

_SHAPES = [(6, 1, 5, 5), (16, 6, 3, 3), (10, 64)]


def _drawn(rng, size, bias=0.0):
    weights = []
    for shape in _SHAPES:
        weights += [size(shape) * rng.normal(size=shape), np.full(shape[0], bias)]
    return weights


def _he(shape):
    return np.sqrt(2 / np.prod(shape[1:]))


def all_zero(rng):
    return _drawn(rng, lambda shape: 0)


def variance_for_its_root(rng):
    return _drawn(rng, lambda shape: _he(shape) ** 2)


def one_over_n(rng):
    return _drawn(rng, lambda shape: _he(shape) / np.sqrt(2))


def channels_not_counted(rng):
    return _drawn(rng, lambda shape: np.sqrt(2 / np.prod(shape[2:])) if shape[2:] else _he(shape))


def filters_counted_too(rng):
    return _drawn(rng, lambda shape: np.sqrt(2 / np.prod(shape)))


def not_scaled(rng):
    return _drawn(rng, lambda shape: 1)


def biases_of_one(rng):
    return _drawn(rng, _he, bias=1.0)


def a_generator_of_its_own(rng):
    return _drawn(np.random.default_rng(0), _he)


def dense_layer_turned_round(rng):
    *rest, v, c = _drawn(rng, _he)
    return [*rest, v.T, c]


def without_biases(rng):
    return _drawn(rng, _he)[::2]
