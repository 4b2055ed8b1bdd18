"""The interpreter of a program: a block of samples goes through a whole chain in one call.

`code` has a row for each instruction: a number that says which, then where things are, in entries
of `memory` (activations and derivatives of one block, one thread) and of `table` (places). Names
of the columns are in `convviz.ops._instructions`, which writes them. `memory` holds `wide` samples
side by side in the innermost axis; with a `wide` of 1, vectors run along rows instead.
"""

import math

from convviz.ops._kernels import kernel
from convviz.ops._kernels.borders import enter, leave, mask, softmax_loss
from convviz.ops._kernels.entries import average, each_row, largest, send
from convviz.ops._kernels.opcodes import (
    ACTIVATE, AIM, COPY, CORRELATE, DENSE, DENSE_BACK, GATHER, KEEP, LARGEST, MEAN, PRODUCT,
    ROWS, SCATTER, SEND, SHARE, SLOPE, SUMS, ZERO,
)  # fmt: skip
from convviz.ops._kernels.rearrange import copy
from convviz.ops._kernels.strided import multiply
from convviz.ops._kernels.tiles import correlate


@kernel()
def run_blocks(code, table, parameters, arrays, labels, memory, shared, form, first, last):
    """Run the program for the blocks `first` to `last`; return their loss, and a wrong label or 0.

    `arrays` are the input, the derivative of the output (or anything) and what SCATTER fills;
    `form` is (samples, wide, lanes, from, to), the last two for what is summed up over the blocks.
    """
    x, dy, out = arrays
    batch, wide, lanes, start, end = form
    memory[start:end] = 0
    loss, wrong = 0.0, 0
    for block in range(first, last):
        # a last block that is not full starts earlier: what the one before has counted is masked
        n = max(0, min(block * wide, batch - wide))
        counted = block * wide - n, min(wide, batch - n)
        for i in range(len(code)):
            op = code[i, 0]
            if op == PRODUCT:
                _product(code, i, table, parameters, memory)
            elif op == CORRELATE:
                _correlate(code, i, table, memory)
            elif op == LARGEST:
                largest(code, i, table, memory, wide)
            elif op == SEND:
                send(code, i, table, memory, wide)
            elif op == MEAN or op == SHARE:
                average(code, i, table, memory, wide)
            elif op == SUMS:
                _sums(memory, code[i, 1], code[i, 2], code[i, 3], code[i, 4])
            elif op == ACTIVATE or op == SLOPE:
                each_row(code, i, memory)
            elif op == ZERO:
                memory[code[i, 1] : code[i, 1] + code[i, 2]] = 0
            elif op == GATHER:
                enter(x, n, batch, code, i, table, memory, wide, lanes)
            elif op == AIM:
                enter(dy, n, batch, code, i, table, memory, wide, lanes)
                mask(memory, code[i, 1], code[i, 3], wide, counted)
            elif op == SCATTER:
                leave(memory, n, counted, code, i, table, out, wide, lanes)
            elif op == ROWS:
                to = shared[code[i, 4] + block * wide * code[i, 3] :]
                leave(memory, 0, (0, wide), code, i, table, to, wide, lanes)
            elif op == KEEP:
                copy(memory, code[i, 1], shared, code[i, 3] + block * code[i, 2], code[i, 2])
            elif op == COPY:
                _copy(code, i, memory)
            elif op == DENSE:
                _dense(code, i, parameters, memory)
            elif op == DENSE_BACK:
                _dense_back(code, i, parameters, memory)
            else:
                found, bad = softmax_loss(code, i, memory, labels, n, wide, counted, batch)
                loss, wrong = loss + found, wrong or bad
    return loss, wrong


@kernel()
def _product(code, i, table, parameters, memory):
    a, c, places, count, taps, depth = (code[i, 1], code[i, 2], code[i, 3], code[i, 4],
                                        code[i, 5], code[i, 6])  # fmt: skip
    b, apart, bias, relu, ldc, maps = (code[i, 7], code[i, 8], code[i, 9], code[i, 10],
                                       code[i, 11], code[i, 12])  # fmt: skip
    q, groups, a_step, b_step = code[i, 13], code[i, 14], code[i, 15], code[i, 16]
    low = memory.dtype.type(0.0 if relu else math.nan)
    for group in range(groups):
        weights, to = b + group * b_step, c + group * maps * ldc
        if bias >= 0:
            multiply(memory, a + group * a_step, table, places, count, taps, depth, parameters,
                     weights, apart, parameters, bias + group * maps, low, memory, to, ldc, maps,
                     q)  # fmt: skip
        else:
            # `memory` has zeros at this place
            multiply(memory, a + group * a_step, table, places, count, taps, depth, parameters,
                     weights, apart, memory, -1 - bias, low, memory, to, ldc, maps, q)  # fmt: skip


@kernel()
def _correlate(code, i, table, memory):
    a, d, starts, places, count = code[i, 1], code[i, 2], code[i, 3], code[i, 4], code[i, 5]
    taps, depth, ldd, total, maps = code[i, 6], code[i, 7], code[i, 8], code[i, 9], code[i, 10]
    q, groups, a_step, t_step = code[i, 11], code[i, 12], code[i, 13], code[i, 14]
    for group in range(groups):
        correlate(memory, a + group * a_step, table[starts : starts + count],
                  table[taps : taps + depth], memory, d + group * maps * ldd,
                  table[places : places + count], ldd, memory, total + group * t_step, maps,
                  q)  # fmt: skip


# letting the compiler reorder a sum is what makes it vectorise; NaN and infinity still travel
@kernel(fastmath={"reassoc", "contract"})
def _sums(memory, d, planes, run, total):
    for plane in range(planes):
        found = memory.dtype.type(0)
        for i in range(d + plane * run, d + (plane + 1) * run):
            found += memory[i]
        memory[total + plane] += found


@kernel()
def _copy(code, i, memory):
    """Move rows from one arrangement of planes to another."""
    source, to, planes, rows, run = code[i, 1], code[i, 2], code[i, 3], code[i, 4], code[i, 5]
    for plane in range(planes):
        for row in range(rows):
            copy(memory, source + plane * code[i, 6] + row * code[i, 7],
                 memory, to + plane * code[i, 8] + row * code[i, 9], run)  # fmt: skip


@kernel(fastmath={"reassoc", "contract"})
def _dense(code, i, parameters, memory):
    """A linear layer for one sample: each output is the product of a row with the input."""
    x, y, weights, bias, maps, depth = (code[i, 1], code[i, 2], code[i, 3], code[i, 4],
                                        code[i, 5], code[i, 6])  # fmt: skip
    for m in range(maps):
        total = memory.dtype.type(0)
        for k in range(depth):
            total += parameters[weights + m * depth + k] * memory[x + k]
        total += parameters[bias + m] if bias >= 0 else memory.dtype.type(0)
        memory[y + m] = memory.dtype.type(0) if code[i, 7] and total <= 0 else total


@kernel(fastmath={"reassoc", "contract"})
def _dense_back(code, i, parameters, memory):
    """The derivatives of its input."""
    dy, dx, weights, maps, depth = code[i, 1], code[i, 2], code[i, 3], code[i, 4], code[i, 5]
    memory[dx : dx + depth] = 0
    for m in range(maps):
        sent = memory[dy + m]
        for k in range(depth):
            memory[dx + k] += sent * parameters[weights + m * depth + k]
