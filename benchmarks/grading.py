"""How long marking takes, beside nbgrader and Otter-Grader on the same homework in the same run.

    python -m benchmarks.grading --write

Each of the others is installed into a virtual environment of its own (`--nbgrader FOLDER` and
`--otter FOLDER` keep it there, or find it there again): its packages are not to meet ours. Its
assignment is made here from our source: the same answers, and for each probe cell a hidden test
that compares the same numbers. Both compare them in the student's process and without a sandbox.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import nbformat
import psutil

from benchmarks import _nbgrader, _otter, _peers
from benchmarks.startup import README
from convviz.grading import homework, release, sandbox

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "notebooks" / "homework" / "source" / "hw01_convolution.ipynb"
# a grader's Python keeps the bytecode of what it imports, wherever this is run
UNUSUAL = "PYTHONDONTWRITEBYTECODE"
# of the submissions for the memory, which are many: those of one question
ONE = "relu"
MOST_GROWTH = 10e6
# what a submission's own code takes: all its cells, in a process that has nothing else to do
OWN = """
import json, sys, time
cells = json.load(open(sys.argv[1]))
start = time.perf_counter()
names, sent = {}, []
for role, source in cells:
    if role == "probe":
        from convviz.grading._probe import Probe
        names["probe"] = Probe(3, sent.append)
    exec(source, names)
print(time.perf_counter() - start)
"""


def hand_in(folder, count, source=SOURCE):
    """Submissions, all right, each of other bytes."""
    folder.mkdir()
    notebook = release.student_version(homework.load(source))
    solved = {cell.id: cell.source for cell in homework.load(source).notebook.cells}
    for cell in notebook.cells:
        if homework.meta(cell).get("role") == "answer":
            cell.source = solved[cell.id]
    for number in range(count):
        notebook.metadata["number"] = number
        nbformat.write(notebook, folder / f"student{number:03}.ipynb")
    return folder


def one_question(folder):
    """The source notebook of a homework with a single question of homework 01."""
    notebook = nbformat.read(SOURCE, as_version=4)
    kept = [homework.meta(cell).get("qid", ONE) == ONE for cell in notebook.cells]
    notebook.cells = [cell for cell, here in zip(notebook.cells, kept, strict=True) if here]
    nbformat.write(notebook, folder / "one.ipynb")
    return folder / "one.ipynb"


def own_code(folder, rounds):
    """Seconds of the cells alone, the imports among them."""
    cells = [(homework.meta(cell)["role"], cell.source) for cell in homework.load(SOURCE).cells]
    path = folder / "cells.json"
    path.write_text(json.dumps([cell for cell in cells if cell[0] != "judge"]), "utf-8")
    command = [sys.executable, "-c", OWN, str(path)]
    times = [
        float(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
        for _ in range(rounds)
    ]
    return statistics.median(times)


def ours(handed_in, out, jobs, source=SOURCE, sample=None):
    """Seconds for each submission: of the whole command, and the median of the markings."""
    command = [sys.executable, "-m", "convviz", "grade", handed_in, "--homework", source]
    command += ["--out", out, "-j", jobs]
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != UNUSUAL},
    )  # fmt: skip
    while sample and process.poll() is None:
        sample(psutil.Process(process.pid), out)
        time.sleep(0.5)
    process.wait()
    wall = time.perf_counter() - start
    records = [json.loads(line) for line in (out / "results.jsonl").open(encoding="utf-8")]
    assert all(record["points"] == record["max"] for record in records), "all are right"
    return wall / len(records), statistics.median(record["seconds"] for record in records)


def plain_loops():
    """How much more two programs do than one that ask nothing of each other, nor of a disk."""
    command = [sys.executable, "-c", "for _ in range(10_000_000): pass"]
    times = []
    for count in (1, 2):
        start = time.perf_counter()
        programs = [subprocess.Popen(command) for _ in range(count)]
        for program in programs:
            program.wait()
        times.append((time.perf_counter() - start) / count)
    return times[0] / times[1]


class Memory:
    """The memory of the grader's two processes that last, beside the number of those marked."""

    def __init__(self):
        self.seen = {}

    def __call__(self, process, out):
        done = len(list((out / "marked").glob("*.json")))
        try:  # the one that commands, and the one that forks for each submission
            used = sum(one.memory_info().rss for one in (process, *process.children()))
        except psutil.Error:
            return
        self.seen[done] = max(self.seen.get(done, 0), used)

    def growth(self):
        """Bytes at most until a tenth was marked, and bytes at most after it."""
        first = max(1, max(self.seen) // 10)
        early = max(used for done, used in self.seen.items() if done <= first)
        return early, max(used for done, used in self.seen.items() if done > first)


def times(options):
    """Rows (what, measured, bar) of nbgrader's times beside ours."""
    with tempfile.TemporaryDirectory(prefix="convviz-benchmark-") as folder:
        folder = Path(folder)
        handed_in = hand_in(folder / "few", options.count)
        theirs = _nbgrader.seconds(options.nbgrader, folder, SOURCE, options.count)
        some = sorted(handed_in.iterdir())[:3]
        otters = _otters(options, folder, some)
        own = own_code(folder, 5)
        one, median = ours(handed_in, folder / "one", 1)
        two, _ = ours(handed_in, folder / "two", 2)
    loops = statistics.median(plain_loops() for _ in range(3))
    return [
        ("`nbgrader autograde`, whole command", f"{theirs:.2f} s", ""),
        ("`otter run`, one submission", otters, ""),
        ("`convviz grade`, whole command", f"{one:.2f} s", ""),
        ("its median submission", f"{median:.2f} s", ""),
        ("the submission's own code", f"{own:.2f} s", ""),
        ("median submission beyond its own code", f"{median - own:.2f} s", _bar(median - own <= 1)),
        ("`convviz grade -j 2`, whole command", f"{two:.2f} s", ""),
        ("two at a time against one", f"{one / two:.2f} ×", _bar(one / two >= 1.8)),
        ("two plain loops in Python at a time against one", f"{loops:.2f} ×", ""),
    ]


def _otters(options, folder, some):
    """Its seconds, or why there are none: not every machine can have it."""
    try:
        return f"{_otter.seconds(options.otter, folder, SOURCE, some):.2f} s"
    except _peers.NotInstalled as error:
        return f"left out: {error}"


def memory(options):
    """The grader's memory while it marks many."""
    with tempfile.TemporaryDirectory(prefix="convviz-benchmark-") as folder:
        folder, seen = Path(folder), Memory()
        source = one_question(folder)
        handed_in = hand_in(folder / "many", options.many, source)
        each, _ = ours(handed_in, folder / "out", 2, source, seen)
    early, late = seen.growth()
    return "\n".join(
        [
            "Command: `python -m benchmarks.grading --only memory --write`; "
            f"{options.many} right submissions of one question of homework 01, two at a time, "
            f"{each:.2f} s each. Resident bytes of the process that commands and of the one that "
            "forks for each submission, together; looked at twice a second. Bar: at most "
            f"{MOST_GROWTH / 1e6:.0f} MB more after a tenth was marked than until then.",
            "",
            "| what | measured | |",
            "|---|---|---|",
            f"| most until a tenth was marked | {early / 1e6:.0f} MB |  |",
            f"| most after it | {late / 1e6:.0f} MB | {_bar(late - early <= MOST_GROWTH)} |",
        ]
    )


def table(rows, count):
    return "\n".join(
        [
            f"Command: `python -m benchmarks.grading --only times --count {count} --write`; "
            f"{count} right submissions of homework 01, seconds for each, on the wall; "
            f"{os.cpu_count()} processors, on which {os.getloadavg()[0]:.1f} programs were running; "
            f"{platform.system()}, Python {platform.python_version()}, ipykernel "
            f"{version('ipykernel')}, nbgrader {_nbgrader.VERSION}, Otter-Grader {_otter.VERSION} "
            "(the median of 3, without Docker it marks one at a time), isolation "
            f"{sandbox.choose()}. Bars: at most 1.0 s beyond a submission's own code, one at a "
            "time; two at a time at least 1.8 × as fast.",
            "",
            "| what | measured | |",
            "|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
    )


def _bar(holds):
    return "met" if holds else "short"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--many", type=int, default=200, help="submissions for the memory")
    parser.add_argument("--nbgrader", help="folder of a virtual environment for nbgrader")
    parser.add_argument("--otter", help="folder of a virtual environment for Otter-Grader")
    parser.add_argument("--only", choices=("times", "memory"), help="leave the other out")
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    options = parser.parse_args()
    texts = {}
    if options.only != "memory":
        texts["grading"] = table(times(options), options.count)
    if options.only != "times":
        texts["grading-memory"] = memory(options)
    for name, text in texts.items():
        print(text)
        if options.write:
            _write(name, text)


def _write(name, text):
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, rest = README.read_text("utf-8").split(begin)
    README.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}", "utf-8")


if __name__ == "__main__":
    main()
