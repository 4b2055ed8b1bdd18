"""What each well-known mistake earns: the hidden cases catch it, and take no more than its share.

The probe cells run in this process, on the functions of tests/submissions; the kernels and pytest
have tests of their own.
"""

import math
from decimal import Decimal

import numpy as np
import pytest

from convviz.grading import compare, expected
from convviz.grading._probe import Probe

# question, mistake, points for each part of the question in order
EARNED = [
    ("output_size", "divided", "0 0 0 0"),
    ("output_size", "rounded_up", "1 0 1 0"),
    ("output_size", "nearest", "1 0 1 0"),
    ("output_size", "one_too_few", "0 0 0 0"),
    ("output_size", "one_too_early", "1 0 1 0"),
    ("output_size", "stride_ignored", "1 0 1 0"),
    ("output_size", "padding_ignored", "0 1 1 0"),
    ("output_size", "padding_once", "0 1 1 0"),
    ("output_size", "dilation_ignored", "1 1 0 0"),
    ("output_size", "dilation_as_stride", "1 1 0 0"),
    ("output_size", "dilation_times_kernel", "1 1 0 0"),
    ("output_size", "nothing_returned", "0 0 0 0"),
    ("correlate1d", "flipped", "0 0"),
    ("correlate1d", "bias_forgotten", "2 0"),
    ("correlate1d", "bias_twice", "2 0"),
    ("correlate1d", "bias_at_every_tap", "2 0"),
    ("correlate1d", "last_product", "0 0"),
    ("correlate1d", "one_output_short", "0 0"),
    ("correlate1d", "last_output_zero", "0 0"),
    ("correlate1d", "full", "0 0"),
    ("correlate1d", "averaged", "0 0"),
    ("correlate1d", "with_relu", "0 0"),
    ("correlate1d", "whole_numbers", "0 0"),
    ("correlate1d", "nothing_returned", "0 0"),
    ("correlate1d", "runs_over_the_end", "0 0"),
    ("correlate1d", "input_changed", "0 0"),
    ("correlate2d", "flipped", "0 0 0 0"),
    ("correlate2d", "filter_transposed", "0 0 0 0"),
    ("correlate2d", "stride_ignored", "2 1 1.5 0"),
    ("correlate2d", "window_not_moved", "2 1 1.5 0"),
    ("correlate2d", "padding_ignored", "2 1 0 0"),
    ("correlate2d", "padding_one_side", "2 1 0 0"),
    ("correlate2d", "padding_all_below", "2 1 0 0"),
    ("correlate2d", "padding_rows_only", "2 1 0 0"),
    ("correlate2d", "padding_of_edges", "2 1 0 0"),
    ("correlate2d", "padded_always", "0 0 0 0"),
    ("correlate2d", "bias_forgotten", "2 0 1.5 1.5"),
    ("correlate2d", "bias_twice", "2 0 1.5 1.5"),
    ("correlate2d", "size_rounded_up", "2 1 1.5 0"),
    ("correlate2d", "output_transposed", "0 0 0 0"),
    ("correlate2d", "one_output_short", "0 0 0 0"),
    ("correlate2d", "last_output_zero", "0 0 0 0"),
    ("correlate2d", "last_product", "0 0 0 0"),
    ("correlate2d", "whole_numbers", "0 0 0 0"),
    ("correlate2d", "not_a_number", "0 0 0 0"),
    ("correlate2d", "input_changed", "0 0 0 0"),
    ("correlate2d", "no_stride_argument", "2 1 1.5 0"),
    ("relu", "absolute", "0 0"),
    ("relu", "negative_part", "0 0"),
    ("relu", "only_the_sign", "0 0"),
    ("relu", "selected", "0 0"),
    ("relu", "clipped", "0 0"),
    ("relu", "untouched", "0 0"),
    ("relu", "in_place", "1 0"),
    ("relu", "in_place_without_return", "0 0"),
    ("relu", "one_number_only", "0 0"),
    ("inputs_read", "stride_ignored", "0 1 0"),
    ("inputs_read", "dilation_ignored", "1 0 0"),
    ("inputs_read", "swapped", "0 0 0"),
    ("inputs_read", "dilation_moves_the_window", "1 0 0"),
    ("inputs_read", "stride_spreads_the_taps", "0 1 0"),
    ("inputs_read", "from_one", "0 0 0"),
    ("inputs_read", "whole_span", "1 0 0"),
    ("inputs_read", "one_too_few", "0 0 0"),
]


@pytest.fixture(scope="module")
def solution(master):
    return expected.Solution(master)


def verdicts(master, solution, part, names, seed):
    cells = {cell.id: cell for cell in master.cells}
    sent = []
    exec(cells[part.cell_id].source, {"np": np, "probe": Probe(seed, sent.append)} | names)
    records = solution.records(part.cell_id, seed)
    return compare.verdicts(
        records, sent, rtol=part.rtol, atol=part.atol, judges=solution.judges
    )


def earned(master, solution, qid, names, seed=7):
    question = next(question for question in master.questions if question.qid == qid)
    return [
        part.points
        if all(found.ok for found in verdicts(master, solution, part, names, seed))
        else Decimal(0)
        for part in question.parts
    ]


@pytest.mark.parametrize(("qid", "mistake", "points"), EARNED)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_mistake_earns_its_share_with_any_seed(
    master, solution, wrong, qid, mistake, points, seed
):
    expected_points = [Decimal(number) for number in points.split()]
    assert earned(master, solution, qid, {qid: wrong[qid][mistake]}, seed) == expected_points


def test_every_wrong_answer_in_the_collection_is_marked(wrong):
    assert {(qid, name) for qid in wrong for name in wrong[qid]} == {row[:2] for row in EARNED}


def float32(image, kernel, bias=0.0, stride=1, padding=0):
    x, height, width = np.pad(image, padding), *kernel.shape
    rows, columns = ((x.shape[a] - kernel.shape[a]) // stride + 1 for a in (0, 1))
    y = np.zeros((rows, columns), np.float32)
    for r in range(rows):
        for c in range(columns):
            window = x[r * stride : r * stride + height, c * stride : c * stride + width]
            y[r, c] = np.sum((window * kernel).astype(np.float32)) + np.float32(bias)
    return y


def test_rounding_to_float32_costs_nothing(master, solution):
    points = earned(master, solution, "correlate2d", {"correlate2d": float32})
    assert sum(points) == 6


def test_lists_are_taken_where_arrays_are_asked(master, solution):
    def as_list(x, w, bias=0.0):
        return [
            sum(w[k] * x[i + k] for k in range(len(w))) + bias for i in range(len(x) - len(w) + 1)
        ]

    assert sum(earned(master, solution, "correlate1d", {"correlate1d": as_list})) == 4


@pytest.mark.parametrize(
    ("kernel", "bias", "points"),
    [
        ([[-1, 1, 1]] * 3, -5, 2),
        ([[-9.0, 2, 2]] * 3, -11, 2),
        ([[-1, 1, 1]] * 3, -6, 0),
        ([[-1, 1, 1]] * 3, -4, 0),
        ([[1, 1, 1]] * 3, -5, 0),
        ([[-1, 1, 1]] * 3, math.nan, 0),
        ([[-1, 1, 1]] * 3, None, 0),
    ],
)
def test_any_filter_that_does_what_is_asked_earns_the_points(
    master, solution, kernel, bias, points
):
    names = {"edge_kernel": kernel, "edge_bias": bias}
    assert sum(earned(master, solution, "edge", names)) == points


@pytest.mark.parametrize("changed", ["outputs", "reads", "span"])
def test_a_wrong_number_by_hand_costs_its_setting_only(master, solution, changed):
    right = {"outputs": 4, "reads": 3, "span": 3}
    by_hand = {
        "stride 2": right | {changed: 9},
        "dilation 2": {"outputs": 5, "reads": 3, "span": 5},
        "both": {"outputs": 3, "reads": 3, "span": 5.0},
    }
    points = earned(master, solution, "stride_and_dilation", {"by_hand": by_hand})
    assert points == [0, 1, 1]


def test_another_seed_asks_other_numbers(solution):
    cell = "correlate1d-probe-bias"
    assert solution.records(cell, 1) == solution.records(cell, 1)
    assert solution.records(cell, 1) != solution.records(cell, 2)
