"""The format itself: what a scene refuses, how numbers are written, how values are shaded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.scenes import Grid, Scene, Step, convolution2d
from convviz.scenes._text import number, span
from convviz.scenes.levels import levels


def test_a_scene_cannot_be_changed():
    grid = Grid("input", "input", [[1, 2]])
    with pytest.raises(ValueError, match="read-only"):
        grid.values[0, 0] = 5
    with pytest.raises(AttributeError):
        grid.name = "other"


def test_a_grid_keeps_a_copy_of_its_values():
    array = np.ones((2, 2))
    grid = Grid("input", "input", array)
    array[0, 0] = 9
    assert grid.values[0, 0] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"values": [1, 2]}, r"grid 'a' has shape \(2,\): it needs rows and columns"),
        ({"role": "red"}, r"grid 'a' has role 'red': use one of \('input'"),
        ({"shade": "hot"}, r"grid 'a' has shade 'hot': use one of"),
        ({"display": "3d"}, r"grid 'a' has display '3d': use one of"),
        ({"values": np.eye(4), "blocks": (2, 3)}, r"blocks of 2×3, which do not fill its 4×4 cells"),
        ({"kinds": np.zeros((2, 2), int)}, r"kinds of shape \(2, 2\) for values of shape \(1, 1\)"),
    ],
)
def test_a_grid_refuses_what_no_painter_knows(change, words):
    with pytest.raises(ValueError, match=words):
        Grid(**{"name": "a", "role": "input", "values": [[1]]} | change)


def test_a_grid_of_words_is_refused():
    with pytest.raises(TypeError, match="grid 'a' has dtype <U1: it needs real numbers"):
        Grid("a", "input", [["x"]])


def test_a_scene_names_its_grids_and_steps_when_asked_for_others():
    scene = Scene("S", "s", (Grid("a", "input", [[1]]),), (), (Step("one"), Step("two")))
    with pytest.raises(ValueError, match="S has no grid 'b': use one of a"):
        scene.grid("b")
    with pytest.raises(ValueError, match="step=2 is not there: this scene has steps 0 to 1"):
        scene.check_step(2)
    with pytest.raises(TypeError, match="step must be an integer, got 'x'"):
        scene.check_step("x")
    assert scene.check_step(np.int64(1)) == 1


def test_a_scene_without_grids_is_refused():
    with pytest.raises(ValueError, match="a scene needs at least one grid"):
        Scene("S", "s", (), ())


def test_grids_of_a_scene_need_names_of_their_own_and_signs_between_them():
    a, b = Grid("a", "input", [[1]]), Grid("b", "input", [[1]])
    with pytest.raises(ValueError, match="two grids of a scene have the same name"):
        Scene("S", "s", (a, a), ("→",))
    with pytest.raises(ValueError, match="2 grids need 1 joins, got 0"):
        Scene("S", "s", (a, b), ())


def test_a_negative_number_behind_a_plus_or_a_dot_stands_in_parentheses():
    scene = convolution2d([[-1, -2, 3]], [[4, -5, 6]])
    assert scene.formula_text(0) == "−1·4 + (−2)·(−5) + 3·6 = 24"


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_a_number_is_written_to_two_decimals_or_two_digits(value):
    written = float(number(value).replace("−", "-"))
    assert abs(written - value) <= max(0.005 + 1e-9, 0.051 * abs(value) if abs(value) < 0.005 or abs(value) >= 1e6 else 0.0)


@given(st.integers(-999_999, 999_999))
def test_whole_numbers_are_written_whole(value):
    assert number(value) == number(float(value)) == str(value).replace("-", "−")


def test_ranges_never_put_a_dash_before_a_minus_sign():
    assert span([-2, -1, 0], "row") == "rows −2 to 0"
    assert span([0, 1, 2], "row") == "rows 0–2"


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12))
def test_signed_shading_is_white_at_zero_and_full_at_the_largest(values):
    grid = Grid("a", "output", [values], shade="signed")
    shading = levels(grid)[0]
    assert (np.sign(shading) * np.sign(values) >= 0).all()
    if np.abs(values).max() > 0:
        assert np.abs(shading).max() == 100


@pytest.mark.parametrize("values", [[1.7e308, -1.7e308], [5e-324, 0.0], [1e300, 1e300], [2, 2]])
@pytest.mark.parametrize("shade", ["signed", "gray"])
def test_shading_survives_the_largest_and_the_smallest_numbers(values, shade):
    shading = levels(Grid("a", "output", [values], shade=shade))
    assert np.abs(shading).max() <= 100
    assert shade == "gray" or (np.sign(shading) == np.sign(values)).all()


def test_shading_survives_values_that_are_no_numbers():
    grid = Grid("a", "output", [[np.nan, np.inf, -np.inf, 2.0]], shade="signed")
    assert levels(grid).tolist() == [[0, 100, -100, 100]]
