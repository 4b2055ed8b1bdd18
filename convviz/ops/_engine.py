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

from convviz.ops import _costs, _depthwise, _matrices, _padding, _tables, _threads, _winograd
from convviz.ops._kernels import conv, filters, panels, positions, samples, target, tiles

# sorting a weight into the order of the products, in products of vectors
_PACKED = 4
# filters that a thread should have at least
_FEWEST = 16


def forward(x, w, b, spacing, around):
    """Return the convolution of `x` with `w`, plus the bias `b` if it is not None."""
    options = spacing, around, x.itemsize
    job = _forward_job(x.shape, w.shape, *options, _threads.get_num_threads())
    if job is None:
        return None
    bias = np.zeros(len(w), x.dtype) if b is None else np.ascontiguousarray(b)
    y = np.empty((len(x), len(w), *job.output), x.dtype)
    if _depthwise.fits(x.shape, y.shape, w.shape[2:], spacing, around):
        return _depthwise.convolve(x, w, bias, y, around)
    if job.instead and job.instead.convolve(x, w, bias, y, False):
        return y

    def calls(share, job, first, last):
        arrays = x, w[first:last], bias[first:last], y[:, first:last]
        return _convolving(job, *arrays, False, share)

    def job_of(maps):
        return _forward_job(x.shape, (maps, *w.shape[1:]), *options)

    _run_parts(calls, _by_filters(job, len(w), job_of))
    return y


def backward_input(dy, w, size, spacing, around):
    """Return the derivatives of an input with planes of `size`."""
    options = size, spacing, around, dy.itemsize
    job = _backward_job(dy.shape, w.shape, *options, _threads.get_num_threads())
    if job is None:
        return None
    channels = w.shape[1] * spacing[2]
    dx, bias = np.empty((len(dy), channels, *size), dy.dtype), np.zeros(channels, dy.dtype)
    if job.instead and job.instead.convolve(dy, w, bias, dx, True):
        return dx
    if not _finite(w):
        # at the edges a tile multiplies weights by zeros around dy
        if dy.ndim > 4:
            return None
        dxp = np.zeros((len(dy), w.shape[1] * spacing[2], *_padded(size, around)), dy.dtype)
        conv.backward_input(dy, w, dxp, *spacing)
        return _padding.pad_backward(dxp, around, "zeros")
    turned = _winograd.turned(spacing[1], around)
    if _depthwise.fits(dy.shape, dx.shape, w.shape[2:], spacing, turned):
        return _depthwise.convolve(dy, w[:, :, ::-1, ::-1].copy(), bias, dx, turned)

    def calls(share, job, first, last):
        some = w if last - first == channels else np.ascontiguousarray(w[:, first:last])
        return _convolving(job, dy, some, bias[first:last], dx[:, first:last], True, share)

    def job_of(maps):
        return _backward_job(dy.shape, (len(w), maps, *w.shape[2:]), *options)

    _run_parts(calls, _by_filters(job, channels, job_of))
    return dx


def backward_weight(dy, x, kernel, spacing, around):
    """Return the derivatives of the weights."""
    options = kernel, spacing, around, x.itemsize
    job = _weight_job(x.shape, dy.shape, *options, _threads.get_num_threads())
    if job is None:
        return None
    dw = np.empty((dy.shape[1], x.shape[1] // spacing[2], *kernel), x.dtype)
    if job.instead and job.instead.weights(dy, x, dw):
        return dw
    alone = _depthwise.fits(x.shape, dy.shape, kernel, spacing, around)
    if alone and (_depthwise.exact(dy) or _finite(x)):
        return _depthwise.weights(dy, x, dw, around)

    def job_of(maps):
        return _weight_job(x.shape, (1, maps, *dy.shape[2:]), *options)

    def calls(share, job, first, last):
        return _collecting(job, dy[:, first:last], x, totals[share], share)

    parts = _by_filters(job, dy.shape[1], job_of)
    if any(_sees_next_rows(job) for job, *_ in parts) and not _finite(x):
        conv.backward_weight(dy, _padding.pad(x, around, "zeros", 0), dw, *spacing)
        return dw
    totals = [_totals(part[0], part[2] - part[1], x.dtype) for part in parts]
    _run_parts(calls, parts)
    found = [
        _collected(job, last - first, _threads.added(total))[..., : dw[0].size]
        for (job, first, last), total in zip(parts, totals, strict=True)
    ]
    dw.reshape(spacing[2], -1, dw[0].size)[...] = np.concatenate(found, axis=1)
    return dw


def _run_parts(calls, parts):
    """Make all ``calls(number, *part)`` of all parts at the same time."""
    _threads.run([call for number, part in enumerate(parts) for call in calls(number, *part)])


def _sees_next_rows(job):
    """Whether at the ends of rows a vector multiplies what it has of the next row by zeros."""
    return job.module is positions and not job.tables.direct


def _by_filters(job, maps, job_of):
    """Parts (job, first filter, one past the last): where threads can share nothing else, several.

    ``job_of(maps)`` is the job of so many filters.
    """
    threads = min(_threads.worth(job.products), maps // _FEWEST)
    if threads < 2 or job.count > 1 or job.module is samples or job.tables.groups > 1:
        return [(job, 0, maps)]
    return [(job_of(last - first), first, last) for first, last in _threads.shares(maps, threads)]


def _shares(job):
    return _threads.shares(job.count, _threads.worth(job.products))


def _totals(job, maps, dtype):
    """Zeros for each share to add derivatives of the weights to."""
    tables = job.tables
    blocks = tables.groups * -(-maps // tables.groups // tables.q)
    return np.zeros((len(_shares(job)), blocks * tables.q * len(tables.koff)), dtype)


def _collecting(job, dy, x, totals, share):
    """The calls that set `totals`, for shares from number `share` on."""
    flat, flat_dy, shapes = x.reshape(-1), dy.reshape(-1), _shapes(job, x, dy)
    return [
        (job.module.weights, (flat, shapes[0], flat_dy, shapes[1], total, job.tables,
                              _threads.scratch(job.scratch, x.dtype, share + number), *part))
        for number, (total, part) in enumerate(zip(totals, _shares(job), strict=True))
    ]  # fmt: skip


def _collected(job, maps, total):
    """Derivatives of the weights, (groups, filters, taps), with more taps than there are."""
    tables, groups = job.tables, job.tables.groups
    maps, taps, q = maps // groups, len(tables.koff), tables.q
    blocks = -(-maps // q)
    if job.module is filters:
        total = total.reshape(groups, blocks, taps, q).swapaxes(2, 3)
    # where the last block of filters begins earlier, what it repeats is left out
    rows = np.arange(maps)
    rows[maps - maps % q :] += -maps % q
    return total.reshape(groups, blocks * q, taps)[:, rows]


def _convolving(job, x, w, bias, y, back, share):
    """The calls that set `y`, for shares from number `share` on."""
    tables, groups = job.tables, job.tables.groups
    depth, maps = x.shape[1] // groups, y.shape[1] // groups
    packed = np.empty(groups * -(-maps // tables.q) * tables.q * len(tables.koff), x.dtype)
    weights = w.reshape(w.shape[0], w.shape[1], -1)
    tiles.pack(weights, tables.taps, tables.passes, groups, maps, depth, tables.q, back, packed)
    flat, flat_y, shapes = x.reshape(-1), y.reshape(-1), _shapes(job, x, y)
    return [
        (job.module.convolve, (flat, shapes[0], flat_y, shapes[1], packed, bias, tables,
                               _threads.scratch(job.scratch, x.dtype, share + number), *part))
        for number, part in enumerate(_shares(job))
    ]  # fmt: skip


class _Job(NamedTuple):
    """A way to do a convolution: `module` has the kernels, `count` is how often they run.

    `products` are the multiplications in all, `scratch` the entries of the scratch memory,
    `output` the size of an output plane, `cost` is in products of vectors; `instead` is a cheaper
    way, of `_winograd` for numbers that are finite, or of `_matrices`.
    """

    module: object
    tables: _tables.Tables
    count: int
    products: int
    scratch: int
    output: tuple
    cost: float
    instead: _winograd.Job | _matrices.Job | None = None


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
def _forward_job(x_shape, w_shape, spacing, around, itemsize, threads=1):
    problem = _tables.forward(x_shape[2:], w_shape[2:], spacing, around)
    groups, maps = spacing[2], w_shape[0] // spacing[2]
    options = (w_shape[1], maps, tiles.block_of, groups, target.BYTES // itemsize)
    job = _choose(problem, x_shape[0], options, threads)
    y_shape = x_shape[0], w_shape[0], *problem.output
    return _or_cheaper(job, (x_shape, y_shape), w_shape[2:], spacing, around, itemsize, threads)


@lru_cache(maxsize=256)
def _backward_job(dy_shape, w_shape, size, spacing, around, itemsize, threads=1):
    problem = _tables.backward(size, dy_shape[2:], w_shape[2:], spacing, around)
    depth, maps, groups = w_shape[0] // spacing[2], w_shape[1], spacing[2]
    options = (depth, maps, tiles.block_of, groups, target.BYTES // itemsize)
    job = _choose(problem, dy_shape[0], options, threads)
    if job and job.module is samples:
        problems = [_tables.clipped(problem, axes) for axes in ((0,), (0, 1))]
        shorter = [_choose(clipped, dy_shape[0], options, threads) for clipped in problems]
        candidates = [job, *(other for other in shorter if other.module is samples)]
        job = min(candidates, key=lambda candidate: _with_packing(candidate, maps))
    shapes = dy_shape, (dy_shape[0], maps * groups, *size)
    return _or_cheaper(job, shapes, w_shape[2:], spacing, around, itemsize, threads, "input")


@lru_cache(maxsize=256)
def _weight_job(x_shape, dy_shape, kernel, spacing, around, itemsize, threads=1):
    problem = _tables.forward(x_shape[2:], kernel, spacing, around)
    depth, maps = (shape[1] // spacing[2] for shape in (x_shape, dy_shape))
    lanes = target.BYTES // itemsize
    q, taps = tiles.correlation_of(maps, depth * math.prod(kernel))
    options = (depth, maps, lambda *_: q, spacing[2], lanes)
    job = _choose(problem, x_shape[0], options, threads, exact=True)
    if job is None:
        return None
    if job.module is filters:
        taps = panels.ROWS[job.tables.q // lanes]
    tables = _tables.for_weights(job.tables, taps)
    if job.module is filters:
        tables = tables._replace(ooff=np.arange(len(tables.koff)) * tables.q)
    options = kernel, spacing, around, itemsize, threads, "weights"
    return _or_cheaper(job._replace(tables=tables), (x_shape, dy_shape), *options)


def _or_cheaper(job, shapes, kernel, spacing, around, itemsize, threads, kind="forward"):
    """The job, with another way beside it if that is cheaper."""
    other, back = None, kind == "input"
    if job and _winograd.fits(kernel, spacing, around):
        around = _winograd.turned(spacing[1], around) if back else around
        other = _winograd.job(*shapes, spacing, around, itemsize, threads, kind == "weights")
    elif job and kind != "weights" and _matrices.fits(kernel, spacing, around):
        other = _matrices.job(*shapes, spacing[2], itemsize, threads, back)
    return job._replace(instead=other) if other and other.cost < job.cost else job


def _choose(problem, batch, options, threads, exact=False):
    """The cheapest layout by a rough count of what each would do; None if none suits."""
    depth, maps, _, groups, lanes = options

    def costing(module, count, tables):
        products = _costs.products(module, tables, maps, exact)
        planes = -(-maps // tables.q) if module is filters else maps
        scratch = tables.in_size + planes * tables.out_stride
        moving = _costs.moving(module, tables, problem, (depth, maps), scratch)
        cost, work = count * groups * (products + moving), int(products) * count * groups * lanes
        if batch > 1:
            cost *= _threads.waiting(count, _threads.worth(work, threads))
        return _Job(module, tables, count, work, scratch, problem.output, cost)

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
