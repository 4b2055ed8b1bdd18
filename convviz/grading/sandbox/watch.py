"""A look at a box from outside, while it runs: what limits on single processes cannot see."""

import contextlib
import os

import psutil


def excess(pid, box):
    """Which limit all processes of a box together exceed, "" when none.

    Parameters
    ----------
    pid : int
        Of the process that was started; its descendants are counted with it.
    box : Box

    Returns
    -------
    str
        "memory limit", "process limit" or "file limit".
    """
    threads = memory = 0
    for process in _tree(pid):
        with contextlib.suppress(psutil.Error):
            threads += process.num_threads()
            memory += process.memory_info().rss
    # a little below: no process can be started at the limit, so none is above it
    if threads > 0.9 * box.limits.processes:
        return "process limit"
    if memory > box.limits.memory:
        return "memory limit"
    return "file limit" if _bytes_in(box.folder) > box.limits.disk else ""


def kill(pid):
    """Kill a process and its descendants."""
    for process in reversed(_tree(pid)):
        with contextlib.suppress(psutil.Error):
            process.kill()


def _tree(pid):
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _bytes_in(folder):
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(path, name)).st_size
    return total
