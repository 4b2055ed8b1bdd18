"""A program with the memory it runs in: what a chain calls."""

from typing import NamedTuple

import numpy as np

from convviz.ops import _single, _threads
from convviz.ops._kernels import finish, target
from convviz.ops._kernels import instructions as machine_code
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
    widths = (2 * lanes, lanes, 1) if _single.fits(nodes) else (2 * lanes, lanes)
    wide = min(widths, key=lambda wide: _time(wide, batch, lanes, threads))
    arguments = nodes, batch, wide, dtype, mode, input_too
    if wide > 1:
        return Machine(Planner(*arguments).program(), threads, dtype)
    program = _single.SinglePlanner(*arguments).program()
    return Machine(program, threads, dtype, lambda: Planner(nodes, batch, lanes, *arguments[3:]))


def _time(wide, batch, lanes, threads):
    """Rough time of the thread that has most blocks."""
    blocks = -(-batch // wide)
    # one vector leaves the tiles of linear layers half empty; one sample fills no vector of them
    each = 2 if wide > lanes else 1.15 if wide == lanes else 0.3
    return -(-blocks // threads) * each


class Machine:
    """Runs one program. Memory is taken for a run and given back, so that two runs may overlap.

    `careful` makes a planner for what to run instead where a NaN may have come from a product
    with zeros.
    """

    def __init__(self, program, threads, dtype, careful=None):
        self.program, self.dtype, self.threads = program, dtype, threads
        self.careful, self.instead = careful, None
        threads = min(threads, 1 + program.products // _SHARE)
        self.shares = _threads.shares(-(-program.batch // program.wide), threads)
        self.code = machine_code.addresses(program.instructions, dtype)
        # what to do with gradients: to return them, to update parameters
        self.endings = [
            machine_code.addresses([found or last for found in program.pairs], dtype)
            for last in (finish.store, finish.update)
        ]
        self.parts = [(thread, *share) for thread, share in enumerate(self.shares)]
        self.free = []
        # see `_kernels.instructions`
        self.state = np.zeros(machine_code.STATE, np.int64)
        self.state[machine_code.BATCH], self.state[machine_code.WIDE] = program.batch, program.wide
        self.state[machine_code.LANES] = target.BYTES // dtype.itemsize

    def run(self, x, parameters, labels, dy, update):
        """Return the `Result`; with `update`, (velocities, rates), change the parameters too."""
        program = self.program
        try:
            memory = self.free.pop()
        except IndexError:
            memory = self._new_memory()
        output = np.empty(program.batch * program.output, self.dtype)
        x = x.reshape(-1)
        dy = x if dy is None else dy.reshape(-1)
        labels = _NO_LABELS if labels is None else labels

        def work(thread, first, last):
            arrays = memory[0][thread], parameters, x, dy, output, memory[1], program.table
            state, sums = self.state.copy(), np.zeros(1)
            machine_code.run_blocks(self.code, program.rows, arrays, labels, state, sums,
                                    program.totals, first, last)  # fmt: skip
            return float(sums[0]), int(state[machine_code.WRONG]), state[machine_code.INFINITE]

        found = _threads.run(work, self.parts)
        loss = sum(part for part, _, _ in found) / program.batch
        # 0 is none: numbers below it and above are told apart
        wrong = [bad - 1 if bad > 0 else bad + 1 for _, bad, _ in found if bad]
        if not wrong and self.careful and self._doubtful(found, output):
            self.free.append(memory)
            if self.instead is None:
                self.instead = Machine(self.careful().program(), self.threads, self.dtype)
            return self.instead.run(x, parameters, labels, dy, update)
        gradients = None
        if program.pairs and not wrong:
            gradients = self._finish(parameters, update, memory)
        self.free.append(memory)
        return Result(loss, gradients, output, wrong[0] if wrong else None)

    def _doubtful(self, found, output):
        """Whether what convolutions have found is not finite."""
        if any(infinite for _, _, infinite in found):
            return True
        if not output.size:
            return False
        with np.errstate(all="ignore"):
            return not np.isfinite(output.sum())

    def _finish(self, parameters, update, memory):
        program, (memories, shared) = self.program, memory
        velocities, rates = update or (parameters, np.zeros(1))
        gradients = velocities if update else np.empty_like(parameters)
        code, state = self.endings[bool(update)], self.state.copy()
        state[machine_code.THREADS], state[machine_code.SIZE] = memories.shape

        def work(first):
            arrays = (memories[first], parameters, memories.reshape(-1), velocities, gradients,
                      shared, program.table)  # fmt: skip
            machine_code.run_pairs(code, program.pair_rows, arrays, _NO_LABELS, state, rates,
                                   first, len(memories))  # fmt: skip

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
