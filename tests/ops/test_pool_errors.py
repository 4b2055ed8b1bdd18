"""The words of pooling's errors: which argument, what was given, the rule, what to do."""

import re

import numpy as np
import pytest

from convviz import ops

X = np.zeros((1, 2, 5, 5))
POOLED = np.zeros((1, 2, 2, 2))
INDICES = np.zeros((1, 2, 2, 2), dtype=np.int64)


def refused(error, words, function, *arguments, **options):
    with pytest.raises(error, match=f"^{re.escape(words)}$"):
        function(*arguments, **options)


def test_x_shape_is_the_shape_of_an_input():
    words = (
        "x_shape must have 4 entries (N, C, H, W), got (5, 5): pass x.shape of the forward pass"
    )
    refused(ValueError, words, ops.max_pool2d_backward, POOLED, INDICES, (5, 5))
    refused(ValueError, words, ops.avg_pool2d_backward, POOLED, (5, 5), 2)
    words = "x_shape[2] must be at least 1, got 0: pass x.shape of the forward pass"
    refused(ValueError, words, ops.max_pool2d_backward, POOLED, INDICES, (1, 2, 0, 5))
    words = "x_shape[3] must be an integer, got 5.0 (float): pass x.shape of the forward pass"
    refused(TypeError, words, ops.max_pool2d_backward, POOLED, INDICES, (1, 2, 5, 5.0))
    words = "x_shape must have 4 entries (N, C, H, W), got 5: pass x.shape of the forward pass"
    refused(ValueError, words, ops.max_pool2d_backward, POOLED, INDICES, 5)


def test_indices_point_into_the_plane():
    words = (
        "indices must be 0 to 24, places in a plane of x_shape (1, 2, 5, 5), got {}: "
        "pass the x.shape that the indices were made for"
    )
    for wrong in (25, -1):
        indices = INDICES.copy()
        indices[0, 1, 1, 0] = wrong
        refused(
            ValueError, words.format(wrong), ops.max_pool2d_backward, POOLED, indices, X.shape
        )


def test_indices_are_integers_in_the_shape_of_dy():
    words = (
        "indices must be an array of integers, got {}: "
        "pass what the forward pass returned with return_indices=True"
    )
    wrong = INDICES.astype(float)
    refused(
        TypeError, words.format("float64"), ops.max_pool2d_backward, POOLED, wrong, X.shape
    )
    refused(
        TypeError, words.format("list"), ops.max_pool2d_backward, POOLED, [[0]], X.shape
    )
    words = (
        "indices must have the shape of dy, (1, 2, 2, 2), got (1, 2, 2, 1): "
        "pass both from the same forward pass"
    )
    refused(ValueError, words, ops.max_pool2d_backward, POOLED, INDICES[..., :1], X.shape)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"kernel_size": 0}, ValueError, "kernel_size must be at least 1, got 0: a window has on"),
        ({"kernel_size": 2.0}, TypeError, "kernel_size must be an integer, got 2.0 (float): a wi"),
        ({"stride": 0}, ValueError, "stride must be at least 1, got 0: use 1 to visit every posi"),
        ({"padding": 2}, ValueError, "rows: padding of 2 before the input is more than half of t"),
        ({"padding": "full"}, ValueError, "rows: padding of 2 before the input is more than half"),
        ({"ceil_mode": 1}, TypeError, "ceil_mode must be True or False, got 1"),
    ],
)
def test_options_of_a_pooling(options, error, words):
    for pool in (ops.max_pool2d, ops.avg_pool2d):
        with pytest.raises(error, match=f"^{re.escape(words)}"):
            pool(X, **{"kernel_size": 3} | options)


def test_switches_are_switches():
    words = "return_indices must be True or False, got 'no'"
    refused(TypeError, words, ops.max_pool2d, X, 2, return_indices="no")
    words = "count_include_pad must be True or False, got None"
    refused(TypeError, words, ops.avg_pool2d, X, 2, count_include_pad=None)
    words = "dilation must be at least 1, got 0: use 1 for a solid kernel"
    refused(ValueError, words, ops.max_pool2d, X, 2, dilation=0)
