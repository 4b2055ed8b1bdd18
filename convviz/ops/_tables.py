"""Where things lie: the tables by which one product of tiles becomes any convolution.

An output is a sum over taps. With the input in a padded scratch array, tap k of the output v lies
at ``voff[v] + koff[k]``, and the result goes to ``ooff[v]``. Strides, dilations, padding, the ways
to fill a vector (`by_samples`, `by_positions`, `by_filters`) and the way back (derivatives
of the input are a convolution of dy with the taps in reverse) differ in these numbers only.
"""

import functools
import math
from typing import NamedTuple

import numpy as np

from convviz.ops._kernels import panels
from convviz.ops._problems import backward, clipped, forward


class Tables(NamedTuple):
    """Offsets in entries; integers are int64.

    Attributes
    ----------
    voff, ooff : array
        For each vector of outputs: where its window begins, and where it is stored. By filters
        each output has a vector of its own.
    koff : array
        For each tap, channel by channel.
    taps : array
        Numbers, in the kernel, of the taps of one channel, part by part.
    passes : array (P, 5)
        From and to of the vectors and of the taps of each part, and where its weights begin.
    pixels, places : array
        By samples: where pixels of an input and of an output plane are in the scratch array.
        By filters: where rows of an input are, and outputs.
    around : tuple
        By positions: rows above, columns left, stride (2), rows and columns of a split plane.
    pieces, steps : array (P, 5), tuple
        By positions: first row, first column, rows, columns of a pass, 0; stride (2) and pitch.
    in_stride, out_stride, in_size, lanes, groups, q : int
        Entries of a plane of the input and of the output in the scratch array, entries in all.
    in_place, direct : bool
        Whether the input can be read, and the output written, without a scratch array.
    """

    voff: np.ndarray
    ooff: np.ndarray
    koff: np.ndarray
    taps: np.ndarray
    passes: np.ndarray
    pixels: np.ndarray
    places: np.ndarray
    around: tuple
    pieces: np.ndarray
    steps: tuple
    in_stride: int
    out_stride: int
    in_size: int
    lanes: int
    groups: int
    q: int
    in_place: bool
    direct: bool


def _grid(size, step):
    """Offsets of a grid, row by row."""
    return functools.reduce(np.add.outer, map(np.multiply, map(np.arange, size), step)).ravel()


def _strides(size):
    """Entries from one index of an array to the next, for each axis."""
    return tuple(math.prod(size[axis + 1 :]) for axis in range(len(size)))


def _join(problem, make, depth, plane, maps, block_of):
    """Tables of all parts, one after another; `make` gives those of one. Last: the block chosen."""
    pieces = [make(part) for part in problem.parts]
    q = block_of(maps, [len(piece[0]) for piece in pieces])
    channels = np.arange(depth)[:, None] * plane
    koff = [(channels + shifts).ravel() for _, _, shifts in pieces]
    voff, ooff = (np.concatenate(column) for column in list(zip(*pieces, strict=True))[:2])
    v = np.cumsum([0, *(len(piece[0]) for piece in pieces)])
    k = np.cumsum([0, *map(len, koff)])
    passes = np.stack([v[:-1], v[1:], k[:-1], k[1:], k[:-1] * _filled(maps, q)], axis=1)
    taps = np.concatenate([part.taps for part in problem.parts])
    return voff, ooff, np.concatenate(koff), taps, passes, q


def _filled(maps, q):
    """Filters in all blocks together; the last one may overlap."""
    return -(-maps // q) * q


_NONE = np.zeros((0, 5), np.int64)
_NO_PIXELS = np.zeros(0, np.int64)


def by_samples(problem, depth, maps, block_of, groups, lanes):
    """Tables with the samples of a batch side by side; `depth`, `maps` of one group.

    ``block_of(maps, vectors)`` chooses the filters in a block from the vectors of each part.
    """
    make, pixels, places = _dense(problem)
    plane = math.prod(problem.padded)
    found = _join(problem, make, depth, plane, maps, block_of)
    voff, ooff, koff, taps, passes, q = found
    return Tables(
        voff * lanes, ooff * lanes, koff * lanes, taps, passes, pixels * lanes, places * lanes,
        around=(0,) * 6, pieces=_NONE, steps=(1, 1, 1), in_stride=plane * lanes,
        out_stride=len(places) * lanes, in_size=depth * plane * lanes,
        lanes=lanes, groups=groups, q=q, in_place=False, direct=False,
    )  # fmt: skip


def _dense(problem):
    """Where all outputs of a part see and go, in arrays without gaps; pixels, and places.

    The last are numbers of the pixels of an input in the padded one, and of the outputs.
    """
    inner, outer = _strides(problem.padded), _strides(problem.output)
    pixels = _grid(problem.size, inner) + np.dot([pair[0] for pair in problem.around], inner)

    def make(part):
        step, apart = np.multiply(problem.step, inner), np.multiply(problem.apart, outer)
        voff = _grid(part.size, step) + np.dot(part.origin, inner)
        return voff, _grid(part.size, apart) + np.dot(part.first, outer), part.shifts @ inner

    return make, pixels, np.arange(math.prod(problem.output))


def by_filters(problem, depth, maps, groups, lanes, exact=False):
    """Tables with the filters side by side; the arguments as for `by_samples`.

    `exact` forbids to compute anything twice, as sums over all places demand.
    """
    make, pixels, places = _dense(problem)
    p = panels.vectors_of(maps, lanes)
    rows = 1 if exact else panels.ROWS[p]

    def filled(part):
        voff, ooff, shifts = make(part)
        # one place again and again, where they do not fill the last block
        last = np.repeat([[voff[-1]], [ooff[-1]]], -len(voff) % rows, axis=1)
        return *np.append([voff, ooff], last, axis=1), shifts

    plane, wide = math.prod(problem.padded), p * lanes
    found = _join(problem, filled, depth, plane, maps, lambda *_: wide)
    voff, ooff, koff, taps, passes, q = found
    return Tables(
        voff, ooff * wide, koff, taps, passes, pixels[:: problem.size[-1]], places * wide,
        around=(0,) * 6, pieces=_NONE, steps=(1, 1, 1), in_stride=plane,
        out_stride=len(places) * wide, in_size=depth * plane,
        lanes=lanes, groups=groups, q=q, in_place=problem.padded == tuple(problem.size),
        direct=False,
    )  # fmt: skip


def by_positions(problem, depth, maps, block_of, groups, lanes, exact=False):
    """Tables with neighbouring positions side by side; the arguments as for `by_samples`.

    `exact` forbids to compute anything twice, as sums over all positions demand.
    """
    step = problem.step
    high, wide = (-(-n // s) for n, s in zip(problem.padded, step, strict=True))
    direct = problem.apart == (1, 1) and _direct(problem, wide, lanes, exact)

    def make(part):
        base = part.origin[0] * wide + part.origin[1]
        voff, ooff = _runs(part.size, wide, problem.output[1], lanes, direct)
        row, column = part.shifts[:, 0], part.shifts[:, 1]
        split = row % step[0] * step[1] + column % step[1]
        return voff + base, ooff, split * high * wide + row // step[0] * wide + column // step[1]

    plane = step[0] * step[1] * high * wide
    voff, ooff, koff, taps, passes, q = _join(problem, make, depth, plane, maps, block_of)
    pieces = np.array([(*part.first, *part.size, 0) for part in problem.parts])
    (top, _), (left, _) = problem.around
    return Tables(
        voff, ooff, koff, taps, passes, _NO_PIXELS, _NO_PIXELS,
        around=(top, left, *step, high, wide), pieces=pieces, steps=(*problem.apart, wide),
        in_stride=plane, out_stride=int(ooff.max()) + lanes,
        # the last vector may reach over the end
        in_size=depth * plane + lanes, lanes=lanes, groups=groups, q=q,
        in_place=direct and step == (1, 1) and problem.padded == problem.size, direct=direct,
    )  # fmt: skip


def for_weights(tables, taps):
    """The same tables, with the taps of all channels filled up to whole blocks of `taps`."""
    missing = -len(tables.koff) % taps
    return tables._replace(koff=np.append(tables.koff, np.repeat(tables.koff[-1], missing)))


def _direct(problem, wide, lanes, exact):
    """Whether results can go straight to the output: in rows that fill most of their vectors."""
    rows, columns = problem.output
    if exact:
        return columns % lanes == 0 or (columns == wide and rows * columns % lanes == 0)
    if columns == wide:
        return rows * columns >= lanes
    used = columns / (-(-columns // lanes) * lanes)
    # copying the rows of a long line costs about a tenth of what computing them does
    return columns >= lanes and used > 0.9 * columns / wide


def _runs(size, wide, pitch, lanes, direct):
    """Offsets, in the padded input and in the output, of the vectors that cover a part."""
    rows, columns = size
    if not direct:
        voff = np.arange(-(-((rows - 1) * wide + columns) // lanes)) * lanes
        return voff, voff
    if columns == wide:
        rows, columns = 1, rows * columns
    # the last vector of a row overlaps the one before
    starts = np.minimum(np.arange(-(-columns // lanes)) * lanes, columns - lanes)
    lines = np.arange(rows)[:, None]
    return (lines * wide + starts).ravel(), (lines * pitch + starts).ravel()
