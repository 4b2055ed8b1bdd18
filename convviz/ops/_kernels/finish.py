"""The instructions for when all blocks are through: gradients of all samples, and the update.

They come in pairs: one leaves gradients at a place of `memory`, the other uses them while they are
in the cache. Here `x` is the memory of all threads, `dy` the velocities, `out` the gradients to
fill, and `sums` are the rates: learning rate, momentum, weight decay, 1 for Nesterov's momentum.
"""

import math

from convviz.ops._kernels import kernel
from convviz.ops._kernels.instructions import LANES, SIZE, THREADS, flat, instruction
from convviz.ops._kernels.rearrange import copy
from convviz.ops._kernels.strided import multiply
from convviz.ops._kernels.vectors import descend, sum_blocks


@instruction()
def linear_gradient(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Derivatives of a few rows of weights: derivatives of the outputs times the inputs."""
    memory, shared, table, row = flat(memory), flat(shared), flat(table), flat(row)
    scratch, a, b, apart, places, vectors, taps, depth = (
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
    )  # fmt: skip
    q, rows, columns, pitch, zeros = row[8], row[9], row[10], row[11], row[12]
    multiply(shared, a, table, places, vectors, taps, depth, shared, b, apart, memory, zeros,
             memory.dtype.type(math.nan), memory, scratch, pitch, rows, q)  # fmt: skip
    if pitch > columns:
        for m in range(1, rows):
            for k in range(columns):
                memory[scratch + m * columns + k] = memory[scratch + m * pitch + k]


@instruction()
def sample_sums(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Sums over samples: derivatives of the biases of a linear layer."""
    memory, shared, row = flat(memory), flat(shared), flat(row)
    scratch, first, blocks, wide, step, rows = row[0], row[1], row[2], row[3], row[4], row[5]
    for m in range(rows):
        if wide > 1:
            memory[scratch + m] = sum_blocks(shared, first + m * wide, blocks, step, wide)
        else:
            memory[scratch + m] = 0
            for at in range(first + m, first + m + blocks * step, step):
                memory[scratch + m] += shared[at]


@instruction()
def thread_sums(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Add what the threads have summed up; filters of overlapping blocks are taken once."""
    memory, everywhere, row, state = flat(memory), flat(x), flat(row), flat(state)
    scratch, total, first, rows, maps, q, taps, pitch = (
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
    )  # fmt: skip
    for m in range(first, first + rows):
        line = m if m < maps // q * q else m + (-maps) % q
        at, to = total + line * pitch, scratch + (m - first) * taps
        copy(everywhere, at, memory, to, taps)
        for thread in range(1, state[THREADS]):
            other = at + thread * state[SIZE]
            for k in range(taps):
                memory[to + k] += everywhere[other + k]


@instruction()
def nothing(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Where the second of a pair needs no first."""


# The endings. Columns of `row`: gradients, how many, for which parameters


@instruction()
def store(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Return the gradients."""
    row = flat(row)
    copy(flat(memory), row[0], flat(out), row[2], row[1])


@instruction()
def update(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    """Stochastic gradient descent with momentum (Polyak 1964; Nesterov 1983)."""
    memory, row = flat(memory), flat(row)
    _descend(memory.dtype.type(1), memory, row[0], row[1], flat(parameters), flat(dy), row[2],
             flat(sums), flat(state)[LANES])  # fmt: skip


# As these, for a linear layer and a single sample: its gradients are derivatives of the outputs
# times inputs. Columns of `row`: -, lanes of the derivatives, weights, inputs, derivatives,
# outputs, features


@instruction()
def store_products(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    shared, out, row = flat(shared), flat(out), flat(row)
    inputs, outputs, features = row[3], row[5], row[6]
    for m in range(outputs):
        factor, to = shared[row[4] + m * row[1]], row[2] + m * features
        for k in range(features):
            out[to + k] = factor * shared[inputs + k]


@instruction()
def update_products(memory, parameters, x, dy, out, shared, table, row, labels, state, sums):
    shared, parameters, velocities, row = flat(shared), flat(parameters), flat(dy), flat(row)
    rates, lanes, outputs, features = flat(sums), flat(state)[LANES], row[5], row[6]
    for m in range(outputs):
        _descend(shared[row[4] + m * row[1]], shared, row[3], features, parameters, velocities,
                 row[2] + m * features, rates, lanes)  # fmt: skip


@kernel(inline="always")
def _descend(factor, gradients, source, count, parameters, velocities, to, rates, lanes):
    kind = type(factor)
    rate, momentum, decay = kind(rates[0]), kind(rates[1]), kind(rates[2])
    ahead, whole = int(rates[3]), count // lanes * lanes
    descend(factor, gradients, source, whole, parameters, velocities, to, rate, momentum, decay,
            ahead)  # fmt: skip
    for k in range(whole, count):
        gradient = factor * gradients[source + k]
        if decay != 0:
            gradient += decay * parameters[to + k]
        velocity = momentum * velocities[to + k] + gradient
        velocities[to + k] = velocity
        parameters[to + k] -= rate * (gradient + momentum * velocity if ahead else velocity)


#: what to do with gradients: to return them, or to change the parameters
GRADIENTS, PRODUCTS = (store, update), (store_products, update_products)
