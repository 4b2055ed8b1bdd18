"""What is timed: for each row a function of PyTorch and one of ours, on the same numbers."""

import numpy as np
import torch

from convviz import ops

functional = torch.nn.functional


def _random(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def convolution(batch, depth, size, maps, kernel, *, forward_only=False, **options):
    """Forward and backward of a convolution of planes, or of lines where `size` is one number."""
    axes = 1 if isinstance(size, int) else len(size)
    size, kernel = (
        (value,) * axes if isinstance(value, int) else tuple(value) for value in (size, kernel)
    )
    groups = options.get("groups", 1)
    x, b = _random(batch, depth, *size), _random(maps, seed=2)
    w = _random(maps, depth // groups, *kernel, seed=1) / np.float32(np.sqrt(depth))
    call = getattr(ops, f"conv{axes}d", None)
    back = getattr(ops, f"conv{axes}d_backward", None)
    if call is None or back is None:
        return None
    dy = _random(*call(x, w, b, **options).shape, seed=3)
    tensors = [torch.from_numpy(array).requires_grad_() for array in (x, w, b)]
    dy_tensor = torch.from_numpy(dy)
    theirs = getattr(functional, f"conv{axes}d")

    def torch_step():
        if forward_only:
            with torch.no_grad():
                return theirs(*tensors, **options)
        y = theirs(*tensors, **options)
        return torch.autograd.grad(y, tensors, dy_tensor)

    def our_step():
        y = call(x, w, b, **options)
        return y if forward_only else back(dy, x, w, **options)

    return torch_step, our_step


def transposed(batch, depth, size, maps, kernel, **options):
    """Forward and backward of a transposed convolution of planes."""
    if not hasattr(ops, "conv_transpose2d"):
        return None
    x, b = _random(batch, depth, size, size), _random(maps, seed=2)
    w = _random(depth, maps, kernel, kernel, seed=1) / np.float32(np.sqrt(depth))
    dy = _random(*ops.conv_transpose2d(x, w, b, **options).shape, seed=3)
    tensors = [torch.from_numpy(array).requires_grad_() for array in (x, w, b)]
    dy_tensor = torch.from_numpy(dy)

    def torch_step():
        y = functional.conv_transpose2d(*tensors, **options)
        return torch.autograd.grad(y, tensors, dy_tensor)

    def our_step():
        ops.conv_transpose2d(x, w, b, **options)
        return ops.conv_transpose2d_backward(dy, x, w, **options)

    return torch_step, our_step


def max_pooling(batch, depth, size, kernel, **options):
    x = _random(batch, depth, size, size)
    tensor = torch.from_numpy(x).requires_grad_()
    dy = _random(*ops.max_pool2d(x, kernel, **options).shape, seed=3)
    dy_tensor = torch.from_numpy(dy)

    def torch_step():
        y = functional.max_pool2d(tensor, kernel, **options)
        return torch.autograd.grad(y, tensor, dy_tensor)

    def our_step():
        _, indices = ops.max_pool2d(x, kernel, return_indices=True, **options)
        return ops.max_pool2d_backward(dy, indices, x.shape)

    return torch_step, our_step


def average_pooling(batch, depth, size, kernel, **options):
    x = _random(batch, depth, size, size)
    tensor = torch.from_numpy(x).requires_grad_()
    dy = _random(*ops.avg_pool2d(x, kernel, **options).shape, seed=3)
    dy_tensor = torch.from_numpy(dy)

    def torch_step():
        y = functional.avg_pool2d(tensor, kernel, **options)
        return torch.autograd.grad(y, tensor, dy_tensor)

    def our_step():
        ops.avg_pool2d(x, kernel, **options)
        return ops.avg_pool2d_backward(dy, x.shape, kernel, **options)

    return torch_step, our_step


def relu(*shape):
    x, dy = _random(*shape), _random(*shape, seed=3)
    tensor, dy_tensor = torch.from_numpy(x).requires_grad_(), torch.from_numpy(dy)

    def torch_step():
        return torch.autograd.grad(functional.relu(tensor), tensor, dy_tensor)

    def our_step():
        ops.relu(x)
        return ops.relu_backward(dy, x)

    return torch_step, our_step
