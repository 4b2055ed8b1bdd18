"""The order of the tests, and a running ``convviz lab`` for those that need one."""

import os
import re
import signal
import subprocess
import sysconfig
import time
from pathlib import Path

import hypothesis
import pytest

HERE = Path(__file__).parent

# the compiled loops are tested from the first call on, not what answers until they are there
os.environ.setdefault("CONVVIZ_WAIT", "1")

# how long an example takes says nothing where the first one compiles, or the machine is busy
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items):
    """Run what fails fastest first: unit tests, doctests, notebooks, then the browser."""
    items.sort(key=_slowness)


def _slowness(item):
    if HERE / "browser" in item.path.parents:
        return 3
    if item.path.suffix == ".ipynb":
        return 2
    return 1 if isinstance(item, pytest.DoctestItem) else 0


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
    """Return ``start_lab(*arguments, **environment)``; what it started ends with the tests."""
    started = []

    def start(*arguments, **environment):
        lab = RunningLab(arguments, tmp_path_factory.mktemp("lab"), environment)
        started.append(lab)
        return lab

    yield start
    for lab in started:
        lab.stop()
