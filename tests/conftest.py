"""The order of the tests, and a running ``convviz lab`` for those that need one.

A whole run is shared out to two processes where pytest-xdist is; ``pytest -n 0`` asks for one.
"""

import os
import re
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from pathlib import Path

import hypothesis
import pytest

HERE = Path(__file__).parent

# tests start hundreds of Pythons: none is to compile anew what an earlier one has compiled
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# the compiled loops are tested from the first call on, not what answers until they are there
os.environ.setdefault("CONVVIZ_WAIT", "1")

# how long an example takes says nothing where the first one compiles, or the machine is busy
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


# what looks at all that runs on the machine, or at the clock: one process, when all else is done
_ALONE = (
    "tests/test_import.py",
    "tests/grading/classes/",
    *(f"tests/grading/test_{name}.py"
      for name in ("compiled", "kernel", "memory", "sandbox", "scratch", "servers")),
)  # fmt: skip
# one JupyterLab and one browser serve all of it
_BROWSER = "tests/browser/"
_FASTEST = "warm", "unit", "lab", "doctest", "notebook", "called", "alone", "browser"
# each of two processes takes what comes next: one compiles the engine, and the other has meanwhile
# something that needs none; lectures that train, and then one the browser
_SHARED = "warm", "lab", "notebook", "browser", "unit", "doctest", "called", "alone"


def pytest_collection_modifyitems(config, items):
    """Run what fails fastest first: unit tests, doctests, notebooks, marking, then the browser.

    Two processes are given what takes long first, so that they end together.
    """
    several = getattr(config, "workerinput", {}).get("workercount", 1) > 1
    order = _SHARED if several else _FASTEST
    items.sort(key=lambda item: order.index(_kind(item)))


def _kind(item):
    if item.nodeid.startswith(_BROWSER):
        return "browser"
    if item.nodeid.startswith(_ALONE):
        return "alone"
    if item.path.suffix == ".ipynb":
        return "notebook"
    if isinstance(item, pytest.DoctestItem):
        return "doctest"
    # the engine is compiled once, and kept for all that comes later; what the notebooks called of
    # it is known when all have run
    kinds = {"test_warm.py": "warm", "test_lab.py": "lab", "test_warm_lectures.py": "called"}
    return kinds.get(item.path.name, "unit")


def pytest_configure(config):
    """Make a folder where every process that tests says what the notebooks it runs have called."""
    if not hasattr(config, "workerinput"):
        folder = os.environ["CONVVIZ_TESTS_CALLED"] = tempfile.mkdtemp()
        config.add_cleanup(lambda: shutil.rmtree(folder))
    # what a conftest asks for each test, pytest asks for those in its folder only: not notebooks
    config.pluginmanager.register(_Notebooks())


class _Notebooks:
    """What is done with the kernels of notebooks, wherever these lie."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item):
        """Start notebooks' kernels as `convviz lab` does, but that operations wait for loops."""
        if item.path.suffix != ".ipynb" or item.parent.kernel is not None:
            return (yield)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CONVVIZ_WAIT", "0")
            found = yield
        _execute(item.parent.kernel, "__import__('convviz').wait_until_compiled()")
        return found

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item, nextitem):
        """Have a notebook's kernel write which compiled loops it called, before it ends."""
        others = nextitem is None or nextitem.parent is not item.parent
        if item.path.suffix == ".ipynb" and others and _is_last(item):
            kernel, program = item.parent.kernel, str(HERE / "cli" / "called.py")
            places = os.environ["CONVVIZ_TESTS_CALLED"], item.path.stem
            if kernel.is_alive():
                _execute(kernel, f"__import__('runpy').run_path({program!r})['write']{places};")
        return (yield)


def _is_last(item):
    cells = [cell for cell in item.parent.nb.cells if cell.cell_type == "code"]
    return item.cell_num == len(cells) - 1


def _execute(kernel, source):
    asked = kernel.execute_cell_input(source)
    kernel.await_reply(asked, timeout=300)
    kernel.await_idle(asked, timeout=10)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Share a whole run out to two processes, unless the command says how many."""
    option = config.option
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    # None is what pytest-xdist has when nothing is said; without it there is no such option
    unsaid = getattr(option, "numprocesses", 0) is None and not hasattr(config, "workerinput")
    if whole and unsaid and option.dist == "no" and not option.usepdb and (os.cpu_count() or 1) > 1:
        option.numprocesses, option.dist = 2, "loadfile"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out file by file; the browser, and what is to be alone, as one each."""
    if config.option.dist != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Rooms(LoadFileScheduling):
        def _split_scope(self, nodeid):
            if nodeid.startswith(_BROWSER):
                return "browser"
            return "alone" if nodeid.startswith(_ALONE) else super()._split_scope(nodeid)

        def _others(self, node):
            return [it for it in self.nodes if it is not node and not it.shutting_down]

        def _assign_work_unit(self, node):
            last = next(iter(self.workqueue)) == "browser" and self._others(node)
            super()._assign_work_unit(node)
            if last:
                # the loop of events that drives a browser is in the way of all that has its own
                node.shutdown()

        def _reschedule(self, node):
            if [*self.workqueue] != ["alone"] or len(self.nodes) == 1:
                super()._reschedule(node)
            elif self._others(node) and not node.shutting_down:
                # it ends with what it has; who is left waits for that, and does the rest
                node.shutdown()

        def remove_node(self, node):
            crashed = super().remove_node(node)
            for other in self.nodes:
                self._reschedule(other)
            return crashed

    config.option.loadscopereorder = False
    return Rooms(config, log)


class RunningLab:
    """A ``convviz lab`` process, its printed words, its address and its token."""

    def __init__(self, arguments, folder, environment):
        self._log = folder / "log"
        # Nothing is read from, or written to, the home of whoever runs the tests.
        places = {
            "JUPYTER_CONFIG_DIR": folder / "config",
            "JUPYTER_DATA_DIR": folder / "data",
            "JUPYTER_RUNTIME_DIR": folder / "runtime",
            "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
            "IPYTHONDIR": folder / "ipython",
            "HOME": folder / "home",
            "TMPDIR": folder / "tmp",
        }
        for place in places.values():
            place.mkdir(exist_ok=True)
        self.temporary = places["TMPDIR"]
        self.configuration = places["JUPYTER_CONFIG_DIR"]
        self.runtime = places["JUPYTER_RUNTIME_DIR"]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [Path(sysconfig.get_path("scripts"), "convviz"), "lab", *map(str, arguments)],
                env={**os.environ, **{k: str(v) for k, v in (places | environment).items()}},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )

    @property
    def output(self):
        return self._log.read_text("utf-8")

    def wait_until_ready(self, seconds=60):
        """Wait for the printed address; set ``url`` (no slash at its end) and ``token``."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(r"(http://[^/\s]+)/lab\S*\?token=(\w+)[\s\S]*Ctrl\+C", self.output)
            if found:
                self.url, self.token = found.groups()
                return self
            time.sleep(0.05)
        raise AssertionError(f"convviz lab gave no address:\n{self.output}")

    def stop(self, number=signal.SIGINT, seconds=20):
        """Ask the process to end, as Ctrl+C does; return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@pytest.fixture(scope="session")
def start_lab(tmp_path_factory):
    """Return ``start_lab(*arguments, **environment)``; what it started ends with the tests.

    Unless it is to be ``warm``, nothing is compiled beside it: there are others who do.
    """
    started = []

    def start(*arguments, warm=False, **environment):
        arguments = arguments if warm else ("--no-warm", *arguments)
        lab = RunningLab(arguments, tmp_path_factory.mktemp("lab"), environment)
        started.append(lab)
        return lab

    yield start
    for lab in started:
        lab.stop()
