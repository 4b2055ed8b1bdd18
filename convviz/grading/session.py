"""The process that marks one submission: ``python -m convviz.grading.session FOLDER``.

The kernel's process is started before anything else: until it answers it takes as long as all
that is imported here. With ``--serve`` in the place of the folder this process imports everything, and
forks for each folder that it reads a line with; see `servers`.
"""

import gc
import os
import select
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from convviz.grading.job import Job
from convviz.grading.sandbox import Box, landlock, start


def main(folder):
    """Mark the submission that is described in a folder; return pytest's exit status."""
    landlock.end_with_parent()
    job = Job.take(Path(folder) / "job.json")
    box = new_box(job)
    process = start.start(box)
    pytest, plugin = _imported()
    return pytest.main([*_options(Path(folder)), job.submission], [plugin.Marking(job, box, process)])


def serve():
    """Fork for each line of the input, the name of a folder; answer with the fork's id and status.

    Ends with the input, and then ends what it has forked.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _warm()
    while line := os.read(0, 4096):
        pid = os.fork()
        if not pid:
            _forked(line.decode().rstrip("\n"))
        print(pid, file=answers, flush=True)
        handle = os.pidfd_open(pid)
        ready, _, _ = select.select([0, handle], [], [])
        if handle not in ready:  # whoever asked is gone
            os.kill(pid, signal.SIGKILL)
        os.close(handle)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), file=answers, flush=True)


def _forked(folder):
    status = 1
    try:
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
    import nbformat

    pytest, _ = _imported()
    with tempfile.TemporaryDirectory() as empty:
        pytest.main([*_options(Path(empty)), empty])
    nbformat.validate(nbformat.v4.new_notebook())
    gc.freeze()


def _imported():
    _without_address_grammar()
    import pytest

    from convviz import checks
    from convviz.grading import plugin

    return pytest, plugin


def new_box(job):
    """A box for a kernel, in a folder of its own: one kernel's files must not meet the next."""
    return Box(job.sandbox, Path(tempfile.mkdtemp(dir=job.work)), tuple(job.hidden))


def _options(folder):
    """Pytest with nbval and nothing else, whatever is set up on this machine."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    options = ["-p", "nbval.plugin", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
    return ["-c", str(settings), *options, "--color=no", "--tb=short", "-q"]


def _without_address_grammar():
    """Make the start a third as long.

    jsonschema, which nbformat imports, compiles a grammar of addresses (RFC 3987) when the optional
    package for it is installed, as it is with JupyterLab. That takes over a second for each
    submission and checks a format that no notebook has. None reads as "not installed".
    """
    sys.modules.setdefault("rfc3987_syntax", None)


if __name__ == "__main__":
    sys.exit(serve() if sys.argv[1] == "--serve" else main(sys.argv[1]))
