"""A program with the memory it runs in: what a chain calls."""

from typing import NamedTuple

import numpy as np

from convviz.ops import _threads
from convviz.ops._kernels import target
from convviz.ops._kernels.finish import finish
from convviz.ops._kernels.program import run_blocks
from convviz.ops._planner import Planner

# multiply-adds that are worth waking another thread for
_SHARE = 2_000_000
_NO_LABELS = np.zeros(0, np.int64)


class Result(NamedTuple):
    """What a run has found; `wrong` is a label that is no class, or None."""

    loss: float
    gradients: np.ndarray
    output: np.ndarray
    wrong: int | None


def machine(nodes, batch, dtype, threads, mode, input_too):
    """Return the `Machine` for one size of a batch."""
    lanes = target.BYTES // dtype.itemsize
    # two vectors of samples fill the tiles of linear layers
    wide = 2 * lanes if batch > lanes else lanes
    program = Planner(nodes, batch, wide, dtype, mode, input_too).program()
    return Machine(program, threads, dtype)


class Machine:
    """Runs one program. Memory is taken for a run and given back, so that two runs may overlap."""

    def __init__(self, program, threads, dtype):
        self.program, self.dtype = program, dtype
        threads = min(threads, 1 + program.products // _SHARE)
        self.shares = _threads.shares(program.blocks, threads)
        self.free = []

    def run(self, x, parameters, labels, dy, update):
        """Return the `Result`; with `update`, (velocities, rates), change the parameters too."""
        program = self.program
        try:
            memories, shared = self.free.pop()
        except IndexError:
            memories, shared = self._new_memory()
        batch = program.form[0]
        output = np.empty((batch, *program.output), self.dtype)
        flat = x.reshape(-1)
        arrays = flat, flat if dy is None else dy.reshape(-1), output.reshape(-1)
        labels = _NO_LABELS if labels is None else labels

        def work(thread, first, last):
            return run_blocks(program.code, program.table, parameters, arrays, labels,
                              memories[thread], shared, program.form, first, last)  # fmt: skip

        parts = [(thread, *share) for thread, share in enumerate(self.shares)]
        found = _threads.run(work, parts)
        loss, wrong = sum(loss for loss, _ in found) / batch, [bad for _, bad in found if bad]
        if wrong:
            # numbers below 0 and above are told apart from 0, which is none
            wrong = wrong[0] - 1 if wrong[0] > 0 else wrong[0] + 1
            self.free.append((memories, shared))
            return Result(loss, None, output, wrong)
        gradients = self._finish(parameters, update, memories, shared)
        self.free.append((memories, shared))
        return Result(loss, gradients, output, None)

    def _finish(self, parameters, update, memories, shared):
        program = self.program
        if not len(program.units):
            return parameters[:0]
        velocities, rates = update or (parameters, np.zeros(0, self.dtype))
        gradients = velocities if update else np.empty_like(parameters)

        def work(first):
            finish(program.units, program.table, parameters, velocities, gradients, memories,
                   shared, rates, first, len(memories))  # fmt: skip

        _threads.run(work, [(thread,) for thread in range(len(memories))])
        return gradients

    def _new_memory(self):
        program = self.program
        line = 64 // self.dtype.itemsize
        size = -(-program.size // line) * line
        whole = np.zeros(len(self.shares) * size + program.shared + line, self.dtype)
        # from the beginning of a cache line, so that no vector lies in two
        whole = whole[-(whole.ctypes.data // self.dtype.itemsize) % line :]
        memories = whole[: len(self.shares) * size].reshape(-1, size)
        for place, value in program.constants:
            memories[:, place] = value
        return memories, whole[memories.size :]
