"""What every pooling shares: the largest and the mean of windows, and the way back."""

import math

import numpy as np

from convviz.ops import _check, _plan, _startup, _threads
from convviz.ops._layout import lines, planes, ready

_loops = _startup.loops("pool")
# entries that are worth waking another thread for
_SHARE = 1 << 17


def max_forward(axes, x, options, return_indices):
    """The forward pass for 1, 2 or 3 axes; `options` as `_plan.pool_plan` takes them."""
    x = _check.floats("x", x, _check.INPUT[axes])
    return_indices = _check.flag("return_indices", return_indices)
    y, indices = largest(x, _plan.pool_plan(x.shape[2:], *options))
    return (y, indices) if return_indices else y


def largest(x, plan):
    """The largest entry of every window of the plan, and where it is in its plane or volume."""
    if x.ndim == 5:
        return _deep_largest(x, plan)
    y = np.empty((*x.shape[:2], *plan.output), dtype=x.dtype)
    indices = np.empty(y.shape, dtype=np.int64)
    arrays = ready(planes(x)), y, indices
    if plan.pairs and math.prod(arrays[0].shape[2:]) < 1 << 31:
        over_planes(_loops.max_of_pairs, arrays)
    else:
        over_planes(_loops.max_forward, arrays, *plan.windows, plan.gaps)
    return lines(y, x.ndim - 2), lines(indices, x.ndim - 2)


def max_backward(axes, dy, indices, x_shape):
    """The backward pass for 1, 2 or 3 axes."""
    dy = _check.floats("dy", dy, _check.INPUT[axes])
    shape = _check.input_shape(x_shape, axes)
    if dy.shape[:2] != shape[:2]:
        _check.gradient_shape(dy, shape[:2] + dy.shape[2:])
    indices = _check.pool_indices(indices, dy, shape)
    dx = np.zeros(shape, dtype=dy.dtype)
    # indices count along the rows of a volume as along those of a plane
    pixels, outputs = (math.prod(sizes[2:]) for sizes in (shape, dy.shape))
    count = shape[0] * shape[1]
    sent, places = (ready(array).reshape(count, outputs) for array in (dy, indices))
    over_planes(_loops.max_backward, (sent, places, dx.reshape(count, pixels)))
    return dx


def avg_forward(axes, x, options):
    """The forward pass for 1, 2 or 3 axes; `options` as `_plan.pool_plan` takes them."""
    x = _check.floats("x", x, _check.INPUT[axes])
    return average(x, _plan.pool_plan(x.shape[2:], *options))


def average(x, plan):
    """The mean of every window of the plan."""
    if x.ndim == 5:
        # first within the planes, then from plane to plane: the counts multiply
        across, within = _split(plan)
        means = average(_as_planes(x), within)
        means = average(means.reshape(*x.shape[:3], across.output[1]), across)
        return means.reshape(*x.shape[:2], *plan.output)
    y = np.empty((*x.shape[:2], *plan.output), dtype=x.dtype)
    over_planes(_loops.avg_forward, (ready(planes(x)), y), *plan.windows)
    return lines(y, x.ndim - 2)


def avg_backward(axes, dy, x_shape, options):
    """The backward pass for 1, 2 or 3 axes."""
    dy = _check.floats("dy", dy, _check.INPUT[axes])
    shape = _check.input_shape(x_shape, axes)
    plan = _plan.pool_plan(shape[2:], *options)
    _check.gradient_shape(dy, shape[:2] + plan.output[-axes:])
    return shared(dy, shape, plan)


def shared(dy, shape, plan):
    """Give every entry of a window its share of `dy`, for an input of `shape`."""
    dx = np.zeros(shape, dtype=dy.dtype)
    if len(shape) == 5:
        batch, channels, depth, *plane = shape
        across, within = _split(plan)
        flat = (batch, channels, depth, across.output[1])
        middle = shared(dy.reshape(*dy.shape[:3], flat[3]), flat, across)
        middle = middle.reshape(batch, channels * depth, *plan.output[1:])
        return shared(middle, (batch, channels * depth, *plane), within).reshape(shape)
    over_planes(_loops.avg_backward, (ready(planes(dy)), planes(dx)), *plan.windows)
    return dx


def over_planes(loop, arrays, *options):
    """Run a loop over the planes of all `arrays`, in several threads where that pays."""
    flat = [array.reshape(-1, 1, *array.shape[2:]) if array.ndim == 4 else array
            for array in arrays]  # fmt: skip
    threads = min(_threads.get_num_threads(), 1 + max(array.size for array in flat) // _SHARE)

    def work(first, last):
        loop(*(array[first:last] for array in flat), *options)

    _threads.run(work, _threads.shares(len(flat[0]), threads))


def _deep_largest(x, plan):
    """The largest of each plane's window, then the largest of those: first come, first kept."""
    across, within = _split(plan)
    y, inside = largest(_as_planes(x), within)
    y, found = largest(y.reshape(*x.shape[:3], across.output[1]), across)
    # from the plane it was found in, to the place in the volume
    inside = inside.reshape(*x.shape[:2], x.shape[2] * across.output[1])
    found = found.reshape(*x.shape[:2], math.prod(across.output))
    depth = found // across.output[1]
    indices = np.take_along_axis(inside, found, axis=2) + depth * (x.shape[3] * x.shape[4])
    shape = (*x.shape[:2], *plan.output)
    return y.reshape(shape), indices.reshape(shape)


def _as_planes(x):
    return x.reshape(len(x), x.shape[1] * x.shape[2], *x.shape[3:])


def _split(plan):
    """A pooling of volumes as one across the planes and one within them."""
    places = math.prod(plan.output[1:])
    alone = np.arange(places)
    alone = np.stack([alone, alone + 1, np.ones_like(alone)], axis=1)
    windows = (plan.windows[0], alone)
    across = _plan.PoolPlan((plan.output[0], places), windows, (plan.gaps[0], 1))
    return across, _plan.PoolPlan(plan.output[1:], plan.windows[1:], plan.gaps[1:])
