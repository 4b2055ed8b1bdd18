"""What all layers and networks have in common: parameters, a way forward, a way back."""

import copy

import numpy as np

from convviz.nn._context import remembering
from convviz.nn.parameter import Parameter


class Module:
    """A layer, or layers put together.

    A module finds its parts by itself: every attribute that is a `Parameter` or a `Module` belongs
    to it, under the attribute's name. A layer of your own needs `forward` and `backward`; where it
    has parameters, `backward` adds to their gradients by `Parameter.accumulate`.

    Attributes
    ----------
    training : bool
        Whether dropout drops and batch normalisation looks at the batch; see `train` and `eval`.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> class Scale(nn.Module):
    ...     "Every number times the same weight, which is learned."
    ...     def __init__(self):
    ...         self.weight = nn.Parameter((1,), nn.init.constant(3.0))
    ...     def forward(self, x):
    ...         self.remember(x)
    ...         return self.weight.data * x
    ...     def backward(self, dy, *, input_gradient=True):
    ...         x = self.recall()
    ...         self.weight.accumulate(np.sum(dy * x, keepdims=True))
    ...         return self.weight.data * dy
    >>> layer = Scale()
    >>> layer(np.float32([1, 2]))
    array([3., 6.], dtype=float32)
    >>> layer.backward(np.float32([1, 1])), layer.weight.grad
    (array([3., 3.], dtype=float32), array([3.], dtype=float32))
    """

    training = True
    #: names of attributes that are arrays to be kept with the parameters, but are not learned
    buffers = ()
    _remembered = None

    def forward(self, x):
        """Return the output for `x`, and remember what `backward` needs."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define forward(self, x)")

    def backward(self, dy, *, input_gradient=True):
        """Return the derivative with respect to the input of the last `forward`.

        Parameters
        ----------
        dy : array
            Derivative of the loss with respect to the output.
        input_gradient : bool
            Without it the derivative of the input is not needed, and None may come back: the
            first layer of a network saves that work.

        Returns
        -------
        array or None
            The derivatives of parameters are added to their `grad`.

        Raises
        ------
        RuntimeError
            When there was no forward pass before: each is good for one way back.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no backward: define backward(self, dy, *, input_gradient)"
        )

    def __call__(self, x):
        return self.forward(x)

    def output_shape(self, shape):
        """Return the shape of an output for a sample of `shape`, both without the batch."""
        return tuple(shape)

    def multiply_adds(self, shape):
        """Return how many products of a weight and a number a sample of `shape` takes."""
        return sum(child.multiply_adds(shape) for child in self.children().values())

    def windows(self):
        """Return what one output reads, a `geometry.Layer` per axis; None for all of the input."""
        return ()

    def reach(self, fields):
        """Return the receptive fields of outputs, from those of inputs.

        A field is (size, jump) for each axis: how many numbers of the first input an output sees,
        and how far apart the fields of two neighbours are. None stands for all of the input.
        """
        windows = self.windows()
        if fields is None or windows is None:
            return None
        if not windows:
            return fields
        pairs = zip(fields, windows, strict=True)
        return [
            (size + (window.kernel_size - 1) * window.dilation * jump, window.stride * jump)
            for (size, jump), window in pairs
        ]

    def remember(self, *values):
        """Keep what the way back needs; nothing inside `nn.no_grad`."""
        if remembering():
            self._remembered = values[0] if len(values) == 1 else values

    def recall(self):
        """Return what `forward` has remembered, once."""
        found, self._remembered = self._remembered, None
        if found is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward needs a forward pass before it, outside of "
                "nn.no_grad: each forward pass is good for one way back"
            )
        return found

    def children(self):
        """Return the modules this one is directly made of, by name."""
        return {name: part for name, part in vars(self).items() if isinstance(part, Module)}

    def modules(self):
        """Yield this module and all within it, each once."""
        return (module for _, module in self.named_modules())

    def named_modules(self, prefix="", seen=None):
        """Yield (name, module) for this module, whose name is empty, and for all within it."""
        seen = set() if seen is None else seen
        if id(self) in seen:
            return
        seen.add(id(self))
        yield prefix, self
        for name, child in self.children().items():
            yield from child.named_modules(f"{prefix}.{name}" if prefix else name, seen)

    def named_parameters(self):
        """Yield (name, parameter), each parameter once, in the order of the layers."""
        seen = set()
        for prefix, module in self.named_modules():
            for name, part in vars(module).items():
                if isinstance(part, Parameter) and id(part) not in seen:
                    seen.add(id(part))
                    yield (f"{prefix}.{name}" if prefix else name), part

    def parameters(self):
        """Return all parameters as a list.

        >>> from convviz import nn
        >>> nn.Linear(3, 2).parameters()
        [Parameter(2, 3), Parameter(2,)]
        """
        return [parameter for _, parameter in self.named_parameters()]

    def named_buffers(self):
        """Yield (name, module, attribute) for each array that is kept, but not learned."""
        for prefix, module in self.named_modules():
            for name in module.buffers:
                if getattr(module, name) is not None:
                    yield (f"{prefix}.{name}" if prefix else name), module, name

    def zero_grad(self):
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode=True):
        """Set all layers to training, or with False to prediction; return this module."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self):
        """Set all layers to prediction: no dropout, running statistics; return this module."""
        return self.train(False)

    def astype(self, dtype):
        """Turn all parameters and buffers into float32 or float64; return this module."""
        for parameter in self.parameters():
            parameter.astype(dtype)
        for _, module, name in list(self.named_buffers()):
            setattr(module, name, getattr(module, name).astype(dtype))
        return self

    def copy(self):
        """Return a network of the same layers with parameters of its own."""
        return copy.deepcopy(self)

    def state_dict(self):
        """Return copies of all parameters and buffers, by name."""
        state = {name: parameter.data.copy() for name, parameter in self.named_parameters()}
        buffers = {name: getattr(module, key) for name, module, key in self.named_buffers()}
        return state | {name: np.array(array) for name, array in buffers.items()}

    def load_state_dict(self, state):
        """Take over parameters and buffers; nothing is changed if a name or a shape differs.

        Raises
        ------
        ValueError
            When names are missing or unknown, or a shape is another.
        """
        parameters = dict(self.named_parameters())
        buffers = {name: (module, key) for name, module, key in self.named_buffers()}
        shapes = {name: parameter.shape for name, parameter in parameters.items()}
        shapes |= {name: np.shape(getattr(*where)) for name, where in buffers.items()}
        _check_state({name: np.shape(array) for name, array in state.items()}, shapes)
        for name, parameter in parameters.items():
            parameter.data[...] = state[name]
        for name, (module, key) in buffers.items():
            setattr(module, key, np.array(state[name], getattr(module, key).dtype))

    def __getstate__(self):
        return self.__dict__ | {"_remembered": None}


def _check_state(found, wanted):
    missing, unknown = wanted.keys() - found.keys(), found.keys() - wanted.keys()
    for text, names in (("is missing", missing), ("is none of it", unknown)):
        if names:
            raise ValueError(
                f"state must have the names of this network: {', '.join(sorted(names))} {text}; "
                "load it into the network that it was saved from"
            )
    for name, shape in wanted.items():
        if found[name] != shape:
            raise ValueError(
                f"state[{name!r}] must have shape {shape}, got {found[name]}: "
                "load it into the network that it was saved from"
            )
