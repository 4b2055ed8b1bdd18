"""Edits taken back, views written to files, and scenes that fail to build."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from convviz import figures, scenes, widgets
from convviz.widgets._payload import pack, payload


def test_edits_are_taken_back_one_by_one_with_the_sliders_where_they_stood():
    widget = widgets.Convolution2D([[1, 2], [3, 4]], [[1]])
    widget.edit("filter", 0, 0, 0.5)
    widget.setting = {**widget.setting, "padding": 1}
    widget.edit("input", 1, 2, 9)
    widget.setting = {**widget.setting, "padding": 0, "stride": 2}
    assert widget._undoable
    widget.undo()
    assert widget.setting["padding"] == 1 and widget.setting["stride"] == 1
    assert widget.scene(padding=0).grid("input").values.tolist() == [[1, 2], [3, 4]]
    widget.undo()
    assert widget.setting["padding"] == 0
    assert widget.scene().grid("filter").values.tolist() == [[1]]
    assert not widget._undoable
    widget.undo()
    assert widget.scene().grid("filter").values.tolist() == [[1]]


def test_a_flipped_filter_is_taken_back_where_it_was_edited():
    widget = widgets.Convolution2D(np.eye(3, dtype=int), [[1, 2], [3, 4]], flip=True)
    widget.edit("filter", 0, 0, 9)
    widget.setting = {**widget.setting, "flip": False}
    widget.undo()
    assert widget.scene(flip=False).grid("filter").values.tolist() == [[1, 2], [3, 4]]


def test_a_preset_kernel_comes_back_after_its_edit_is_taken_back():
    widget = widgets.ImageKernels(np.full((6, 6), 10), "identity")
    widget.edit("kernel", 1, 1, 3)
    widget.undo()
    assert widget.setting == {"kernel": "identity"}
    assert widget.scene().grid("result").values.max() == 10


def test_the_browser_takes_an_edit_back_by_a_message():
    widget = widgets.Convolution1D([1, 2, 3], [1])
    widget.edit("input", 0, 1, 7)
    heard = []
    widget.send = lambda content, buffers=None: heard.append(json.loads(buffers[0]))
    widget._on_message(widget, {"kind": "undo"}, [])
    [scene] = heard[0]["scenes"].values()
    assert heard[0]["edition"] == 2 and scene["grids"][0]["texts"] == ["1", "2", "3"]


def test_a_view_is_saved_at_the_step_it_shows(tmp_path):
    widget = widgets.Convolution2D(padding=1, step=7)
    assert widget.save(tmp_path / "a.svg").read_text("utf-8") == figures.svg(widget.scene(), 7)
    assert widget.save(tmp_path / "b.svg", 3).read_text("utf-8") == figures.svg(widget.scene(), 3)
    assert widget.save(tmp_path / "a.png").read_bytes()[1:4] == b"PNG"
    with pytest.raises(ValueError, match="step=25 is not there"):
        widget.save(tmp_path / "c.svg", 25)
    assert widgets.ImageKernels(np.eye(8)).save(tmp_path / "d.svg").exists()


def test_without_ffmpeg_a_film_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(RuntimeError, match="a.mp4 needs the program ffmpeg, .* or save a .gif"):
        widgets.Convolution1D([1, 2, 3], [1]).save(tmp_path / "a.mp4")


def test_ffmpeg_gets_every_frame_and_its_complaint_is_passed_on(tmp_path, monkeypatch):
    scene, calls = scenes.convolution1d([1, 2, 3], [1]), []

    def run(command, *, input, **_):
        calls.append((command, input))
        return subprocess.CompletedProcess(command, len(calls) - 1, b"", b"no space left")

    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", run)
    figures.save(scene, tmp_path / "a.mp4", scale=1, seconds_per_step=0.5)
    [(command, frames)] = calls
    wide, high = map(int, command[command.index("-s") + 1].split("x"))
    assert wide % 2 == high % 2 == 0
    assert len(frames) == (3 + 3) * 3 * wide * high
    assert command[command.index("-r") + 1] == "2.000000"
    with pytest.raises(RuntimeError, match="ffmpeg could not write a.mp4: no space left"):
        figures.save(scene, tmp_path / "a.mp4")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_a_film_is_written_where_ffmpeg_is_installed(tmp_path):
    film = figures.save(scenes.convolution1d([1, 2, 3], [1]), tmp_path / "a.mp4")
    assert film.read_bytes()[4:8] == b"ftyp"


class Fragile(widgets.Convolution1D):
    """Fails in a way nobody foresaw, at one place of a slider."""

    def _scene(self, **setting):
        if setting["stride"] == 2:
            raise ZeroDivisionError("somewhere")
        return super()._scene(**setting)


def test_an_error_nobody_foresaw_is_told_at_its_setting_and_spares_the_others():
    widget = Fragile([1, 2, 3, 4], [1])
    sent = json.loads(widget._packed(widget._settings()))["scenes"]
    broken = {key for key, scene in sent.items() if "error" in scene}
    assert broken and {sent[key]["error"] for key in broken if key.split(",")[3] == "2"} == {"ZeroDivisionError: somewhere"}
    assert "steps" in sent["4,1,0,1,1,0"]
    heard = []
    widget.send = lambda content, buffers=None: heard.append(content)
    widget._on_message(widget, {"kind": "edit", "grid": "input", "row": 0, "column": 0, "value": 1,
                                "setting": {**widget.setting, "stride": 2}}, [])  # fmt: skip
    assert heard == [{"kind": "refused", "reason": "ZeroDivisionError: somewhere"}]


def test_the_setting_shown_first_must_build():
    with pytest.raises(ZeroDivisionError):
        Fragile([1, 2, 3, 4], [1], stride=2)


@pytest.mark.parametrize("scale", [1.0, 0.004, 3e6])
def test_pixels_travel_as_whole_numbers_and_come_back(scale):
    values = np.random.default_rng(0).normal(size=(70, 66)) * scale
    values[0, :3] = np.nan, np.inf, -np.inf
    scene = scenes.Scene("S", "s", (scenes.Grid("a", "output", values),), ())
    sent = json.loads(pack({"": payload(scene)}))
    pixels = np.cumsum(np.reshape(sent["pixels"][0], values.shape), axis=1)
    assert pixels[0, :3].tolist() == [-32768, 32767, -32767]
    back = pixels / 10.0 ** sent["scenes"][""]["grids"][0]["digits"]
    finite = np.isfinite(values)
    assert np.abs(back - values)[finite].max() <= 1e-3 * np.abs(values[finite]).max()


def test_numbers_that_the_cells_round_are_sent_whole_too():
    def values(array):
        scene = scenes.Scene("S", "s", (scenes.Grid("a", "output", array),), ())
        return payload(scene)["grids"][0].get("values")

    assert values([[1.0, -2.0, np.nan]]) is None
    assert values([[1 / 3, np.inf, 2e7]]) == [0.3333333, None, 2e7]
