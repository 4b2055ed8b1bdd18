"""How many multiply-adds one core can do at best: measured, not looked up."""

import time

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from convviz.ops._kernels import kernel, simd, target

_SUMS = 12  # enough to hide the latency of each


@intrinsic
def _multiply_adds(typingctx, x, count):
    """`count` rounds of 12 independent multiply-adds on vectors that never leave the registers."""
    sig = types.void(x, types.intp)

    def codegen(context, builder, sig, args):
        emit = simd.Emitter(context, builder, sig.args[0])
        place = emit.pointer(sig.args[0], args[0])
        factor = emit.load(place, simd.number(0))
        sums = emit.variables(_SUMS, factor)
        with cgutils.for_range(builder, args[1]):
            for variable in sums:
                total = emit.multiply_add(factor, factor, builder.load(variable))
                builder.store(total, variable)
        for at, variable in enumerate(sums):
            emit.store(builder.load(variable), place, simd.number(at * emit.lanes))
        return context.get_dummy_value()

    return sig, codegen


@kernel(part=False)
def _loop(x, count):
    _multiply_adds(x, count)


def fused_multiply_adds(count=100_000, rounds=50):
    """Multiply-adds a second of one core in float32: the best of many, as a peak is."""
    lanes = target.BYTES // 4
    x = np.zeros(_SUMS * lanes, np.float32)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        _loop(x, count)
        times.append(time.perf_counter() - start)
    return count * _SUMS * lanes / min(times)
