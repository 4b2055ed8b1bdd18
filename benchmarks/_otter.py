"""The homework as an assignment of Otter-Grader's; how long `otter run` takes for a submission.

Its `otter grade` marks a class, but in containers of Docker; `otter run` is what it runs there.
"""

import json
import statistics
import time
import zipfile
from pathlib import Path

from benchmarks import _peers
from convviz.grading import expected, homework

VERSION = "7.0.0"
_FILE = """\
from otter.test_files import test_case
OK_FORMAT = False
name = {name!r}
points = {points}

@test_case(hidden=True)
def test_part(env):
    names = env
    exec({judges!r}, names)
{body}
"""


def seconds(venv, folder, source, handed_in):
    """Median seconds of `otter run` for right submissions, one after the other."""
    venv = Path(venv) if venv else folder / "otter-venv"
    program = _peers.installed(venv, "otter", [f"otter-grader=={VERSION}"])
    master = homework.load(source)
    archive = _autograder(master, folder / "autograder.zip")
    times = []
    for path in handed_in:
        out = folder / f"otter-{path.stem}"
        out.mkdir()
        start = time.perf_counter()
        _peers.run(program, folder, "run", path, "-a", archive, "-o", out, "--no-logo")
        times.append(time.perf_counter() - start)
        found = json.loads((out / "results.json").read_text("utf-8"))["tests"]
        assert sum(test.get("score", 0) for test in found) == float(master.points), found
    return statistics.median(times)


def _autograder(master, path):
    solution = expected.Solution(master)
    cells = {cell.id: cell for cell in master.cells}
    judges = [cell.source for cell in master.cells if homework.meta(cell)["role"] == "judge"]
    judges = "\n".join(judges)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"pdf": False}))
        for question in master.questions:
            for part in question.parts:
                text = _peers.test_of(part, cells[part.cell_id], solution)
                body = "".join(f"    {line}\n" for line in text.splitlines())
                about = {"name": part.cell_id.replace("-", "_"), "points": float(part.points)}
                written = _FILE.format(body=body, judges=judges, **about)
                archive.writestr(f"tests/{about['name']}.py", written)
    return path
