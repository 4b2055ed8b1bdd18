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
from convviz.ops._kernels import target
print(target.BYTES, target.FMA)
random = np.random.default_rng(0).standard_normal
for batch in (1, 5, 18):
    x, w = random((batch, 3, 11, 13)), random((7, 3, 3, 3))
    x32, w32 = x.astype(np.float32), w.astype(np.float32)
    y, y32 = ops.conv2d(x, w, padding=1), ops.conv2d(x32, w32, padding=1)
    back = ops.conv2d_backward(y, x, w, padding=1)
    back32 = ops.conv2d_backward(y32, x32, w32, padding=1)
    for exact, found in zip((y, *back), (y32, *back32)):
        assert np.abs(exact - found).max() <= 3e-5 * np.abs(exact).max()
    best, places = ops.max_pool2d(x32, 2, return_indices=True)
    windows = x32[:, :, :10, :12].reshape(batch, 3, 5, 2, 6, 2)
    assert np.array_equal(best, windows.max(axis=(3, 5)))
    flat, places = x32.reshape(batch, 3, -1), places.reshape(batch, 3, -1)
    assert np.array_equal(np.take_along_axis(flat, places, 2), best.reshape(batch, 3, -1))
"""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="names of x86 features")
@pytest.mark.parametrize(
    ("name", "features", "vectors"),
    [("generic", "", "16 False"), ("x86-64-v3", AVX2, "32 True")],
)
def test_other_processors_compute_the_same(name, features, vectors):
    environment = os.environ | {"NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": features}
    answer = subprocess.run(
        [sys.executable, "-c", CHECK], env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == vectors
