"""How a check puts into words what came of a student's function."""

import numpy as np
import pytest

from convviz import checks, reference


def test_the_place_and_both_numbers_are_named():
    def off_in_one_place(image, kernel, bias=0.0, stride=1, padding=0):
        result = reference.correlate2d(image, kernel, bias, stride=stride, padding=padding)
        if result.shape == (3, 3):
            result[2, 0] = 7
        return result

    assert repr(checks.check_correlate2d(off_in_one_place)).splitlines()[1] == (
        "  5×5 image, 3×3 filter: row 2, column 0: expected −7, got 7"
    )


def test_an_error_shows_type_message_and_the_students_own_line():
    def runs_over_the_end(x, w, bias=0.0):
        y = np.zeros(len(x))
        for i in range(len(x)):
            for k in range(len(w)):
                y[i] += w[k] * x[i + k]
        return y + bias

    found = repr(checks.check_correlate1d(runs_over_the_end))
    assert "IndexError: index 10 is out of bounds for axis 0 with size 10" in found
    assert "y[i] += w[k] * x[i + k]" in found
    assert "Traceback" not in found
    assert len(found.splitlines()) == 3


def test_what_is_no_function_is_said_to_be_none():
    assert repr(checks.check_relu(5)).endswith("expected a function, got int")


def test_ctrl_c_still_works():
    def interrupted(z):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checks.check_relu(interrupted)


def test_a_mistake_that_raises_where_the_students_function_does_is_named():
    def depth_padded(x, w, b, stride=1, padding=0):
        return reference.conv2d(np.pad(x, padding), w, b, stride=stride)

    found = repr(checks.check_conv_layer(depth_padded))
    assert found.startswith("✗ conv_layer: 6 of 9 cases\n  3 channels of 4×4, 2 filters 3×3, pad")
    assert ": is the depth padded too?" in found


def test_an_error_that_comes_of_no_misfit_is_not_explained_by_one():
    def no_padding(x, w, b, stride=1):
        return reference.conv2d(x, w, b, stride=stride)

    found = repr(checks.check_conv_layer(no_padding))
    assert "got an unexpected keyword argument 'padding'" in found
    assert "?" not in found


def test_an_error_in_every_case_is_explained_by_no_mistake():
    found = repr(checks.check_conv_layer(lambda *args, **options: [][0]))
    assert found.splitlines()[1].endswith("IndexError: list index out of range")
