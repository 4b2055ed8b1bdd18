"""The player's Python side: what it sends, what it answers, what it refuses."""

import asyncio
import gzip
import json

import numpy as np
import pytest

from convviz import scenes, widgets
from convviz.widgets import _controls
from convviz.widgets._player import Player

EVERY = [
    widget
    for name in widgets.__all__
    if issubclass(widget := getattr(widgets, name), Player)
]


def whole(data):
    return json.loads(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data)


def unpacked(data):
    return whole(data)["scenes"]


class Wire:
    """Stands in for the browser: hears what the widget sends, and speaks to it."""

    def __init__(self, widget):
        self.widget, self.heard = widget, []
        widget.send = lambda content, buffers=None: self.heard.append((content, buffers))

    def say(self, content, buffers=()):
        self.widget._on_message(self.widget, content, list(buffers))

    def refusals(self):
        return [content["reason"] for content, _ in self.heard if content["kind"] == "refused"]


@pytest.fixture(scope="module", params=EVERY)
def fresh(request):
    """A widget that nobody has touched yet, and nobody may."""
    return request.param()


@pytest.fixture(scope="module")
def still(fresh):
    """What it shows without a kernel."""
    return fresh._repr_mimebundle_()[0]


def test_a_widget_is_shown_as_text_svg_and_png_without_a_kernel(fresh, still):
    assert still["text/plain"].startswith(f"{type(fresh).__name__}: ")
    assert still["image/svg+xml"].startswith("<svg ")
    assert still["image/png"].startswith("iVBOR")
    assert still["application/vnd.jupyter.widget-view+json"]


def test_text_and_svg_are_the_same_every_time(fresh, still):
    again = type(fresh)()._repr_mimebundle_()[0]
    for kind in ("text/plain", "image/svg+xml"):
        assert again[kind] == still[kind]
    assert "0x" not in still["text/plain"]


def test_the_state_sent_at_first_stays_under_a_hundred_kilobytes(fresh):
    assert len(fresh._bundle) < 100_000


def test_of_controls_with_few_values_every_combination_is_sent_at_once():
    widget = widgets.Convolution2D()
    sent = unpacked(widget._bundle)
    for padding in range(3):
        for stride in range(1, 4):
            for dilation in (1, 2):
                setting = {"padding": padding, "stride": stride, "dilation": dilation}
                shown = sent[f"5,3,{padding},{stride},{dilation},0"]
                try:
                    assert shown["summary"] == widget.scene(**setting).summary
                except ValueError as error:
                    assert shown == {"error": str(error)}


def test_the_setting_shown_is_sent_first():
    assert next(iter(unpacked(widgets.Convolution2D(stride=2)._bundle))) == "5,3,0,2,1,0"


def test_with_many_settings_every_single_move_and_every_preset_is_sent():
    widget = widgets.Arithmetic()
    sent = set(unpacked(widget._bundle))
    keys = {_controls.key(widget._control_list, s) for s in _controls.star(widget._control_list, widget.setting)}
    keys |= {_controls.key(widget._control_list, setting) for setting in widget._preset_map.values()}
    assert keys <= sent
    assert len(widget._preset_map) == 15


def test_a_setting_that_fits_nowhere_is_sent_as_its_words():
    sent = unpacked(widgets.Arithmetic(input=3, kernel=3, padding=0, stride=1)._bundle)
    assert sent["3,7,0,1,1,0,0"]["error"].startswith("kernel of 7 does not fit an input of 3: ")


def test_the_browser_gets_the_setting_it_wants_and_then_its_neighbours():
    wire = Wire(widgets.Arithmetic())
    wanted = {"input": 9, "kernel": 4, "padding": 2, "stride": 3, "dilation": 1, "transposed": False, "output_padding": 0}
    wire.say({"kind": "want", "setting": wanted})
    first, second = (unpacked(buffers[0]) for _, buffers in wire.heard)
    assert list(first) == ["9,4,2,3,1,0,0"]
    assert {"10,4,2,3,1,0,0", "9,3,2,3,1,0,0", "9,4,2,3,1,1,0"} <= set(second)
    assert first["9,4,2,3,1,0,0"]["summary"] == repr(scenes.arithmetic(9, 4, stride=3, padding=2)).split(": ")[1]


def test_an_edited_number_reaches_every_scene():
    widget = widgets.Convolution2D(np.zeros((3, 3), int), np.ones((1, 1), int), padding=1)
    widget.edit("input", 2, 2, 5)
    for setting in ({"padding": 1}, {"padding": 0}, {"padding": 2}):
        assert widget.scene(**setting).grid("output").values.max() == 5
    assert "5" in unpacked(widget._bundle)["3,1,0,1,1,0"]["grids"][2]["texts"]


def test_an_edit_is_answered_with_the_scene_shown_before_all_the_others():
    wire = Wire(widgets.Convolution2D())
    wire.say({"kind": "edit", "grid": "filter", "row": 1, "column": 1, "value": 7, "setting": wire.widget.setting})
    [(content, [first])] = wire.heard
    assert content == {"kind": "scenes"}
    assert list(unpacked(first)) == ["5,3,0,1,1,0"]
    for data in (first, wire.widget._bundle):
        assert whole(data)["edition"] == 1
        assert unpacked(data)["5,3,0,1,1,0"]["grids"][1]["texts"][4] == "7"


def test_an_edit_builds_the_scene_shown_once(monkeypatch):
    wire, built = Wire(widgets.Convolution2D()), []
    build = wire.widget._scene
    monkeypatch.setattr(wire.widget, "_scene", lambda **setting: built.append(setting) or build(**setting))
    monkeypatch.setattr(wire.widget, "_renew_soon", lambda: None)
    for value in (7, 8, 9):
        edit = {"kind": "edit", "grid": "filter", "row": 1, "column": 1, "value": value}
        wire.say({**edit, "setting": wire.widget.setting})
        assert wire.widget.scene().grid("filter").values[1, 1] == value
    assert built == [wire.widget.setting] * 3
    wire.say({"kind": "undo"})
    assert wire.widget.scene().grid("filter").values[1, 1] == 8
    assert len(built) == 4


def test_in_a_kernel_many_edits_in_a_row_build_all_the_scenes_once(monkeypatch):
    monkeypatch.setattr("convviz.widgets._player._PAUSE", 0.01)
    wire = Wire(widgets.Convolution1D([1, 2], [1]))
    built = []
    monkeypatch.setattr(wire.widget, "_build_bundle", lambda: built.append(1) or b"new")

    async def type_numbers():
        for value in range(5):
            wire.say({"kind": "edit", "grid": "input", "row": 0, "column": 0, "value": value, "setting": wire.widget.setting})
        assert not built
        await asyncio.sleep(0.1)

    asyncio.run(type_numbers())
    assert len(wire.heard) == 5 and built == [1] and wire.widget._bundle == b"new"


def test_of_the_default_scenes_none_is_too_large_to_be_sent_unasked(fresh):
    wanted = {_controls.key(fresh._control_list, setting) for setting in fresh._settings()}
    assert wanted == set(unpacked(fresh._bundle))


def test_of_the_largest_scenes_only_some_are_sent_unasked():
    widget = widgets.Convolution2D(np.arange(576).reshape(24, 24), np.ones((3, 3)))
    assert len(widget._bundle) < 150_000
    assert next(iter(unpacked(widget._bundle))) == "24,3,0,1,1,0"


def test_a_size_slider_opens_on_zeros_and_forgets_no_number():
    widget = widgets.Convolution2D(np.full((3, 3), 7), np.ones((2, 2), int))
    widget.setting = {**widget.setting, "input": 5}
    assert widget.scene().grid("input").values[:, 3:].max() == 0
    widget.edit("input", 4, 4, 9)
    widget.setting = {**widget.setting, "input": 2}
    assert widget.scene().grid("input").values.tolist() == [[7, 7], [7, 7]]
    assert widget.scene(input=5).grid("input").values[4, 4] == 9


def test_arrays_that_are_not_square_have_no_size_slider():
    assert "input" not in widgets.Convolution2D(np.ones((3, 5))).setting


def test_a_fraction_typed_into_whole_numbers_is_kept():
    widget = widgets.Convolution2D([[1, 2], [3, 4]], [[1]])
    widget.edit("filter", 0, 0, 0.5)
    assert widget.scene().grid("output").values.tolist() == [[0.5, 1.0], [1.5, 2.0]]


def test_the_callers_own_array_is_never_changed():
    image = np.zeros((3, 3), int)
    widgets.Convolution2D(image, [[1]]).edit("input", 0, 0, 5)
    assert not image.any()


def test_a_flipped_filter_is_edited_where_it_is_shown():
    widget = widgets.Convolution2D(np.eye(3, dtype=int), [[1, 2], [3, 4]], flip=True)
    widget.edit("filter", 0, 0, 9)
    assert widget.scene().grid("filter").values.tolist() == [[9, 3], [2, 1]]
    assert widget.scene(flip=False).grid("filter").values.tolist() == [[1, 2], [3, 9]]


def test_the_bias_can_be_edited():
    widget = widgets.Convolution1D([1, 2, 3], [1], bias=1)
    widget.edit("bias", 0, 0, -2)
    assert widget.scene().grid("output").values.tolist() == [[-1, 0, 1]]


def test_editing_a_preset_kernel_leaves_the_preset_and_makes_an_own_one():
    widget = widgets.ImageKernels(np.full((6, 6), 10), "identity")
    widget.edit("kernel", 1, 1, 3)
    assert widget.setting == {"kernel": "own"}
    assert widget.scene().grid("result").values.tolist() == [[30.0] * 6] * 6
    assert widget.scene(kernel="identity").grid("result").values.max() == 10


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("output", 0, 0, 1), r"the cell \(0, 0\) of 'output' cannot be changed here"),
        (("input", 0, 0, 1), r"the cell \(0, 0\) of 'input' cannot be changed here"),  # padding
        (("input", 1, 1, float("nan")), "nan is not a finite number"),
        (("input", 1, 1, "x"), "value='x' is not one real number"),
        (("nope", 1, 1, 1), "Convolution2D has no grid 'nope': use one of input, filter, output"),
        (("input", 99, 0, 1), r"'input' has no cell \(99, 0\): its shape is \(7, 7\)"),
        (("input", -1, 0, 1), "row must be at least 0, got -1"),
        (("input", 0.5, 0, 1), "row must be an integer, got 0.5"),
    ],
)
def test_what_cannot_be_edited_is_said(edit, words):
    with pytest.raises((TypeError, ValueError), match=words):
        widgets.Convolution2D(padding=1).edit(*edit)


def test_a_message_that_goes_wrong_is_answered_with_the_reason():
    wire = Wire(widgets.Convolution2D())
    before = wire.widget._bundle
    wire.say({"kind": "edit", "grid": "output", "row": 0, "column": 0, "value": 1, "setting": wire.widget.setting})
    wire.say({"kind": "want", "setting": {"stride": 99}})
    wire.say({"kind": "edit"})
    assert len(wire.refusals()) == 3
    assert "cannot be changed here" in wire.refusals()[0]
    assert wire.refusals()[1] == "stride=99 is outside this widget's slider: use a whole number from 1 to 3"
    assert wire.widget._bundle == before


def test_the_sliders_can_be_moved_from_python():
    widget = widgets.Convolution2D()
    widget.setting = {**widget.setting, "padding": 2}
    assert repr(widget) == "Convolution2D: 5×5 ∗ 3×3 → 7×7, 49 steps"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"pading": 1}, "setting has no 'pading': this widget's controls are input, filter, padding"),
        ({"stride": 0}, "stride=0 is outside this widget's slider: use a whole number from 1 to 3"),
        ({"flip": "maybe"}, "flip='maybe' is not offered here: use one of False, True"),
    ],
)
def test_a_setting_off_the_controls_is_refused(setting, words):
    widget = widgets.Convolution2D()
    with pytest.raises(ValueError, match=words):
        widget.setting = setting
    assert widget.setting["stride"] == 1


def test_a_control_out_of_use_leads_to_no_scene_of_its_own():
    widget = widgets.Arithmetic()
    still = {**widget.setting, "output_padding": 2}
    assert _controls.key(widget._control_list, still) == _controls.key(widget._control_list, widget.setting)


def test_a_filter_that_fits_nowhere_is_refused_when_the_widget_is_made():
    with pytest.raises(ValueError, match="kernel of 3 does not fit an input of 2"):
        widgets.Convolution2D(np.ones((2, 2)), np.ones((3, 3)))


def test_an_unknown_kernel_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="kernel='blur' is not known: use one of identity, box blur"):
        widgets.ImageKernels(kernel="blur")
