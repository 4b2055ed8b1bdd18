"""A widget that asks before it shows: what is sent, and what gives nothing away."""

import json
from functools import cache

import numpy as np
import pytest

from convviz import scenes, widgets
from convviz.widgets._player import Player

#: The widgets of what a layer does; those of training and of looking inside have tests of their own.
MODULES = (
    "arithmetic", "convolution", "gradients", "layers", "pooling", "stacks", "variants", "vision"
)
EVERY = [
    kind for kind in (getattr(widgets, name) for name in widgets.__all__)
    if issubclass(kind, Player) and kind.__module__.removeprefix("convviz.widgets.") in MODULES
]


@cache
def made(kind, predict):
    """One widget of a kind that asks, and one that does not, for all the tests that only look."""
    return kind(predict=predict)


def sent(widget):
    return next(iter(json.loads(widget._packed([widget.setting]))["scenes"].values()))


@pytest.mark.parametrize("widget", EVERY)
def test_every_widget_asks_only_when_it_is_told_to(widget):
    plain, asking = sent(made(widget, False)), sent(made(widget, True))
    assert "question" not in plain and "asked" not in plain
    assert asking["question"]["reason"] and asking["asked"]["summary"].endswith("?")


@pytest.mark.parametrize("widget", EVERY)
def test_while_it_asks_no_hidden_grid_holds_a_number(widget):
    scene = made(widget, True).scene()
    asked = scene.asked()
    for name in scene.hidden_by_question():
        assert not asked.grid(name).values.any()
        assert asked.grid(name).text(0, 0) == "" or asked.grid(name).display == "image"
    assert asked.caption == () and asked.stencil is None
    assert [step.sentence for step in asked.steps] == [scene.question.text] * len(asked.steps)
    assert len(asked.grids) == len(scene.grids)


@pytest.mark.parametrize("widget", EVERY)
def test_text_and_pictures_of_a_widget_that_asks_show_the_question(widget):
    data, _ = made(widget, True)._repr_mimebundle_()
    question = made(widget, False).scene().question.text
    assert data["text/plain"] == f"{widget.__name__}: {question}"
    assert all(word in data["image/svg+xml"] for word in question.split())


def test_a_still_of_a_number_asked_for_leaves_its_cell_empty():
    widget = widgets.PaddingModes([[11, 22], [33, 44]], "replicate", padding=1, predict=True)
    svg = widget._repr_mimebundle_()[0]["image/svg+xml"]
    assert [svg.count(f">{number}<") for number in (11, 22, 33, 44)] == [1, 1, 1, 1]


def test_a_question_is_right_for_every_setting_of_the_sliders():
    widget = widgets.Convolution2D(predict=True)
    for setting in ({"padding": 2}, {"stride": 2, "input": 6}, {"dilation": 2}):
        scene = widget.scene(**setting)
        assert scene.question.answer == scene.grid("output").shape
        assert f"+ 1 = {scene.grid('output').shape[0]}" in scene.question.reason


def test_the_least_read_pixels_are_right_in_either_grid():
    scene = scenes.pixel_use(5, 3, padding=1)
    counts = scene.grid("times read").values
    for name, row, column in scene.question.answer:
        r, c = scene.grid(name).index(row, column)
        assert counts[r, c] == counts.min()
    assert len(scene.question.answer) == 2 * (counts == counts.min()).sum()


def test_a_kernel_makes_of_a_flat_area_what_its_weights_add_up_to():
    for kernel in scenes.KERNELS.values():
        scene = scenes.image_kernels(np.full((9, 9), 100.0), kernel)
        assert abs(scene.grid("result").values[4, 4] - scene.question.answer) < 1e-9


def test_where_no_padding_is_there_is_nothing_to_ask():
    assert scenes.padding_modes([[1, 2], [3, 4]], 0).question is None
    with pytest.raises(ValueError, match="PaddingModes has no question: give the scene one"):
        scenes.padding_modes([[1, 2], [3, 4]], 0).asked()
    assert repr(widgets.PaddingModes([[1]], "zeros", padding=0, predict=True)).startswith("PaddingModes: 1×1")


def test_a_widget_can_be_told_to_ask_and_to_stop():
    widget = widgets.Pooling()
    messages = []
    widget.send = lambda content, buffers: messages.append(json.loads(buffers[0]))
    widget.predict = True
    assert widget.predict and "question" in sent(widget)
    widget.predict = False
    assert "question" not in sent(widget)
    # another edition: what the page knows by now shows the answer, or asks for it
    assert [message["edition"] for message in messages] == [1, 2]
    with pytest.raises(ValueError, match="predict='yes' is not offered here: use one of False, True"):
        widget.predict = "yes"


@pytest.mark.parametrize("bad", [1, "yes", None])
def test_predict_is_on_or_off(bad):
    with pytest.raises(ValueError, match="predict=.* is not offered here: use one of False, True"):
        widgets.Convolution2D(predict=bad)
