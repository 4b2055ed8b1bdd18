"""The process that marks one submission: ``python -m convviz.grading.session FOLDER``.

The kernel's process is started before anything else: until it answers it takes as long as all
that is imported here. With ``--serve`` in the place of the folder this process imports everything, and
forks for each folder that it reads a line with; see `servers`.
"""

import contextlib
import gc
import importlib
import io
import os
import select
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from convviz.grading.job import Job
from convviz.grading.sandbox import Box, box, landlock, start


# Plugins of pytest that come with it; each looks at every cell.
_NOT_NEEDED = (
    "cacheprovider", "doctest", "faulthandler", "junitxml", "logging", "pastebin", "recwarn",
    "setuponly", "setupplan", "stepwise", "unittest",
)  # fmt: skip


def main(folder):
    """Mark the submission that is described in a folder; return pytest's exit status."""
    landlock.end_with_parent()
    job = Job.take(Path(folder) / "job.json")
    place = new_box(job)
    process = start.start(place)
    pytest, plugin = _imported()
    marking = plugin.Marking(job, place, process)
    try:
        return pytest.main([*_options(Path(folder)), job.submission], [marking])
    finally:
        marking.pytest_unconfigure()  # where pytest did not come to it


def serve():
    """Fork for each line of the input, the name of a folder.

    Each is answered twice, with the fork's id and with its exit status, and the folder behind it.
    Ends with the input, and what it has forked ends with it.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _warm()
    server = os.getpid()
    forks = {}  # what becomes readable when a fork ends → its id and folder
    rest = b""
    while True:
        for handle in select.select([0, *forks], [], [])[0]:
            if handle:
                pid, folder = forks.pop(handle)
                os.close(handle)
                status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                print(status, folder, file=answers, flush=True)
                continue
            read = os.read(0, 4096)
            if not read:  # whoever asked is gone
                for pid, _ in forks.values():
                    os.kill(pid, signal.SIGKILL)
                return
            *lines, rest = (rest + read).split(b"\n")
            for folder in map(os.fsdecode, lines):
                pid = os.fork() or _forked(folder, server)
                forks[os.pidfd_open(pid)] = pid, folder
                print(pid, folder, file=answers, flush=True)


def _forked(folder, server):
    status = 1
    try:
        landlock.end_with_parent()
        if os.getppid() != server:
            raise SystemExit("the server is gone already")
        os.chdir(folder)
        _redirect(0, os.devnull)
        _redirect(1, "log.txt")
        os.dup2(1, 2)
        status = main(folder)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _redirect(number, path):
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.dup2(handle, number)
    os.close(handle)


def _warm():
    """Import what would be imported at the first use, and start nothing that a fork would lose."""
    from convviz.grading._nbformat import nbformat

    pytest, _ = _imported()
    # of no test at all there is nothing to say: the log is for what goes wrong
    with tempfile.TemporaryDirectory() as empty, contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*_options(Path(empty)), empty])
    nbformat.validate(nbformat.v4.new_notebook())
    box.readable()
    gc.freeze()


def _imported():
    importlib.import_module("convviz.grading._nbformat")  # before nbval imports nbformat
    import pytest

    from convviz import checks
    from convviz.grading import plugin

    return pytest, plugin


def new_box(job):
    """A box for a kernel, in a folder of its own: one kernel's files must not meet the next."""
    folder = tempfile.mkdtemp(prefix="", dir=job.work)
    return Box(job.sandbox, Path(folder), tuple(job.hidden))


def _options(folder):
    """Pytest with nbval and nothing else, whatever is set up on this machine."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    without = [f"-pno:{name}" for name in _NOT_NEEDED]
    options = [*without, "-p", "nbval.plugin", "--nbval", "--nbval-current-env"]
    return ["-c", str(settings), *options, "--color=no", "--tb=short", "-q"]


if __name__ == "__main__":
    sys.exit(serve() if sys.argv[1] == "--serve" else main(sys.argv[1]))
