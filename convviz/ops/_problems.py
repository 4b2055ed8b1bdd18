"""A convolution, or the way back, as outputs that see the same taps at the same distances.

Numbers of an axis stand in tuples: (rows, columns), or (depth, rows, columns) for volumes.
"""

import itertools
from typing import NamedTuple

import numpy as np


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
    """A convolution as the tables see it."""

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
    shifts = np.indices(kernel).reshape(len(kernel), -1).T * dilation
    axes = zip(size, around, kernel, stride, dilation, strict=True)
    output = tuple((n + sum(pair) - d * (k - 1) - 1) // s + 1 for n, pair, k, s, d in axes)
    nothing = (0,) * len(size)
    part = Part(shifts, np.arange(len(shifts)), nothing, output, nothing)
    return Problem(size, around, stride, (1,) * len(size), output, [part])


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
    for axis in itertools.product(*axes):
        shifts, taps, first, origin, counts = zip(*axis, strict=True)
        seen = _all_of([side[0] - np.array(s, int) for side, s in zip(sides, shifts, strict=True)])
        numbers = np.ravel_multi_index(_all_of([np.array(t, int) for t in taps]).T, kernel)
        parts.append(Part(seen, numbers, first, counts, origin))
    return Problem(dy_size, tuple(sides), (1,) * len(size), stride, size, parts)


def _all_of(columns):
    """Every choice of one entry of each column, as rows of integers."""
    return np.stack(np.meshgrid(*columns, indexing="ij"), axis=-1).reshape(-1, len(columns))


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
