"""Convolution by tiles of vectors: which tables, how many threads, how much scratch memory.

Each of the functions takes and returns plain contiguous arrays (N, C, H, W). `spacing` is (stride,
dilation, groups), as in `convviz.ops._scan`; `around` tells how many zeros surround an input,
((top, bottom), (left, right)).
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz.ops import _padding, _tables, _threads, _winograd
from convviz.ops._kernels import conv, positions, samples, target, tiles


def forward(x, w, b, spacing, around):
    """Return the convolution of `x` with `w`, plus the bias `b` if it is not None."""
    job = _forward_job(x.shape, w.shape, spacing, around, x.itemsize)
    bias = np.zeros(len(w), x.dtype) if b is None else np.ascontiguousarray(b)
    y = np.empty((len(x), len(w), *job.output), x.dtype)
    if job.winograd and _winograd.convolve(job.winograd, x, w, bias, y, False):
        return y
    return _convolve(job, x, w, bias, y, False)


def backward_input(dy, w, size, spacing, around):
    """Return the derivatives of an input with planes of `size`."""
    job = _backward_job(dy.shape, w.shape, size, spacing, around, dy.itemsize)
    channels = w.shape[1] * spacing[2]
    dx, bias = np.empty((len(dy), channels, *size), dy.dtype), np.zeros(channels, dy.dtype)
    if job.winograd and _winograd.convolve(job.winograd, dy, w, bias, dx, True):
        return dx
    if not _finite(w):
        # at the edges a tile multiplies weights by zeros around dy
        dxp = np.zeros((len(dy), w.shape[1] * spacing[2], *_padded(size, around)), dy.dtype)
        conv.backward_input(dy, w, dxp, *spacing)
        return _padding.pad_backward(dxp, around, "zeros")
    return _convolve(job, dy, w, bias, dx, True)


def backward_weight(dy, x, kernel, spacing, around):
    """Return the derivatives of the weights."""
    job = _weight_job(x.shape, dy.shape, kernel, spacing, around, x.itemsize)
    if job.winograd:
        dw = np.empty((dy.shape[1], x.shape[1] // spacing[2], *kernel), x.dtype)
        if _winograd.weights(job.winograd, dy, x, dw):
            return dw
    if job.module is positions and not job.tables.direct and not _finite(x):
        # at the ends of rows a vector multiplies what it has of the next row by zeros
        dw = np.empty((dy.shape[1], x.shape[1] // spacing[2], *kernel), x.dtype)
        conv.backward_weight(dy, _padding.pad(x, around, "zeros", 0), dw, *spacing)
        return dw
    tables, groups = job.tables, spacing[2]
    maps, depth = dy.shape[1] // groups, x.shape[1] // groups
    taps = len(tables.koff)
    blocks = -(-maps // tables.q)
    parts = _threads.shares(job.count, _threads.worth(job.products))
    totals = np.zeros((len(parts), groups * blocks * tables.q * taps), x.dtype)
    flat, flat_dy, shapes = x.reshape(-1), dy.reshape(-1), _shapes(job, x, dy)

    def work(total, first, last):
        scratch = _threads.scratch(job.scratch, x.dtype)
        job.module.weights(flat, shapes[0], flat_dy, shapes[1], total, tables, scratch, first, last)

    _threads.run(work, [(total, *part) for total, part in zip(totals, parts, strict=True)])
    total = totals.sum(axis=0) if len(parts) > 1 else totals[0]
    total = total.reshape(groups, blocks * tables.q, taps)
    # where the last block of filters begins earlier, what it repeats is left out
    rows = np.arange(maps)
    rows[maps - maps % tables.q :] += (-maps) % tables.q
    dw = total[:, rows, : depth * kernel[0] * kernel[1]]
    return np.ascontiguousarray(dw).reshape(dy.shape[1], depth, *kernel)


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
    output: tuple = ()
    cost: float = 0
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
    return tuple((*a.shape[:2], a.shape[2] * a.shape[3]) for a in (x, y))


@lru_cache(maxsize=256)
def _forward_job(x_shape, w_shape, spacing, around, itemsize):
    problem = _tables.forward(x_shape[2:], w_shape[2:], spacing, around)
    groups, maps = spacing[2], w_shape[0] // spacing[2]
    options = (w_shape[1], maps, tiles.block_of, groups, target.BYTES // itemsize)
    job = _choose(problem, x_shape[0], options)
    y_shape = x_shape[0], w_shape[0], *job.output
    return _or_winograd(job, (x_shape, y_shape), w_shape[2:], spacing, around, itemsize)


@lru_cache(maxsize=256)
def _backward_job(dy_shape, w_shape, size, spacing, around, itemsize):
    problem = _tables.backward(size, dy_shape[2:], w_shape[2:], spacing, around)
    depth, maps, groups = w_shape[0] // spacing[2], w_shape[1], spacing[2]
    options = (depth, maps, tiles.block_of, groups, target.BYTES // itemsize)
    job = _choose(problem, dy_shape[0], options)
    if job.module is samples:
        problems = [_tables.clipped(problem, axes) for axes in ((0,), (0, 1))]
        shorter = [_choose(clipped, dy_shape[0], options) for clipped in problems]
        candidates = [job, *(other for other in shorter if other.module is samples)]
        job = min(candidates, key=lambda candidate: _with_packing(candidate, maps))
    x_shape, around = (dy_shape[0], maps * groups, *size), _winograd.turned(spacing[1], around)
    return _or_winograd(job, (dy_shape, x_shape), w_shape[2:], spacing, around, itemsize)


def _or_winograd(job, shapes, kernel, spacing, around, itemsize, **options):
    if not _winograd.fits(kernel, spacing, around):
        return job
    other = _winograd.job(*shapes, spacing, around, itemsize, **options)
    return job._replace(winograd=other) if other and other.cost < job.cost else job


def _with_packing(job, maps):
    weights = len(job.tables.koff) * maps
    return job.count * _products(job.tables, maps) + _PACKED * weights


@lru_cache(maxsize=256)
def _weight_job(x_shape, dy_shape, kernel, spacing, around, itemsize):
    problem = _tables.forward(x_shape[2:], kernel, spacing, around)
    depth, maps = x_shape[1] // spacing[2], dy_shape[1] // spacing[2]
    q, taps = tiles.correlation_of(maps, depth * kernel[0] * kernel[1])
    options = (depth, maps, lambda *_: q, spacing[2], target.BYTES // itemsize)
    job = _choose(problem, x_shape[0], options, exact=True)
    job = job._replace(tables=_tables.for_weights(job.tables, taps))
    shapes = x_shape, dy_shape
    return _or_winograd(job, shapes, kernel, spacing, around, itemsize, by_depth=True)


def _choose(problem, batch, options, exact=False):
    """The cheaper of the two layouts, by a rough count of what both would do."""
    depth, maps, _, groups, lanes = options
    tables = _tables.by_positions(problem, *options, exact)
    job = _Job(positions, tables, batch, 0, tables.in_size + maps * tables.out_stride)
    cost = _positions_cost(job, problem, depth, maps)
    areas = [rows * columns for rows, columns in (problem.size, problem.output)]
    if batch >= lanes and min(areas) >= lanes:
        tables = _tables.by_samples(problem, *options)
        other = _Job(samples, tables, -(-batch // lanes), 0,
                     tables.in_size + maps * tables.out_stride)  # fmt: skip
        found = _samples_cost(other, problem, depth, maps)
        if found < cost:
            job, cost = other, found
    products = _products(job.tables, maps) * job.count * groups * lanes
    return job._replace(products=products, output=problem.output, cost=cost * groups)


def _products(tables, maps):
    """Products of vectors for one group of one sample, or block of samples."""
    passes, q = tables.passes, tables.q
    block = tiles.vectors_of(q)
    vectors = -(-(passes[:, 1] - passes[:, 0]) // block) * block
    return int(vectors @ (passes[:, 3] - passes[:, 2])) * -(-maps // q) * q


# what the layouts cost beside their products, in products of vectors: rough, as these numbers only
# have to find the better layout where the two are far apart
_TRANSPOSED, _COPIED, _ROW, _ENTRY, _PACKED = 6, 1.5, 4, 1, 4
_CACHE = 1 << 20


def _samples_cost(job, problem, depth, maps):
    rearranged = depth * np.prod(problem.size) + maps * np.prod(problem.output)
    slow = 2 if job.scratch * job.tables.lanes > _CACHE * 4 else 1
    return job.count * (_products(job.tables, maps) + slow * _TRANSPOSED * rearranged)


def _positions_cost(job, problem, depth, maps):
    tables, cost = job.tables, _products(job.tables, maps)
    sides = (
        (tables.in_place, depth, problem.size, problem.step),
        (tables.direct, maps, problem.output, problem.apart),
    )
    for spared, planes, (rows, columns), step in sides:
        if not spared:
            each = _COPIED / tables.lanes if step[1] == 1 else _ENTRY
            cost += planes * rows * (columns * each + _ROW)
    return job.count * cost
