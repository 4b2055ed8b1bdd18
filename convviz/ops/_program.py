"""Programs for `_kernels.instructions`: memory, tables of places, a row for each instruction.

The rows are written here and nowhere else, so that their columns have names in one place.
"""

from typing import NamedTuple

import numpy as np

from convviz.ops._kernels import borders, entries, products, strided, target

_WIDTH = 16
_LINE = 64  # bytes: every buffer begins a cache line


class Tensor(NamedTuple):
    """Planes in the memory of a program; all numbers in entries.

    Attributes
    ----------
    at : int
        Where the first pixel of the first plane is.
    shape : tuple
        (channels, rows, columns); features have one row and column.
    step, pitch, wide : int
        From plane to plane, from row to row, from column to column.
    """

    at: int
    shape: tuple
    step: int
    pitch: int
    wide: int

    def shaped(self, shape):
        """The same entries as planes of another shape; features have nothing around them."""
        channels, rows, columns = shape if len(shape) == 3 else (*shape, 1, 1)
        if self.shape == (channels, rows, columns):
            return self
        step, pitch = rows * columns * self.wide, columns * self.wide
        return Tensor(self.at, (channels, rows, columns), step, pitch, self.wide)

    def grid(self, rows, columns, origin=(0, 0), by=(1, 1)):
        """Offsets of a grid of pixels from the first one, row by row."""
        r = (origin[0] + np.arange(rows) * by[0]) * self.pitch
        q = (origin[1] + np.arange(columns) * by[1]) * self.wide
        return (r[:, None] + q).ravel()

    @property
    def pixels(self):
        """Offsets of all entries of a sample, in the order of (channels, rows, columns)."""
        plane = self.grid(*self.shape[1:])
        return (np.arange(self.shape[0])[:, None] * self.step + plane).ravel()

    @property
    def size(self):
        return int(np.prod(self.shape))


class Program(NamedTuple):
    """What `_kernels.instructions` runs: for each block, and when all blocks are through.

    `pairs` are those of `_kernels.finish`; the second of each is two instructions with one row, as
    what is done with gradients is known only when it runs.
    """

    instructions: list
    rows: np.ndarray
    pairs: list
    pair_rows: np.ndarray
    table: np.ndarray
    batch: int
    wide: int  # samples in a block
    size: int  # entries of the memory of a thread
    constants: tuple  # (place, value) pairs, there from the beginning
    totals: tuple  # from and to of what a thread adds up over its blocks
    shared: int  # entries of the memory that all threads see
    output: int  # entries of a sample of what it returns
    products: int


class Builder:
    """Collects the memory, the tables and the instructions of a program."""

    def __init__(self, wide, dtype):
        self.wide = wide
        self.lanes = target.BYTES // dtype.itemsize
        self.line = _LINE // dtype.itemsize
        self.size = self.shared = self.products = 0
        self.rows, self.pairs, self.constants = [], [], []
        self._tables, self._known, self._length = [], {}, 0

    # memory

    def reserve(self, count):
        """Return where `count` entries begin that nothing else uses; they are 0 at first."""
        at, self.size = self.size, self.size + -(-count // self.line) * self.line
        return at

    def reserve_shared(self, count):
        at, self.shared = self.shared, self.shared + -(-count // self.line) * self.line
        return at

    def tensor(self, shape, around=((0, 0), (0, 0)), pitch=None):
        """Return planes for all samples of a block, with zeros around; a feature is a plane."""
        channels, rows, columns = shape if len(shape) == 3 else (*shape, 1, 1)
        (top, bottom), (left, right) = around
        if pitch is None:
            pitch = (left + columns + right) * self.wide
        step = (top + rows + bottom) * pitch
        # features are moved by whole squares of vectors
        count = -(-channels * step // (self.lanes * self.wide)) * self.lanes * self.wide
        at = self.reserve(count + self.lanes)
        first = at + top * pitch + left * self.wide
        return Tensor(first, (channels, rows, columns), step, pitch, self.wide)

    def constant(self, value):
        at = self.reserve(1)
        self.constants.append((at, value))
        return at

    # tables

    def put(self, *columns):
        """Return where the rows made of these columns begin in the table."""
        numbers = np.stack([np.asarray(column, np.int64) for column in columns], axis=1).ravel()
        key = numbers.tobytes()
        if key not in self._known:
            self._known[key] = self._length
            self._tables.append(numbers)
            self._length += len(numbers)
        return self._known[key]

    def vectors(self, offsets):
        """The offsets of all vectors of samples at these places."""
        count = max(1, self.wide // self.lanes)
        return (np.asarray(offsets)[:, None] + np.arange(count) * self.lanes).ravel()

    def runs(self, tensor, rows, columns, origin=(0, 0), by=(1, 1)):
        """The offsets of the vectors that cover a grid of pixels: of samples, or along its rows."""
        if self.wide > 1:
            return self.vectors(tensor.grid(rows, columns, origin, by))
        starts = np.arange(0, columns, self.lanes) + origin[1]
        return ((origin[0] + np.arange(rows) * by[0])[:, None] * tensor.pitch + starts).ravel()

    def padded(self, shape):
        """Planes whose rows are whole vectors, for one sample."""
        columns = shape[2] if len(shape) == 3 else 1
        return self.tensor(shape, pitch=-(-columns // self.lanes) * self.lanes)

    # instructions

    def add(self, instruction, *fields):
        self.rows.append((instruction, fields))

    def product(self, a, c, ins, outs, taps, weights, *, b, apart, bias, ldc, maps, relu=False,
                groups=1, a_step=0, b_step=0):  # fmt: skip
        """Sums over taps; `ins`, `outs` for each vector, `taps`, `weights` for each tap."""
        q = strided.tile_of(len(ins), maps, len(taps))
        missing = -len(ins) % strided.VECTORS[q]
        ins, outs = (np.append(places, np.repeat(places[-1], missing)) for places in (ins, outs))
        self.products += len(ins) * -(-maps // q) * q * len(taps) * groups * self.lanes
        self.add(products.product, a, c, self.put(ins, outs), len(ins), self.put(taps, weights),
                 len(taps), b, apart, bias, relu, ldc, maps, q, groups, a_step, b_step)  # fmt: skip

    def correlate(self, a, d, starts, places, taps, *, ldd, total, maps, q, groups, a_step,
                  t_step):  # fmt: skip
        """Add to `total` the products of all filters' derivatives with what each tap met."""
        self.products += len(starts) * len(taps) * -(-maps // q) * q * groups * self.lanes
        self.add(
            products.correlate, a, d, self.put(starts), self.put(places), len(starts),
            self.put(taps), len(taps), ldd, total, maps, q, groups, a_step, t_step,
        )  # fmt: skip

    def sums(self, d, planes, run, total):
        self.add(products.plane_sums, d, planes, run, total)

    def zero(self, tensor):
        self.add(borders.zero, tensor.at, tensor.shape[0] * tensor.step)

    def largest(self, x, y, chosen, part, relu, rows=(0, 0, 0)):
        places, offsets = part.tables(self, x, y, chosen)
        x_at, y_at, chosen_at = (
            t.at + row * t.pitch for t, row in zip((x, y, chosen), rows, strict=True)
        )
        self.add(entries.largest, x_at, x.step, y_at, y.step, chosen_at, chosen.step, x.shape[0],
                 places, part.vectors(self), offsets, part.size, relu)  # fmt: skip

    def send(self, dx, dy, chosen, part, apart, total, rows=(0, 0, 0)):
        places, offsets = part.tables(self, dx, dy, chosen)
        dx_at, dy_at, chosen_at = (
            t.at + row * t.pitch for t, row in zip((dx, dy, chosen), rows, strict=True)
        )
        self.add(entries.send, dx_at, dx.step, dy_at, dy.step, chosen_at, chosen.step, dx.shape[0],
                 places, part.vectors(self), offsets, part.size, apart, total)  # fmt: skip

    def average(self, instruction, x, y, part):
        places, offsets = part.tables(self, x, y, y)
        self.add(instruction, x.at, x.step, y.at, y.step, x.shape[0], places, part.vectors(self),
                 offsets, part.size, part.divisor)  # fmt: skip

    def each_row(self, instruction, y, dy, constant):
        channels, rows, columns = y.shape
        self.add(instruction, y.at, channels, rows, columns * self.wide, y.step, y.pitch, dy.at,
                 dy.step, dy.pitch, constant)  # fmt: skip

    def copy(self, x, y):
        channels, rows, columns = x.shape
        self.add(borders.copy, x.at, y.at, channels, rows, columns * self.wide, x.step, x.pitch,
                 y.step, y.pitch)  # fmt: skip

    def move(self, instruction, tensor, *more):
        """Between samples on their own and side by side."""
        places = tensor.pixels
        self.add(instruction, tensor.at, self.put(places), len(places), *more)

    def finished(self, batch, totals, output):
        table = np.concatenate([*self._tables, np.zeros(1, np.int64)])
        return Program(
            [found for found, _ in self.rows], _lines([fields for _, fields in self.rows]),
            [found for found, _ in self.pairs], _lines([fields for _, fields in self.pairs]),
            table, batch, self.wide, self.size, tuple(self.constants), totals, self.shared, output,
            self.products * -(-batch // self.wide),
        )  # fmt: skip


def _lines(rows):
    found = np.zeros((len(rows), _WIDTH), np.int64)
    for line, row in zip(found, rows, strict=True):
        line[: len(row)] = row
    return found
