"""A look at a box from outside, while it runs: what limits on single processes cannot see."""

import contextlib
import os

import psutil


def look(pid, box):
    """What all processes of a box together use, and which limit they exceed.

    Parameters
    ----------
    pid : int
        Of the process that was started; its descendants are counted with it.
    box : Box

    Returns
    -------
    float
        Seconds of the processor's time until now, those of ended processes among them.
    str
        "memory limit", "process limit", "file limit", or "" for none.
    """
    threads = memory = used = 0
    for process in _seen(pid):
        with contextlib.suppress(psutil.Error), process.oneshot():
            threads += process.num_threads()
            memory += process.memory_info().rss
            used += sum(process.cpu_times()[:4])  # its own, and its ended children's
    # a little below: no process can be started at the limit, so none is above it
    if threads > 0.9 * box.limits.processes:
        return used, "process limit"
    if memory > box.limits.memory:
        return used, "memory limit"
    return used, "file limit" if _bytes_in(box.folder) > box.limits.disk else ""


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


def _seen(pid):
    """The tree as Linux lists it: psutil reads all processes there are, which takes long."""
    try:
        return [psutil.Process(one) for one in (pid, *_below(pid))]
    except (OSError, psutil.NoSuchProcess):  # not Linux, or one has just ended
        return _tree(pid)


def _below(pid):
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as stream:
            for child in map(int, stream.read().split()):
                yield child
                yield from _below(child)


def _bytes_in(folder):
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(path, name)).st_size
    return total
