"""A crew makes calls of compiled loops at the same time, whoever of it is awake."""

import _thread
import os
import subprocess
import sys
import threading
import time
from typing import NamedTuple

import numba
import numpy as np
import pytest

from convviz.ops._crew import Crew
from convviz.ops._kernels import doors
from convviz.ops._kernels.records import Records


class Pair(NamedTuple):
    pair: np.ndarray
    numbers: tuple


@pytest.fixture
def crew():
    made = Crew(2, processors=2)
    yield made
    made.close()


@numba.njit(nogil=True)
def meet(mine, other, turns):
    """Say that this share has begun, and return 1 if the other one does while it is waited for."""
    doors._poke(mine, 0, 1)
    for _ in range(turns):
        if doors._peek(other, 0) == 1:
            return 1.0
        doors._pause()
    return 0.0


@numba.njit(nogil=True)
def fail_below(x, least):
    if x[0] < least:
        raise ValueError("too small")


@numba.njit(nogil=True)
def late(turns, done):
    for _ in range(turns):
        doors._pause()
    done[0] = 1


@numba.njit(nogil=True)
def describe(x, tables, factor, flag, number, out):
    """All kinds of arguments: what is read of them."""
    pair, (small, large) = tables
    out[0], out[1], out[2], out[3] = x[1, 1], pair[-1], small, large
    out[4], out[5], out[6] = factor, flag, number
    return x[0, 0]


def test_shares_are_worked_on_at_the_same_time(crew):
    turns = 100_000_000
    for _ in range(20):
        flags = np.zeros((2, 1), np.int64)
        calls = [(meet, (flags[0], flags[1], turns)), (meet, (flags[1], flags[0], turns))]
        assert crew.run(calls) == [1.0, 1.0]
    # also after the worker has gone to sleep; it may be too late to help, but not always
    found = []
    for _ in range(20):
        time.sleep(0.01)
        flags = np.zeros((2, 1), np.int64)
        found += crew.run([(meet, (flags[0], flags[1], turns)), (late, (1, flags[1]))])[:1]
    assert 1.0 in found


def test_the_caller_does_what_no_worker_takes():
    records, nobody = Records(3, 64), np.zeros(3 * doors.DOOR, np.int64)
    done = np.zeros((3, 1), np.int64)
    codes = [records.write(k, late, (10, done[k])) for k in range(3)]
    assert len(set(codes)) == 1
    memory = nobody, records.address, records.size * 8, 3
    assert doors.post(*memory) == 0
    assert doors.finish(*memory, 10)
    assert done.tolist() == [[1], [1], [1]]


def test_a_worker_that_sleeps_is_to_be_woken():
    records, nobody = Records(2, 64), np.zeros(2 * doors.DOOR, np.int64)
    nobody[doors.DOOR] = doors.ASLEEP
    assert doors.post(nobody, records.address, records.size * 8, 2) == 1
    assert nobody[doors.DOOR + doors.BEFORE] == doors.ASLEEP


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_kind_of_argument_arrives(crew, dtype):
    x = np.arange(24, dtype=dtype).reshape(4, 6)
    pair = np.array([5, 6]), (7, 8.5)
    outs = np.zeros((2, 7))
    calls = [
        (describe, (x, pair, dtype(0.5), True, 9, outs[0])),
        (describe, (x[1:, 2::2], pair, dtype(0.25), False, -9, outs[1])),
    ]
    for _ in range(3):
        outs[...] = 0
        assert crew.run(calls) == [0.0, 8.0]
        assert outs.tolist() == [[7, 6, 7, 8.5, 0.5, 1, 9], [16, 6, 7, 8.5, 0.25, 0, -9]]


def test_tables_are_written_down_once_and_never_mixed_up(crew):
    outs = np.zeros((2, 7))
    for number in range(600):
        tables = [Pair(np.array([k]), (k, k / 2)) for k in (number, -number)]
        crew.run([
            (describe, (np.ones((2, 2)), table, 1.0, True, 0, out))
            for table, out in zip(tables, outs, strict=True)
        ])  # fmt: skip
        assert outs[:, 1:4].tolist() == [[k, k, k / 2] for k in (number, -number)]


def test_too_many_arguments_are_refused():
    arrays = tuple(np.zeros((1, 1)) for _ in range(6))
    with pytest.raises(ValueError, match="a record of 32 slots is too short for 1 arguments"):
        Records(1, 32).write(0, numba.njit(lambda arrays: None), (arrays,))


@pytest.mark.parametrize("wrong", [0, 1])
def test_an_error_in_a_share_reaches_the_caller(crew, wrong):
    arrays = np.ones((2, 1))
    arrays[wrong] = -1
    calls = [(fail_below, (array, 0.0)) for array in arrays]
    with pytest.raises(ValueError, match="too small"):
        crew.run(calls)
    arrays[wrong] = 1
    assert len(crew.run(calls)) == 2


def test_an_interruption_waits_for_the_workers(crew):
    done = np.zeros((2, 1), np.int64)
    calls = [(late, (1, done[0])), (late, (50_000_000, done[1]))]
    crew.run([(late, (1, done[0])), (late, (1, done[1]))])
    done[...] = 0
    threading.Timer(0.05, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        crew.run(calls)
        # the caller has done both by itself: the interruption is still to come
        time.sleep(1)
    assert done.tolist() == [[1], [1]]


def test_nobody_waits_awake_where_threads_outnumber_processors():
    crew = Crew(3, processors=2)
    try:
        assert crew._awake == 0
        done = np.zeros((3, 1), np.int64)
        for _ in range(20):
            done[...] = 0
            crew.run([(late, (1000, flag)) for flag in done])
            assert done.all()
    finally:
        crew.close()


def test_what_calls_loops_for_threads_is_kept_and_serves_all_with_such_arguments(tmp_path):
    program = """
import sys
import numpy as np
from convviz.ops._kernels import elementwise, records
made = records._compiled
def compiled(*args):
    print("compiled", end=" ")
    return made(*args)
records._compiled = compiled
x, y, z = np.array([-1.0, 2.0]), np.zeros(2), np.ones(2)
table = records.Records(1, 64)
first = table.write(0, elementwise.relu, (x, y))
assert table.write(0, elementwise.relu, (z, y)) is first
other = table.write(0, elementwise.sigmoid, (x, y))
print(first.caller == other.caller, first.loop == other.loop)
"""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    answers = [
        subprocess.run(
            [sys.executable, "-c", program], env=environment, text=True, capture_output=True,
            check=True,
        ).stdout.split()
        for _ in range(2)
    ]  # fmt: skip
    assert answers == [["compiled", "True", "False"], ["True", "False"]]
