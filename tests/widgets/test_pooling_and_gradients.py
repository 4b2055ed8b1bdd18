"""Pooling, backward passes, the visual cortex: the arrays behind the widgets and their sliders."""

import gzip
import json

import numpy as np
import pytest

from convviz import reference, scenes, widgets

DY = [widgets.MaxRouting, widgets.AveragePoolBackward, widgets.ConvolutionBackwardInput, widgets.ConvolutionBackwardWeight]
QUESTIONS = [
    widgets.Pooling,
    *DY,
    widgets.TransposedConvolution,
    widgets.OrientationTuning,
    widgets.Neocognitron,
]


def test_own_arrays_are_shown_and_stay_as_they_are():
    image, dy = np.arange(9).reshape(3, 3), [[5, 6], [7, 8]]
    widget = widgets.MaxRouting(image, dy, window=2)
    assert widget.scene().grid("dx").values.tolist() == [[0, 0, 0], [0, 5, 6], [0, 7, 8]]
    widget.edit("input", 0, 0, 99)
    assert image[0, 0] == 0
    assert widget.scene().grid("dx").values.tolist() == [[5, 0, 0], [0, 0, 6], [0, 7, 8]]


@pytest.mark.parametrize("widget", DY)
def test_a_typed_derivative_outlives_a_slider_that_hides_it(widget):
    widget = widget()
    size = widget.scene().grid("dy").shape
    widget.edit("dy", size[0] - 1, size[1] - 1, 0.5)
    first = widget.setting
    widget.setting = {**first, "stride": 3}
    widget.setting = first
    assert widget.scene().grid("dy").values[-1, -1] == 0.5
    widget.undo()
    assert widget.scene().grid("dy").values[-1, -1] != 0.5


@pytest.mark.parametrize("widget", DY)
def test_a_slider_that_adds_outputs_keeps_the_derivatives_there_were(widget):
    widget = widget(stride=2)
    before = widget.scene().grid("dy").values
    after = widget.scene(stride=1).grid("dy").values
    assert after.size > before.size
    assert (after[: before.shape[0], : before.shape[1]] == before).all()
    assert len(set(after.ravel().tolist())) == after.size


@pytest.mark.parametrize("widget", DY)
def test_a_derivative_of_another_shape_is_refused_when_the_widget_is_made(widget):
    with pytest.raises(ValueError, match=r"dy has shape 9×1, the output \d×\d: give one derivative"):
        widget(dy=[[1]] * 9)


def test_the_weights_of_the_learned_pooling_follow_the_window():
    widget = widgets.Pooling(weights=[[1, 2], [3, 4]])
    assert widget.scene(window=1).grid("learned weights").values.tolist() == [[1]]
    assert widget.scene(window=3).grid("learned weights").values.tolist() == [[1, 2, 0], [3, 4, 0], [0, 0, 0]]
    widget.setting = {**widget.setting, "window": 3}
    widget.edit("learned weights", 2, 2, 9)
    assert widget.scene(window=2).grid("learned weights").values.tolist() == [[1, 2], [3, 4]]
    assert widget.scene(window=3).grid("learned weights").values[2, 2] == 9


def test_a_slider_is_there_for_the_kinds_that_need_it():
    assert list(widgets.Pooling(kinds=["max"]).setting) == ["window", "stride"]
    assert list(widgets.Pooling(kinds=["power mean"]).setting) == ["window", "stride", "p"]
    assert list(widgets.Pooling(kinds=["mixed"], mix=3).setting) == ["window", "stride", "mix"]
    with pytest.raises(ValueError, match="kinds='mean' is not known"):
        widgets.Pooling(kinds=["mean"])


def test_mix_counts_in_tenths():
    assert widgets.Pooling(mix=10).scene().grid("mixed").values.tolist() == [[6, 8], [3, 4]]
    assert "mix 0.3" in repr(widgets.Pooling(mix=3))


def test_a_flipped_filter_is_edited_where_it_is_shown():
    widget = widgets.ConvolutionBackwardInput(np.ones((3, 3), int), [[1, 2], [3, 4]], stride=1)
    widget.edit("flipped filter", 0, 0, 9)
    assert widget.scene().grid("flipped filter").values.tolist() == [[9, 3], [2, 1]]
    widget.undo()
    assert widget.scene().grid("flipped filter").values.tolist() == [[4, 3], [2, 1]]


def test_padding_is_not_the_readers_to_change():
    widget = widgets.ConvolutionBackwardWeight(padding=1)
    with pytest.raises(ValueError, match=r"the cell \(0, 0\) of 'input' cannot be changed here"):
        widget.edit("input", 0, 0, 5)
    widget.edit("input", 1, 1, 7)
    assert widget.scene(padding=0).grid("input").values[0, 0] == 7


@pytest.mark.parametrize("widget", DY)
def test_a_derivative_can_be_edited_and_everything_follows(widget):
    widget = widget()
    before = widget.scene().grids
    widget.edit("dy", 0, 0, -50)
    changed = [grid.name for grid, old in zip(widget.scene().grids, before, strict=True) if (grid.values != old.values).any()]
    assert "dy" in changed and len(changed) > 1


def test_the_kernel_of_a_transposed_convolution_has_a_slider_where_it_is_square():
    widget = widgets.TransposedConvolution(kernel=[[1, 2], [3, 4]])
    assert widget.scene(kernel=3).grid("filter").values.tolist() == [[1, 2, 0], [3, 4, 0], [0, 0, 0]]
    assert widget.scene(kernel=1).grid("filter").values.tolist() == [[1]]
    assert "kernel" not in widgets.TransposedConvolution(kernel=[[1, 2]]).setting


def test_pushing_and_pulling_are_two_views_of_the_same_numbers():
    widget = widgets.TransposedConvolution()
    pushed, pulled = widget.scene(pull=False), widget.scene(pull=True)
    expected = reference.conv_transpose2d(np.full((1, 3, 3), 2), np.ones((1, 1, 3, 3), int), stride=2)[0]
    assert (pushed.grid("output").values == expected).all()
    assert (pulled.grid("output").values == expected).all()
    assert len(pushed.steps) == 9 and len(pulled.steps) == 49


def test_a_field_of_ones_own_can_be_edited_and_has_no_angle():
    widget = widgets.OrientationTuning(np.zeros((3, 3)))
    assert list(widget.setting) == ["shift"]
    widget.edit("receptive field", 1, 1, 4)
    assert widget.scene(shift=0).grid("answer").values.max() == 4


def test_a_field_from_the_menu_is_turned_with_it():
    widget = widgets.OrientationTuning(preferred=90, shift=0)
    assert "best at 90°" in repr(widget)
    assert "best at 30°" in repr(widget.scene(preferred="30°"))
    with pytest.raises(ValueError, match="receptive field.* cannot be changed here"):
        widget.edit("receptive field", 0, 0, 1)


@pytest.mark.parametrize("bad", [50, "left", None])
def test_an_angle_off_the_menu_is_refused(bad):
    with pytest.raises(ValueError, match=r"preferred='.*' is not offered here: use one of 0°, 15°"):
        widgets.OrientationTuning(preferred=bad)


def test_pictures_of_ones_own_are_learned():
    pictures = np.stack([np.eye(4), np.eye(4)[::-1]] * 2)
    widget = widgets.Neocognitron(pictures, [0, 1, 0, 1], planes=2, field=4)
    assert repr(widget) == "Neocognitron: 4 pictures 4×4, 2 planes, r 2 → 2 planes learn, each one kind, 8 steps"


@pytest.mark.parametrize("widget", QUESTIONS)
def test_a_question_is_asked_and_its_answer_does_not_travel_openly(widget):
    widget = widget(predict=True)
    scene = widget.scene()
    assert scene.question and scene.asked().steps[0].sentence == scene.question.text
    sent = json.loads(gzip.decompress(widget._bundle))["scenes"]
    assert any("asked" in each for each in sent.values())


@pytest.mark.parametrize("widget", QUESTIONS)
def test_the_grids_that_a_question_hides_are_those_that_answer_it(widget):
    scene = widget().scene()
    hidden = scene.hidden_by_question()
    assert hidden and {grid.name for grid in scene.grids} - set(hidden)
    for cell in scene.question.answer if scene.question.kind == "cell" else ():
        assert cell[0] not in hidden


def test_the_answers_are_those_of_an_independent_count():
    assert widgets.Pooling(window=3, stride=1).scene().question.answer == (2, 2)
    assert widgets.TransposedConvolution(padding=1).scene().question.answer == (5, 5)
    assert widgets.ConvolutionBackwardInput().scene().question.answer == (7, 7)
    assert widgets.ConvolutionBackwardWeight().scene().question.answer == 4
    assert widgets.Neocognitron().scene().question.answer == 3
    [cell] = widgets.OrientationTuning(shift=0).scene().question.answer
    assert cell == ("angle of the bar", 0, scenes.ANGLES.index(45))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: widgets.Pooling([[1, 2], [3]]), ValueError, "image is no array: give every row"),
        (lambda: widgets.Pooling(window=0), ValueError, "window=0 is outside this widget's slider"),
        (lambda: widgets.Pooling(mix=11), ValueError, "mix=11 is outside .* whole number from 0 to 10"),
        (lambda: widgets.Pooling(weights="a"), TypeError, "weights has dtype <U1"),
        (lambda: widgets.MaxRouting([[1, 2]], window=2), ValueError, "a window of 2 does not fit an input of 1"),
        (lambda: widgets.AveragePoolBackward(input="4"), ValueError, "input='4' is outside this widget's"),
        (lambda: widgets.ConvolutionBackwardInput([[1]]), ValueError, "kernel of 3 does not fit an input of 1"),
        (lambda: widgets.TransposedConvolution([[1]], [[1]], padding=1), ValueError, "padding"),
        (lambda: widgets.Neocognitron(-np.ones((2, 8, 8))), ValueError, "images hold -1.0"),
        (lambda: widgets.Neocognitron(selectivity=0), ValueError, "selectivity=0 is outside"),
    ],
)
def test_a_widget_is_not_made_of_what_it_cannot_show(make, error, words):
    with pytest.raises(error, match=words):
        make()
