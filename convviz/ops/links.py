"""The links of a `convviz.ops.Chain`: what each operation does to shapes, and what it learns.

A link is a description, no more: it holds no array. The names are those of the layers of networks,
the options those of the operation of the same name (`Conv2d` of `convviz.ops.conv2d`).
"""

import math
from dataclasses import dataclass

from convviz import geometry
from convviz.ops import _check, _plan, _pool_plan


def _planes(shape):
    if len(shape) != 3:
        raise ValueError(
            f"it needs planes (C, H, W), got features of shape {shape}: "
            "put it before Flatten, or give the chain an input_shape of three numbers"
        )
    return shape


@dataclass(frozen=True)
class Conv2d:
    """`convviz.ops.conv2d` with zeros as padding.

    Parameters
    ----------
    out_channels : int
        How many filters there are.
    kernel_size, stride, padding, dilation, groups
        As for `conv2d`.
    bias : bool
        Whether each filter adds a number of its own.

    Examples
    --------
    >>> Conv2d(6, 5).output_shape((1, 32, 32))
    (6, 28, 28)
    """

    out_channels: int
    kernel_size: int | tuple
    stride: int | tuple = 1
    padding: int | str | tuple = 0
    dilation: int | tuple = 1
    groups: int = 1
    bias: bool = True

    def parameter_shapes(self, shape):
        maps = geometry.integer("out_channels", self.out_channels, 1, "a layer has one filter")
        remedy = "a filter has one weight or more"
        kernel = geometry.per_axis("kernel_size", self.kernel_size, 2, 1, remedy)
        groups = geometry.integer("groups", self.groups, 1, "use 1 for filters that see all")
        weights = (maps, max(1, _planes(shape)[0] // groups), *kernel)
        return [weights, (maps,)] if _check.flag("bias", self.bias) else [weights]

    def plan(self, shape):
        """The options made canonical, for an input of `shape` (C, H, W)."""
        options = self.stride, self.padding, self.dilation, self.groups, "zeros", 0.0
        return _plan.plan_of_shapes((1, *shape), self.parameter_shapes(shape)[0], options)

    def output_shape(self, shape):
        return (self.out_channels, *self.plan(shape).output)


@dataclass(frozen=True)
class Linear:
    """`convviz.ops.linear`: every output sees every feature.

    Examples
    --------
    >>> Linear(10).parameter_shapes((84,))
    [(10, 84), (10,)]
    """

    out_features: int
    bias: bool = True

    def parameter_shapes(self, shape):
        if len(shape) != 1:
            raise ValueError(f"it needs features, got planes of shape {shape}: put Flatten before")
        features = geometry.integer("out_features", self.out_features, 1, "a layer has one output")
        weights = (features, shape[0])
        return [weights, (features,)] if _check.flag("bias", self.bias) else [weights]

    def output_shape(self, shape):
        return (self.parameter_shapes(shape)[0][0],)


class _WithoutParameters:
    def parameter_shapes(self, shape):
        return []

    def output_shape(self, shape):
        return shape


@dataclass(frozen=True)
class Flatten(_WithoutParameters):
    """All channels, rows and columns as one line of features."""

    def output_shape(self, shape):
        return (math.prod(shape),)


@dataclass(frozen=True)
class ReLU(_WithoutParameters):
    """`convviz.ops.relu`."""

    kind = "relu"


@dataclass(frozen=True)
class LeakyReLU(_WithoutParameters):
    """`convviz.ops.leaky_relu`, with a slope of 0 or more."""

    negative_slope: float = 0.01
    kind = "leaky_relu"

    def output_shape(self, shape):
        # with a negative one, the output does not tell whether the input was positive
        _check.real("negative_slope", self.negative_slope, "0 or more", lambda s: 0 <= s < math.inf)
        return shape


@dataclass(frozen=True)
class Sigmoid(_WithoutParameters):
    """`convviz.ops.sigmoid`."""

    kind = "sigmoid"


@dataclass(frozen=True)
class Tanh(_WithoutParameters):
    """`convviz.ops.tanh`."""

    kind = "tanh"


@dataclass(frozen=True)
class MaxPool2d(_WithoutParameters):
    """`convviz.ops.max_pool2d`.

    Examples
    --------
    >>> MaxPool2d(3, stride=2).output_shape((6, 28, 28))
    (6, 13, 13)
    """

    kernel_size: int | tuple
    stride: int | tuple | None = None
    padding: int | tuple = 0
    dilation: int | tuple = 1
    ceil_mode: bool = False

    def plan(self, shape):
        options = self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode
        return _pool_plan.pool_plan(_planes(shape)[1:], *options)

    def output_shape(self, shape):
        return (shape[0], *self.plan(shape).output)


@dataclass(frozen=True)
class AvgPool2d(_WithoutParameters):
    """`convviz.ops.avg_pool2d`."""

    kernel_size: int | tuple
    stride: int | tuple | None = None
    padding: int | tuple = 0
    ceil_mode: bool = False
    count_include_pad: bool = True

    def plan(self, shape):
        options = self.kernel_size, self.stride, self.padding, 1, self.ceil_mode
        return _pool_plan.pool_plan(_planes(shape)[1:], *options, self.count_include_pad)

    def output_shape(self, shape):
        return (shape[0], *self.plan(shape).output)


LINKS = (Conv2d, Linear, Flatten, ReLU, LeakyReLU, Sigmoid, Tanh, MaxPool2d, AvgPool2d)


def shapes_along(links, input_shape):
    """Return the shape before each link and after the last, without the batch.

    Raises
    ------
    TypeError, ValueError
        When something is no link, or a link does not fit what comes before it: with its number.
    """
    shapes = [_input_shape(input_shape)]
    for place, link in enumerate(links):
        if not isinstance(link, LINKS):
            known = ", ".join(kind.__name__ for kind in LINKS)
            raise TypeError(f"links[{place}] must be one of {known}, got {link!r}")
        try:
            link.parameter_shapes(shapes[-1])
            shapes.append(link.output_shape(shapes[-1]))
        except (TypeError, ValueError) as error:
            error.args = (f"links[{place}], {link}, after shape {shapes[-1]}: {error}",)
            raise
    return shapes


def _input_shape(shape):
    remedy = "use (channels, rows, columns), or (features,)"
    if not isinstance(shape, tuple) or len(shape) not in (1, 3):
        raise ValueError(f"input_shape must have 1 or 3 numbers, got {shape!r}: {remedy}")
    return tuple(geometry.integer("input_shape", size, 1, remedy) for size in shape)
