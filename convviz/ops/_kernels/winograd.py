"""3×3 convolution by Winograd's F(2×2, 3×3): fewer products, with channels side by side.

The lanes of a vector are neighbouring channels of one sample, so that neither the batch nor the
width of an image matters. Some rows of tiles are transformed, multiplied and put back at a time:
what lies between has to stay in the cache. With a dilation of d, a tile takes every d-th pixel.

Arrays are flat. `tables` is a `convviz.ops._winograd.Tables`; shapes are (samples, planes, rows,
columns). A chunk is some samples with some rows of tiles.
"""

import numpy as np

from convviz.ops._kernels import kernel
from convviz.ops._kernels.panels import add_block, rows_of
from convviz.ops._kernels.rearrange import gather_lanes, scatter_lanes
from convviz.ops._kernels.transforms import (
    of_input,
    of_output_back,
    of_sums,
    of_taps,
    of_taps_back,
)


@kernel(allocates=True)
def transform_weights(w, size, strides, lanes, wide, back, u):
    """Set `u` (16, panel, k, `wide`) from the filters, as `convolve` multiplies by them.

    `size` is (groups, outputs, inputs) of one group, `strides` how far apart these are in `w`.
    `back` turns the filters, for derivatives of the input.
    """
    groups, maps, depth = size
    plane = len(u) // (16 * groups)
    taps = np.empty(9 * lanes, w.dtype)
    for group in range(groups):
        for panel in range((maps + wide - 1) // wide):
            for k in range(depth):
                for first in range(0, wide, lanes):
                    m = min(panel * wide, maps - wide) + first
                    at = group * strides[0] + m * strides[1] + k * strides[2]
                    for lane in range(lanes):
                        for tap in range(9):
                            there = 8 - tap if back else tap
                            taps[there * lanes + lane] = w[at + lane * strides[1] + tap]
                    place = group * 16 * plane + (panel * depth + k) * wide + first
                    of_taps(taps, 0, 3 * lanes, lanes, u, place, 4 * plane, plane)


@kernel(allocates=True)
def collect_weights(total, size, lanes, p, dw):
    """Set `dw` from the sums of `weights`, `total` (groups, 16, filters, channels)."""
    groups, maps, depth = size
    q, wide = rows_of(p), p * lanes
    rows, panels = (maps + q - 1) // q * q, (depth + wide - 1) // wide
    taps = np.empty(9 * lanes, total.dtype)
    plane = rows * panels * wide
    for group in range(groups):
        for m in range(maps):
            # the last block of rows began earlier, so that it ends with the last filter
            row = m if m < rows - q else m + rows - maps
            for panel in range(panels):
                for first in range(0, wide, lanes):
                    c = min(panel * wide, depth - wide) + first
                    place = (group * 16 * rows + row) * panels * wide + panel * wide + first
                    of_taps_back(total, place, 4 * plane, plane, taps, 0, 3 * lanes, lanes)
                    at = ((group * maps + m) * depth + c) * 9
                    for lane in range(lanes):
                        for tap in range(9):
                            dw[at + lane * 9 + tap] = taps[tap * lanes + lane]


@kernel(fastmath={"reassoc", "nsz"})
def _sum(x, count):
    total = x.dtype.type(0)
    for i in range(count):
        total += x[i]
    return total


@kernel()
def _chunk(number, tables, batch):
    """First sample and one past the last, first row of outputs, rows, tiles of a sample."""
    block, part = number // tables.parts, number % tables.parts
    first = block * tables.samples
    lines = min(tables.chunk, tables.lines - part * tables.chunk)
    row = part * tables.chunk * tables.step
    return first, min(first + tables.samples, batch), row, lines * tables.step, lines * tables.line


@kernel()
def _clear(xs, shape, row, rows, width):
    """Set to zero what `_gather` will leave: rows above and below the image."""
    above, below = max(-row, 0), max(shape[2] - row, 0)
    xs[: min(above, rows) * width] = 0
    xs[min(below, rows) * width : rows * width] = 0


@kernel()
def _gather(x, at, shape, row, rows, pixels, width, xs, lanes):
    """Copy `rows` rows of some channels, from `row` on, to `xs`: pixel p goes to pixels[p]."""
    size = shape[2] * shape[3]
    p, end = max(row, 0) * shape[3], min(row + rows, shape[2]) * shape[3]
    while p < end:
        # the last square overlaps the one before
        p = min(p, end - lanes)
        gather_lanes(x, at + p, size, xs, -row * width, pixels, p)
        p += lanes


@kernel()
def _scatter(ys, row, rows, places, width, y, at, shape, lanes):
    """The way back."""
    size = shape[2] * shape[3]
    p, end = row * shape[3], min(row + rows, shape[2]) * shape[3]
    while p < end:
        p = min(p, end - lanes)
        scatter_lanes(ys, -row * width, places, p, y, at + p, size)
        p += lanes


@kernel()
def _transform_input(x, x_shape, first, tables, chunk, xs, v, plane, depth):
    """Set `v` (16, tile, channel) from the channels of a group, `first` being its first one."""
    lanes, (row_gap, column_gap) = tables.lanes, tables.gap
    n0, n1, row, rows, count = chunk
    width, size = tables.pitch * lanes, x_shape[2] * x_shape[3]
    row, rows = row - tables.top, rows + tables.step
    _clear(xs, x_shape, row, rows, width)
    for n in range(n0, n1):
        for block in range((depth + lanes - 1) // lanes):
            c = min(block * lanes, depth - lanes)
            at = (n * x_shape[1] + first + c) * size
            _gather(x, at, x_shape, row, rows, tables.pixels, width, xs, lanes)
            place = (n - n0) * count * depth + c
            for tile in range(count):
                of_input(xs, tables.voff[tile], row_gap * width, column_gap * lanes,
                         v, place + tile * depth, 4 * plane, plane)  # fmt: skip


@kernel()
def convolve(x, x_shape, y, y_shape, u, bias, tables, scratch, first, last):
    """Set the chunks `first` to `last` of `y`; return their sum, finite if all of it is.

    `bias` holds as many zeros before the numbers.
    """
    lanes, p, (row_gap, column_gap) = tables.lanes, tables.p, tables.gap
    depth, maps = x_shape[1] // tables.groups, y_shape[1] // tables.groups
    q, wide = rows_of(p), p * lanes
    blocks, u_plane = (maps + wide - 1) // wide, len(u) // (16 * tables.groups)
    v_plane, m_plane = tables.planes
    v, m = scratch[: 16 * v_plane], scratch[16 * v_plane : 16 * (v_plane + m_plane)]
    xs = scratch[16 * (v_plane + m_plane) :]
    ys = xs[tables.in_size :]
    xs[: tables.in_size] = 0
    width, size = tables.out_pitch * lanes, y_shape[2] * y_shape[3]
    check = scratch.dtype.type(0)
    for number in range(first, last):
        chunk = _chunk(number, tables, x_shape[0])
        n0, n1, row, rows, count = chunk
        for group in range(tables.groups):
            _transform_input(x, x_shape, group * depth, tables, chunk, xs, v, v_plane, depth)
            tiles = max((n1 - n0) * count, q)
            for xi in range(16):
                # entry (1, 1) of the sums goes to all four outputs
                start = group * maps + (y_shape[1] if xi == 5 else 0)
                for panel in range(blocks):
                    a = (group * 16 + xi) * u_plane + panel * depth * wide
                    i = min(panel * wide, maps - wide)
                    for tile in range(0, tiles, q):
                        add_block(
                            p, u, a, wide, depth, v, xi * v_plane, tables.rows[0],
                            min(tile, tiles - q), tables.count, 0, bias, start + i, True,
                            m, xi * m_plane + i, tables.rows[1],
                        )  # fmt: skip
            for n in range(n0, n1):
                for block in range((maps + lanes - 1) // lanes):
                    i = min(block * lanes, maps - lanes)
                    place = (n - n0) * count * maps + i
                    for tile in range(count):
                        of_sums(m, place + tile * maps, 4 * m_plane, m_plane,
                                ys, tables.ooff[tile], row_gap * width, column_gap * lanes,
                                )  # fmt: skip
                    check += _sum(ys, rows * width)
                    at = (n * y_shape[1] + group * maps + i) * size
                    _scatter(ys, row, rows, tables.places, width, y, at, y_shape, lanes)
    return check


@kernel()
def weights(x, x_shape, dy, y_shape, total, tables, scratch, first, last):
    """Add to `total` the products of the chunks `first` to `last`."""
    lanes, p, (row_gap, column_gap) = tables.lanes, tables.p, tables.gap
    depth, maps = x_shape[1] // tables.groups, y_shape[1] // tables.groups
    q, wide = rows_of(p), p * lanes
    channels = (depth + wide - 1) // wide * wide
    plane = len(tables.sums) * channels
    v_plane, m_plane = tables.planes
    v, m = scratch[: 16 * v_plane], scratch[16 * v_plane : 16 * (v_plane + m_plane)]
    xs = scratch[16 * (v_plane + m_plane) :]
    ds = xs[tables.in_size :]
    xs[:] = 0
    width, size = tables.out_pitch * lanes, y_shape[2] * y_shape[3]
    for number in range(first, last):
        chunk = _chunk(number, tables, x_shape[0])
        n0, n1, row, rows, count = chunk
        _clear(ds, y_shape, row, rows, width)
        for group in range(tables.groups):
            _transform_input(x, x_shape, group * depth, tables, chunk, xs, v, v_plane, depth)
            for n in range(n0, n1):
                for block in range((maps + lanes - 1) // lanes):
                    i = min(block * lanes, maps - lanes)
                    at = (n * y_shape[1] + group * maps + i) * size
                    _gather(dy, at, y_shape, row, rows, tables.places, width, ds, lanes)
                    place = (n - n0) * count * maps + i
                    for tile in range(count):
                        of_output_back(ds, tables.ooff[tile], row_gap * width, column_gap * lanes,
                                       m, place + tile * maps, 4 * m_plane, m_plane)  # fmt: skip
            for xi in range(16):
                for panel in range(0, channels, wide):
                    a = xi * v_plane + min(panel, depth - wide)
                    for filters in range(0, len(tables.sums), q):
                        # the last block begins earlier, but has rows of its own in `total`
                        i = min(filters, maps - q)
                        c = (group * 16 + xi) * plane + tables.sums[filters - i] + panel
                        add_block(
                            p, v, a, depth, (n1 - n0) * count, m, xi * m_plane, tables.count, i,
                            tables.rows[1], 0, total, 0, False, total, c, tables.sums,
                        )  # fmt: skip
