"""What counts as right: rounding, lists, any filter that does its work. See test_mistakes too."""

import math

import numpy as np
import pytest


@pytest.fixture(scope="module")
def earned(papers):
    return papers("hw01").earned


def float32(image, kernel, bias=0.0, stride=1, padding=0):
    x, height, width = np.pad(image, padding), *kernel.shape
    rows, columns = ((x.shape[a] - kernel.shape[a]) // stride + 1 for a in (0, 1))
    y = np.zeros((rows, columns), np.float32)
    for r in range(rows):
        for c in range(columns):
            window = x[r * stride : r * stride + height, c * stride : c * stride + width]
            y[r, c] = np.sum((window * kernel).astype(np.float32)) + np.float32(bias)
    return y


def test_rounding_to_float32_costs_nothing(earned):
    points = earned("correlate2d", {"correlate2d": float32})
    assert sum(points) == 6


def test_lists_are_taken_where_arrays_are_asked(earned):
    def as_list(x, w, bias=0.0):
        return [
            sum(w[k] * x[i + k] for k in range(len(w))) + bias for i in range(len(x) - len(w) + 1)
        ]

    assert sum(earned("correlate1d", {"correlate1d": as_list})) == 4


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
    earned, kernel, bias, points
):
    names = {"edge_kernel": kernel, "edge_bias": bias}
    assert sum(earned("edge", names)) == points


@pytest.mark.parametrize("changed", ["outputs", "reads", "span"])
def test_a_wrong_number_by_hand_costs_its_setting_only(earned, changed):
    right = {"outputs": 4, "reads": 3, "span": 3}
    by_hand = {
        "stride 2": right | {changed: 9},
        "dilation 2": {"outputs": 5, "reads": 3, "span": 5},
        "both": {"outputs": 3, "reads": 3, "span": 5.0},
    }
    points = earned("stride_and_dilation", {"by_hand": by_hand})
    assert points == [0, 1, 1]


def test_another_seed_asks_other_numbers(papers):
    solution = papers("hw01").solution
    cell = "correlate1d-probe-bias"
    assert solution.records(cell, 1) == solution.records(cell, 1)
    assert solution.records(cell, 1) != solution.records(cell, 2)
