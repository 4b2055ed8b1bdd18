"""What a run of the tests takes in, and in which order; said of the run these tests are part of."""

from pathlib import Path
from types import SimpleNamespace

import pytest

TESTS = Path(__file__).parent


@pytest.fixture
def paths(request):
    return [item.path for item in request.session.items]


def test_solutions_and_submissions_are_not_run_as_notebooks(paths):
    places = {TESTS.parent / "notebooks" / "homework" / "source", TESTS / "submissions"}
    assert [path for path in paths if places.intersection(path.parents)] == []


def test_a_whole_run_takes_in_every_notebook(request, paths):
    chosen = request.config.option
    if "notebooks" not in request.config.args or chosen.keyword or chosen.markexpr or chosen.lf:
        pytest.skip("only some of the tests are run")
    notebooks = (TESTS.parent / "notebooks").rglob("*.ipynb")
    outside = {"source", ".ipynb_checkpoints"}
    assert {path for path in notebooks if not outside.intersection(path.parts)} <= set(paths)


def test_the_slow_tests_come_last(request, paths):
    quiet = [TESTS / "grading" in path.parents or path == TESTS / "test_import.py" for path in paths]
    if hasattr(request.config, "workerinput"):
        assert quiet == sorted(quiet)
        return
    kinds = [
        3 if "browser" in path.parts else 2 * alone or int(path.suffix == ".ipynb")
        for path, alone in zip(paths, quiet, strict=True)
    ]
    assert kinds == sorted(kinds)


class Process:
    """Stands in for a process that tests are handed out to."""

    shutting_down, gateway = False, SimpleNamespace(id="one of two")

    def __init__(self):
        self.given = []

    def send_runtest_some(self, numbers):
        self.given += numbers

    def shutdown(self):
        self.shutting_down = True


def test_of_two_processes_one_does_at_last_by_itself_what_needs_a_quiet_machine(request):
    pytest.importorskip("xdist")
    names = ["tests/ops/a.py::1", "tests/ops/b.py::1", "tests/ops/c.py::1",
             "tests/grading/d.py::1", "tests/grading/e.py::1"]  # fmt: skip
    config = SimpleNamespace(option=SimpleNamespace(dist="loadfile"), getvalue={"tx": ["popen"] * 2}.get)
    plan = request.config.hook.pytest_xdist_make_scheduler(config=config, log=None)
    one, other = processes = Process(), Process()
    for process in processes:
        plan.add_node(process)
        plan.add_node_collection(process, names)
    plan.schedule()
    assert sorted(one.given + other.given) == [0, 1, 2]
    for process in processes:
        for number in process.given:
            plan.mark_test_complete(process, number)
    assert len(one.given + other.given) == 3
    first, last = sorted(processes, key=lambda process: not process.shutting_down)
    assert first.shutting_down and not last.shutting_down
    plan.remove_node(first)
    assert last.given[-2:] == [3, 4]
