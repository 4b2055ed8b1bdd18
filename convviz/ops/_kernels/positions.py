"""Convolution with neighbouring positions of one image side by side in a vector.

For batches smaller than a vector, and where rearranging the samples would cost more than it saves.
An image is padded once; its rows, one after another, are one long line, on which a tap of the
kernel is a shift. A vector that reaches over the end of a row computes a few numbers that nobody
reads. A stride of s splits the image into s·s images of every s-th row and column, so that
neighbours in a vector are neighbours in memory.

Arrays are flat. `tables` is a `convviz.ops._tables.Tables`; the shapes are tuples (samples,
planes, rows, columns).
"""

from convviz.ops._kernels import kernel
from convviz.ops._kernels.rearrange import copy
from convviz.ops._kernels.tiles import bounds, correlate, multiply


@kernel(part=True)
def spread(x, at, shape, planes, tables, y):
    """Copy planes of a sample into `y`, padded, split by the stride."""
    rows, columns = shape[2], shape[3]
    top, left, step_r, step_c, high, wide = tables.around
    for plane in range(planes):
        for r in range(rows):
            source = at + (plane * rows + r) * columns
            u, v = r + top, left
            line = plane * tables.in_stride + u % step_r * step_c * high * wide + u // step_r * wide
            if step_c == 1:
                copy(x, source, y, line + v, columns)
            else:
                # one split image after another: no division for each entry
                for part in range(step_c):
                    first = (part - v) % step_c
                    place = line + part * high * wide + (v + first) // step_c
                    for c in range(first, columns, step_c):
                        y[place] = x[source + c]
                        place += 1


@kernel(part=True)
def collect(y, stride, planes, tables, piece, x, at, shape):
    """Copy the rows that a pass has computed, without what nobody reads, to where they belong."""
    row, column, rows, columns, _ = bounds(tables.pieces, piece)
    step_r, step_c, pitch = tables.steps
    for plane in range(planes):
        for r in range(rows):
            there = at + (plane * shape[2] + row + r * step_r) * shape[3] + column
            here = plane * stride + r * pitch
            if step_c == 1:
                copy(y, here, x, there, columns)
            else:
                for c in range(columns):
                    x[there + c * step_c] = y[here + c]


@kernel()
def convolve(x, x_shape, y, y_shape, b, bias, tables, scratch, first, last):
    """Set the samples `first` to `last` of `y`."""
    groups, q, in_stride = tables.groups, tables.q, tables.in_stride
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    x_size, y_size = x_shape[2] * x_shape[3], y_shape[2] * y_shape[3]
    xs, ys = scratch[: tables.in_size], scratch[tables.in_size :]
    xs[:] = 0
    weights = len(b) // groups
    for n in range(first, last):
        for group in range(groups):
            at = (n * x_shape[1] + group * depth) * x_size
            to = (n * y_shape[1] + group * maps) * y_size
            source, start = x, at
            if not tables.in_place:
                spread(x, at, x_shape, depth, tables, xs)
                source, start = xs, 0
            for piece in range(len(tables.passes)):
                v0, v1, k0, k1, b0 = bounds(tables.passes, piece)
                target, place, ldc = ys, 0, tables.out_stride
                if tables.direct:
                    target, place, ldc = y, to, y_size
                multiply(
                    source, start, tables.voff[v0:v1], tables.ooff[v0:v1], tables.koff[k0:k1],
                    b, group * weights + b0, bias, group * maps, target, place, ldc, maps, q,
                )  # fmt: skip
                if not tables.direct:
                    collect(ys, tables.out_stride, maps, tables, piece, y, to, y_shape)


@kernel()
def weights(x, x_shape, dy, y_shape, total, tables, scratch, first, last):
    """Add to `total` the products of the samples `first` to `last`."""
    groups, q, in_stride = tables.groups, tables.q, tables.in_stride
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    x_size, y_size = x_shape[2] * x_shape[3], y_shape[2] * y_shape[3]
    xs, ds = scratch[: tables.in_size], scratch[tables.in_size :]
    xs[:] = 0
    # 0 where a vector reaches over the end of a row: what lies there must not count
    ds[:] = 0
    pitch = tables.steps[2]
    for n in range(first, last):
        for group in range(groups):
            at = (n * x_shape[1] + group * depth) * x_size
            to = (n * y_shape[1] + group * maps) * y_size
            source, start = x, at
            if not tables.in_place:
                spread(x, at, x_shape, depth, tables, xs)
                source, start = xs, 0
            other, place, ldd = dy, to, y_size
            if not tables.direct:
                for m in range(maps):
                    for r in range(y_shape[2]):
                        here = to + (m * y_shape[2] + r) * y_shape[3]
                        there = m * tables.out_stride + r * pitch
                        copy(dy, here, ds, there, y_shape[3])
                other, place, ldd = ds, 0, tables.out_stride
            correlate(
                source, start, tables.voff, tables.koff, other, place, tables.ooff, ldd,
                total, group * len(total) // groups, maps, q,
            )  # fmt: skip
