"""Layers put together: one after another, beside each other, around each other."""

import numpy as np

from convviz import ops
from convviz.nn._finish import finishes, is_relu
from convviz.nn.dense import Identity
from convviz.nn.module import Module


class _Parts(Module):
    """Modules by name; those without one are numbered."""

    def __init__(self, *parts, **named):
        numbered = {str(number): part for number, part in enumerate(parts)}
        for name, part in (numbered | named).items():
            if not isinstance(part, Module):
                raise TypeError(
                    f"{type(self).__name__} must be made of layers, got {part!r} as {name}: "
                    "write nn.ReLU(), with brackets"
                )
            if hasattr(type(self), name):
                raise ValueError(f"a part may not be called {name!r}, as {type(self).__name__} has "
                                 "that already: choose another name")  # fmt: skip
        self._parts = numbered | named

    def children(self):
        return self._parts

    def __getattr__(self, name):
        parts = self.__dict__.get("_parts", {})
        if name in parts:
            return parts[name]
        known = f"; its layers are {', '.join(parts)}" if parts else ""
        raise AttributeError(f"{type(self).__name__} has no {name!r}{known}")

    def __len__(self):
        return len(self._parts)

    def __iter__(self):
        return iter(self._parts.values())

    def __getitem__(self, which):
        if isinstance(which, str):
            return self._parts[which]
        found = list(self._parts.values())[which]
        return type(self)(*found) if isinstance(which, slice) else found

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(repr, self))})"


class Sequential(_Parts):
    """Layers one after another, given in order or by name.

    Examples
    --------
    >>> from convviz import nn
    >>> net = nn.Sequential(conv=nn.Conv2d(1, 6, 5), relu=nn.ReLU(), pool=nn.MaxPool2d(2))
    >>> net.conv, net[-1], net.output_shape((1, 32, 32))
    (Conv2d(1→6, 5×5), MaxPool2d(2×2), (6, 14, 14))
    """

    def forward(self, x):
        return self.forward_and(x)

    def forward_and(self, x, plus=None, relu=False):
        """`forward`, then ``+ plus``, then a ReLU: see `_finish`."""
        layers = list(self)
        asked = relu or plus is not None
        while layers:
            layer, *layers = layers
            if asked and not layers:
                return layer.forward_and(x, plus, relu)
            if layers and is_relu(layers[0]) and finishes(layer):
                x = layer.forward_and(x, relu=True)
                layers.pop(0).passed()
            else:
                x = layer(x)
        return x

    @property
    def _end(self):
        """The layer that `forward_and` ends with; None of an empty sequence."""
        return next(reversed(self.children().values()), None)

    def backward(self, dy, *, input_gradient=True):
        first, *rest = self
        for layer in reversed(rest):
            dy = layer.backward(dy)
        return first.backward(dy, input_gradient=input_gradient)

    def shapes(self, shape):
        """Return the shape of a sample before each layer and after the last."""
        found = [tuple(shape)]
        for name, layer in self.children().items():
            try:
                found.append(layer.output_shape(found[-1]))
            except ValueError as error:
                error.args = (f"layer {name!r}: {error}",)
                raise
        return found

    def output_shape(self, shape):
        return self.shapes(shape)[-1]

    def multiply_adds(self, shape):
        pairs = zip(self, self.shapes(shape), strict=False)
        return sum(layer.multiply_adds(before) for layer, before in pairs)


class Residual(Module):
    """``y = body(x) + shortcut(x)``: the body learns what to change (He and others 2016).

    Parameters
    ----------
    body : Module
    shortcut : Module, optional
        What brings `x` to the shape of the body's output, where that is another.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> block = nn.Residual(nn.ReLU())
    >>> block(np.float32([-1, 2])), block.backward(np.float32([1, 1]))
    (array([-1.,  4.], dtype=float32), array([1., 2.], dtype=float32))
    """

    def __init__(self, body, shortcut=None):
        self.body, self.shortcut = body, shortcut or Identity()

    def forward(self, x):
        return self.forward_and(x)

    def forward_and(self, x, plus=None, relu=False):
        """`forward`, then ``+ plus``, then a ReLU: see `_finish`."""
        around = self.shortcut(x)
        if plus is not None:
            around = around + plus
        if finishes(self.body):
            y = self.body.forward_and(x, around, relu)
        else:
            y = self.body(x) + around
            y = ops.relu(y) if relu else y
        self.remember((y if relu else None,))
        return y

    def backward(self, dy, *, input_gradient=True):
        (y,) = self.recall()
        if y is not None:
            dy = ops.relu_backward(dy, y)
        around = self.shortcut.backward(dy, input_gradient=input_gradient)
        through = self.body.backward(dy, input_gradient=input_gradient)
        return through + around if input_gradient else None

    def output_shape(self, shape):
        through, around = self.body.output_shape(shape), self.shortcut.output_shape(shape)
        if through != around:
            raise ValueError(
                f"body and shortcut must give the same shape, got {through} and {around}: "
                "give the shortcut a Conv2d with kernel_size 1 and the stride of the body"
            )
        return through

    def __repr__(self):
        return f"Residual({self.body!r}, {self.shortcut!r})"


class Concat(_Parts):
    """Branches side by side: all get the input, their channels are joined.

    The blocks of GoogLeNet (Szegedy and others 2015) are such, and with `Identity` as a branch
    those of DenseNet (Huang and others 2017).

    Examples
    --------
    >>> from convviz import nn
    >>> block = nn.Concat(nn.Conv2d(8, 4, 1), nn.Conv2d(8, 6, 3, padding=1), nn.Identity())
    >>> block.output_shape((8, 7, 7))
    (18, 7, 7)
    """

    def forward(self, x):
        found = [branch(x) for branch in self]
        self.remember([y.shape[1] for y in found])
        return np.concatenate(found, axis=1)

    def backward(self, dy, *, input_gradient=True):
        ends = np.cumsum(self.recall())[:-1]
        shares = np.split(dy, ends, axis=1)
        found = [
            branch.backward(share, input_gradient=input_gradient)
            for branch, share in zip(self, shares, strict=True)
        ]
        return sum(found[1:], found[0]) if input_gradient else None

    def output_shape(self, shape):
        found = [branch.output_shape(shape) for branch in self]
        if len({places[1:] for places in found}) > 1:
            raise ValueError(
                f"branches must give planes of one size, got {', '.join(map(str, found))}: "
                "choose padding and stride so that they agree"
            )
        return (sum(channels for channels, *_ in found), *found[0][1:])


class Product(_Parts):
    """Two branches, multiplied number by number: one says what, the other how much of it.

    The gates of WaveNet (van den Oord and others 2016) are ``tanh(…)·sigmoid(…)``.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> square = nn.Product(nn.Identity(), nn.Identity())
    >>> square(np.float32([3, 4])), square.backward(np.float32([1, 1]))
    (array([ 9., 16.], dtype=float32), array([6., 8.], dtype=float32))
    """

    def __init__(self, what, gate):
        super().__init__(what=what, gate=gate)

    def forward(self, x):
        what, gate = self.what(x), self.gate(x)
        self.remember(what, gate)
        return what * gate

    def backward(self, dy, *, input_gradient=True):
        what, gate = self.recall()
        first = self.what.backward(dy * gate, input_gradient=input_gradient)
        second = self.gate.backward(dy * what, input_gradient=input_gradient)
        return first + second if input_gradient else None

    def output_shape(self, shape):
        what, gate = self.what.output_shape(shape), self.gate.output_shape(shape)
        if what != gate:
            raise ValueError(f"both branches must give the same shape, got {what} and {gate}")
        return what


class MultiHead(_Parts):
    """One trunk, several answers: each head gets the trunk's output.

    Parameters
    ----------
    trunk : Module
    **heads : Module
        By the name of what they answer.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> net = nn.MultiHead(nn.Linear(4, 8), label=nn.Linear(8, 3), box=nn.Linear(8, 2))
    >>> found = net(np.ones((5, 4), np.float32))
    >>> found["label"].shape, found["box"].shape
    ((5, 3), (5, 2))
    >>> net.backward({"label": found["label"], "box": found["box"]}).shape
    (5, 4)
    """

    def __init__(self, trunk, **heads):
        super().__init__(trunk=trunk, **heads)

    @property
    def heads(self):
        return {name: part for name, part in self.children().items() if name != "trunk"}

    def forward(self, x):
        shared = self.trunk(x)
        return {name: head(shared) for name, head in self.heads.items()}

    def backward(self, dy, *, input_gradient=True):
        if dy.keys() != self.heads.keys():
            raise ValueError(
                f"dy must have a derivative for each head, {', '.join(self.heads)}, "
                f"got {', '.join(dy)}"
            )
        found = [head.backward(dy[name]) for name, head in self.heads.items()]
        return self.trunk.backward(sum(found[1:], found[0]), input_gradient=input_gradient)

    def output_shape(self, shape):
        shared = self.trunk.output_shape(shape)
        return {name: head.output_shape(shared) for name, head in self.heads.items()}

    def multiply_adds(self, shape):
        shared = self.trunk.output_shape(shape)
        heads = sum(head.multiply_adds(shared) for head in self.heads.values())
        return self.trunk.multiply_adds(shape) + heads
