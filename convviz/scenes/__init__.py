"""What the animations show: pure functions from parameters and arrays to scenes."""

from convviz.scenes.arithmetic import CASES, arithmetic
from convviz.scenes.convolution import (
    EXAMPLE_IMAGE,
    EXAMPLE_SIGNAL,
    ISOLATED_ONE,
    ISOLATED_ONE_1D,
    convolution1d,
    convolution2d,
)
from convviz.scenes.image_kernels import KERNELS, image_kernels
from convviz.scenes.padding import padding_modes
from convviz.scenes.pixel_use import pixel_use
from convviz.scenes.scene import Grid, Question, Scene, Stencil, Step

__all__ = [
    "CASES",
    "EXAMPLE_IMAGE",
    "EXAMPLE_SIGNAL",
    "ISOLATED_ONE",
    "ISOLATED_ONE_1D",
    "KERNELS",
    "Grid",
    "Question",
    "Scene",
    "Stencil",
    "Step",
    "arithmetic",
    "convolution1d",
    "convolution2d",
    "image_kernels",
    "padding_modes",
    "pixel_use",
]
