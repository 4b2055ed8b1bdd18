"""Products of matrices: linear layers, and convolutions that see one entry at a time.

A convolution of 1×1 is a product for each sample and group: of filters with channels, and places
are the columns. NumPy's product has one thread, or as many as it likes; this has those of
`_threads`, and needs no loop over the samples in Python.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz.ops import _threads
from convviz.ops._kernels import matrices, panels, target

# in products of vectors: what copying a vector of a panel costs, as it lies and turned; what
# beginning and ending a vector of sums does; and one vector of sums alone, which has to wait
_COPIED, _TURNED, _BEGUN, _ALONE = 3, 9, 5, 1.3
# how much longer the engine's other layouts take for 1×1 than they are counted: the channels of a
# place lie far apart, and drive each other from the nearest cache
_APART = 1.2
# NumPy's product takes this part of what is counted here, with one thread
_NUMPY = 0.85


class Tables(NamedTuple):
    """What `convviz.ops._kernels.matrices` computes by; offsets in entries.

    Attributes
    ----------
    voff, ooff : array
        Where each row of `a` begins, and its results. Blocks of rows are full: the last begins
        earlier.
    koff : array
        Where the entries of a row of `a` are.
    lines : array
        0, 1, 2, … times the width of a panel.
    starts, places : array
        Where the columns of each panel begin in `b`, and in a row of results.
    steps : tuple
        How far neighbouring products are apart: in `a`, where those of the groups go round and
        round; in `b`; in the result.
    line : int
        How far the lines of `b` are apart, or its columns if `turned`.
    turned, bias : int
        1 where the entries of a column of `b` are neighbours; where each row of `a` ends with a
        bias.
    groups, p : int
        Vectors of a panel.
    """

    voff: np.ndarray
    ooff: np.ndarray
    koff: np.ndarray
    lines: np.ndarray
    starts: np.ndarray
    places: np.ndarray
    steps: tuple
    line: int
    turned: int
    bias: int
    groups: int
    p: int


class Job(NamedTuple):
    """A convolution of 1×1 with `count` samples and groups; `cost` as in `_engine._Job`."""

    tables: Tables
    count: int
    products: int
    cost: float

    def convolve(self, x, w, bias, y, back):
        """Set `y`, and return True. With `back`, `x` is dy and `y` the derivative of the input."""
        flat = w.reshape(len(w), -1)
        if not back:
            flat = np.concatenate([flat, bias[:, None]], axis=1)
        _run(self.tables, self.count, self.products, flat, x, y)
        return True


def fits(kernel, spacing, around):
    """Whether it is a convolution that sees every entry, each by itself."""
    return {*kernel, *spacing[0]} == {1} and not any(map(any, around))


@lru_cache(maxsize=256)
def job(x_shape, y_shape, groups, itemsize, threads, back):
    """Return the `Job` from planes of `x_shape` to `y_shape`; None if they fill no block.

    With `back`, `x_shape` is that of dy.
    """
    batch, size, lanes = x_shape[0], math.prod(x_shape[2:]), _lanes(itemsize)
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    cost, _ = _cheapest((maps, size, depth), False, lanes)
    if math.isinf(cost):
        return None
    steps = (1, maps) if back else (depth + 1, 1)
    tables = _tables((maps, size, depth), steps, size, lanes, bias=not back)
    tables = tables._replace(steps=(maps * len(tables.koff), depth * size, maps * size),
                             groups=groups)  # fmt: skip
    products = batch * groups * maps * size * depth
    cost *= batch * groups / _APART
    shares = max(batch * groups * len(tables.starts), 1)
    cost *= _threads.waiting(shares, _threads.worth(products, threads))
    return Job(tables, batch * groups, products, cost)


def linear(x, w):
    """The product of `x` (N, K) with the rows of `w` (M, K); None where NumPy would be faster."""
    work = x.size * len(w)
    if not _pays(len(x), *w.shape, x.itemsize, _threads.worth(work)):
        return None
    tables, *_ = _linear_tables(len(x), *w.shape, x.itemsize)
    return _run(tables, 1, work, x, w, np.empty((len(x), len(w)), x.dtype))


def linear_backward(dy, x, w):
    """The derivatives (dx, dw) of `linear`; None where NumPy would be faster."""
    work = x.size * len(w)
    if not _pays(len(x), *w.shape, x.itemsize, _threads.worth(work)):
        return None
    _, of_input, of_weights = _linear_tables(len(x), *w.shape, x.itemsize)
    dx = _run(of_input, 1, work, dy, w, np.empty_like(x))
    return dx, _run(of_weights, 1, work, dy, x, np.empty_like(w))


@lru_cache(maxsize=256)
def _pays(rows, maps, depth, itemsize, threads):
    lanes = _lanes(itemsize)
    sizes = (rows, depth, maps), (maps, depth, rows)
    cost = sum(_cheapest(size, False, lanes)[0] for size in sizes)
    cost += _cheapest((rows, maps, depth), True, lanes)[0]
    return cost < 3 * _NUMPY * threads * rows * maps * depth / lanes


@lru_cache(maxsize=256)
def _linear_tables(rows, maps, depth, itemsize):
    """For the output, for the derivatives of the input, and for those of the weights."""
    lanes = _lanes(itemsize)
    return (
        _tables((rows, maps, depth), (depth, 1), depth, lanes, turned=True),
        _tables((rows, depth, maps), (maps, 1), depth, lanes),
        _tables((maps, depth, rows), (1, maps), depth, lanes),
    )


def _tables(sizes, steps, line, lanes, *, turned=False, bias=False):
    """Tables for one product; `steps` are those of rows of `a` and of the entries of a row."""
    rows, columns, depth = sizes
    _, p = _cheapest(sizes, turned, lanes)
    q, wide = panels.ROWS[p], p * lanes
    row = np.minimum(np.arange(-(-rows // q))[:, None] * q, rows - q) + np.arange(q)
    places = np.minimum(np.arange(-(-columns // wide)) * wide, columns - wide)
    return Tables(
        row.ravel() * steps[0], row.ravel() * columns, np.arange(depth + bias) * steps[1],
        np.arange(depth) * wide, places * (line if turned else 1), places, (0, 0, 0), line,
        int(turned), int(bias), 1, p,
    )  # fmt: skip


def _cheapest(sizes, turned, lanes):
    """(cost, vectors of a panel) of one product; an infinite cost where no panel fits."""
    rows, columns, depth = sizes

    def cost(p):
        made = -(-columns // (p * lanes)) * p
        blocks = -(-rows // panels.ROWS[p]) * panels.ROWS[p]
        sums = blocks * (depth + _BEGUN) * (_ALONE if p == 1 else 1)
        return made * (sums + depth * (_TURNED if turned else _COPIED)), p

    fitting = [p for p, q in panels.ROWS.items() if p * lanes <= columns and q <= rows]
    return min(map(cost, fitting if depth >= lanes else ()), default=(math.inf, 0))


def _run(tables, count, work, a, b, c):
    """Do `count` products, of so many multiply-adds in all, and return `c`."""
    flat = a.reshape(-1), b.reshape(-1), c.reshape(-1)
    parts = _threads.shares(count * len(tables.starts), _threads.worth(work))
    _threads.run([
        (matrices.multiply, (*flat, tables, _panel(tables, b.dtype, share), *part))
        for share, part in enumerate(parts)
    ])  # fmt: skip
    return c


def _panel(tables, dtype, share):
    wide = tables.p * _lanes(dtype.itemsize)
    return _threads.scratch((len(tables.koff) + 1) * wide, dtype, share)


def _lanes(itemsize):
    return target.BYTES // itemsize
