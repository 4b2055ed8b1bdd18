"""Layers that normalise."""

import numpy as np

from convviz import geometry, ops
from convviz.nn import init
from convviz.nn.module import Module
from convviz.nn.parameter import Parameter
from convviz.ops import _norm


class BatchNorm(Module):
    """`convviz.ops.batch_norm` for inputs (N, C) or (N, C, ...), with running statistics.

    Parameters
    ----------
    num_features : int
        How many channels there are.
    eps, momentum : float
        As for `convviz.ops.batch_norm`.

    Examples
    --------
    >>> layer = BatchNorm(1, eps=0)
    >>> layer(np.float32([[1], [2], [6]])).ravel().round(3)
    array([-0.926, -0.463,  1.389], dtype=float32)
    >>> layer.running_mean, layer.eval()(np.float32([[0.3]])).item()
    (array([0.3], dtype=float32), 0.0)
    """

    buffers = ("running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        count = geometry.integer("num_features", num_features, 1, "an input has one channel")
        self.num_features, self.eps, self.momentum = count, eps, momentum
        self.weight = Parameter((count,), init.ones)
        self.bias = Parameter((count,), init.zeros)
        self.running_mean = np.zeros(count, np.float32)
        self.running_var = np.ones(count, np.float32)

    def forward(self, x):
        return self.forward_and(x)

    def forward_and(self, x, plus=None, relu=False):
        """`forward`, then ``+ plus``, then a ReLU: see `_finish`."""
        per_channel = self.weight.data, self.bias.data, self.running_mean, self.running_var
        options = {"momentum": self.momentum, "eps": self.eps, "training": self.training}
        y, found = _norm.finished(x, per_channel, plus, relu, **options)
        if self.training:
            self.running_mean, self.running_var = found.running_mean, found.running_var
        self.remember(x, found, self.training, y if relu else None)
        return y

    def backward(self, dy, *, input_gradient=True):
        x, found, training, y = self.recall()
        dx, dweight, dbias = _norm.finished_backward(
            dy, x, self.weight.data, found, y, training=training, eps=self.eps
        )
        self.weight.accumulate(dweight)
        self.bias.accumulate(dbias)
        return dx

    def output_shape(self, shape):
        if not shape or shape[0] != self.num_features:
            raise ValueError(
                f"{self!r} needs samples of {self.num_features} channels, got shape "
                f"{tuple(shape)}: change num_features"
            )
        return tuple(shape)

    def __repr__(self):
        return f"BatchNorm({self.num_features})"


class LocalResponseNorm(Module):
    """`convviz.ops.local_response_norm`: channels next to each other compete.

    AlexNet's (Krizhevsky, Sutskever and Hinton 2012) is ``LocalResponseNorm(5, alpha=5e-4, k=2)``,
    as `alpha` is divided by the size here, as in PyTorch.
    """

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        self.size, self.options = size, {"alpha": alpha, "beta": beta, "k": k}

    def forward(self, x):
        self.remember(x)
        return ops.local_response_norm(x, self.size, **self.options)

    def backward(self, dy, *, input_gradient=True):
        x = self.recall()
        return ops.local_response_norm_backward(dy, x, self.size, **self.options)

    def __repr__(self):
        return f"LocalResponseNorm({self.size})"
