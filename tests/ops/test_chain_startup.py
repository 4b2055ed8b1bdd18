"""The first runs of a chain in a process: by NumPy, with the same results, while it is compiled."""

import os
import subprocess
import sys

import numpy as np
import pytest

from convviz import ops
from convviz.ops import _startup, links

KINDS = [
    [links.Conv2d(4, 3, stride=2, padding=1), links.ReLU(), links.MaxPool2d(3, 2, padding=1),
     links.Conv2d(6, 2, groups=2, dilation=2, bias=False), links.Tanh(), links.Flatten(),
     links.Linear(7), links.Sigmoid(), links.Linear(3, bias=False)],
    [links.Conv2d(3, (3, 2), padding=((1, 0), (2, 1))), links.AvgPool2d(2, padding=1),
     links.LeakyReLU(0.2), links.AvgPool2d(3, 2, ceil_mode=True, count_include_pad=False),
     links.Flatten(), links.Linear(3), links.LeakyReLU(0.0)],
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_compiled_meanwhile(monkeypatch):
    monkeypatch.setattr(_startup, "later", lambda *_: None)


def everything(chain, dtype, monkeypatch, left):
    """All that a chain can be asked for, with so many multiply-adds left to NumPy."""
    monkeypatch.setattr(_startup, "_left", left)
    normal = np.random.default_rng(0).normal

    def made(*shape):
        return normal(size=shape).astype(dtype)

    x, dy, flat = made(5, *chain.shapes[0]), made(5, *chain.shapes[-1]), made(chain.size)
    labels = np.array([0, 2, 1, 1, 0])
    loss, gradients, dx = chain.loss_and_gradients(x, labels, flat, input_gradient=True)
    sent, slopes = chain.backward(dy, x, flat)
    found = [chain.forward(x, flat), loss, dx, *gradients, sent, *slopes]
    usual, ahead = {"momentum": 0.9, "weight_decay": 0.1}, {"momentum": 0.5, "nesterov": True}
    for options in ({}, usual, ahead):
        changed, velocities = flat.copy(), flat[::-1].copy()
        found.append(chain.train_step(x, labels, changed, velocities, rate=0.1, **options))
        found += [changed, velocities]
    assert (_startup._left == left) == (left < 0)
    return found


@pytest.mark.parametrize("kinds", KINDS, ids=["largest", "mean"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_first_runs_find_what_the_compiled_ones_find(kinds, dtype, monkeypatch):
    chain, limit = ops.Chain(kinds, (2, 11, 10)), 2e-5 if dtype == np.float32 else 1e-12
    first, later = (everything(chain, dtype, monkeypatch, left) for left in (1 << 40, -1))
    assert len(first) == len(later)
    for ours, theirs in zip(first, later, strict=True):
        assert np.asarray(ours).dtype == np.asarray(theirs).dtype
        np.testing.assert_allclose(ours, theirs, rtol=limit, atol=limit)


def test_a_label_that_is_no_class_is_told_of_and_changes_nothing(monkeypatch):
    monkeypatch.setattr(_startup, "_left", 1 << 40)
    chain = ops.Chain([links.Linear(3)], (4,))
    x, parameters, velocities = np.ones((2, 4)), np.ones(chain.size), np.ones(chain.size)
    before = parameters.copy(), velocities.copy()
    with pytest.raises(ValueError, match="classes from 0 to 2, as there are 3 scores, got -1"):
        chain.train_step(x, np.array([1, -1]), parameters, velocities, rate=0.1)
    np.testing.assert_array_equal((parameters, velocities), before)


PROGRAM = """
import sys
import numpy as np
from convviz import ops
from convviz.ops import _startup, links
_startup._PATIENCE = PAUSE
chain = ops.Chain([links.Conv2d(2, 3), links.ReLU(), links.Flatten(), links.Linear(3)], (1, 6, 6))
x, labels = np.ones((4, 1, 6, 6)), np.array([0, 1, 2, 0])
parameters, velocities = np.full(chain.size, 0.01), np.zeros(chain.size)
losses = [chain.train_step(x, labels, parameters, velocities, rate=0.1) for _ in range(3)]
assert losses[0] > losses[1] > losses[2]
"""


def run(program, **environment):
    clean = {key: value for key, value in os.environ.items() if key != "CONVVIZ_WAIT"}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=clean | environment, capture_output=True, text=True
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout.strip()


def test_numba_is_not_there_when_the_first_steps_are_done():
    assert run(PROGRAM.replace("PAUSE", "3600") + "print('numba' in sys.modules)") == "False"


def test_the_program_is_compiled_meanwhile():
    program = PROGRAM.replace("PAUSE", "0") + """
while (thread := _startup._thread) is not None:
    thread.join(0.01)
print(sorted(key[0] for key in chain._machines))
"""
    assert run(program) == "['loss']"
