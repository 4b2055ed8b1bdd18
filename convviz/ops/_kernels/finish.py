"""What is left when all blocks are through: gradients of all samples together, and the update.

`units` has a row for each piece of work; thread t takes the rows t, t + threads, and so on. The
sums run over samples, or over threads, in an order that never changes.
"""

import math

from convviz.ops._kernels import kernel
from convviz.ops._kernels.strided import multiply


@kernel()
def finish(units, table, parameters, velocities, gradients, memories, shared, rates, first, step):
    """Do the units ``first, first + step, …``.

    With `rates` (learning rate, momentum, weight decay, 1 for Nesterov's momentum) the parameters
    and their `velocities` are changed; without, `gradients` is filled.
    """
    memory = memories[first]
    for i in range(first, len(units), step):
        if units[i, 0]:
            _linear(units, i, table, memory, shared)
        else:
            _convolution(units, i, memories, memory)
        scratch, count, to = units[i, 1], units[i, 2], units[i, 3]
        if len(rates):
            _update(memory, scratch, count, to, parameters, velocities, rates)
        else:
            gradients[to : to + count] = memory[scratch : scratch + count]


@kernel()
def _linear(units, i, table, memory, shared):
    """Derivatives of a few rows of weights: derivatives of the outputs times the inputs."""
    scratch, count = units[i, 1], units[i, 2]
    x, dy, blocks, wide, block_step = (units[i, 4], units[i, 5], units[i, 6], units[i, 7],
                                       units[i, 8])  # fmt: skip
    places, vectors, taps, depth, q = (units[i, 9], units[i, 10], units[i, 11], units[i, 12],
                                       units[i, 13])  # fmt: skip
    rows, columns, pitch, zeros = units[i, 14], units[i, 15], units[i, 16], units[i, 17]
    if columns == 0:
        # the biases
        for m in range(rows):
            total = memory.dtype.type(0)
            for block in range(blocks):
                at = dy + block * block_step + m * wide
                for lane in range(at, at + wide):
                    total += shared[lane]
            memory[scratch + m] = total
        return
    # the last rows of weights may be fewer than a tile has: it reads what lies before them too
    multiply(shared, x, table, places, vectors, taps, depth, shared, dy, wide, memory, zeros,
             memory.dtype.type(math.nan), memory, scratch, pitch, rows, q)  # fmt: skip
    if pitch > columns:
        for m in range(1, rows):
            for k in range(columns):
                memory[scratch + m * columns + k] = memory[scratch + m * pitch + k]


@kernel()
def _convolution(units, i, memories, memory):
    """Add what the threads have summed up; weights of overlapping blocks are taken once."""
    scratch, total, first, rows, maps, q = (units[i, 1], units[i, 4], units[i, 5], units[i, 6],
                                            units[i, 7], units[i, 8])  # fmt: skip
    taps, pitch = units[i, 9], units[i, 10]
    for m in range(first, first + rows):
        row = m if m < maps // q * q else m + (-maps) % q
        at, to = total + row * pitch, scratch + (m - first) * taps
        for k in range(taps):
            memory[to + k] = memories[0, at + k]
        for thread in range(1, len(memories)):
            for k in range(taps):
                memory[to + k] += memories[thread, at + k]


@kernel()
def _update(memory, scratch, count, to, parameters, velocities, rates):
    """Stochastic gradient descent with momentum (Polyak 1964; Nesterov 1983)."""
    rate, momentum, decay, ahead = rates[0], rates[1], rates[2], rates[3]
    for k in range(count):
        gradient = memory[scratch + k] + decay * parameters[to + k]
        velocity = momentum * velocities[to + k] + gradient
        velocities[to + k] = velocity
        move = gradient + momentum * velocity if ahead > 0 else velocity
        parameters[to + k] -= rate * move
