"""What each well-known mistake of each homework is told by the check, and what it earns.

The mistakes are functions, or numbers found by hand, in tests/submissions; the tables beside them
say what must come of each.
"""

import concurrent.futures
import json
import runpy
from decimal import Decimal
from pathlib import Path

import nbformat
import numpy as np
import pytest

from convviz.grading.homework import text

SUBMISSIONS = Path(__file__).parents[1] / "submissions"
TABLES = {path.parent.name: runpy.run_path(str(path)) for path in SUBMISSIONS.glob("*/mistakes.py")}
MISTAKES = [(name, *row) for name in sorted(TABLES) for row in TABLES[name]["MISTAKES"]]
WHOLE = [
    (name, kind)
    for name in sorted(TABLES)
    for kind in ("right", "untouched", *TABLES[name].get("SUBMISSIONS", ()))
]


def functions(papers):
    """The questions that ask for a function, with the right one."""
    names = papers.solution.namespace
    found = {question.qid: names.get(question.qid) for question in papers.master.questions}
    return {qid: function for qid, function in found.items() if callable(function)}


def test_every_homework_has_its_tables(each):
    assert each.name in TABLES


def test_a_right_answer_is_right_in_every_case_and_earns_all_points(each):
    for question in each.master.questions:
        found = each.check(question.qid, {})
        assert repr(found).startswith(f"✓ {question.qid}: {found.total} of {found.total} ")
        assert sum(each.earned(question.qid, {})) == question.points


@pytest.mark.parametrize(("name", "qid", "mistake", "points", "passed", "words"), MISTAKES)
def test_a_well_known_mistake_is_named_and_earns_its_share_with_any_seed(
    papers, name, qid, mistake, points, passed, words
):
    names = {qid: papers(name).wrong[qid][mistake]}
    found = papers(name).check(qid, names)
    head, first, *_ = repr(found).splitlines()
    assert not found
    assert head.startswith(f"✗ {qid}: {passed} of {found.total} ")
    assert words in first
    assert repr(papers(name).check(qid, names)) == repr(found)
    for seed in (0, 1, 2):
        earned = papers(name).earned(qid, names, seed)
        assert earned == [Decimal(number) for number in points.split()]


def test_every_wrong_answer_in_the_collection_is_tried(each):
    tried = [tuple(row[:2]) for row in TABLES[each.name]["MISTAKES"]]
    assert len(tried) == len(set(tried))
    assert {(qid, name) for qid in each.wrong for name in each.wrong[qid]} == set(tried)


class Spiteful:
    """Raises whatever is asked of it."""

    def __array__(self, *args, **options):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    __hash__ = None


class SpitefulError(Exception):
    def __str__(self):
        raise RuntimeError("no")


def raising(error):
    def function(*args, **options):
        raise error

    return function


def recursive(*args, **options):
    return recursive(*args, **options)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        3,
        Spiteful(),
        "text",
        print,
        len,
        recursive,
        lambda: 1,
        lambda *a, **o: Spiteful(),
        lambda *a, **o: "text",
        lambda *a, **o: [[1, 2], [3]],
        lambda *a, **o: np.array([None]),
        lambda *a, **o: np.array([1j]),
        lambda *a, **o: np.zeros((0, 3)),
        lambda *a, **o: float("nan"),
        lambda *a, **o: 10**400,
        lambda *a, **o: {},
        raising(SpitefulError()),
        raising(SystemExit(1)),
        raising(StopIteration()),
        raising(GeneratorExit()),
    ],
    ids=range(21),
)
def test_no_answer_makes_a_check_raise_or_pass(each, answer):
    for qid in functions(each):
        found = each.check(qid, {qid: answer})
        assert repr(found).startswith(f"✗ {qid}: 0 of {found.total} cases\n  ")


def test_an_untouched_stub_is_not_attempted(each):
    for qid in functions(each):
        found = each.check(qid, {qid: raising(NotImplementedError())})
        assert repr(found) == f"○ {qid}: not attempted yet"
        assert not found


def whole(papers, kind):
    """A submission, and the points each of its questions must earn."""
    right = {question.qid: question.points for question in papers.master.questions}
    if kind == "right":
        return papers.submit(), right
    if kind == "untouched":
        return papers.student, dict.fromkeys(right, Decimal(0))
    mistakes = papers.mistakes["SUBMISSIONS"][kind]
    known = {row[:2]: row[2] for row in papers.mistakes["MISTAKES"]}
    shares = {
        qid: sum(map(Decimal, known[qid, mistake].split())) for qid, mistake in mistakes.items()
    }
    answers = {qid: papers.mistaken(qid, mistake) for qid, mistake in mistakes.items()}
    return papers.submit(**answers), right | shares


@pytest.fixture(scope="module")
def marked(request, papers, mark, tmp_path_factory):
    """The results of all whole submissions that are asked for, marked two at a time."""
    folder = tmp_path_factory.mktemp("whole")

    def one(name, kind):
        path = folder / f"{name}_{kind}.ipynb"
        nbformat.write(whole(papers(name), kind)[0], path)
        return mark(papers(name).master, path)

    tests = [item for item in request.session.items if item.path == request.path]
    tests = [item.callspec.params for item in tests if item.originalname.startswith("test_a_whole")]
    wanted = [(found["name"], found["kind"]) for found in tests]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(wanted, pool.map(one, *zip(*wanted, strict=True)), strict=True))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "kind"), WHOLE)
def test_a_whole_submission_is_marked_by_the_sum_of_its_mistakes(papers, name, kind, marked):
    points, record = whole(papers(name), kind)[1], marked[name, kind]
    assert record["status"] == "marked", record["reason"]
    found = {question["qid"]: Decimal(question["points"]) for question in record["questions"]}
    assert found == points, json.dumps(record["questions"], indent=1)
    assert record["points"] == text(sum(points.values()))
    expected = {"right": {"correct"}, "untouched": {"not attempted"}}.get(kind)
    statuses = {question["status"] for question in record["questions"]}
    assert expected is None or statuses == expected
