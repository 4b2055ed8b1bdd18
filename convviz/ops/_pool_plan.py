"""Where the windows of a pooling are: its options made canonical once and checked."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convviz import geometry
from convviz.ops._check import flag
from convviz.ops._plan import DILATION, STRIDE


class PoolPlan(NamedTuple):
    """Where the windows of a pooling are, for two axes or three: one axis is a single row.

    Attributes
    ----------
    sizes, output : tuple of int
        Of the input and of the output.
    windows : tuple of arrays (O, 3) of int64, one for each axis
        For each output, the first entry of its window, one past its last, and how many entries an
        average counts.
    gaps : tuple of int
        The distance between the entries of a window.
    run : (first, end, step)
        Outputs along the last axis whose windows are whole and `step` apart; the step is 1 or 2.
    even : (before, span, step)
        Where all windows along the last axis are `span` long, uncut, and `step` apart, from so
        many entries before the first on; a span of 0 where they are not. The step is 1 or 2.
    pairs : bool
        Whether all windows are 2×2, side by side, from the first entry on.
    whole : bool
        Whether there is one window, which is all there is and nothing more.
    """

    sizes: tuple
    output: tuple
    windows: tuple
    gaps: tuple
    run: tuple
    even: tuple
    pairs: bool
    whole: bool

    def of_volumes(self):
        """The same for three axes: planes are volumes of depth 1."""
        if len(self.output) == 3:
            return self
        sizes, output, windows, gaps, *rest = self
        return PoolPlan((1, *sizes), (1, *output), (_ALONE, *windows), (1, *gaps), *rest)


# the windows along an axis that has but one entry
_ALONE = np.array([[0, 1, 1]])
_UNEVEN = 0, 0, 1


def pool_plan(sizes, kernel, stride, padding, dilation, ceil_mode, counting=True):
    """Return the `PoolPlan` for the spatial `sizes`; `counting` is count_include_pad."""
    axes = len(sizes)
    kernel = geometry.per_axis("kernel_size", kernel, axes, 1, "a window has one entry or more")
    if stride is None:
        stride = kernel
    stride = geometry.per_axis("stride", stride, axes, 1, STRIDE)
    dilation = geometry.per_axis("dilation", dilation, axes, 1, DILATION)
    padding = geometry.padding_per_axis(padding, axes)
    ceil_mode, counting = flag("ceil_mode", ceil_mode), flag("count_include_pad", counting)
    return _pool_plan(sizes, kernel, stride, padding, dilation, ceil_mode, counting)


@lru_cache(maxsize=512)
def _pool_plan(sizes, kernel, stride, padding, dilation, ceil_mode, counting):
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    output = geometry.pool_output_shape(sizes, kernel, ceil_mode=ceil_mode, **options)
    pairs = geometry.resolve_paddings(padding, sizes, kernel, stride=stride, dilation=dilation)
    windows = [
        _sliding(*axis, counting)
        for axis in zip(output, sizes, kernel, stride, dilation, pairs, strict=True)
    ]
    even = int(pairs[-1][0]), dilation[-1] * (kernel[-1] - 1) + 1, stride[-1]
    return _as_plan(sizes, output, windows, dilation, even if stride[-1] < 3 else _UNEVEN)


def _sliding(count, size, taps, step, gap, padding, counting):
    """The windows along one axis, without what lies in the padding."""
    before, after = padding
    begin = np.arange(count) * step - before
    end = begin + gap * (taps - 1) + 1
    # with ceil_mode a window may hang over even the padding: that part never counts
    counted = np.minimum(end, size + after) - begin
    # the first entry inside: padding holds a whole number of gaps
    first = np.where(begin < 0, begin + -(begin // gap) * gap, begin)
    last = np.minimum(end, size)
    return np.stack([first, last, counted if counting else last - first], axis=1)


def _as_plan(sizes, output, windows, gaps, even):
    if len(output) == 1:
        sizes, output, windows, gaps = (1, *sizes), (1, *output), [_ALONE, *windows], (1, *gaps)
    pairs = len(output) == 2 and all(
        gap == 1 and np.array_equal(line[:, 0], 2 * np.arange(len(line)))
        and np.array_equal(line[:, 1], line[:, 0] + 2)
        for line, gap in zip(windows, gaps, strict=True)
    )  # fmt: skip
    whole = all(
        gap == 1 and line.tolist() == [[0, size, size]]
        for size, line, gap in zip(sizes, windows, gaps, strict=True)
    )
    run = _run(windows[-1])
    return PoolPlan(tuple(sizes), tuple(output), tuple(windows), tuple(gaps), run, even, pairs,
                    whole)  # fmt: skip


def _run(windows):
    """The first run of windows that are as long as the longest and evenly far apart."""
    lengths = windows[:, 1] - windows[:, 0]
    first = int(np.argmax(lengths))
    steps = np.diff(windows[first:, 0])
    step = int(steps[0]) if len(steps) else 1
    even = (steps == step) & (lengths[first + 1 :] == lengths[first])
    end = first + 1 + (len(even) if even.all() else int(np.argmin(even)))
    return (first, end, step) if step in (1, 2) else (0, 0, 1)


def adaptive_plan(sizes, output_size):
    """Return the `PoolPlan` of windows fitted to `output_size`; they may overlap by one."""
    remedy = "an output has one entry or more"
    output = geometry.per_axis("output_size", output_size, len(sizes), 1, remedy)
    return _adaptive_plan(sizes, output)


@lru_cache(maxsize=512)
def _adaptive_plan(sizes, output):
    windows = []
    for size, count in zip(sizes, output, strict=True):
        first = np.arange(count) * size // count
        last = -(-np.arange(1, count + 1) * size // count)
        windows.append(np.stack([first, last, last - first], axis=1))
    return _as_plan(sizes, output, windows, (1,) * len(sizes), _UNEVEN)
