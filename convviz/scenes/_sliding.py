"""A filter that slides over an array: what the convolution scenes have in common."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convviz import geometry
from convviz.scenes._text import MINUS, span
from convviz.scenes.scene import KINDS, Step

NUMPY_PAD = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@dataclass(frozen=True)
class Axis:
    """The arithmetic of one axis: sizes, padding, and the taps of every output position."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    output: int

    @classmethod
    def of(cls, size, kernel, *, stride=1, padding=0, dilation=1):
        """Check the numbers of one axis and work out the rest (errors are geometry's)."""
        output = geometry.conv_output_size(
            size, kernel, stride=stride, padding=padding, dilation=dilation
        )
        before, after = geometry.resolve_padding(
            padding, size, kernel, stride=stride, dilation=dilation
        )
        return cls(size, kernel, stride, dilation, before, after, output)

    @property
    def padded(self):
        """Size with the padding."""
        return self.before + self.size + self.after

    @property
    def inner(self):
        """Where the array lies in the padded one, as a slice."""
        return slice(self.before, self.before + self.size)

    @property
    def reach(self):
        """Size of the filter with the gaps between its taps."""
        return geometry.effective_kernel_size(self.kernel, self.dilation)

    def taps(self, index):
        """Positions in the padded array that output `index` reads."""
        start = index * self.stride
        return [start + tap * self.dilation for tap in range(self.kernel)]

    def read(self):
        """For every padded position, whether any output reads it."""
        flags = np.zeros(self.padded, bool)
        for index in range(self.output):
            flags[self.taps(index)] = True
        return flags

    def size_formula(self):
        """The output size with its numbers filled in, as (text, role) parts."""
        if self.before == self.after:
            padded = f"{self.size} + 2·{self.before}"
        else:
            padded = f"{self.size} + {self.before} + {self.after}"
        head = f"⌊({padded} {MINUS} {self.reach}) / {self.stride}⌋ + 1 = "
        parts = [(head, ""), (str(self.output), "output")]
        if self.dilation > 1:
            tail = f", where {self.reach} = {self.dilation}·({self.kernel} {MINUS} 1) + 1"
            parts.append((tail, ""))
        return parts


def pad(array, rows, columns, mode="zeros", value=0):
    """The array with the padding of both axes around it.

    Raises
    ------
    ValueError
        If there is more padding than the mode can fill from the array (geometry's rule and words).
    """
    for axis in (rows, columns):
        for outermost in (-axis.before, axis.size + axis.after - 1):
            geometry.padding_source(outermost, axis.size, mode)
    if rows.padded == rows.size and columns.padded == columns.size:
        return array
    if mode in ("zeros", "constant"):
        fill = 0 if mode == "zeros" else value
        # Whole numbers must not cut the fraction off the value around them.
        whole = np.full(
            (rows.padded, columns.padded), fill, np.result_type(array, np.asarray(fill))
        )
        whole[rows.inner, columns.inner] = array
        return whole
    widths = ((rows.before, rows.after), (columns.before, columns.after))
    return np.pad(array, widths, mode=NUMPY_PAD[mode])


def scan(images, kernels, stride=1, dilation=1):
    """Cross-correlation of images ``(…, H, W)`` with kernels ``(…, kH, kW)``, without padding.

    >>> scan(np.arange(12).reshape(3, 4), np.array([[1, 0], [0, -1]]), stride=2)
    array([[-5, -5]])
    """
    reach = [dilation * (side - 1) + 1 for side in kernels.shape[-2:]]
    windows = sliding_window_view(images, reach, axis=(-2, -1))
    windows = windows[..., ::stride, ::stride, ::dilation, ::dilation]
    return np.einsum("...rcij,...ij->...rc", windows, kernels)


def padding_note(*axes):
    """How the padding of these axes is told behind a shape; nothing where there is none."""
    sides = [side for axis in axes for side in (axis.before, axis.after)]
    if not any(sides):
        return ""
    shown = sides[:1] if len(set(sides)) == 1 else sides
    return f", padding {' '.join(str(side) for side in shown)}"


@lru_cache(maxsize=256)
def cell_kinds(rows, columns):
    """The kind of every cell of the padded array: plain, padding, or read by no window."""
    kinds = np.full((rows.padded, columns.padded), KINDS.index("padding"), np.uint8)
    inner = rows.inner, columns.inner
    read = np.outer(rows.read(), columns.read())
    kinds[inner] = np.where(read[inner], KINDS.index("plain"), KINDS.index("unused"))
    kinds.setflags(write=False)
    return kinds


@lru_cache(maxsize=256)
def caption(rows, columns):
    """The size formula of both axes, once where they agree."""
    if rows == columns:
        return (("output = ", ""), *rows.size_formula())
    return (
        ("rows: ", ""),
        *rows.size_formula(),
        (";  columns: ", ""),
        *columns.size_formula(),
    )


def window_steps(rows, columns, values, *, bias=False, relu=None, flat=False):
    """One step an output cell: the products under the filter, their sum, where it goes.

    Parameters
    ----------
    rows, columns : Axis
        The two axes.
    values : ndarray
        Shape ``(rows.output, columns.output)``: the results.
    bias : bool
        Whether a grid named ``bias`` is added.
    relu : ndarray or None
        The results after the ReLU, shown in a grid of their own.
    flat : bool
        True for one-dimensional scenes, whose sentences name no rows.
    """
    downs, acrosses = reads(rows, "row"), reads(columns, "input" if flat else "column")
    places = ((r, c) for r in range(rows.output) for c in range(columns.output))
    numbers = [shown.ravel().tolist() for shown in (values, relu) if shown is not None]
    steps = []
    for (r, c), value, *after in zip(places, *numbers, strict=True):
        (down, *said), (across, *beside) = downs[r], acrosses[c]
        result = ("output", r, c)
        writes = [(result, value)]
        if after:
            writes.append((("after ReLU", r, c), *after))
        steps.append(
            Step(
                sentence=_sentence((r, c), said, beside, flat),
                formula=_formula(down, across, r, c, bias, relu is not None),
                result=result,
                writes=tuple(writes),
                windows=(("input", down[0], across[0], down[-1], across[-1]),),
            )
        )
    return tuple(steps)


@lru_cache(maxsize=2048)
def _formula(down, across, r, c, bias, relu):
    """The sum at a place of the output, the same whatever the numbers."""
    added = (" + ", (("bias", 0, 0),)) if bias else ()
    bent = (", ReLU → ", (("after ReLU", r, c),)) if relu else ()
    return (*products(down, across), *added, " = ", (("output", r, c),), *bent)


# The windows of one setting stand where those of the others do.
@lru_cache(maxsize=2048)
def products(down, across, weights="filter", left=0, source="input"):
    """The products of cells of the source and of the weights, with plus signs between them.

    `left` is the column of the first weight.
    """
    parts = [
        part for a, i in enumerate(down) for b, j in enumerate(across, left)
        for part in (" + ", ((source, i, j), (weights, a, b)))
    ]
    return tuple(parts[1:])


@lru_cache(maxsize=2048)
def tapped(name, down, across):
    """The cells in these rows and columns of a grid as marks of a step."""
    return tuple([((name, i, j), "tap") for i in down for j in across])


def _sentence(where, down, across, flat):
    tail = ", partly on the padding." if down[1] or across[1] else "."
    if flat:
        return f"Output {where[1]}: the filter covers {across[0]}{tail}"
    place = f"Output row {where[0]}, column {where[1]}"
    return f"{place}: the filter covers input {down[0]}, {across[0]}{tail}"


@lru_cache(maxsize=256)
def reads(axis, noun):
    """What each output reads along an axis, also in words, and whether some of it is padding.

    >>> reads(Axis.of(3, 2, padding=(0, 1)), "row")[1:]
    [((1, 2), 'rows 1 and 2', False), ((2, 3), 'rows 2 and 3', True)]
    """
    found = []
    for index in range(axis.output):
        taps = tuple(axis.taps(index))
        places = [place - axis.before for place in taps]
        padding = any(not 0 <= place < axis.size for place in places)
        found.append((taps, span(places, noun), padding))
    return found
