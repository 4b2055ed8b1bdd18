"""Layers that apply a function to each number."""

from convviz import ops
from convviz.nn.module import Module

# what a ReLU remembers that the layer before has in its own pass over the memory
_PASSED = object()


class _Activation(Module):
    """A function whose derivative is told by its output: the input need not be kept."""

    def forward(self, x):
        y = self._function(x)
        self.remember(y)
        return y

    def backward(self, dy, *, input_gradient=True):
        y = self.recall()
        return self._derivative(dy, y) if input_gradient else None

    def __repr__(self):
        return f"{type(self).__name__}()"


class ReLU(_Activation):
    """`convviz.ops.relu`.

    Examples
    --------
    >>> import numpy as np
    >>> layer = ReLU()
    >>> layer(np.float32([-1, 2])), layer.backward(np.float32([5, 5]))
    (array([0., 2.], dtype=float32), array([0., 5.], dtype=float32))
    """

    _function = staticmethod(ops.relu)

    def passed(self):
        """Take note that the layer before has done this one's work, and will on the way back."""
        self.remember(_PASSED)

    @staticmethod
    def _derivative(dy, y):
        return dy if y is _PASSED else ops.relu_backward(dy, y)


class Sigmoid(_Activation):
    """`convviz.ops.sigmoid`."""

    _function = staticmethod(ops.sigmoid)
    _derivative = staticmethod(ops.sigmoid_backward)


class Tanh(_Activation):
    """`convviz.ops.tanh`."""

    _function = staticmethod(ops.tanh)
    _derivative = staticmethod(ops.tanh_backward)


class LeakyReLU(_Activation):
    """`convviz.ops.leaky_relu` with a slope above 0 for what is negative."""

    def __init__(self, negative_slope=0.01):
        if not negative_slope > 0:
            raise ValueError(
                f"negative_slope must be above 0, got {negative_slope}: use ReLU for none"
            )
        self.negative_slope = negative_slope

    def _function(self, x):
        return ops.leaky_relu(x, self.negative_slope)

    def _derivative(self, dy, y):
        return ops.leaky_relu_backward(dy, y, self.negative_slope)

    def __repr__(self):
        return f"LeakyReLU({self.negative_slope})"
