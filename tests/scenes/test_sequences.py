"""Scenes of sounds: a network along time, a voice and filters on its picture, drawn samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from convviz import ops, scenes
from convviz.scenes.formants import hertz_of, row_of


def network(seed, frames=14):
    draws = np.random.default_rng(seed)
    return (draws.integers(-3, 4, shape) for shape in ((3, frames), (2, 3, 3), (2, 2, 2)))


def by_engine(sound, first, second, stride=1, dilation=1):
    x, one, two = (np.asarray(array, float) for array in (sound, first, second))
    return ops.conv1d(ops.relu(ops.conv1d(x[None], one, stride=stride)), two, dilation=dilation)[0]


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_each_place_of_a_time_delay_network_is_what_the_engine_makes(seed, stride):
    sound, first, second = network(seed)
    scene = scenes.time_delay(sound, first, second, stride=stride)
    np.testing.assert_array_equal(
        scene.grid("output").values, by_engine(sound, first, second, stride)
    )


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_what_shifted_runs_fill_in_is_what_taps_further_apart_find(seed, stride):
    sound, first, second = network(seed)
    scene = scenes.time_delay(sound, first, second, stride=stride, filled=True)
    np.testing.assert_array_equal(
        scene.grid("output").values, by_engine(sound, first, second, dilation=stride)
    )


@pytest.mark.parametrize("shift", range(6))
def test_a_word_that_comes_later_gives_the_same_answer_later(shift):
    scene = scenes.time_delay(
        scenes.tones(), scenes.TONE_FILTERS, scenes.WORD_FILTER, shift=shift
    )
    output = scene.grid("output").values[0]
    assert (output.argmax(), output.max()) == (2 + shift, 4) == (scene.question.answer, 4)


def test_a_stride_misses_the_word_at_odd_frames_and_filling_finds_it_again():
    found = [
        scenes.time_delay(scenes.tones(2), scenes.TONE_FILTERS, scenes.WORD_FILTER, stride=2,
                          shift=shift, filled=filled).grid("output").values.max()
        for filled in (False, True) for shift in (0, 1)
    ]  # fmt: skip
    assert found == [4, 0, 4, 4]


def test_its_steps_write_everything_once_and_add_up(final, sides):
    for options in ({}, {"stride": 2}, {"stride": 3, "filled": True}):
        scene = scenes.time_delay(*network(5), **options)
        np.testing.assert_array_equal(final(scene, "output"), scene.grid("output").values)
        written = [cell for step in scene.steps for cell, _ in step.writes]
        assert len(written) == len(set(written))
        for k in range(len(scene.steps)):
            assert len(set(sides(scene, k))) == 1
    assert scene.steps[0].sentence == (
        "Run 1 of 3: output 0 sees frames 0–5; all 2 hidden columns are new."
    )


def test_its_caption_counts_what_a_scan_saves(caption):
    scene = scenes.time_delay(scenes.tones(), scenes.TONE_FILTERS, scenes.WORD_FILTER)
    # 11 hidden columns of 2·3·2, 10 outputs of 2·2; cut out, every output makes two columns anew
    assert caption(scene) == (
        "field = 2 + 1·1 = 3;  multiply-adds of the scan 172;  of windows cut out one by one 280"
    )


@pytest.mark.parametrize("options", [{}, {"stride": 2}, {"stride": 2, "filled": True}])
@pytest.mark.parametrize("classes", [1, 2])
def test_its_code_computes_the_output(options, classes, code_of):
    sound, first, second = network(3)
    scene = scenes.time_delay(sound, first, second[:classes], **options)
    for values in code_of(scene).values():
        np.testing.assert_array_equal(values, scene.grid("output").values)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sound": np.ones((3, 25))}, r"sound has shape \(3, 25\): numbers are shown up to 24×24"),
        ({"sound": np.ones((4, 9))}, "use .at most 6, 4, frames., for the 4 rows of features"),
        ({"second": np.ones((1, 3, 2))}, "for the 2 rows of units of the first layer"),
        ({"sound": np.ones((3, 2))}, "an output sees 3 frames, the sound has 2: use a longer"),
        ({"stride": 3, "filled": True, "sound": np.ones((3, 6))}, "begun up to 2 later, the sound"),
        ({"shift": 12}, "shift=12 moves all 12 frames out of sight"),
        ({"shift": -1}, "a sound comes later, not earlier"),
    ],
)
def test_what_no_network_can_scan_is_refused(arguments, words):
    given = {"sound": scenes.tones(), "first": scenes.TONE_FILTERS, "second": scenes.WORD_FILTER}
    with pytest.raises(ValueError, match=words):
        scenes.time_delay(**given | arguments)


@pytest.fixture(scope="module")
def voice():
    return scenes.formants(120, 700, 1200)


def test_the_filters_answer_what_scipy_finds(voice, code_of):
    picture = voice.grid("spectrogram").values
    for name, kernel in (("frequency", scenes.FORMANT_FILTER), ("time", scenes.ONSET_FILTER)):
        np.testing.assert_allclose(
            voice.grid(f"answer along {name}").values, correlate2d(picture, kernel, "valid"),
            atol=1e-12,
        )
    for values in code_of(voice).values():
        np.testing.assert_allclose(values, voice.grid("answer along frequency").values)


def test_the_filter_along_frequency_finds_formants_and_the_one_along_time_the_onset(voice):
    middle = voice.grid("answer along frequency").values[:, 10]
    peaks = {row + 2 for row in np.argsort(middle)[-2:]}
    assert all(min(abs(row - row_of(hertz)) for hertz in (700, 1200, 2440)) <= 1 for row in peaks)
    along = voice.grid("answer along time").values
    assert np.unravel_index(along.argmax(), along.shape)[1] < 4
    assert np.unravel_index(along.argmin(), along.shape)[1] > 15


@pytest.mark.parametrize("pitch", [90, 120, 200])
def test_a_shorter_vocal_tract_moves_the_answer_along_frequency_up_by_as_many_bands(pitch):
    columns = [
        scenes.formants(pitch, 500, 1500, higher=by).grid("answer along frequency").values[:, 10]
        for by in (0, 3)
    ]
    apart = [abs(columns[0][by:] - columns[1][: 20 - by]).mean() for by in range(7)]
    assert int(np.argmin(apart)) == 3


def test_rows_and_frequencies_go_together():
    assert [row_of(hertz_of(row)) for row in range(24)] == list(range(24))
    assert row_of(20) == 23 and row_of(9000) == 0


def test_a_beat_is_the_time_between_two_peaks_of_the_wave(voice):
    assert voice.question.answer == pytest.approx(1000 / 120)
    wave = voice.grid("waveform").values.argmax(axis=0).astype(float)
    wave -= wave.mean()
    same = [wave[lag:] @ wave[:-lag] / len(wave[lag:]) for lag in range(40, 80)]
    assert abs(40 + int(np.argmax(same)) - 8000 / 120) <= 1.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"pitch": 20}, "pitch=20 hertz is out of range: use 50 to 400"),
        ({"second": 9000}, "second=9000 hertz is out of range: use 100 to 3500"),
        ({"higher": 5}, "higher=5 is out of range: use 0 to 4"),
        ({"along_frequency": [[1, 2]]}, r"along_frequency has shape \(1, 2\): use \(bands, 1\)"),
        ({"along_time": np.ones((1, 10))}, "with at most 9 weights along its axis"),
    ],
)
def test_a_voice_out_of_range_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        scenes.formants(**arguments)


def test_a_scan_names_the_class_of_each_place_and_the_frames_it_sees():
    shares = np.array([[0.9, 0.6, 0.2], [0.1, 0.4, 0.8]])
    scene = scenes.scanning(np.zeros((4, 9)), shares, ["a", "i"], stride=2)
    assert scene.steps[2].sentence == "Place 2 sees frames 4–8: i, 80 %."
    assert scene.steps[2].windows == (("spectrogram", 0, 4, 3, 8),)
    assert scene.grid("answer").values.tolist() == [[0, 0, 1]]
    assert scene.question.answer == 1
    assert "reads" not in repr(scene) and "a, a, i" in repr(scene)


def test_low_bands_stand_below():
    picture = np.arange(8).reshape(4, 2)
    assert scenes.scanning(picture, [[1.0, 1.0]], ["a"]).grid("spectrogram").values[-1].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"picture": np.ones((4, 200))}, "at most 128 bands and frames are shown; take a part"),
        ({"shares": np.ones((2, 65))}, "at most 16 classes and 64 places are shown; use a shorter"),
        ({"names": ["a"]}, "names has 1 entries: give one for each of 2 classes"),
        ({"stride": 9}, "3 places that lie 9 apart do not fit 9 frames: lower stride"),
    ],
)
def test_shares_that_do_not_go_with_a_picture_are_refused(arguments, words):
    good = {"picture": np.ones((4, 9)), "shares": np.ones((2, 3)), "names": ["a", "i"]}
    with pytest.raises(ValueError, match=words):
        scenes.scanning(**good | arguments)


def test_each_drawn_sample_has_its_shares_and_its_past():
    shares = np.array([[0.1, 0.2], [0.9, 0.3], [0.0, 0.5]])
    scene = scenes.generation([0, 2, 1, 2], shares, field=2)
    assert [step.windows[0][2::2] for step in scene.steps] == [(0, 1), (1, 2)]
    assert scene.steps[1].sentence == "Sample 3 rests on samples 1 and 2: level 2 is drawn, it had 50 %."
    assert scene.grid("sound").values.argmax(axis=0).tolist() == [0, 2, 1, 2]
    np.testing.assert_array_equal(scene.grid("shares of the next sample").values[:, 2:], 100 * shares)
    assert scene.question.answer == 1
    # what was given is there from the first step on
    assert {cell for cell, _ in scene.steps[0].writes if cell[0] == "sound"} == {
        ("sound", 0, 0), ("sound", 2, 1), ("sound", 1, 2)
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"samples": np.zeros(65, int)}, "65 samples of 3 levels are too many to be shown"),
        ({"samples": [0, 1]}, "2 of 2 samples have shares: give one sample or more to begin with"),
        ({"samples": [0, 1, 3]}, "whole numbers from 0 to 2, for 3 levels"),
        ({"samples": [0, 1, 0.5]}, "whole numbers from 0 to 2, for 3 levels"),
        ({"field": 0}, "a sample rests on one before it, or more"),
    ],
)
def test_samples_without_levels_or_a_beginning_are_refused(arguments, words):
    good = {"samples": [0, 1, 2], "shares": np.ones((3, 2)), "field": 1}
    with pytest.raises(ValueError, match=words):
        scenes.generation(**good | arguments)
