"""What a run of the tests takes in, and in which order; said of the run these tests are part of."""

from pathlib import Path

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


def test_the_slow_tests_come_last(paths):
    kinds = [
        "browser" if "browser" in path.parts else "notebook" if path.suffix == ".ipynb" else "fast"
        for path in paths
    ]
    assert kinds == sorted(kinds, key=["fast", "notebook", "browser"].index)
