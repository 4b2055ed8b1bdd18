"""Several layers on top of each other: sizes, receptive fields, and what a layer costs."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import prod

from convviz.geometry._integers import integer, is_sequence
from convviz.geometry._padding import effective_kernel_size, resolve_padding
from convviz.geometry._shapes import conv_output_shape
from convviz.geometry._sizes import conv_output_size, pool_output_size


@dataclass(frozen=True)
class Layer:
    """A convolution or a pooling along one axis; both count for sizes and receptive fields.

    Attributes
    ----------
    kernel_size, stride, dilation : int
    padding : int, pair (before, after), or {"valid", "same", "full"}
    ceil_mode : bool
        Counts its windows as a pooling with ``ceil_mode=True`` does.
    """

    kernel_size: int
    stride: int = 1
    padding: object = 0
    dilation: int = 1
    ceil_mode: bool = False

    def output_size(self, input_size):
        """Number of outputs for `input_size` inputs.

        >>> Layer(3, stride=2, padding=1).output_size(7)
        4
        """
        options = {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}
        if self.ceil_mode:
            return pool_output_size(input_size, self.kernel_size, ceil_mode=True, **options)
        return conv_output_size(input_size, self.kernel_size, **options)


@dataclass(frozen=True)
class ReceptiveField:
    """What the outputs of a stack of layers see of the input, along one axis.

    Attributes
    ----------
    size : int
        Width of the stretch of input that one output can see.
    jump : int
        How far that stretch moves from one output to the next.
    start : int
        Input index where the stretch of output 0 begins; negative when it begins in the padding.
    """

    size: int
    jump: int
    start: int

    def interval(self, output_index):
        """First and last input index that an output sees (they may lie in the padding).

        >>> ReceptiveField(size=5, jump=2, start=-1).interval(3)
        (5, 9)
        """
        first = self.start + self.jump * output_index
        return first, first + self.size - 1


def _as_layer(position, layer):
    if isinstance(layer, Layer):
        return layer
    if not isinstance(layer, Mapping):
        raise TypeError(
            f"layers[{position}] must be a Layer or a mapping, got {layer!r}: "
            "write Layer(3, stride=2) or {'kernel_size': 3, 'stride': 2}"
        )
    known = [field.name for field in fields(Layer)]
    for key in layer:
        if key not in known:
            raise ValueError(f"layers[{position}] has no option {key!r}: use {', '.join(known)}")
    if "kernel_size" not in layer:
        raise ValueError(f"layers[{position}] lacks kernel_size: add it, for example 3")
    return Layer(**layer)


def stack_sizes(input_size, layers):
    """Sizes on the way through a stack of layers, the input's own first.

    Parameters
    ----------
    input_size : int
    layers : sequence of Layer or of mappings with the same names

    Examples
    --------
    >>> stack_sizes(32, [Layer(3), Layer(3), Layer(5)])
    (32, 30, 28, 24)
    """
    sizes = [integer("input_size", input_size, 1, "an axis has one entry or more")]
    for position, layer in enumerate(layers):
        try:
            sizes.append(_as_layer(position, layer).output_size(sizes[-1]))
        except ValueError as error:
            raise ValueError(f"layer {position}: {error}") from None
    return tuple(sizes)


def receptive_field(layers, *, input_size=None):
    """Receptive field of the outputs of a stack of layers, along one axis.

    A layer whose kernel reaches over ``k_eff`` entries widens the field by ``(k_eff − 1)·jump``,
    moves its start back by ``p_before·jump``, and multiplies the jump by its stride.

    Parameters
    ----------
    layers : sequence of Layer or of mappings with the same names
        The first one reads the input. Pooling layers count like convolutions.
    input_size : int, optional
        Needed only where ``padding="same"`` meets a stride above 1, as the padding then depends
        on it. When given, every layer must fit.

    Returns
    -------
    ReceptiveField

    Raises
    ------
    TypeError
        When an entry is neither a Layer nor a mapping.
    ValueError
        When an option is unknown or wrong, or `input_size` is needed.

    Examples
    --------
    Two 3×3 convolutions see 5×5; a pooling of 2 with stride 2 between them makes it 8×8:

    >>> receptive_field([Layer(3), Layer(3)])
    ReceptiveField(size=5, jump=1, start=0)
    >>> receptive_field([Layer(3), Layer(2, stride=2), Layer(3, padding=1)])
    ReceptiveField(size=8, jump=2, start=-2)
    """
    layers = [_as_layer(position, layer) for position, layer in enumerate(layers)]
    sizes = None if input_size is None else stack_sizes(input_size, layers)
    size, jump, start = 1, 1, 0
    for position, layer in enumerate(layers):
        if sizes is None and layer.padding == "same" and layer.stride != 1:
            raise ValueError(
                f'layer {position}: padding="same" with stride {layer.stride} depends on the '
                "size of its input: give input_size"
            )
        before, _ = resolve_padding(
            layer.padding,
            # a stride of 1 pads "same" alike for every size
            sizes[position] if sizes else 1,
            layer.kernel_size,
            stride=layer.stride,
            dilation=layer.dilation,
        )
        size += (effective_kernel_size(layer.kernel_size, layer.dilation) - 1) * jump
        start -= before * jump
        jump *= integer("stride", layer.stride, 1, "use 1 to visit every position")
    return ReceptiveField(size, jump, start)


def conv_parameters(kernel_shape, *, in_channels, out_channels, groups=1, bias=True):
    """Number of weights and biases of a convolution layer; the input's size plays no part.

    ``out_channels · (prod(kernel_shape) · in_channels / groups + 1)``, the 1 being the bias.

    Parameters
    ----------
    kernel_shape : tuple of int
        One entry per axis: ``(5, 5)`` for a 5×5 filter.
    in_channels, out_channels, groups : int
    bias : bool

    Examples
    --------
    >>> conv_parameters((5, 5), in_channels=3, out_channels=6)
    456
    """
    taps = _weights_per_output(kernel_shape, in_channels, out_channels, groups)
    return out_channels * (taps + bool(bias))


def conv_multiply_adds(
    input_shape,
    kernel_shape,
    *,
    in_channels,
    out_channels,
    groups=1,
    stride=1,
    padding=0,
    dilation=1,
):
    """Number of multiply-adds of a convolution layer for one input: outputs times taps.

    Padding counts like input, and the bias does not count.

    Parameters
    ----------
    input_shape, kernel_shape : tuple of int
        One entry per axis, without the channels.
    in_channels, out_channels, groups : int
    stride, padding, dilation
        As for `conv_output_shape`.

    Examples
    --------
    >>> conv_multiply_adds((32, 32), (5, 5), in_channels=3, out_channels=6)
    352800
    """
    taps = _weights_per_output(kernel_shape, in_channels, out_channels, groups)
    outputs = conv_output_shape(
        input_shape, kernel_shape, stride=stride, padding=padding, dilation=dilation
    )
    return prod(outputs) * out_channels * taps


def _weights_per_output(kernel_shape, in_channels, out_channels, groups):
    if not is_sequence(kernel_shape):
        raise TypeError(
            f"kernel_shape must have an entry for each axis, got {kernel_shape!r}: "
            f"write ({kernel_shape}, {kernel_shape}) for a square filter"
        )
    for side in kernel_shape:
        integer("kernel_shape", side, 1, "a kernel has one weight or more")
    parts = integer("groups", groups, 1, "use 1 for a filter that sees every channel")
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        integer(name, channels, 1, "there is one channel or more")
        if channels % parts:
            raise ValueError(
                f"groups must divide {name}, got groups {parts} and {name} {channels}: "
                f"use a divisor of {channels}"
            )
    return prod(kernel_shape) * (in_channels // parts)
