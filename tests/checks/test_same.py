"""`checks.same`: what differs where."""

import numpy as np
import pytest

from convviz import checks


@pytest.mark.parametrize(
    ("actual", "expected", "text"),
    [
        ([1, 2], [1, 2], "✓ the same: 2"),
        (3, 3, "✓ the same: 3"),
        (np.float32(0.1), 0.1, "✓ the same: 0.1"),
        ([[7, 0], [0, 0]], [[-7, 0], [0, 0]], "✗ row 0, column 0: expected −7, got 7"),
        ([1, 5], [1, 2], "✗ position 1: expected 2, got 5"),
        (5, 2, "✗ expected 2, got 5"),
        (2.0, 2, "✗ expected the whole number 2, got 2.0, a float"),
        ([1, 2], 3, "✗ expected a single number, got an array of shape (2,)"),
        (3, [1, 2], "✗ expected an array of shape (2,), got a single number"),
        (np.zeros((1, 1, 2)), np.ones((1, 1, 2)), "✗ index (0, 0, 0): expected 1, got 0"),
        (None, [1], "✗ expected an array of numbers, got None"),
        (None, 1, "✗ expected a number, got None"),
        ({}, [1], "✗ expected an array of numbers, got a dict"),
        ([[1], [2, 3]], [1], "✗ expected an array of numbers, got a list that is no table of num"),
        (np.array(["a"]), [1], "✗ expected an array of numbers, got an array of <U1"),
        ([1, np.inf], [1, 2], "✗ position 1: expected 2, got infinity"),
        ([1.0001], [1.0], "✗ position 0: expected 1, got 1.0001"),
        ([1.0000041], [1.0], "✗ position 0: expected 1.0, got 1.0000041"),
    ],
)
def test_same_says_what_differs_where(actual, expected, text):
    assert repr(checks.same(actual, expected)).startswith(text)


def test_rounding_is_measured_by_the_largest_expected_value():
    assert checks.same([1e6, 1e-3], [1e6, 0.0])
    assert not checks.same([1.0, 1e-3], [1.0, 0.0])
