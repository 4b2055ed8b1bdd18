"""The windows of a pooling, sorted by what they have inside their plane."""

from typing import NamedTuple

import numpy as np


class Part(NamedTuple):
    """Windows with the same number of rows and columns inside; numbers of pixels.

    Attributes
    ----------
    outputs, starts : pair of arrays
        For the rows and for the columns: which outputs, and where their windows begin.
    entries : pair of arrays
        Rows and columns of the entries, from the beginning of a window.
    divisor : int
        What an average divides by.
    """

    outputs: tuple
    starts: tuple
    entries: tuple
    divisor: int

    @property
    def size(self):
        return len(self.entries[0]) * len(self.entries[1])

    def vectors(self, builder):
        """How many vectors of results there are in a plane."""
        return len(self.outputs[0]) * len(self.outputs[1]) * max(1, builder.wide // builder.lanes)

    def tables(self, builder, x, y, chosen):
        """Put the places of windows, results and choices, and of the entries; return where."""
        columns = [
            builder.vectors(_grid(tensor, *pixels))
            for tensor, pixels in ((x, self.starts), (y, self.outputs), (chosen, self.outputs))
        ]
        return builder.put(*columns), builder.put(_grid(x, *self.entries))


def _grid(tensor, rows, columns):
    return (np.asarray(rows)[:, None] * tensor.pitch + np.asarray(columns) * tensor.wide).ravel()


def parts_of(plan):
    """The parts of a `_pool_plan.PoolPlan`."""
    axes = [list(_axis_parts(*axis)) for axis in zip(plan.windows, plan.gaps, strict=True)]
    return [
        Part(*zip(row[:3], column[:3], strict=True), divisor=row[3] * column[3])
        for row in axes[0]
        for column in axes[1]
    ]


def _axis_parts(windows, gap):
    found = {}
    for output, (first, end, counted) in enumerate(windows.tolist()):
        found.setdefault((-(-(end - first) // gap), counted), []).append((output, first))
    for (size, counted), pairs in found.items():
        outputs, starts = (np.array(column) for column in zip(*pairs, strict=True))
        yield outputs, starts, np.arange(size) * gap, counted


def apart(plan, sizes):
    """Whether no pixel of a plane is in two windows."""
    covers = []
    for windows, gap, size in zip(plan.windows, plan.gaps, sizes, strict=True):
        used = np.zeros(size, int)
        for first, end, _ in windows:
            used[first:end:gap] += 1
        covers.append(used.max() <= 1)
    return all(covers)
