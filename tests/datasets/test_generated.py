"""Drawn and spoken data: what is said about it is true of the pixels and the sounds."""

import numpy as np
import pytest

from convviz import datasets

FORMANTS = np.array([*datasets.VOWELS.values()])


@pytest.fixture(scope="module")
def drawn():
    return datasets.shapes(200, 48, seed=1, noise=0)


def test_every_kind_of_shape_is_drawn_about_as_often(drawn):
    counts = np.bincount(drawn.labels, minlength=len(datasets.SHAPES))
    assert counts.min() > 200 / len(datasets.SHAPES) / 2


def test_a_mask_is_where_the_ink_is(drawn):
    for image, mask, label in zip(drawn.images, drawn.masks, drawn.labels, strict=True):
        assert {*np.unique(mask)} == {0, label + 1}
        paper, ink = image.min(), image.max()
        inside = image > (paper + ink) / 2
        assert (inside != (mask > 0)).mean() < 0.005


def test_a_box_is_the_edge_of_its_mask(drawn):
    for box, mask in zip(drawn.boxes, drawn.masks, strict=True):
        rows, columns = np.nonzero(mask)
        edges = rows.min(), columns.min(), rows.max(), columns.max()
        np.testing.assert_allclose(box * 47, edges, atol=1e-4)
        assert mask[0].sum() == mask[-1].sum() == mask[:, 0].sum() == mask[:, -1].sum() == 0


def test_corners_go_around_the_box(drawn):
    top, left, bottom, right = drawn.boxes[3]
    np.testing.assert_array_equal(
        drawn.corners[3], [top, left, top, right, bottom, right, bottom, left]
    )


@pytest.mark.parametrize(
    ("shape", "share"),
    # of the square around a shape that is not turned much: its area
    [("disc", np.pi), ("square", 2.56), ("triangle", 1.299), ("cross", 1.92)],
)
def test_shapes_have_their_areas(shape, share):
    found = datasets.shapes(400, 64, noise=0)
    of_kind = found.masks[found.labels == datasets.SHAPES.index(shape)]
    areas = (of_kind > 0).sum(axis=(1, 2)) / 64**2
    # the mean of radius² for radii drawn evenly between 0.14 and 0.28
    squares = (0.28**3 - 0.14**3) / 3 / 0.14
    assert areas.mean() == pytest.approx(share * squares, rel=0.12)


def test_joints_lie_on_the_figure():
    found = datasets.stick_figures(50, 48, noise=0)
    assert found.joints.min() > 0 and found.joints.max() < 1
    for image, joints in zip(found.images, found.joints, strict=True):
        rows, columns = np.round(joints * 47).astype(int).T
        assert (image[rows, columns] > 0.3).all()


@pytest.mark.parametrize("make", [datasets.shapes, datasets.stick_figures, datasets.vowels])
def test_a_seed_draws_the_same_again(make):
    first, again, other = (make(5, seed=seed) for seed in (2, 2, 3))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert (first[0] != other[0]).any()
    assert first[0].dtype == np.float32


@pytest.mark.parametrize("make", [datasets.shapes, datasets.stick_figures])
@pytest.mark.parametrize(("count", "size", "name"), [(0, 32, "count"), (3, 8, "size")])
def test_sizes_that_make_no_picture_are_refused(make, count, size, name):
    with pytest.raises(ValueError, match=f"{name} must be a whole number"):
        make(count, size)


def test_a_vowel_is_loudest_around_its_first_formants():
    sounds, labels = datasets.vowels(120, seconds=0.5, noise=0)
    spectra = abs(np.fft.rfft(sounds)) ** 2
    hertz = np.fft.rfftfreq(sounds.shape[1], 1 / 8000)
    above = spectra[:, hertz > 1600].sum(axis=1) / spectra.sum(axis=1)
    # "i" has its second formant above, "ɑ" and "u" have nothing there
    assert above[labels == 0].mean() > 10 * above[labels == 4].mean()
    middles = (spectra * hertz).sum(axis=1) / spectra.sum(axis=1)
    means = [middles[labels == label].mean() for label in (0, 3)]
    assert means[1] > means[0] + 200  # F1 of 730 Hz against 270 Hz, where most energy is
    assert abs(sounds).max() <= 1.001 and (abs(sounds).max(axis=1) > 0.5).all()


def test_a_spectrogram_shows_a_tone_that_rises():
    time = np.arange(8000) / 8000
    tone = np.sin(2 * np.pi * (500 * time + 500 * time**2))  # 500 to 1500 Hz
    picture = datasets.spectrogram(tone[None])[0]
    highest = picture.argmax(axis=0) * 8000 / 256
    middles = (np.arange(picture.shape[1]) * 64 + 128) / 8000
    np.testing.assert_allclose(highest, 500 + 1000 * middles, atol=32)
    assert picture.max() == 0 and picture.min() >= -4


def test_silence_has_a_spectrogram_too():
    assert (datasets.spectrogram(np.zeros((1, 1000))) == -4).all()
    with pytest.raises(ValueError, match="window must be from 2 to the 100 samples of a sound"):
        datasets.spectrogram(np.zeros((1, 100)))


def test_a_voice_has_its_pitch_and_is_loudest_at_its_formants():
    formants = np.array([300, 1200, 2400])
    size = abs(np.fft.rfft(datasets.voice(formants, pitch=100, seconds=1.0)))
    harmonics = size[100:4000:100]
    between = size[150:4000:100]
    assert between.max() < harmonics.max() / 50
    spots = np.arange(1, 40)
    for place in formants // 100:
        assert harmonics[place - 1] * place > (harmonics * spots)[[place - 3, place + 1]].max()


def test_a_diphthong_begins_where_it_is_told_to_and_glides():
    sounds, labels = datasets.diphthongs(40, start=(0.2, 0.2), noise=0, tract=(1, 1), seed=1)
    assert not sounds[:, :1600].any() and not sounds[:, 3600:].any() and sounds[:, 1700].any()
    assert {*np.unique(labels)} == {0, 1, 2, 3}
    # around 900 hertz ɑ is loud, and i is not; frames 9 and 10 lie in the first vowel
    middle = datasets.frequency_bands(sounds)[:, 12]
    for word, loud in zip(labels, middle, strict=True):
        falls = loud[9:11].mean() - loud[14:16].mean()
        assert {"ɑi": falls > 0.3, "iɑ": falls < -0.3}.get(datasets.DIPHTHONGS[word], True)


def test_bands_go_up_by_equal_factors():
    time = np.arange(2000) / 8000
    hertz = 200 * 19 ** (np.array([6, 12, 18]) / 23)
    tones = np.sin(2 * np.pi * hertz[:, None] * time)
    assert datasets.frequency_bands(tones)[:, :, 4].argmax(axis=1).tolist() == [6, 12, 18]
    assert datasets.frequency_bands(np.zeros((1, 1000))).max() == 0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: datasets.diphthongs(0), "count=0 is too small: make one sound or more"),
        (lambda: datasets.diphthongs(1, start=(0, 0.5)), "a word takes 0.25 s, so begin it from 0 to 0.35"),
        (lambda: datasets.diphthongs(1, tract=(2, 1)), "give two factors above 0, the less one first"),
        (lambda: datasets.diphthongs(1, rate=500), "rate must be 1000"),
        (lambda: datasets.voice((1, 2)), "give three numbers of hertz above 0"),
        (lambda: datasets.voice((300, 900, 2400), pitch=5000), "use one above 0 and below 4000"),
        (lambda: datasets.frequency_bands(np.zeros((1, 1000)), bands=1), "bands must be 2 or more"),
    ],
)
def test_sounds_that_cannot_be_made_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
