"""Where a block of samples enters a program and leaves it: rearranging, masking, the loss."""

import math

from convviz.ops._kernels import kernel
from convviz.ops._kernels.rearrange import gather_lanes, scatter_lanes


@kernel()
def enter(x, n, batch, code, i, table, memory, wide, lanes):
    """Bring samples from `n` on into `memory`: entry p of each to ``table[places + p]``."""
    to, places, size = code[i, 1], code[i, 2], code[i, 3]
    if n + wide <= batch and size >= lanes > 1 and wide >= lanes:
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
        at = min(n + lane, batch - 1) * size
        for p in range(size):
            memory[to + table[places + p] + lane] = x[at + p]


@kernel()
def leave(memory, n, counted, code, i, table, y, wide, lanes):
    """The way back, for the lanes that count."""
    source, places, size = code[i, 1], code[i, 2], code[i, 3]
    if counted[1] - counted[0] == wide and size >= lanes > 1 and wide >= lanes:
        for first in range(0, wide, lanes):
            p = 0
            while p < size:
                p = min(p, size - lanes)
                at = (n + first) * size + p
                scatter_lanes(memory, source + first, table, places + p, y, at, size)
                p += lanes
        return
    for lane in range(counted[0], counted[1]):
        at = (n + lane) * size
        for p in range(size):
            y[at + p] = memory[source + table[places + p] + lane]


@kernel()
def mask(memory, at, size, wide, counted):
    """Set to 0 what belongs to samples that do not count."""
    for p in range(at, at + size * wide, wide):
        memory[p : p + counted[0]] = 0
        memory[p + counted[1] : p + wide] = 0


@kernel(error_model="numpy")
def softmax_loss(code, i, memory, labels, n, wide, counted, batch):
    """Set the derivatives of the mean cross-entropy; return the samples' part, and a wrong label.

    What is told of a wrong label c is c + 1 where c is positive, else c - 1; 0 means none is wrong.
    """
    scores, gradient, classes = code[i, 1], code[i, 2], code[i, 3]
    loss, zero = 0.0, memory.dtype.type(0)
    share = memory.dtype.type(1.0 / batch)
    for lane in range(wide):
        if not counted[0] <= lane < counted[1]:
            for c in range(classes):
                memory[gradient + c * wide + lane] = zero
            continue
        label = labels[n + lane]
        if not 0 <= label < classes:
            return loss, label + 1 if label >= 0 else label - 1
        largest, total = memory[scores + lane], zero
        for c in range(1, classes):
            value = memory[scores + c * wide + lane]
            largest = value if (value > largest) | (value != value) else largest
        for c in range(classes):
            power = math.exp(memory[scores + c * wide + lane] - largest)
            memory[gradient + c * wide + lane] = power
            total += power
        loss += math.log(total) - (memory[scores + label * wide + lane] - largest)
        for c in range(classes):
            memory[gradient + c * wide + lane] *= share / total
        memory[gradient + label * wide + lane] -= share
    return loss, 0
