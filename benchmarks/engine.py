"""The engine beside PyTorch: ``python -m benchmarks.engine [--seed N] [--quick]``."""

import argparse
import os
import platform
import sys
import time
from pathlib import Path

import numba
import numpy as np
import torch

import convviz
from benchmarks import _drawn, _figure, _lenet, _memory, _peak, _rows
from benchmarks._timing import interleaved, seconds


_README = Path(__file__).with_name("README.md")
# what stands below this line is written by the command
_MARK = "## Measured"

# Memory that is freed stays with the process: fresh pages would cost both sides more than the
# arithmetic, and PyTorch more often.
_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_TOP_PAD_": "268435456",
    "OPENBLAS_NUM_THREADS": "1",
}


def main(argv=None):
    options = _parser().parse_args(argv)
    if not _MEMORY.items() <= os.environ.items():
        # the C library reads these when a process begins
        arguments = [sys.executable, "-m", "benchmarks.engine", *(argv or sys.argv[1:])]
        os.execve(sys.executable, arguments, os.environ | _MEMORY)
    lines = []

    def tell(line):
        print(line, flush=True)
        lines.append(line)

    tell(_machine(options))
    for threads in options.threads:
        _table(threads, options, tell)
    if not options.only:
        for part in (_tell_extras, _tell_memory):
            _try(part, tell)
    if options.write:
        # what has been measured is kept, whatever becomes of the figure
        lines.append("\n![time against batch, channels, size and threads](scaling.svg)")
        text = _README.read_text("utf-8").partition(_MARK)[0]
        _README.write_text(f"{text}{_MARK}\n\n" + "\n".join(lines) + "\n", "utf-8")
        _figure.draw(_README.with_name("scaling.svg"), options.rounds)
    return 0


def _try(part, tell):
    """Do a part; what goes wrong is told in its place, and the rest is not lost."""
    try:
        part(tell)
    except Exception as error:
        tell(f"\n{part.__name__.removeprefix('_tell_')}: failed, {_in_a_line(error)}")


def _in_a_line(error):
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text[:100].replace("|", "/")


def _table(threads, options, tell):
    tell(f"\n### {threads} thread{'s' if threads > 1 else ''}\n")
    clock = time.process_time if threads == 1 else time.perf_counter
    tell("| what | PyTorch ms | ours ms | PyTorch ÷ ours | at least | |")
    tell("|---|---|---|---|---|---|")
    convviz.set_num_threads(threads)
    torch.set_num_threads(threads)
    for row in [*_rows.fixed(), *_drawn.drawn(options.seed)]:
        if options.only in row.name:
            tell(_line(row, options.rounds, clock))


def _parser():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="draws the ten shapes without a bar")
    parser.add_argument("--quick", dest="rounds", action="store_const", const=5, default=15,
                        help="5 rounds instead of 15")  # fmt: skip
    parser.add_argument("--only", default="", metavar="TEXT", help="rows whose name has TEXT")
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    return parser


def _machine(options):
    versions = {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "Numba": numba.__version__,
        "PyTorch": torch.__version__,
    }
    return "\n".join([
        f"Command: `python -m benchmarks.engine --seed {options.seed}`"
        f"{' --quick' if options.rounds == 5 else ''}; {options.rounds} rounds, "
        f"threads: {', '.join(map(str, options.threads))}",
        f"Machine: {_processor()}, {os.cpu_count()} processors, {platform.system()}",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in versions.items()),
    ])  # fmt: skip


def _processor():
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":")[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _line(row, rounds, clock):
    bar = f"{row.bar:g}" if row.bar else ""
    try:
        pair = row.make(*row.arguments, **row.options)
        found = interleaved(*pair, rounds=rounds, clock=clock)
    except Exception as error:
        return f"| {row.name} | | | | {bar} | failed, {_in_a_line(error)} |"
    verdict = "" if row.bar is None else "met" if found.ratio >= row.bar else "short"
    return (
        f"| {row.name} | {found.theirs * 1e3:.3f} | {found.ours * 1e3:.3f} "
        f"| {found.ratio:.2f} | {bar} | {verdict} |"
    )


def _tell_extras(tell):
    """What is no ratio: the share of the peak, and the time of a small call."""
    convviz.set_num_threads(1)
    peak = _peak.fused_multiply_adds()
    _, step = _lenet.as_chain(64)
    reached = 64 * _lenet.multiply_adds() / seconds(step)
    tell(f"\nLeNet-5 step, batch 64, one core: {reached / 1e9:.1f} of a measured peak of "
          f"{peak / 1e9:.1f} thousand million multiply-adds a second: {reached / peak:.0%} "
          f"(at least 75 %): {'met' if reached >= 0.75 * peak else 'short'}")  # fmt: skip
    x = np.ones((1, 1, 7, 7), np.float32)
    w = np.ones((1, 1, 3, 3), np.float32)
    call = seconds(lambda: convviz.ops.conv2d(x, w)) * 1e6
    tell(f"\nconv2d on a 7×7 grid: {call:.1f} µs (at most 10): {'met' if call <= 10 else 'short'}")


def _tell_memory(tell):
    """The rows that hold most, and whether all keep to the bar."""
    rows = sorted(_memory.table(), key=lambda held: -held.ratio)
    over = [held.name for held in rows if held.ratio > _memory.BAR]
    tell(f"\n### Memory\n\nHeld at once ÷ inputs and outputs (at most {_memory.BAR:g}), of "
         f"{len(rows)} passes: {'met by all' if not over else 'short: ' + ', '.join(over)}\n")
    tell("| what | inputs, MB | outputs, MB | made at once, MB | held ÷ given and made |")
    tell("|---|---|---|---|---|")
    for held in rows:
        sizes = (held.given, held.made, held.peak)
        megabytes = " | ".join(f"{size / 2**20:.1f}" for size in sizes)
        tell(f"| {held.name} | {megabytes} | {held.ratio:.2f} |")


if __name__ == "__main__":
    sys.exit(main())
