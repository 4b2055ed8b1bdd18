"""Moving entries about in whole vectors: copies, transposes, the largest of neighbours.

Intrinsics like those of `simd`; arrays are passed with an offset in entries.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from convviz.ops._kernels.simd import INDEX, LANE, Emitter, number, spread


@intrinsic
def copy(typingctx, x, x_at, y, y_at, count):
    """``y[y_at : y_at + count] = x[x_at : x_at + count]``."""
    n = types.intp
    sig = types.void(x, n, y, n, n)

    def codegen(context, builder, sig, args):
        x, x_at, y, y_at, count = args
        emit = Emitter(context, builder, sig.args[0])
        x, y = emit.pointer(sig.args[0], x, x_at), emit.pointer(sig.args[2], y, y_at)
        cgutils.raw_memcpy(builder, y, x, count, emit.align)
        return context.get_dummy_value()

    return sig, codegen


def _transposed(emit, rows):
    """Transpose a square of vectors by exchanging ever larger halves."""
    n, builder, width = emit.lanes, emit.builder, 1
    while width < n:
        low = [i if not i & width else n + i - width for i in range(n)]
        high = [i + width if not i & width else n + i for i in range(n)]
        masks = [ir.Constant(ir.VectorType(LANE, n), mask) for mask in (low, high)]
        found = list(rows)
        for i in range(n):
            if not i & width:
                pair = rows[i], rows[i + width]
                found[i] = builder.shuffle_vector(*pair, masks[0])
                found[i + width] = builder.shuffle_vector(*pair, masks[1])
        rows, width = found, width * 2
    return rows


@intrinsic
def gather_lanes(typingctx, x, x_at, ldx, y, y_at, table, first):
    """``y[y_at + table[first + j] + i] = x[x_at + i·ldx + j]`` for i, j below the lanes."""
    n = types.intp
    sig = types.void(x, n, n, y, n, table, n)

    def codegen(context, builder, sig, args):
        x, x_at, ldx, y, y_at, table, first = args
        emit = Emitter(context, builder, sig.args[0])
        x, y = emit.pointer(sig.args[0], x, x_at), emit.pointer(sig.args[3], y, y_at)
        table = emit.pointer(sig.args[5], table, first)
        rows = [emit.load(x, builder.mul(ldx, number(i))) for i in range(emit.lanes)]
        for j, row in enumerate(_transposed(emit, rows)):
            emit.store(row, y, emit.at(table, number(j)))
        return context.get_dummy_value()

    return sig, codegen


@intrinsic
def scatter_lanes(typingctx, x, x_at, table, first, y, y_at, ldy):
    """``y[y_at + i·ldy + j] = x[x_at + table[first + j] + i]``: the way back."""
    n = types.intp
    sig = types.void(x, n, table, n, y, n, n)

    def codegen(context, builder, sig, args):
        x, x_at, table, first, y, y_at, ldy = args
        emit = Emitter(context, builder, sig.args[0])
        x, y = emit.pointer(sig.args[0], x, x_at), emit.pointer(sig.args[4], y, y_at)
        table = emit.pointer(sig.args[2], table, first)
        rows = [emit.load(x, emit.at(table, number(j))) for j in range(emit.lanes)]
        for i, row in enumerate(_transposed(emit, rows)):
            emit.store(row, y, builder.mul(ldy, number(i)))
        return context.get_dummy_value()

    return sig, codegen


@intrinsic
def largest_of_pairs(typingctx, x, at, width, y, indices, y_at, place):
    """Largest entries of a vector of 2×2 windows side by side, and where they are.

    The rows of the windows begin at ``x[at]`` and ``x[at + width]``; `place` is what the index of
    the first entry is called.
    """
    n = types.intp
    sig = types.void(x, n, n, y, indices, n, n)

    def codegen(context, builder, sig, args):
        x, at, width, y, indices, y_at, place = args
        emit = Emitter(context, builder, sig.args[0])
        x = emit.pointer(sig.args[0], x, at)
        lanes, kind = emit.lanes, ir.VectorType(LANE, emit.lanes)
        entries = []
        for row in (number(0), width):
            halves = [emit.load(x, builder.add(row, number(half))) for half in (0, lanes)]
            for odd in (0, 1):
                mask = ir.Constant(kind, list(range(odd, 2 * lanes, 2)))
                entries.append(builder.shuffle_vector(*halves, mask))
        narrow = builder.trunc(width, LANE)
        offsets = [ir.Constant(LANE, 0), ir.Constant(LANE, 1), narrow,
                   builder.add(narrow, ir.Constant(LANE, 1))]  # fmt: skip
        best, found = entries[0], ir.Constant(kind, [0] * lanes)
        for value, offset in zip(entries[1:], offsets[1:], strict=True):
            # the first of equals stays; a NaN wins whatever was found so far
            larger = builder.fcmp_ordered(">", value, best)
            wins = builder.or_(larger, builder.fcmp_unordered("uno", value, value))
            best = builder.select(wins, value, best)
            found = builder.select(wins, spread(builder, offset, kind), found)
        emit.store(best, emit.pointer(sig.args[3], y), y_at)
        found = builder.add(found, ir.Constant(kind, list(range(0, 2 * lanes, 2))))
        found = builder.add(found, spread(builder, builder.trunc(place, LANE), kind))
        wide = builder.sext(found, ir.VectorType(INDEX, lanes))
        there = builder.gep(emit.pointer(sig.args[4], indices), [y_at])
        builder.store(wide, builder.bitcast(there, wide.type.as_pointer()), align=8)
        return context.get_dummy_value()

    return sig, codegen
