"""Processes that fork for each submission: one submission's end is not that of the next."""

import os
import signal
import threading
import time

import psutil
import pytest

from convviz.grading import servers

pytestmark = [
    pytest.mark.skipif(not servers.here(), reason="there are no servers on this system"),
    pytest.mark.timeout(120),
]


@pytest.fixture(scope="module")
def running():
    with servers.Servers() as found:
        yield found


def forked(running):
    """The process that marks now, once there is one."""
    (server,) = running._all
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for process in psutil.Process(server.process.pid).children():
            return process
        time.sleep(0.01)
    raise AssertionError("nothing was forked")


def test_what_a_fork_says_is_in_the_folder_and_how_it_ended_is_told(running, tmp_path):
    for _ in range(2):  # there is no job: the fork raises, and the server goes on
        assert running.run(tmp_path, 60) == "pytest ended early, with status 1"
    assert "job.json" in (tmp_path / "log.txt").read_text("utf-8")
    assert len(running._all) == 1


def hang(folder):
    """A job that is not there yet: reading it waits for ever."""
    os.mkfifo(folder / "job.json")


def test_a_fork_that_takes_too_long_is_killed(running, tmp_path):
    hang(tmp_path)
    assert running.run(tmp_path, 0.5) == "pytest did not end within 0 seconds"
    assert running.run(tmp_path / "none", 60) == "pytest ended early, with status 1"


def test_a_fork_that_is_killed_takes_nobody_along(running, tmp_path):
    hang(tmp_path)
    said = []
    marking = threading.Thread(target=lambda: said.append(running.run(tmp_path, 60)))
    marking.start()
    forked(running).kill()
    marking.join()
    assert said == [f"pytest ended early, with status -{signal.SIGKILL}"]
    assert running.run(tmp_path / "none", 60) == "pytest ended early, with status 1"


def test_a_server_that_dies_ends_what_it_forked_and_another_takes_its_place(tmp_path):
    hang(tmp_path)
    said = []
    with servers.Servers() as running:
        marking = threading.Thread(target=lambda: said.append(running.run(tmp_path, 60)))
        marking.start()
        while not running._all:
            time.sleep(0.01)
        fork = forked(running)
        running._all[0].process.kill()
        marking.join()
        assert said[0].startswith("the process that forks ended")
        psutil.wait_procs([fork], timeout=10)
        assert not fork.is_running() or fork.status() == psutil.STATUS_ZOMBIE
        assert running.run(tmp_path / "none", 60) == "pytest ended early, with status 1"


def test_the_end_of_the_servers_is_that_of_what_they_mark(tmp_path):
    hang(tmp_path)
    running, said = servers.Servers(), []
    marking = threading.Thread(target=lambda: said.append(running.run(tmp_path, 60)))
    marking.start()
    while not running._all:
        time.sleep(0.01)
    fork = forked(running)
    running.end()
    marking.join()
    assert said[0].startswith("the process that forks ended")
    psutil.wait_procs([fork], timeout=10)
    assert not fork.is_running() or fork.status() == psutil.STATUS_ZOMBIE
