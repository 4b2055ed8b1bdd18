"""What the subcommands on homework share: where it is, limits, and how an error is told."""

import argparse
import sys
from pathlib import Path


def add_limits(parser, *, required):
    """Add the options that ``check`` and ``grade`` share."""
    parser.add_argument(
        "--homework", required=required, help="name of the homework (hw01), or its source notebook"
    )
    parser.add_argument(
        "--deadline", type=positive(float), metavar="S", help="seconds for a whole submission"
    )
    parser.add_argument(
        "--cell-seconds", type=positive(float), metavar="S", help="most seconds for one answer"
    )


def positive(kind):
    """Return an argparse type: a number of `kind` above 0."""

    def parse(text):
        try:
            number = kind(text)
        except ValueError:
            number = 0
        if not 0 < number < float("inf"):
            raise argparse.ArgumentTypeError(f"must be a number above 0, got {text!r}")
        return number

    return parse


def limits(options):
    """The limits that the options ask for."""
    from convviz.grading.grade import Limits

    return Limits(options.deadline, options.cell_seconds)


def folder():
    """The folder ``homework`` of the notebooks that belong to this installation."""
    import convviz
    from convviz.cli import _workspace
    from convviz.grading.homework import HomeworkError

    try:
        return _workspace.locate(Path(convviz.__file__).parent)[0] / "homework"
    except _workspace.WorkspaceError as error:
        raise HomeworkError(str(error)) from error


def fail(text):
    """Tell an error; return the exit status."""
    print(f"convviz: {text}", file=sys.stderr)
    return 1
