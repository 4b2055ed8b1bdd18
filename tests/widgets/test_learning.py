"""The widgets of training: their sliders and menus, edits, errors."""

import numpy as np
import pytest

from convviz import datasets, widgets


def test_a_slider_takes_the_first_values_and_typed_ones_outlive_it():
    widget = widgets.BatchNorm()
    assert "mean 4, variance 9" in repr(widget.scene(values=2))
    widget.edit("x", 0, 3, 23)
    widget.setting = {**widget.setting, "values": 2}
    assert widget.scene(values=4).grid("x").values.tolist() == [[1, 7, 9, 23]]
    widget.undo()
    assert widget.scene(values=4).grid("x").values.tolist() == [[1, 7, 9, 15]]
    widget.edit("dy", 0, 1, -3)
    assert widget.scene().grid("dbias").values == 1


def test_values_of_ones_own_are_all_normalised_and_stay_as_they_are():
    x = np.array([2.0, 4, 9])
    widget = widgets.BatchNorm(x, [1, 2, 3], weight=12)
    assert widget.setting == {"values": 3, "weight": 12, "bias": 3}
    widget.edit("x", 0, 0, 7)
    assert x[0] == 2


def test_when_all_values_become_the_same_the_reader_is_told():
    widget = widgets.BatchNorm([1, 2])
    widget.edit("x", 0, 0, 2)
    with pytest.raises(ValueError, match="all 2 values of x are 2"):
        widget.scene()


def test_each_way_down_of_the_menu_is_followed():
    widget = widgets.Descent(lr=0.1)
    names = {way: [grid.name for grid in widget.scene(optimizer=way).grids]
             for way in ("SGD", "momentum 0.5", "Adam")}
    assert "velocity" not in names["SGD"] and "velocity" in names["momentum 0.5"]
    assert "mean / root" in names["Adam"]
    assert "weight decay 0.5" in repr(widget.scene(weight_decay="0.5"))
    assert repr(widget.scene(lr="0.25")).endswith("loss 153 → 3510, 10 steps")


def test_a_loss_can_be_edited_and_the_rate_follows():
    widget = widgets.RateSchedule()
    before = widget.scene().question.answer
    for epoch in range(12):
        widget.edit("losses", 0, epoch, 20 - epoch)
    assert before == 2 and widget.scene().question.answer == 0


def test_dropout_counts_in_tenths():
    widget = widgets.Dropout(p=0)
    assert (widget.scene().grid("output").values == widget.scene().grid("input").values).all()
    widget.edit("input", 0, 0, 40)
    assert widget.scene(p=5).grid("output").values[0, 0] in (0, 80)


def test_changes_are_switched_one_by_one_within_limits_of_ones_own():
    little = datasets.Augment(angle=5, scale=1)
    widget = widgets.Augmentation(np.eye(20), changes=["angle"], limits=little)
    assert widget.setting["angle"] and not widget.setting["shift"]
    assert "shift" in repr(widget.scene(shift=True))
    angle = float(repr(widget).split("angle ")[1].rstrip("°").replace("−", "-"))
    assert abs(angle) <= 5


@pytest.mark.parametrize(
    "kind", [widgets.BatchNorm, widgets.SignalDepth, widgets.Descent, widgets.RateSchedule,
             widgets.Dropout, widgets.Augmentation],
)
def test_its_question_can_be_answered_and_is_not_given_away(kind):
    scene = kind(predict=True).scene()
    hidden = scene.hidden_by_question()
    assert hidden and {grid.name for grid in scene.grids} - set(hidden)
    asked = scene.asked()
    assert not any(asked.grid(name).values.any() for name in hidden)
    assert isinstance(scene.question.answer, float)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: widgets.BatchNorm([1, 2], [1]), ValueError, "dy has 1 number, x 2"),
        (lambda: widgets.BatchNorm([[1, 2]]), ValueError, "x has 2 dimensions"),
        (lambda: widgets.BatchNorm(values=9), ValueError, "values=9 is outside this widget's slider"),
        (lambda: widgets.SignalDepth("gelu"), ValueError, "activation='gelu' is not offered here"),
        (lambda: widgets.Descent(lr=0.3), ValueError, "lr=0.3 is not offered here: use one of 0.02"),
        (lambda: widgets.Dropout(p=0.5), ValueError, "p=0.5 is outside this widget's slider"),
        (lambda: widgets.Augmentation(changes=["blur"]), ValueError, "changes='blur' is not known"),
        (lambda: widgets.Augmentation(limits=3), TypeError, "limits=3 is no datasets.Augment"),
    ],
)
def test_what_a_widget_cannot_show_is_refused_when_it_is_made(make, error, words):
    with pytest.raises(error, match=words):
        make()
