"""Tries whether a box holds: each promise is broken on purpose, and what happens is told.

A trial is a small program that tries to do what it should not and prints "done" if it could. It
ends within its limits, and does no harm where they fail.
"""

import concurrent.futures
import contextlib
import dataclasses
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from convviz.grading.sandbox import levels, watch
from convviz.grading.sandbox.box import Box
from convviz.grading.sandbox.limits import Limits

# Smaller than for homework, so that a trial is short.
LIMITS = Limits(cpu=2)
_SECONDS = 30
_POLL_SECONDS = 0.05
# Most trials wait: for an answer that must not come, or for a limit.
_AT_ONCE = 4


@dataclasses.dataclass(frozen=True)
class Trial:
    """One promise: what is tried, and the program that tries it with ``{outside}`` filled in."""

    promise: str
    program: str
    alone: bool = False  # where limits count a user's processes, it takes those of other trials


TRIALS = (
    Trial("runs Python and NumPy", "import numpy\nprint('done')"),
    Trial("cannot read a file outside", "open({outside!r}).read()\nprint('done')"),
    Trial("cannot write a file outside", "open({outside!r}, 'a').write('x')\nprint('done')"),
    Trial(
        "cannot open a connection to this machine",
        "import socket\nsocket.create_connection(('127.0.0.1', {port}), 5)\nprint('done')",
    ),
    Trial(
        "gets no answer by UDP",
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(2)\n"
        "s.sendto(b'?', ('127.0.0.1', {port}))\ns.recv(1)\nprint('done')",
    ),
    Trial(
        "cannot signal the grader's process",
        "import os\nos.kill({pid}, 0)\nprint('done')",
    ),
    Trial("cannot allocate 8 GiB", "x = bytearray(8 << 30)\nprint('done')"),
    Trial(
        "cannot use 10 s of the processor (2 s are given here)",
        "import time\nwhile time.process_time() < 10: pass\nprint('done')",
    ),
    Trial(
        "cannot start 100 processes",
        "import subprocess, sys\n"
        "own = [subprocess.Popen(['sleep', '5']) for _ in range(100)]\nprint('done')",
        alone=True,
    ),
    Trial(
        "cannot write a file of 200 MB",
        "with open('large', 'wb') as file:\n"
        "    for _ in range(200): file.write(bytes(1 << 20))\nprint('done')",
    ),
    Trial(
        "cannot fill the disk with 400 MB of small files",
        "import time\nfor number in range(400):\n"
        "    time.sleep(0.005)\n"
        "    with open(str(number), 'wb') as file: file.write(bytes(1 << 20))\nprint('done')",
    ),
    Trial("is not root", "import os\nassert os.getuid() == 0\nprint('done')"),
)
RUNS = TRIALS[0]


@dataclasses.dataclass(frozen=True)
class Finding:
    """What came of a trial; `holds` where the promise does."""

    promise: str
    holds: bool
    said: str


def examine(level):
    """Try each promise of a level on this machine.

    Parameters
    ----------
    level : str
        One that `levels.choose` grants.

    Returns
    -------
    list of Finding
    """
    together = [trial for trial in TRIALS if not trial.alone]
    with grader_side() as known, concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        found = dict(zip(together, pool.map(lambda one: tried(level, one, known), together)))
        found |= {trial: tried(level, trial, known) for trial in TRIALS if trial.alone}
    return [found[trial] for trial in TRIALS]


@contextlib.contextmanager
def grader_side():
    """A file, a port that answers, and a process that a box must not reach."""
    with tempfile.TemporaryDirectory(prefix="convviz-doctor-") as folder:
        secret = Path(folder) / "secret.txt"
        secret.write_text("the grader's own\n", encoding="ascii")
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        ):
            port = server.getsockname()[1]
            datagrams.bind(("127.0.0.1", port))
            threading.Thread(target=_answer, args=(datagrams,), daemon=True).start()
            yield {"outside": str(secret), "port": port, "pid": os.getpid()}
            datagrams.sendto(b"end", ("127.0.0.1", port))


def _answer(datagrams):
    """Send every datagram back, until the one that says "end"."""
    while (received := datagrams.recvfrom(8))[0] != b"end":
        datagrams.sendto(*received)


def tried(level, trial, known):
    """Try one promise; `known` is what `grader_side` yields."""
    status, out, error = run(level, trial.program.format(**known), LIMITS)
    done = out.strip().endswith("done")
    said = error.strip().splitlines() or ["it could" if done else f"ended with status {status}"]
    return Finding(trial.promise, done == (trial is RUNS), said[-1][:80])


def run(level, program, limits=LIMITS, hidden=()):
    """Run a Python program in a box of its own.

    Parameters
    ----------
    level, program : str
    limits : Limits
    hidden : tuple of str
        As for `Box`.

    Returns
    -------
    int, str, str
        Exit status (negative: the signal that ended it), output, errors.
    """
    with tempfile.TemporaryDirectory(prefix="convviz-box-") as folder:
        box = Box(level, Path(folder), hidden, limits)
        box.prepare()
        process = subprocess.Popen(
            box.command([sys.executable, "-c", program]),
            env=box.environment(),
            cwd=box.folder / "home",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        stopped = _watched(process, box)
        out, error = process.communicate()
        return process.returncode, out, error + stopped


def _watched(process, box):
    """Wait for the end, or bring it about at a limit, which is told."""
    end = time.monotonic() + _SECONDS
    while process.poll() is None:
        _, found = watch.look(process.pid, box)
        found = found or ("time limit" if time.monotonic() > end else "")
        if found:
            watch.kill(process.pid)
            return found
        time.sleep(_POLL_SECONDS)
    return ""


def report():
    """Findings for the levels this machine offers, a list of lines; and if the best one holds."""
    lines, sound = [], None
    for level in levels.LEVELS:
        problem = levels.problem(level)
        if problem:
            lines += [f"{level}: not here: {problem}", ""]
            continue
        findings = examine(level)
        if sound is None:  # of the strongest, which is the one used
            sound = all(finding.holds for finding in findings)
        lines.append(f"{level}:")
        lines += [
            f"  {'✓' if finding.holds else '✗'} {finding.promise}: {finding.said}"
            for finding in findings
        ]
        lines.append("")
    try:
        lines.append(f"grading here uses: {levels.PROMISES[levels.choose()]}")
    except levels.NoSandbox as error:
        lines.append(str(error))
    return lines, bool(sound)
