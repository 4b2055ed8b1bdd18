"""What every operation holds while it runs: never more than twice its inputs and outputs.

NumPy tells `tracemalloc` of each array it makes, the engine's scratch memory among them. Arrays
that the compiled loops make for themselves are not seen; they are a few rows or planes.
"""

import tracemalloc
from typing import NamedTuple

import numpy as np

import convviz
from convviz import ops
from convviz.ops import _threads

#: at most so many times the bytes of inputs and outputs
BAR = 2.0


class Held(NamedTuple):
    """Bytes: of inputs and outputs, and the most that was held at once beside the inputs."""

    name: str
    given: int
    made: int
    peak: int

    @property
    def ratio(self):
        """What is held at once, inputs with it, over inputs and outputs."""
        return (self.given + self.peak) / (self.given + self.made)


def table():
    """Return a `Held` for every forward and every backward pass."""
    convviz.wait_until_compiled()
    convviz.set_num_threads(1)
    return [_held(name, call, arrays) for name, call, arrays in _calls()]


def _held(name, call, arrays):
    call(*arrays)  # what is compiled or looked up once is not counted
    _threads._local.__dict__.clear()  # scratch memory is: it is held as well
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        results = call(*arrays)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    return Held(name, _bytes(arrays), _bytes(results), peak)


def _bytes(found):
    """The bytes of an array, or of all in a nest of tuples; what is there twice counts once."""
    arrays = {}

    def collect(value):
        if isinstance(value, np.ndarray):
            arrays[id(value)] = value.nbytes
        elif isinstance(value, (tuple, list)):
            for part in value:
                collect(part)

    collect(found)
    return sum(arrays.values())


def _normal(*shape):
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(np.float32)


def _calls():
    """Names, functions and their arrays, of some megabytes: what is small beside those vanishes."""
    yield from _both("conv1d", _normal(16, 32, 1024), _normal(32, 32, 9), padding=4)
    yield from _both("conv2d", _normal(16, 16, 64, 64), _normal(16, 16, 3, 3), padding=1)
    yield from _both("conv3d", _normal(4, 8, 16, 32, 32), _normal(8, 8, 3, 3, 3), padding=1)
    for axes, size in ((1, (1024,)), (2, (32, 32)), (3, (8, 16, 16))):
        x, w = _normal(16, 16, *size), _normal(16, 16, *(4,) * axes)
        yield from _both(f"conv_transpose{axes}d", x, w, stride=2, padding=1)
    yield from _both("tiled_conv2d", _normal(16, 16, 64, 64), _normal(2, 2, 16, 16, 3, 3))
    yield from _both("locally_connected2d", _normal(16, 8, 24, 24), _normal(22, 22, 8, 8, 3, 3))
    x = _normal(16, 16, 64, 64)
    mixing, rows = _normal(16, 16, 1, 1), _normal(16, 3)
    yield from _both("depthwise_separable_conv2d", x, _normal(16, 1, 3, 3), mixing, padding=1)
    yield from _both("spatially_separable_conv2d", x, rows, rows, padding=1)
    yield from _both("flattened_conv2d", x, mixing[:, :, 0, 0].copy(), rows, rows, padding=1)
    yield from _poolings()
    yield from _functions()


def _both(name, x, *weights, **options):
    """A forward pass, and the backward pass that takes ``dy, x, …`` and the same options."""
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    dy = forward(x, *weights, **options)
    yield name, lambda *arrays: forward(*arrays, **options), (x, *weights)
    yield f"{name}_backward", lambda *arrays: backward(*arrays, **options), (dy, x, *weights)


def _poolings():
    sizes = {1: (16, 16, 4096), 2: (16, 16, 64, 64), 3: (16, 4, 16, 32, 32)}
    for axes, shape in sizes.items():
        x = _normal(*shape)
        yield from _of_indices(f"max_pool{axes}d", x, 3, stride=2)
        yield from _of_shape(f"avg_pool{axes}d", x, 3, stride=2)
        y, indices = getattr(ops, f"max_pool{axes}d")(x, 2, return_indices=True)
        unpool = getattr(ops, f"max_unpool{axes}d")
        back = getattr(ops, f"max_unpool{axes}d_backward")
        yield f"max_unpool{axes}d", lambda y, i, unpool=unpool: unpool(y, i, 2), (y, indices)
        yield f"max_unpool{axes}d_backward", back, (x, indices)
    yield from _both("lp_pool1d", _normal(*sizes[1]), 2, 3, stride=2)
    x = _normal(*sizes[2])
    yield from _both("lp_pool2d", x, 2, 3, stride=2)
    yield from _both("mixed_pool2d", x, 2)
    yield from _of_indices("adaptive_max_pool2d", x, 24)
    yield from _of_shape("adaptive_avg_pool2d", x, 24, again=False)
    yield from _both("spatial_pyramid_pool", x)
    yield from _of_shape("spectral_pool", x, 24, again=False)
    yield from _both("stochastic_pool2d_expected", abs(x), 2)
    draw = {"generator": np.random.default_rng(0)}
    yield from _of_indices("stochastic_pool2d", abs(x), 2, indices={}, **draw)


def _of_indices(name, x, size, indices=None, **options):
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    options |= {"return_indices": True} if indices is None else indices
    y, places = forward(x, size, **options)
    yield name, lambda x: forward(x, size, **options), (x,)
    yield f"{name}_backward", lambda dy, places: backward(dy, places, x.shape), (y, places)


def _of_shape(name, x, size, again=True, **options):
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    y, more = forward(x, size, **options), (size,) if again else ()
    yield name, lambda x: forward(x, size, **options), (x,)
    yield f"{name}_backward", lambda dy: backward(dy, x.shape, *more, **options), (y,)


def _functions():
    x = _normal(16, 16, 64, 64)
    for name in ("relu", "leaky_relu", "elu", "sigmoid", "tanh", "softmax", "log_softmax"):
        backward = getattr(ops, f"{name}_backward")
        yield name, getattr(ops, name), (x,)
        yield f"{name}_backward", backward, (x, x.copy())
    y, statistics = ops.batch_norm(x)
    yield "batch_norm", ops.batch_norm, (x,)
    backward = ops.batch_norm_backward
    yield "batch_norm_backward", lambda dy, x: backward(dy, x, None, statistics), (y, x)
    yield from _both("local_response_norm", x, 5)
    y, mask = ops.dropout(x, generator=np.random.default_rng(0))
    yield "dropout", lambda x: ops.dropout(x, generator=np.random.default_rng(0)), (x,)
    yield "dropout_backward", ops.dropout_backward, (y, mask)
    yield from _both("linear", _normal(1024, 1024), _normal(512, 1024))
    labels = np.arange(16 * 64 * 64).reshape(16, 64, 64) % 16
    yield from _loss("cross_entropy", x, labels)
    parts = abs(np.sin(x))
    for name in ("mse_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"):
        yield from _loss(name, parts, parts.copy())


def _loss(name, x, target):
    backward = getattr(ops, f"{name}_backward")
    yield name, getattr(ops, name), (x, target)
    yield f"{name}_backward", lambda x, target: backward(1.0, x, target), (x, target)
