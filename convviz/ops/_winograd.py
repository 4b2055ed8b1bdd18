"""Which 3×3 convolutions Winograd's way does with less work, and what its kernels need.

`around` is ((top, bottom), (left, right)), the zeros around an input.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz.ops import _threads
from convviz.ops._kernels import panels, target, winograd


class Tables(NamedTuple):
    """What `convviz.ops._kernels.winograd` computes by; offsets and sizes in entries.

    Outputs are made in lines of tiles: `step` rows of the output, twice the dilation.

    Attributes
    ----------
    voff, ooff : array
        For each tile of a chunk: where it begins in the scratch rows of the input, of the output.
    pixels, places : array
        Where pixels of an input and of an output plane belong in scratch rows from 0 on.
    count, rows, sums : array, pair of arrays, array
        0, 1, 2, …; where the channels of a tile begin, of the input and of the output; where the
        sums for a filter do.
    gap : pair
        The dilation.
    planes : pair
        Entries between neighbours among the sixteen maps of the input's tiles, of the output's.
    top : int
        Zeros above the input.
    step, line, lines, chunk, parts, samples : int
        Rows of outputs and tiles in a line; lines of a plane, and of a chunk; chunks of a plane;
        samples of a chunk.
    pitch, out_pitch : int
        Columns of scratch rows.
    in_size, lanes, groups, p : int
        Entries of the input's rows; vectors of a block of products.
    """

    voff: np.ndarray
    ooff: np.ndarray
    pixels: np.ndarray
    places: np.ndarray
    count: np.ndarray
    rows: tuple
    sums: np.ndarray
    gap: tuple
    planes: tuple
    top: int
    step: int
    line: int
    lines: int
    chunk: int
    parts: int
    samples: int
    pitch: int
    out_pitch: int
    in_size: int
    lanes: int
    groups: int
    p: int


# bytes of the transformed tiles of a chunk: they should stay in the cache of a core
_CACHE = 3 << 17
# tiles of a chunk at least, as all weights pass by for each: they may be far too many for a cache
_LEAST = 32
# what is done beside the products, in products of vectors as in `convviz.ops._costs`: for a tile of
# a vector of channels, in and out, and for a vector of filters of one channel
_TILE, _WEIGHT = 110, 330


def fits(kernel, spacing, around):
    """Whether it is a convolution of the kind: 3×3, stride 1, no more padding than reaches it."""
    stride, dilation, _ = spacing
    reached = all(0 <= p <= 2 * d for pair, d in zip(around, dilation, strict=True) for p in pair)
    return kernel == (3, 3) and stride == (1, 1) and reached


def turned(dilation, around):
    """The zeros around dy, of which the derivative of the input is a convolution."""
    return tuple((2 * d - a, 2 * d - b) for d, (a, b) in zip(dilation, around, strict=True))


class Job(NamedTuple):
    """What there is to do: `count` chunks; `cost` is in products of vectors."""

    tables: Tables
    count: int
    cost: float
    scratch: int

    def convolve(self, x, w, bias, y, back):
        """Set `y`; return whether all of it is finite, as it must be: Winograd's way mixes pixels.

        `back` is for derivatives of the input: there `x` is dy.
        """
        tables = self.tables
        groups, lanes, wide = tables.groups, tables.lanes, tables.p * tables.lanes
        depth, maps = x.shape[1] // groups, y.shape[1] // groups
        u = np.empty(groups * 16 * _plane(-(-maps // wide) * wide * depth, x.itemsize), x.dtype)
        strides = (9, maps * 9) if back else (depth * 9, 9)
        size, strides = (groups, maps, depth), (maps * depth * 9, *strides)
        winograd.transform_weights(w.reshape(-1), size, strides, lanes, wide, back, u)
        start = np.concatenate([np.zeros_like(bias), bias])
        flat, flat_y = x.reshape(-1), y.reshape(-1)

        def call(share, part):
            scratch = _threads.scratch(self.scratch, x.dtype, share)
            arrays = flat, x.shape, flat_y, y.shape, u, start
            return winograd.convolve, (*arrays, tables, scratch, *part)

        parts = _threads.shares(self.count, _threads_for(self))
        return all(map(np.isfinite, _threads.run(list(map(call, range(len(parts)), parts)))))

    def weights(self, dy, x, dw):
        """Set `dw`; return whether all of it is finite."""
        tables = self.tables
        groups, q, wide = tables.groups, panels.ROWS[tables.p], tables.p * tables.lanes
        maps, depth = len(dw) // groups, dw.shape[1]
        entries = groups * 16 * -(-maps // q) * q * -(-depth // wide) * wide
        # each thread has sums of its own: together not more than what comes in
        most = 1 + (x.size + dy.size) // entries
        parts = _threads.shares(self.count, min(_threads_for(self), most))
        totals = np.zeros((len(parts), entries), x.dtype)
        flat, flat_dy = x.reshape(-1), dy.reshape(-1)

        def call(share, part):
            scratch = _threads.scratch(self.scratch, x.dtype, share)
            arrays = flat, x.shape, flat_dy, dy.shape, totals[share]
            return winograd.weights, (*arrays, tables, scratch, *part)

        _threads.run(list(map(call, range(len(parts)), parts)))
        total = _threads.added(totals)
        size = groups, maps, depth
        winograd.collect_weights(total, size, tables.lanes, tables.p, dw.reshape(-1))
        return np.isfinite(dw).all()


def _threads_for(job):
    return _threads.worth(job.cost * job.tables.lanes)


@lru_cache(maxsize=256)
def job(x_shape, y_shape, spacing, around, itemsize, threads=1, by_depth=False):
    """Return the `Job` from planes of `x_shape` to `y_shape`; None if there are too few of them.

    With `by_depth`, for derivatives of weights, the columns of the products are channels of the
    input, else channels of the output.
    """
    groups, lanes = spacing[2], target.BYTES // itemsize
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    columns, rows = (depth, maps) if by_depth else (maps, depth)
    # squares of pixels by channels are what is moved about
    few = min(depth, maps, x_shape[2] * x_shape[3], y_shape[2] * y_shape[3]) < lanes
    if x_shape[0] == 0 or few or rows < max(panels.ROWS.values()):
        return None
    p = panels.vectors_of(columns, lanes)
    # not more scratch memory than half of what comes in and goes out
    arrays = math.prod(x_shape) + math.prod(y_shape) + 9 * depth * maps * groups
    tile = 16 * (depth + maps)
    most = min(max(_LEAST, _CACHE // (tile * itemsize)), max(arrays // (2 * tile), 1))
    tables = _tables(x_shape, y_shape, spacing, around, (most, lanes, p, threads))
    if tables.chunk * tables.line > max(most, _LEAST):
        # a long strip, of which no part may be done by itself
        return None
    tiles = x_shape[0] * tables.lines * tables.line * groups
    products = 16 * tiles * -(-columns // (p * lanes)) * p * rows
    others = _TILE * tiles * (depth + maps) + _WEIGHT * depth * maps * groups
    count = tables.parts * -(-x_shape[0] // tables.samples)
    out_size = tables.chunk * tables.step * tables.out_pitch * lanes
    scratch = 16 * sum(tables.planes) + tables.in_size + out_size
    cost = products + others / lanes
    cost *= _threads.waiting(count, _threads.worth(cost * lanes, threads))
    return Job(tables, count, cost, scratch)


def _tables(x_shape, y_shape, spacing, around, choices):
    most, lanes, p, threads = choices
    (down, across), groups = spacing[1:]
    step = 2 * down
    lines, columns = -(-y_shape[2] // step), -(-y_shape[3] // (2 * across))
    line = down * across * columns
    # where a row is shorter than a vector, the last square of pixels needs the row before
    whole = min(x_shape[3], y_shape[3]) < lanes
    chunk = lines if whole else min(lines, max(1, most // line))
    if not whole:
        # so that every thread has its share of few samples
        chunk = min(chunk, -(-lines // -(-threads // x_shape[0])))
    parts = -(-lines // chunk)
    chunk = -(-lines // parts)
    samples = min(-(-x_shape[0] // threads), max(1, most // (chunk * line))) if parts == 1 else 1
    out_pitch = 2 * across * columns
    pitch = out_pitch + 2 * across
    rows = np.arange(chunk)[:, None] * step + np.arange(down)
    places = np.arange(columns)[:, None] * 2 * across + np.arange(across)
    tiles = max(samples * chunk * line, panels.ROWS[p])
    itemsize = target.BYTES // lanes
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    filters = np.arange(-(-maps // panels.ROWS[p]) * panels.ROWS[p])
    return Tables(
        _offsets(rows, places, pitch) * lanes, _offsets(rows, places, out_pitch) * lanes,
        (_offsets(*map(np.arange, x_shape[2:]), pitch) + around[1][0]) * lanes,
        _offsets(*map(np.arange, y_shape[2:]), out_pitch) * lanes,
        np.arange(max(depth, maps)), tuple(np.arange(tiles) * n for n in (depth, maps)),
        filters * -(-depth // (p * lanes)) * p * lanes,
        (down, across), tuple(_plane(tiles * n, itemsize) for n in (depth, maps)),
        around[0][0], step, line, lines, chunk, parts, samples, pitch, out_pitch,
        (chunk * step + step) * pitch * lanes, lanes, groups, p,
    )  # fmt: skip


def _offsets(rows, columns, pitch):
    return (rows.reshape(-1, 1) * pitch + columns.ravel()).ravel()


def _plane(size, itemsize):
    """At least `size` entries: an odd number of cache lines, so that 16 planes do not compete."""
    line = 64 // itemsize
    return (-(-size // line) | 1) * line
