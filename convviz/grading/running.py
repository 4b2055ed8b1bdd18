"""Run one submission in a process of its own, on this machine, whatever becomes of it."""

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
from pathlib import Path

import convviz
from convviz.grading import scratch, servers
from convviz.grading.job import Job

# What pytest itself may take beyond the submission's own deadline before it is killed.
_SPARE_SECONDS = 30.0
# The solutions that come with an installed package, whatever homework is marked.
_OWN_SOURCES = Path(convviz.__file__).parent / "_notebooks" / "homework" / "source"


@dataclasses.dataclass(frozen=True)
class Order:
    """What it takes to mark a submission, wherever that is: no file of the grader's is in it.

    Attributes
    ----------
    content : bytes
        The submission.
    secret : str
        Makes the hidden inputs of this submission, and of no other.
    sandbox : str
        As `sandbox.choose` returns it.
    deadline, cell_seconds : float
        Seconds for the submission, and at most for a cell.
    hidden : tuple of str
        Folders nothing in a sandbox may see.
    """

    content: bytes
    secret: str
    sandbox: str
    deadline: float
    cell_seconds: float | None
    hidden: tuple = ()


def events(order, source, by=None):
    """Mark a copy of a submission; never raises because of what is in it.

    When the process that forks for all submissions ends, what it had under way is not to blame: it
    is marked from the start by the next such process, once.

    Parameters
    ----------
    order : Order
    source : path
        The homework's source notebook.
    by : servers.Servers, optional
        Left out, a process is started for this submission alone.

    Returns
    -------
    list of dict
        What each cell came to, as the plugin writes it; one of them says how it ended.
    """
    source = Path(source).resolve()
    for more in (True, False):
        with scratch.folder() as work:
            run = work / "run"  # apart from the kernels' folders, which are in `work`
            run.mkdir(mode=0o700)
            (run / "submission.ipynb").write_bytes(order.content)
            job = _job(order, source, work, run)
            job.write(run / "job.json")
            try:
                problem, again = _pytest(run, job.deadline + _SPARE_SECONDS, by), False
            except servers.Gone as gone:
                problem, again = str(gone), more
            written = _read(run / "events.jsonl")
        if any(event["event"] in ("refused", "failed", "end") for event in written):
            return written
        if not again:
            return [*written, {"event": "failed", "reason": problem}]


def _job(order, source, work, run):
    return Job(
        homework=str(source),
        submission=str(run / "submission.ipynb"),
        events=str(run / "events.jsonl"),
        work=str(work),
        secret=order.secret,
        sandbox=order.sandbox,
        hidden=[str(source.parent), str(run), str(_OWN_SOURCES), *order.hidden],
        deadline=order.deadline,
        cell_seconds=order.cell_seconds,
    )


def _pytest(run, seconds, by):
    """Run pytest on the submission; return how it ended, to be told if it ended too early."""
    try:
        ended = by.run(run, seconds) if by else _alone(run, seconds)
    finally:
        _kill_kernels(_read(run / "events.jsonl"))
    log = run / "log.txt"
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return " / ".join([ended, *filter(None, [servers.last_words(said, lines=3)])])[:400]


def _alone(run, seconds):
    with (run / "log.txt").open("wb") as stream:
        process = subprocess.Popen(
            servers.session_command(run),
            cwd=run,
            env=servers.session_environment(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,  # Ctrl-C in the terminal is for us: half a marking is none
        )
        try:
            return servers.EARLY.format(servers.how(process.wait(timeout=seconds)))
        except subprocess.TimeoutExpired:
            return servers.LATE.format(seconds)
        finally:
            process.kill()
            process.wait()


def _kill_kernels(events):
    """Leave nothing behind in the process groups of the submission's kernels."""
    for event in events:
        if event["event"] == "kernel" and hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(event["pid"], signal.SIGKILL)


def _read(events):
    """The events written so far; a last line cut short by a crash is left out."""
    if not events.exists():
        return []
    found = []
    for line in events.read_text(encoding="utf-8").splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            found.append(json.loads(line))
    # half a character, which JSON can hold and no file, is replaced
    return json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
