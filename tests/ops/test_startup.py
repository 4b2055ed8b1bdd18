"""The first seconds of a process: answers come at once, and are the ones that come later."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import convviz
from convviz import ops
from convviz.ops import _startup

SMALL = """
import sys, time
import numpy as np
from convviz import ops
from convviz.ops import _startup
whole = np.random.default_rng(0).normal
x, w = whole(size=(2, 4, 6, 6)), whole(size=(4, 2, 3, 3))
def everything(x, w):
    y = ops.conv2d(x, w, groups=2, padding=1)
    best, indices = ops.max_pool2d(y, 3, return_indices=True)
    pairs, places = ops.max_pool2d(y, 2, return_indices=True)
    found = [y, best, indices, pairs, places, *ops.conv2d_backward(y, x, w, groups=2, padding=1)]
    found += [ops.max_pool2d_backward(best, indices, y.shape), ops.avg_pool2d(y, 2)]
    found += [ops.avg_pool2d_backward(pairs, y.shape, 2), ops.max_unpool2d(pairs, places, 2)]
    found += [ops.max_unpool2d_backward(y, places)]
    generator = np.random.default_rng(0)
    found += ops.stochastic_pool2d(abs(y), 2, generator=generator)
    found += [ops.stochastic_pool2d_expected(abs(y), 2)]
    found += [ops.stochastic_pool2d_expected_backward(pairs, abs(y), 2)]
    found += ops.conv_transpose2d_backward(ops.conv_transpose2d(x, w), x, w)
    large = np.concatenate([y.ravel()] * 60)
    found += [ops.relu_backward(large, large[::-1]), ops.leaky_relu(large, 0.1)]
    return found
# what is compiled sooner
def something(x, w):
    y = ops.conv2d(x, w, groups=2, padding=1)
    return [y, *ops.max_pool2d(y, 2, return_indices=True)]
"""
# until the thread has nothing left to do
WAIT = """
def wait():
    while (thread := _startup._thread) is not None:
        thread.join(0.01)
"""


def run(program, **environment):
    """What a fresh process prints, in which nobody waits for a compiler unless asked to."""
    clean = {key: value for key, value in os.environ.items() if key != "CONVVIZ_WAIT"}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=clean | environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    assert not answer.stderr
    return answer.stdout


def test_numba_is_not_there_when_the_first_results_are():
    program = SMALL + "everything(x, w); everything(*map(np.float32, (x, w)))\n"
    # the thread does not begin before the program ends, which it does not hold up
    program = "from convviz.ops import _startup; _startup._PATIENCE = 3600\n" + program
    assert run(program + 'print("numba" in sys.modules)').strip() == "False"


def test_nobody_can_tell_when_the_compiled_loops_take_over():
    program = SMALL + WAIT + """
from convviz.ops._kernels import conv, pool
loops = [*map(_startup.loops, ("conv", "pool"))]
for count, kind in enumerate((np.float32, np.float64), 1):
    before = everything(kind(x), kind(w))
    wait()
    assert len(conv.backward_input.signatures) == len(pool.max_of_pairs.signatures) == count
    after = everything(kind(x), kind(w))
    for a, b in zip(before, after, strict=True):
        assert (a.dtype, a.shape, a.strides) == (b.dtype, b.shape, b.strides)
        assert a.tobytes() == b.tobytes()
# nothing stands in between any more
assert (loops[0].forward, loops[1].max_forward) == (conv.forward, pool.max_forward)
print("same")
"""
    assert run(program).strip() == "same"


def test_a_program_gives_the_same_bits_whether_the_compiler_is_fast_or_slow():
    program = """
import hashlib, time
import numpy as np
import convviz
from convviz import ops
from convviz.ops import _startup
convviz.set_num_threads(1)
random = np.random.default_rng(0).standard_normal
x, w = random((16, 8, 24, 24), np.float32), 0.1 * random((8, 8, 3, 3), np.float32)
found = hashlib.sha256()
for step in range(24):
    y = ops.conv2d(x, w, padding=1)
    z, statistics = ops.batch_norm(y)
    z = ops.lp_pool2d(ops.batch_norm_backward(z, y, None, statistics)[0], 3, 1)
    y = ops.tanh(ops.softmax(z, 1))
    w += 0.01 * ops.conv2d_backward(y, x, w, padding=1)[1]
    found.update(w.tobytes())
    time.sleep(SECONDS)
print(found.hexdigest(), _startup._left < 10_000_000)
"""
    with ThreadPoolExecutor(2) as both:
        quick, slow = both.map(lambda each: run(program.replace("SECONDS", each)), ("0", "0.1"))
    assert quick == slow
    # and both have come to the engine
    assert quick.split()[1] == "True"


def test_two_threads_may_call_while_the_engine_is_being_compiled(tmp_path):
    program = SMALL + """
import threading
answers = []
def call():
    for _ in range(10):
        answers.append([array.tobytes() for array in something(x, w)])
        big = ops.conv2d(np.ones((16, 4, 20, 20)), np.ones((4, 4, 3, 3)))
        assert (big == 36).all()
callers = [threading.Thread(target=call) for _ in range(2)]
for caller in callers: caller.start()
call()
for caller in callers: caller.join()
assert len(answers) == 30
assert all(answer == answers[0] for answer in answers)
print("same")
"""
    assert run(program, NUMBA_CACHE_DIR=str(tmp_path)).strip() == "same"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_while_the_engine_is_being_compiled_can_compute_and_compile(tmp_path):
    program = SMALL + WAIT + """
import os, warnings, convviz
warnings.simplefilter("ignore")
ops.conv2d(x, w, groups=2)
children = []
for pause in (0.06, 0.3, 0.3):
    time.sleep(pause)
    child = os.fork()
    if not child:
        something(x, w)
        wait()
        convviz.wait_until_compiled()
        big = ops.conv2d(np.ones((16, 4, 20, 20)), np.ones((4, 4, 3, 3)))
        os._exit(0 if (big == 36).all() else 1)
    children.append(child)
    ops.max_pool2d(x, 2)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
print("computed")
"""
    assert run(program, NUMBA_CACHE_DIR=str(tmp_path)).strip() == "computed"


def test_a_program_that_ends_does_not_wait_for_the_compiler(tmp_path):
    program = f"""
import pathlib, time
import numpy as np
from convviz import ops
from convviz.ops import _startup
_startup._PATIENCE = 0
ops.conv2d(np.ones((1, 4, 20, 20)), np.ones((4, 4, 3, 3)))
while not [*pathlib.Path({str(tmp_path)!r}).rglob("*.nbc")]:
    time.sleep(0.01)
"""
    assert run(program, NUMBA_CACHE_DIR=str(tmp_path)) == ""
    kept = {path.name.partition("-")[0] for path in tmp_path.rglob("*.nbc")}
    # what has been begun is kept only where it was done by then: the whole kernel is not
    assert kept
    assert "positions.convolve" not in kept


def test_infinities_are_no_reason_to_warn_before_the_loops_are_compiled_either():
    program = """
import sys, warnings
import numpy as np
from convviz.ops import _startup
_startup._PATIENCE = 3600
from convviz import ops
warnings.simplefilter("error")
x, w = np.ones((2, 3, 6, 6)), np.ones((2, 3, 3, 3))
x[0, 0, 1, 1], x[0, 0, 1, 2] = np.inf, -np.inf
y = ops.conv2d(x, w)
ops.conv2d_backward(y, x, w)
ops.avg_pool2d(x, 2)
ops.batch_norm(x)
print(np.isnan(y).any(), "numba" in sys.modules)
"""
    assert run(program).strip() == "True False"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_while_another_thread_compiles_a_chain_can_compile_it_too(tmp_path):
    program = """
import os, threading, time, warnings
import numpy as np
import convviz
from convviz import ops
from convviz.ops import links
warnings.simplefilter("ignore")
convviz.wait_until_compiled()
chain = ops.Chain([links.Linear(4)], (5,))
call = lambda: chain.forward(np.ones((40, 5)), np.ones(chain.size)).sum()
thread = threading.Thread(target=call)
thread.start()
for _ in range(3):
    time.sleep(0.5)
    child = os.fork()
    if not child:
        os._exit(0 if call() == 40 * 4 * 6 else 1)
    deadline = time.monotonic() + 200
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, 9)
            print("the child waits for a thread that it has not")
            break
        time.sleep(0.05)
    assert ended[1] == 0
thread.join()
print("computed")
"""
    assert run(program, NUMBA_CACHE_DIR=str(tmp_path)).strip() == "computed"


def test_an_error_of_the_compiler_is_told_where_the_loop_is_needed():
    program = WAIT + """
import sys
import numpy as np
from convviz import ops
from convviz.ops import _startup
x = np.ones((1, 1, 4, 4))
ops.avg_pool2d(x, 2)
sys.modules["numba"] = None
wait()
try:
    ops.avg_pool2d(x, 2)
except ImportError as error:
    print("told")
"""
    assert run(program).strip() == "told"


def test_only_the_main_thread_and_only_so_much_work_is_early(monkeypatch):
    monkeypatch.setattr(_startup, "_left", 100_000)
    assert _startup.early(60_000)
    assert not _startup.early(60_000)
    assert _startup.early(1)
    assert _startup._left == 40_000 - _startup._LEAST
    answers = []
    thread = threading.Thread(target=lambda: answers.append(_startup.early(1)))
    thread.start()
    thread.join()
    assert answers == [False]


def test_after_wait_until_compiled_the_engine_answers_from_the_first_call(monkeypatch):
    monkeypatch.setattr(_startup, "_left", _startup._EARLY)
    x, w = (np.random.default_rng(k).normal(size=(4, 4, 9, 9)) for k in range(2))
    plain = ops.conv2d(x, w, padding=4)
    assert _startup._left < _startup._EARLY
    convviz.wait_until_compiled()
    assert _startup._left < 0
    np.testing.assert_allclose(ops.conv2d(x, w, padding=4), plain, rtol=1e-9)
    assert convviz.wait_until_compiled is _startup.wait_until_compiled


def test_norms_of_a_handful_of_entries_are_never_compiled():
    program = """
import sys
import numpy as np
import convviz
from convviz import ops
convviz.wait_until_compiled()
def both(x):
    return ops.lp_pool2d_backward(ops.lp_pool2d(x, 3, 2), x, 3, 2)
x = np.arange(64.0).reshape(1, 1, 8, 8)
few = both(x)
print("numba" in sys.modules)
np.testing.assert_allclose(both(np.concatenate([x, -x]))[:1], few, rtol=1e-9)
print("numba" in sys.modules)
"""
    assert run(program).split() == ["False", "True"]
