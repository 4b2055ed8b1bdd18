"""Layers that slide filters."""

from fractions import Fraction

from convviz import geometry, ops
from convviz.nn import init
from convviz.nn._repr import unusual
from convviz.nn.module import Module
from convviz.nn.parameter import Parameter
from convviz.ops import _norm, activation
from convviz.ops import conv as _conv

# larger than any kernel: what does not fit there fits nowhere
_LARGE = 1 << 30


class _Filters(Module):
    """What convolutions of any kind have in common; `axes` is how many axes they slide along."""

    axes = 2
    # what `repr` leaves out
    _usual = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}

    def _set(self, in_channels, out_channels, kernel_size, stride, dilation, groups):
        count = geometry.integer
        self.in_channels = count("in_channels", in_channels, 1, "an input has one channel or more")
        self.out_channels = count("out_channels", out_channels, 1, "a layer has one filter")
        self.groups = count("groups", groups, 1, "use 1 for filters that see all channels")
        for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % self.groups:
                raise ValueError(
                    f"{name} must be a multiple of groups={groups}, got {channels}: "
                    "each group has as many channels as any other"
                )
        self.kernel_size = self._per_axis("kernel_size", kernel_size)
        self.stride = self._per_axis("stride", stride)
        self.dilation = self._per_axis("dilation", dilation)

    def _per_axis(self, name, value, least=1):
        return geometry.per_axis(name, value, self.axes, least, f"{least} is the least")

    def _make(self, weight_shape, bias, draw):
        self.weight = Parameter(weight_shape, draw(weight_shape))
        # with the same bound as its filter
        bound = init.plain_uniform(weight_shape) if draw is init.plain_uniform else init.zeros
        self.bias = Parameter((self.out_channels,), bound) if bias else None

    def _places(self, shape):
        """The sizes of a sample's planes, without its channels."""
        if len(shape) != self.axes + 1 or shape[0] != self.in_channels:
            raise ValueError(
                f"{self!r} needs samples of {self.in_channels} channels and {self.axes} axes, "
                f"got shape {tuple(shape)}: change in_channels or the layer before"
            )
        return tuple(shape[1:])

    def _add(self, dw, db):
        self.weight.accumulate(dw)
        if self.bias is not None:
            self.bias.accumulate(db)

    def _bias(self):
        return None if self.bias is None else self.bias.data

    def __repr__(self):
        size = "×".join(map(str, self.kernel_size))
        more = unusual(self, **self._usual)
        return f"{type(self).__name__}({self.in_channels}→{self.out_channels}, {size}{more})"


class _Conv(_Filters):
    _usual = {**_Filters._usual, "padding_mode": "zeros"}

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
        bias=True, padding_mode="zeros", *, draw=init.plain_uniform,
    ):  # fmt: skip
        self._set(in_channels, out_channels, kernel_size, stride, dilation, groups)
        self.padding, self.padding_mode = padding, padding_mode
        # words and pairs are checked now, not by the first batch
        geometry.resolve_paddings(
            padding, (_LARGE,) * self.axes, self.kernel_size, stride=self.stride,
            dilation=self.dilation, padding_mode=padding_mode,
        )  # fmt: skip
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        self._make(shape, bias, draw)

    def _options(self):
        return self.stride, self.padding, self.dilation, self.groups, self.padding_mode, 0.0

    def forward(self, x):
        return self.forward_and(x)

    def forward_and(self, x, plus=None, relu=False):
        """`forward`, then ``+ plus``, then a ReLU: see `_finish`."""
        bias = self._bias()
        y = _conv.forward(self.axes, x, self.weight.data, bias, self._options(), False)
        if plus is not None:
            y += plus
        if relu:
            y = activation.relu_in_place(y)
        self.remember(x, y if relu else None)
        return y

    def backward(self, dy, *, input_gradient=True):
        (x, y), db = self.recall(), None
        if y is not None:
            dy, db = _norm.relu_backward(dy, y)
        wanted = {"input_too": input_gradient, "bias_too": self.bias is not None and db is None}
        dx, dw, sums = _conv.backward(
            self.axes, dy, x, self.weight.data, self._options(), False, **wanted
        )
        self._add(dw, sums if db is None else db)
        return dx

    def output_shape(self, shape):
        options = {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}
        places = geometry.conv_output_shape(self._places(shape), self.kernel_size, **options)
        return (self.out_channels, *places)

    def multiply_adds(self, shape):
        _, *places = self.output_shape(shape)
        count = self.weight.size
        for size in places:
            count *= size
        return count

    def windows(self):
        paddings = geometry.padding_per_axis(self.padding, self.axes)
        pairs = zip(self.kernel_size, self.stride, paddings, self.dilation, strict=True)
        return tuple(geometry.Layer(*options) for options in pairs)


class Conv2d(_Conv):
    """`convviz.ops.conv2d` with filters of its own.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, padding, dilation, groups, padding_mode
        As for `convviz.ops.conv2d`.
    bias : bool
        Whether each filter adds a number of its own.
    draw : function shape → draw, optional
        How filters begin, from `convviz.nn.init`; the bias begins at 0 then.

    Raises
    ------
    TypeError, ValueError
        When an option is out of range, or `groups` does not divide the channels.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Conv2d(1, 6, 5)
    >>> layer, layer.weight.shape, layer.output_shape((1, 32, 32))
    (Conv2d(1→6, 5×5), (6, 1, 5, 5), (6, 28, 28))
    >>> y = layer(np.zeros((2, 1, 32, 32), np.float32))
    >>> layer.backward(y).shape, layer.bias.grad.shape
    ((2, 1, 32, 32), (6,))
    """


class Conv1d(_Conv):
    """`convviz.ops.conv1d` with filters of its own; parameters as for `Conv2d`.

    Examples
    --------
    >>> Conv1d(2, 3, 5, dilation=2).output_shape((2, 100))
    (3, 92)
    """

    axes = 1


class Conv3d(_Conv):
    """`convviz.ops.conv3d` with filters of its own; parameters as for `Conv2d`.

    Examples
    --------
    >>> Conv3d(1, 4, 3, padding=1).output_shape((1, 8, 16, 16))
    (4, 8, 16, 16)
    """

    axes = 3


class ConvTranspose2d(_Filters):
    """`convviz.ops.conv_transpose2d` with filters of its own.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, padding, output_padding, groups, dilation
        As for `convviz.ops.conv_transpose2d`.
    bias : bool
    draw : function shape → draw, optional
        As for `Conv2d`; weights have the shape (C_in, C_out/groups, kH, kW).

    Examples
    --------
    >>> ConvTranspose2d(64, 32, 4, stride=2, padding=1).output_shape((64, 8, 8))
    (32, 16, 16)
    """

    _usual = {**_Filters._usual, "output_padding": 0}

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0,
        groups=1, bias=True, dilation=1, *, draw=init.plain_uniform,
    ):  # fmt: skip
        self._set(in_channels, out_channels, kernel_size, stride, dilation, groups)
        self.padding = self._per_axis("padding", padding, 0)
        self.output_padding = self._per_axis("output_padding", output_padding, 0)
        shape = (self.in_channels, self.out_channels // self.groups, *self.kernel_size)
        self._make(shape, bias, draw)

    def _options(self):
        names = "stride", "padding", "output_padding", "dilation", "groups"
        return {name: getattr(self, name) for name in names}

    def forward(self, x):
        self.remember(x)
        return ops.conv_transpose2d(x, self.weight.data, self._bias(), **self._options())

    def backward(self, dy, *, input_gradient=True):
        x = self.recall()
        dx, dw, db = ops.conv_transpose2d_backward(dy, x, self.weight.data, **self._options())
        self._add(dw, db)
        return dx

    def output_shape(self, shape):
        sizes = zip(
            self._places(shape), self.kernel_size, self.stride, self.padding, self.output_padding,
            self.dilation, strict=True,
        )  # fmt: skip
        names = "stride", "padding", "output_padding", "dilation"
        places = [
            geometry.conv_transpose_output_size(size, kernel, **dict(zip(names, rest, strict=True)))
            for size, kernel, *rest in sizes
        ]
        return (self.out_channels, *places)

    def multiply_adds(self, shape):
        count = self.weight.size
        for size in self._places(shape):
            count *= size
        return count

    def reach(self, fields):
        if fields is None:
            return None
        # an output gets something from every stride-th tap
        sizes = zip(fields, self.kernel_size, self.stride, strict=True)
        return [
            (size + (-(-kernel // stride) - 1) * jump, Fraction(jump, stride))
            for (size, jump), kernel, stride in sizes
        ]
