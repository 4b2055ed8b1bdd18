"""Mark submissions: run each in a process of its own, whatever becomes of it."""

import concurrent.futures
import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from convviz.grading import expected, release, score, transplant
from convviz.grading.job import Job
from convviz.grading.sandbox import PROMISES

# What pytest itself may take beyond the submission's own deadline before it is killed.
_SPARE_SECONDS = 30.0


@dataclasses.dataclass(frozen=True)
class Limits:
    """Seconds for a whole submission and, below the homework's own, for a cell."""

    deadline: float | None = None
    cell_seconds: float | None = None


@dataclasses.dataclass(frozen=True)
class Course:
    """What is the same for all submissions of a run.

    Attributes
    ----------
    homework : homework.Homework
    key : bytes
        Makes the hidden random inputs; the same key gives the same inputs again.
    sandbox : str
        As `sandbox.choose` returns it.
    limits : Limits
    hidden : tuple of str
        Folders that nothing in a sandbox may see, beside that of the homework's source.
    """

    homework: object
    key: bytes
    sandbox: str
    limits: Limits = Limits()
    hidden: tuple = ()


def mark_all(course, submissions, *, jobs=1, done=None, store=None):
    """Mark submissions, `jobs` at a time.

    Parameters
    ----------
    course : Course
    submissions : list of Submission
    jobs : int
    done : callable, optional
        Called with each result as it arrives.
    store : store.Store, optional
        Results of an earlier run are taken from it, new ones kept in it.

    Returns
    -------
    list of dict
        As `score.result` makes them, in the order of `submissions`.
    """

    def one(submission):
        record = mark(course, submission, store=store)
        if done:
            done(record)
        return record

    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        return list(pool.map(one, submissions))


def mark(course, submission, *, store=None):
    """Mark one submission in a process of its own; never raises because of what is in it.

    Parameters
    ----------
    course : Course
    submission : Submission
    store : store.Store, optional

    Returns
    -------
    dict
        As `score.result` makes it, and ``seconds``.
    """
    try:
        if submission.problem:
            raise transplant.Refused(submission.problem)
        content = submission.path.read_bytes()
    except transplant.Refused as reason:
        return _refused(course, submission, str(reason))
    except OSError as error:
        return _refused(course, submission, f"cannot be read: {error.strerror or error}")
    record = store.find(submission, content) if store else None
    if record is None:
        start = time.monotonic()
        record = _record(course, submission, release.digest(content), _run(course, content))
        record["seconds"] = round(time.monotonic() - start, 2)
        if store:
            store.keep(submission, content, record)
    return record


def _refused(course, submission, reason):
    return _record(course, submission, "", [{"event": "refused", "reason": reason}])


def _record(course, submission, digest, events):
    about = {"student": submission.student, "file": submission.file, "sha256": digest}
    record = score.result(course.homework, about, events, PROMISES[course.sandbox])
    return record | {"seconds": 0.0}


def _run(course, content):
    """Run pytest on a copy; return the events it wrote."""
    run, work = (Path(tempfile.mkdtemp(prefix="convviz-")) for _ in range(2))
    try:
        copy = run / "submission.ipynb"
        copy.write_bytes(content)
        events = run / "events.jsonl"
        source = course.homework.path.resolve()
        job = Job(
            homework=str(source),
            submission=str(copy),
            events=str(events),
            work=str(work),
            secret=expected.submission_secret(course.key, content).hex(),
            sandbox=course.sandbox,
            hidden=[str(source.parent), str(run), *map(str, course.hidden)],
            deadline=course.limits.deadline or course.homework.deadline,
            cell_seconds=course.limits.cell_seconds,
        )
        job.write(run / "job.json")
        problem = _pytest(run, job.deadline + _SPARE_SECONDS)
        written = _read(events)
        if not any(event["event"] in ("refused", "failed", "end") for event in written):
            written.append({"event": "failed", "reason": problem})
        return written
    finally:
        for folder in (run, work):
            shutil.rmtree(folder, ignore_errors=True)


def _pytest(run, seconds):
    """Run pytest on the submission; return how it ended, to be told if it ended too early."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-P", "-m", "convviz.grading.session", str(run)]
    log = run / "log.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=run, env=env, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )
        try:
            status = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"pytest did not end within {seconds:.0f} seconds"
        finally:  # also after Ctrl-C in the terminal
            process.kill()
            process.wait()
            _kill_kernels(_read(run / "events.jsonl"))
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return " / ".join([f"pytest ended early, with status {status}", *lines[-3:]])[:400]


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
