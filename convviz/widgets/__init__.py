"""The live views: one line each, good defaults, everything a slider."""

from convviz.widgets.arithmetic import Arithmetic, PaddingModes, PixelUse
from convviz.widgets.convolution import Convolution1D, Convolution2D, ImageKernels
from convviz.widgets.predict import Predict

__all__ = [
    "Arithmetic",
    "Convolution1D",
    "Convolution2D",
    "ImageKernels",
    "PaddingModes",
    "PixelUse",
    "Predict",
]
