"""What a student reads: right, not attempted, or what differs where and which mistake it may be."""

import functools
import runpy
from pathlib import Path

import numpy as np
import pytest

from convviz import checks, geometry, reference

WRONG = Path(__file__).parents[1] / "submissions" / "hw01"


@functools.cache
def wrong(question):
    return runpy.run_path(str(WRONG / f"wrong_{question}.py"))


def check(question, function):
    return getattr(checks, f"check_{question}")(function)


RIGHT = {
    "output_size": lambda i, k, stride=1, padding=0, dilation=1: geometry.conv_output_size(
        i, k, stride=stride, padding=padding, dilation=dilation
    ),
    "correlate1d": lambda x, w, bias=0.0: reference.correlate1d(x, w, bias),
    "correlate2d": lambda image, kernel, bias=0.0, stride=1, padding=0: reference.correlate2d(
        image, kernel, bias, stride=stride, padding=padding
    ),
    "relu": lambda z: np.maximum(z, 0),
    "inputs_read": lambda output, kernel_size, stride=1, dilation=1: [
        output * stride + k * dilation for k in range(kernel_size)
    ],
}
CASES = {
    "output_size": 12,
    "correlate1d": 8,
    "correlate2d": 12,
    "relu": 7,
    "inputs_read": 8,
}

# question, mistake, cases that are right all the same, and the end of the first line about it
MISTAKES = [
    ("output_size", "divided", 0, "is the division / instead of //? It must round down"),
    ("output_size", "rounded_up", 8, "is it rounded up? A window that does not fit does not count"),
    ("output_size", "nearest", 9, "expected 2, got 3: is it rounded to the nearest number?"),
    ("output_size", "one_too_few", 0, "expected 5, got 4: is the last + 1 missing?"),
    ("output_size", "one_too_early", 10, "is the 1 added before the division? It comes after it"),
    ("output_size", "stride_ignored", 6, "stride 2: expected 2, got 3: is the stride ignored?"),
    ("output_size", "padding_ignored", 6, "padding 2: expected 6, got 2: is the padding ignored?"),
    ("output_size", "padding_once", 8, "is the padding counted on one side only?"),
    ("output_size", "dilation_ignored", 9, "expected 3, got 5: is the dilation ignored?"),
    ("output_size", "dilation_as_stride", 10, "is the dilation taken for a stride?"),
    ("output_size", "dilation_times_kernel", 9, "is the kernel taken as d·k wide?"),
    ("output_size", "nothing_returned", 0, "returned None: does the function end with return?"),
    ("correlate1d", "flipped", 3, "position 0: expected 2, got −2: is the filter flipped?"),
    ("correlate1d", "bias_forgotten", 4, "expected 0, got −1: is the bias forgotten?"),
    ("correlate1d", "bias_twice", 4, "expected 0, got 1: is the bias added twice?"),
    ("correlate1d", "bias_at_every_tap", 5, "is the bias added at every tap?"),
    ("correlate1d", "last_product", 1, "is only the last product kept? Add them up with +="),
    ("correlate1d", "one_output_short", 0, "expected shape (8,), got (7,): is the last output mis"),
    ("correlate1d", "last_output_zero", 1, "position 7: expected 1, got 0: is the last output nev"),
    ("correlate1d", "full", 1, "expected shape (8,), got (12,): was the input padded?"),
    ("correlate1d", "averaged", 1, "expected −1, got −0.333333: are the products averaged?"),
    ("correlate1d", "with_relu", 3, "expected −1, got 0: was ReLU applied?"),
    ("correlate1d", "whole_numbers", 7, "expected −9.5, got −9: are the fractions cut off?"),
    ("correlate1d", "nothing_returned", 0, "returned None: does the function end with return?"),
    ("correlate1d", "runs_over_the_end", 1, "IndexError: index 10 is out of bounds for axis 0 wit"),
    ("correlate1d", "input_changed", 1, "the result is right, but x was changed in place"),
    ("correlate2d", "flipped", 2, "expected 44, got −2: is the filter flipped?"),
    ("correlate2d", "filter_transposed", 3, "are rows and columns of the filter swapped?"),
    ("correlate2d", "stride_ignored", 8, "expected shape (3, 3), got (5, 5): is the stride ign"),
    ("correlate2d", "window_not_moved", 8, "column 1: expected −22, got −18: does the window move"),
    ("correlate2d", "padding_ignored", 8, "expected shape (5, 5), got (3, 3): is the padding igno"),
    ("correlate2d", "padding_one_side", 10, "got (4, 4): is the padding on one side only?"),
    ("correlate2d", "padding_all_below", 8, "is all the padding on one side? Half of it goes to e"),
    ("correlate2d", "padding_rows_only", 8, "got (5, 3): are only the rows padded, above and belo"),
    ("correlate2d", "padding_of_edges", 8, "is the padding a copy of the edge? It should be zeros"),
    ("correlate2d", "padded_always", 0, "expected shape (3, 3), got (5, 5): was the input padded?"),
    ("correlate2d", "bias_forgotten", 9, "expected 0.5, got −2: is the bias forgotten?"),
    ("correlate2d", "bias_twice", 9, "expected 0.5, got 3: is the bias added twice?"),
    ("correlate2d", "size_rounded_up", 9, "expected shape (2, 3), got (3, 4): is the size rounded"),
    ("correlate2d", "output_transposed", 0, "are rows and columns of the output swapped?"),
    ("correlate2d", "one_output_short", 0, "got (2, 2): are the last row and column missing?"),
    ("correlate2d", "last_output_zero", 0, "column 2: expected −4, got 0: are the last row and co"),
    ("correlate2d", "last_product", 0, "expected −7, got −1: is only the last product kept?"),
    ("correlate2d", "whole_numbers", 10, "expected 1.25, got 1: are the fractions cut off?"),
    ("correlate2d", "not_a_number", 0, "row 0, column 0: expected −7, got NaN"),
    ("correlate2d", "input_changed", 0, "the result is right, but kernel was changed in place"),
    ("correlate2d", "no_stride_argument", 8, "got an unexpected keyword argument 'stride'"),
    ("relu", "absolute", 2, "position 0: expected 0, got 2: is this the absolute value?"),
    ("relu", "negative_part", 1, "is the negative part kept? Keep the positive one"),
    ("relu", "only_the_sign", 2, "are positive values replaced by 1? Keep them"),
    ("relu", "selected", 1, "expected shape (5,), got (2,): are the positive values kept and"),
    ("relu", "clipped", 3, "is the result cut at 1? ReLU has no upper limit"),
    ("relu", "untouched", 2, "expected 0, got −2: are negative values left as they are?"),
    ("relu", "in_place", 2, "the result is right, but z was changed in place: work on a new array"),
    ("relu", "in_place_without_return", 0, "changed z in place and returned None: make a new"),
    ("relu", "one_number_only", 0, "ValueError: The truth value of an array with more than one"),
    ("inputs_read", "stride_ignored", 4, "expected 4, got 2: is the stride ignored?"),
    ("inputs_read", "dilation_ignored", 5, "expected 3, got 2: is the dilation ignored?"),
    ("inputs_read", "swapped", 3, "are stride and dilation swapped?"),
    ("inputs_read", "dilation_moves_the_window", 4, "does the dilation move the window too?"),
    ("inputs_read", "stride_spreads_the_taps", 5, "does the stride spread the taps too?"),
    ("inputs_read", "from_one", 0, "expected 0, got 1: is it counted from 1? Indices start at 0"),
    ("inputs_read", "whole_span", 5, "expected shape (3,), got (5,): is every index of the span"),
    ("inputs_read", "one_too_few", 0, "expected shape (3,), got (2,): is the last tap missing?"),
]


@pytest.mark.parametrize("question", RIGHT)
def test_a_right_answer_is_right_in_every_case(question):
    found = check(question, RIGHT[question])
    assert repr(found) == f"✓ {question}: {CASES[question]} of {CASES[question]} cases"
    assert found


@pytest.mark.parametrize(("question", "mistake", "passed", "words"), MISTAKES)
def test_a_well_known_mistake_is_named(question, mistake, passed, words):
    found = check(question, wrong(question)[mistake])
    head, first, *_ = repr(found).splitlines()
    assert head == f"✗ {question}: {passed} of {CASES[question]} cases"
    assert words in first
    assert not found


def test_every_wrong_answer_in_the_collection_is_tried():
    for question in RIGHT:
        names = {name for name, entry in wrong(question).items() if hasattr(entry, "__code__")}
        tried = {mistake for known, mistake, *_ in MISTAKES if known == question}
        assert {name for name in names if not name.startswith("_")} == tried


def test_the_place_and_both_numbers_are_named():
    def off_in_one_place(image, kernel, bias=0.0, stride=1, padding=0):
        result = RIGHT["correlate2d"](image, kernel, bias, stride, padding)
        if result.shape == (3, 3):
            result[2, 0] = 7
        return result

    assert repr(checks.check_correlate2d(off_in_one_place)).splitlines()[1] == (
        "  5×5 image, 3×3 filter: row 2, column 0: expected −7, got 7"
    )


def test_an_untouched_stub_is_not_attempted():
    def stub(*args, **options):
        raise NotImplementedError

    for question in RIGHT:
        assert repr(check(question, stub)) == f"○ {question}: not attempted yet"
        assert not check(question, stub)


def test_an_error_shows_type_message_and_the_students_own_line():
    found = repr(checks.check_correlate1d(wrong("correlate1d")["runs_over_the_end"]))
    assert "IndexError: index 10 is out of bounds for axis 0 with size 10" in found
    assert "y[i] += w[k] * x[i + k]" in found
    assert "Traceback" not in found
    assert len(found.splitlines()) == 3


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


@pytest.mark.parametrize("question", RIGHT)
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
def test_no_answer_makes_a_check_raise_or_pass(question, answer):
    found = check(question, answer)
    assert repr(found).startswith(f"✗ {question}: 0 of {CASES[question]} cases\n  ")


def test_what_is_no_function_is_said_to_be_none():
    assert repr(checks.check_relu(5)).endswith("expected a function, got int")


def test_ctrl_c_still_works():
    with pytest.raises(KeyboardInterrupt):
        checks.check_relu(raising(KeyboardInterrupt()))


def test_the_checks_tell_the_same_story_twice():
    for question, mistake, *_ in MISTAKES:
        function = wrong(question)[mistake]
        assert repr(check(question, function)) == repr(check(question, function))
