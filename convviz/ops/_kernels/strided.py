"""Register tiles whose scalars lie anywhere: the products of a chain of operations.

As `simd.outer`, but the weights stay where and as they are: a table tells where the weight of a
tap is, and neighbouring filters are `apart` entries from each other. So nothing is packed before,
and the one tile serves convolutions, both directions of a linear layer, and its weights.
"""

from numba import types
from numba.extending import intrinsic

from convviz.ops._kernels import kernel, target
from convviz.ops._kernels.simd import Emitter, number

#: filters in a tile → vectors in it: their sums, the vectors and a weight fill the registers
VECTORS = {q: min((target.REGISTERS - 1) // (q + 1), 8) for q in (6, 4, 3, 2, 1)}
# vectors that stay in the cache while all filters pass by
_CHUNK = 48


def _tile(P, Q):
    """Return an intrinsic for `P` vectors of outputs of `Q` filters.

    With ``(in, out) = table[places + 2p : +2]`` and ``(tap, weight) = table[taps + 2k : +2]``,
    ``c[c_at + out + q·ldc : +lanes] = max(low, bias[bias_at + q] + Σ_k a[a_at + in + tap : +lanes]
    · b[b_at + weight + q·apart])``. A NaN as `low` is no bound; a NaN in the sum stays one.
    """

    @intrinsic
    def tile(typingctx, a, a_at, table, places, taps, depth, b, b_at, apart, bias, bias_at, low,
             c, c_at, ldc):  # fmt: skip
        n = types.intp
        sig = types.void(a, n, table, n, n, n, b, n, n, bias, n, a.dtype, c, n, n)

        def codegen(context, builder, sig, args):
            t = sig.args
            a, a_at, table, places, taps, depth, b, b_at, apart, bias, bias_at, low, *rest = args
            emit = Emitter(context, builder, t[0])
            places, taps = (emit.pointer(t[2], table, at) for at in (places, taps))
            a = emit.pointer(t[0], a, a_at)
            rows = [builder.gep(a, [emit.at(places, number(2 * p))]) for p in range(P)]
            b = emit.pointer(t[6], b, b_at)
            columns = [builder.gep(b, [builder.mul(apart, number(q))]) for q in range(Q)]
            bias = emit.pointer(t[9], bias, bias_at)
            sums = [emit.variables(P, emit.spread(emit.at(bias, number(q)))) for q in range(Q)]
            with emit.loop(depth) as k:
                pair = builder.gep(taps, [builder.mul(k, number(2))])
                tap, weight = (emit.at(pair, number(i)) for i in (0, 1))
                vectors = [emit.load(row, tap) for row in rows]
                for q in range(Q):
                    factor = emit.spread(emit.at(columns[q], weight))
                    for vector, place in zip(vectors, sums[q], strict=True):
                        total = emit.multiply_add(vector, factor, builder.load(place))
                        builder.store(total, place)
            c, low = emit.pointer(t[12], rest[0], rest[1]), emit.spread(low)
            for p in range(P):
                place = emit.at(places, number(2 * p + 1))
                for q in range(Q):
                    total = builder.load(sums[q][p])
                    total = builder.select(builder.fcmp_ordered(">", low, total), low, total)
                    emit.store(total, c, builder.add(place, builder.mul(rest[2], number(q))))
            return context.get_dummy_value()

        return sig, codegen

    return tile


# globals, each by its name: Numba cannot keep a kernel that finds an intrinsic in any other way
_tile6, _tile4, _tile3, _tile2, _tile1 = (_tile(p, q) for q, p in VECTORS.items())
_P6, _P4, _P3, _P2, _P1 = VECTORS.values()


def tile_of(vectors, maps, depth):
    """Filters in a tile for the least time, in rough cycles of a processor that adds 2 at once."""

    def cycles(q):
        p = VECTORS[q]
        # too few sums wait for each other, and two vectors are loaded at a time
        each = max(p * q / 2, (p + q) / 2, 4) + q * p / 100
        return -(-vectors // p) * -(-maps // q) * (depth * each + 10 + p * q)

    return min((q for q in VECTORS if q <= maps), key=cycles)


@kernel(part=True)
def multiply(a, a_at, table, places, count, taps, depth, b, b_at, apart, bias, bias_at, low,
             c, c_at, ldc, maps, q):  # fmt: skip
    """Run tiles over all places and filters; `count` is a multiple of the vectors in a tile."""
    p = (_P6 if q == 6 else _P4 if q == 4 else _P3 if q == 3
         else _P2 if q == 2 else _P1)  # fmt: skip
    step = _CHUNK // p * p
    for chunk in range(0, count, step):
        end = min(chunk + step, count)
        for first in range(0, maps, q):
            # a block of filters that does not fit starts earlier: what it repeats is the same
            m = min(first, maps - q)
            weights, offset, to = b_at + m * apart, bias_at + m, c_at + m * ldc
            for v in range(places + 2 * chunk, places + 2 * end, 2 * p):
                if q == 6:
                    _tile6(a, a_at, table, v, taps, depth, b, weights, apart, bias, offset, low,
                           c, to, ldc)  # fmt: skip
                elif q == 4:
                    _tile4(a, a_at, table, v, taps, depth, b, weights, apart, bias, offset, low,
                           c, to, ldc)  # fmt: skip
                elif q == 3:
                    _tile3(a, a_at, table, v, taps, depth, b, weights, apart, bias, offset, low,
                           c, to, ldc)  # fmt: skip
                elif q == 2:
                    _tile2(a, a_at, table, v, taps, depth, b, weights, apart, bias, offset, low,
                           c, to, ldc)  # fmt: skip
                else:
                    _tile1(a, a_at, table, v, taps, depth, b, weights, apart, bias, offset, low,
                           c, to, ldc)  # fmt: skip
