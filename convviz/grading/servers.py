"""A process that has imported all that marking needs, and forks for each submission.

What is imported takes longer than the marking. A fork has it at once, and is a process of its own
all the same: whatever becomes of it, the next one starts as this one did. Where there is no safe
fork (macOS, Windows), and for one submission alone, a process is started instead.
"""

import collections
import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading


EARLY = "pytest ended early, {}"
LATE = "pytest did not end within {:.0f} seconds"
_LEAVING_SECONDS = 1.0


class Gone(Exception):
    """The process that forks ended, and with it all that it had forked; the text says why."""


def how(status):
    """How a process ended that ended by itself, or did not.

    Examples
    --------
    >>> how(1), how(-9)
    ('with status 1', 'killed by signal 9 (SIGKILL)')
    """
    if status >= 0:
        return f"with status {status}"
    with contextlib.suppress(ValueError):  # signals for real-time programs have no name
        return f"killed by signal {-status} ({signal.Signals(-status).name})"
    return f"killed by signal {-status}"


def last_words(log, lines=1):
    """What a log says of the end: its last exception's own words, or so many of its last lines.

    Examples
    --------
    >>> last_words("Traceback (most recent call last):\\n  File …\\nOSError: full\\nbye")
    'OSError: full'
    >>> last_words("one\\ntwo\\nthree", lines=2)
    'two / three'
    """
    *_, before = log.rpartition("Traceback (most recent call last):\n")
    if before != log:
        for line in before.splitlines():
            if line.strip() and not line[0].isspace():  # else of a place in the source
                return line
    return " / ".join(log.strip().splitlines()[-lines:])


def here():
    """Are there servers on this system?"""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Servers:
    """Marks in forks of one server, and of the next when that one ends; a context manager."""

    def __init__(self):
        self.server, self._choosing, self._over = None, threading.Lock(), False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.end()

    def run(self, folder, seconds):
        """Mark what is described in a folder, in a fork; a text says how it ended.

        Raises
        ------
        Gone
            When the server ends meanwhile. The next call is another's, unless `end` was called.
        """
        with self._choosing:
            if self._over:
                raise Gone("the process that forks was ended")
            if self.server is None or self.server.process.poll() is not None:
                self.server = _Server()
            server = self.server
        return server.run(str(folder), seconds)

    def end(self):
        """End the server, and the markings under way; there will be no other."""
        with self._choosing:
            self._over = True
            if self.server is not None:
                self.server.end()


class _Server:
    def __init__(self):
        self._log = tempfile.TemporaryFile()
        # folder → what the server says of it: the fork's id, its status, None when it is gone
        self._said, self._writing = collections.defaultdict(queue.SimpleQueue), threading.Lock()
        self._gone = False
        self.process = subprocess.Popen(
            session_command("--serve"),
            env=session_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            errors="surrogateescape",
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self, folder, seconds):
        with self._writing, contextlib.suppress(OSError):
            said = self._said[folder]
            if self._gone:
                said.put(None)
            else:
                print(folder, file=self.process.stdin, flush=True)
        try:
            return self._waited(said, seconds)
        finally:
            with self._writing:
                del self._said[folder]

    def _waited(self, said, seconds):
        pid = said.get()
        if pid is None:
            raise Gone(self._why())
        try:
            status = said.get(timeout=seconds)
        except queue.Empty:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            said.get()
            return LATE.format(seconds)
        if status is None:
            raise Gone(self._why())
        return EARLY.format(how(status))

    def end(self):
        self.process.kill()
        self.process.wait()

    def _listen(self):
        """Hand out what the server says, until it ends: then each who waits is told."""
        for line in self.process.stdout:
            number, folder = line.rstrip("\n").split(" ", 1)
            self._said[folder].put(int(number))
        with self._writing:
            self._gone = True
            for said in self._said.values():
                said.put(None)

    def _why(self):
        """How the server ended; a moment may pass between its last word and its end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=_LEAVING_SECONDS)
        self.end()
        status = self.process.returncode
        ended = f"the process that forks ended, {how(status)}"
        self._log.seek(0)
        said = last_words(self._log.read().decode("utf-8", "replace"))
        # who is killed has no time to say why
        return f"{ended}: {said}" if said and status >= 0 else ended


def session_command(what):
    """The command that marks what is described in a folder, or serves."""
    return [sys.executable, "-P", "-m", "convviz.grading.session", str(what)]


def session_environment():
    """Pytest's own settings are not for marking."""
    # one name after the other: another thread may take one away meanwhile
    env = {name: os.environ.get(name) for name in list(os.environ) if name[:7] != "PYTEST_"}
    env = {name: value for name, value in env.items() if value is not None}
    return env | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
