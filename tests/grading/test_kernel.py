"""A kernel that cannot be had is an error at once, and leaves nothing behind."""

import psutil
import pytest

from convviz.grading.kernel import GradingKernel
from convviz.grading.sandbox import NONE, Box, start


def test_a_kernel_that_ends_before_it_listens_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(start, "_KERNEL", "raise SystemExit(3)")
    before = set(psutil.Process().children())
    with pytest.raises(RuntimeError, match="the kernel does not listen"):
        GradingKernel(Box(NONE, tmp_path))
    assert not set(psutil.Process().children()) - before


def test_a_kernel_that_listens_and_says_nothing_is_told(tmp_path, monkeypatch):
    silent = f"for number in range(1, 6): open({str(tmp_path)!r} + f'/sockets/k-{{number}}', 'w')"
    monkeypatch.setattr(start, "_KERNEL", f"{silent}\nimport time\ntime.sleep(60)")
    monkeypatch.setattr("convviz.grading.kernel._START_SECONDS", 0.4)
    with pytest.raises(RuntimeError, match="the kernel does not answer"):
        GradingKernel(Box(NONE, tmp_path))
