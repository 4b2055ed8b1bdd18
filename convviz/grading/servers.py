"""Processes that have imported all that marking needs, and fork for each submission.

What is imported takes longer than the marking. A fork has it at once, and is a process of its own
all the same: whatever becomes of it, the next one starts as this one did. Where there is no safe
fork (macOS, Windows), and for one submission alone, a process is started instead.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading


EARLY = "pytest ended early, with status {}"
LATE = "pytest did not end within {:.0f} seconds"


def here():
    """Are there servers on this system?"""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Servers:
    """As many servers as are busy at the same time; a context manager that ends them."""

    def __init__(self):
        self._idle, self._all = queue.SimpleQueue(), []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.end()

    def run(self, folder, seconds):
        """Mark what is described in a folder, in a fork; a text says how it ended."""
        try:
            server = self._idle.get_nowait()
        except queue.Empty:
            server = _Server()
            self._all.append(server)
        ended = server.run(folder, seconds)
        if server.process.poll() is None:
            self._idle.put(server)
        return ended

    def end(self):
        """End all, and the markings under way."""
        for server in self._all:
            server.end()


class _Server:
    def __init__(self):
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            session_command("--serve"),
            env=session_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )

    def run(self, folder, seconds):
        try:
            print(folder, file=self.process.stdin, flush=True)
            pid = int(self.process.stdout.readline())
            late = threading.Event()
            timer = threading.Timer(seconds, _kill, (pid, late))
            timer.start()
            status = int(self.process.stdout.readline())
            timer.cancel()
        except (OSError, ValueError):  # no more lines: the server is gone
            self.end()
            return f"the process that forks ended{self._said()}"
        if late.is_set():
            return LATE.format(seconds)
        return EARLY.format(status)

    def end(self):
        self.process.kill()
        self.process.wait()

    def _said(self):
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""


def session_command(what):
    """The command that marks what is described in a folder, or serves."""
    return [sys.executable, "-P", "-m", "convviz.grading.session", str(what)]


def session_environment():
    """Pytest's own settings are not for marking."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return env | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def _kill(pid, late):
    late.set()
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
