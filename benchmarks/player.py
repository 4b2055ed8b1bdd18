"""The live views beside ``interact`` and matplotlib: ``python -m benchmarks.player [--write]``."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

from benchmarks._browser import bench, high, median
from convviz import wait_until_compiled, widgets
from convviz.widgets._player import Player

_README = Path(__file__).with_name("README.md")
_MARKS = ("<!-- player -->", "<!-- end of player -->")
_LARGEST = "widgets.Arithmetic(12, 4, stride=1, padding=6, dilation=1)"
_INTERACT = """
import matplotlib.pyplot as plt, numpy as np
from ipywidgets import interact
from convviz import scenes
%matplotlib inline
def draw(step=0, weight=1):
    kernel = scenes.ISOLATED_ONE.copy()
    kernel[1, 1] = weight
    scene = scenes.convolution2d(scenes.EXAMPLE_IMAGE, kernel, padding=1)
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.4))
    for ax, grid in zip(axes, scene.grids):
        shown = grid.values if grid.name != "output" else np.where(
            np.arange(grid.values.size).reshape(grid.shape) <= step, grid.values, 0)
        ax.imshow(shown, cmap="coolwarm")
        ax.set_title(grid.name)
        for (r, c), value in np.ndenumerate(shown):
            ax.text(c, r, value, ha="center", va="center")
    r, c = divmod(step, 5)
    axes[0].add_patch(plt.Rectangle((c - .5, r - .5), 3, 3, fill=False, lw=3))
    figure.suptitle(scene.formula_text(step))
    plt.show()
interact(draw, step=(0, 24), weight=(-50, 50));
"""
_CELLS = ["from convviz import widgets", "widgets.Convolution2D(padding=1)", _LARGEST, _INTERACT]
_SMALL, _LARGE, _OTHER = 1, 2, 3
_IMAGE = (
    "change => change.type === 'childList' && "
    "[...change.addedNodes].some((node) => node.querySelector?.('img'))"
)


def main(argv=None):
    options = _parser().parse_args(argv)
    chromium = options.chromium or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on the PATH: name it with --chromium or CHROMIUM")
    rows, lines = [], ["| what | measured | bar | |", "|---|---|---|---|"]
    for row in chain(_building(), _starting(chromium), _moving(chromium)):
        rows.append(row)
        lines.append(_line(row))
        print(lines[-1], flush=True)
    load = f"Machine: {os.cpu_count()} processors, {os.getloadavg()[0]:.1f} programs running on average"
    text = "\n".join([load, "", *lines])
    if options.write:
        _write(text)
    return 0 if all(met for *_, met in rows) else 1


def _parser():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.player", description=__doc__)
    parser.add_argument("--chromium", default=os.environ.get("CHROMIUM"), help="the program")
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    return parser


def _line(row):
    what, shown, bar, met = row
    return f"| {what} | {shown} | {bar} | {'met' if met else 'short'} |"


def _write(text):
    before, _, rest = _README.read_text("utf-8").partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2]
    _README.write_text(f"{before}{_MARKS[0]}\n{text}\n{_MARKS[1]}{after}", "utf-8")


def _at_most(what, value, bar, unit):
    return what, f"{value:.{0 if value >= 100 else 1}f} {unit}", f"≤ {bar} {unit}", value <= bar


def _at_least(what, value, bar, unit):
    return what, f"{value:.{0 if value >= 10 else 1}f}{unit}", f"≥ {bar}{unit}", value >= bar


def _building():
    """All precomputed scenes of every default widget: the longest time and the largest state."""
    times, sizes = {}, {}
    wait_until_compiled()  # the engine is loaded by a thread that would be counted, too
    for name in widgets.__all__:
        kind = getattr(widgets, name)
        if not issubclass(kind, Player):
            continue
        widget = kind()
        sizes[name] = len(widget._bundle) / 1000
        times[name] = 1000 * median([_seconds(widget._build_bundle) for _ in range(9)])
    slowest, largest = max(times, key=times.get), max(sizes, key=sizes.get)
    yield _at_most(f"building all precomputed scenes, slowest widget ({slowest}), processor time",
                   times[slowest], 50, "ms")  # fmt: skip
    yield _at_most(f"compressed state, largest widget ({largest})", sizes[largest], 100, "kB")


def _seconds(function):
    start = time.process_time()
    function()
    return time.process_time() - start


def _starting(chromium):
    """From Run All to a live widget in a fresh kernel, without and with what was compiled before."""
    with tempfile.TemporaryDirectory() as cache, bench(chromium, NUMBA_CACHE_DIR=cache) as lab:
        lab.open("start.ipynb", _CELLS[:2])
        cold = lab.run_until_live()
        warm = []
        for _ in range(5):
            lab.restart()
            warm.append(lab.run_until_live())
    yield _at_most("Run All to a live widget, nothing compiled yet", cold / 1000, 5, "s")
    yield _at_most("Run All to a live widget, later", median(warm) / 1000, 1.5, "s")


def _moving(chromium):
    """Steps, sliders and edits; the same scene by interact and inline matplotlib."""
    with bench(chromium) as lab:
        lab.open("move.ipynb", _CELLS)
        lab.lab.run_all(lab.page)
        local = yield from _local(lab, "")
        small = lab.cell(_SMALL)
        edit = median(_edits(lab, small))
        yield _at_most("a free edit through the kernel, median", edit, 50, "ms")
        with lab.busy(20):
            yield from _local(lab, ", kernel busy")
        other = lab.cell(_OTHER)
        other.locator("img").first.wait_for()
        step, weight = other.locator("[role=slider]").all()
        step.focus()
        theirs = median(lab.keys(other, ["ArrowRight"] * 12, _IMAGE, pause=300))
        weight.focus()
        theirs_edit = median(lab.keys(other, ["ArrowRight"] * 12, _IMAGE, pause=300))
        yield _at_least("a step, interact + matplotlib ÷ ours", theirs / local, 10, "×")
        yield _at_least("an edit, interact + matplotlib ÷ ours", theirs_edit / edit, 4, "×")


def _local(lab, when):
    """What needs no kernel; returns the median of a step."""
    small, large = lab.cell(_SMALL).locator(".cv-player"), lab.cell(_LARGE).locator(".cv-player")
    lab.cell(_SMALL)
    small.get_by_label("step", exact=True).focus()
    lab.page.keyboard.press("Home")
    steps = lab.keys(small, ["ArrowRight", "ArrowLeft"] * 30)
    yield _at_most(f"a step, key to pixels, 95 of 100{when}", high(steps), 20, "ms")
    small.get_by_label("padding", exact=True).focus()
    sliders = lab.keys(small, ["ArrowRight", "ArrowLeft"] * 30)
    yield _at_most(f"a precomputed slider, key to pixels, 95 of 100{when}", high(sliders), 20, "ms")
    lab.cell(_LARGE)
    yield _at_least(f"scrubbing the steps of the largest scene{when}",
                    lab.scrub(large, ".cv-scrub"), 50, " frames/s")  # fmt: skip
    yield _at_least(f"scrubbing a slider of the largest scene{when}",
                    lab.scrub(large, "[aria-label=padding]"), 50, " frames/s")  # fmt: skip
    return median(steps)


def _edits(lab, small):
    """Numbers typed into a weight: from Enter to the changed result."""
    player = small.locator(".cv-player")
    player.get_by_label("last step").click()
    times = []
    for number in range(2, 32):
        weight = player.locator(".cv-role-filter .cv-cell").nth(4)
        weight.focus()
        lab.page.keyboard.type(str(number))
        shown = (
            "change => change.type === 'characterData' && "
            "change.target.parentElement?.closest('.cv-role-filter')"
        )
        times += lab.keys(player, ["Enter"], shown, pause=700)
    return times


if __name__ == "__main__":
    sys.exit(main())
