"""What the animations show: pure functions from parameters and arrays to scenes."""

from convviz.scenes._pooling_kinds import POOLING_KINDS
from convviz.scenes.answers import confusion_look, field_look, space_look
from convviz.scenes.arithmetic import CASES, arithmetic
from convviz.scenes.augmentation import CHANGES, augmentation
from convviz.scenes.average_backward import average_pool_backward
from convviz.scenes.batch_norm import BATCH_DERIVATIVES, BATCH_VALUES, batch_norm
from convviz.scenes.conv_backward_input import (
    BACKWARD_KERNEL,
    FLIPPED_FILTER,
    convolution_backward_input,
)
from convviz.scenes.conv_backward_weight import convolution_backward_weight
from convviz.scenes.convolution import (
    EXAMPLE_IMAGE,
    EXAMPLE_SIGNAL,
    ISOLATED_ONE,
    ISOLATED_ONE_1D,
    convolution1d,
    convolution2d,
)
from convviz.scenes.descent import OPTIMIZERS, VALLEY_INPUTS, VALLEY_START, VALLEY_TARGETS, descent
from convviz.scenes.dilated_stack import dilated_stack
from convviz.scenes.dropout import DROPPED_IMAGE, dropout
from convviz.scenes.equivariance import EDGE_FILTER, MOVED_IMAGE, MOVES, equivariance
from convviz.scenes.filter_bank import FEATURES, example_filters, filter_bank
from convviz.scenes.formants import FORMANT_FILTER, ONSET_FILTER, formants
from convviz.scenes.gallery import Gallery, Tile, Tiles
from convviz.scenes.generation import generation
from convviz.scenes.grouped import grouped
from convviz.scenes.image_kernels import KERNELS, image_kernels
from convviz.scenes.inside import digit_look, maps_look, saliency_look, unit_look
from convviz.scenes.location import bounding_box, pose
from convviz.scenes.matrix_view import MATRIX_KINDS, matrix_view
from convviz.scenes.max_routing import ROUTED_IMAGE, max_routing
from convviz.scenes.neocognitron import digits_to_sort, neocognitron
from convviz.scenes.orientation import ANGLES, bar_of_light, orientation_tuning
from convviz.scenes.padding import padding_modes
from convviz.scenes.pictures import reconstruction, segmentation
from convviz.scenes.pixel_use import pixel_use
from convviz.scenes.pooling import POOLED_IMAGE, POOLING_WEIGHTS, pooling
from convviz.scenes.rate_schedule import PLATEAU_LOSSES, SCHEDULES, rate_schedule
from convviz.scenes.receptive_field import STACKS, receptive_field
from convviz.scenes.scanning import scanning
from convviz.scenes.scene import Grid, Question, Scene, Stencil, Step
from convviz.scenes.separable import SEPARABLE_KERNELS, separable, split_kernel
from convviz.scenes.shift_response import shift_response
from convviz.scenes.signal_depth import ACTIVATIONS, BEGINNINGS, signal_depth
from convviz.scenes.tiled import tiled
from convviz.scenes.time_delay import TONE_FILTERS, WORD_FILTER, time_delay, tones
from convviz.scenes.training import Curve, Strip, TrainingLook, Wrong, framed, training_curve
from convviz.scenes.transformed_filters import (
    COPIES,
    TURNED_FILTER,
    TURNED_IMAGE,
    transformed_filters,
)
from convviz.scenes.transposed import CONSTANT_MAP, FILTER_OF_ONES, transposed_convolution
from convviz.scenes.unpooling import UNPOOLINGS, unpooling
from convviz.scenes.volume import EXAMPLE_FILTERS, EXAMPLE_VOLUME, volume

__all__ = [
    "ACTIVATIONS",
    "ANGLES",
    "BACKWARD_KERNEL",
    "BATCH_DERIVATIVES",
    "BATCH_VALUES",
    "BEGINNINGS",
    "CASES",
    "CHANGES",
    "CONSTANT_MAP",
    "COPIES",
    "DROPPED_IMAGE",
    "EDGE_FILTER",
    "EXAMPLE_FILTERS",
    "EXAMPLE_IMAGE",
    "EXAMPLE_SIGNAL",
    "EXAMPLE_VOLUME",
    "FEATURES",
    "FILTER_OF_ONES",
    "FLIPPED_FILTER",
    "FORMANT_FILTER",
    "ISOLATED_ONE",
    "ISOLATED_ONE_1D",
    "KERNELS",
    "MATRIX_KINDS",
    "MOVED_IMAGE",
    "MOVES",
    "ONSET_FILTER",
    "OPTIMIZERS",
    "PLATEAU_LOSSES",
    "POOLED_IMAGE",
    "POOLING_KINDS",
    "POOLING_WEIGHTS",
    "ROUTED_IMAGE",
    "SCHEDULES",
    "SEPARABLE_KERNELS",
    "STACKS",
    "TONE_FILTERS",
    "TURNED_FILTER",
    "TURNED_IMAGE",
    "UNPOOLINGS",
    "VALLEY_INPUTS",
    "VALLEY_START",
    "VALLEY_TARGETS",
    "WORD_FILTER",
    "Curve",
    "Gallery",
    "Grid",
    "Question",
    "Scene",
    "Stencil",
    "Step",
    "Strip",
    "Tile",
    "Tiles",
    "TrainingLook",
    "Wrong",
    "arithmetic",
    "augmentation",
    "average_pool_backward",
    "bar_of_light",
    "batch_norm",
    "confusion_look",
    "bounding_box",
    "convolution1d",
    "convolution2d",
    "convolution_backward_input",
    "convolution_backward_weight",
    "descent",
    "digit_look",
    "digits_to_sort",
    "dilated_stack",
    "dropout",
    "equivariance",
    "example_filters",
    "field_look",
    "filter_bank",
    "formants",
    "framed",
    "generation",
    "grouped",
    "image_kernels",
    "maps_look",
    "matrix_view",
    "max_routing",
    "neocognitron",
    "orientation_tuning",
    "padding_modes",
    "pixel_use",
    "pooling",
    "pose",
    "rate_schedule",
    "receptive_field",
    "saliency_look",
    "reconstruction",
    "scanning",
    "segmentation",
    "separable",
    "shift_response",
    "signal_depth",
    "space_look",
    "split_kernel",
    "tiled",
    "time_delay",
    "tones",
    "training_curve",
    "transformed_filters",
    "transposed_convolution",
    "unit_look",
    "unpooling",
    "volume",
]
