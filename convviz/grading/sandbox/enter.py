"""First thing that runs in a box: give up rights, set limits, and become the command.

``python enter.py SETTINGS COMMAND…``; the settings are JSON, made by `box`. What it imports lies
beside it or in the standard library.
"""

import json
import os
import select
import sys

_GONE = "who started this is gone already"


def main(arguments):
    """Restrict this process as the settings say, then run the command in its place."""
    settings, command = json.loads(arguments[0]), arguments[1:]
    _only_with_who_started_it()
    if settings["confined"]:
        _confine(settings)
    if settings["parent"]:
        import landlock

        landlock.end_with_parent()
        if os.getppid() != settings["parent"]:
            sys.exit(_GONE)
    os.execv(command[0], command)


def _only_with_who_started_it():
    """End here if who started the box is gone: it holds the other end of the input.

    Bubblewrap asks Linux to end it with who started it, but a moment after its own start: who was
    killed before that moment is missed by it. The moment is over by the time this runs.
    """
    held = select.poll()
    held.register(0, 0)  # the other end's closing is told always
    if held.poll(0):
        sys.exit(_GONE)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _confine(settings):
    _limit(settings["limits"])
    if settings["uid"] is not None:
        os.setgroups([])
        os.setgid(settings["uid"])
        os.setuid(settings["uid"])
    if settings["landlock"]:
        import landlock

        landlock.restrict(settings["readable"], settings["writable"], settings["listed"])
    os.umask(0o077)


def _limit(limits):
    """Hard limits: nothing inside can raise them again."""
    import resource  # there is none on Windows

    amounts = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_CPU: limits["cpu"],
        resource.RLIMIT_NOFILE: limits["files"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, amount in amounts.items():
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            amount = min(amount, hard)
        resource.setrlimit(kind, (amount, amount))


if __name__ == "__main__":
    main(sys.argv[1:])
