"""Layers without places: dense ones, and those that act on each number or each channel."""

import numpy as np

from convviz import geometry, ops
from convviz.nn import init
from convviz.nn.module import Module
from convviz.nn.parameter import Parameter
from convviz.nn.seeds import next_seed
from convviz.ops import affine as _affine


class Linear(Module):
    """`convviz.ops.linear` with weights of its own: every output sees every feature.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
    draw : function shape → draw, optional
        How weights begin, from `convviz.nn.init`; the bias begins at 0 then.

    Examples
    --------
    >>> layer = Linear(84, 10)
    >>> layer, layer.multiply_adds((84,)), sum(p.size for p in layer.parameters())
    (Linear(84→10), 840, 850)
    """

    def __init__(self, in_features, out_features, bias=True, *, draw=init.plain_uniform):
        count = geometry.integer
        self.in_features = count("in_features", in_features, 1, "a layer has one input or more")
        self.out_features = count("out_features", out_features, 1, "a layer has one output or more")
        shape = (self.out_features, self.in_features)
        self.weight = Parameter(shape, draw(shape))
        bound = init.plain_uniform(shape) if draw is init.plain_uniform else init.zeros
        self.bias = Parameter((self.out_features,), bound) if bias else None

    def forward(self, x):
        self.remember(x)
        return ops.linear(x, self.weight.data, None if self.bias is None else self.bias.data)

    def backward(self, dy, *, input_gradient=True):
        x = self.recall()
        dx, dw, db = ops.linear_backward(dy, x, self.weight.data)
        self.weight.accumulate(dw)
        if self.bias is not None:
            self.bias.accumulate(db)
        return dx

    def output_shape(self, shape):
        if not shape or shape[-1] != self.in_features:
            raise ValueError(
                f"{self!r} needs samples of {self.in_features} features, got shape "
                f"{tuple(shape)}: put Flatten before it, or change in_features"
            )
        return (*shape[:-1], self.out_features)

    def multiply_adds(self, shape):
        return self.weight.size

    def windows(self):
        return None

    def __repr__(self):
        return f"Linear({self.in_features}→{self.out_features})"


class Identity(Module):
    """What comes in goes out: a branch that does nothing."""

    def forward(self, x):
        return x

    def backward(self, dy, *, input_gradient=True):
        return dy

    def __repr__(self):
        return "Identity()"


class Flatten(Module):
    """All channels and places of a sample as one line of features.

    >>> Flatten().output_shape((16, 5, 5))
    (400,)
    """

    def forward(self, x):
        self.remember(x.shape)
        return x.reshape(len(x), -1)

    def backward(self, dy, *, input_gradient=True):
        return dy.reshape(self.recall())

    def output_shape(self, shape):
        count = 1
        for size in shape:
            count *= size
        return (count,)

    def __repr__(self):
        return "Flatten()"


class Dropout(Module):
    """`convviz.ops.dropout`: in training, each number is forgotten with probability `p`.

    Its draws begin anew with `nn.manual_seed`, like the weights.

    Examples
    --------
    >>> x = np.ones((1, 1000), np.float32)
    >>> layer = Dropout(0.5)
    >>> bool(abs(layer(x).mean() - 1) < 0.1), layer.eval()(x).mean()
    (True, np.float32(1.0))
    """

    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(f"p must be from 0 (keep all) to 1 (drop all), got {p}: use 0.5")
        self.p, self.generator = p, np.random.default_rng(next_seed())

    def forward(self, x):
        if not self.training:
            self.remember(None, None)
            return x
        y, mask = ops.dropout(x, self.p, generator=self.generator)
        self.remember(mask, None)
        return y

    def backward(self, dy, *, input_gradient=True):
        mask, _ = self.recall()
        return dy if mask is None else ops.dropout_backward(dy, mask)

    def __repr__(self):
        return f"Dropout({self.p})"
