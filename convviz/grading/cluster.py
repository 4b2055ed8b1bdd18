"""Marks a class on many machines: Dask distributed hands out the submissions, one a task.

No folder is shared. To a worker go the bytes of the homework's source and of the submission, and
the secret of that one submission's random cases; back comes JSON of what each cell came to. Points,
reports and what is kept for another run stay on the side that commands.
"""

import collections
import contextlib
import dataclasses
import functools
import json
import queue
import time

from convviz.grading import grade, running, sandbox, scratch, servers
from convviz.grading import store as _store

_ANSWER_SECONDS = 10
_LOOK_SECONDS = 5
# A cluster may replace its machines; one without any does not hold up the teacher for ever.
_DESERTED_SECONDS = 120
# More than one for each thread of a worker, so that none waits for the next.
_AHEAD = 2


class ClusterError(Exception):
    """The machines cannot be had, or are gone; the text says what to do."""


class _Failed(Exception):
    """On a worker: the grader failed, Dask is to try once more; the argument is the answer."""


class Cluster:
    """Machines that mark, as a context manager.

    Parameters
    ----------
    address : str
        Of a Dask scheduler: ``tcp://scheduler:8786``, or ``tls://`` with Dask's own settings.

    Raises
    ------
    ClusterError
        When Dask is not installed, nothing answers, or there is no worker.
    """

    def __init__(self, address):
        self.address = address
        self._client = _connected(address)
        if not self._workers():
            self._client.close()
            raise ClusterError(
                f"the scheduler at {address} has no worker: start one on each machine that is to "
                f"mark, with `dask worker {address}`"
            )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        with contextlib.suppress(Exception):  # it may be gone already
            self._client.close(timeout=_LOOK_SECONDS)

    def choose(self, wanted=None):
        """Return the strongest sandbox that every worker offers, or the one wanted.

        Raises
        ------
        sandbox.NoSandbox
            When there is none, or a worker does not have the one wanted.
        ClusterError
            When a worker is not like this side: its results would be others.
        """
        answers = self._client.run(_describe, wanted, on_error="return")
        levels = []
        for worker, answer in answers.items():
            if isinstance(answer, Exception):
                raise ClusterError(f"worker {worker} cannot mark: {_told(answer)}. {_REMEDY}")
            found = json.loads(answer)
            different = _difference(found["environment"], _store.environment())
            if different:
                raise ClusterError(f"worker {worker} is not like this side: {different}. {_REMEDY}")
            if not found["level"]:
                raise sandbox.NoSandbox(f"worker {worker}: {found['problem']}")
            levels.append(found["level"])
        order = [*sandbox.LEVELS, sandbox.NONE]
        return max(levels, key=order.index)

    def mark_all(self, course, submissions, *, done=None, store=None):
        """Mark submissions on all machines; parameters and result are those of `grade.mark_all`.

        A submission whose marking failed is tried once more; one whose worker dies goes to another
        one, until Dask's ``allowed-failures`` is reached.

        Raises
        ------
        ClusterError
            When the scheduler is gone, or all workers are: what was marked until then is kept.
        """
        return _Class(self, course, submissions, done, store).marked()

    def send(self, order, source):
        """Hand a submission in; the future's result is JSON."""
        about = dataclasses.asdict(order) | {"content": None, "environment": _store.environment()}
        return self._client.submit(
            _mark, order.content, source, json.dumps(about), pure=False, retries=1
        )

    def ahead(self):
        """How many submissions to have on the way."""
        return _AHEAD * max(1, sum(self._workers().values()))

    def deserted(self):
        """Is there no worker?

        Raises
        ------
        ClusterError
            When there is no scheduler either.
        """
        with contextlib.suppress(Exception):  # Dask and what is below it raise many kinds
            if self._client.status == "running":
                return not self._workers()
        raise self.gone()

    def gone(self):
        """The error for when the scheduler does not know us any more."""
        return ClusterError(
            f"the scheduler at {self.address} is gone: the same command goes on with those that "
            "are not marked yet"
        )

    def _workers(self):
        return self._client.nthreads()


class _Class:
    """Submissions on their way: few at a time, so that no side holds the whole class."""

    def __init__(self, cluster, course, submissions, done, kept):
        self._cluster, self._course, self._kept = cluster, course, kept
        self._done = done or (lambda record: None)
        self._source = course.homework.path.read_bytes()
        self._waiting = collections.deque(enumerate(submissions))
        self._records = [None] * len(submissions)
        self._running, self._arrived = {}, queue.SimpleQueue()

    def marked(self):
        while self._waiting or self._running:
            ahead = self._cluster.ahead()
            while self._waiting and len(self._running) < ahead:
                self._begin(*self._waiting.popleft())
            if self._running:
                self._take(self._next())
        return self._records

    def _begin(self, number, submission):
        record, content = grade.known(self._course, submission, store=self._kept)
        if record is not None:
            self._finish(number, record)
            return
        future = self._cluster.send(grade.order(self._course, content), self._source)
        self._running[future.key] = number, submission, content, future
        future.add_done_callback(self._arrived.put)

    def _take(self, future):
        number, submission, content, _ = self._running.pop(future.key)
        events, seconds = _answer(future)
        record = grade.marked(
            self._course, submission, content, events, seconds=seconds, store=self._kept
        )
        self._finish(number, record)

    def _finish(self, number, record):
        self._records[number] = record
        self._done(record)

    def _next(self):
        """Wait for a future that is done."""
        deserted_at = None
        while True:
            with contextlib.suppress(queue.Empty):
                future = self._arrived.get(timeout=_LOOK_SECONDS)
                if future.status in ("finished", "error"):
                    return future
                raise self._cluster.gone()
            now = time.monotonic()
            deserted_at = (deserted_at or now) if self._cluster.deserted() else None
            if deserted_at and now > deserted_at + _DESERTED_SECONDS:
                raise ClusterError(
                    f"the scheduler at {self._cluster.address} has had no worker for "
                    f"{_DESERTED_SECONDS} seconds: start one, and give the same command again"
                )


_REMEDY = "Install the same packages on every machine, and start its worker again"


def _connected(address):
    try:
        import distributed
    except ImportError:
        raise ClusterError(
            '--dask needs Dask distributed: pip install "convviz[dask]" on every machine'
        ) from None
    try:
        return distributed.Client(
            address, timeout=_ANSWER_SECONDS, set_as_default=False, name="convviz"
        )
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({_told(error)}): start one with "
            "`dask scheduler`, and name it as tcp://HOST:8786"
        ) from None


@functools.cache
def _servers():
    """On a worker: what its threads mark by; ends with it."""
    return servers.Servers() if servers.here() else None


def _describe(wanted):
    """On a worker: what it is like, as JSON."""
    found = {"environment": _store.environment(), "level": None, "problem": ""}
    try:
        found["level"] = sandbox.choose(wanted)
    except sandbox.NoSandbox as error:
        found["problem"] = str(error)
    return json.dumps(found)


def _mark(content, source, about):
    """On a worker: mark one submission; return JSON, raise what is to be tried once more."""
    about = json.loads(about)
    different = _difference(_store.environment(), about.pop("environment"))
    if different:  # a worker that came later than `choose`
        raise _Failed(_failure(f"a worker is not like this side: {different}. {_REMEDY}"))
    try:
        sandbox.choose(about["sandbox"])
    except sandbox.NoSandbox as error:
        raise _Failed(_failure(f"a worker has no sandbox: {error}")) from None
    start = time.monotonic()
    with scratch.folder() as folder:
        path = folder / "source.ipynb"
        path.write_bytes(source)
        events = running.events(running.Order(**about | {"content": content}), path, _servers())
    answer = json.dumps({"events": events, "seconds": time.monotonic() - start})
    if any(event["event"] == "failed" for event in events):
        raise _Failed(answer)
    return answer


def _answer(future):
    """Events and seconds of a future that is done."""
    error = future.exception()
    if error is None:
        answer = future.result()
    elif isinstance(error, _Failed):
        (answer,) = error.args
    else:
        answer = _failure(f"no worker could mark it: {_told(error)}")
    found = json.loads(answer)
    return found["events"], found["seconds"]


def _failure(reason):
    return json.dumps({"events": [{"event": "failed", "reason": reason[:400]}], "seconds": 0.0})


def _difference(found, wanted):
    """In what one side is not like the other, in words; "" when it is.

    >>> _difference({"numpy": "2.1", "numba": "1"}, {"numpy": "2.3", "numba": "1"})
    'numpy 2.1 instead of 2.3'
    """
    names = [name for name in found | wanted if found.get(name) != wanted.get(name)]
    return ", ".join(f"{name} {found.get(name)} instead of {wanted.get(name)}" for name in names)


def _told(error):
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
