"""Starts a kernel's process in a box, with the standard library alone: nothing has to be imported.

The connection file is Jupyter's documented one; over ipc a port is a number behind a path.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

# IPython's kernel as `python -m ipykernel_launcher` starts it, but for the debugger, which nobody
# uses here and which takes a quarter of the time until it answers; nor is there any garbage yet.
_KERNEL = """\
import gc, sys
gc.disable()
sys.modules["debugpy"] = None
from ipykernel.kernelapp import IPKernelApp
app = IPKernelApp.instance()
app.initialize()
gc.freeze()
gc.enable()
app.start()
"""
# Nobody asks what was typed, and a database for it takes a thread and a file.
_OPTIONS = ["--HistoryManager.enabled=False"]
_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
_NUMBERS = range(1, 1 + len(_CHANNELS))


def start(box):
    """Start a kernel.

    Parameters
    ----------
    box : Box

    Returns
    -------
    subprocess.Popen
        Leader of a session of its own; `connection_file` tells how to talk to the kernel.
    """
    box.prepare()
    path = connection_file(box)
    path.touch(mode=0o600)
    path.write_text(json.dumps(_connection(box)), encoding="ascii")
    box.give(path)
    kernel = [sys.executable, "-P", "-c", _KERNEL, "-f", str(path), *_OPTIONS]
    return subprocess.Popen(
        box.command(kernel),
        env=box.environment(),
        cwd=box.folder / "home",
        stdin=subprocess.PIPE,  # nothing comes through it: `enter` sees by it that we are there
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def connection_file(box):
    """Path of the file that says how to talk to the kernel of a box."""
    return box.sockets / "kernel.json"


def sockets(box):
    """Paths that are there once the kernel listens; none where it does so on ports."""
    if os.name != "posix":
        return []
    return [Path(f"{_sockets_start(box)}-{number}") for number in _NUMBERS]


def _sockets_start(box):
    return box.sockets / "k"


def _connection(box):
    """Sockets in the box's own folder where there are such, else free ports of this machine."""
    if os.name == "posix":
        place = {"transport": "ipc", "ip": str(_sockets_start(box))}
        numbers = _NUMBERS
    else:
        place, numbers = {"transport": "tcp", "ip": "127.0.0.1"}, _free_ports()
    ports = {f"{name}_port": n for name, n in zip(_CHANNELS, numbers, strict=True)}
    key = {"key": secrets.token_hex(32), "signature_scheme": "hmac-sha256", "kernel_name": ""}
    return place | ports | key


def _free_ports():
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in _CHANNELS]
    numbers = [one.getsockname()[1] for one in opened]
    for one in opened:
        one.close()
    return numbers
