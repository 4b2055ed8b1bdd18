"""A voice from a few numbers, its picture, and what filters along either axis answer."""

import numpy as np

from convviz import datasets, geometry
from convviz.scenes import _check
from convviz.scenes._gradients import scan
from convviz.scenes._layer import clauses
from convviz.scenes._text import number, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: Louder than the bands two above and two below: a formant.
FORMANT_FILTER = np.array([[-1], [0], [2], [0], [-1]])
#: Louder than two stretches before: something begins.
ONSET_FILTER = np.array([[-1, 0, 1]])
WAVE, PICTURE = "waveform", "spectrogram"
FILTERS = "along frequency", "along time"
ANSWERS = "answer along frequency", "answer along time"
_RATE, _BANDS, _LOWEST, _HIGHEST = 8000, 24, 200, 3800
_FACTOR = (_HIGHEST / _LOWEST) ** (1 / (_BANDS - 1))
_SILENCE, _VOICED, _STEP = 400, 0.25, 120  # samples before and after; seconds; samples
_SHOWN, _HEIGHT = 120, 33  # samples and rows of the waveform


@_check.without_warnings
def formants(
    pitch=120, first=700, second=1100, *, higher=0, along_frequency=FORMANT_FILTER,
    along_time=ONSET_FILTER,
):  # fmt: skip
    """The scene of a synthesised vowel, its spectrogram, and two filters on that.

    Parameters
    ----------
    pitch, first, second : number
        Hertz: the beats of the voice, from 50 to 400, and two formants, from 100 to 3500. A third
        formant is 2440 Hz.
    higher : int
        By how many bands all formants are moved up, from 0 to 4: a shorter vocal tract. From one
        band to the next, frequencies are 1.14 times as high.
    along_frequency : array_like
        Shape ``(bands, 1)``, at most 9 bands; the highest comes first, as in the picture.
    along_time : array_like
        Shape ``(1, stretches)``, at most 9.

    Returns
    -------
    Scene
        Four steps: the waveform, the spectrogram, and where each of the filters answers most.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> formants()
    Formants: pitch 120, formants 700, 1100 → 24×22, answers 20×22 and 24×20, 4 steps
    """
    pitch, first, second, higher = _checked(pitch, first, second, higher)
    filters = _filter(FILTERS[0], along_frequency, 0), _filter(FILTERS[1], along_time, 1)
    found = [hertz * _FACTOR**higher for hertz in (first, second, 2440.0)]
    sound = datasets.voice(found, pitch=pitch, rate=_RATE, seconds=_VOICED)
    picture = datasets.frequency_bands(
        np.pad(sound, _SILENCE)[None], bands=_BANDS, rate=_RATE, lowest=_LOWEST, highest=_HIGHEST,
        step=_STEP,
    )[0, ::-1].astype(float)  # fmt: skip
    answers = [scan(picture, kernel, 1) for kernel in filters]
    told = f"pitch {number(pitch)}, formants {number(first)}, {number(second)}"
    told += f", {higher} higher" if higher else ""
    sizes = " and ".join(shape_text(answer.shape) for answer in answers)
    beat = 1000 / pitch
    return Scene(
        "Formants", f"{told} → {shape_text(picture.shape)}, answers {sizes}, 4 steps",
        _grids(sound, picture, filters, answers), ("→", "∗", "=", ""),
        tuple(_steps(pitch, found, picture, filters, answers)), _caption(found), poster=2,
        rows=(3, 2), code=_lines(),
        question=Question(
            "How many milliseconds lie between two beats of the voice?", "number", beat,
            f"1000 / {number(pitch)} = {number(beat)}.", hides=(WAVE,), tolerance=0.25,
        ),
    )  # fmt: skip


def _checked(pitch, first, second, higher):
    said = []
    for name, value, low, high in (
        ("pitch", pitch, 50, 400), ("first", first, 100, 3500), ("second", second, 100, 3500),
    ):  # fmt: skip
        value = _check.number(name, value)
        if not low <= value <= high:
            raise ValueError(f"{name}={value} hertz is out of range: use {low} to {high}")
        said.append(value)
    higher = geometry.integer("higher", higher, 0, "use 0 to 4")
    if higher > 4:
        raise ValueError(f"higher={higher} is out of range: use 0 to 4")
    return *said, higher


def _filter(name, kernel, axis):
    name = name.replace(" ", "_")
    kernel = _check.numbers(name, kernel, 2)
    if kernel.shape[1 - axis] != 1 or kernel.shape[axis] > 9:
        shape = "(bands, 1)" if axis == 0 else "(1, stretches)"
        raise ValueError(
            f"{name} has shape {kernel.shape}: use {shape}, with at most 9 weights along its axis"
        )
    return kernel


def hertz_of(row):
    """The middle frequency of a row of the picture, whose first row is the highest.

    >>> round(hertz_of(0)), round(hertz_of(23))
    (3800, 200)
    """
    return _LOWEST * _FACTOR ** (_BANDS - 1 - row)


def row_of(hertz):
    """The row of the picture that is nearest to a frequency.

    >>> row_of(200), row_of(3800)
    (23, 0)
    """
    row = _BANDS - 1 - np.log(hertz / _LOWEST) / np.log(_FACTOR)
    return int(np.clip(np.rint(row), 0, _BANDS - 1))


def _trace(samples):
    """A waveform as pixels: each column from one sample to the next."""
    rows = np.rint((1 - samples) / 2 * (_HEIGHT - 1)).astype(int).clip(0, _HEIGHT - 1)
    ends = np.sort(np.stack([rows[:-1], rows[1:]]), axis=0)
    levels = np.arange(_HEIGHT)[:, None]
    return ((levels >= ends[0]) & (levels <= ends[1])).astype(np.int64)


def _grids(sound, picture, filters, answers):
    middle = len(sound) // 2
    image = {"display": "image"}
    made = [
        Grid(WAVE, "input", _trace(sound[middle : middle + _SHOWN + 1]), shade="signed", **image,
             note=f"{number(1000 * _SHOWN / _RATE)} ms of {number(1000 * _VOICED)}"),
        Grid(PICTURE, "input", picture, shade="gray", limits=(-3.0, 0.0), **image,
             note="high above, time to the right"),
    ]  # fmt: skip
    for name, kernel in zip(FILTERS, filters, strict=True):
        made.append(Grid(name, "filter", kernel, editable=True, stack="filters"))
    for name, values in zip(ANSWERS, answers, strict=True):
        made.append(Grid(name, "output", values, shade="signed", **image))
    return tuple(made)


def _steps(pitch, found, picture, filters, answers):
    beat = _RATE / pitch
    yield Step(
        f"The voice beats {number(pitch)} times a second, every {number(1000 / pitch)} ms.",
        formula=(f"1000 ms / {number(pitch)} = {number(1000 / pitch)} ms",),
        windows=((WAVE, 0, 0, _HEIGHT - 1, min(round(beat), _SHOWN) - 1),),
    )
    heard = [hertz for hertz in found if hertz < _HIGHEST]
    last = picture.shape[1] - 1
    yield Step(
        f"The mouth makes what is near {', '.join(f'{hertz:.0f}' for hertz in heard)} Hz louder: "
        "the formants.",
        formula=(f"one band up = {number(_FACTOR)} times the frequency",),
        windows=tuple((PICTURE, row_of(hertz), 0, row_of(hertz), last) for hertz in heard),
    )
    for n, (name, answer) in enumerate(zip(FILTERS, ANSWERS, strict=True)):
        yield _answering(name, answer, filters[n], answers[n], n)


def _answering(name, answer, kernel, values, axis):
    """Where a filter answers most, with the products there."""
    row, column = np.unravel_index(int(np.nan_to_num(values).argmax()), values.shape)
    row, column = int(row), int(column)
    high, wide = kernel.shape
    terms = [((PICTURE, row + i, column + j), (name, i, j)) for i, j in np.ndindex(kernel.shape)]
    formula = [part for term in terms for part in (" + ", term)][1:]
    middle = f"near {hertz_of(row + high // 2):.0f} Hz"
    what = f"{middle}, in stretch {column}" if axis == 0 else f"at stretch {column + wide // 2}, {middle}"
    return Step(
        f"The filter {name} answers most {what}.",
        formula=(*formula, " = ", ((answer, row, column),)),
        result=(answer, row, column),
        windows=((PICTURE, row, column, row + high - 1, column + wide - 1),),
    )


def _caption(found):
    told = ", ".join(f"{hertz:.0f}" for hertz in found)
    return clauses(
        [(f"formants {told} Hz", "input")],
        [(f"{_BANDS} bands from {_LOWEST} to {_HIGHEST} Hz, each {number(_FACTOR)} times the last", "")],
    )


def _lines():
    ours = "ops.conv2d(spectrogram[None, None], along_frequency[None, None])[0, 0]"
    theirs = (
        "F.conv2d(torch.tensor(spectrogram)[None, None], "
        "torch.tensor(along_frequency)[None, None])[0, 0]"
    )
    return (("convviz", ours), ("PyTorch", theirs))
