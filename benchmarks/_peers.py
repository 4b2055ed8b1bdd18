"""What other graders need to be compared with: an environment of their own, and the same tests."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SEED = 3
# What an author would write: the probe's cases, and the numbers they should come to. The names
# `names` are those the submission has defined.
TEST = """\
from convviz.grading import compare
from convviz.grading._probe import Probe
sent = []
names["probe"] = Probe({seed}, sent.append)
exec({source!r}, names)
verdicts = compare.verdicts({records!r}, sent, rtol={rtol}, atol={atol}, judges=names)
assert all(verdict.ok for verdict in verdicts)
"""


def test_of(part, cell, solution):
    """The text of a test that compares what a probe cell compares."""
    records = solution.records(cell.id, SEED)
    return TEST.format(
        seed=SEED, source=cell.source, records=records, rtol=part.rtol, atol=part.atol
    )


class NotInstalled(Exception):
    """A program cannot be had on this machine; the text says why."""


def installed(venv, name, wanted):
    """A program in a virtual environment, made when it is not there."""
    folder = "Scripts" if os.name == "nt" else "bin"
    program = venv / folder / name
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        wanted = [*wanted, "numpy", "ipykernel", "lazy_loader"]
        command = [str(venv / folder / "pip"), "install", "-q", *wanted]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            why = done.stderr.strip().splitlines()[-1:] or [f"status {done.returncode}"]
            raise NotInstalled(f"pip cannot install it here ({why[0][:100]})")
    return program


def run(program, folder, *words):
    """Run such a program; it must end well."""
    with tempfile.TemporaryFile() as log:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
        # its kernels are this virtual environment's own, and find our checks
        path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
        done = subprocess.run(
            [str(program), *map(str, words)], cwd=folder, stdout=log, stderr=log, check=False,
            env=kept | {"PATH": path, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        log.seek(0)
        assert done.returncode == 0, log.read().decode("utf-8", "replace")[-2000:]
