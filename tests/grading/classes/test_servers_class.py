"""The process that forks for a class is killed: nobody loses a mark, and nobody is marked twice."""

import threading
import time

import psutil
import pytest

from convviz.grading import grade, homework, sandbox, servers, submissions

pytestmark = [
    pytest.mark.skipif(not servers.here(), reason="there are no servers on this system"),
    pytest.mark.timeout(120),
]
RIGHT = "def double(x):\n    return 2 * x"
# says that it runs, and waits for a word; another try is told at once
WAITS = """\
import os, time
open({here!r}, "w").close()
while not os.path.exists({word!r}):
    time.sleep(0.01)
def double(x):
    return 2 * x"""


def until(happens):
    end = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def marked(small, hand_in, tmp_path, monkeypatch):
    """The records of a class, in the order they came, and the servers that marked it."""
    used, records = [], []

    class Server(servers._Server):
        def __init__(self):
            super().__init__()
            used.append(self)

    monkeypatch.setattr(servers, "_Server", Server)
    word, names = tmp_path / "word", ("ada", "ben")
    answers = {
        name: WAITS.format(here=str(tmp_path / name), word=str(word)) for name in names
    }
    folder = hand_in(tmp_path / "class", **answers, cem=RIGHT, dora="def double(x):\n    return x")
    course = grade.Course(homework.load(small), b"key", sandbox.NONE)
    found = submissions.discover(folder)
    marking = threading.Thread(
        target=lambda: grade.mark_all(course, found, jobs=2, done=records.append)
    )
    marking.start()
    until(lambda: all((tmp_path / name).exists() for name in names))
    forks = psutil.Process(used[0].process.pid).children()
    used[0].process.kill()
    until(lambda: not any(fork.is_running() for fork in forks))
    word.touch()
    marking.join()
    return records, used


def test_what_a_killed_server_had_under_way_is_marked_again_and_all_exactly_once(marked):
    records, used = marked
    found = sorted((record["file"], record["status"], record["points"]) for record in records)
    assert found == [
        ("ada.ipynb", "marked", "3"),
        ("ben.ipynb", "marked", "3"),
        ("cem.ipynb", "marked", "3"),
        ("dora.ipynb", "marked", "0"),
    ]
    assert len(used) == 2


def test_a_submission_whose_servers_end_time_and_again_is_the_graders_failure(
    small, hand_in, tmp_path, monkeypatch
):
    tries = []

    def run(self, folder, seconds):
        tries.append(folder)
        raise servers.Gone("the process that forks ended, killed by signal 9 (SIGKILL)")

    monkeypatch.setattr(servers.Servers, "run", run)
    course = grade.Course(homework.load(small), b"key", sandbox.NONE)
    (found,) = submissions.discover(hand_in(tmp_path / "class", ada=RIGHT))
    record = grade.mark(course, found, by=servers.Servers())
    assert (record["status"], record["points"]) == ("failed", "0")
    assert record["reason"] == "the process that forks ended, killed by signal 9 (SIGKILL)"
    assert len({*tries}) == len(tries) == 2
