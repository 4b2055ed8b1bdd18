"""The kinds of box, strongest first, and which of them this machine can offer."""

import functools
import os
import shutil
import subprocess
import sys

from convviz.grading.sandbox import landlock, needed

BUBBLEWRAP, LANDLOCK, NONE = "bubblewrap", "landlock", "none"
LEVELS = (BUBBLEWRAP, LANDLOCK)

# Stamped on every report.
PROMISES = {
    BUBBLEWRAP: "bubblewrap (no files, no network, no other processes; limits on memory, "
    "processor, processes and disk)",
    LANDLOCK: "Landlock (no files of others, no TCP; limits on memory, processor, processes and "
    "disk; other processes can be seen)",
    NONE: "none (own process only): grade only submissions you trust",
}
_TRIAL = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]


class NoSandbox(Exception):
    """No box can be had here; the text says why, and what to do."""


def choose(wanted=None):
    """Return the strongest level this machine offers, or the one wanted.

    Parameters
    ----------
    wanted : {"bubblewrap", "landlock", "none"}, optional
        ``"none"`` is granted always: it is the caller's word that the submissions can be trusted.

    Raises
    ------
    NoSandbox
        When there is none, or not the one wanted.
    """
    if wanted == NONE:
        return NONE
    problems = {level: problem(level) for level in ([wanted] if wanted else LEVELS)}
    for level, found in problems.items():
        if not found:
            return level
    said = "; ".join(f"{level}: {found}" for level, found in problems.items())
    raise NoSandbox(
        f"no sandbox holds on this machine ({said}). A submission would run as you, with your "
        "files and your network. Install bubblewrap on Linux, or, if you trust every submission, "
        "add --unsafe-trusted"
    )


@functools.cache
def problem(level):
    """Why a level cannot be had on this machine, "" when it can."""
    if not sys.platform.startswith("linux"):
        return "needs Linux"
    if level == LANDLOCK:
        return _landlock()
    program = shutil.which("bwrap")
    if program is None:
        return "the program bwrap is not installed"
    done = subprocess.run(
        [program, *namespaces(), *_TRIAL], capture_output=True, text=True, check=False
    )
    refused = " ".join(done.stderr.split())[:200] if done.returncode else ""
    return refused or _closed_to_others(above=False)


def _landlock():
    if not landlock.version():
        return "this kernel does not have it"
    return _closed_to_others(above=True)


def _closed_to_others(*, above):
    """Why the user that root makes of itself for a submission could not run Python."""
    if os.geteuid() != 0:
        return ""
    what, folder = needed.closed(above=above)
    if not what:
        return ""
    return (
        f"{what} is in {folder}, which only its owner may read: grade as another user, or install "
        "it where everybody may read"
    )


def namespaces():
    """Bubblewrap's options for the namespaces: as root without one for users, see `box`."""
    spaces = [f"--unshare-{space}" for space in ("pid", "net", "ipc", "uts", "cgroup-try")]
    if os.geteuid() != 0:
        spaces += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    return [*spaces, "--die-with-parent", "--new-session"]
