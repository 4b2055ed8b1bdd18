"""Whole networks of the lectures, and what they come to in numbers.

>>> from convviz import models
>>> models.summary(models.vgg("D"), (1, 3, 224, 224)).parameters      # nothing is allocated
138357544
"""

# not lazily: some functions have the names of their files, and must stay in front of them
from convviz.models.alexnet import alexnet, zfnet
from convviz.models.dcgan import dcgan_discriminator, dcgan_generator
from convviz.models.densenet import dense_block, densenet121, small_densenet
from convviz.models.googlenet import googlenet, inception, small_inception
from convviz.models.lenet import lenet5
from convviz.models.neocognitron import Neocognitron, NeocognitronStage
from convviz.models.resnet import residual, resnet, small_resnet
from convviz.models.segnet import segnet, small_segnet
from convviz.models.sequences import generate, tdnn, wavenet
from convviz.models.summary import Row, Summary, summary
from convviz.models.vgg import small_vgg, vgg

__all__ = [
    "Neocognitron",
    "NeocognitronStage",
    "Row",
    "Summary",
    "alexnet",
    "dcgan_discriminator",
    "dcgan_generator",
    "dense_block",
    "densenet121",
    "generate",
    "googlenet",
    "inception",
    "lenet5",
    "residual",
    "resnet",
    "segnet",
    "small_densenet",
    "small_inception",
    "small_resnet",
    "small_segnet",
    "small_vgg",
    "summary",
    "tdnn",
    "vgg",
    "wavenet",
    "zfnet",
]
