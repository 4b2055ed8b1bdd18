"""Convolution with the filters side by side in a vector: an output of theirs after another.

Neither the batch nor the width of an image matters, nor the stride: what is multiplied by a vector
of weights is one entry of the input, wherever it lies. Only the padding needs a copy of the input;
what is computed has the filter as its innermost axis and is put in order afterwards.

Arrays are flat. `tables` is a `convviz.ops._tables.Tables` whose `q` counts the filters in a block;
the shapes are tuples (samples, planes, entries of a plane), and a plane may be a volume.
"""

from convviz.ops._kernels import kernel
from convviz.ops._kernels.panels import add_block, rows_of
from convviz.ops._kernels.rearrange import copy, gather_lanes, scatter_lanes
from convviz.ops._kernels.tiles import bounds

# places whose sums stay in the cache while taps pass by, a multiple of the rows of every block;
# taps whose weights do; places whose derivatives do
_PLACES, _TAPS, _LINES = 96, 192, 256


@kernel()
def _spread(x, at, size, planes, tables, xs):
    """Copy planes of a sample into `xs`, row by row."""
    rows = len(tables.pixels)
    columns = size // rows
    for plane in range(planes):
        for row in range(rows):
            place = plane * tables.in_stride + tables.pixels[row]
            copy(x, at + plane * size + row * columns, xs, place, columns)


@kernel()
def _multiply(b, b_at, x, x_at, voff, ooff, koff, bias, bias_at, ys, stride, maps, shape):
    """Set the outputs of a part; `shape` is (filters, vectors) of a block."""
    wide, p = shape
    q, depth = rows_of(p), len(koff)
    for first in range(0, len(voff), _PLACES):
        # a part that sees nothing is the bias
        for t in range(0, max(depth, 1), _TAPS):
            for block in range((maps + wide - 1) // wide):
                i, a = min(block * wide, maps - wide), b_at + (block * depth + t) * wide
                for v in range(first, min(first + _PLACES, len(voff)), q):
                    add_block(p, b, a, wide, min(_TAPS, depth - t), x, x_at, voff, v, koff, t,
                              bias, bias_at + i, t == 0, ys, block * stride, ooff)  # fmt: skip


@kernel()
def convolve(x, x_shape, y, y_shape, b, bias, tables, scratch, first, last):
    """Set the samples `first` to `last` of `y`."""
    groups, lanes, wide = tables.groups, tables.lanes, tables.q
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    x_size, y_size, stride = x_shape[2], y_shape[2], tables.out_stride
    xs, ys = scratch[: tables.in_size], scratch[tables.in_size :]
    xs[:] = 0
    weights = len(b) // groups
    for n in range(first, last):
        for group in range(groups):
            at = (n * x_shape[1] + group * depth) * x_size
            to = (n * y_shape[1] + group * maps) * y_size
            source, start = x, at
            if not tables.in_place:
                _spread(x, at, x_size, depth, tables, xs)
                source, start = xs, 0
            for piece in range(len(tables.passes)):
                v0, v1, k0, k1, b0 = bounds(tables.passes, piece)
                _multiply(
                    b, group * weights + b0, source, start, tables.voff[v0:v1],
                    tables.ooff[v0:v1], tables.koff[k0:k1], bias, group * maps,
                    ys, stride, maps, (wide, wide // lanes),
                )  # fmt: skip
            for block in range((maps + wide - 1) // wide):
                for i in range(0, wide, lanes):
                    m, place = min(block * wide, maps - wide) + i, 0
                    while place < y_size:
                        # the last square overlaps the one before
                        place = min(place, y_size - lanes)
                        scatter_lanes(ys, block * stride + i, tables.places, place,
                                      y, to + m * y_size + place, y_size)  # fmt: skip
                        place += lanes


@kernel()
def weights(x, x_shape, dy, y_shape, total, tables, scratch, first, last):
    """Add to `total` (block, tap, filter in block) the products of the samples `first` to `last`.

    In `tables`, `ooff` tells where the sums of a tap are.
    """
    groups, lanes, wide = tables.groups, tables.lanes, tables.q
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    x_size, y_size, stride = x_shape[2], y_shape[2], tables.out_stride
    xs, ds = scratch[: tables.in_size], scratch[tables.in_size :]
    xs[:] = 0
    p, taps, blocks = wide // lanes, len(tables.koff), (maps + wide - 1) // wide
    for n in range(first, last):
        for group in range(groups):
            at = (n * x_shape[1] + group * depth) * x_size
            to = (n * y_shape[1] + group * maps) * y_size
            source, start = x, at
            if not tables.in_place:
                _spread(x, at, x_size, depth, tables, xs)
                source, start = xs, 0
            for block in range(blocks):
                for i in range(0, wide, lanes):
                    m, place = min(block * wide, maps - wide) + i, 0
                    while place < y_size:
                        place = min(place, y_size - lanes)
                        gather_lanes(dy, to + m * y_size + place, y_size,
                                     ds, block * stride + i, tables.places, place)  # fmt: skip
                        place += lanes
            for line in range(0, y_size, _LINES):
                for block in range(blocks):
                    a, c = block * stride + line * wide, (group * blocks + block) * taps * wide
                    for t in range(0, taps, rows_of(p)):
                        add_block(p, ds, a, wide, min(_LINES, y_size - line), source, start,
                                  tables.koff, t, tables.voff, line, total, 0, False,
                                  total, c, tables.ooff)  # fmt: skip
