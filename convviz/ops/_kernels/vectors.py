"""Runs over entries in whole vectors, as intrinsics: sums over samples, and the optimiser.

Arrays are passed with an offset in entries. Nothing is checked.
"""

from numba import types
from numba.extending import intrinsic

from convviz.ops._kernels.simd import Emitter, number


@intrinsic
def sum_blocks(typingctx, x, x_at, blocks, step, wide):
    """The sum of `wide` entries (a multiple of the lanes) at ``x_at``, ``x_at + step``, ….

    `blocks` is how often.
    """
    n = types.intp
    sig = x.dtype(x, n, n, n, n)

    def codegen(context, builder, sig, args):
        x, x_at, blocks, step, wide = args
        emit = Emitter(context, builder, sig.args[0])
        x = emit.pointer(sig.args[0], x, x_at)
        (total,) = emit.variables(1, emit.zero)
        with emit.loop(blocks) as block:
            run = builder.gep(x, [builder.mul(block, step)])
            with emit.loop(builder.sdiv(wide, number(emit.lanes))) as v:
                vector = emit.load(run, builder.mul(v, number(emit.lanes)))
                builder.store(builder.fadd(builder.load(total), vector), total)
        return emit.sum(builder.load(total))

    return sig, codegen


@intrinsic
def descend(typingctx, factor, gradients, g_at, count, parameters, velocities, at, rate, momentum,
            decay, ahead):  # fmt: skip
    """Move whole vectors of parameters down their gradients, `factor` times what stands at `g_at`.

    ``g += decay·p`` where that is not 0, ``v = momentum·v + g`` and ``p -= rate·v``, or with
    Nesterov, if `ahead` is not 0, ``p -= rate·(g + momentum·v)``.
    """
    n, kind = types.intp, gradients.dtype
    sig = types.void(kind, gradients, n, n, parameters, velocities, n, kind, kind, kind, n)

    def codegen(context, builder, sig, args):
        factor, gradients, g_at, count, parameters, velocities, at, *rates = args
        rate, momentum, decay, ahead = rates
        emit = Emitter(context, builder, sig.args[1])
        gradients = emit.pointer(sig.args[1], gradients, g_at)
        parameters = emit.pointer(sig.args[4], parameters, at)
        velocities = emit.pointer(sig.args[5], velocities, at)
        factor = emit.spread(factor)
        rate, momentum = emit.spread(builder.fneg(rate)), emit.spread(momentum)
        without = builder.fcmp_ordered("==", decay, decay.type(0.0))
        decay, nesterov = emit.spread(decay), builder.icmp_signed("!=", ahead, number(0))
        with emit.loop(builder.sdiv(count, number(emit.lanes))) as i:
            k = builder.mul(i, number(emit.lanes))
            gradient, parameter = emit.load(gradients, k), emit.load(parameters, k)
            gradient = builder.fmul(factor, gradient)
            decayed = emit.multiply_add(decay, parameter, gradient)
            gradient = builder.select(without, gradient, decayed)
            velocity = emit.multiply_add(momentum, emit.load(velocities, k), gradient)
            emit.store(velocity, velocities, k)
            further = emit.multiply_add(momentum, velocity, gradient)
            move = builder.select(nesterov, further, velocity)
            emit.store(emit.multiply_add(rate, move, parameter), parameters, k)
        return context.get_dummy_value()

    return sig, codegen


def _rows_times(Q):
    """Return an intrinsic for the products of `Q` rows of a matrix with one vector.

    ``y[y_at + q] = Σ_k w[w_at + q·ldw + k]·x[x_at + k]``, `count` values of k, a multiple of the
    lanes.
    """

    @intrinsic
    def loop(typingctx, w, w_at, ldw, x, x_at, count, y, y_at):
        n = types.intp
        sig = types.void(w, n, n, x, n, n, y, n)

        def codegen(context, builder, sig, args):
            w, w_at, ldw, x, x_at, count, y, y_at = args
            emit = Emitter(context, builder, sig.args[0])
            w, x = emit.pointer(sig.args[0], w, w_at), emit.pointer(sig.args[3], x, x_at)
            rows = [builder.gep(w, [builder.mul(ldw, number(q))]) for q in range(Q)]
            sums = emit.variables(Q, emit.zero)
            with emit.loop(builder.sdiv(count, number(emit.lanes))) as i:
                k = builder.mul(i, number(emit.lanes))
                vector = emit.load(x, k)
                for row, place in zip(rows, sums, strict=True):
                    total = emit.multiply_add(emit.load(row, k), vector, builder.load(place))
                    builder.store(total, place)
            y = emit.pointer(sig.args[6], y, y_at)
            for q, place in enumerate(sums):
                builder.store(emit.sum(builder.load(place)), builder.gep(y, [number(q)]))
            return context.get_dummy_value()

        return sig, codegen

    return loop


def _add_rows(Q):
    """Return an intrinsic that adds multiples of `Q` rows of a matrix to a vector.

    ``y[y_at + k] += Σ_q x[x_at + q]·w[w_at + q·ldw + k]``, `count` values of k, a multiple of the
    lanes.
    """

    @intrinsic
    def loop(typingctx, w, w_at, ldw, x, x_at, count, y, y_at):
        n = types.intp
        sig = types.void(w, n, n, x, n, n, y, n)

        def codegen(context, builder, sig, args):
            w, w_at, ldw, x, x_at, count, y, y_at = args
            emit = Emitter(context, builder, sig.args[0])
            w, x = emit.pointer(sig.args[0], w, w_at), emit.pointer(sig.args[3], x, x_at)
            y = emit.pointer(sig.args[6], y, y_at)
            rows = [builder.gep(w, [builder.mul(ldw, number(q))]) for q in range(Q)]
            factors = [emit.spread(emit.at(x, number(q))) for q in range(Q)]
            with emit.loop(builder.sdiv(count, number(emit.lanes))) as i:
                k = builder.mul(i, number(emit.lanes))
                total = emit.load(y, k)
                for row, factor in zip(rows, factors, strict=True):
                    total = emit.multiply_add(emit.load(row, k), factor, total)
                emit.store(total, y, k)
            return context.get_dummy_value()

        return sig, codegen

    return loop


#: rows that pass by at once
ROWS = 4
rows_times, row_times = _rows_times(ROWS), _rows_times(1)
add_rows, add_row = _add_rows(ROWS), _add_rows(1)
