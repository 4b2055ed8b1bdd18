"""The live views: one line each, good defaults, everything a slider."""

from convviz.widgets.answers import ConfusionMatrix, DrawDigit, FeatureSpace
from convviz.widgets.architecture import ArchitectureCalculator
from convviz.widgets.arithmetic import Arithmetic, PaddingModes, PixelUse
from convviz.widgets.convolution import Convolution1D, Convolution2D, ImageKernels
from convviz.widgets.encoders import Reconstruction, Segmentation, Unpooling
from convviz.widgets.gradients import (
    ConvolutionBackwardInput,
    ConvolutionBackwardWeight,
    TransposedConvolution,
)
from convviz.widgets.inside import EffectiveField, FeatureMaps, Saliency, Units
from convviz.widgets.invariance import Equivariance, ShiftResponse, TransformedFilters
from convviz.widgets.layers import FilterBank, MatrixView, Volume
from convviz.widgets.learning import Augmentation, Descent, Dropout, RateSchedule
from convviz.widgets.location import BoundingBoxes, Pose
from convviz.widgets.normalisation import BatchNorm, SignalDepth
from convviz.widgets.pooling import AveragePoolBackward, MaxRouting, Pooling
from convviz.widgets.predict import Predict
from convviz.widgets.sequences import Formants, NextSample, Scanning, TimeDelay
from convviz.widgets.stacks import DilatedStack, ReceptiveField
from convviz.widgets.training import LiveTraining
from convviz.widgets.variants import Grouped, Separable, Tiled
from convviz.widgets.vision import Neocognitron, OrientationTuning

__all__ = [
    "ArchitectureCalculator",
    "Arithmetic",
    "Augmentation",
    "AveragePoolBackward",
    "BatchNorm",
    "ConfusionMatrix",
    "BoundingBoxes",
    "Convolution1D",
    "Convolution2D",
    "ConvolutionBackwardInput",
    "ConvolutionBackwardWeight",
    "Descent",
    "DilatedStack",
    "DrawDigit",
    "Dropout",
    "EffectiveField",
    "FeatureMaps",
    "FeatureSpace",
    "Equivariance",
    "FilterBank",
    "Formants",
    "Grouped",
    "ImageKernels",
    "LiveTraining",
    "MatrixView",
    "MaxRouting",
    "Neocognitron",
    "NextSample",
    "OrientationTuning",
    "PaddingModes",
    "PixelUse",
    "Pooling",
    "Pose",
    "Predict",
    "RateSchedule",
    "ReceptiveField",
    "Saliency",
    "Scanning",
    "Reconstruction",
    "Segmentation",
    "Separable",
    "ShiftResponse",
    "SignalDepth",
    "Tiled",
    "TimeDelay",
    "TransformedFilters",
    "TransposedConvolution",
    "Units",
    "Unpooling",
    "Volume",
]
