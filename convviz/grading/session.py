"""The process that marks one submission: ``python -m convviz.grading.session FOLDER``.

The kernel's process is started before anything else: until it answers it takes as long as all that
is imported here.
"""

import sys
import tempfile
from pathlib import Path

from convviz.grading.job import Job
from convviz.grading.sandbox import Box, start


def main(folder):
    """Mark the submission that is described in a folder; return pytest's exit status."""
    job = Job.take(Path(folder) / "job.json")
    box = new_box(job)
    process = start.start(box)
    _without_address_grammar()
    import pytest

    from convviz.grading import plugin

    return pytest.main(_arguments(Path(folder), job), [plugin.Marking(job, box, process)])


def new_box(job):
    """A box for a kernel, in a folder of its own: one kernel's files must not meet the next."""
    return Box(job.sandbox, Path(tempfile.mkdtemp(dir=job.work)), tuple(job.hidden))


def _arguments(folder, job):
    """Pytest with nbval and nothing else, whatever is set up on this machine."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    options = ["-p", "nbval.plugin", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
    return ["-c", str(settings), *options, "--color=no", "--tb=short", "-q", job.submission]


def _without_address_grammar():
    """Make the start a third as long.

    jsonschema, which nbformat imports, compiles a grammar of addresses (RFC 3987) when the optional
    package for it is installed, as it is with JupyterLab. That takes over a second for each
    submission and checks a format that no notebook has. None reads as "not installed".
    """
    sys.modules.setdefault("rfc3987_syntax", None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
