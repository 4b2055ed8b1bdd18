"""A class marked by Dask: real machines are processes here, and one of them is lost midway."""

import builtins
import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from convviz.cli import main
from convviz.grading import cluster, grade, homework, running, sandbox, store

pytestmark = pytest.mark.timeout(180)

RIGHT = "def double(x):\n    return x + x"
WRONG = "def double(x):\n    return x * x"
SLOW = "import time\ntime.sleep(0.5)\n"


@contextlib.contextmanager
def program(name, *words):
    """A program of Dask's, ended at the end."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{name}", "--no-dashboard", *words]
    process = subprocess.Popen(
        command, stderr=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def machines(tmp_path):
    """A scheduler and two workers, each a process: address, and the workers' processes."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    where = ["--scheduler-file", str(file)]
    single = [*where, "--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path)]
    with program("scheduler", *where, "--host", "127.0.0.1", "--port", "0") as scheduler:
        with program("worker", *single) as one, program("worker", *single) as other:
            while not file.exists():
                assert scheduler.poll() is None
                time.sleep(0.05)
            yield json.loads(file.read_text("utf-8"))["address"], (one, other)


def words(folder, source, out, key, *more):
    try:
        sandbox.choose()
        trusted = []
    except sandbox.NoSandbox:
        trusted = ["--unsafe-trusted"]
    options = ["--homework", source, "--out", out, "--key-file", key, *trusted, *more]
    return [str(word) for word in ("grade", folder, *options)]


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_worker_that_dies_costs_nobody_a_mark(tmp_path, small, hand_in, machines, capsys):
    address, (first, _) = machines
    answers = {"right": RIGHT, "slow": SLOW + RIGHT, "slower": SLOW + RIGHT, "wrong": SLOW + WRONG}
    folder = hand_in(tmp_path / "in", **answers)
    (folder / "a_text.txt").write_text("Dear teacher", encoding="utf-8")
    key = tmp_path / "key"
    key.write_text("the same for both", encoding="ascii")
    out, here = tmp_path / "many", tmp_path / "here"
    command = [sys.executable, "-m", "convviz", *words(folder, small, out, key, "--dask", address)]
    grading = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while not list((out / "marked").glob("*.json")):
        assert grading.poll() is None
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    said, _ = grading.communicate(timeout=120)
    assert grading.returncode == 1 and "marked 4 of 5" in said
    files = [json.loads(line)["file"] for line in (out / "results.jsonl").open(encoding="utf-8")]
    assert files == sorted(["a_text.txt", *(f"{name}.ipynb" for name in answers)])
    assert [said.count(f"\n{name}.ipynb: ") for name in answers] == [1] * 4
    assert main(words(folder, small, here, key, "-j", "2")) == 1
    assert (out / "grades.csv").read_bytes() == (here / "grades.csv").read_bytes()
    # nothing is left to mark: the same command asks the workers for nothing
    started = {path: path.stat().st_mtime_ns for path in (out / "marked").iterdir()}
    assert len(started) == 4
    assert main(words(folder, small, out, key, "--dask", address, "--force")) == 1
    assert {path: path.stat().st_mtime_ns for path in (out / "marked").iterdir()} == started


def test_what_travels_is_bytes_and_json(small):
    course = grade.Course(homework.load(small), b"the course's key", sandbox.NONE)
    order = grade.order(course, b"a submission")
    assert isinstance(order.content, bytes)
    about = vars(order) | {"content": None}
    assert json.loads(json.dumps(about)) == about | {"hidden": []}
    assert "course's key" not in str(vars(order)) and str(small) not in str(vars(order))


def order_for(small, hand_in, folder, **changes):
    """The arguments of a worker's task, for a right answer."""
    path = hand_in(folder / "in", ada=RIGHT) / "ada.ipynb"
    course = grade.Course(homework.load(small), b"key", sandbox.NONE)
    about = vars(grade.order(course, path.read_bytes())) | {"content": None}
    about |= {"environment": store.environment()} | changes
    return path.read_bytes(), small.read_bytes(), json.dumps(about)


def test_a_worker_answers_in_json_and_keeps_nothing(
    small, hand_in, tmp_path, tmp_path_factory, monkeypatch
):
    order = order_for(small, hand_in, tmp_path)
    temporary = tmp_path_factory.mktemp("t")  # a short name: those of sockets have a limit
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    events = json.loads(cluster._mark(*order))["events"]
    kinds = [event["event"] for event in events]
    assert kinds == ["notes", "kernel", "cell", "cell", "cell", "end"]
    assert events[-2]["status"] == "ok"
    assert not list(temporary.iterdir())


def test_a_failure_of_the_grader_is_raised_to_be_tried_again(
    small, hand_in, tmp_path, monkeypatch
):
    failure = [{"event": "failed", "reason": "no space left"}]
    monkeypatch.setattr(running, "events", lambda order, source, by: failure)
    with pytest.raises(cluster._Failed) as raised:
        cluster._mark(*order_for(small, hand_in, tmp_path))
    assert json.loads(raised.value.args[0])["events"] == failure


def test_a_worker_without_the_sandbox_or_the_packages_refuses(
    small, hand_in, tmp_path, monkeypatch
):
    other = store.environment() | {"numpy": "1.0"}
    with pytest.raises(cluster._Failed, match=r"not like this side: numpy \S+ instead of 1\.0\."):
        cluster._mark(*order_for(small, hand_in, tmp_path, environment=other))

    def refuse(wanted):
        raise sandbox.NoSandbox(f"no {wanted} here")

    monkeypatch.setattr(sandbox, "choose", refuse)
    with pytest.raises(cluster._Failed, match="a worker has no sandbox: no bubblewrap here"):
        cluster._mark(*order_for(small, hand_in, tmp_path / "in", sandbox="bubblewrap"))


class Answers:
    """A client whose workers answer what they are told to."""

    def __init__(self, *answers):
        self.answers = {f"tcp://{number}": answer for number, answer in enumerate(answers)}

    def run(self, function, wanted, on_error):
        return self.answers

    def nthreads(self):
        return dict.fromkeys(self.answers, 1)

    def close(self, **options):
        self.answers = {}


def described(level, problem="", **changes):
    environment = store.environment() | changes
    return json.dumps({"environment": environment, "level": level, "problem": problem})


def asked(monkeypatch, *answers):
    monkeypatch.setattr(cluster, "_connected", lambda address: Answers(*answers))
    return cluster.Cluster("tcp://here:8786")


def test_the_sandbox_is_one_that_every_worker_has(monkeypatch):
    both = described(sandbox.BUBBLEWRAP), described(sandbox.LANDLOCK)
    assert asked(monkeypatch, both[0]).choose() == sandbox.BUBBLEWRAP
    assert asked(monkeypatch, *both).choose() == sandbox.LANDLOCK


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (described(None, "no sandbox holds"), sandbox.NoSandbox, "worker tcp://0: no sandbox"),
        (
            described(sandbox.BUBBLEWRAP, convviz="0.0.1"),
            cluster.ClusterError,
            "worker tcp://0 is not like this side: convviz 0.0.1 instead of ",
        ),
        (
            ModuleNotFoundError("No module named 'convviz'"),
            cluster.ClusterError,
            "worker tcp://0 cannot mark: ModuleNotFoundError: No module named 'convviz'. Install",
        ),
    ],
)
def test_a_worker_that_cannot_mark_is_named(monkeypatch, answer, error, said):
    with pytest.raises(error, match=said):
        asked(monkeypatch, answer).choose()


def test_a_scheduler_without_workers_says_how_to_start_one(monkeypatch):
    with pytest.raises(cluster.ClusterError, match="start one on each .* `dask worker tcp://here"):
        asked(monkeypatch)


def refused(tmp_path, small, capsys, *more):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.ipynb").write_text("{}", encoding="ascii")
    status = main(["grade", str(folder), "--homework", str(small), "--out", str(tmp_path), *more])
    return status, capsys.readouterr().err


def test_nobody_at_the_address_is_told(tmp_path, small, capsys, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 0.5)
    status, error = refused(tmp_path, small, capsys, "--dask", "tcp://127.0.0.1:9")
    assert status == 1
    assert error.startswith("convviz: no Dask scheduler answers at tcp://127.0.0.1:9 (")
    assert "start one with `dask scheduler`" in error


def test_a_missing_extra_is_told(tmp_path, small, capsys, monkeypatch):
    real = builtins.__import__

    def without(name, *more, **options):
        if name == "distributed":
            raise ImportError(name)
        return real(name, *more, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    status, error = refused(tmp_path, small, capsys, "--dask", "tcp://127.0.0.1:9")
    assert (status, error) == (
        1,
        'convviz: --dask needs Dask distributed: pip install "convviz[dask]" on every machine\n',
    )
