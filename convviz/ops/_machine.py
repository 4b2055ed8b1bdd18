"""A program with the memory it runs in: what a chain calls."""

from typing import NamedTuple

import numpy as np

from convviz.ops import _single, _startup, _threads
from convviz.ops._chained import Result
from convviz.ops._kernels import target
from convviz.ops._kernels import instructions as machine_code
from convviz.ops._planner import Planner

# multiply-adds that are worth waking another thread for
_SHARE = 2_000_000
_NO_LABELS, _NO_RATES = np.zeros(0, np.int64), np.zeros(1)
_NONE = np.zeros(0)


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


class _Memory(NamedTuple):
    """That of each thread, all of these in one line, and what they share."""

    each: list
    whole: np.ndarray
    shared: np.ndarray


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
        # what to do with gradients: to return them, or to update parameters
        endings = [
            [found[which] if isinstance(found, tuple) else found for found in program.pairs]
            for which in (0, 1)
        ]
        with _startup.compiling():
            self.code = machine_code.addresses(program.instructions, dtype)
            self.endings = [machine_code.addresses(found, dtype) for found in endings]
        self.parts = [(thread, *share) for thread, share in enumerate(self.shares)]
        self.free = []
        # see `_kernels.instructions`
        self.state = np.zeros(machine_code.STATE, np.int64)
        self.state[machine_code.BATCH], self.state[machine_code.WIDE] = program.batch, program.wide
        self.state[machine_code.LANES] = target.BYTES // dtype.itemsize

    @property
    def nbytes(self):
        """Bytes of the memory of a run, and of the program."""
        program, size = self.program, self.dtype.itemsize
        memory = (len(self.shares) * program.size + program.shared) * size
        return memory + program.table.nbytes + (self.instead.nbytes if self.instead else 0)

    def run(self, x, parameters, labels, dy, update):
        """Return the `Result`; with `update`, (velocities, rates), change the parameters too."""
        program = self.program
        try:
            memory = self.free.pop()
        except IndexError:
            memory = self._new_memory()
        output = np.empty(program.batch * program.output, self.dtype)
        x = x.reshape(-1)
        inputs = parameters, x, x if dy is None else dy.reshape(-1), output
        gradients = np.empty_like(parameters) if program.pairs and not update else _NONE
        # what is not used must be of the dtype all the same
        velocities, rates = update or (x, _NO_RATES)
        ends = velocities, x if gradients is _NONE else gradients, rates
        labels = _NO_LABELS if labels is None else labels
        run = self._alone if len(self.parts) == 1 else self._together
        (loss, correct), wrong, infinite = run(memory, inputs, labels, ends, self.endings[bool(update)])
        self.free.append(memory)
        if wrong:
            # 0 is none: numbers below it and above are told apart
            return Result(loss, None, output, wrong - 1 if wrong > 0 else wrong + 1)
        if self.careful and (infinite or not _finite(output)):
            if self.instead is None:
                self.instead = Machine(self.careful().program(), self.threads, self.dtype)
            return self.instead.run(x, parameters, labels, dy, update)
        return Result(loss / program.batch, gradients, output, None, int(correct))

    def _alone(self, memory, inputs, labels, ends, ending):
        program, state, sums = self.program, self.state.copy(), np.zeros(2)
        arrays = memory.each[0], *inputs, memory.shared, program.table
        machine_code.run_alone(
            (self.code, ending), (program.rows, program.pair_rows), arrays, ends, labels, state,
            sums, program.totals, self.parts[0][2], self.careful is not None,
        )  # fmt: skip
        return sums.tolist(), int(state[machine_code.WRONG]), state[machine_code.INFINITE]

    def _together(self, memory, inputs, labels, ends, ending):
        program, count = self.program, len(self.parts)
        states = [self.state.copy() for _ in self.parts]
        sums = np.zeros((count, 2))

        def blocks(thread, first, last):
            arrays = memory.each[thread], *inputs, memory.shared, program.table
            return machine_code.run_blocks, (self.code, program.rows, arrays, labels,
                                             states[thread], sums[thread], program.totals,
                                             first, last)  # fmt: skip

        _threads.run([blocks(*part) for part in self.parts])
        found = [state.tolist() for state in states]
        wrong = next((state[machine_code.WRONG] for state in found if state[machine_code.WRONG]), 0)
        infinite = any(state[machine_code.INFINITE] for state in found)
        if not wrong and not (self.careful and infinite) and program.pairs:
            state = self.state.copy()
            state[machine_code.THREADS] = count
            state[machine_code.SIZE] = len(memory.each[0])
            arrays = memory.whole, *ends[:2], memory.shared, program.table

            def finish(thread):
                instead = memory.each[thread], inputs[0], *arrays
                return machine_code.run_pairs, (ending, program.pair_rows, instead, labels, state,
                                                ends[2], thread, count)  # fmt: skip

            _threads.run([finish(thread) for thread in range(count)])
        return [sum(column) for column in sums.T.tolist()], wrong, infinite

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
        return _Memory(list(memories), memories.reshape(-1), whole[memories.size :])


def _finite(output):
    # no warning comes from this, as from a sum
    return np.logical_and.reduce(np.isfinite(output))
