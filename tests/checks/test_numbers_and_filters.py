"""Numbers found with a pencil and filters designed by hand: told right from wrong, not told."""

import math

import numpy as np
import pytest

from convviz import checks

SETTINGS = {"stride 2": (2, 1), "dilation 2": (1, 2), "both": (2, 2)}
BY_HAND = {
    "stride 2": {"outputs": 4, "reads": 3, "span": 3},
    "dilation 2": {"outputs": 5, "reads": 3, "span": 5},
    "both": {"outputs": 3, "reads": 3, "span": 5},
}


def by_hand(**changed):
    answer = {setting: dict(row) for setting, row in BY_HAND.items()}
    for place, value in changed.items():
        setting, quantity = place.split("__")
        answer[setting.replace("_", " ")][quantity] = value
    return checks.check_stride_and_dilation(answer, 9, 3, SETTINGS)


def test_right_numbers_by_hand_are_right():
    assert repr(by_hand()) == "✓ stride_and_dilation: 9 of 9 numbers"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("stride_2__outputs", 7, "7 is not right: is the stride left out?"),
        ("stride_2__outputs", 3, "3 is not right: the first window counts too"),
        ("stride_2__span", 5, "5 is not right: does the stride spread the taps?"),
        ("dilation_2__outputs", 7, "7 is not right: is the dilation left out?"),
        ("dilation_2__outputs", 4, "4 is not right: is the dilation taken for a stride?"),
        ("dilation_2__reads", 5, "5 is not right: is that the span?"),
        ("dilation_2__span", 6, "6 is not right: there is no gap after the last tap"),
        ("dilation_2__span", 4, "4 is not right: both ends count"),
        ("both__outputs", 4, "4 is not right: is the dilation left out?"),
        ("both__span", 99, "both, span: 99 is not right"),
        ("both__span", None, "both, span: not answered yet"),
        ("both__span", "five", "both, span: expected a number, got str"),
        ("both__span", True, "both, span: expected a number, got bool"),
    ],
)
def test_a_wrong_number_by_hand_is_named_and_the_right_one_is_not(place, value, words):
    found = by_hand(**{place: value})
    head, line = repr(found).splitlines()
    assert head == "✗ stride_and_dilation: 8 of 9 numbers"
    assert words in line
    assert "expected 4" not in line


def test_numbers_that_numpy_computed_are_numbers():
    assert by_hand(stride_2__outputs=np.int64(4), both__span=np.float64(5))
    assert "7 is not right" in repr(by_hand(stride_2__outputs=np.int64(7)))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"a": [[1, 2]]}, "a: expected 2 rows of 1 numbers"),
        ({"a": [1, 2]}, "a: expected 2 rows of 1 numbers"),
        ({"a": 5}, "a: expected 2 rows of 1 numbers"),
        ({"a": [[1], ["x"]]}, "a, row 1, column 0: expected a number, got str"),
        ({"a": np.array([[9], [9]])}, "a, row 0, column 0: 9 is not right"),
    ],
)
def test_a_table_of_another_form_is_told_what_form_it_should_have(answer, words):
    found = checks.check_on_paper(answer, [[1, 2], [3, 4], [5, 6]], {"a": ("max", 2, 1)})
    assert words in repr(found)


@pytest.mark.parametrize("answer", [{"column": ["a"], "row": [1]}, {"column": 2, "row": [1]}])
def test_factors_of_another_form_are_told_what_form_they_should_have(answer):
    found = repr(checks.check_factors(answer, [[1]]))
    assert "expected a column of 1 numbers and a row of 1" in found


@pytest.mark.parametrize("answer", [None, {}, 5, {"both": None}, {"both": {"span": None}}])
def test_numbers_not_filled_in_are_not_attempted(answer):
    found = checks.check_stride_and_dilation(answer, 9, 3, SETTINGS)
    assert repr(found) == "○ stride_and_dilation: not attempted yet"


ONES = [[1, 1, 1]] * 3
EDGE = [[0, 1, 1]] * 3


@pytest.mark.parametrize(
    ("kernel", "bias", "target"),
    [
        (ONES, -8, ONES),
        (ONES, -8.5, ONES),
        (np.full((3, 3), 0.1), -0.85, ONES),
        ([[-1, 1, 1]] * 3, -5, EDGE),
        ([[-9, 2, 2]] * 3, -11, EDGE),
    ],
)
def test_any_filter_that_fires_on_the_target_only_is_taken(kernel, bias, target):
    assert repr(checks.check_detector("q", kernel, bias, target)) == "✓ q: 512 of 512 windows"


@pytest.mark.parametrize(
    ("kernel", "bias", "target", "head", "words"),
    [
        (ONES, -9, ONES, "511", "does not fire on [[1, 1, 1], [1, 1, 1], [1, 1, 1]]"),
        (ONES, -9, ONES, "511", "where the sum with the bias is 0: is the bias too low?"),
        (ONES, -7, ONES, "503", "the sum with the bias is 1: is the bias too high?"),
        (ONES, -5, EDGE, "383", "the filter gives other windows as much"),
        ([[1, 1], [1, 1]], 0, ONES, "0", "expected a filter of shape (3, 3), got (2, 2)"),
        ([["a"]], 0, ONES, "0", "expected a filter of numbers"),
        (ONES, [1], ONES, "0", "expected one number as the bias"),
        (ONES, math.nan, ONES, "0", "the filter or the bias holds NaN or infinity"),
    ],
)
def test_a_filter_that_fires_elsewhere_or_not_at_all_is_told_so(kernel, bias, target, head, words):
    found = repr(checks.check_detector("q", kernel, bias, target))
    assert found.startswith(f"✗ q: {head} of 512 windows\n")
    assert words in found


def test_a_filter_not_filled_in_is_not_attempted():
    kernel = [[None] * 3] * 3
    assert repr(checks.check_detector("q", kernel, None, ONES)) == "○ q: not attempted yet"
