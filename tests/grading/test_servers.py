"""A process that forks for each submission: one submission's end is not that of another."""

import os
import sys
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


def forked(running, count=1):
    """The processes that mark now, once there are so many."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if running.server is not None:
            found = psutil.Process(running.server.process.pid).children()
            if len(found) == count:
                return found
        time.sleep(0.01)
    raise AssertionError("nothing was forked")


def test_what_a_fork_says_is_in_the_folder_and_how_it_ended_is_told(running, tmp_path):
    servers = set()
    for _ in range(2):  # there is no job: the fork raises, and the server goes on
        assert running.run(tmp_path, 60) == "pytest ended early, with status 1"
        servers.add(running.server)
    assert "job.json" in (tmp_path / "log.txt").read_text("utf-8")
    assert len(servers) == 1


def hang(folder):
    """A job that is not there yet: reading it waits for ever."""
    os.mkfifo(folder / "job.json")


def gone(running, folder):
    """What is said of a server that ends while it marks."""
    with pytest.raises(servers.Gone) as ended:
        running.run(folder, 60)
    return str(ended.value)


def test_a_fork_that_takes_too_long_is_killed(running, tmp_path):
    hang(tmp_path)
    assert running.run(tmp_path, 0.5) == "pytest did not end within 0 seconds"
    assert running.run(tmp_path / "none", 60) == "pytest ended early, with status 1"


def test_a_fork_that_is_killed_takes_nobody_along(running, tmp_path):
    hang(tmp_path)
    said = []
    marking = threading.Thread(target=lambda: said.append(running.run(tmp_path, 60)))
    marking.start()
    forked(running)[0].kill()
    marking.join()
    assert said == ["pytest ended early, killed by signal 9 (SIGKILL)"]
    assert running.run(tmp_path / "none", 60) == "pytest ended early, with status 1"


def test_submissions_marked_at_once_are_told_apart(running, tmp_path):
    said = {}

    def mark(folder):
        said[folder.name] = running.run(folder, 60)

    markings, processes = [], []
    for name in ("killed", "whole"):
        (tmp_path / name).mkdir()
        hang(tmp_path / name)
        markings.append(threading.Thread(target=mark, args=(tmp_path / name,)))
        markings[-1].start()
        processes = [*processes, *set(forked(running, len(markings))) - set(processes)]
    processes[0].kill()
    (tmp_path / "whole" / "job.json").write_text("no JSON", encoding="ascii")
    for marking in markings:
        marking.join()
    assert said["killed"].endswith(" killed by signal 9 (SIGKILL)")
    assert said["whole"] == "pytest ended early, with status 1"


def test_a_server_that_dies_ends_what_it_forked_and_another_takes_its_place(tmp_path):
    hang(tmp_path)
    said = []
    with servers.Servers() as running:
        marking = threading.Thread(target=lambda: said.append(gone(running, tmp_path)))
        marking.start()
        (fork,) = forked(running)
        running.server.process.kill()
        marking.join()
        assert said == ["the process that forks ended, killed by signal 9 (SIGKILL)"]
        psutil.wait_procs([fork], timeout=10)
        assert not fork.is_running() or fork.status() == psutil.STATUS_ZOMBIE
        assert running.run(tmp_path / "none", 60) == "pytest ended early, with status 1"


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("print('far'); {}['near']", ", with status 1: KeyError: 'near'"),
        ("raise SystemExit('no room is left')", ", with status 1: no room is left"),
        ("print('done')", ", with status 0: done"),
        ("import os; print('?', flush=True); os.abort()", ", killed by signal 6 (SIGABRT)"),
    ],
)
def test_of_a_server_that_ends_the_useful_words_are_quoted(program, words, tmp_path, monkeypatch):
    command = [sys.executable, "-c", f"import os; os.dup2(2, 1); {program}"]
    monkeypatch.setattr(servers, "session_command", lambda what: command)
    with servers.Servers() as running:
        assert gone(running, tmp_path) == f"the process that forks ended{words}"


def test_getting_ready_leaves_nothing_in_a_servers_log(tmp_path):
    with servers.Servers() as running:
        running.run(tmp_path, 60)
        running.server._log.seek(0)
        assert running.server._log.read() == b""


def test_settings_of_pytest_are_not_handed_on_even_while_they_change(monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--pdb")
    monkeypatch.setenv("COURSE", "1")
    changing = threading.Event()

    def change():
        while not changing.is_set():
            os.environ["CHANGES"] = "1"
            del os.environ["CHANGES"]

    changes = threading.Thread(target=change)
    changes.start()
    try:
        found = [servers.session_environment() for _ in range(300)]
    finally:
        changing.set()
        changes.join()
    assert all(one["COURSE"] == "1" and "PYTEST_ADDOPTS" not in one for one in found)


def test_the_end_of_the_servers_is_that_of_what_they_mark(tmp_path):
    hang(tmp_path)
    running, said = servers.Servers(), []
    marking = threading.Thread(target=lambda: said.append(gone(running, tmp_path)))
    marking.start()
    (fork,) = forked(running)
    running.end()
    marking.join()
    assert said[0].startswith("the process that forks ended")
    assert gone(running, tmp_path) == "the process that forks was ended"
    psutil.wait_procs([fork], timeout=10)
    assert not fork.is_running() or fork.status() == psutil.STATUS_ZOMBIE
