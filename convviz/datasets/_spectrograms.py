"""Pictures of sounds: how loud each frequency is at each time."""

import numpy as np

_STRETCH = 256  # samples of a stretch of a sound


def spectrogram(sounds, *, window=_STRETCH, step=64):
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


def frequency_bands(sounds, *, bands=24, rate=8000, lowest=200, highest=3800, step=200):
    """A spectrogram whose rows go up by equal factors of frequency, not by equal differences.

    A shorter vocal tract multiplies all formants by one factor: here that is a shift.

    Parameters
    ----------
    sounds : array (N, samples)
    bands : int
        Rows: the middles of the bands, from `lowest` to `highest` hertz.
    rate : int
        Samples a second.
    lowest, highest : float
        Hertz.
    step : int
        Samples from one stretch (of 256) to the next.

    Returns
    -------
    array of float32 (N, bands, stretches)
        Logarithms, as of `spectrogram`: 0 for the loudest, −1 for a tenth, never below −3. The
        lowest band comes first.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 200 * 19**0.5 * np.arange(2000) / 8000)
    >>> picture = frequency_bands(tone[None], bands=5)
    >>> picture.shape, picture[0, :, 4].argmax()
    ((1, 5, 9), np.int64(2))
    """
    if bands < 2 or not 0 < lowest < highest <= rate / 2:
        raise ValueError(
            f"bands must be 2 or more, between two frequencies from 0 to half the rate, got "
            f"bands={bands}, lowest={lowest}, highest={highest}, rate={rate}"
        )
    size = 10.0 ** spectrogram(sounds, window=_STRETCH, step=step)
    factor = (highest / lowest) ** (1 / (bands - 1))
    middles = lowest * factor ** np.arange(bands)[:, None]
    # never narrower than what so short a stretch can tell apart
    width = np.maximum(middles * (factor - 1), 4 * rate / _STRETCH)
    weights = np.maximum(0, 1 - abs(np.arange(size.shape[1]) * rate / _STRETCH - middles) / width)
    power = weights / weights.sum(axis=1, keepdims=True) @ size**2
    loudest = power.max(axis=(1, 2), keepdims=True)
    return (np.log10(np.maximum(power / loudest, 1e-6)) / 2).astype(np.float32)
