"""One step of training: as one compiled chain where a network allows it, layer by layer elsewhere.

Both change the parameters alike, up to the last digits of sums.
"""

import numpy as np

from convviz.nn import activation, containers, conv, dense, loss, optim, pool
from convviz.ops import chain, links


def step_of(net, measure, optimizer, shape, max_grad_norm):
    """Return a function (x, target) → (loss, how many right, of how many) that trains `net`.

    The numbers of answers are None where targets are no classes.
    """
    made = chain_of(net, shape) if type(measure) is loss.CrossEntropyLoss else None
    mine = {id(parameter) for parameter in optimizer.parameters}
    whole = mine == {id(parameter) for parameter in net.parameters()}
    if made is None or not whole or len(made.shapes[-1]) != 1:
        return _Layers(net, measure, optimizer, max_grad_norm)
    kind = _Chain if type(optimizer) is optim.SGD and max_grad_norm is None else _Gradients
    return kind(made, optimizer, max_grad_norm)


def chain_of(net, shape):
    """Return `net` as a `convviz.ops.Chain` for samples of `shape`, or None if it is none."""
    layers = list(_layers(net))
    found = [_link(layer) for layer in layers]
    if None in found or not any(layer.parameters() for layer in layers) or len(shape) not in (1, 3):
        return None
    return chain.Chain(found, tuple(shape))


def _layers(net):
    """The layers of sequences within sequences; dropout that does nothing is left out."""
    if isinstance(net, containers.Sequential):
        for part in net:
            yield from _layers(part)
    elif not isinstance(net, dense.Identity):
        yield net


def _link(layer):
    """The description of a layer for a chain, or None."""
    make = _LINKS.get(type(layer))
    return make(layer) if make else None


def _conv_link(layer):
    if layer.padding_mode != "zeros":
        return None
    options = layer.stride, layer.padding, layer.dilation, layer.groups
    return links.Conv2d(layer.out_channels, layer.kernel_size, *options, layer.bias is not None)


_LINKS = {
    conv.Conv2d: _conv_link,
    dense.Linear: lambda layer: links.Linear(layer.out_features, layer.bias is not None),
    dense.Flatten: lambda layer: links.Flatten(),
    activation.ReLU: lambda layer: links.ReLU(),
    activation.LeakyReLU: lambda layer: links.LeakyReLU(layer.negative_slope),
    activation.Sigmoid: lambda layer: links.Sigmoid(),
    activation.Tanh: lambda layer: links.Tanh(),
    pool.MaxPool2d: lambda layer: links.MaxPool2d(
        layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.ceil_mode
    ),
    pool.AvgPool2d: lambda layer: links.AvgPool2d(
        layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode, layer.count_include_pad
    ),
}


class _Chain:
    """Gradient descent within the chain: parameters are updated as gradients are made."""

    def __init__(self, made, optimizer, max_grad_norm):
        self.chain, self.optimizer = made, optimizer

    def __call__(self, x, target):
        optimizer = self.optimizer
        found = self.chain.train_step(
            x, target, optimizer.flat.data, optimizer.velocity, rate=optimizer.lr,
            momentum=optimizer.momentum, weight_decay=optimizer.weight_decay,
            nesterov=optimizer.nesterov, count_correct=True,
        )  # fmt: skip
        optimizer.steps += 1
        return *found, len(x)


class _Gradients:
    """Gradients by the chain, for any optimiser."""

    def __init__(self, made, optimizer, max_grad_norm):
        self.chain, self.optimizer, self.longest = made, optimizer, max_grad_norm

    def __call__(self, x, target):
        flat, optimizer = self.optimizer.flat, self.optimizer
        value, gradients, correct = self.chain.loss_and_gradients(
            x, target, flat.data, count_correct=True
        )
        optimizer.zero_grad()
        for parameter, gradient in zip(flat.parameters, gradients, strict=True):
            parameter.accumulate(gradient)
        if self.longest is not None:
            optim.clip_grad_norm(flat.parameters, self.longest)
        optimizer.step()
        return value, correct, len(x)


class _Layers:
    """Forward, backward and the optimiser's step, one layer after another."""

    def __init__(self, net, measure, optimizer, max_grad_norm):
        self.net, self.measure, self.optimizer = net, measure, optimizer
        self.longest = max_grad_norm

    def __call__(self, x, target):
        outputs = self.net(x)
        value = float(self.measure(outputs, target))
        if np.isfinite(value):
            self.optimizer.zero_grad()
            self.net.backward(self.measure.backward(), input_gradient=False)
            if self.longest is not None:
                optim.clip_grad_norm(self.optimizer.parameters, self.longest)
            self.optimizer.step()
        return value, *count_correct(outputs, target)


def count_correct(outputs, target):
    """How many of how many answers are right; None, None where targets are no classes.

    A network with several heads counts those of its first head with classes.
    """
    if isinstance(outputs, dict):
        counts = (count_correct(outputs[name], target[name]) for name in outputs)
        return next((found for found in counts if found[0] is not None), (None, None))
    if np.asarray(target).dtype.kind not in "iu":
        return None, None
    return int((outputs.argmax(axis=1) == target).sum()), int(np.size(target))
