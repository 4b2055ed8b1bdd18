"""The linear maps of Winograd's F(2×2, 3×3), on vectors of channels.

Two outputs of a filter of three taps take six products. Winograd's take four: with d the four
inputs and g the taps, ``Aᵀ[(G·g) ⊙ (Bᵀ·d)]`` (Lavin & Gray, 2016). In a plane both axes are mapped,
so that sixteen products replace thirty-six. The derivatives of the taps are the same the other way
round: ``Gᵀ[Σ (A·dy) ⊙ (Bᵀ·d)]``.
"""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from convviz.ops._kernels.simd import Emitter, number

_BT = (1, 0, -1, 0), (0, 1, 1, 0), (0, -1, 1, 0), (0, 1, 0, -1)
_AT = (1, 1, 1, 0), (0, 1, -1, -1)
_G = (1, 0, 0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0, 0, 1)


def _combined(emit, row, vectors):
    """The sum of `vectors`, each times its number in `row`."""
    total, builder = None, emit.builder
    for factor, vector in zip(row, vectors, strict=True):
        if factor == 0:
            continue
        if abs(factor) != 1:
            share = ir.Constant(emit.vector, [abs(factor)] * emit.lanes)
            vector = builder.fmul(vector, share)
        if total is None:
            total = vector if factor > 0 else builder.fneg(vector)
        else:
            total = (builder.fadd if factor > 0 else builder.fsub)(total, vector)
    return total


def _both_axes(matrix):
    """Return an intrinsic for M·d·Mᵀ, with vectors as the entries of d.

    Entry (i, j) of d begins at ``x[x_at + i·row + j·column]``, and of the result at ``y[y_at +
    i·y_row + j·y_column]``.
    """
    count = range(len(matrix[0]))

    @intrinsic
    def transform(typingctx, x, x_at, row, column, y, y_at, y_row, y_column):
        n = types.intp
        sig = types.void(x, n, n, n, y, n, n, n)

        def codegen(context, builder, sig, args):
            x, x_at, row, column, y, y_at, y_row, y_column = args
            emit = Emitter(context, builder, sig.args[0])
            x, y = emit.pointer(sig.args[0], x, x_at), emit.pointer(sig.args[4], y, y_at)

            def place(i, j, row, column):
                return builder.add(builder.mul(row, number(i)), builder.mul(column, number(j)))

            d = [[emit.load(x, place(i, j, row, column)) for j in count] for i in count]
            # the columns of d first, then its rows
            half = [[_combined(emit, line, column) for column in zip(*d, strict=True)]
                    for line in matrix]  # fmt: skip
            for i, entries in enumerate(half):
                for j, line in enumerate(matrix):
                    there = place(i, j, y_row, y_column)
                    emit.store(_combined(emit, line, entries), y, there)
            return context.get_dummy_value()

        return sig, codegen

    return transform


def _turned(matrix):
    return tuple(zip(*matrix, strict=True))


#: of a tile of the input, of the sums of products, of the taps
of_input, of_sums, of_taps = map(_both_axes, (_BT, _AT, _G))
#: the ways back: of the derivatives of an output's tile, of the taps
of_output_back, of_taps_back = map(_both_axes, (_turned(_AT), _turned(_G)))
