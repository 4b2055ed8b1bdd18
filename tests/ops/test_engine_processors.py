"""Convolution by tiles on processors other than this one: shorter vectors, no multiply-add."""

import os
import platform
import subprocess
import sys

import pytest

AVX2 = "+sse2,+sse3,+ssse3,+sse4.1,+sse4.2,+avx,+avx2,+fma,+bmi,+bmi2,+popcnt,+cx16,+f16c,+lzcnt"
CHECK = """
import numpy as np
from convviz import ops
from convviz.ops import _engine
from convviz.ops._kernels import filters, target
print(target.BYTES, target.FMA)
random = np.random.default_rng(0).standard_normal
for batch, depth, maps in ((1, 3, 7), (5, 3, 7), (18, 3, 7), (2, 20, 24)):
    x, w = random((batch, depth, 11, 13)), random((maps, depth, 3, 3))
    x32, w32 = x.astype(np.float32), w.astype(np.float32)
    for step in (1, 2):
        options = {"padding": 1, "stride": step}
        y, y32 = ops.conv2d(x, w, **options), ops.conv2d(x32, w32, **options)
        spacing, around = ((step, step), (1, 1), 1), ((1, 1), (1, 1))
        used = _engine._forward_job(x32.shape, w32.shape, spacing, around, 4)
        assert bool(used.instead) == (depth == 20 and step == 1)
        assert used.module is filters or depth < 20
        back = ops.conv2d_backward(y, x, w, **options)
        back32 = ops.conv2d_backward(y32, x32, w32, **options)
        for exact, found in zip((y, *back), (y32, *back32)):
            assert np.abs(exact - found).max() <= 3e-5 * np.abs(exact).max()
    best, places = ops.max_pool2d(x32, 2, return_indices=True)
    windows = x32[:, :, :10, :12].reshape(batch, depth, 5, 2, 6, 2)
    assert np.array_equal(best, windows.max(axis=(3, 5)))
    flat, places = x32.reshape(batch, depth, -1), places.reshape(batch, depth, -1)
    assert np.array_equal(np.take_along_axis(flat, places, 2), best.reshape(batch, depth, -1))
"""


PROCESSORS = {"generic": ("", "16 False"), "x86-64-v3": (AVX2, "32 True")}


def start(name, features):
    return subprocess.Popen(
        [sys.executable, "-c", CHECK],
        env=os.environ | {"NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": features},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def answers():
    """What the check says of each processor; most of its time is the compiler's, so both run at once."""
    processes = {name: start(name, features) for name, (features, _) in PROCESSORS.items()}
    return {name: (*process.communicate(), process.returncode) for name, process in processes.items()}


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="names of x86 features")
@pytest.mark.parametrize("name", PROCESSORS)
def test_other_processors_compute_the_same(name, answers):
    said, error, status = answers[name]
    assert status == 0, error
    assert said.strip() == PROCESSORS[name][1]
