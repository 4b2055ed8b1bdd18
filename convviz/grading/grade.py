"""Mark submissions: run each in a process of its own, whatever becomes of it."""

import concurrent.futures
import contextlib
import dataclasses
import time

from convviz.grading import expected, release, running, score, servers, transplant
from convviz.grading.sandbox import PROMISES


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
        record = mark(course, submission, store=store, by=by)
        if done:
            done(record)
        return record

    # one alone is marked sooner by a process that starts its kernel before its own imports
    by = servers.Servers() if servers.here() and len(submissions) > 1 else None
    with (
        concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool,
        by or contextlib.nullcontext(),  # after Ctrl-C, ends the markings that `pool` waits for
    ):
        return list(pool.map(one, submissions))


def mark(course, submission, *, store=None, by=None):
    """Mark one submission in a process of its own; never raises because of what is in it.

    Parameters
    ----------
    course : Course
    submission : Submission
    store : store.Store, optional
    by : servers.Servers, optional
        As for `running.events`.

    Returns
    -------
    dict
        As `score.result` makes it, and ``seconds``.
    """
    record, content = known(course, submission, store=store)
    if record is None:
        start = time.monotonic()
        events = running.events(order(course, content), course.homework.path, by)
        seconds = time.monotonic() - start
        record = marked(course, submission, content, events, seconds=seconds, store=store)
    return record


def known(course, submission, *, store=None):
    """What can be said of a submission without running it.

    Returns
    -------
    dict or None
        The result, when the file cannot be opened or `store` holds one.
    bytes
        What was handed in.
    """
    try:
        if submission.problem:
            raise transplant.Refused(submission.problem)
        content = submission.path.read_bytes()
    except transplant.Refused as reason:
        return _refused(course, submission, str(reason)), b""
    except OSError as error:
        return _refused(course, submission, f"cannot be read: {error.strerror or error}"), b""
    return store.find(submission, content) if store else None, content


def order(course, content):
    """Make the order for a submission.

    Returns
    -------
    running.Order
    """
    return running.Order(
        content=content,
        secret=expected.submission_secret(course.key, content).hex(),
        sandbox=course.sandbox,
        deadline=course.limits.deadline or course.homework.deadline,
        cell_seconds=course.limits.cell_seconds,
        hidden=tuple(map(str, course.hidden)),
    )


def marked(course, submission, content, events, *, seconds, store=None):
    """Make the result of what `running.events` returned, and keep it."""
    record = _record(course, submission, release.digest(content), events)
    record["seconds"] = round(seconds, 2)
    if store:
        store.keep(submission, content, record)
    return record


def _refused(course, submission, reason):
    return _record(course, submission, "", [{"event": "refused", "reason": reason}])


def _record(course, submission, digest, events):
    about = {"student": submission.student, "file": submission.file, "sha256": digest}
    record = score.result(course.homework, about, events, PROMISES[course.sandbox])
    return record | {"seconds": 0.0}
