"""The arithmetic of convolution: sizes, padding, windows, receptive fields. Integers only.

Every function works along one axis unless its name says otherwise, takes its options by keyword,
and means the same by them:

``stride``
    How far the window moves from one output to the next, in input pixels.
``padding``
    An integer (the same on both sides), a pair ``(before, after)``, or a word: ``"valid"`` (none),
    ``"same"`` (the output has ``ceil(input / stride)`` entries; an odd one goes AFTER, as in
    PyTorch and TensorFlow), ``"full"`` (every window that touches the input).
``dilation``
    The distance between neighbouring taps of the kernel; 1 is a solid kernel.

>>> from convviz import geometry
>>> geometry.conv_output_size(7, 3, stride=2, padding=1)
4
>>> geometry.taps(0, 7, 3, stride=2, padding=1)
(None, 0, 1)
"""

from convviz.geometry._integers import integer, per_axis
from convviz.geometry._padding import (
    PADDING_MODES,
    effective_kernel_size,
    padded_size,
    padding_per_axis,
    padding_source,
    resolve_padding,
)
from convviz.geometry._shapes import (
    conv_output_shape,
    conv_transpose_as_convs,
    pool_output_shape,
    resolve_paddings,
    use_counts_2d,
)
from convviz.geometry._sizes import conv_output_size, pool_output_size
from convviz.geometry._stack import (
    Layer,
    ReceptiveField,
    conv_multiply_adds,
    conv_parameters,
    receptive_field,
    stack_sizes,
)
from convviz.geometry._taps import taps, unused, use_counts, users
from convviz.geometry._transpose import (
    TransposeAsConv,
    conv_transpose_as_conv,
    conv_transpose_output_size,
)

__all__ = [
    "PADDING_MODES",
    "Layer",
    "ReceptiveField",
    "TransposeAsConv",
    "conv_multiply_adds",
    "conv_output_shape",
    "conv_output_size",
    "conv_parameters",
    "conv_transpose_as_conv",
    "conv_transpose_as_convs",
    "conv_transpose_output_size",
    "effective_kernel_size",
    "integer",
    "padded_size",
    "padding_per_axis",
    "padding_source",
    "per_axis",
    "pool_output_shape",
    "pool_output_size",
    "receptive_field",
    "resolve_padding",
    "resolve_paddings",
    "stack_sizes",
    "taps",
    "unused",
    "use_counts",
    "use_counts_2d",
    "users",
]
