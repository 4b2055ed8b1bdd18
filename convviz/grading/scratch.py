"""Folders for what is under way; those that a crash has left behind are taken away."""

import contextlib
import functools
import os
import shutil
import tempfile
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there, what a crash leaves stays
    fcntl = None

_PREFIX = "convviz-mark-"
_NOT_HELD_YET = "."


@contextlib.contextmanager
def folder():
    """A folder of one's own, gone at the end.

    It is held by a lock, which ends with this process, however that ends: the first call in
    another process takes away what nobody holds any more.

    Yields
    ------
    pathlib.Path
    """
    _sweep()
    path = Path(tempfile.mkdtemp(prefix=_NOT_HELD_YET + _PREFIX))
    handle = _held(path)
    try:
        path = path.rename(path.with_name(path.name.removeprefix(_NOT_HELD_YET)))
        path.chmod(0o711)  # who is in a box finds its folder here, and lists no other
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if handle is not None:
            os.close(handle)


@functools.cache
def _sweep():
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # held, or another user's
            handle = _held(path)
            if handle is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(handle)


def _held(path):
    """Lock a folder; raises OSError when another process, or another call, has it."""
    if fcntl is None:
        return None
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
