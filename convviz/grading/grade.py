"""Mark a folder: find the submissions, run each in a process of its own, whatever becomes of it."""

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

# What pytest itself may take beyond the submission's own deadline before it is killed.
_SPARE_SECONDS = 30.0


@dataclasses.dataclass(frozen=True)
class Submission:
    """A file that was handed in; `problem` says why it cannot even be opened."""

    student: str
    file: str
    path: Path
    problem: str = ""


@dataclasses.dataclass(frozen=True)
class Limits:
    """Seconds for a whole submission and, below the homework's own, for a cell."""

    deadline: float | None = None
    cell_seconds: float | None = None


class NoSubmissions(Exception):
    """There is nothing to mark; the text says what was looked for where."""


def discover(folder):
    """List the submissions in a folder.

    Parameters
    ----------
    folder : path
        Holds ``*.ipynb``, or a folder for each student with ``*.ipynb`` in it.

    Returns
    -------
    list of Submission
        Sorted by file; what is no notebook, and a student's folder without one, is in it too,
        with the problem. Hidden files and folders are left out.

    Raises
    ------
    NoSubmissions
        When the folder is missing, no folder, or empty.
    """
    folder = Path(folder)
    if not folder.exists():
        raise NoSubmissions(f"there is no folder {folder}")
    if not folder.is_dir():
        raise NoSubmissions(f"{folder} is a file: name the folder the submissions are in")
    found = []
    for path in _visible(folder):
        if path.is_dir() and not path.is_symlink():
            notebooks = [inner for inner in _visible(path) if inner.suffix == ".ipynb"]
            found += [_submission(folder, inner, path.name) for inner in notebooks]
            if not notebooks:
                problem = "no notebook (.ipynb) in this folder"
                found.append(Submission(path.name, path.name, path, problem))
        else:
            found.append(_submission(folder, path, path.stem))
    if not found:
        raise NoSubmissions(f"{folder} is empty: no *.ipynb and no folder with one in it")
    return found


def _visible(folder):
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _submission(folder, path, student):
    problem = ""
    if path.is_symlink():
        problem = "a symbolic link is not followed: hand in the file itself"
    elif path.suffix != ".ipynb":
        problem = "not a notebook: its name does not end in .ipynb"
    elif not path.is_file():
        problem = "not a regular file"
    elif path.stat().st_size > transplant.MAX_BYTES:
        problem = f"too large: {path.stat().st_size / 1e6:.0f} MB"
    return Submission(student, path.relative_to(folder).as_posix(), path, problem)


def mark_all(homework, submissions, course_key, *, limits=None, jobs=1, done=None):
    """Mark submissions, `jobs` at a time.

    Parameters
    ----------
    homework : homework.Homework
    submissions : list of Submission
    course_key : bytes
        Makes the hidden random inputs; the same key gives the same inputs again.
    limits : Limits, optional
    jobs : int
    done : callable, optional
        Called with each result as it arrives.

    Returns
    -------
    list of dict
        As `score.result` makes them, in the order of `submissions`.
    """

    def one(submission):
        record = mark(homework, submission, course_key, limits=limits)
        if done:
            done(record)
        return record

    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        return list(pool.map(one, submissions))


def mark(homework, submission, course_key, *, limits=None):
    """Mark one submission in a process of its own; never raises because of what is in it.

    Returns
    -------
    dict
        As `score.result` makes it, and ``seconds``.
    """
    start = time.monotonic()
    about = {"student": submission.student, "file": submission.file, "sha256": ""}
    try:
        if submission.problem:
            raise transplant.Refused(submission.problem)
        content = submission.path.read_bytes()
        about["sha256"] = release.digest(content)
        events = _run(homework, content, course_key, limits or Limits())
    except transplant.Refused as reason:
        events = [{"event": "refused", "reason": str(reason)}]
    except OSError as error:
        events = [{"event": "refused", "reason": f"cannot be read: {error.strerror or error}"}]
    record = score.result(homework, about, events)
    return record | {"seconds": round(time.monotonic() - start, 2)}


def _run(homework, content, course_key, limits):
    """Run pytest on a copy; return the events it wrote."""
    run, work = (Path(tempfile.mkdtemp(prefix="convviz-")) for _ in range(2))
    try:
        copy = run / "submission.ipynb"
        copy.write_bytes(content)
        events = run / "events.jsonl"
        job = {
            "homework": str(homework.path.resolve()),
            "submission": str(copy),
            "events": str(events),
            "work": str(work),
            "secret": expected.submission_secret(course_key, content).hex(),
            "deadline": limits.deadline or homework.deadline,
            "cell_seconds": limits.cell_seconds,
        }
        (run / "job.json").write_text(json.dumps(job), encoding="utf-8")
        problem = _pytest(run, job["deadline"] + _SPARE_SECONDS)
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
    log = run / "log.txt"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            _command(run), cwd=run, env=env, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
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


def _command(run):
    """Pytest with our plugin and nbval and nothing else, whatever is set up on this machine."""
    (run / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "pytest", "-c", str(run / "pytest.ini")]
    for plugin in ("convviz.grading._startup", "nbval.plugin", "convviz.grading.plugin"):
        command += ["-p", plugin]
    command += ["-p", "no:cacheprovider", "--color=no", "--tb=short", "-q"]
    command += ["--nbval", "--nbval-current-env", "--convviz-job", str(run / "job.json")]
    return [*command, str(run / "submission.ipynb")]


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
    return found
