"""How long a fresh process takes to answer, with and without compiled code on disk.

    python -m benchmarks.startup --rounds 5 --write

Every figure is from processes of its own, and a median over the rounds. The processor's time leaves
out what other programs took; the clock on the wall is what a student sees on a quiet machine.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- startup: begin -->", "<!-- startup: end -->"
# a child's program: it calls `go()` for what is timed, and prints seconds (wall, processor)
FRAME = """
import json, time
{setup}
wall, processor = time.perf_counter(), time.process_time()
{timed}
print(json.dumps([time.perf_counter() - wall, time.process_time() - processor]))
"""
SETUP = """
import numpy as np
import convviz
from convviz import ops
random = np.random.default_rng(0).standard_normal
def array(*shape): return random(shape, dtype=np.float32)
{arrays}
"""
LENET = "x, w, u = array(16, 1, 28, 28), array(6, 1, 5, 5), array(16, 6, 5, 5)"
STEP = """
y = ops.conv2d(x, w)
p, i = ops.max_pool2d(ops.relu(y), 2, return_indices=True)
z = ops.conv2d(p, u)
dp, du, _ = ops.conv2d_backward(z, p, u)
ops.conv2d_backward(ops.relu_backward(ops.max_pool2d_backward(dp, i, y.shape), y), x, w)
"""
CHAIN = """
from convviz.ops import links
relu, pool = links.ReLU(), links.MaxPool2d(2)
chain = ops.Chain([links.Conv2d(6, 5, padding=2), relu, pool, links.Conv2d(16, 5), relu, pool,
                   links.Flatten(), links.Linear(120), relu, links.Linear(84), relu,
                   links.Linear(10)], (1, 28, 28))
x, labels = array(16, 1, 28, 28), np.arange(16) % 10
parameters, velocities = array(chain.size) / 20, np.zeros(chain.size, np.float32)
"""
TRAIN = "chain.train_step(x, labels, parameters, velocities, rate=0.01)"
IMAGE = "x, y = array(1, 3, 128, 128), array(1, 3, 64, 64)"
#: what, arrays, call
STATES = "nothing kept", "kept"
FIRST = [
    ("conv2d 7×7", "x, w = array(1, 1, 7, 7), array(1, 1, 3, 3)", "ops.conv2d(x, w)"),
    ("conv2d 3→8 3×3 @128²", f"{IMAGE}; w = array(8, 3, 3, 3)", "ops.conv2d(x, w, padding=1)"),
    ("conv2d_backward 3→8 3×3 @64²", f"{IMAGE}; w, dy = array(8, 3, 3, 3), array(1, 8, 62, 62)",
     "ops.conv2d_backward(dy, y, w)"),
    ("conv_transpose2d 8→3 4×4 s2 @32²", "x, w = array(1, 8, 32, 32), array(8, 3, 4, 4)",
     "ops.conv_transpose2d(x, w, stride=2)"),
    ("conv3d 2→4 3³ @12³", "x, w = array(1, 2, 12, 12, 12), array(4, 2, 3, 3, 3)",
     "ops.conv3d(x, w)"),
    ("max_pool2d 3 @128²", IMAGE, "ops.max_pool2d(x, 3)"),
    ("avg_pool2d 2 @128²", IMAGE, "ops.avg_pool2d(x, 2)"),
    ("avg_pool2d_backward 2 @128²", IMAGE, "ops.avg_pool2d_backward(y, x.shape, 2)"),
    ("lp_pool2d 2 @128²", IMAGE, "ops.lp_pool2d(x, 2, 2)"),
    ("batch_norm @128²", IMAGE, "ops.batch_norm(x)"),
    ("softmax @128²", IMAGE, "ops.softmax(x, 1)"),
    ("LeNet-5's convolutions, batch 16, forward and backward", LENET, STEP),
    ("LeNet-5 as a Chain, batch 16, a step of training", CHAIN, TRAIN),
]  # fmt: skip
LOAD = "for job in range({}): warm._compile(job)"
WARM = "from convviz import cli; from convviz.cli import warm; {}; cli.main(['warm'])"


def usual(cache):
    """The environment of a student, whose Python keeps what it has read of a module."""
    unusual = "CONVVIZ_WAIT", "PYTHONDONTWRITEBYTECODE"
    clean = {key: value for key, value in os.environ.items() if key not in unusual}
    return clean | {"NUMBA_CACHE_DIR": str(cache)}


def child(setup, timed, cache):
    """Seconds (wall, processor) that a fresh process measures."""
    answer = subprocess.run(
        [sys.executable, "-c", FRAME.format(setup=setup, timed=timed)],
        env=usual(cache), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(answer.stdout.splitlines()[-1])


def medians(rounds, *arguments):
    times = [child(*arguments) for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def outside(command, cache):
    """Seconds (wall, processor) of a process with its children, as the system counts them."""
    import resource
    import time

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", command], check=True, stdout=subprocess.DEVNULL, env=usual(cache)
    )
    wall, now = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def measured(rounds):
    """Rows (what, seconds, at most) of pairs (wall, processor), and rows for first results."""
    with tempfile.TemporaryDirectory() as folder:
        none, full = Path(folder, "none"), Path(folder, "full")
        cold = outside(WARM.format("warm._JOBS[warm.LECTURES:] = []"), full)
        for mark in full.rglob("complete-*"):
            mark.unlink()
        rest = outside(WARM.format("pass"), full)
        loaded = "import numpy, convviz; from convviz.cli import warm"
        some, all_of_it = (
            medians(rounds, loaded, LOAD.format(count), full)
            for count in ("warm.LECTURES", "len(warm._JOBS)")
        )
        rows = [
            ("import convviz", medians(rounds, "", "import convviz", full), 0.25),
            ("what lectures use, loaded from disk", some, 1.0),
            ("the whole engine, loaded from disk", all_of_it, 1.0),
            ("what lectures use, compiled by two processes", cold, 10.0),
            ("everything else, compiled by two processes", rest, None),
        ]
        first = []
        for name, arrays, call in FIRST:
            setup = SETUP.format(arrays=arrays)
            times = [medians(rounds, setup, call, cache) for cache in (none, full)]
            first.append((name, times, 0.2))
    return rows, first


def table(rows, first, rounds):
    lines = [
        f"Command: `python -m benchmarks.startup --rounds {rounds} --write`; {os.cpu_count()} "
        f"processors, on which {os.getloadavg()[1]:.1f} programs were running; "
        f"{platform.system()}, Python {platform.python_version()}, NumPy {version('numpy')}, "
        f"Numba {version('numba')}. Seconds on the wall (of the processor); a bar is for the "
        "latter where one process works, and for half of it where two do.",
        "",
        "| what | seconds | at most | |",
        "|---|---|---|---|",
    ]
    for what, times, bar in rows:
        used = times[1] / 2 if "two processes" in what else times[1]
        lines.append(f"| {what} | {_shown(times)} | {_verdict(used, bar)} |")
    lines += ["", f"| first result | {' | '.join(STATES)} | at most | |", "|---|---|---|---|---|"]
    for what, times, bar in first:
        worst = max(processor for _, processor in times)
        columns = " | ".join(map(_shown, times))
        lines.append(f"| {what} | {columns} | {_verdict(worst, bar)} |")
    return "\n".join(lines)


def _shown(times):
    return f"{times[0]:.3f} ({times[1]:.3f})"


def _verdict(seconds, bar):
    return " | " if bar is None else f"{bar:g} | {'met' if seconds <= bar else 'short'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    options = parser.parse_args()
    text = table(*measured(options.rounds), options.rounds)
    print(text)
    if options.write:
        before, rest = README.read_text("utf-8").split(BEGIN)
        after = rest.split(END)[1]
        README.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
