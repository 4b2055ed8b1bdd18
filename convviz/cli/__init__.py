"""The ``convviz`` command: one module a subcommand, each loaded only when it is called."""

import argparse
import importlib

from convviz import __version__

_DESCRIPTION = "Lectures, homework and marking on convolutional neural networks."

# Name of a subcommand → the module in this package that defines add_parser(subparsers).
_COMMANDS = {
    "lab": "lab",
    "check": "marking",
    "grade": "grade",
    "release": "marking",
    "refresh": "refresh",
    "page": "page",
    "warm": "warm",
}


def main(argv=None):
    """Run the ``convviz`` command.

    Parameters
    ----------
    argv : list of str, optional
        The arguments after the program's name; those of the process when left out.

    Returns
    -------
    int
        The exit status: 0 success, 1 the command failed, 2 the call was wrong.
    """
    parser = argparse.ArgumentParser(prog="convviz", description=_DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"convviz {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in dict.fromkeys(_COMMANDS.values()):
        importlib.import_module(f"convviz.cli.{module}").add_parser(subparsers)
    options = parser.parse_args(argv)
    return options.run(options) or 0
