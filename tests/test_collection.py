"""What a run of the tests takes in, and in which order; said of the run these tests are part of."""

from pathlib import Path
from types import SimpleNamespace

import pytest

TESTS = Path(__file__).parent
CLASSES = "tests/grading/classes"


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
    alone = request.config.pluginmanager.get_plugin(str(TESTS / "conftest.py"))._ALONE
    names = [path.relative_to(TESTS.parent).as_posix() for path in paths]
    quiet = [name.startswith(alone) for name in names]
    assert all((TESTS.parent / place).exists() for place in alone)
    if getattr(request.config, "workerinput", {}).get("workercount", 1) > 1:
        assert quiet == sorted(quiet)
        return
    called = TESTS / "cli" / "test_warm_lectures.py"  # of what the notebooks have called
    kinds = [
        3 if "browser" in path.parts else 2 * alone or int(path.suffix == ".ipynb" or path == called)
        for path, alone in zip(paths, quiet, strict=True)
    ]
    assert kinds == sorted(kinds)


def test_no_test_is_named_by_a_place_in_memory(request):
    """Two processes that share a run have to find the same names."""
    assert [item.nodeid for item in request.session.items if " at 0x" in item.nodeid] == []


class Process:
    """Stands in for a process that tests are handed out to."""

    shutting_down, gateway = False, SimpleNamespace(id="one of two")

    def __init__(self):
        self.given = []

    def send_runtest_some(self, numbers):
        self.given += numbers

    def shutdown(self):
        self.shutting_down = True


@pytest.fixture
def two(request):
    """Two processes, and how whole runs are shared out to them."""
    pytest.importorskip("xdist")
    config = SimpleNamespace(option=SimpleNamespace(dist="loadfile"), getvalue={"tx": ["popen"] * 2}.get)
    plan = request.config.hook.pytest_xdist_make_scheduler(config=config, log=None)
    processes = Process(), Process()

    def begin(*names):
        for process in processes:
            plan.add_node(process)
            plan.add_node_collection(process, [f"{name}::test" for name in names])
        plan.schedule()
        return plan, *processes

    return begin


def test_of_two_processes_one_does_at_last_by_itself_what_needs_a_quiet_machine(two):
    plan, one, other = two("a.py", "b.py", "c.py", f"{CLASSES}/d.py", f"{CLASSES}/e.py")
    assert (one.given, other.given) == ([0, 2], [1])
    assert other.shutting_down
    for process, number in ((one, 0), (one, 2), (other, 1)):
        plan.mark_test_complete(process, number)
    assert one.given == [0, 2] and not one.shutting_down
    plan.remove_node(other)
    assert one.given == [0, 2, 3, 4]


def test_a_process_that_drives_a_browser_does_nothing_after_that(two):
    plan, one, other = two("a.py", "tests/browser/b.py", "tests/browser/c.py", "d.py", f"{CLASSES}/e.py")
    assert (one.given, other.given) == ([0, 3], [1, 2])
    assert other.shutting_down and not one.shutting_down
    for number in other.given:
        plan.mark_test_complete(other, number)
    plan.mark_test_complete(one, 0)
    plan.remove_node(other)
    assert one.given == [0, 3, 4]
