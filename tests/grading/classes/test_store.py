"""Results outlive the run that made them, and are taken again only for the very same thing."""

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from convviz.cli import main
from convviz.grading import grade, sandbox, store, submissions

RECORD = {"status": "marked", "points": "3", "note": "über"}


@pytest.fixture
def course(master):
    return grade.Course(master, b"key", sandbox.NONE)


@pytest.fixture
def ada(tmp_path):
    return submissions.Submission("ada", "ada.ipynb", tmp_path / "ada.ipynb")


def test_a_result_that_was_kept_is_found_again(tmp_path, course, ada):
    kept = store.Store(tmp_path / "marked", course)
    assert kept.find(ada, b"text") is None
    kept.keep(ada, b"text", RECORD)
    assert store.Store(tmp_path / "marked", course).find(ada, b"text") == RECORD
    assert [path.suffix for path in (tmp_path / "marked").iterdir()] == [".json"]


def test_another_text_student_key_sandbox_limit_or_source_is_marked_anew(
    tmp_path, course, ada, monkeypatch
):
    store.Store(tmp_path, course).keep(ada, b"text", RECORD)
    other = dataclasses.replace
    assert store.Store(tmp_path, course).find(ada, b"another") is None
    assert store.Store(tmp_path, course).find(other(ada, student="ben"), b"text") is None
    source = tmp_path / "source.ipynb"
    source.write_bytes(course.homework.path.read_bytes() + b" ")
    changes = [
        {"key": b"other"},
        {"sandbox": sandbox.BUBBLEWRAP},
        {"limits": grade.Limits(cell_seconds=3)},
        {"homework": other(course.homework, path=source)},
    ]
    for change in changes:
        assert store.Store(tmp_path, other(course, **change)).find(ada, b"text") is None
    monkeypatch.setattr(store, "_grader", lambda: "another version")
    assert store.Store(tmp_path, course).find(ada, b"text") is None


def test_a_failure_of_the_grader_is_not_kept(tmp_path, course, ada):
    kept = store.Store(tmp_path / "marked", course)
    kept.keep(ada, b"text", {"status": "failed"})
    assert kept.find(ada, b"text") is None and not (tmp_path / "marked").exists()


def test_a_file_cut_short_is_not_taken_for_a_result(tmp_path, course, ada):
    kept = store.Store(tmp_path, course)
    kept.keep(ada, b"text", RECORD)
    path = kept.name(ada, b"text")
    path.write_bytes(path.read_bytes()[:-3])
    assert kept.find(ada, b"text") is None


def test_parts_that_run_together_have_other_names(tmp_path, course, ada):
    kept = store.Store(tmp_path, course)
    assert len({kept.name(ada, text) for text in (b"", b"a", b"ab", b",", b"0,1")}) == 5


def kernels(process):
    """The kernels below a grader."""
    found = []
    for one in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has just ended
            found += [one] * ("ipykernel" in " ".join(one.cmdline()))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a kernel outlives a killed grader")
def test_a_grader_killed_midway_goes_on_and_comes_to_the_same_table(
    tmp_path, tmp_path_factory, small, hand_in
):
    right, wrong = "def double(x):\n    return x + x", "def double(x):\n    return x * x"
    folder = hand_in(tmp_path / "in", a=right, b=wrong, c="1 / 0")
    key = tmp_path / "course.key"
    key.write_bytes(b"the same for both")

    def command(out, jobs=2):
        words = ["grade", folder, "--homework", small, "--out", out, "--key-file", key]
        return [*map(str, words), "--unsafe-trusted", "-j", str(jobs)]

    out, marked = tmp_path / "killed", tmp_path / "killed" / "marked"
    temporary = tmp_path_factory.mktemp("t")  # a short name: those of sockets have a limit
    env = os.environ | {"TMPDIR": str(temporary)}
    program = [sys.executable, "-m", "convviz"]
    process = subprocess.Popen([*program, *command(out, jobs=1)], start_new_session=True, env=env)
    try:
        while not (list(marked.glob("*.json")) and kernels(process)):
            assert process.poll() is None
            time.sleep(0.02)
        below = psutil.Process(process.pid).children(recursive=True)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _, alive = psutil.wait_procs(below, timeout=20)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    assert list(temporary.iterdir())
    first = {path.name: path.stat().st_mtime_ns for path in marked.glob("*.json")}
    assert 0 < len(first) < 3 and not (out / "grades.csv").exists()
    subprocess.run([*program, *command(out)], check=True, env=env)
    assert not list(temporary.iterdir())
    after = {path.name: path.stat().st_mtime_ns for path in marked.glob("*.json")}
    assert len(after) == 3 and first.items() <= after.items()
    assert main(command(tmp_path / "whole")) == 0
    assert (out / "grades.csv").read_bytes() == (tmp_path / "whole" / "grades.csv").read_bytes()
    points = [json.loads(line)["points"] for line in (out / "results.jsonl").open()]
    assert points == ["3", "0", "0"]
