"""The instructions by which a block of samples enters a program and leaves it, and the loss."""

import math

from convviz.ops._kernels import kernel
from convviz.ops._kernels.instructions import (
    BATCH, BLOCK, END, LANES, SAMPLE, START, WIDE, WRONG, flat, instruction,
)  # fmt: skip
from convviz.ops._kernels.rearrange import copy as _copy
from convviz.ops._kernels.rearrange import gather_lanes, scatter_lanes


@kernel(inline="always")
def _enter(x, memory, table, row, state):
    """Bring the samples of a block to ``row[0]``: entry p of each to ``table[row[1] + p]``."""
    to, places, size = row[0], row[1], row[2]
    n, wide, lanes = state[SAMPLE], state[WIDE], state[LANES]
    if n + wide <= state[BATCH] and size >= lanes and wide >= lanes:
        for first in range(0, wide, lanes):
            p = 0
            while p < size:
                # the last square overlaps the one before
                p = min(p, size - lanes)
                at = (n + first) * size + p
                gather_lanes(x, at, size, memory, to + first, table, places + p)
                p += lanes
        return
    for lane in range(wide):
        # a block that the batch does not fill repeats the last sample: real numbers, not zeros
        at = min(n + lane, state[BATCH] - 1) * size
        for p in range(size):
            memory[to + table[places + p] + lane] = x[at + p]


@kernel(inline="always")
def _leave(memory, row, table, y, y_at, first_lane, end_lane, wide, lanes):
    """The way back, for some lanes: lane 0 goes to ``y[y_at:]``."""
    source, places, size = row[0], row[1], row[2]
    if end_lane - first_lane == wide and size >= lanes and wide >= lanes:
        for first in range(0, wide, lanes):
            p = 0
            while p < size:
                p = min(p, size - lanes)
                at = y_at + first * size + p
                scatter_lanes(memory, source + first, table, places + p, y, at, size)
                p += lanes
        return
    for lane in range(first_lane, end_lane):
        at = y_at + lane * size
        for p in range(size):
            y[at + p] = memory[source + table[places + p] + lane]


@instruction()
def gather(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """The input of a block."""
    _enter(flat(x), flat(memory), flat(table), flat(row), flat(state))


@instruction()
def aim(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """The derivatives of its output, 0 for samples that do not count."""
    memory, row, state = flat(memory), flat(row), flat(state)
    _enter(flat(dy), memory, flat(table), row, state)
    wide = state[WIDE]
    for p in range(row[0], row[0] + row[2] * wide, wide):
        memory[p : p + state[START]] = 0
        memory[p + state[END] : p + wide] = 0


@instruction()
def scatter(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """What the block returns."""
    row, state = flat(row), flat(state)
    _leave(flat(memory), row, flat(table), flat(out), state[SAMPLE] * row[2], state[START],
           state[END], state[WIDE], state[LANES])  # fmt: skip


@instruction()
def keep_rows(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Put features where all threads see them, a row for each sample."""
    row, state = flat(row), flat(state)
    wide = state[WIDE]
    to = row[3] + state[BLOCK] * wide * row[2]
    _leave(flat(memory), row, flat(table), flat(shared), to, 0, wide, wide, state[LANES])


@instruction()
def keep(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Put `row[1]` entries where all threads see them."""
    row = flat(row)
    _copy(flat(memory), row[0], flat(shared), row[2] + flat(state)[BLOCK] * row[1], row[1])


@instruction()
def copy(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Move rows from one arrangement of planes to another."""
    memory, row = flat(memory), flat(row)
    for plane in range(row[2]):
        for line in range(row[3]):
            _copy(memory, row[0] + plane * row[5] + line * row[6],
                  memory, row[1] + plane * row[7] + line * row[8], row[4])  # fmt: skip


@instruction()
def zero(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    row = flat(row)
    flat(memory)[row[0] : row[0] + row[1]] = 0


@instruction(error_model="numpy")
def cross_entropy(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """The derivatives of the mean cross-entropy of scores; its sum over samples is added up.

    So is how many samples have their highest score, the first of several, where their label is.
    """
    memory, row, labels, state = flat(memory), flat(row), flat(labels), flat(state)
    scores, gradient, classes, wide = row[0], row[1], row[2], state[WIDE]
    loss, correct, share = 0.0, 0, memory.dtype.type(1.0 / state[BATCH])
    for lane in range(wide):
        counts = state[START] <= lane < state[END]
        label = labels[state[SAMPLE] + lane] if counts else 0
        if not 0 <= label < classes:
            if state[WRONG] == 0:
                state[WRONG] = label + 1 if label > 0 else label - 1
            return
        highest, total, first = memory[scores + lane], memory.dtype.type(0), 0
        for c in range(1, classes):
            value = memory[scores + c * wide + lane]
            higher = (value > highest) | ((value != value) & (highest == highest))
            highest, first = (value, c) if higher else (highest, first)
        for c in range(classes):
            power = math.exp(memory[scores + c * wide + lane] - highest)
            memory[gradient + c * wide + lane] = power
            total += power
        for c in range(classes):
            at = gradient + c * wide + lane
            memory[at] = memory[at] * (share / total) if counts else memory.dtype.type(0)
        if counts:
            memory[gradient + label * wide + lane] -= share
            loss += math.log(total) - (memory[scores + label * wide + lane] - highest)
            correct += first == label
    flat(sums)[0] += loss
    flat(sums)[1] += correct
