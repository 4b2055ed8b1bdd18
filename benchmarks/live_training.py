"""Training with and without a view of it: ``python -m benchmarks.live_training [--browser]``.

Turn and turn about in one process, LeNet-5 learns the digits as fast as it can: alone in the
background, and with its view. With ``--browser`` that process is the kernel of a JupyterLab with
the view in sight in Chromium, which paints on the same processors.
"""

import argparse
import os
import shutil
import statistics
import sys
import time
from pathlib import Path

from convviz import models, nn, widgets

_CELLS = """
import sys; sys.path.insert(0, {root!r})
from benchmarks.live_training import measure, fast_view
view = fast_view(); view
---
print(measure({rounds}, {seconds}, view))
"""
_PAINTED = """() => { window.painted = 0; new MutationObserver(() => { painted += 1; }).observe(
    document.querySelector('.cv-training .cv-count'), {childList: true, subtree: true}); }"""


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_training")
    parser.add_argument("--browser", action="store_true", help="in JupyterLab, in Chromium")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each turn")
    options = parser.parse_args(argv)
    run = _in_a_browser if options.browser else measure
    print(run(options.rounds, options.seconds))
    print(f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} programs running on average")


def fast_view():
    """The view of LeNet-5 and the digits without an end, as fast as it can."""
    return widgets.LiveTraining(speed=None, epochs=1_000_000)


def measure(rounds, seconds, view=None):
    """What came of it, in a line: medians over the rounds, after one that does not count."""
    view = view or fast_view()
    sent, send = [], view.send
    view.send = lambda content, buffers=None: (sent.append(1), send(content, buffers))
    nn.manual_seed(0)
    net = models.lenet5()
    optimizer = nn.SGD(net.parameters(), lr=view.lr, momentum=0.9)
    alone = nn.fit(
        net, view.train, view.val, optimizer=optimizer, epochs=1_000_000, progress=False
    )
    alone.pause()
    alone.start()
    rows = []
    for _ in range(rounds + 1):
        single = _rate(alone, alone.resume, alone.pause, seconds)
        before = len(sent)
        watched = _rate(view.training, view.start, view.training.pause, seconds)
        updates = (len(sent) - before) / seconds
        view.pause()
        rows.append((single, watched, 100 * (1 - watched / single), updates))
    view.close()
    alone.stop()
    single, watched, slower, updates = map(statistics.median, zip(*rows[1:], strict=True))
    each = ", ".join(f"{row[2]:.1f}" for row in rows[1:])
    return (
        f"{single:.0f} steps/s alone, {watched:.0f} with the view: slower by {slower:.1f} % "
        f"({each}); {updates:.1f} updates/s"
    )


def _rate(training, start, stop, seconds):
    """Steps a second, from the first step to be done."""
    start()
    time.sleep(0.1)
    began, steps = time.perf_counter(), len(training.history)
    time.sleep(seconds)
    rate = (len(training.history) - steps) / (time.perf_counter() - began)
    stop()
    time.sleep(0.1)
    return rate


def _in_a_browser(rounds, seconds):
    from benchmarks._browser import bench

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on the PATH")
    root = str(Path(__file__).parents[1])
    cells = _CELLS.format(root=root, rounds=rounds, seconds=seconds).split("---")
    with bench(chromium) as lab:
        lab.open("live.ipynb", [cell.strip() for cell in cells])
        lab.lab.run_cell(lab.page, 0)
        lab.page.locator(".cv-training").wait_for()
        lab.page.evaluate(_PAINTED)
        lab.lab.run_cell(lab.page, 1)
        told = lab.cell(1).inner_text().strip()
        # one round more than is told, and the time before and after each turn
        time_in_all = (rounds + 1) * (seconds + 0.1)
        return f"{told}\n{lab.page.evaluate('painted') / time_in_all:.1f} painted/s"


if __name__ == "__main__":
    main()
