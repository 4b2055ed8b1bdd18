"""Vowels, and words of two of them, made of harmonics under the resonances of a mouth."""

import numpy as np

#: the first three formants in hertz, the means of 33 men (Peterson and Barney 1952)
VOWELS = {
    "i (heed)": (270, 2290, 3010),
    "ɛ (head)": (530, 1840, 2480),
    "æ (had)": (660, 1720, 2410),
    "ɑ (hod)": (730, 1090, 2440),
    "u (who'd)": (300, 870, 2240),
}
#: words of two vowels, one gliding into the other
DIPHTHONGS = ("ɑi", "iɑ", "ɑu", "uɑ")
_CALLED = {name[0]: formants for name, formants in VOWELS.items()}
_WIDTHS = (60, 90, 150)  # of the resonances, in hertz
_RAMP = 0.02  # seconds over which a sound begins and ends
_KNOTS = 33  # moments at which loudnesses are worked out; straight lines between
_WORD = 0.25  # seconds that a diphthong lasts


def vowels(count, *, rate=8000, seconds=0.25, seed=0, noise=0.01):
    """Sounds like spoken vowels, by formant synthesis (Klatt 1980, in its simplest form).

    Voices differ in pitch, in the length of the vocal tract, and a little in each formant; the
    pitch glides.

    Parameters
    ----------
    count : int
    rate : int
        Samples a second.
    seconds : float
    seed : int
    noise : float
        Standard deviation of the noise, against a loudest sample of 1.

    Returns
    -------
    sounds : array of float32 (N, samples)
        From −1 to 1, but for the noise.
    labels : array of int64 (N,)
        Places in `VOWELS`.

    Examples
    --------
    >>> sounds, labels = vowels(10)
    >>> sounds.shape, list(VOWELS)[labels[0]]
    ((10, 2000), "u (who'd)")
    """
    if count < 1 or rate < 1000 or seconds * rate < 100:
        raise ValueError(
            f"count must be 1, rate 1000 and a sound 100 samples at least, got count={count}, "
            f"rate={rate}, seconds={seconds}"
        )
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, len(VOWELS), count)
    time = np.arange(round(rate * seconds)) / rate
    sounds = np.stack([_voice(generator, label, time, rate) for label in labels])
    sounds += generator.normal(0, noise, sounds.shape)
    return sounds.astype(np.float32), labels


def _voice(generator, label, time, rate):
    tract = generator.uniform(0.9, 1.2)  # shorter ones have higher formants
    formants = np.array([*VOWELS.values()][label]) * tract * generator.normal(1, 0.03, 3)
    pitch = generator.uniform(90, 230)
    return _sung(formants[:, None], pitch, pitch * generator.uniform(-0.2, 0.2), time, rate)


def voice(formants, *, pitch=120, rate=8000, seconds=0.25):
    """One sound of a steady voice: harmonics of a pitch, under the resonances of a mouth.

    Parameters
    ----------
    formants : three numbers
        The resonances in hertz, as in `VOWELS`.
    pitch : float
        Beats of the voice a second: the harmonics are its multiples, up to half of `rate`.
    rate : int
        Samples a second.
    seconds : float

    Returns
    -------
    array of float32 (samples,)
        From −1 to 1.

    Examples
    --------
    >>> sound = voice(VOWELS["i (heed)"], pitch=100)
    >>> size = abs(np.fft.rfft(sound))
    >>> sound.shape, np.argsort(size)[-3:] * 8000 // 2000
    ((2000,), array([300, 200, 100]))
    """
    formants = np.asarray(formants, float)
    if formants.shape != (3,) or not (np.isfinite(formants) & (formants > 0)).all():
        raise ValueError(
            f"formants={formants.tolist()} are not three resonances: give three numbers of hertz "
            "above 0, such as (730, 1090, 2440)"
        )
    _check_length(rate, seconds)
    if not 0 < pitch < rate / 2:
        raise ValueError(
            f"pitch={pitch} does not sound at {rate} samples a second: use one above 0 and below "
            f"{rate / 2:g} hertz"
        )
    time = np.arange(round(rate * seconds)) / rate
    return _sung(formants[:, None], pitch, 0.0, time, rate).astype(np.float32)


def diphthongs(
    count, *, start=(0.05, 0.12), tract=(0.9, 1.05), rate=8000, seconds=0.6, seed=0, noise=0.01
):
    """Words of a quarter of a second, one vowel gliding into another, somewhere in a silence.

    Pitch, the length of the vocal tract and each formant differ from voice to voice.

    Parameters
    ----------
    count : int
    start : (float, float)
        The earliest and the latest second at which a word may begin.
    tract : (float, float)
        The least and the most that all formants are multiplied by: 0.9 to 1.05 for long vocal
        tracts, as of men, 1.2 to 1.35 for short ones, as of children.
    rate : int
        Samples a second.
    seconds : float
        Of the whole recording.
    seed : int
    noise : float
        Standard deviation of the noise, against a loudest sample of 1.

    Returns
    -------
    sounds : array of float32 (N, samples)
    labels : array of int64 (N,)
        Places in `DIPHTHONGS`.

    Examples
    --------
    >>> sounds, labels = diphthongs(10)
    >>> sounds.shape, DIPHTHONGS[labels[0]]
    ((10, 4800), 'uɑ')
    """
    if count < 1:
        raise ValueError(f"count={count} is too small: make one sound or more")
    _check_length(rate, seconds)
    if not 0 <= start[0] <= start[1] <= seconds - _WORD:
        raise ValueError(
            f"start={start} does not fit into {seconds} s: a word takes {_WORD} s, so begin it "
            f"from 0 to {seconds - _WORD:g} s, the earlier one first"
        )
    if not 0 < tract[0] <= tract[1]:
        raise ValueError(f"tract={tract} is no range: give two factors above 0, the less one first")
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, len(DIPHTHONGS), count)
    time = np.arange(round(rate * _WORD)) / rate
    sounds = np.zeros((count, round(rate * seconds)))
    for sound, label in zip(sounds, labels, strict=True):
        begin = round(rate * generator.uniform(*start))
        sound[begin : begin + len(time)] = _glide(generator, label, tract, time, rate)
    sounds += generator.normal(0, noise, sounds.shape)
    return sounds.astype(np.float32), labels


def _glide(generator, label, tract, time, rate):
    first, last = (np.array(_CALLED[vowel])[:, None] for vowel in DIPHTHONGS[label])
    # each vowel is held for a while; in between the formants move evenly, as one hears them
    share = np.clip((np.linspace(0, 1, _KNOTS) - 0.3) / 0.4, 0, 1)
    formants = first * (last / first) ** share
    formants *= generator.uniform(*tract) * generator.normal(1, 0.03, (3, 1))
    pitch = generator.uniform(90, 230)
    return _sung(formants, pitch, pitch * generator.uniform(-0.2, 0.2), time, rate)


def _check_length(rate, seconds):
    if rate < 1000 or seconds * rate < 100:
        raise ValueError(
            f"rate must be 1000 and a sound 100 samples at least, got rate={rate}, "
            f"seconds={seconds}"
        )


def _sung(formants, pitch, glide, time, rate):
    """The sum of the harmonics of a pitch that changes by `glide` hertz from start to end.

    `formants` (3, 1), or (3, _KNOTS) where they move.
    """
    knots = np.linspace(0, time[-1], _KNOTS)
    now = pitch + glide * knots / time[-1]
    # none beyond what the samples can tell apart, also at the end of the glide
    harmonics = np.arange(1, int(rate / 2 / now.max()) + 1)[:, None]
    # the mouth does not follow the pitch
    loudness = _resonance(harmonics * now, formants) / harmonics
    turn = np.exp(2j * np.pi * (pitch * time + glide / time[-1] * time**2 / 2))
    sound = np.zeros(len(time), complex)
    for loud in loudness[::-1]:  # powers of one turn, by Horner's rule
        sound += np.interp(time, knots, loud)
        sound *= turn
    ramp = np.minimum(1, np.minimum(time, time[-1] - time) / _RAMP)
    return ramp * sound.imag / abs(sound.imag).max()


def _resonance(frequency, formants):
    """How much louder resonances one after another make each frequency."""
    gain = np.ones(frequency.shape)
    for middle, width in zip(formants, _WIDTHS, strict=True):
        gain *= middle**2 / np.hypot(frequency**2 - middle**2, width * frequency)
    return gain
