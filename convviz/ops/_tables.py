"""Where things lie: the tables by which one product of tiles becomes any convolution.

An output is a sum over taps. With the input in a padded scratch array, tap k of the output v lies
at ``voff[v] + koff[k]``, and the result goes to ``ooff[v]``. Strides, dilations, padding, the two
ways to fill a vector (`by_samples`, `by_positions`) and the way back (`backward=True`: derivatives
of the input are a convolution of dy with the taps in reverse) differ in these numbers only.
"""

from typing import NamedTuple

import numpy as np


class Tables(NamedTuple):
    """Offsets in entries; integers are int64.

    Attributes
    ----------
    voff, ooff : array
        For each vector of outputs: where its window begins, and where it is stored.
    koff : array
        For each tap, channel by channel.
    taps : array
        Numbers, in the kernel, of the taps of one channel, part by part.
    passes : array (P, 5)
        From and to of the vectors and of the taps of each part, and where its weights begin.
    pixels, places : array
        By samples: where pixels of an input and of an output plane are in the scratch array.
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


class Part(NamedTuple):
    """Outputs that see the same taps.

    Output (r, q) of a part is the output ``first + (r, q)·apart`` of the problem, and sees the
    padded input at ``origin + (r, q)·step + shifts``. `taps` are the numbers of the taps.
    """

    shifts: np.ndarray
    taps: np.ndarray
    first: tuple
    size: tuple
    origin: tuple


class Problem(NamedTuple):
    """A convolution as the tables see it; pairs are (rows, columns)."""

    size: tuple  # of an input plane
    around: tuple  # rows above and below, columns left and right: zeros
    step: tuple  # between the windows of neighbours in a part
    apart: tuple  # between the neighbours of a part in an output plane
    output: tuple  # size of an output plane
    parts: list

    @property
    def padded(self):
        return tuple(n + sum(pair) for n, pair in zip(self.size, self.around, strict=True))


def forward(size, kernel, spacing, around):
    """The convolution itself: one part, with all taps."""
    stride, dilation, _ = spacing
    i, j = np.divmod(np.arange(kernel[0] * kernel[1]), kernel[1])
    shifts = np.stack([i * dilation[0], j * dilation[1]], axis=1)
    axes = zip(size, around, kernel, stride, dilation, strict=True)
    output = tuple((n + sum(pair) - d * (k - 1) - 1) // s + 1 for n, pair, k, s, d in axes)
    part = Part(shifts, np.arange(len(i)), (0, 0), output, (0, 0))
    return Problem(size, around, stride, (1, 1), output, [part])


def backward(size, dy_size, kernel, spacing, around):
    """Derivatives of the input: one part for each remainder of a position by the stride.

    Position u of the padded input meets tap i in output (u - i·d)/s, if that is an integer.
    """
    stride, dilation, _ = spacing
    numbers = zip(size, kernel, stride, dilation, (pair[0] for pair in around), strict=True)
    axes = [_axis_parts(*axis) for axis in numbers]
    sides = []
    for parts, output in zip(axes, dy_size, strict=True):
        # how far a window hangs over the first and the last output
        low = max((max(s) - first for s, _, _, first, _ in parts if s), default=0)
        high = max((first + n - output - min(s) for s, _, _, first, n in parts if s), default=0)
        sides.append((max(low, 0), max(high, 0)))
    parts = []
    for shift_r, taps_r, row, first_r, rows in axes[0]:
        for shift_c, taps_c, column, first_c, columns in axes[1]:
            shifts = [(sides[0][0] - a, sides[1][0] - b) for a in shift_r for b in shift_c]
            taps = [i * kernel[1] + j for i in taps_r for j in taps_c]
            parts.append(Part(
                np.array(shifts, np.int64).reshape(-1, 2), np.array(taps, np.int64),
                (row, column), (rows, columns), (first_r, first_c),
            ))  # fmt: skip
    return Problem(dy_size, tuple(sides), (1, 1), stride, size, parts)


def _axis_parts(size, kernel, stride, dilation, before):
    """For each remainder: shifts in dy, taps, first input position, first dy position, count."""
    parts = []
    for row in range(min(stride, size)):
        u = row + before
        taps = [i for i in range(kernel) if (u - i * dilation) % stride == 0]
        # as (u - i·d)/s = u//s + ((u mod s) - i·d)/s
        shifts = [-((u % stride - i * dilation) // stride) for i in taps]
        parts.append((shifts, taps, row, u // stride, -(-(size - row) // stride)))
    return parts


def clipped(problem, axes):
    """The same problem in more parts, so that along `axes` no tap lies in the zeros around.

    It pays where a kernel is large beside its input, and if no weight is NaN or infinite.
    """
    parts = problem.parts
    for axis in axes:
        parts = [piece for part in parts for piece in _without_zeros(part, problem, axis)]
    return problem._replace(parts=parts)


def _without_zeros(part, problem, axis):
    before, size, step = problem.around[axis][0], problem.size[axis], problem.step[axis]
    starts = part.origin[axis] + np.arange(part.size[axis])[:, None] * step - before
    met = starts + part.shifts[:, axis]
    inside = (met >= 0) & (met < size)
    changes = np.flatnonzero((inside[1:] != inside[:-1]).any(axis=1)) + 1
    for begin, end in zip([0, *changes], [*changes, part.size[axis]], strict=True):
        seen, first, sizes, origin = inside[begin], [*part.first], [*part.size], [*part.origin]
        first[axis] += int(begin) * problem.apart[axis]
        sizes[axis] = int(end - begin)
        origin[axis] += int(begin) * step
        yield Part(part.shifts[seen], part.taps[seen], tuple(first), tuple(sizes), tuple(origin))


def _grid(size, step):
    """Offsets of a grid, row by row."""
    return (np.arange(size[0])[:, None] * step[0] + np.arange(size[1]) * step[1]).ravel()


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
    rows, columns = problem.padded
    (top, _), (left, _) = problem.around
    pixels = _grid(problem.size, (columns, 1)) + top * columns + left

    def make(part):
        step = problem.step[0] * columns, problem.step[1]
        voff = _grid(part.size, step) + part.origin[0] * columns + part.origin[1]
        apart = problem.apart[0] * problem.output[1], problem.apart[1]
        ooff = _grid(part.size, apart) + part.first[0] * problem.output[1] + part.first[1]
        return voff, ooff, part.shifts @ (columns, 1)

    places = np.arange(problem.output[0] * problem.output[1])
    found = _join(problem, make, depth, rows * columns, maps, block_of)
    voff, ooff, koff, taps, passes, q = found
    return Tables(
        voff * lanes, ooff * lanes, koff * lanes, taps, passes, pixels * lanes, places * lanes,
        around=(0,) * 6, pieces=_NONE, steps=(1, 1, 1), in_stride=rows * columns * lanes,
        out_stride=len(places) * lanes, in_size=depth * rows * columns * lanes,
        lanes=lanes, groups=groups, q=q, in_place=False, direct=False,
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
