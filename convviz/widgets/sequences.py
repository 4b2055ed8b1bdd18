"""Sounds: a network that slides along time, a voice and its picture, samples made one by one."""

import numpy as np

from convviz import datasets, models, nn, ops, scenes
from convviz.scenes import _check
from convviz.scenes.generation import few_enough
from convviz.widgets._array_player import ArrayPlayer, given_or
from convviz.widgets._arrays import with_number
from convviz.widgets._controls import Range, Switch, neighbours
from convviz.widgets._one_by_one import OneByOne
from convviz.widgets._player import Player


class TimeDelay(ArrayPlayer):
    """A time-delay network on its way along a sound that may come later.

    Parameters
    ----------
    sound : array_like, optional
        Shape (features, frames), at most 24 each way; a word of three tones when None.
    first : array_like, optional
        Shape (units, features, frames); a unit for each pair of neighbouring tones when None.
    second : array_like, optional
        Shape (classes, units, frames); the first unit before the second when None.
    shift : int
        Where the slider starts: by how many frames the sound comes later.
    stride : int
        Of the first layer, from 1 to 3.
    filled : bool
        With a stride: whether runs on shifted sounds fill the places in between.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers or does not fit, or a number is off its slider.

    Examples
    --------
    >>> TimeDelay(shift=3)
    TimeDelay: 3×12, field 3, stride 1 → 10 places, largest 4 at place 5, 10 steps
    """

    def __init__(
        self, sound=None, first=None, second=None, *, shift=0, stride=1, filled=False, **view
    ):
        self._stride = _stride(stride)
        arrays = {
            "sound": given_or("sound", sound, scenes.tones(self._stride)),
            "unit": given_or("first", first, scenes.TONE_FILTERS, 3),
            "output filter": given_or("second", second, scenes.WORD_FILTER, 3),
        }
        reach = max(0, min(6, arrays["sound"].shape[1] - 1))
        controls = [Range("shift", 0, reach, shift, label="frames later")]
        if self._stride > 1:
            controls.append(Switch("filled", filled, label="fill in by shifting"))
        elif filled:
            raise ValueError("filled=True needs a stride of 2 or 3: with 1 no place is left out")
        super().__init__(
            arrays, title="TimeDelay", subtitle="the same network at every time",
            controls=controls, **view,
        )

    def _scene(self, shift, filled=False):
        arrays = self._arrays
        return scenes.time_delay(
            arrays["sound"], arrays["unit"], arrays["output filter"], shift=shift,
            stride=self._stride, filled=filled,
        )

    def _edit(self, grid, row, column, value):
        name, _, n = grid.name.rpartition(" ")
        if grid.name in self._arrays:
            name, n = grid.name, 0
        place = (row, column) if name == "sound" else (int(n), row, column)
        self._arrays[name] = with_number(self._arrays[name], place, value)


def _stride(stride):
    if isinstance(stride, bool) or stride not in (1, 2, 3):
        raise ValueError(f"stride={stride!r} is not offered here: use 1, 2 or 3")
    return int(stride)


class Formants(ArrayPlayer):
    """A voice made of a few numbers, its spectrogram, and a filter along each of its axes.

    Parameters
    ----------
    along_frequency : array_like, optional
        Shape (bands, 1), the highest first; louder than its neighbours when None.
    along_time : array_like, optional
        Shape (1, stretches); louder than before when None.
    pitch : int
        Tens of hertz, from 8 to 25: where the slider starts.
    first, second : int
        Two formants, hundreds of hertz, from 2 to 9 and from 7 to 25.
    higher : int
        By how many bands all formants are moved up, from 0 to 4.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If an array holds no numbers or has another shape, or a number is off its slider.

    Examples
    --------
    >>> Formants(higher=2)
    Formants: pitch 120, formants 700, 1100, 2 higher → 24×22, answers 20×22 and 24×20, 4 steps
    """

    def __init__(
        self, along_frequency=None, along_time=None, *, pitch=12, first=7, second=11, higher=0,
        step=2, **view,
    ):  # fmt: skip
        arrays = {
            "along frequency": given_or("along_frequency", along_frequency, scenes.FORMANT_FILTER),
            "along time": given_or("along_time", along_time, scenes.ONSET_FILTER),
        }
        controls = [
            Range("pitch", 8, 25, pitch, label="pitch (10 Hz)"),
            Range("first", 2, 9, first, label="formant 1 (100 Hz)"),
            Range("second", 7, 25, second, label="formant 2 (100 Hz)"),
            Range("higher", 0, 4, higher, label="bands higher"),
        ]
        presets = {
            name: {"first": round(low / 100), "second": round(high / 100)}
            for name, (low, high, _) in datasets.VOWELS.items()
        }
        super().__init__(
            arrays, title="Formants", subtitle="a voice, and filters along either axis",
            controls=controls, presets=presets, step=step, **view,
        )

    def _settings(self):
        # To make a sound takes a while: what is further away comes when it is asked for.
        return [self.setting, *neighbours(self._control_list, self.setting)]

    def _scene(self, pitch, first, second, higher):
        return scenes.formants(
            10 * pitch, 100 * first, 100 * second, higher=higher,
            along_frequency=self._arrays["along frequency"], along_time=self._arrays["along time"],
        )


class Scanning(OneByOne):
    """A network slides along pictures of long sounds: what it sees, and what it says there.

    Parameters
    ----------
    net : nn.Module, optional
        From (N, bands, frames), or (N, 1, bands, frames), to (N, classes, places) or
        (N, classes, 1, places): scores. When None, a filter for silence and for each
        vowel of `datasets.DIPHTHONGS`: its mean column.
    pictures : array_like, optional
        As `net` reads them; two words when None.
    names : sequence of str, optional
        Of the classes; numbers when None.
    stride : int
        Of the network, from one place to the next.
    picture : int
        Where the slider starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the pictures do not fit the network, or a number is off its slider.

    Examples
    --------
    >>> Scanning()
    Scanning: 24×23, field 1, 23 places → silence, i, u, ɑ, silence, 23 steps
    """

    def __init__(self, net=None, pictures=None, names=None, *, stride=1, picture=0, **view):
        if net is None and pictures is not None:
            raise ValueError("pictures need a net that was made for them: give both, or none")
        if net is None:
            net, pictures, names = _vowel_filters()
        pictures = _check.array("pictures", pictures)
        real = pictures.dtype.kind in "biuf" and pictures.size and np.isfinite(pictures).all()
        if not real or pictures.ndim not in (3, 4):
            raise ValueError(
                f"pictures must be finite numbers of shape (N, bands, frames), got "
                f"{pictures.dtype} of shape {pictures.shape}"
            )
        pictures = pictures.astype(np.float32)
        scores = nn.predict(net, pictures)
        if scores.ndim < 3:
            raise ValueError(
                f"net must answer with scores for each place, got outputs of {scores.shape[1:]}: "
                "leave out what gathers all places, such as its last pooling"
            )
        scores = scores.reshape(*scores.shape[:2], -1)
        self._shares = [ops.softmax(one.T.copy()).T for one in scores]
        self._channel = pictures.ndim == 4
        self._pictures = pictures.reshape(len(pictures), *pictures.shape[-2:])
        self._names = [str(k) for k in range(scores.shape[1])] if names is None else list(names)
        self._stride = stride
        super().__init__(
            len(pictures), picture, title="Scanning", subtitle="what a network says at each time",
            **view,
        )

    def _scene(self, picture):
        return scenes.scanning(
            self._pictures[picture], self._shares[picture], self._names, stride=self._stride,
            channel=self._channel,
        )


def _vowel_filters():
    """The nearest mean column as a layer along time: |x − m|² without what all classes share."""
    vowels = {name[0]: hertz for name, hertz in datasets.VOWELS.items()}
    names = sorted({vowel for word in datasets.DIPHTHONGS for vowel in word})
    sounds = np.stack([datasets.voice(vowels[name], seconds=0.1) for name in names])
    words = datasets.frequency_bands(datasets.diphthongs(2, seed=0)[0])
    silence = words[:, :, -3:].mean(axis=(0, 2))
    means = np.stack([silence, *datasets.frequency_bands(sounds).mean(axis=2)]) - words.mean()
    layer = nn.Conv1d(len(silence), len(means), 1)
    layer.weight.data[...] = means[:, :, None]
    layer.bias.data[...] = -0.5 * (means**2).sum(axis=1)
    return layer, words - words.mean(), ["silence", *names]


class NextSample(Player):
    """A sound grows sample by sample: the shares of the next one, and the one that is drawn.

    Parameters
    ----------
    net : nn.Module, optional
        From (1, levels, time) to scores of that shape for the sample after each, such as
        `models.wavenet`. When None, one that knows the last sample alone, and how often each level
        followed it in a sine.
    begin : array_like of int, optional
        The levels to begin with, in a row; one of a sine when None.
    field : int
        How many samples the network is shown.
    draw : int
        How many samples are drawn.
    seed : int
        From 0 to 9: decides what is drawn, where the slider starts.
    **view
        ``step``, the step shown first, and ``predict``, whether the reader guesses before the
        answer is shown: as for every :class:`~convviz.widgets._player.Player`.

    Raises
    ------
    TypeError, ValueError
        If the samples do not fit the network, or a number is off its slider.

    Examples
    --------
    >>> NextSample()
    NextSample: 8 levels, 1 sample given, 20 drawn, each from the last 1, 20 steps
    """

    def __init__(self, net=None, begin=None, *, field=1, draw=20, seed=0, **view):
        if net is None and begin is not None:
            raise ValueError("begin needs a net that goes on from it: give both, or none")
        self._net, self._begin = _last_level() if net is None else (net, begin)
        self._field, self._draw = field, few_enough(draw, np.size(self._begin))
        super().__init__(
            title="NextSample", subtitle="drawn one at a time", controls=[Range("seed", 0, 9, seed)],
            **view,
        )

    def _settings(self):
        # To draw samples takes a while: what is further away comes when it is asked for.
        return [self.setting, *neighbours(self._control_list, self.setting)]

    def _scene(self, seed):
        samples, shares = models.generate(
            self._net, self._begin, self._draw, field=self._field, seed=seed
        )
        return scenes.generation(samples, shares, field=self._field, seed=seed)


def _last_level():
    """How often each level follows each in a sine, as a layer, and where to begin."""
    sine = np.rint(3.5 + 3.5 * np.sin(2 * np.pi * np.arange(480) / 12)).astype(int)
    follows = np.full((8, 8), 1e-3, np.float32)
    np.add.at(follows, (sine[1:], sine[:-1]), 1)
    layer = nn.Conv1d(8, 8, 1, bias=False)
    layer.weight.data[...] = np.log(follows / follows.sum(axis=0))[:, :, None]
    return layer, sine[:1]
