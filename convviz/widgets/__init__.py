"""The live views: one line each, good defaults, everything a slider."""

from convviz.widgets.arithmetic import Arithmetic, PaddingModes, PixelUse
from convviz.widgets.convolution import Convolution1D, Convolution2D, ImageKernels
from convviz.widgets.gradients import (
    ConvolutionBackwardInput,
    ConvolutionBackwardWeight,
    TransposedConvolution,
)
from convviz.widgets.pooling import AveragePoolBackward, MaxRouting, Pooling
from convviz.widgets.predict import Predict
from convviz.widgets.vision import Neocognitron, OrientationTuning

__all__ = [
    "Arithmetic",
    "AveragePoolBackward",
    "Convolution1D",
    "Convolution2D",
    "ConvolutionBackwardInput",
    "ConvolutionBackwardWeight",
    "ImageKernels",
    "MaxRouting",
    "Neocognitron",
    "OrientationTuning",
    "PaddingModes",
    "PixelUse",
    "Pooling",
    "Predict",
    "TransposedConvolution",
]
