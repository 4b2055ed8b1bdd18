"""How many threads the operations use, and how work is cut into that many shares.

The kernels let go of Python's lock while they run, so that plain Python threads are enough: no
OpenMP, nothing to set up, safe when two threads call at once, and after a fork.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

# multiply-adds that are worth waking another thread for
_SHARE = 2_000_000
# numbers gone through that are worth it
_ENTRIES = 1 << 17
# bytes in a cache line
_LINE = 64
_local = threading.local()
_lock = threading.Lock()
_pool = None
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


def scratch(size, dtype):
    """Memory of this thread: taking it from the system anew would cost more than using it."""
    # .name would take longer than all the rest
    found = getattr(_local, dtype.char, None)
    if found is None or len(found) < size:
        found = np.empty(size + _LINE, dtype)
        # at the start of a cache line, so that no vector lies in two
        found = found[-(found.ctypes.data // dtype.itemsize) % _LINE :]
        setattr(_local, dtype.char, found)
    return found[:size]


def shares(count, threads):
    """Cut `range(count)` into at most `threads` runs (first, last) of nearly equal length."""
    threads = max(1, min(threads, count))
    return [(count * t // threads, count * (t + 1) // threads) for t in range(threads)]


def run(work, parts):
    """Call ``work(*part)`` for every part, the first one in this thread; return the results."""
    if len(parts) == 1:
        return [work(*parts[0])]
    others = [_workers(len(parts)).submit(work, *part) for part in parts[1:]]
    return [work(*parts[0]), *(other.result() for other in others)]


def added(totals):
    """The sums of all threads together, in their order."""
    with np.errstate(invalid="ignore"):
        return totals.sum(axis=0) if len(totals) > 1 else totals[0]


def spread(work, count, entries):
    """Call ``work(first, last)`` for shares of `range(count)`, in several threads where that pays.

    `entries` is how many numbers there are to go through: too few are not worth waking a thread.
    Returns the results, in order.
    """
    if entries < _ENTRIES:
        return [work(0, count)]
    threads = min(get_num_threads(), 1 + entries // _ENTRIES)
    return run(work, shares(count, threads))


def _workers(wanted):
    global _pool
    with _lock:
        if _pool is None or _pool._max_workers < wanted - 1:
            _pool = ThreadPoolExecutor(wanted - 1, thread_name_prefix="convviz")
        return _pool


def _after_fork():
    """The child of a fork has none of its parent's threads."""
    global _pool, _lock
    _pool, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
