"""Batch normalisation number by number, against PyTorch, the engine and its own arithmetic."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import ops, reference, scenes
from convviz.scenes._text import number

SMALL = st.integers(-20, 20)


@st.composite
def channels(draw):
    """Values, derivatives, weight and bias; not all values the same."""
    count = draw(st.integers(2, 7))
    x, dy = (np.array(draw(st.lists(SMALL, min_size=count, max_size=count))) for _ in range(2))
    assume(np.ptp(x))
    return x, dy, {"weight": draw(SMALL), "bias": draw(SMALL)}


def value_of(text):
    """What the left side of a formula comes to, by Python's own arithmetic."""
    text = text.split(" = ")[0].replace("−½", "-0.5").replace("−", "-").replace("·", "*")
    text = re.sub(r"√([\d.]+)³", r"(\1)**1.5", text.replace("²", "**2"))
    text = re.sub(r"√([\d.]+)", r"(\1)**0.5", text)
    assert re.fullmatch(r"[-+*/().\d e]+", text), text
    return eval(text)  # only digits and signs of our own


@given(channels())
def test_every_number_is_that_of_the_loops_and_of_the_engine(case):
    x, dy, learned = case
    scene = scenes.batch_norm(x, dy, **learned)
    y = reference.batch_norm(x, gamma=learned["weight"], beta=learned["bias"])
    dx, dweight, dbias = reference.batch_norm_backward(dy, x, gamma=learned["weight"])
    expected = {"y": y, "dx": dx, "dweight": dweight, "dbias": dbias}
    for name, values in expected.items():
        np.testing.assert_allclose(scene.grid(name).values.ravel(), values, atol=1e-9)
    _, found = ops.batch_norm(x[:, None].astype(float), eps=0)
    assert scene.grid("mean").values[0] == pytest.approx(found.mean)
    assert scene.grid("variance").values[0] == pytest.approx(found.var)


@given(channels())
def test_every_number_of_dx_stands_beside_its_numerical_twin_and_they_add_up_to_0(case):
    x, dy, learned = case
    scene = scenes.batch_norm(x, dy, **learned)
    exact, numerical = scene.grid("dx").values, scene.grid("numerical").values
    size = np.abs(dy).max() * abs(learned["weight"]) + 1
    np.testing.assert_allclose(numerical, exact, atol=0.002 * size)
    assert abs(exact.sum()) < 1e-9 * size
    assert abs((exact * x).sum()) < 1e-8 * size * 20
    assert scene.question.answer == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("spread", [1e-6, 1, 3e4])
def test_values_near_each_other_are_moved_by_less_for_their_numerical_twin(spread):
    x = 5 + spread * np.array([1.0, 7, 9, 15])
    scene = scenes.batch_norm(x, [4, 1, 0, 0])
    exact, numerical = (scene.grid(name).values for name in ("dx", "numerical"))
    np.testing.assert_allclose(numerical, exact, rtol=2e-3, atol=1e-5 * np.abs(exact).max())
    assert scene.grid("numerical").note == f"h = {number(0.01 * 10.0 ** np.floor(np.log10(5 * spread)))}"


def test_every_formula_comes_to_its_number_and_all_are_written_in_the_end(final):
    scene = scenes.batch_norm()
    for k, step in enumerate(scene.steps):
        name, row, column = step.result
        assert value_of(scene.formula_text(k)) == pytest.approx(scene.grid(name).values[row, column])
    for name in ("mean", "variance", "normalised", "y", "dnormalised", "dx", "numerical"):
        np.testing.assert_array_equal(final(scene, name), scene.grid(name).values)


@given(st.lists(SMALL, min_size=2, max_size=2), st.lists(SMALL, min_size=2, max_size=2))
def test_two_values_get_no_derivative_whatever_comes_back(x, dy):
    assume(x[0] != x[1])
    scene = scenes.batch_norm(x, dy)
    assert not scene.grid("dx").values.any() and not scene.grid("numerical").values.any()


def test_a_minus_sign_after_a_sign_stands_in_parentheses():
    scene = scenes.batch_norm([-5, -1], [-1, 2], weight=-2, bias=-1)
    assert scene.formula_text(0) == "((−5) + (−1)) / 2 = −3"
    assert scene.formula_text(2) == "(−5 − (−3)) / √4 = −1"


@pytest.mark.parametrize("label", ["convviz", "PyTorch"])
def test_the_code_of_the_scene_computes_its_derivatives(label):
    scene = scenes.batch_norm([2, 3, 7], [1, 0, 2], weight=3, bias=1)
    names = {name: scene.grid(name).values[0].astype(float) for name in ("x", "dy")}
    space = names | {"weight": 3, "bias": 1, "np": np, "ops": ops}
    if label == "PyTorch":
        torch = pytest.importorskip("torch")
        space |= {"torch": torch, "F": torch.nn.functional}
    exec(dict(scene.code)[label], space)
    for name in ("y", "dx", "dweight", "dbias"):
        found = np.asarray(space[name].detach() if label == "PyTorch" else space[name])
        np.testing.assert_allclose(found.ravel(), scene.grid(name).values[0], atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([5, 5, 5],), ValueError, "all 3 values of x are 5: their variance is 0.*change one"),
        (([5],), ValueError, "x has 1 value.*use two values or more"),
        (([1, 2], [1]), ValueError, "dy has shape 1, x 2: give one derivative for each value"),
        ((["a", "b"],), TypeError, "x has dtype <U1"),
        ((np.arange(30),), ValueError, r"x has shape \(30,\)"),
    ],
)
def test_values_that_cannot_be_normalised_are_refused_with_the_remedy(arguments, error, words):
    with pytest.raises(error, match=words):
        scenes.batch_norm(*arguments)
