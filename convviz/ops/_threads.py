"""How many threads the operations use, and how work is cut into that many shares.

Shares are calls of compiled loops, which a `_crew` does: no OpenMP, nothing to set up, safe when
two threads call at once, and after a fork. How work is cut depends on its size and on
`get_num_threads` only, never on who is free: the same input gives the same result.
"""

import atexit
import os
import threading

import numpy as np

from convviz.ops import _startup

# multiply-adds that are worth another thread
_SHARE = 500_000
# numbers that are worth it, where each takes no longer than to be copied
_ENTRIES = 1 << 18
# bytes in a cache line
_LINE = 64
_local = threading.local()
_lock = threading.Lock()
_crew, _ended = None, False
_count = None


def get_num_threads():
    """Return how many threads an operation may use.

    Returns
    -------
    int
        What `set_num_threads` was given, else the environment's ``NUMBA_NUM_THREADS``, else the
        number of processors this process may run on.
    """
    return _count or _default()


def set_num_threads(n):
    """Let every operation use up to `n` threads; results may differ in the last digit with `n`.

    With the same `n`, the same input gives the same result on every run.

    Parameters
    ----------
    n : int
        1 or more.

    Raises
    ------
    TypeError, ValueError
        When `n` is not an integer, or less than 1.

    Examples
    --------
    >>> before = get_num_threads()
    >>> set_num_threads(1)
    >>> get_num_threads()
    1
    >>> set_num_threads(before)
    """
    from convviz import geometry

    global _count
    _count = geometry.integer("n", n, 1, "use 1 for no threads beside your own")


def _default():
    asked = os.environ.get("NUMBA_NUM_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    return _processors()


def _processors():
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows do not tell
        return os.cpu_count() or 1


def worth(products, most=None):
    """How many threads so many multiply-adds are worth waking, of `most` or all there are."""
    return min(most or get_num_threads(), 1 + int(products) // _SHARE)


def waiting(count, threads):
    """How much longer `count` equal shares take than if they could be cut as threads please."""
    return -(-count // threads) * threads / count


def scratch(size, dtype, share=0):
    """Memory of this thread: taking it from the system anew would cost more than using it.

    Shares of the same work, which run at the same time, have each their own.
    """
    # .name would take longer than all the rest
    key = dtype.char, share
    found = _local.__dict__.get(key)
    if found is None or len(found) < size:
        found = np.empty(size + _LINE, dtype)
        # at the start of a cache line, so that no vector lies in two
        found = found[-(found.ctypes.data // dtype.itemsize) % _LINE :]
        _local.__dict__[key] = found
    return found[:size]


def shares(count, threads):
    """Cut `range(count)` into at most `threads` runs (first, last) of nearly equal length."""
    threads = max(1, min(threads, count))
    return [(count * t // threads, count * (t + 1) // threads) for t in range(threads)]


def run(calls):
    """Return ``[loop(*args) for loop, args in calls]``, the calls being made at the same time.

    Loops are compiled ones or those of `_startup.loops`; they return a float or None.
    """
    if len(calls) > 1:
        calls = [(_startup.answering(loop, args), args) for loop, args in calls]
        # what is not compiled yet is not worth a thread: it is over soon
        if all(hasattr(loop, "overloads") for loop, _ in calls):
            crew = _crew_of(len(calls))
            found = crew.run(calls) if crew else None
            if found:
                return found
    return [loop(*args) for loop, args in calls]


def added(totals):
    """The sums of all threads together, in their order."""
    with np.errstate(invalid="ignore"):
        return totals.sum(axis=0) if len(totals) > 1 else totals[0]


def parts(count, entries, times=1):
    """Shares (first, last) of `range(count)`, as many as pay where there are so many numbers.

    `times` is how much longer than a copy the work on a number takes, roughly.
    """
    wanted = entries * times // (_ENTRIES >> 1)
    return shares(count, min(get_num_threads(), wanted)) if wanted > 1 else [(0, count)]


def _crew_of(size):
    """A crew of as many threads or more; None until what it waits with is compiled."""
    crew = _crew
    if crew is not None and crew.size >= size:
        return crew
    if not _startup.waiting():
        _startup.later(("crew", size), lambda: _new_crew(size))
        return None
    with _startup.compiling():
        return _new_crew(size)


def _new_crew(size):
    global _crew
    with _lock:
        if not _ended and (_crew is None or _crew.size < size):
            from convviz.ops import _crew as crews

            old, _crew = _crew, crews.Crew(size, _processors())
            if old:
                old.close()
        return _crew


@atexit.register
def _end():
    """No thread may be at work, or awake, when the compiled loops are taken down."""
    global _crew, _ended
    with _lock:
        crew, _crew, _ended = _crew, None, True
    if crew:
        crew.close()


def _after_fork():
    """The child of a fork has none of its parent's threads."""
    global _crew, _lock
    _crew, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
