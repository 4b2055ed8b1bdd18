"""Pooling of planes whose innermost axis are samples: a vector is one entry of each of them.

Or of the planes of one sample, with vectors of one lane. The loops run over the vectors of a plane.
``table[places + 3v : +3]`` tells for vector v where its window begins, where its result lies, and
where its choice does; ``table[entries + e]`` where entry e of a window is. A choice is the number
of the entry that was taken, or -1 for none, stored as an integer in the place of a float. All lie
in one array, `memory`.
"""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from convviz.ops._kernels.simd import Emitter, number

# entries of a window of 2×2, the commonest of all: their loop is written out
_PAIRS = 4


class _Windows(Emitter):
    """An emitter that knows the windows of one plane."""

    def __init__(self, context, builder, kinds, memory, table, places, entries, alone):
        super().__init__(context, builder, kinds[0])
        if alone:
            self.lanes, self.suffix = 1, f"v1f{self.align * 8}"
            self.vector = ir.VectorType(self.scalar, 1)
            self.zero = ir.Constant(self.vector, [0.0])
        self.memory = self.pointer(kinds[0], memory)
        self.places = self.pointer(kinds[1], table, places)
        self.entries = self.pointer(kinds[1], table, entries)
        self.whole = ir.VectorType(ir.IntType(self.align * 8), self.lanes)

    def places_of(self, v, *bases):
        """Where the window of vector v, its result and its choice are."""
        row = self.builder.gep(self.places, [self.builder.mul(v, number(3))])
        return [self.builder.add(base, self.at(row, number(i))) for i, base in enumerate(bases)]

    def entry(self, window, e):
        return self.builder.add(window, self.at(self.entries, e))

    def numbered(self, e):
        """A vector of choices of entry e."""
        narrow = self.builder.trunc(e, self.whole.element)
        undefined = ir.Constant(self.whole, ir.Undefined)
        lane = ir.IntType(32)
        first = self.builder.insert_element(undefined, narrow, ir.Constant(lane, 0))
        mask = ir.Constant(ir.VectorType(lane, self.lanes), [0] * self.lanes)
        return self.builder.shuffle_vector(first, undefined, mask)

    def choices(self, offset):
        return self.builder.bitcast(self.load(self.memory, offset), self.whole)

    def each_entry(self, count, body):
        """Run ``body(e)`` for the entries; `count` is a number, or None for a window of 2×2."""
        if count is None:
            for e in range(_PAIRS):
                body(number(e))
        else:
            with self.loop(count) as e:
                body(e)


def _largest(pairs, alone):
    """Return an intrinsic that takes the largest entry of each window, but at least `low`.

    The first of equals is taken, and a NaN whatever there is. What is not above `low` has no
    choice; a `low` of NaN is no bound.
    """

    @intrinsic
    def loop(typingctx, memory, table, places, count, entries, size, low, x_at, y_at, chosen_at):
        n = types.intp
        sig = types.void(memory, table, n, n, n, n, memory.dtype, n, n, n)

        def codegen(context, builder, sig, args):
            memory, table, places, count, entries, size, low, x_at, y_at, chosen_at = args
            emit = _Windows(context, builder, sig.args, memory, table, places, entries, alone)
            low = emit.spread(low)
            (best,), (found,) = emit.variables(1, emit.zero), [builder.alloca(emit.whole)]

            def meet(e):
                value, so_far = emit.load(emit.memory, emit.entry(window, e)), builder.load(best)
                wins = builder.or_(
                    builder.fcmp_ordered(">", value, so_far),
                    builder.fcmp_unordered("uno", value, value),
                )
                builder.store(builder.select(wins, value, so_far), best)
                builder.store(builder.select(wins, emit.numbered(e), builder.load(found)), found)

            with emit.loop(count) as v:
                window, result, choice = emit.places_of(v, x_at, y_at, chosen_at)
                first = emit.load(emit.memory, emit.entry(window, number(0)))
                builder.store(first, best)
                builder.store(ir.Constant(emit.whole, [0] * emit.lanes), found)
                emit.each_entry(None if pairs else size, meet)
                value = builder.load(best)
                under = builder.fcmp_ordered("<=", value, low)
                emit.store(builder.select(under, low, value), emit.memory, result)
                nothing = ir.Constant(emit.whole, [-1] * emit.lanes)
                taken = builder.select(under, nothing, builder.load(found))
                emit.store(builder.bitcast(taken, emit.vector), emit.memory, choice)
            return context.get_dummy_value()

        return sig, codegen

    return loop


def _send(pairs, alone):
    """Return an intrinsic that gives each derivative to the entry that was taken, and their sum.

    With `pairs` the entries are set, else added to what they hold.
    """

    @intrinsic
    def loop(typingctx, memory, table, places, count, entries, size, dx_at, dy_at, chosen_at):
        n = types.intp
        sig = memory.dtype(memory, table, n, n, n, n, n, n, n)

        def codegen(context, builder, sig, args):
            memory, table, places, count, entries, size, dx_at, dy_at, chosen_at = args
            emit = _Windows(context, builder, sig.args, memory, table, places, entries, alone)
            (total,) = emit.variables(1, emit.zero)

            def give(e):
                hit = builder.icmp_signed("==", choice, emit.numbered(e))
                share, there = builder.select(hit, sent, emit.zero), emit.entry(window, e)
                if not pairs:
                    share = builder.fadd(emit.load(emit.memory, there), share)
                emit.store(share, emit.memory, there)

            with emit.loop(count) as v:
                window, result, choice = emit.places_of(v, dx_at, dy_at, chosen_at)
                choice = emit.choices(choice)
                none = builder.icmp_signed("<", choice, ir.Constant(emit.whole, [0] * emit.lanes))
                sent = builder.select(none, emit.zero, emit.load(emit.memory, result))
                emit.each_entry(None if pairs else size, give)
                builder.store(builder.fadd(builder.load(total), sent), total)
            return emit.sum(builder.load(total))

        return sig, codegen

    return loop


def _mean(alone):
    """Return an intrinsic that divides the sum of each window by `divisor`."""

    @intrinsic
    def loop(typingctx, memory, table, places, count, entries, size, divisor, x_at, y_at):
        n = types.intp
        sig = types.void(memory, table, n, n, n, n, memory.dtype, n, n)

        def codegen(context, builder, sig, args):
            memory, table, places, count, entries, size, divisor, x_at, y_at = args
            emit = _Windows(context, builder, sig.args, memory, table, places, entries, alone)
            (total,), divisor = emit.variables(1, emit.zero), emit.spread(divisor)
            with emit.loop(count) as v:
                window, result = emit.places_of(v, x_at, y_at)
                builder.store(emit.zero, total)
                with emit.loop(size) as e:
                    value = emit.load(emit.memory, emit.entry(window, e))
                    builder.store(builder.fadd(builder.load(total), value), total)
                emit.store(builder.fdiv(builder.load(total), divisor), emit.memory, result)
            return context.get_dummy_value()

        return sig, codegen

    return loop


def _share(alone):
    """Return an intrinsic that adds to each entry of a window its share of the derivative."""

    @intrinsic
    def loop(typingctx, memory, table, places, count, entries, size, divisor, dx_at, dy_at):
        n = types.intp
        sig = types.void(memory, table, n, n, n, n, memory.dtype, n, n)

        def codegen(context, builder, sig, args):
            memory, table, places, count, entries, size, divisor, dx_at, dy_at = args
            emit = _Windows(context, builder, sig.args, memory, table, places, entries, alone)
            divisor = emit.spread(divisor)
            with emit.loop(count) as v:
                window, result = emit.places_of(v, dx_at, dy_at)
                sent = builder.fdiv(emit.load(emit.memory, result), divisor)
                with emit.loop(size) as e:
                    there = emit.entry(window, e)
                    total = builder.fadd(emit.load(emit.memory, there), sent)
                    emit.store(total, emit.memory, there)
            return context.get_dummy_value()

        return sig, codegen

    return loop


largest, largest_of_pairs = _largest(False, False), _largest(True, False)
send, send_to_pairs = _send(False, False), _send(True, False)
mean, share = _mean(False), _share(False)
# of one sample
largest_alone, largest_of_pairs_alone = _largest(False, True), _largest(True, True)
send_alone, send_to_pairs_alone = _send(False, True), _send(True, True)
mean_alone, share_alone = _mean(True), _share(True)
