"""While a student reads, ``convviz lab`` compiles the engine where nobody notices it."""

import contextlib
import subprocess
import sys
import time

import psutil
import pytest

from convviz.cli import lab as command


def warming(lab, seconds=30):
    """The process that compiles for a running lab, or None when there is none."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for child in psutil.Process(lab.process.pid).children():
            # one that is over has no command any more
            with contextlib.suppress(psutil.Error):
                if child.cmdline()[-2:] == ["warm", "--background"]:
                    return child
        time.sleep(0.05)
    return None


def test_the_engine_is_compiled_behind_the_lab_and_ends_with_it(start_lab, tmp_path):
    (tmp_path / "cache").mkdir()
    places = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    lab = start_lab("--no-browser", "--notebooks", tmp_path, warm=True, **places).wait_until_ready()
    process = warming(lab)
    if sys.platform != "win32":
        end = time.monotonic() + 30
        while process.nice() != 19 and time.monotonic() < end:
            time.sleep(0.05)
        assert process.nice() == 19
    end = time.monotonic() + 120
    while not [*tmp_path.rglob("*.nbc")] and time.monotonic() < end:
        time.sleep(0.1)
    assert [*tmp_path.rglob("*.nbc")], "nothing has been compiled"
    assert process.is_running()
    assert lab.stop() == 0
    assert not process.is_running()
    assert "warm" not in lab.output


def test_it_can_be_left_out(start_lab, tmp_path):
    lab = start_lab("--no-browser", "--no-warm", "--notebooks", tmp_path, warm=True)
    lab.wait_until_ready()
    assert warming(lab, seconds=1) is None


def test_it_ends_with_an_error_too(monkeypatch):
    started = []

    class Started(subprocess.Popen):
        def __init__(self, arguments, **options):
            started.append(self)
            super().__init__([sys.executable, "-c", "import time; time.sleep(60)"], **options)

    monkeypatch.setattr(subprocess, "Popen", Started)
    with pytest.raises(OSError, match="no port"), command._warming(False):
        assert started[0].poll() is None
        raise OSError("no port")
    assert started[0].poll() is not None
