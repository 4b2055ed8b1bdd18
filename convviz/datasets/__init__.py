"""Data to look at and to learn from; nothing needs a network, but to fetch MNIST once.

Images are float32 from 0 (black, or paper) to 1 (white, or ink).
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "_augment": ["Augment", "Change", "ten_crops"],
        "_bundled": ["PHOTOGRAPHS", "digits", "photograph"],
        "_drawn": ["as_digit"],
        "_figures": ["BONES", "JOINTS", "StickFigures", "stick_figures"],
        "_mnist": ["mnist"],
        "_shapes": ["SHAPES", "Shapes", "shapes"],
        "_sounds": ["DIPHTHONGS", "VOWELS", "diphthongs", "voice", "vowels"],
        "_spectrograms": ["frequency_bands", "spectrogram"],
        "_split": ["split"],
    },
)
