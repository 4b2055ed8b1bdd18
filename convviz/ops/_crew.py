"""Threads that wait awake for a short while, and do shares of the work without Python.

A Python thread that sleeps takes a few tenths of a millisecond to be woken, and must have Python's
lock. These wait for the next share in a compiled loop for about a millisecond before they sleep
(see `_kernels.doors`), and shares are calls of compiled loops, written down (`_kernels.records`).
Whatever no worker has begun when the caller is through with its own share, the caller does itself:
a worker that sleeps, or has been put aside by the system, costs nothing but its help.
"""

import contextlib
import ctypes
import os
import threading
import time

import numpy as np

from convviz.ops._kernels import doors as _doors
from convviz.ops._kernels.records import Records

# seconds that are waited awake: for the next share, and for a worker's end of one
_AWAKE, _PATIENT = 1e-3, 2e-3
# seconds between looks at a worker that takes longer
_NAP = 1e-4
# slots of a record
_SLOTS = 256
# which processor this is, where threads can be told to leave it: on Linux
_here = hasattr(os, "sched_setaffinity") and getattr(ctypes.CDLL(None), "sched_getcpu", None)


class Crew:
    """The caller and ``size - 1`` workers."""

    def __init__(self, size, processors):
        self.size, self._turn, self._closed = size, threading.Lock(), False
        self.doors = _lines(size * _doors.DOOR)
        self._records = Records(size, _SLOTS)
        # who waits awake while there is none to wait for, only keeps others from working
        spare = size <= processors
        turn = _time_of_a_turn() if spare else 1
        self._awake, self._patient = int(_AWAKE / turn) * spare, int(_PATIENT / turn) * spare
        # processors to run on, as soon as a worker is awake on one of its own
        self._anywhere = None
        self._beds = [threading.Lock() for _ in range(size)]
        for bed in self._beds:
            bed.acquire()
        self._threads = [
            threading.Thread(target=self._serve, args=(k,), name=f"convviz-{k}", daemon=True)
            for k in range(1, size)
        ]
        for thread in self._threads:
            thread.start()

    def _serve(self, worker):
        while True:
            _doors.serve(self.doors, worker, self._awake)
            if self._closed:
                return
            self._beds[worker].acquire()
            if self._anywhere:
                _let_run(0, self._anywhere)

    def run(self, calls):
        """Return ``[loop(*args) for loop, args in calls]``, each from another thread if possible.

        None, with nothing done, if another thread of the program is at it.
        """
        if not self._turn.acquire(blocking=False):
            return None
        try:
            return None if self._closed else self._run(calls)
        finally:
            self._turn.release()

    def _run(self, calls):
        records, count = self._records, len(calls)
        codes = [records.write(number, *call) for number, call in enumerate(calls)]
        memory = self.doors, records.address, records.size * 8, count
        done = False
        try:
            if _doors.post(*memory):
                for worker in range(1, count):
                    if self.doors[worker * _doors.DOOR + _doors.BEFORE] == _doors.ASLEEP:
                        self._wake(worker)
            done = _doors.finish(*memory, self._patient)
        finally:
            if not done:
                self._settle(count)
        return [
            # what has gone wrong goes wrong again, where it can be told
            loop(*args) if records.failed(number) else records.result(number, code)
            for number, (code, (loop, args)) in enumerate(zip(codes, calls, strict=True))
        ]

    def _wake(self, worker):
        """Let a worker go on: not on this processor, where Linux may put it and leave it."""
        if _here:
            self._anywhere = os.sched_getaffinity(0)
            elsewhere = self._anywhere - {_here()}
            if elsewhere:
                _let_run(self._threads[worker - 1].native_id, elsewhere)
        self._beds[worker].release()

    def _settle(self, count):
        """Wait until no worker is at what belongs to the caller, whatever else happens."""
        stopped = None
        while not _doors.settled(self.doors, count, 0):
            try:
                time.sleep(_NAP)
            except BaseException as error:
                stopped = error
        if stopped:
            raise stopped

    def close(self):
        """End the threads."""
        with self._turn:
            self._closed = True
            for worker in range(1, self.size):
                self.doors[worker * _doors.DOOR] = _doors.CLOSED
                # one that is on its way out of bed finds it open, and leaves
                with contextlib.suppress(RuntimeError):
                    self._beds[worker].release()
        for thread in self._threads:
            thread.join()


def _let_run(thread, processors):
    # a system may forbid it, and a processor be gone
    with contextlib.suppress(OSError):
        os.sched_setaffinity(thread, processors)


def _time_of_a_turn():
    """Seconds that a turn of the loops that wait takes: from 1 to 100 ns, by the processor."""
    turns, times = 1000, []
    _doors.linger(turns)
    for _ in range(5):
        start = time.perf_counter()
        _doors.linger(turns)
        times.append(time.perf_counter() - start)
    return min(times) / turns


def _lines(size):
    """So many zeros, from the beginning of a cache line."""
    found = np.zeros(size + _doors.DOOR, np.int64)
    return found[-(found.ctypes.data // found.itemsize) % _doors.DOOR :][:size]
