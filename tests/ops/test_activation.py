"""ReLU and its derivative."""

import numpy as np
import pytest

from convviz import ops


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_keeps_what_is_positive(dtype):
    x = np.array([[-2, 0, 3], [np.nan, np.inf, -np.inf]], dtype=dtype)
    y = ops.relu(x)
    np.testing.assert_array_equal(y, [[0, 0, 3], [np.nan, np.inf, 0]])
    assert y.dtype == dtype
    assert x[0, 0] == -2


def test_its_derivative_is_the_numerical_gradient(numerical_gradient, whole):
    x, dy = whole(1, 3, 4) + 0.5, whole(2, 3, 4)
    np.testing.assert_array_equal(ops.relu_backward(dy, x), numerical_gradient(ops.relu, x, dy))


def test_at_zero_the_derivative_is_zero_and_a_nan_lets_it_through():
    found = ops.relu_backward(np.array([1.0, 2.0, np.nan]), np.array([0.0, np.nan, -1.0]))
    np.testing.assert_array_equal(found, [0, 2, 0])


def test_any_shape_is_welcome():
    assert ops.relu(np.zeros((0, 3))).shape == (0, 3)
    assert ops.relu(np.array(-1.0)) == 0
