"""Results that come from a student's kernel: believed in nothing, compared shape first."""

import ast
import base64
from pathlib import Path

import nbformat
import numpy as np
import pytest

from convviz import checks, grading
from convviz.grading import compare, expected, homework, wire
from convviz.grading._probe import Probe


def value(array, label="case", **more):
    return {"label": label, "kind": "value", "changed": False} | wire.encode(array) | more


def kind(expected, actual, **options):
    (verdict,) = compare.verdicts([value(expected)], [actual], **options)
    return verdict.kind


@pytest.mark.parametrize(
    "array",
    [
        np.float64(2.5),
        np.arange(6).reshape(2, 3),
        np.array([], dtype=float),
        np.array([True, False]),
        np.arange(3, dtype=np.uint8),
        np.array([1.5, -2], dtype=np.float32),
        np.arange(6.0).reshape(2, 3).T,
        np.arange(3, dtype=">i4"),
        7,
        [[1, 2], [3, 4]],
    ],
)
def test_numbers_arrive_as_they_were_sent(array):
    arrived = wire.decode(wire.encode(array))
    assert arrived.shape == np.shape(array)
    assert np.array_equal(arrived, array)


@pytest.mark.parametrize("thing", ["text", None, 1j, {"a": 1}, [[1], [2, 3]], [None], b"x"])
def test_what_is_no_number_is_not_sent(thing):
    with pytest.raises(wire.NotNumbers):
        wire.encode(thing)


def test_more_numbers_than_any_question_asks_for_are_not_sent():
    with pytest.raises(wire.NotNumbers, match="too large: 1000001 numbers"):
        wire.encode(np.zeros(wire.MAX_ENTRIES + 1))


@pytest.mark.parametrize(
    "record",
    [
        None,
        {},
        {"dtype": "|O", "shape": [1], "data": ""},
        {"dtype": ["<f8"], "shape": [1], "data": ""},
        {"dtype": "<f8", "shape": [1], "data": "AAAA"},
        {"dtype": "<f8", "shape": [-1], "data": ""},
        {"dtype": "<f8", "shape": [True], "data": ""},
        {"dtype": "<f8", "shape": [10**6, 10**6], "data": ""},
        {"dtype": "<f8", "shape": [1] * 40, "data": base64.b64encode(bytes(8)).decode()},
        {"dtype": "<f8", "shape": "1", "data": ""},
        {"dtype": "<f8", "shape": [0], "data": 5},
        {"dtype": "<f8", "shape": [1], "data": "!!!!"},
    ],
)
def test_a_forged_record_is_refused_and_nothing_else_happens(record):
    with pytest.raises(wire.NotNumbers):
        wire.decode(record)
    forged = {"kind": "value"} | (record or {})
    assert kind([1.0], forged) == "not numbers"


@pytest.mark.parametrize(
    ("expected", "actual", "word"),
    [
        ([1.0, 2.0], value([1.0, 2.0]), "ok"),
        ([1.0, 2.0], value([1.0, 2.00001]), "ok"),
        ([1.0, 2.0], value([1.0, 2.001]), "values"),
        ([1.0, 2.0], value([[1.0, 2.0]]), "shape"),
        ([1.0, 2.0], value([1.0, np.nan]), "not finite"),
        ([1.0, 2.0], value([1.0, np.inf]), "not finite"),
        ([1.0, 2.0], value([1.0, 2.0], changed=True), "changed"),
        ([1.0, 2.0], value([1.0, 2.0], changed="no"), "changed"),
        ([1, 0], value([True, False]), "ok"),
        (3, value(3), "ok"),
        (3, value(3.0), "not whole"),
        (3, value(4), "values"),
        ([], value([]), "ok"),
        ([1.0], {"kind": "none"}, "none"),
        ([1.0], {"kind": "not numbers"}, "not numbers"),
        ([1.0], {"kind": "stub"}, "stub"),
        ([1.0], {"kind": "error", "type": "IndexError", "line": 3}, "error"),
        ([1.0], {"kind": "ok"}, "missing"),
        ([1.0], {"kind": ["value"]}, "missing"),
        ([1.0], {}, "missing"),
        ([1.0], "value", "missing"),
        ([1.0], None, "missing"),
    ],
)
def test_each_result_is_called_what_it_is(expected, actual, word):
    assert kind(expected, actual) == word


def test_nan_where_nan_is_expected_does_not_slip_through():
    assert kind([np.nan], value([np.nan])) == "not finite"


def test_the_tolerance_is_that_of_the_question():
    assert kind([100.0], value([101.0]), rtol=0.02) == "ok"
    assert kind([0.0], value([0.5]), atol=0.6) == "ok"


def test_missing_results_are_missing_and_extra_ones_spoil_all():
    known = [value(1, label="a"), value(2, label="b")]
    assert [v.kind for v in compare.verdicts(known, [value(1)])] == ["ok", "missing"]
    assert [v.kind for v in compare.verdicts(known, [value(1)] * 3)] == ["extra", "extra"]


def test_labels_are_the_authors_whatever_the_student_sends():
    (verdict,) = compare.verdicts([value(1, label="mine")], [value(2, label="<b>")])
    assert verdict.label == "mine"


def test_an_error_is_told_by_its_type_and_line_never_by_its_text():
    forged = {"kind": "error", "type": "<script>", "line": "3; drop", "message": "hidden input"}
    (verdict,) = compare.verdicts([value(1)], [forged])
    assert (verdict.reason, verdict.line) == ("raised an error", None)


def test_a_judge_decides_where_many_answers_are_right():
    judges = {"sign": np.sign}
    known = [value([2.0, -1.0], judge="sign")]
    for answer, word in (([9.0, -3.0], "ok"), ([9.0, 3.0], "values"), ([9.0], "shape")):
        (verdict,) = compare.verdicts(known, [value(answer)], judges=judges)
        assert verdict.kind == word


def test_what_a_judge_must_say_can_be_known_beforehand():
    def never(x):
        raise AssertionError("the solution was run")

    sent = []
    Probe(0, sent.append, right=True).call("a", never, 1, judge="large", wanted=True)
    judges = {"large": lambda numbers: numbers.sum() > 10}
    for answer, word in (
        ([9.0, 3.0], "ok"), (20, "ok"), ([1.0], "values"), ([np.inf], "not finite")
    ):
        (verdict,) = compare.verdicts(sent, [value(answer)], judges=judges)
        assert verdict.kind == word


def test_a_judge_draws_the_same_for_both_and_other_numbers_for_another_seed(tmp_path):
    cells = [
        nbformat.v4.new_code_cell(source, id=name, metadata={"convviz": {"role": "judge"}})
        for name, source in (
            ("drawn", "def drawn(numbers, rng):\n    return numbers + rng.random()"),
            ("plain", "def plain(numbers):\n    return numbers"),
        )
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"convviz": {"homework": "hw"}})
    nbformat.write(notebook, tmp_path / "hw.ipynb")
    solution = expected.Solution(homework.load(tmp_path / "hw.ipynb"))
    first, second = (solution.judges(seed) for seed in (1, 2))
    assert first["drawn"](3) == first["drawn"](3) != second["drawn"](3)
    assert first["plain"](3) == 3


def test_a_judge_named_by_the_student_is_not_heard():
    (verdict,) = compare.verdicts([value(1)], [value(2, judge="sign")], judges={"sign": np.sign})
    assert verdict.kind == "values"


def sent_by(act):
    records = []
    act(Probe(5, records.append))
    return records


def test_a_probe_tells_of_changed_arguments_unless_they_may_change():
    def clear(z):
        z[:] = 0
        return z

    z = np.ones(2)
    strict, lenient = sent_by(
        lambda probe: (
            probe.call("strict", clear, z),
            probe.call("lenient", clear, z, may_change=True),
        )
    )
    assert (strict["changed"], lenient["changed"]) == (True, False)
    assert z.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("blank", "kind_sent"),
    [
        (None, "stub"),
        ([1, None], "stub"),
        ([[None]], "stub"),
        ([1, 2], "value"),
        ("x", "not numbers"),
    ],
)
def test_a_blank_is_not_attempted(blank, kind_sent):
    (record,) = sent_by(lambda probe: probe.value("numbers", blank))
    assert record["kind"] == kind_sent


def test_an_error_in_an_answer_does_not_stop_the_probe():
    def broken(x):
        raise KeyError("hidden input")

    first, second = sent_by(
        lambda probe: (probe.call("a", broken, 1), probe.call("b", abs, -1))
    )
    assert (first["kind"], first["type"]) == ("error", "KeyError")
    assert "hidden input" not in str(first)
    assert second["kind"] == "value"


def test_nothing_that_marks_could_read_a_pickle():
    """Beside Dask's own messages, between the course's own machines."""
    modules = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
    folders = [Path(package.__file__).parent for package in (grading, checks)]
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in getattr(node, "names", ()) if hasattr(alias, "name")]
            names.append(getattr(node, "module", None) or "")
            assert not modules.intersection(name.split(".")[0] for name in names), path
            assert getattr(node, "arg", None) != "allow_pickle", path
