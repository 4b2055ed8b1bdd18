"""Inner loops in explicit vectors, as intrinsics: Numba pastes their LLVM code into the kernels.

Left to itself, LLVM keeps too few sums in registers for convolution (a fifth of the peak). Here
each intrinsic holds a block of `P` × `Q` vectors of sums for the whole length of its loop.

Arrays are passed with an offset in entries. Nothing is checked.
"""

from contextlib import contextmanager
from functools import partial

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from convviz.ops._kernels import target

INDEX = ir.IntType(64)
LANE = ir.IntType(32)


def number(value):
    return ir.Constant(INDEX, value)


def spread(builder, scalar, kind):
    """A vector with the same number in all lanes."""
    undefined = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(LANE, 0))
    mask = ir.Constant(ir.VectorType(LANE, kind.count), [0] * kind.count)
    return builder.shuffle_vector(first, undefined, mask)


class Emitter:
    """Writes LLVM code for vectors of the dtype of one array."""

    def __init__(self, context, builder, array_type):
        self.context, self.builder = context, builder
        bits = array_type.dtype.bitwidth
        self.scalar = ir.FloatType() if bits == 32 else ir.DoubleType()
        self.lanes = target.BYTES * 8 // bits
        self.vector = ir.VectorType(self.scalar, self.lanes)
        self.suffix = f"v{self.lanes}f{bits}"
        self.zero = ir.Constant(self.vector, [0.0] * self.lanes)
        self.align = bits // 8

    def pointer(self, array_type, array, offset=None):
        data = self.context.make_array(array_type)(self.context, self.builder, array).data
        return data if offset is None else self.builder.gep(data, [offset])

    def at(self, pointer, offset):
        return self.builder.load(self.builder.gep(pointer, [offset]))

    def load(self, pointer, offset):
        place = self.builder.bitcast(self.builder.gep(pointer, [offset]), self.vector.as_pointer())
        return self.builder.load(place, align=self.align)

    def store(self, value, pointer, offset):
        place = self.builder.bitcast(self.builder.gep(pointer, [offset]), self.vector.as_pointer())
        self.builder.store(value, place, align=self.align)

    def spread(self, scalar):
        return spread(self.builder, scalar, self.vector)

    def multiply_add(self, a, b, total):
        if not target.FMA:
            return self.builder.fadd(self.builder.fmul(a, b), total)
        kind = ir.FunctionType(self.vector, [self.vector] * 3)
        fma = cgutils.get_or_insert_function(self.builder.module, kind, f"llvm.fma.{self.suffix}")
        return self.builder.call(fma, [a, b, total])

    def sum(self, vector):
        kind = ir.FunctionType(self.scalar, [self.scalar, self.vector])
        name = f"llvm.vector.reduce.fadd.{self.suffix}"
        add = cgutils.get_or_insert_function(self.builder.module, kind, name)
        start = ir.Constant(self.scalar, -0.0)
        # in any order, but the same one always
        return self.builder.call(add, [start, vector], fastmath=("reassoc",))

    def variables(self, count, value):
        found = [cgutils.alloca_once(self.builder, self.vector) for _ in range(count)]
        for variable in found:
            self.builder.store(value, variable)
        return found

    def add_products(self, a, b, sums):
        """Add to ``sums[q][p]`` the product of vectors that ``a[p]()`` and ``b[q]()`` load.

        The fewer ones are held; the others come one by one, as a register more would not fit.
        """
        places = [[sums[q][p] for q in range(len(b))] for p in range(len(a))]
        if len(a) < len(b):
            a, b, places = b, a, sums
        held = [load() for load in b]
        for load, variables in zip(a, places, strict=True):
            vector = load()
            for other, variable in zip(held, variables, strict=True):
                total = self.multiply_add(vector, other, self.builder.load(variable))
                self.builder.store(total, variable)

    @contextmanager
    def loop(self, count):
        """A loop over ``range(count)`` that LLVM must not unroll: two rounds would not fit."""
        builder = self.builder
        before = builder.block
        test, body, end = (builder.append_basic_block(name) for name in ("test", "body", "end"))
        builder.branch(test)
        builder.position_at_end(test)
        index = builder.phi(INDEX)
        index.add_incoming(number(0), before)
        builder.cbranch(builder.icmp_signed("<", index, count), body, end)
        builder.position_at_end(body)
        yield index
        index.add_incoming(builder.add(index, number(1)), builder.block)
        builder.branch(test).set_metadata("llvm.loop", self._not_unrolled())
        builder.position_at_end(end)

    def _not_unrolled(self):
        module = self.builder.module
        wish = module.add_metadata([ir.MetaDataString(module, "llvm.loop.unroll.disable")])
        # what names a loop names itself first, so that no two of them are the same
        name = module.add_metadata([wish, number(len(module.metadata))])
        name.operands = (name, wish)
        return name


def _spread_at(emit, pointer, offset):
    return emit.spread(emit.at(pointer, offset))


def outer(P, Q):
    """Return an intrinsic for `P` vectors of outputs of `Q` filters.

    ``c[c_at + ooff[v + p] + q·ldc : +lanes] = bias[q] + Σ_k a[a_at + voff[v + p] + koff[k] :
    +lanes] · b[b_at + k·Q + q]``, all `P` and `Q`, `depth` values of k. What is convolved is in
    the tables: `voff` says where the window of a vector begins, `koff` where a tap lies in it.
    """

    @intrinsic
    def tile(typingctx, a, a_at, voff, v, koff, depth, b, b_at, bias, bias_at, c, c_at, ooff, ldc):
        n = types.intp
        sig = types.void(a, n, voff, n, koff, n, b, n, bias, n, c, n, ooff, n)

        def codegen(context, builder, sig, args):
            t = sig.args
            a, a_at, voff, v, koff, depth, b, b_at, bias, bias_at, c, c_at, ooff, ldc = args
            emit = Emitter(context, builder, t[0])
            starts = emit.pointer(t[2], voff, v)
            a = emit.pointer(t[0], a, a_at)
            rows = [builder.gep(a, [emit.at(starts, number(p))]) for p in range(P)]
            b = emit.pointer(t[6], b, b_at)
            taps = emit.pointer(t[4], koff)
            bias = emit.pointer(t[8], bias, bias_at)
            sums = [emit.variables(P, emit.spread(emit.at(bias, number(q)))) for q in range(Q)]
            with emit.loop(depth) as k:
                tap = emit.at(taps, k)
                weights = builder.gep(b, [builder.mul(k, number(Q))])
                emit.add_products(
                    [partial(emit.load, row, tap) for row in rows],
                    [partial(_spread_at, emit, weights, number(q)) for q in range(Q)],
                    sums,
                )
            c, places = emit.pointer(t[10], c, c_at), emit.pointer(t[12], ooff, v)
            for p in range(P):
                place = emit.at(places, number(p))
                for q in range(Q):
                    there = builder.add(place, builder.mul(ldc, number(q)))
                    emit.store(builder.load(sums[q][p]), c, there)
            return context.get_dummy_value()

        return sig, codegen

    return tile


def dot(P, Q):
    """Return an intrinsic that sums `P` taps times `Q` filters over vectors, for dw.

    ``total[t_at + p + q·ldt] += Σ_v Σ_lanes a[a_at + voff[v] + koff[k + p]] · d[d_at + doff[v] +
    q·ldd]``, `count` values of v.
    """

    @intrinsic
    def tile(typingctx, a, a_at, voff, count, koff, k, d, d_at, doff, ldd, total, t_at, ldt):
        n = types.intp
        sig = types.void(a, n, voff, n, koff, n, d, n, doff, n, total, n, n)

        def codegen(context, builder, sig, args):
            t = sig.args
            a, a_at, voff, count, koff, k, d, d_at, doff, ldd, total, t_at, ldt = args
            emit = Emitter(context, builder, t[0])
            taps = emit.pointer(t[4], koff, k)
            a = emit.pointer(t[0], a, a_at)
            rows = [builder.gep(a, [emit.at(taps, number(p))]) for p in range(P)]
            d = emit.pointer(t[6], d, d_at)
            columns = [builder.gep(d, [builder.mul(ldd, number(q))]) for q in range(Q)]
            starts, places = emit.pointer(t[2], voff), emit.pointer(t[8], doff)
            sums = [emit.variables(P, emit.zero) for _ in range(Q)]
            with emit.loop(count) as i:
                start, place = emit.at(starts, i), emit.at(places, i)
                emit.add_products(
                    [partial(emit.load, row, start) for row in rows],
                    [partial(emit.load, column, place) for column in columns],
                    sums,
                )
            total = emit.pointer(t[10], total, t_at)
            for q in range(Q):
                for p in range(P):
                    place = builder.add(builder.mul(ldt, number(q)), number(p))
                    there = builder.gep(total, [place])
                    new = builder.fadd(builder.load(there), emit.sum(builder.load(sums[q][p])))
                    builder.store(new, there)
            return context.get_dummy_value()

        return sig, codegen

    return tile


def panel(P, Q):
    """Return an intrinsic for `P` vectors of neighbours, channels say, at `Q` places.

    ``c[c_at + ooff[v + q] + i] = s + Σ_k a[a_at + k·lda + i] · b[b_at + voff[v + q] +
    koff[t + k]]`` for all `Q` values of q, i below `P` times the lanes, `depth` values of k. The
    sum starts from ``s = bias[bias_at + i]`` if `fresh`, else from what `c` holds.
    """

    @intrinsic
    def tile(typingctx, a, a_at, lda, depth, b, b_at, voff, v, koff, t, bias, bias_at, fresh,
             c, c_at, ooff):  # fmt: skip
        n = types.intp
        sig = types.void(a, n, n, n, b, n, voff, n, koff, n, bias, n, types.boolean, c, n, ooff)

        def codegen(context, builder, sig, args):
            kinds = sig.args
            a, a_at, lda, depth, b, b_at, voff, v, koff, t, bias, bias_at, fresh, *rest = args
            c, c_at, ooff = rest
            emit = Emitter(context, builder, kinds[0])
            a, b = emit.pointer(kinds[0], a, a_at), emit.pointer(kinds[4], b, b_at)
            bias, c = emit.pointer(kinds[10], bias, bias_at), emit.pointer(kinds[13], c, c_at)
            starts, taps = emit.pointer(kinds[6], voff, v), emit.pointer(kinds[8], koff, t)
            places = emit.pointer(kinds[15], ooff, v)
            rows = [builder.gep(b, [emit.at(starts, number(q))]) for q in range(Q)]
            targets = [builder.gep(c, [emit.at(places, number(q))]) for q in range(Q)]
            columns = [number(p * emit.lanes) for p in range(P)]
            sums = [emit.variables(P, emit.zero) for _ in range(Q)]
            for variables, there in zip(sums, targets, strict=True):
                start = builder.select(fresh, bias, there)
                for column, variable in zip(columns, variables, strict=True):
                    builder.store(emit.load(start, column), variable)
            with emit.loop(depth) as k:
                line, tap = builder.gep(a, [builder.mul(k, lda)]), emit.at(taps, k)
                emit.add_products(
                    [partial(emit.load, line, column) for column in columns],
                    [partial(_spread_at, emit, row, tap) for row in rows],
                    sums,
                )
            for variables, there in zip(sums, targets, strict=True):
                for column, variable in zip(columns, variables, strict=True):
                    emit.store(builder.load(variable), there, column)
            return context.get_dummy_value()

        return sig, codegen

    return tile
