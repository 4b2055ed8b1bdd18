"""Convolution by tiles of vectors: which tables, how many threads, how much scratch memory.

Each of the functions takes and returns plain contiguous arrays (N, C, H, W) or (N, C, D, H, W), or
returns None where no layout suits a volume. `spacing` is (stride, dilation, groups), as in
`convviz.ops._scan`; `around` tells how many zeros surround an input, ((top, bottom), (left,
right)).
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz.ops import _costs, _padding, _tables, _threads, _winograd
from convviz.ops._kernels import conv, filters, panels, positions, samples, target, tiles

# sorting a weight into the order of the products, in products of vectors
_PACKED = 4


def forward(x, w, b, spacing, around):
    """Return the convolution of `x` with `w`, plus the bias `b` if it is not None."""
    job = _forward_job(x.shape, w.shape, spacing, around, x.itemsize)
    if job is None:
        return None
    bias = np.zeros(len(w), x.dtype) if b is None else np.ascontiguousarray(b)
    y = np.empty((len(x), len(w), *job.output), x.dtype)
    if job.winograd and _winograd.convolve(job.winograd, x, w, bias, y, False):
        return y
    return _convolve(job, x, w, bias, y, False)


def backward_input(dy, w, size, spacing, around):
    """Return the derivatives of an input with planes of `size`."""
    job = _backward_job(dy.shape, w.shape, size, spacing, around, dy.itemsize)
    if job is None:
        return None
    channels = w.shape[1] * spacing[2]
    dx, bias = np.empty((len(dy), channels, *size), dy.dtype), np.zeros(channels, dy.dtype)
    if job.winograd and _winograd.convolve(job.winograd, dy, w, bias, dx, True):
        return dx
    if not _finite(w):
        # at the edges a tile multiplies weights by zeros around dy
        if dy.ndim > 4:
            return None
        dxp = np.zeros((len(dy), w.shape[1] * spacing[2], *_padded(size, around)), dy.dtype)
        conv.backward_input(dy, w, dxp, *spacing)
        return _padding.pad_backward(dxp, around, "zeros")
    return _convolve(job, dy, w, bias, dx, True)


def backward_weight(dy, x, kernel, spacing, around):
    """Return the derivatives of the weights."""
    job = _weight_job(x.shape, dy.shape, kernel, spacing, around, x.itemsize)
    if job is None:
        return None
    if job.winograd:
        dw = np.empty((dy.shape[1], x.shape[1] // spacing[2], *kernel), x.dtype)
        if _winograd.weights(job.winograd, dy, x, dw):
            return dw
    if job.module is positions and not job.tables.direct and not _finite(x):
        # at the ends of rows a vector multiplies what it has of the next row by zeros
        dw = np.empty((dy.shape[1], x.shape[1] // spacing[2], *kernel), x.dtype)
        conv.backward_weight(dy, _padding.pad(x, around, "zeros", 0), dw, *spacing)
        return dw
    shape = dy.shape[1], x.shape[1] // spacing[2], *kernel
    return np.ascontiguousarray(_collect(job, dy, x)[..., : math.prod(shape[1:])]).reshape(shape)


def _collect(job, dy, x):
    """Derivatives of the weights, (groups, filters, taps), with more taps than there are."""
    tables, groups = job.tables, job.tables.groups
    maps, taps, q = dy.shape[1] // groups, len(tables.koff), tables.q
    blocks = -(-maps // q)
    parts = _threads.shares(job.count, _threads.worth(job.products))
    totals = np.zeros((len(parts), groups * blocks * q * taps), x.dtype)
    flat, flat_dy, shapes = x.reshape(-1), dy.reshape(-1), _shapes(job, x, dy)

    def work(total, first, last):
        scratch = _threads.scratch(job.scratch, x.dtype)
        job.module.weights(flat, shapes[0], flat_dy, shapes[1], total, tables, scratch, first, last)

    _threads.run(work, [(total, *part) for total, part in zip(totals, parts, strict=True)])
    total = _threads.added(totals)
    if job.module is filters:
        total = total.reshape(groups, blocks, taps, q).swapaxes(2, 3)
    # where the last block of filters begins earlier, what it repeats is left out
    rows = np.arange(maps)
    rows[maps - maps % q :] += -maps % q
    return total.reshape(groups, blocks * q, taps)[:, rows]


def _convolve(job, x, w, bias, y, back):
    tables, groups = job.tables, job.tables.groups
    depth, maps = x.shape[1] // groups, y.shape[1] // groups
    packed = np.empty(groups * -(-maps // tables.q) * tables.q * len(tables.koff), x.dtype)
    weights = w.reshape(w.shape[0], w.shape[1], -1)
    tiles.pack(weights, tables.taps, tables.passes, groups, maps, depth, tables.q, back, packed)
    flat, flat_y, shapes = x.reshape(-1), y.reshape(-1), _shapes(job, x, y)

    def work(first, last):
        scratch = _threads.scratch(job.scratch, x.dtype)
        job.module.convolve(
            flat, shapes[0], flat_y, shapes[1], packed, bias, tables, scratch, first, last
        )

    _threads.run(work, _threads.shares(job.count, _threads.worth(job.products)))
    return y


class _Job(NamedTuple):
    """A way to do a convolution: `module` has the kernels, `count` is how often they run.

    `products` are the multiplications in all, `scratch` the entries of the scratch memory,
    `output` the size of an output plane, `cost` is in products of vectors; `winograd` is the
    cheaper way, where there is one, for numbers that are finite.
    """

    module: object
    tables: _tables.Tables
    count: int
    products: int
    scratch: int
    output: tuple
    cost: float
    winograd: _winograd.Job | None = None


def _finite(array):
    # a sum is finite only if all terms are; that it may overflow besides is no harm
    with np.errstate(all="ignore"):
        return np.isfinite(array.sum())


def _padded(size, around):
    return tuple(n + sum(pair) for n, pair in zip(size, around, strict=True))


def _shapes(job, x, y):
    """Shapes as the kernels want them: pixels of a plane in one number, or in two."""
    if job.module is positions:
        return x.shape, y.shape
    return tuple((*a.shape[:2], math.prod(a.shape[2:])) for a in (x, y))


@lru_cache(maxsize=256)
def _forward_job(x_shape, w_shape, spacing, around, itemsize):
    problem = _tables.forward(x_shape[2:], w_shape[2:], spacing, around)
    groups, maps = spacing[2], w_shape[0] // spacing[2]
    options = (w_shape[1], maps, tiles.block_of, groups, target.BYTES // itemsize)
    job = _choose(problem, x_shape[0], options)
    y_shape = x_shape[0], w_shape[0], *problem.output
    return _or_winograd(job, (x_shape, y_shape), w_shape[2:], spacing, around, itemsize)


@lru_cache(maxsize=256)
def _backward_job(dy_shape, w_shape, size, spacing, around, itemsize):
    problem = _tables.backward(size, dy_shape[2:], w_shape[2:], spacing, around)
    depth, maps, groups = w_shape[0] // spacing[2], w_shape[1], spacing[2]
    options = (depth, maps, tiles.block_of, groups, target.BYTES // itemsize)
    job = _choose(problem, dy_shape[0], options)
    if job and job.module is samples:
        problems = [_tables.clipped(problem, axes) for axes in ((0,), (0, 1))]
        shorter = [_choose(clipped, dy_shape[0], options) for clipped in problems]
        candidates = [job, *(other for other in shorter if other.module is samples)]
        job = min(candidates, key=lambda candidate: _with_packing(candidate, maps))
    x_shape, around = (dy_shape[0], maps * groups, *size), _winograd.turned(spacing[1], around)
    return _or_winograd(job, (dy_shape, x_shape), w_shape[2:], spacing, around, itemsize)


@lru_cache(maxsize=256)
def _weight_job(x_shape, dy_shape, kernel, spacing, around, itemsize):
    problem = _tables.forward(x_shape[2:], kernel, spacing, around)
    depth, maps, lanes = x_shape[1] // spacing[2], dy_shape[1] // spacing[2], target.BYTES // itemsize
    q, taps = tiles.correlation_of(maps, depth * math.prod(kernel))
    options = (depth, maps, lambda *_: q, spacing[2], lanes)
    job = _choose(problem, x_shape[0], options, exact=True)
    if job is None:
        return None
    if job.module is filters:
        taps = panels.ROWS[job.tables.q // lanes]
    tables = _tables.for_weights(job.tables, taps)
    if job.module is filters:
        tables = tables._replace(ooff=np.arange(len(tables.koff)) * tables.q)
    job, shapes = job._replace(tables=tables), (x_shape, dy_shape)
    return _or_winograd(job, shapes, kernel, spacing, around, itemsize, by_depth=True)


def _or_winograd(job, shapes, kernel, spacing, around, itemsize, **options):
    if job is None or not _winograd.fits(kernel, spacing, around):
        return job
    other = _winograd.job(*shapes, spacing, around, itemsize, **options)
    return job._replace(winograd=other) if other and other.cost < job.cost else job


def _choose(problem, batch, options, exact=False):
    """The cheapest layout by a rough count of what each would do; None if none suits."""
    depth, maps, _, groups, lanes = options

    def costing(module, count, tables):
        products = _costs.products(module, tables, maps, exact)
        planes = -(-maps // tables.q) if module is filters else maps
        scratch = tables.in_size + planes * tables.out_stride
        moving = _costs.moving(module, tables, problem, (depth, maps), scratch)
        return _Job(module, tables, count, int(products) * count * groups * lanes, scratch,
                    problem.output, count * groups * (products + moving))  # fmt: skip

    inner, outer = math.prod(problem.size), math.prod(problem.output)
    jobs = []
    if len(problem.size) == 2:
        jobs.append(costing(positions, batch, _tables.by_positions(problem, *options, exact)))
    if batch >= lanes and min(inner, outer) >= lanes:
        jobs.append(costing(samples, -(-batch // lanes), _tables.by_samples(problem, *options)))
    if maps >= lanes and outer >= lanes:
        tables = _tables.by_filters(problem, depth, maps, groups, lanes, exact)
        jobs.append(costing(filters, batch, tables))
    return min(jobs, key=lambda job: job.cost, default=None)


def _with_packing(job, maps):
    return job.cost + _PACKED * len(job.tables.koff) * maps * job.tables.groups
