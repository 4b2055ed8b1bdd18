"""Linux' Landlock, by its three system calls: a process gives up what it will not need.

The numbers are those of the kernel's own header (linux/landlock.h); no package of the standard
library knows them. What a kernel is too old for is left out, and the doctor shows it.
"""

import ctypes
import os
import signal
import struct
import sys

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVILEGES, _SUBREAPER, _PARENT_DEATH_SIGNAL = 38, 36, 1
_BENEATH = 1
# rights to files by the version that brought them: 13 of the first, then one each
_FIRST, _REFER, _TRUNCATE, _DEVICE = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_OF_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE | _DEVICE
_BIND_OR_CONNECT, _SOCKET_OR_SIGNAL = 3, 3


def version():
    """Version of Landlock's interface in this kernel, 0 without it."""
    try:
        return max(0, _call(_CREATE, None, 0, 1))
    except (OSError, AttributeError):
        return 0


def restrict(readable, writable, listed=()):
    """Leave this process, and all it starts, only these paths, and no network of its own.

    Parameters
    ----------
    readable : list of str
        May be read, listed and run, with all that lies beneath.
    writable : list of str
        May be written too.
    listed : list of str
        Folders of which names may be read, and of all folders beneath, but no file.

    Raises
    ------
    OSError
        When the kernel refuses; nothing is restricted then, and nothing untrusted may run.
    """
    known = version()
    rights = _FIRST | (known >= 2) * _REFER | (known >= 3) * _TRUNCATE | (known >= 5) * _DEVICE
    fields = struct.pack(
        "QQQ", rights, (known >= 4) * _BIND_OR_CONNECT, (known >= 6) * _SOCKET_OR_SIGNAL
    )
    size = 8 if known < 4 else 16 if known < 6 else 24
    ruleset = _call(_CREATE, fields, size, 0)
    read = _EXECUTE | _READ | _LIST
    for paths, allowed in ((readable, read), (listed, _LIST), (writable, rights)):
        for path in paths:
            _allow(ruleset, path, allowed & rights)
    _set(_NO_NEW_PRIVILEGES)
    _call(_RESTRICT, ruleset, 0)
    os.close(ruleset)


def adopt():
    """Make orphans of this process' descendants its own children, so that it can end them."""
    _set(_SUBREAPER)


def end_with_parent():
    """Have this process killed when the thread that started it ends, where Linux can do that."""
    if sys.platform == "linux":
        _set(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _set(option, value=1):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, int(value), 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl option {option} was refused")


def _allow(ruleset, path, allowed):
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):  # nothing to give a right to
        return
    try:
        if not os.path.isdir(path):
            allowed &= _OF_A_FILE
        _call(_ADD, ruleset, _BENEATH, struct.pack("=Qi", allowed, handle), 0)
    finally:
        os.close(handle)


def _call(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(number), *map(_argument, arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result


def _argument(value):
    return ctypes.c_long(value) if isinstance(value, int) else value
