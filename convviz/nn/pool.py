"""Layers that pool, and one that undoes it."""

from fractions import Fraction

from convviz import geometry, ops
from convviz.nn._repr import unusual
from convviz.nn.module import Module


class _Pool(Module):
    """What poolings of windows have in common; `axes` is how many axes they slide along."""

    axes = 2
    padding, dilation = 0, 1

    def _set(self, kernel_size, stride, ceil_mode):
        size = geometry.per_axis("kernel_size", kernel_size, self.axes, 1, "1 is the least")
        stride = kernel_size if stride is None else stride
        self.kernel_size = size
        self.stride = geometry.per_axis("stride", stride, self.axes, 1, "1 is the least")
        self.ceil_mode = ceil_mode

    def output_shape(self, shape):
        if len(shape) != self.axes + 1:
            raise ValueError(
                f"{self!r} needs samples of planes with {self.axes} axes, got shape "
                f"{tuple(shape)}: put it before Flatten"
            )
        options = {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}
        places = geometry.pool_output_shape(
            tuple(shape[1:]), self.kernel_size, **options, ceil_mode=self.ceil_mode
        )
        return (shape[0], *places)

    def windows(self):
        paddings = geometry.padding_per_axis(self.padding, self.axes)
        dilations = geometry.per_axis("dilation", self.dilation, self.axes, 1, "1 is the least")
        pairs = zip(self.kernel_size, self.stride, paddings, dilations, strict=True)
        return tuple(geometry.Layer(*options, ceil_mode=self.ceil_mode) for options in pairs)

    def __repr__(self):
        # side by side is usual
        usual = {"padding": 0, "dilation": 1, "ceil_mode": False}
        if self.stride != self.kernel_size:
            usual = {"stride": None, **usual}
        size = "×".join(map(str, self.kernel_size))
        return f"{type(self).__name__}({size}{unusual(self, **usual)})"


class _MaxPool(_Pool):
    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
        self._set(kernel_size, stride, ceil_mode)
        self.padding, self.dilation = padding, dilation
        self.indices = self.input_size = None

    def output_shape(self, shape):
        self.input_size = tuple(shape[1:])
        return super().output_shape(shape)

    def forward(self, x):
        forward = getattr(ops, f"max_pool{self.axes}d")
        options = {"padding": self.padding, "dilation": self.dilation, "ceil_mode": self.ceil_mode}
        y, indices = forward(x, self.kernel_size, self.stride, **options, return_indices=True)
        self.indices, self.input_size = indices, x.shape[2:]
        self.remember(indices, x.shape)
        return y

    def backward(self, dy, *, input_gradient=True):
        indices, shape = self.recall()
        if not input_gradient:
            return None
        return getattr(ops, f"max_pool{self.axes}d_backward")(dy, indices, shape)


class MaxPool2d(_MaxPool):
    """`convviz.ops.max_pool2d`; `indices` holds where the last maxima were, for `MaxUnpool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> pool = MaxPool2d(2)
    >>> x = np.float32([[[[1, 5], [3, 2]]]])
    >>> pool(x).item(), pool.indices.item(), pool.backward(np.float32([[[[7]]]])).tolist()
    (5.0, 1, [[[[0.0, 7.0], [0.0, 0.0]]]])
    """


class MaxPool1d(_MaxPool):
    """`convviz.ops.max_pool1d`."""

    axes = 1


class MaxPool3d(_MaxPool):
    """`convviz.ops.max_pool3d`."""

    axes = 3


class _AvgPool(_Pool):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False,
                 count_include_pad=True):  # fmt: skip
        self._set(kernel_size, stride, ceil_mode)
        self.padding, self.count_include_pad = padding, count_include_pad

    def _options(self):
        return {
            "padding": self.padding,
            "ceil_mode": self.ceil_mode,
            "count_include_pad": self.count_include_pad,
        }

    def forward(self, x):
        self.remember(x.shape)
        forward = getattr(ops, f"avg_pool{self.axes}d")
        return forward(x, self.kernel_size, self.stride, **self._options())

    def backward(self, dy, *, input_gradient=True):
        shape = self.recall()
        if not input_gradient:
            return None
        backward = getattr(ops, f"avg_pool{self.axes}d_backward")
        return backward(dy, shape, self.kernel_size, self.stride, **self._options())


class AvgPool2d(_AvgPool):
    """`convviz.ops.avg_pool2d`.

    Examples
    --------
    >>> AvgPool2d(2).output_shape((6, 28, 28))
    (6, 14, 14)
    """


class AvgPool1d(_AvgPool):
    """`convviz.ops.avg_pool1d`."""

    axes = 1


class AvgPool3d(_AvgPool):
    """`convviz.ops.avg_pool3d`."""

    axes = 3


class LPPool2d(_Pool):
    """`convviz.ops.lp_pool2d`: the power mean of Sermanet, Chintala and LeCun (2012) as an option.

    Examples
    --------
    >>> import numpy as np
    >>> LPPool2d(2, 2)(np.float32([[[[3, 4], [0, 0]]]])).item()
    5.0
    """

    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False, *, power_mean=False):
        self._set(kernel_size, stride, ceil_mode)
        self.norm_type, self.power_mean = norm_type, power_mean

    def _arguments(self):
        options = {"ceil_mode": self.ceil_mode, "power_mean": self.power_mean}
        return (self.norm_type, self.kernel_size, self.stride), options

    def forward(self, x):
        self.remember(x)
        arguments, options = self._arguments()
        return ops.lp_pool2d(x, *arguments, **options)

    def backward(self, dy, *, input_gradient=True):
        x = self.recall()
        arguments, options = self._arguments()
        return ops.lp_pool2d_backward(dy, x, *arguments, **options) if input_gradient else None


class AdaptiveAvgPool2d(Module):
    """`convviz.ops.adaptive_avg_pool2d`: means over as many windows as are asked for.

    Examples
    --------
    >>> AdaptiveAvgPool2d(1).output_shape((512, 7, 7))
    (512, 1, 1)
    """

    def __init__(self, output_size):
        self.output_size = geometry.per_axis("output_size", output_size, 2, 1, "1 is the least")

    def forward(self, x):
        self.remember(x.shape)
        return ops.adaptive_avg_pool2d(x, self.output_size)

    def backward(self, dy, *, input_gradient=True):
        shape = self.recall()
        return ops.adaptive_avg_pool2d_backward(dy, shape) if input_gradient else None

    def output_shape(self, shape):
        return (shape[0], *self.output_size)

    def windows(self):
        return None

    def __repr__(self):
        return f"AdaptiveAvgPool2d({'×'.join(map(str, self.output_size))})"


class SpatialPyramidPool2d(Module):
    """`convviz.ops.spatial_pyramid_pool`: features of one length from maps of any size.

    He, Zhang, Ren and Sun (2014).

    Examples
    --------
    >>> SpatialPyramidPool2d((4, 2, 1)).output_shape((256, 13, 9))
    (5376,)
    """

    def __init__(self, levels=(4, 2, 1), *, mode="max"):
        self.levels, self.mode = tuple(levels), mode

    def forward(self, x):
        self.remember(x)
        return ops.spatial_pyramid_pool(x, self.levels, mode=self.mode)

    def backward(self, dy, *, input_gradient=True):
        x = self.recall()
        if not input_gradient:
            return None
        return ops.spatial_pyramid_pool_backward(dy, x, self.levels, mode=self.mode)

    def output_shape(self, shape):
        return (shape[0] * sum(level * level for level in self.levels),)

    def windows(self):
        return None


class MaxUnpool2d(Module):
    """Put each number back where a `MaxPool2d` found its maximum; zeros elsewhere.

    Parameters
    ----------
    pool : MaxPool2d
        Its last forward pass says where, and how large the result is (Badrinarayanan, Kendall and
        Cipolla 2017).

    Examples
    --------
    >>> import numpy as np
    >>> pool = MaxPool2d(2)
    >>> back = MaxUnpool2d(pool)
    >>> back, back(pool(np.float32([[[[1, 5], [3, 2]]]]))).tolist()
    (MaxUnpool2d(2×2), [[[[0.0, 5.0], [0.0, 0.0]]]])
    """

    def __init__(self, pool):
        if not isinstance(pool, MaxPool2d):
            raise TypeError(f"pool must be a MaxPool2d, got {pool!r}: pass the layer itself")
        self._pool = (pool,)  # not a part of this layer

    @property
    def pool(self):
        return self._pool[0]

    def forward(self, x):
        pool = self.pool
        if pool.indices is None:
            raise RuntimeError("MaxUnpool2d needs a forward pass of its MaxPool2d before it")
        self.remember(pool.indices)
        options = {"padding": pool.padding, "output_size": pool.input_size}
        return ops.max_unpool2d(x, pool.indices, pool.kernel_size, pool.stride, **options)

    def backward(self, dy, *, input_gradient=True):
        indices = self.recall()
        return ops.max_unpool2d_backward(dy, indices) if input_gradient else None

    def output_shape(self, shape):
        size = zip(shape[1:], self.pool.kernel_size, self.pool.stride, strict=True)
        if self.pool.input_size is not None:
            return (shape[0], *self.pool.input_size)
        return (shape[0], *((count - 1) * stride + kernel for count, kernel, stride in size))

    def reach(self, fields):
        if fields is None:
            return None
        pairs = zip(fields, self.pool.stride, strict=True)
        return [(size, Fraction(jump, stride)) for (size, jump), stride in pairs]

    def __repr__(self):
        return repr(self.pool).replace("MaxPool2d", "MaxUnpool2d")
