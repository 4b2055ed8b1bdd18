"""What is timed: for each row a function of PyTorch and one of ours, on the same numbers."""

import numpy as np
import torch

from convviz import ops

functional = torch.nn.functional


def normal(*shape, seed=0):
    """Draws of a normal distribution, the same on every run."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def pair(theirs, ours, *arrays, alike=True):
    """Return the two functions to time, each a forward pass and a backward pass.

    ``theirs(*tensors)`` is PyTorch's forward pass; the derivatives of all `arrays` are asked for.
    ``ours(dy, *arrays)`` returns the output and those derivatives. Unless results are drawn at
    random (`alike` is False), both sides must give the same numbers before they are timed.
    """
    tensors = [torch.from_numpy(array).requires_grad_() for array in arrays]
    y = theirs(*tensors)
    # the derivative of a loss is 1, a number
    dy = normal(*y.shape, seed=3) if y.ndim else np.float32(1)
    dy_tensor = torch.from_numpy(dy) if y.ndim else torch.tensor(1.0)

    def torch_step():
        y = theirs(*tensors)
        return y, *torch.autograd.grad(y, tensors, dy_tensor)

    def our_step():
        return ours(dy, *arrays)

    if alike:
        for expected, found in zip(torch_step(), our_step(), strict=True):
            expected = expected.detach().numpy()
            close = 1e-4 * max(abs(expected).max(), 1e-9)
            np.testing.assert_allclose(found, expected, rtol=0, atol=close)
    return torch_step, our_step


def convolution(batch, depth, size, maps, kernel, **options):
    """A convolution of lines, planes or volumes: `size` and `kernel` are numbers or tuples."""
    axes = 1 if isinstance(size, int) else len(size)
    groups = options.get("groups", 1)
    return _convolution(
        f"conv{axes}d", (batch, depth, *_sizes(size, axes)),
        (maps, depth // groups, *_sizes(kernel, axes)), maps, options,
    )  # fmt: skip


def transposed(batch, depth, size, maps, kernel, **options):
    """A transposed convolution; `size` and `kernel` as for `convolution`."""
    axes = 1 if isinstance(size, int) else len(size)
    groups = options.get("groups", 1)
    return _convolution(
        f"conv_transpose{axes}d", (batch, depth, *_sizes(size, axes)),
        (depth, maps // groups, *_sizes(kernel, axes)), maps, options,
    )  # fmt: skip


def _sizes(value, axes):
    return (value,) * axes if isinstance(value, int) else tuple(value)


def _convolution(name, x_shape, w_shape, maps, options):
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    theirs = getattr(functional, name)
    return pair(
        lambda x, w, b: theirs(x, w, b, **options),
        lambda dy, x, w, b: (forward(x, w, b, **options), *backward(dy, x, w, **options)),
        normal(*x_shape),
        normal(*w_shape, seed=1) / np.float32(np.sqrt(np.prod(w_shape[1:]))),
        normal(maps, seed=2),
    )
