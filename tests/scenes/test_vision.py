"""Scenes of the visual cortex and of the network made like it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from convviz import models, scenes
from convviz.scenes.neocognitron import S_PLANE


@pytest.mark.parametrize("preferred", scenes.ANGLES)
def test_a_simple_cell_answers_most_to_a_bar_along_its_stripe(preferred):
    scene = scenes.orientation_tuning(preferred=preferred, shift=0)
    answers = scene.grid("answer").values[0]
    assert scenes.ANGLES[int(np.argmax(answers))] == preferred
    across = (scenes.ANGLES.index(preferred) + 6) % 12
    assert answers[across] < 0.1 * answers.max()


@pytest.mark.parametrize("preferred", [0, 30, 45, 90])
def test_a_complex_cell_does_not_mind_where_the_bar_lies_and_a_simple_one_does(preferred):
    at, beside = (scenes.orientation_tuning(preferred=preferred, shift=shift) for shift in (0, 2))
    assert beside.grid("answer").values.max() < 0.1 * at.grid("answer").values.max()
    assert beside.grid("largest answer").values.max() > 0.8 * at.grid("largest answer").values.max()


@given(st.integers(0, 10**6), st.integers(-3, 3), st.sampled_from([(3, 3), (5, 4), (7, 7)]))
def test_the_answers_are_a_scan_a_relu_and_a_maximum(seed, shift, shape):
    field = np.random.default_rng(seed).integers(-5, 6, shape)
    scene = scenes.orientation_tuning(field, shift=shift)
    for place, angle in enumerate(scenes.ANGLES):
        bar = scenes.bar_of_light(shape, angle, shift)
        answers = np.maximum(correlate2d(np.pad(bar, 2), field, "valid"), 0)
        assert scene.grid("answer").values[0, place] == pytest.approx(answers[2, 2])
        assert scene.grid("largest answer").values[0, place] == pytest.approx(answers.max())


def test_the_bar_on_the_stage_is_the_one_of_the_step():
    scene = scenes.orientation_tuning()
    for k, angle in enumerate(scenes.ANGLES):
        shown = {cell[1:]: v for cell, v in scene.written(k).items() if cell[0] == "bar of light"}
        assert shown == dict(np.ndenumerate(scenes.bar_of_light((7, 7), angle, 1)))


def test_a_bar_is_turned_anticlockwise_and_is_as_bright_at_every_angle():
    assert np.argwhere(scenes.bar_of_light((5, 5), 90) == 1).tolist() == [[r, 2] for r in range(5)]
    assert scenes.bar_of_light((5, 5), 45)[0, 4] > 0 == scenes.bar_of_light((5, 5), 45)[0, 0]
    light = [scenes.bar_of_light((9, 9), angle).sum() for angle in scenes.ANGLES]
    assert max(light) < 1.15 * min(light)


def test_the_columns_of_the_curve_are_as_high_as_the_answers():
    scene = scenes.orientation_tuning(shift=0)
    last = scene.written(len(scene.steps) - 1)
    for name, answers in (("simple cell", "answer"), ("complex cell", "largest answer")):
        heights = [sum((name, r, c) in last for r in range(5)) for c in range(12)]
        values = scene.grid(answers).values[0]
        top = scene.grid("largest answer").values.max()
        assert heights == np.rint(5 * values / top).tolist()


def test_a_formula_takes_inhibition_from_excitation():
    scene = scenes.orientation_tuning([[2, -1]], shift=0)
    assert scene.formula_text(0).startswith("simple: excitation 1.2 − inhibition 0.6 = 0.6, max(0, ·) → 0.6;")


def test_a_field_that_answers_to_nothing_is_shown_all_the_same():
    scene = scenes.orientation_tuning([[-1, -2]])
    assert set(scene.grid("largest answer").values[0]) == {0}
    assert scene.steps[0].sentence.endswith("the simple cell is silent, the complex cell is silent.")


@pytest.mark.parametrize(
    ("field", "error", "words"),
    [
        ([1, 2], ValueError, "field has 1 dimensions"),
        ([["a"]], TypeError, "field has dtype <U1"),
        (np.ones((16, 2)), ValueError, "field has shape 16×2: fields up to 15×15 are shown; crop it"),
    ],
)
def test_a_field_that_cannot_be_shown_is_refused(field, error, words):
    with pytest.raises(error, match=words):
        scenes.orientation_tuning(field)


def test_digits_that_nobody_labelled_sort_themselves():
    wins = scenes.neocognitron().grid("wins").values
    assert sorted(wins[:, [0, 1, 4]].tolist()) == [[0, 0, 0], [0, 0, 8], [0, 8, 0], [8, 0, 0]]
    assert wins.sum() == 24


def test_selectivity_decides_how_many_planes_learn():
    used = [
        int(scenes.neocognitron(selectivity=r).grid("wins").values.any(axis=1).sum()) for r in (1, 2, 4)
    ]
    assert used == [1, 3, 4]
    assert "1 plane learns, 3 kinds mixed" in repr(scenes.neocognitron(selectivity=1))


def test_labels_change_nothing_but_the_table():
    images, labels = scenes.digits_to_sort()
    with_labels, without = scenes.neocognitron(images, labels), scenes.neocognitron(images)
    for plane in range(1, 5):
        name = f"weights a of {plane}"
        assert (with_labels.grid(name).values == without.grid(name).values).all()
    assert (with_labels.grid("wins").values.sum(axis=1) == without.grid("wins").values[:, 0]).all()


def test_a_picture_without_light_wakes_nobody():
    scene = scenes.neocognitron(np.zeros((2, 3, 3)), field=2, rounds=1)
    assert repr(scene).endswith("→ no plane learns, 2 steps")
    assert scene.steps[0].sentence == (
        "Presentation 1: picture 1 wakes no plane: every S-cell is silent, and nobody learns."
    )


def test_what_stands_on_the_stage_at_the_end_are_the_last_numbers():
    scene = scenes.neocognitron()
    last = scene.written(len(scene.steps) - 1)
    for grid in scene.grids:
        assert all(last[grid.name, *place] == value for place, value in np.ndenumerate(grid.values))


def test_the_number_of_a_formula_is_that_of_its_own_presentation():
    scene = scenes.neocognitron()
    for k, step in enumerate(scene.steps):
        shown = scene.written(k)[step.result]
        assert scene.formula_text(k).endswith(f" = {scene.grid('C-cells').text_of(shown)}")


@pytest.mark.parametrize("options", [{}, {"planes": 1, "field": 8}, {"selectivity": 4, "rounds": 1}], ids=str)
def test_the_code_makes_the_c_cells_of_the_planes_that_are_shown(options, code_of):
    scene = scenes.neocognitron(**options)
    found = code_of(scene)
    assert list(found) == ["convviz", "PyTorch"]
    for values in found.values():
        # small cells have room for two decimals
        np.testing.assert_allclose(values, scene.grid("C-cells").values[:, 0], atol=0.005)


def test_the_s_planes_are_what_the_line_of_pytorch_says():
    torch = pytest.importorskip("torch")
    stage = models.NeocognitronStage(3, 2, selectivity=2.5)
    pictures = np.random.default_rng(0).random((2, 1, 5, 6))
    for picture in pictures:
        stage.present(picture)
    space = {"u": pictures, "a": stage.a, "b": stage.b[:, None, None], "c": stage.c[None, None]}
    space = {name: torch.tensor(array) for name, array in space.items()}
    found = eval(S_PLANE, {"F": torch.nn.functional, "r": 2.5, **space})
    np.testing.assert_allclose(found, stage.s_cells(pictures))
    assert S_PLANE in dict(scenes.neocognitron().code)["PyTorch"]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"images": np.ones((2, 2))}, ValueError, "images has 2 dimensions"),
        ({"images": np.ones((20, 8, 8))}, ValueError, "at most 16 pictures of 12×12 are shown"),
        ({"images": np.ones((2, 30, 8))}, ValueError, "take fewer or smaller ones"),
        ({"images": -np.ones((2, 8, 8))}, ValueError, "images hold -1.0: light and ink are finite and"),
        ({"images": np.full((2, 8, 8), np.nan)}, ValueError, "images hold nan: light and ink"),
        ({"images": np.ones((2, 8, 8)), "labels": [1]}, ValueError, "1 labels for 2 images: give one"),
        ({"images": np.ones((1, 8, 8)), "labels": [11]}, ValueError, "whole numbers from 0 to 9"),
        ({"images": np.ones((1, 8, 8)), "labels": [0.5]}, ValueError, "whole numbers from 0 to 9"),
        ({"planes": 9}, ValueError, "planes=9 is too many: use 1 to 6"),
        ({"field": 0}, ValueError, "field must be at least 1, got 0"),
        ({"selectivity": 0}, ValueError, "selectivity=0.0 is out of range: use a number above 0"),
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"selectivity": "r"}, TypeError, "selectivity='r' is not one real number"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_the_remedy(arguments, error, words):
    with pytest.raises(error, match=words):
        scenes.neocognitron(**arguments)
