"""The instructions that look at entries one by one: pooling and activations."""

import math

from convviz.ops._kernels import windows
from convviz.ops._kernels.instructions import WIDE, flat, instruction


@instruction()
def largest(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """The largest entry of each window of each plane, and which one it was."""
    memory, table, row, wide = flat(memory), flat(table), flat(row), flat(state)[WIDE]
    planes, places, count, entries, size = row[6], row[7], row[8], row[9], row[10]
    low = memory.dtype.type(0.0 if row[11] else math.nan)
    for plane in range(planes):
        a, y, chosen = row[0] + plane * row[1], row[2] + plane * row[3], row[4] + plane * row[5]
        if wide > 1 and size == 4:
            windows.largest_of_pairs(memory, table, places, count, entries, size, low, a, y, chosen)
        elif wide > 1:
            windows.largest(memory, table, places, count, entries, size, low, a, y, chosen)
        elif size == 4:
            windows.largest_of_pairs_alone(memory, table, places, count, entries, size, low, a, y,
                                           chosen)  # fmt: skip
        else:
            windows.largest_alone(memory, table, places, count, entries, size, low, a, y, chosen)


@instruction()
def send(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Give each derivative to the entry that was the largest; add to totals the sums of planes."""
    memory, table, row, wide = flat(memory), flat(table), flat(row), flat(state)[WIDE]
    planes, places, count, entries, size = row[6], row[7], row[8], row[9], row[10]
    apart, total = row[11], row[12]
    for plane in range(planes):
        a, y, chosen = row[0] + plane * row[1], row[2] + plane * row[3], row[4] + plane * row[5]
        if wide > 1 and apart:
            found = windows.send_to_pairs(memory, table, places, count, entries, size, a, y, chosen)
        elif wide > 1:
            found = windows.send(memory, table, places, count, entries, size, a, y, chosen)
        elif apart:
            found = windows.send_to_pairs_alone(memory, table, places, count, entries, size, a, y,
                                                chosen)  # fmt: skip
        else:
            found = windows.send_alone(memory, table, places, count, entries, size, a, y, chosen)
        if total >= 0:
            memory[total + plane] += found


@instruction()
def mean(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """The sum of each window's entries, divided by a number."""
    memory, table, row, wide = flat(memory), flat(table), flat(row), flat(state)[WIDE]
    planes, places, count, entries, size = row[4], row[5], row[6], row[7], row[8]
    divisor = memory.dtype.type(row[9])
    for plane in range(planes):
        a, y = row[0] + plane * row[1], row[2] + plane * row[3]
        if wide > 1:
            windows.mean(memory, table, places, count, entries, size, divisor, a, y)
        else:
            windows.mean_alone(memory, table, places, count, entries, size, divisor, a, y)


@instruction()
def share(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Add to each entry of a window its share of the derivative."""
    memory, table, row, wide = flat(memory), flat(table), flat(row), flat(state)[WIDE]
    planes, places, count, entries, size = row[4], row[5], row[6], row[7], row[8]
    divisor = memory.dtype.type(row[9])
    for plane in range(planes):
        a, y = row[0] + plane * row[1], row[2] + plane * row[3]
        if wide > 1:
            windows.share(memory, table, places, count, entries, size, divisor, a, y)
        else:
            windows.share_alone(memory, table, places, count, entries, size, divisor, a, y)


# Activations change rows of a tensor in place, and their slopes the derivatives of such rows. All
# derivatives are told by the output. Columns of `row`: tensor, planes, rows, run, step, pitch;
# derivatives, step, pitch; a constant.


@instruction()
def relu(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    memory, row = flat(memory), flat(row)
    for plane in range(row[1]):
        for line in range(row[2]):
            at = row[0] + plane * row[4] + line * row[5]
            for k in range(at, at + row[3]):
                memory[k] = 0 if memory[k] <= 0 else memory[k]


@instruction()
def relu_slope(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    memory, row = flat(memory), flat(row)
    for plane in range(row[1]):
        for line in range(row[2]):
            y, d = row[0] + plane * row[4] + line * row[5], row[6] + plane * row[7] + line * row[8]
            for k in range(row[3]):
                # written so that a NaN lets the derivative through instead of hiding it
                memory[d + k] = 0 if memory[y + k] <= 0 else memory[d + k]


@instruction()
def leaky_relu(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    memory, row = flat(memory), flat(row)
    slope = memory[row[9]]
    for plane in range(row[1]):
        for line in range(row[2]):
            at = row[0] + plane * row[4] + line * row[5]
            for k in range(at, at + row[3]):
                memory[k] = memory[k] if memory[k] > 0 else memory[k] * slope


@instruction()
def leaky_relu_slope(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    memory, row = flat(memory), flat(row)
    slope = memory[row[9]]
    for plane in range(row[1]):
        for line in range(row[2]):
            y, d = row[0] + plane * row[4] + line * row[5], row[6] + plane * row[7] + line * row[8]
            for k in range(row[3]):
                memory[d + k] = memory[d + k] if memory[y + k] > 0 else memory[d + k] * slope


@instruction(error_model="numpy")
def sigmoid(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    memory, row = flat(memory), flat(row)
    one = memory.dtype.type(1)
    for plane in range(row[1]):
        for line in range(row[2]):
            at = row[0] + plane * row[4] + line * row[5]
            for k in range(at, at + row[3]):
                memory[k] = one / (one + math.exp(-memory[k]))


@instruction()
def sigmoid_slope(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    memory, row = flat(memory), flat(row)
    one = memory.dtype.type(1)
    for plane in range(row[1]):
        for line in range(row[2]):
            y, d = row[0] + plane * row[4] + line * row[5], row[6] + plane * row[7] + line * row[8]
            for k in range(row[3]):
                memory[d + k] *= memory[y + k] * (one - memory[y + k])


@instruction()
def tanh(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    memory, row = flat(memory), flat(row)
    for plane in range(row[1]):
        for line in range(row[2]):
            at = row[0] + plane * row[4] + line * row[5]
            for k in range(at, at + row[3]):
                memory[k] = math.tanh(memory[k])


@instruction()
def tanh_slope(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    memory, row = flat(memory), flat(row)
    one = memory.dtype.type(1)
    for plane in range(row[1]):
        for line in range(row[2]):
            y, d = row[0] + plane * row[4] + line * row[5], row[6] + plane * row[7] + line * row[8]
            for k in range(row[3]):
                memory[d + k] *= one - memory[y + k] * memory[y + k]


#: by the kind of a link: forwards, and backwards
ACTIVATIONS = {
    "relu": (relu, relu_slope),
    "leaky_relu": (leaky_relu, leaky_relu_slope),
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, tanh_slope),
}
