"""Vowels, made of harmonics under the resonances of a mouth, and pictures of sounds."""

import numpy as np

#: the first three formants in hertz, the means of 33 men (Peterson and Barney 1952)
VOWELS = {
    "i (heed)": (270, 2290, 3010),
    "ɛ (head)": (530, 1840, 2480),
    "æ (had)": (660, 1720, 2410),
    "ɑ (hod)": (730, 1090, 2440),
    "u (who'd)": (300, 870, 2240),
}
_WIDTHS = (60, 90, 150)  # of the resonances, in hertz
_RAMP = 0.02  # seconds over which a sound begins and ends


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
    glide = pitch * generator.uniform(-0.2, 0.2) / time[-1]
    phase, now = 2 * np.pi * (pitch * time + glide * time**2 / 2), pitch + glide * time
    # none beyond what the samples can tell apart, also at the end of the glide
    highest = pitch + max(glide * time[-1], 0)
    harmonics = np.arange(1, int(rate / 2 / highest) + 1)[:, None]
    # the mouth stays as it is while the pitch glides
    loudness = _resonance(harmonics * now, formants) / harmonics
    sound = (loudness * np.sin(harmonics * phase)).sum(axis=0)
    ramp = np.minimum(1, np.minimum(time, time[-1] - time) / _RAMP)
    return ramp * sound / abs(sound).max()


def _resonance(frequency, formants):
    """How much louder resonances one after another make each frequency."""
    gain = np.ones(frequency.shape)
    for middle, width in zip(formants, _WIDTHS, strict=True):
        gain *= middle**2 / np.hypot(frequency**2 - middle**2, width * frequency)
    return gain


def spectrogram(sounds, *, window=256, step=64):
    """How loud each frequency is in each short stretch of a sound.

    Parameters
    ----------
    sounds : array (N, samples)
    window, step : int
        Samples of a stretch, faded in and out (Hann), and from one to the next.

    Returns
    -------
    array of float32 (N, window/2 + 1, stretches)
        Logarithms: 0 for the loudest number of each sound, −1 for a tenth, never below −4.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(2000) / 8000)
    >>> picture = spectrogram(tone[None])
    >>> picture.shape, picture[0, :, 10].argmax() * 8000 / 256
    ((1, 129, 28), np.float64(1000.0))
    """
    sounds = np.atleast_2d(sounds)
    if not 2 <= window <= sounds.shape[1] or step < 1:
        raise ValueError(
            f"window must be from 2 to the {sounds.shape[1]} samples of a sound and step 1 or "
            f"more, got window={window}, step={step}"
        )
    stretches = np.lib.stride_tricks.sliding_window_view(sounds, window, axis=1)[:, ::step]
    size = abs(np.fft.rfft(stretches * np.hanning(window), axis=2)).swapaxes(1, 2)
    loudest = size.max(axis=(1, 2), keepdims=True)
    share = np.divide(size, loudest, out=np.zeros_like(size), where=loudest > 0)
    return np.log10(np.maximum(share, 1e-4)).astype(np.float32)
