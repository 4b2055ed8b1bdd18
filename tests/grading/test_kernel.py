"""A kernel that cannot be had is an error at once, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from queue import Empty
from types import SimpleNamespace

import psutil
import pytest

from convviz.grading.kernel import _POLL_SECONDS, GradingKernel, Stopped
from convviz.grading.sandbox import BUBBLEWRAP, NONE, Box, levels, start


@pytest.fixture
def need():
    """``need(level)`` skips where there is no such sandbox."""

    def need(level):
        if not sys.platform.startswith("linux"):
            pytest.skip("needs Linux")
        if level != NONE and levels.problem(level):
            pytest.skip(levels.problem(level))

    return need


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


class Clock:
    """Only what waits for messages makes its time go by."""

    now = 0.0

    def monotonic(self):
        return self.now


def test_a_kernel_that_has_exited_is_seen_to_be_gone_within_a_second_of_polls(monkeypatch):
    clock, exits = Clock(), 0.3
    monkeypatch.setattr("convviz.grading.kernel.time", clock)
    monkeypatch.setattr("convviz.grading.kernel.watch.look", lambda pid, box: (0.0, ""))
    kernel = object.__new__(GradingKernel)  # one without a process, a connection or a box
    process = SimpleNamespace(poll=lambda: None if clock.now < exits else 0)
    kernel.km = SimpleNamespace(provisioner=SimpleNamespace(process=process, pid=0))
    kernel._pending, kernel._look_at, kernel._box, kernel._broken = (), 0.0, None, None

    def nothing_comes(channel, seconds=_POLL_SECONDS):
        clock.now += seconds
        raise Empty

    kernel._next = nothing_comes
    for wait in (lambda: kernel.await_reply("a reply"), lambda: kernel.get_message("iopub")):
        clock.now = kernel._look_at = 0.0
        kernel.begin(10)
        with pytest.raises(Stopped, match="kernel exited"):
            wait()
        assert exits < clock.now < exits + 1


@pytest.mark.parametrize("level", [BUBBLEWRAP, NONE])
def test_a_box_whose_starter_is_gone_runs_nothing(level, tmp_path, need):
    need(level)
    box = Box(level, tmp_path)
    box.prepare()
    command = box.command([sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"])
    said = []
    for others in (1, 0):  # who hold the other end of its input
        reading, writing = os.pipe()
        if not others:
            os.close(writing)
        done = subprocess.run(
            command, env=box.environment(), cwd=box.folder / "home", stdin=reading,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said.append((done.returncode, done.stdout, done.stderr))
        os.close(reading)
        if others:
            os.close(writing)
    assert said == [(0, "''\n", ""), (1, "", "who started this is gone already\n")]


@pytest.mark.parametrize("level", [BUBBLEWRAP, NONE])
def test_a_box_ends_with_who_started_it_even_in_the_first_moment(level, tmp_path, need):
    """Bubblewrap and Linux are told of their parent a moment after their own start."""
    need(level)
    program = f"""
import os, pathlib, signal
from convviz.grading.sandbox import Box, start
start.start(Box({level!r}, pathlib.Path({str(tmp_path)!r})))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -signal.SIGKILL
    end = time.monotonic() + 20
    while running := [one for one in psutil.process_iter(["cmdline"]) if within(one, tmp_path)]:
        assert time.monotonic() < end, running
        time.sleep(0.02)


def within(process, folder):
    return any(str(folder) in word for word in process.info["cmdline"] or ())
