"""Instructions of a program, and the loop that runs them.

An instruction is a function compiled on its own, found by its address: a program compiles those
that it uses, and a new one compiles nothing again. All take the same arguments::

    memory      activations and derivatives of one block of samples, one thread
    parameters  of the whole chain
    x, dy, out  the input of a run, the derivative that ends it, and what it returns
    shared      what all threads see
    table       places: offsets in entries of `memory`
    row         the integers of this instruction, its arguments: row[0] is the first
    labels      the right classes
    state       integers that all instructions of a run may need, see `BATCH` and so on
    sums        float64: the loss and the right answers so far, or the rates of an optimiser

They are pointers; `flat` makes an array of one. Nothing is checked.
"""

import threading

import numpy as np
from numba import from_dtype, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from convviz.ops._kernels import kernel, machine_code
from convviz.ops._kernels.vectors import sum_blocks

#: places in `state`: samples in all; lanes of memory, of a vector; which block; its first sample;
#: from which lane to which they count; a label that is no class (c + 1, or c − 1 below 0)
#: 1 if a total is not finite
BATCH, WIDE, LANES, BLOCK, SAMPLE, START, END, WRONG, INFINITE = range(9)
#: in place of the last ones, when all blocks are through: threads, entries of each one's memory
THREADS, SIZE = 3, 4
STATE = 9

_FLOATS, _WHOLES = 6, 4  # how many of the arguments are of the dtype, and how many are integers
_lock = threading.Lock()


class Instruction:
    """A loop that `address` compiles when a program first needs it; kept on disk if possible."""

    def __init__(self, loop, options):
        # their loops are written out in vectors
        self.code, self.compiled = kernel(part=True, addressed=True, level=2, **options)(loop), {}

    def address(self, dtype):
        """Where the machine code for `dtype` begins."""
        with _lock:
            if dtype not in self.compiled:
                kinds = _kinds(from_dtype(dtype))
                self.code.compile(kinds)
                self.compiled[dtype] = machine_code(self.code.overloads[kinds])
        return self.compiled[dtype]


def _kinds(floats):
    """The types of the arguments of an instruction."""
    kinds = [floats] * _FLOATS + [types.int64] * _WHOLES + [types.float64]
    return tuple(map(types.CPointer, kinds))


def instruction(**options):
    """Decorate a loop that takes the arguments of an instruction."""
    return lambda loop: Instruction(loop, options)


@intrinsic
def flat(typingctx, pointer):
    """The array that begins at a pointer; how long it is, is for the planner to know."""
    kind = types.Array(pointer.dtype, 1, "C")

    def codegen(context, builder, sig, args):
        array = context.make_array(kind)(context, builder)
        size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
        shape, size = (context.get_constant(types.intp, n) for n in (1 << 40, size))
        populate_array(array, args[0], (shape,), (size,), size, None)
        return array._getvalue()

    return kind(pointer), codegen


@intrinsic
def _call(typingctx, function, memory, parameters, x, dy, out, shared, table, rows, row, labels,
          state, sums):  # fmt: skip
    """Call the instruction at the address `function` with the arrays, from their beginnings."""
    arrays = memory, parameters, x, dy, out, shared, table, rows, labels, state, sums
    sig = types.void(function, *arrays[:8], row, *arrays[8:])

    def codegen(context, builder, sig, args):
        def data(place):
            return context.make_array(sig.args[place])(context, builder, args[place]).data

        pointers = [data(place) for place in (1, 2, 3, 4, 5, 6, 7)]
        pointers += [builder.gep(data(8), [args[9]]), *(data(place) for place in (10, 11, 12))]
        kinds, convention = _kinds(sig.args[1].dtype), context.call_conv
        kind = convention.get_function_type(types.none, kinds)
        found = builder.inttoptr(args[0], kind.as_pointer())
        convention.call_function(builder, found, types.none, kinds, pointers)
        return context.get_dummy_value()

    return sig, codegen


@kernel()
def run_blocks(functions, rows, arrays, labels, state, sums, totals, first, last):
    """Run all instructions for the blocks `first` to `last`; `totals` of the memory begin at 0."""
    memory, parameters, x, dy, out, shared, table = arrays
    memory[totals[0] : totals[1]] = 0
    batch, wide, width = state[BATCH], state[WIDE], rows.shape[1]
    flat_rows = rows.reshape(-1)
    for block in range(first, last):
        # a last block that is not full starts earlier: what the one before has counted is masked
        sample = max(0, min(block * wide, batch - wide))
        state[BLOCK], state[SAMPLE] = block, sample
        state[START], state[END] = block * wide - sample, min(wide, batch - sample)
        for i in range(len(functions)):
            _call(functions[i], memory, parameters, x, dy, out, shared, table, flat_rows,
                  i * width, labels, state, sums)  # fmt: skip
    found = sum_blocks(memory, totals[0], 1, 0, totals[1] - totals[0])
    state[INFINITE] = not np.isfinite(found)


@kernel()
def run_pairs(functions, rows, arrays, labels, state, sums, first, step):
    """Run the pairs of instructions ``first, first + step, …``."""
    memory, parameters, x, dy, out, shared, table = arrays
    width, flat_rows = rows.shape[1], rows.reshape(-1)
    for pair in range(first, len(functions) // 2, step):
        for i in (2 * pair, 2 * pair + 1):
            _call(functions[i], memory, parameters, x, dy, out, shared, table, flat_rows,
                  i * width, labels, state, sums)  # fmt: skip


@kernel()
def run_alone(both, rows, arrays, ends, labels, state, sums, totals, blocks, careful):
    """Both runs in one thread; the second only if no label is wrong, and all is finite.

    That all is finite is asked for if `careful`. `both` and `rows` are pairs: of `run_blocks`, of
    `run_pairs`; `ends` the velocities, gradients and rates.
    """
    memory, parameters, _, _, _, shared, table = arrays
    run_blocks(both[0], rows[0], arrays, labels, state, sums, totals, 0, blocks)
    if state[WRONG] != 0 or (careful and state[INFINITE] != 0):
        return
    state[THREADS], state[SIZE] = 1, len(memory)
    velocities, gradients, rates = ends
    ending = memory, parameters, memory, velocities, gradients, shared, table
    run_pairs(both[1], rows[1], ending, labels, state, rates, 0, 1)


def addresses(instructions, dtype):
    """Where the machine code of each instruction is."""
    return np.array([found.address(dtype) for found in instructions], np.int64)
