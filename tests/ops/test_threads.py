"""Shares of the work: done at the same time, right whoever does them, and by nobody when idle."""

import multiprocessing
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import convviz
from convviz import ops
from convviz.ops import _startup, _threads

# numbers that are worth four threads, even if they are only copied
MANY = 2 * _threads._ENTRIES


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    """Nothing is left to the doubles, and the threads are there from the first call on."""
    monkeypatch.setattr(_startup, "_left", -1)
    before = convviz.get_num_threads()
    yield
    convviz.set_num_threads(before)


def draw(*shape, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def everything(dtype):
    """Results of operations of every kind, large enough for several threads."""
    x, w = draw(32, 8, 40, 40, dtype=dtype), draw(16, 8, 3, 3, seed=1, dtype=dtype)
    best, indices = ops.max_pool2d(x, 2, return_indices=True)
    y, statistics = ops.batch_norm(x)
    wide = ops.conv2d(x, w)
    found = [
        ops.relu(x), ops.tanh(x), best, indices, ops.max_pool2d_backward(best, indices, x.shape),
        ops.avg_pool2d(x, 3), ops.lp_pool2d(x, 2, 2), y,
        *ops.batch_norm_backward(x, x, None, statistics), ops.softmax(x, 1),
        ops.log_softmax_backward(x, y, 3), ops.mse_loss(x, y), wide,
        *ops.conv2d_backward(wide, x, w), *ops.conv2d_backward(ops.conv2d(x[:1], w), x[:1], w),
        ops.linear(x[:, 0, 0], x[0, 0]),
    ]  # fmt: skip
    return list(map(np.asarray, found))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_number_of_threads_changes_no_more_than_the_last_digits(dtype):
    convviz.set_num_threads(1)
    alone = everything(dtype)
    for count in (2, 3, 4):
        convviz.set_num_threads(count)
        for one, several in zip(alone, everything(dtype), strict=True):
            largest = np.abs(one).max()
            assert np.abs(one - several).max() <= 200 * np.finfo(dtype).eps * largest


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_same_number_of_threads_gives_the_same_bits(count):
    convviz.set_num_threads(count)
    first = [found.tobytes() for found in everything(np.float32)]
    for _ in range(5):
        assert [found.tobytes() for found in everything(np.float32)] == first


def test_the_bits_do_not_depend_on_who_does_the_shares(monkeypatch):
    convviz.set_num_threads(2)
    together = [found.tobytes() for found in everything(np.float32)]
    # as long as what the threads wait with is not compiled, there is nobody else
    monkeypatch.setattr(_threads, "_crew_of", lambda size: None)
    assert [found.tobytes() for found in everything(np.float32)] == together


def test_two_callers_at_once_get_their_own_results():
    convviz.set_num_threads(2)
    inputs = [draw(MANY, seed=seed) for seed in range(3)]
    expected = [ops.tanh(x) for x in inputs]
    wrong = []

    def many(which):
        for _ in range(200):
            if not np.array_equal(ops.tanh(inputs[which]), expected[which]):
                wrong.append(which)

    callers = [threading.Thread(target=many, args=(which,)) for which in range(3)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not wrong


def test_the_number_of_threads_may_change_between_any_two_calls():
    x = draw(MANY)
    expected = ops.relu(x)
    for count in (1, 4, 2, 3, 1, 5, 2):
        convviz.set_num_threads(count)
        assert np.array_equal(ops.relu(x), expected)


def _child(queue, x):
    queue.put(ops.tanh(x).tobytes())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_child_of_a_fork_has_workers_of_its_own():
    convviz.set_num_threads(2)
    x = draw(MANY)
    expected = ops.tanh(x).tobytes()
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    for _ in range(3):
        child = context.Process(target=_child, args=(queue, x))
        child.start()
        assert queue.get(timeout=60) == expected
        child.join(60)
        assert child.exitcode == 0
        assert ops.tanh(x).tobytes() == expected


START = """
import os, sys, threading, time
import numpy as np
import convviz
from convviz import ops
from convviz.ops import _threads
convviz.set_num_threads(2)
x = np.ones(2 * _threads._ENTRIES, np.float32)
for _ in range(100):
    ops.tanh(x)
assert _threads._crew is not None
"""


def run(program):
    answer = subprocess.run(
        [sys.executable, "-c", START + program],
        env=os.environ | {"CONVVIZ_WAIT": "1"}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "sys.exit(0)",
        "time.sleep(0.1)",
        "threading.Thread(target=lambda: [ops.tanh(x) for _ in range(300)], daemon=True).start()",
        "threading.Thread(target=lambda: [ops.tanh(x) for _ in range(300)]).start()",
        "import atexit; atexit.register(ops.tanh, x)",
    ],
)
def test_the_program_ends_while_a_worker_waits_or_works(ending):
    run(ending)


def test_an_idle_program_takes_no_time_of_the_processor():
    spent = run("""
time.sleep(0.05)
before = time.process_time()
time.sleep(1)
print(time.process_time() - before)
""")
    assert float(spent) < 0.1
