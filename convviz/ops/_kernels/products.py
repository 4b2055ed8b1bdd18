"""The instructions that multiply: convolutions and linear layers, forwards and backwards."""

import math

from convviz.ops._kernels import vectors
from convviz.ops._kernels.instructions import LANES, flat, instruction
from convviz.ops._kernels.strided import multiply
from convviz.ops._kernels.tiles import correlate as _correlate


@instruction()
def product(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Sums over taps of entries of `memory` times parameters, for all filters of all groups."""
    memory, parameters, table, row = flat(memory), flat(parameters), flat(table), flat(row)
    a, c, places, count, taps, depth, b, apart, bias = (
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8]
    )  # fmt: skip
    relu, ldc, maps, q, groups, a_step, b_step = (
        row[9], row[10], row[11], row[12], row[13], row[14], row[15]
    )  # fmt: skip
    low = memory.dtype.type(0.0 if relu else math.nan)
    for group in range(groups):
        # where there is no bias, `memory` has zeros
        biases = parameters if bias >= 0 else memory
        first = bias + group * maps if bias >= 0 else -1 - bias
        multiply(memory, a + group * a_step, table, places, count, taps, depth, parameters,
                 b + group * b_step, apart, biases, first, low, memory, c + group * maps * ldc,
                 ldc, maps, q)  # fmt: skip


@instruction()
def correlate(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Add to totals the products of all filters' derivatives with what each tap met."""
    memory, table, row = flat(memory), flat(table), flat(row)
    a, d, starts, places, count, taps, depth = (
        row[0], row[1], row[2], row[3], row[4], row[5], row[6]
    )  # fmt: skip
    ldd, total, maps, q, groups, a_step, t_step = (
        row[7], row[8], row[9], row[10], row[11], row[12], row[13]
    )  # fmt: skip
    for group in range(groups):
        _correlate(memory, a + group * a_step, table[starts : starts + count],
                   table[taps : taps + depth], memory, d + group * maps * ldd,
                   table[places : places + count], ldd, memory, total + group * t_step, maps,
                   q)  # fmt: skip


# letting the compiler reorder a sum is what makes it vectorise; NaN and infinity still travel
_SUMS = {"fastmath": {"reassoc", "contract"}}


@instruction(**_SUMS)
def plane_sums(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Add to totals the sum of each plane."""
    memory, row = flat(memory), flat(row)
    d, planes, run, total = row[0], row[1], row[2], row[3]
    for plane in range(planes):
        found = memory.dtype.type(0)
        for i in range(d + plane * run, d + (plane + 1) * run):
            found += memory[i]
        memory[total + plane] += found


@instruction()
def dense(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """A linear layer for one sample: each output is the product of a row with the input."""
    memory, parameters, row, lanes = flat(memory), flat(parameters), flat(row), flat(state)[LANES]
    source, y, weights, bias, maps, depth = row[0], row[1], row[2], row[3], row[4], row[5]
    zero, whole = memory.dtype.type(0), depth // lanes * lanes
    m = 0
    while m < maps:
        count = vectors.ROWS if m + vectors.ROWS <= maps else 1
        at = weights + m * depth
        if count > 1:
            vectors.rows_times(parameters, at, depth, memory, source, whole, memory, y + m)
        else:
            vectors.row_times(parameters, at, depth, memory, source, whole, memory, y + m)
        for q in range(m, m + count):
            total = memory[y + q]
            for k in range(whole, depth):
                total += parameters[weights + q * depth + k] * memory[source + k]
            if bias >= 0:
                total += parameters[bias + q]
            memory[y + q] = zero if row[6] and total <= 0 else total
        m += count


@instruction()
def dense_back(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """The derivatives of its input."""
    memory, parameters, row, lanes = flat(memory), flat(parameters), flat(row), flat(state)[LANES]
    source, dx, weights, maps, depth = row[0], row[1], row[2], row[3], row[4]
    whole = depth // lanes * lanes
    memory[dx : dx + depth] = 0
    m = 0
    while m < maps:
        count = vectors.ROWS if m + vectors.ROWS <= maps else 1
        at = weights + m * depth
        if count > 1:
            vectors.add_rows(parameters, at, depth, memory, source + m, whole, memory, dx)
        else:
            vectors.add_row(parameters, at, depth, memory, source + m, whole, memory, dx)
        for q in range(m, m + count):
            for k in range(whole, depth):
                memory[dx + k] += memory[source + q] * parameters[weights + q * depth + k]
        m += count
