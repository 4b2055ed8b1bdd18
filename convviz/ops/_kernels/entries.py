"""The instructions that look at entries one by one: pooling and activations.

As everywhere in a program, row `i` of `code` says where things are in `memory` and `table`; a
`wide` of 1 means one sample, whose entries are taken one by one, not in vectors.
"""

import math

from convviz.ops._kernels import kernel, windows
from convviz.ops._kernels.opcodes import ACTIVATE, LEAKY, MEAN, RELU, SIGMOID


@kernel()
def largest(code, i, table, memory, wide):
    x, x_step, y, y_step, chosen, chosen_step = (code[i, 1], code[i, 2], code[i, 3], code[i, 4],
                                                 code[i, 5], code[i, 6])  # fmt: skip
    planes, places, count, entries, size, relu = (code[i, 7], code[i, 8], code[i, 9], code[i, 10],
                                                  code[i, 11], code[i, 12])  # fmt: skip
    low = memory.dtype.type(0.0 if relu else math.nan)
    for plane in range(planes):
        from_, to, choice = x + plane * x_step, y + plane * y_step, chosen + plane * chosen_step
        if wide == 1:
            for v in range(places, places + 3 * count, 3):
                best, found = memory[from_ + table[v] + table[entries]], 0
                for e in range(1, size):
                    value = memory[from_ + table[v] + table[entries + e]]
                    wins = (value > best) | (value != value)
                    best, found = value if wins else best, e if wins else found
                under = best <= low
                memory[to + table[v + 1]] = low if under else best
                memory[choice + table[v + 2]] = -1 if under else found
        elif size == 4:
            windows.largest_of_pairs(memory, table, places, count, entries, size, low, from_, to,
                                     choice)  # fmt: skip
        else:
            windows.largest(memory, table, places, count, entries, size, low, from_, to, choice)


@kernel()
def send(code, i, table, memory, wide):
    dx, dx_step, dy, dy_step, chosen, chosen_step = (code[i, 1], code[i, 2], code[i, 3],
                                                     code[i, 4], code[i, 5], code[i, 6])  # fmt: skip
    planes, places, count, entries, size, apart, total = (
        code[i, 7], code[i, 8], code[i, 9], code[i, 10], code[i, 11], code[i, 12], code[i, 13]
    )  # fmt: skip
    for plane in range(planes):
        to, from_, choice = dx + plane * dx_step, dy + plane * dy_step, chosen + plane * chosen_step
        found = memory.dtype.type(0)
        if wide == 1:
            for v in range(places, places + 3 * count, 3):
                taken = int(memory[choice + table[v + 2]])
                if taken >= 0:
                    sent = memory[from_ + table[v + 1]]
                    memory[to + table[v] + table[entries + taken]] += sent
                    found += sent
        elif apart and size == 4:
            found = windows.send_to_pairs(memory, table, places, count, entries, size, to, from_,
                                          choice)  # fmt: skip
        else:
            found = windows.send(memory, table, places, count, entries, size, to, from_, choice)
        if total >= 0:
            memory[total + plane] += found


@kernel()
def average(code, i, table, memory, wide):
    x, x_step, y, y_step, planes = code[i, 1], code[i, 2], code[i, 3], code[i, 4], code[i, 5]
    places, count, entries, size = code[i, 6], code[i, 7], code[i, 8], code[i, 9]
    divisor = memory.dtype.type(code[i, 10])
    for plane in range(planes):
        window, result = x + plane * x_step, y + plane * y_step
        if wide > 1:
            if code[i, 0] == MEAN:
                windows.mean(memory, table, places, count, entries, size, divisor, window, result)
            else:
                windows.share(memory, table, places, count, entries, size, divisor, window, result)
            continue
        for v in range(places, places + 3 * count, 3):
            total, there = memory.dtype.type(0), result + table[v + 1]
            sent = memory[there] / divisor
            for e in range(entries, entries + size):
                if code[i, 0] == MEAN:
                    total += memory[window + table[v] + table[e]]
                else:
                    memory[window + table[v] + table[e]] += sent
            if code[i, 0] == MEAN:
                memory[there] = total / divisor


@kernel()
def each_row(code, i, memory):
    kind, slope, y, dy = code[i, 1], memory[code[i, 2]], code[i, 3], code[i, 4]
    planes, rows, run = code[i, 5], code[i, 6], code[i, 7]
    for plane in range(planes):
        for row in range(rows):
            at = y + plane * code[i, 8] + row * code[i, 9]
            if code[i, 0] == ACTIVATE:
                _activate(kind, slope, memory, at, run)
            else:
                there = dy + plane * code[i, 10] + row * code[i, 11]
                _slope(kind, slope, memory, at, there, run)


@kernel()
def _activate(kind, slope, memory, at, run):
    one, zero = memory.dtype.type(1), memory.dtype.type(0)
    if kind == RELU:
        for k in range(at, at + run):
            memory[k] = zero if memory[k] <= 0 else memory[k]
    elif kind == LEAKY:
        for k in range(at, at + run):
            memory[k] = memory[k] if memory[k] > 0 else memory[k] * slope
    elif kind == SIGMOID:
        for k in range(at, at + run):
            memory[k] = one / (one + math.exp(-memory[k]))
    else:
        for k in range(at, at + run):
            memory[k] = math.tanh(memory[k])


@kernel()
def _slope(kind, slope, memory, y, dy, run):
    """Multiply the derivatives at `dy` by the slope, which the output at `y` tells."""
    one, zero = memory.dtype.type(1), memory.dtype.type(0)
    if kind == RELU:
        # written so that a NaN lets the derivative through instead of hiding it
        for k in range(run):
            memory[dy + k] = zero if memory[y + k] <= 0 else memory[dy + k]
    elif kind == LEAKY:
        for k in range(run):
            memory[dy + k] = memory[dy + k] if memory[y + k] > 0 else memory[dy + k] * slope
    elif kind == SIGMOID:
        for k in range(run):
            memory[dy + k] *= memory[y + k] * (one - memory[y + k])
    else:
        for k in range(run):
            memory[dy + k] *= one - memory[y + k] * memory[y + k]
