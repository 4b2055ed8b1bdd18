"""What one marking process is told: written by `grade`, read once and removed before anything runs."""

import dataclasses
import json
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Job:
    """What to mark and how.

    Attributes
    ----------
    homework, submission, events, work : str
        The source notebook, the copy to mark, the file for what comes of it, and the folder in
        which kernels have theirs.
    secret : str
        Makes the hidden inputs of this submission.
    sandbox : str
        As `sandbox.choose` returns it.
    hidden : list of str
        Folders nothing in a sandbox may see.
    deadline, cell_seconds : float
        Seconds for the submission, and at most for a cell.
    """

    homework: str
    submission: str
    events: str
    work: str
    secret: str
    sandbox: str
    hidden: list
    deadline: float
    cell_seconds: float | None

    def write(self, path):
        """Write it to a file that only this user can read."""
        path = Path(path)
        path.touch(mode=0o600)
        path.write_text(json.dumps(dataclasses.asdict(self)), encoding="utf-8")

    @classmethod
    def take(cls, path):
        """Read a file that `write` wrote, and remove it."""
        path = Path(path)
        job = cls(**json.loads(path.read_text(encoding="utf-8")))
        path.unlink()
        return job
