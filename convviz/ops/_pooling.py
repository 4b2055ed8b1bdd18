"""What every pooling shares: the largest and the mean of windows, and the way back."""

import math

import numpy as np

from convviz.ops import _check, _pool_plan, _scan, _startup, _threads
from convviz.ops._layout import ready

_loops = _startup.loops("pool")
# how much longer than a copy a window takes for each number in it, at least
_COPIES = 4


def max_forward(axes, x, options, return_indices):
    """The forward pass for 1, 2 or 3 axes; `options` as `_pool_plan.pool_plan` takes them."""
    x = _check.floats("x", x, _check.INPUT[axes])
    return_indices = _check.flag("return_indices", return_indices)
    y, indices = largest(x, _pool_plan.pool_plan(x.shape[2:], *options))
    return (y, indices) if return_indices else y


def largest(x, plan):
    """The largest entry of every window of the plan, and where it is in its plane or volume."""
    y = pooled(x, plan)
    indices = np.empty(y.shape, dtype=np.int64)
    plan, arrays = plan.of_volumes(), volumes(plan, x, y, indices)
    small = math.prod(plan.sizes) < 1 << 31  # vectors hold places in four bytes
    if plan.pairs and small:
        over(_loops.max_of_pairs, arrays)
    else:
        run, even = (plan.run, plan.even) if small else ((0, 0, 1), (0, 0, 1))
        over(_loops.max_forward, arrays, *plan.windows, plan.gaps, run, even)
    return y, indices


def max_backward(axes, dy, indices, x_shape):
    """The backward pass for 1, 2 or 3 axes."""
    dy = _check.floats("dy", dy, _check.INPUT[axes])
    shape = _check.input_shape(x_shape, axes)
    if dy.shape[:2] != shape[:2]:
        _check.gradient_shape(dy, shape[:2] + dy.shape[2:])
    indices = _check.pool_indices(indices, dy, shape)
    dx = np.empty(shape, dtype=dy.dtype)
    # indices count along the rows of a volume as along those of a plane
    pixels, outputs = (math.prod(sizes[2:]) for sizes in (shape, dy.shape))
    count = shape[0] * shape[1]
    sent, places = (ready(array).reshape(count, outputs) for array in (dy, indices))
    over(_loops.max_backward, (sent, places, dx.reshape(count, pixels)))
    return dx


def avg_forward(axes, x, options):
    """The forward pass for 1, 2 or 3 axes; `options` as `_pool_plan.pool_plan` takes them."""
    x = _check.floats("x", x, _check.INPUT[axes])
    return average(x, _pool_plan.pool_plan(x.shape[2:], *options))


def average(x, plan):
    """The mean of every window of the plan."""
    y = pooled(x, plan)
    if plan.whole and x.size:
        return np.divide(_scan.plane_sums(x).reshape(y.shape), math.prod(plan.sizes), out=y)
    plan = plan.of_volumes()
    over(_loops.avg_forward, volumes(plan, x, y), *plan.windows, plan.run)
    return y


def avg_backward(axes, dy, x_shape, options):
    """The backward pass for 1, 2 or 3 axes."""
    dy = _check.floats("dy", dy, _check.INPUT[axes])
    shape = _check.input_shape(x_shape, axes)
    plan = _pool_plan.pool_plan(shape[2:], *options)
    _check.gradient_shape(dy, shape[:2] + plan.output[-axes:])
    return shared(dy, shape, plan)


def shared(dy, shape, plan):
    """Give every entry of a window its share of `dy`, for an input of `shape`."""
    dx = np.empty(shape, dtype=dy.dtype)
    if plan.whole:
        dx[...] = dy / dy.dtype.type(math.prod(plan.sizes))
        return dx
    plan = plan.of_volumes()
    over(_loops.avg_backward, volumes(plan, dx, dy)[::-1], *plan.windows)
    return dx


def pooled(x, plan):
    """An array for the output, in the dtype of `x` and with as many axes."""
    return np.empty((*x.shape[:2], *plan.output[2 - x.ndim :]), dtype=x.dtype)


def volumes(plan, x, *made):
    """The input and arrays of outputs as (volumes, D, H, W), ready for the loops."""
    count, plan = x.shape[0] * x.shape[1], plan.of_volumes()
    flat = [ready(x).reshape(count, *plan.sizes)]
    return flat + [ready(array).reshape(count, *plan.output) for array in made]


def over(loop, arrays, *options):
    """Run a loop over the first axis of all `arrays`, in several threads where that pays."""
    largest = max(array.size for array in arrays)
    parts = _threads.parts(len(arrays[0]), largest, _COPIES)
    _threads.run([
        (loop, (*(array[first:last] for array in arrays), *options)) for first, last in parts
    ])  # fmt: skip
