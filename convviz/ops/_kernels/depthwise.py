"""Convolution of each channel alone with a 3×3 filter and stride 1, along rows in registers.

Nine products for a number that is read or written are few: loading a vector for each of them takes
longer than multiplying. Here a row of the input is loaded three times, for its three columns of the
filter, and meets all the rows of outputs that see it while their sums and the nine weights stay in
registers. A piece of a plane at a time is copied to a scratch array with zeros around it, whose
rows are `PITCH` apart: a number that is known here is no register less for addresses.

Arrays are flat, one plane of a channel after another.
"""

from numba import types
from numba.extending import intrinsic

from convviz.ops._kernels import kernel, lanes
from convviz.ops._kernels.positions import copy_rows
from convviz.ops._kernels.simd import Emitter, number

#: rows of outputs at a time: their sums, the weights and a vector fill sixteen registers
ROWS = 4
#: entries of a row of the scratch array; rows and columns of outputs in a piece, before it the
#: most columns of zeros
PITCH, STRIP, COLUMNS, MARGIN = 128, 32, 80, 16
#: entries of the scratch array, with a row for vectors that reach over the end
SIZE = (STRIP + 3) * PITCH


def _windows(emit, x):
    """Yield (vector of the input, its row, its column of the filter), loaded when asked for."""
    for u in range(ROWS + 2):
        for j in range(3):
            yield emit.load(x, number(u * PITCH + j)), u, j


def _seen(u):
    """(row of outputs, row of the filter) that meet row `u` of the input."""
    return [(u - i, i) for i in range(3) if 0 <= u - i < ROWS]


@intrinsic
def _filter_rows(typingctx, x, x_at, w, w_at, bias, y, y_at, ldy, columns):
    """``y[y_at + r·ldy + c] = bias + Σ_ij w[w_at + 3i + j]·x[x_at + (r + i)·PITCH + c + j]``.

    For r below `ROWS` and c below `columns`, which is not less than the lanes.
    """
    n = types.intp
    sig = types.void(x, n, w, n, x.dtype, y, n, n, n)

    def codegen(context, builder, sig, args):
        x, x_at, w, w_at, bias, y, y_at, ldy, columns = args
        emit = Emitter(context, builder, sig.args[0])
        x, y = emit.pointer(sig.args[0], x, x_at), emit.pointer(sig.args[5], y, y_at)
        w = emit.pointer(sig.args[2], w, w_at)
        weights = [emit.spread(emit.at(w, number(k))) for k in range(9)]
        start, lanes = emit.spread(bias), number(emit.lanes)
        last = builder.sub(columns, lanes)
        with emit.loop(builder.sdiv(builder.add(last, number(2 * emit.lanes - 1)), lanes)) as v:
            # the last vector of a row overlaps the one before
            at = builder.mul(v, lanes)
            at = builder.select(builder.icmp_signed("<", at, last), at, last)
            sums = [start] * ROWS
            for vector, u, j in _windows(emit, builder.gep(x, [at])):
                for r, i in _seen(u):
                    sums[r] = emit.multiply_add(vector, weights[3 * i + j], sums[r])
            there = builder.gep(y, [at])
            for r, total in enumerate(sums):
                emit.store(total, there, builder.mul(ldy, number(r)))
        return context.get_dummy_value()

    return sig, codegen


@intrinsic
def _add_products(typingctx, x, x_at, d, d_at, ldd, groups, count, total, t_at):
    """Add to the nine vectors from ``total[t_at]`` on the products of `x` with rows of `d`.

    ``total[t_at + (3i + j)·lanes : +lanes] += Σ_rv x[x_at + (r + i)·PITCH + v·lanes + j : +lanes] ·
    d[d_at + r·ldd + v·lanes : +lanes]``, `groups` times `ROWS` rows r of `count` vectors.
    """
    n = types.intp
    sig = types.void(x, n, d, n, n, n, n, total, n)

    def codegen(context, builder, sig, args):
        x, x_at, d, d_at, ldd, groups, count, total, t_at = args
        emit = Emitter(context, builder, sig.args[0])
        x, d = emit.pointer(sig.args[0], x, x_at), emit.pointer(sig.args[2], d, d_at)
        total = emit.pointer(sig.args[7], total, t_at)
        sums = emit.variables(9, emit.zero)
        with emit.loop(groups) as group:
            first = builder.mul(group, number(ROWS))
            rows = builder.gep(d, [builder.mul(first, ldd)])
            top = builder.gep(x, [builder.mul(first, number(PITCH))])
            with emit.loop(count) as v:
                at = builder.mul(v, number(emit.lanes))
                there = builder.gep(rows, [at])
                sent = [emit.load(there, builder.mul(ldd, number(r))) for r in range(ROWS)]
                for vector, u, j in _windows(emit, builder.gep(top, [at])):
                    for r, i in _seen(u):
                        variable = sums[3 * i + j]
                        found = emit.multiply_add(vector, sent[r], builder.load(variable))
                        builder.store(found, variable)
        for k, variable in enumerate(sums):
            place = number(k * emit.lanes)
            found = builder.fadd(emit.load(total, place), builder.load(variable))
            emit.store(found, total, place)
        return context.get_dummy_value()

    return sig, codegen


@kernel(inline="always")
def _zero(y, at, first, end):
    """Zeros, in whole vectors: what comes behind is written later."""
    n = lanes.lanes_of(y)
    nothing = lanes.every(y.dtype.type(0), lanes.load(y, 0))
    for c in range(first, end, n):
        lanes.store(y, at + c, nothing)


@kernel()
def _copy_piece(x, at, size, row, column, rows, columns, clean, y, to):
    """Copy a piece of a plane of `size` to `y`, what lies outside the plane as zeros.

    If `clean`, those are there already.
    """
    above, left = max(-row, 0), max(-column, 0)
    end, right = min(size[0] - row, rows), min(size[1] - column, columns)
    for r in range(0 if clean else rows):
        there, inside = to + r * PITCH, above <= r < end
        _zero(y, there, 0, left if inside else columns)
        _zero(y, there, right if inside else columns, columns)
    here = at + (row + above) * size[1] + column + left
    copy_rows(x, here, size[1], y, to + above * PITCH + left, PITCH, end - above, right - left)


@kernel()
def convolve(x, size, y, out, w, bias, around, scratch, first, last):
    """Set the planes `first` to `last` of `y`; `size` and `out` are those of a plane.

    `around` is (rows of zeros above, columns of zeros on the left).
    """
    n, clean = lanes.lanes_of(x), out[0] <= STRIP and out[1] <= COLUMNS
    scratch[:] = 0
    for plane in range(first, last):
        channel = plane % len(bias)
        # a piece that would be too small starts earlier: what it repeats it computes alike
        for top in range(0, out[0], STRIP):
            row = min(top, out[0] - ROWS)
            rows = min(STRIP, out[0] - row)
            for begin in range(0, out[1], COLUMNS):
                column = min(begin, out[1] - n)
                columns = min(COLUMNS, out[1] - column)
                _copy_piece(x, plane * size[0] * size[1], size, row - around[0],
                            column - around[1], rows + 2, columns + 2, clean, scratch,
                            MARGIN - around[1])  # fmt: skip
                for r in range(0, rows, ROWS):
                    r = min(r, rows - ROWS)
                    at = (plane * out[0] + row + r) * out[1] + column
                    _filter_rows(scratch, MARGIN - around[1] + r * PITCH, w, channel * 9,
                                 bias[channel], y, at, out[1], columns)  # fmt: skip


@kernel()
def weights(x, size, dy, out, total, around, scratch, first, last):
    """Add to `total` (channel, tap, lane) the products of the planes `first` to `last`."""
    n, clean = lanes.lanes_of(x), out[0] <= STRIP and out[1] <= COLUMNS
    scratch[:] = 0
    xs, ds, at = scratch[:SIZE], scratch[SIZE:], MARGIN - around[1]
    channels, pixels, places = len(total) // (9 * n), size[0] * size[1], out[0] * out[1]
    for plane in range(first, last):
        to = plane % channels * 9 * n
        for row in range(0, out[0], STRIP):
            rows = min(STRIP, out[0] - row)
            groups = (rows + ROWS - 1) // ROWS
            for column in range(0, out[1], COLUMNS):
                columns = min(COLUMNS, out[1] - column)
                count = (columns + n - 1) // n
                _copy_piece(x, plane * pixels, size, row - around[0], column - around[1],
                            groups * ROWS + 2, count * n + 2, clean, xs, at)  # fmt: skip
                d, d_at, ldd = dy, plane * places + row * out[1] + column, out[1]
                if columns % n != 0 or rows % ROWS != 0:
                    _copy_piece(dy, plane * places, out, row, column, groups * ROWS, count * n,
                                clean, ds, 0)  # fmt: skip
                    d, d_at, ldd = ds, 0, PITCH
                _add_products(xs, at, d, d_at, ldd, groups, count, total, to)
