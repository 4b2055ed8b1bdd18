"""Views of sounds: what is edited, what is asked, what does not fit."""

import ast
import json

import numpy as np
import pytest

from convviz import models, nn, widgets

KINDS = ("Formants", "NextSample", "Scanning", "TimeDelay")


@pytest.fixture(scope="module", params=KINDS)
def asking(request):
    return getattr(widgets, request.param)(predict=True)


def test_each_asks_and_hides_the_answer(asking):
    [scene] = json.loads(asking._packed([asking.setting]))["scenes"].values()
    assert scene["question"]["reason"] and scene["asked"]["summary"].endswith("?")
    shown = asking.scene()
    for name in shown.hidden_by_question():
        assert not shown.asked().grid(name).values.any()
    data, _ = asking._repr_mimebundle_()
    assert data["text/plain"] == f"{shown.name}: {shown.question.text}"


def test_none_sends_more_than_100_kilobytes(asking):
    assert len(asking._bundle) < 100_000


def test_the_units_and_the_sound_can_be_edited():
    view = widgets.TimeDelay()
    view.edit("unit 1", 1, 0, 5)
    view.edit("sound", 0, 0, 7)
    view.edit("output filter", 0, 1, 2)
    scene = view.scene()
    assert scene.grid("unit 1").values[1, 0] == 5
    assert scene.grid("sound").values[0, 0] == 7
    assert scene.grid("output filter").values[0, 1] == 2
    assert view.scene(shift=1).grid("sound").values[0, 1] == 7


def test_a_sound_that_comes_later_is_edited_when_it_is_back():
    with pytest.raises(ValueError, match="sound"):
        widgets.TimeDelay(shift=1).edit("sound", 0, 0, 1)


def test_several_output_filters_are_edited_each():
    view = widgets.TimeDelay(second=np.zeros((2, 2, 2)))
    view.edit("output filter 1", 1, 1, 3)
    assert view.scene().grid("output filter 1").values[1, 1] == 3
    assert not view.scene().grid("output filter 0").values.any()


def test_the_filters_of_a_voice_can_be_edited():
    view = widgets.Formants()
    view.edit("along time", 0, 1, 4)
    assert view.scene().grid("along time").values.tolist() == [[-1, 4, 1]]


def test_a_vowel_from_the_menu_moves_both_formants():
    view = widgets.Formants()
    assert "formants 300, 2300" in repr(view.scene(**view._preset_map["i (heed)"]))


def test_a_network_scans_pictures_with_a_channel_or_without():
    net = nn.Sequential(nn.Conv1d(4, 3, 3, stride=2))
    pictures = np.random.default_rng(0).random((2, 4, 9))
    one = widgets.Scanning(net, pictures, stride=2, picture=1)
    flat = nn.Sequential(nn.Conv2d(1, 3, (4, 3), stride=(1, 2)))
    flat.parameters()[0].data[...] = net.parameters()[0].data[:, None]
    flat.parameters()[1].data[...] = net.parameters()[1].data
    two = widgets.Scanning(flat, pictures[:, None], stride=2, picture=1)
    assert repr(one) == repr(two) and "field 3, 4 places" in repr(one)
    np.testing.assert_array_equal(*(view.scene().grid("shares in %").values for view in (one, two)))
    for view, conv, layer in ((one, net, "Conv1d(4, 3, 3, stride=2)"), (two, flat, "Conv2d(1, 3, (4, 3), stride=(1, 2))")):
        assert run_with(conv, layer, view.scene()) == [view.scene().grid("answer").values[0].tolist()] * 2


def run_with(net, layer, scene):
    """What both lines of code of a scene compute with a network of one layer."""
    torch = pytest.importorskip("torch")
    twin = eval(f"torch.nn.{layer}", {"torch": torch})
    for theirs, ours in zip(twin.parameters(), net.parameters(), strict=True):
        theirs.data = torch.tensor(ours.data)
    names = {"np": np, "nn": nn, "models": models, "torch": torch, "F": torch.nn.functional}
    names |= {grid.name: grid.values.astype(float) for grid in scene.grids}
    found = []
    for (_, text), each in zip(scene.code, (net, twin), strict=True):
        *first, last = ast.parse(text).body
        space = {**names, "net": each}
        exec(compile(ast.Module(first, []), "code", "exec"), space)
        found.append(np.asarray(eval(compile(ast.Expression(last.value), "code", "eval"), space)).tolist())
    return found


def test_the_same_seed_draws_the_same_samples_as_the_model_does():
    net = models.wavenet(4, channels=2, layers=2)
    view = widgets.NextSample(net, [1, 2], field=4, draw=5, seed=3)
    samples, shares = models.generate(net, [1, 2], 5, field=4, seed=3)
    assert view.scene().grid("sound").values.argmax(axis=0).tolist() == samples.tolist()
    np.testing.assert_array_equal(
        view.scene().grid("shares of the next sample").values[:, 2:], np.rint(100 * shares)
    )
    assert repr(view.scene(seed=3)) == repr(view)


def test_the_code_of_drawn_samples_draws_them():
    nn.manual_seed(4)
    net = nn.Sequential(nn.Conv1d(4, 4, 1, bias=False))
    view = widgets.NextSample(net, [1, 2], field=1, draw=30, seed=3)
    sound = view.scene().grid("sound").values.argmax(axis=0).tolist()
    assert run_with(net, "Conv1d(4, 4, 1, bias=False)", view.scene()) == [sound] * 2


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: widgets.TimeDelay(stride=4), "stride=4 is not offered here: use 1, 2 or 3"),
        (lambda: widgets.TimeDelay(filled=True), "filled=True needs a stride of 2 or 3"),
        (lambda: widgets.TimeDelay(np.ones((4, 9))), "for the 4 rows of features of the sound"),
        (lambda: widgets.Formants(pitch=99), "pitch=99 is outside this widget's slider"),
        (lambda: widgets.Formants([1, 2]), "along_frequency has 1 dimensions"),
        (lambda: widgets.Scanning(pictures=np.ones((1, 4, 9))), "give both, or none"),
        (lambda: widgets.Scanning(nn.Conv1d(4, 2, 3), np.ones((4, 9))), r"shape \(N, bands, frames\)"),
        (lambda: widgets.Scanning(nn.Sequential(nn.Flatten(), nn.Linear(36, 2)), np.ones((1, 4, 9))),
         "leave out what gathers all places"),
        (lambda: widgets.NextSample(begin=[1]), "begin needs a net that goes on from it"),
        (lambda: widgets.NextSample(models.wavenet(4, channels=2, layers=1), [4]),
         "begin has levels from 4 to 4, the network knows 0 to 3"),
        (lambda: widgets.NextSample(models.wavenet(4, channels=2, layers=1), [0.5]), "whole numbers"),
        (lambda: widgets.NextSample(draw=10**9), "draw=1000000000 with 1 given is too much to be shown: use at most 63"),
        (lambda: widgets.Scanning(nn.Conv1d(4, 2, 3), [["a"]]), "pictures must be finite numbers .* got <U1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_remedy(make, words):
    with pytest.raises(ValueError, match=words):
        make()
