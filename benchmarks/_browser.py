"""What a hand on the keyboard waits for: measured in JupyterLab, in Chromium."""

import contextlib
import random
import statistics
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, Lab
from tests.conftest import RunningLab

# A frame is finished when a message posted before it is painted comes back.
_WATCH = """
window.times = [];
window.painted = (act) => requestAnimationFrame(() => {
  const {port1, port2} = new MessageChannel();
  port1.onmessage = act;
  port2.postMessage(0);
});
window.fromKey = (root, changes) => {
  window.stop?.();
  times = [];
  let start = 0;
  const key = (event) => { start = event.timeStamp; };
  const watcher = new MutationObserver((all) => {
    if (!start || !all.some(changes)) return;
    const from = start;
    start = 0;
    painted(() => times.push(performance.now() - from));
  });
  root.addEventListener('keydown', key, true);
  watcher.observe(root, {subtree: true, childList: true, characterData: true, attributes: true});
  window.stop = () => { root.removeEventListener('keydown', key, true); watcher.disconnect(); };
};
"""
_SCRUB = """([root, selector, frames]) => new Promise((resolve) => {
  const slider = root.querySelector(selector);
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const start = performance.now();
  let n = 0;
  const frame = () => {
    if (n === frames) { resolve(frames * 1000 / (performance.now() - start)); return; }
    n += 1;
    const turn = n % (2 * (high - low));
    slider.value = turn < high - low ? low + turn : high - (turn - (high - low));
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


class Bench:
    """A JupyterLab with one notebook open and run."""

    def __init__(self, page, lab):
        self.page, self.lab = page, lab
        self._random = random.Random(0)

    def open(self, name, cells):
        """Write a notebook of these cells and open it; nothing is run yet."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(it) for it in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, self.lab.folder / name)
        self.lab.open(self.page, name)

    def run_until_live(self):
        """Run all cells; milliseconds until the first player has painted a step."""
        return self.page.evaluate(
            """() => new Promise((resolve) => {
                 const start = performance.now();
                 const look = () => document.querySelector('.cv-player .cv-now')
                   ? painted(() => resolve(performance.now() - start)) : requestAnimationFrame(look);
                 jupyterapp.commands.execute('notebook:run-all-cells');
                 look();
               })"""
        )

    def cell(self, n):
        """The output of a cell, in sight."""
        return self.lab.cell(self.page, n).locator(".jp-OutputArea").first

    def keys(self, root, keys, changes="() => true", pause=60):
        """Press keys one by one; milliseconds from each to the frame that shows what it changed."""
        root.evaluate(f"root => fromKey(root, {changes})")
        for key in keys:
            before = self.page.evaluate("times.length")
            self.page.keyboard.press(key)
            self.page.wait_for_function("before => times.length > before", arg=before, timeout=20_000)
            # A hand knows nothing of the screen: keys come at any moment between two frames.
            self.page.wait_for_timeout(pause + 17 * self._random.random())
        return self.page.evaluate("times")

    def scrub(self, root, selector, frames=120):
        """Frames a second while a slider is moved once a frame, to and fro."""
        return self.page.evaluate(_SCRUB, [root.element_handle(), selector, frames])

    @contextlib.contextmanager
    def busy(self, seconds):
        """Keep the kernel at work for some seconds."""
        loop = f"import time; end = time.time() + {seconds}\nwhile time.time() < end: pass"
        self.page.evaluate(
            "code => { jupyterapp.shell.currentWidget.sessionContext.session.kernel"
            ".requestExecute({code}); }", loop
        )  # fmt: skip
        yield
        self.page.wait_for_timeout(1000 * seconds)

    def restart(self):
        """A fresh kernel, and no outputs."""
        self.page.evaluate(
            """async () => { const {sessionContext} = jupyterapp.shell.currentWidget;
                 await jupyterapp.commands.execute('notebook:clear-all-cell-outputs');
                 await sessionContext.session.kernel.restart();
                 await sessionContext.session.kernel.info; }"""
        )
        self.page.wait_for_timeout(1500)


@contextlib.contextmanager
def bench(chromium, *, root=True, **environment):
    """A running JupyterLab in a running Chromium, as a :class:`Bench`."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        folder = Path(home, "notebooks")
        folder.mkdir()
        lab = RunningLab(
            ["--no-browser", "--port", "0", "--notebooks", folder, "--",
             "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"],
            Path(home), environment,
        )  # fmt: skip
        browser = playwright.chromium.launch(
            executable_path=chromium, args=FLAGS + ["--no-sandbox"] * root
        )
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(_WATCH)
            yield Bench(page, Lab(lab.wait_until_ready(), folder))
        finally:
            browser.close()
            lab.stop()


def high(times, share=0.95):
    """The time that this share of the measurements stays below."""
    return sorted(times)[min(round(share * len(times)), len(times) - 1)]


median = statistics.median
