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
from convviz.ops._kernels.lanes import lanes_of, load, store
from convviz.ops._kernels.tiles import bounds, correlate, multiply


@kernel(part=True)
def copy_rows(x, at, x_pitch, y, to, y_pitch, rows, columns):
    """Copy `columns` entries of each of the rows that begin `x_pitch` and `y_pitch` apart."""
    lanes = lanes_of(x)
    for r in range(rows):
        here, there = at + r * x_pitch, to + r * y_pitch
        if columns < lanes:
            for c in range(columns):
                y[there + c] = x[here + c]
        else:
            # a call of the system's copy would take longer than a short row
            for c in range(0, columns - lanes, lanes):
                store(y, there + c, load(x, here + c))
            # the last vector overlaps the one before
            store(y, there + columns - lanes, load(x, here + columns - lanes))


@kernel(part=True)
def spread(x, at, shape, planes, tables, y):
    """Copy planes of a sample into `y`, padded, split by the stride."""
    rows, columns = shape[2], shape[3]
    top, left, step_r, step_c, high, wide = tables.around
    for plane in range(planes):
        # one split image after another: no division for each row, or each entry
        for part_r in range(step_r):
            r = (part_r - top) % step_r
            count = (rows - r + step_r - 1) // step_r
            source = at + (plane * rows + r) * columns
            line = plane * tables.in_stride + part_r * step_c * high * wide
            line += (r + top) // step_r * wide
            if step_c == 1:
                copy_rows(x, source, step_r * columns, y, line + left, wide, count, columns)
                continue
            for part_c in range(step_c):
                first = (part_c - left) % step_c
                place = line + part_c * high * wide + (left + first) // step_c
                for r in range(count):
                    here, there = source + r * step_r * columns, place + r * wide
                    for c in range(first, columns, step_c):
                        y[there] = x[here + c]
                        there += 1


@kernel(part=True)
def collect(y, stride, planes, tables, piece, x, at, shape):
    """Copy the rows that a pass has computed, without what nobody reads, to where they belong."""
    row, column, rows, columns, _ = bounds(tables.pieces, piece)
    step_r, step_c, pitch = tables.steps
    for plane in range(planes):
        first = at + (plane * shape[2] + row) * shape[3] + column
        if step_c == 1:
            copy_rows(y, plane * stride, pitch, x, first, step_r * shape[3], rows, columns)
            continue
        for r in range(rows):
            here, there = plane * stride + r * pitch, first + r * step_r * shape[3]
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
                    copy_rows(dy, to + m * y_size, y_shape[3], ds, m * tables.out_stride, pitch,
                              y_shape[2], y_shape[3])  # fmt: skip
                other, place, ldd = ds, 0, tables.out_stride
            correlate(
                source, start, tables.voff, tables.koff, other, place, tables.ooff, ldd,
                total, group * len(total) // groups, maps, q,
            )  # fmt: skip
