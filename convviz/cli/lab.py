"""``convviz lab``: JupyterLab, opened on the lectures."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from convviz import __version__
from convviz.cli import _workspace

# Jupyter's warnings are for its administrators: none of them asks a student to do anything.
_ERRORS_ONLY = 40
# It asks on the first screen whether to fetch news, which `news_url = None` alone does not stop.
_DISABLED = {"@jupyterlab/apputils-extension:announcements": True}
_EPILOG = """\
Everything after -- goes to JupyterLab as it stands. In a container whose port 8888 is published:
  convviz lab --no-browser --port 8888 -- --ip=0.0.0.0
"""


def add_parser(subparsers):
    """Add ``lab`` to the subcommands of ``convviz``."""
    import argparse

    parser = subparsers.add_parser(
        "lab",
        help="open the lectures in JupyterLab",
        description="Open the lectures and the homework in JupyterLab.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=8888,
        help="the port to try first; the next free one is taken when it is in use (default 8888)",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--notebooks",
        type=Path,
        metavar="FOLDER",
        help="work on copies in FOLDER; your changes there are never overwritten "
        "(default: a checkout's own notebooks, else ~/convviz)",
    )
    parser.add_argument(
        "--copy-only", action="store_true", help="copy the notebooks, do not start JupyterLab"
    )
    parser.add_argument(
        "--no-warm",
        action="store_true",
        help="do not compile the engine in the background (see convviz warm)",
    )
    parser.add_argument("jupyter", nargs="*", metavar="-- OPTION", help="options for JupyterLab")
    parser.set_defaults(run=run)


def run(options):
    """Prepare the notebooks, then run JupyterLab until it is stopped; return the exit status."""
    if options.jupyter and not options.jupyter[0].startswith("-"):
        return _fail(
            f"unexpected argument {options.jupyter[0]!r}: a folder is named with "
            "--notebooks FOLDER, and options for JupyterLab come after --",
            status=2,
        )
    try:
        folder = _prepare(options.notebooks, options.copy_only)
    except _workspace.WorkspaceError as error:
        return _fail(error)
    if options.copy_only:
        return 0
    # Ctrl+C may come while JupyterLab is still loading; later _stop_on_signals answers it.
    with contextlib.suppress(KeyboardInterrupt):
        return _open(folder, options)
    return 0


def _port(text):
    import argparse

    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return int(text)


def _fail(message, status=1):
    print(f"convviz lab: {message}", file=sys.stderr)
    return status


def _prepare(wanted, copy_only):
    """Return the folder to open, with the notebooks copied into it where that is called for."""
    source, in_checkout = _workspace.locate(Path(_workspace.__file__).resolve().parents[1])
    if wanted is None and in_checkout:
        if copy_only:
            raise _workspace.WorkspaceError(
                f"--copy-only has nothing to copy: the notebooks of this checkout are used where "
                f"they are, in {source}. To have copies, name a folder with --notebooks FOLDER"
            )
        return source
    folder = (wanted or Path.home() / "convviz").expanduser().resolve()
    if folder == source:
        return source
    for sentence in _workspace.update(source, folder, __version__).sentences():
        print(sentence)
    print(f"Notebooks: {folder}", flush=True)
    return folder


def _open(folder, options):
    try:
        from ipykernel.kernelspec import write_kernel_spec
        from jupyterlab.labapp import LabApp
    except ImportError as error:
        return _fail(
            f"JupyterLab cannot be loaded ({error}). Install it into this environment:\n"
            f"    {sys.executable} -m pip install --upgrade jupyterlab"
        )
    with _session(_settings(folder, options), write_kernel_spec), _warming(options.no_warm):
        return _serve(LabApp, options)


@contextlib.contextmanager
def _warming(left_out):
    """``convviz warm`` in a process of its own, which gives way to all others and ends with us."""
    if left_out:
        yield
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "convviz", "warm", "--background"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # on Windows, where a process cannot say so itself
        creationflags=getattr(subprocess, "IDLE_PRIORITY_CLASS", 0),
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def _session(settings, write_kernel_spec):
    """Settings for one run, in a temporary folder: the student's own configuration stays as it is.

    JupyterLab reads it through JUPYTER_CONFIG_PATH, above the student's files and below what is
    given after ``--``. JUPYTER_PATH puts a kernel of this very Python before any other "python3".
    """
    with tempfile.TemporaryDirectory(prefix="convviz-lab-") as session:
        # A student's own file of either name would win over the other one of ours.
        for name in ("jupyter_server_config.json", "jupyter_lab_config.json"):
            Path(session, name).write_text(json.dumps(settings), "utf-8")
        page = Path(session, "labconfig", "page_config.json")
        page.parent.mkdir()
        page.write_text(json.dumps({"disabledExtensions": _DISABLED}), "utf-8")
        write_kernel_spec(
            os.path.join(session, "kernels", "python3"),
            extra_arguments=[f"--log-level={_ERRORS_ONLY}"],
        )
        for variable in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
            before = os.environ.get(variable)
            os.environ[variable] = session + (os.pathsep + before if before else "")
        yield


def _settings(folder, options):
    first = _workspace.first_document(folder)
    return {
        "ServerApp": {
            "root_dir": str(folder),
            "port": options.port,
            "open_browser": not options.no_browser and _has_display(),
            "allow_root": _is_root(),
            "log_level": _ERRORS_ONLY,
        },
        "LabApp": {
            "default_url": "/lab/workspaces/convviz" + (f"/tree/{quote(first)}" if first else ""),
            "log_level": _ERRORS_ONLY,
        },
    }


def _has_display():
    # Without a display a text browser would take over the terminal, the address out of reach.
    variables = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in variables)


def _is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _serve(LabApp, options):
    try:
        server = LabApp.initialize_server(argv=options.jupyter)
        # Jupyter starts listening in its event loop: an earlier address would not answer yet.
        server.io_loop.add_callback(print, _announcement(server), flush=True)
        # Otherwise Jupyter prints the address once more, in other words.
        server.identity_provider.token_generated = False
        _stop_on_signals(server)
        server.start()
    except SystemExit as stop:
        if not stop.code:
            return 0
        return _fail(
            f"JupyterLab ended before it was ready (status {stop.code}); the lines above say why. "
            "Check the options after --, or install it afresh:\n"
            f"    {sys.executable} -m pip install --force-reinstall jupyterlab"
        )
    print(f"JupyterLab has stopped. Your notebooks are in {server.root_dir}")
    return 0


def _stop_on_signals(server):
    """One Ctrl+C, or the terminal closing, shuts the kernels down; a second Ctrl+C does not wait.

    Jupyter itself asks back at a terminal, and without one leaves its kernels to themselves.
    """

    def stop(*_):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server.stop(from_signal=True)

    for name in ("SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def _announcement(server):
    """Return the words that give the address, and what to do when no browser opens."""
    # local_url hides a token of the student's own choosing, and shows the one Jupyter made.
    lines = [f"JupyterLab is ready on {server.root_dir}", "", f"    {server.local_url}", ""]
    asked = int(server.config.ServerApp.port)
    if asked not in (0, server.port):
        lines.insert(0, f"Port {asked} is taken: using {server.port}.")
    if _is_root():
        lines.insert(0, "Running as root: allowed here, but better done as an ordinary user.")
    host = os.environ.get("SSH_CONNECTION", "").split()[2:3] or [socket.gethostname()]
    opens = "If no browser opens, copy" if server.open_browser else "Copy"
    lines += [
        f"{opens} the whole address, token included, into a browser on this machine.",
        "Working over ssh? First run this on the machine in front of you:",
        f"    ssh -N -L {server.port}:127.0.0.1:{server.port} {_user()}@{host[0]}",
        "--no-browser keeps the browser closed. Ctrl+C here stops JupyterLab.",
    ]
    return "\n".join(lines)


def _user():
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a user id that has no name.
        return "USER"
