"""The operations beside convolution: PyTorch's functions, or compositions of them, beside ours.

Each function here returns what `_pairs.pair` makes of a forward pass of theirs and both of ours.
"""

import numpy as np
import torch

from benchmarks._pairs import normal, pair
from convviz import ops

functional = torch.nn.functional


def pooling(kind, *shape, **options):
    """``max_pool2d``, ``avg_pool1d`` and so on, by name, with options both sides call the same."""
    forward, backward = getattr(ops, kind), getattr(ops, f"{kind}_backward")

    def largest(dy, x):
        y, indices = forward(x, **options, return_indices=True)
        return y, backward(dy, indices, x.shape)

    def mean(dy, x):
        others = {} if kind.startswith("adaptive") else options
        return forward(x, **options), backward(dy, x.shape, **others)

    theirs = getattr(functional, kind)
    return pair(lambda x: theirs(x, **options), largest if "max" in kind else mean, normal(*shape))


def norm_pooling(kind, *shape, **options):
    """``lp_pool1d`` or ``lp_pool2d``, on positive numbers: PyTorch's powers have no bars."""
    forward, backward = getattr(ops, kind), getattr(ops, f"{kind}_backward")
    theirs = getattr(functional, kind)
    return pair(
        lambda x: theirs(x, **options),
        lambda dy, x: (forward(x, **options), backward(dy, x, **options)),
        abs(normal(*shape)) + np.float32(0.1),
    )


def unpooling(axes, *shape, kernel_size=2):
    """The largest entries put back: indices come from one pooling that is not timed."""
    x = normal(*shape)
    pool, unpool = getattr(ops, f"max_pool{axes}d"), getattr(ops, f"max_unpool{axes}d")
    pooled, indices = pool(x, kernel_size, return_indices=True)
    there = torch.from_numpy(indices)
    theirs = getattr(functional, f"max_unpool{axes}d")
    backward = getattr(ops, f"max_unpool{axes}d_backward")
    return pair(
        lambda x: theirs(x, there, kernel_size),
        lambda dy, x: (unpool(x, indices, kernel_size), backward(dy, indices)),
        pooled,
    )


def mixed_pooling(*shape, kernel_size):
    def theirs(x):
        large, mean = functional.max_pool2d(x, kernel_size), functional.avg_pool2d(x, kernel_size)
        return 0.25 * large + 0.75 * mean

    def ours(dy, x):
        y = ops.mixed_pool2d(x, kernel_size, weight=0.25)
        return y, ops.mixed_pool2d_backward(dy, x, kernel_size, weight=0.25)[0]

    return pair(theirs, ours, normal(*shape))


def pyramid_pooling(*shape, mode):
    adaptive = getattr(functional, f"adaptive_{mode}_pool2d")

    def theirs(x):
        return torch.cat([adaptive(x, level).flatten(1) for level in (4, 2, 1)], 1)

    def ours(dy, x):
        y = ops.spatial_pyramid_pool(x, mode=mode)
        return y, ops.spatial_pyramid_pool_backward(dy, x, mode=mode)

    return pair(theirs, ours, normal(*shape))


def spectral_pooling(*shape, output_size):
    """An odd size: an even one keeps half a frequency, which takes more than a crop to say."""

    def theirs(x):
        kept, half = output_size, output_size // 2
        spectrum = torch.fft.rfft2(x)[..., : half + 1]
        spectrum = torch.cat([spectrum[..., : half + 1, :], spectrum[..., -half:, :]], -2)
        return torch.fft.irfft2(spectrum, (kept, kept)) * (kept * kept / (shape[2] * shape[3]))

    def ours(dy, x):
        return ops.spectral_pool(x, output_size), ops.spectral_pool_backward(dy, x.shape)

    return pair(theirs, ours, normal(*shape))


def expected_pooling(*shape, kernel_size):
    def theirs(x):
        return functional.avg_pool2d(x * x, kernel_size) / functional.avg_pool2d(x, kernel_size)

    def ours(dy, x):
        y = ops.stochastic_pool2d_expected(x, kernel_size)
        return y, ops.stochastic_pool2d_expected_backward(dy, x, kernel_size)

    return pair(theirs, ours, abs(normal(*shape)) + np.float32(0.1))


def stochastic_pooling(*shape, kernel_size):
    """Both draw, each with its own generator: only the time can be compared."""
    generator = np.random.default_rng(0)
    batch, channels, rows, columns = shape

    def theirs(x):
        planes = x.reshape(-1, 1, rows, columns)
        windows = functional.unfold(planes, kernel_size, stride=kernel_size)
        windows = windows.mT.reshape(-1, kernel_size * kernel_size)
        drawn = torch.multinomial(windows.detach(), 1)
        return windows.gather(1, drawn).reshape(batch, channels, rows // kernel_size, -1)

    def ours(dy, x):
        y, indices = ops.stochastic_pool2d(x, kernel_size, generator=generator)
        return y, ops.stochastic_pool2d_backward(dy, indices, x.shape)

    return pair(theirs, ours, abs(normal(*shape)) + np.float32(0.1), alike=False)


def batch_norm(*shape, training):
    maps = shape[1]
    mean, var = np.full(maps, 0.1, np.float32), np.full(maps, 1.5, np.float32)
    their_mean, their_var = torch.from_numpy(mean.copy()), torch.from_numpy(var.copy())
    running = {"running_mean": mean, "running_var": var}

    def theirs(x, weight, bias):
        return functional.batch_norm(x, their_mean, their_var, weight, bias, training)

    def ours(dy, x, weight, bias):
        y, statistics = ops.batch_norm(x, weight, bias, training=training, **running)
        return y, *ops.batch_norm_backward(dy, x, weight, statistics, training=training)

    return pair(theirs, ours, normal(*shape), normal(maps, seed=1), normal(maps, seed=2))


def response_norm(*shape, size):
    def ours(dy, x):
        y = ops.local_response_norm(x, size)
        return y, ops.local_response_norm_backward(dy, x, size)

    return pair(lambda x: functional.local_response_norm(x, size), ours, normal(*shape))


def activation(name, *shape, of_output=False, **options):
    """A function of each entry; the derivatives of some are taken from their output."""
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    theirs = getattr(functional, name, None) or getattr(torch, name)

    def ours(dy, x):
        y = forward(x, **options)
        return y, backward(dy, y if of_output else x, **options)

    return pair(lambda x: theirs(x, **options), ours, normal(*shape))


def dropout(*shape):
    """Both draw, each with its own generator: only the time can be compared."""
    generator = np.random.default_rng(0)

    def ours(dy, x):
        y, mask = ops.dropout(x, 0.5, generator=generator)
        return y, ops.dropout_backward(dy, mask)

    return pair(lambda x: functional.dropout(x, 0.5), ours, normal(*shape), alike=False)


def cross_entropy(*shape):
    generator = np.random.default_rng(0)
    labels = generator.integers(0, shape[1], (shape[0], *shape[2:]))
    their_labels = torch.from_numpy(labels)

    def ours(dy, x):
        return ops.cross_entropy(x, labels), ops.cross_entropy_backward(dy, x, labels)

    return pair(lambda x: functional.cross_entropy(x, their_labels), ours, normal(*shape))


def loss(name, *shape):
    """A loss whose target has the shape of its input; targets are from 0 to 1, as is the input
    where it must be."""
    target = abs(np.sin(normal(*shape, seed=1)))
    x = abs(np.cos(normal(*shape))) if name == "binary_cross_entropy" else normal(*shape)
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    theirs, there = getattr(functional, name), torch.from_numpy(target)
    return pair(
        lambda x: theirs(x, there),
        lambda dy, x: (forward(x, target), backward(dy, x, target)),
        x,
    )


def linear(batch, inputs, outputs):
    return pair(
        functional.linear,
        lambda dy, x, w, b: (ops.linear(x, w, b), *ops.linear_backward(dy, x, w)),
        normal(batch, inputs),
        normal(outputs, inputs, seed=1) / np.float32(np.sqrt(inputs)),
        normal(outputs, seed=2),
    )
