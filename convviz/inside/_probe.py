"""A copy of a network whose inner layer can be listened to, and sent a derivative."""

from functools import partial

import numpy as np

from convviz import nn

# samples that go through a network at once
BATCH = 128


class Probe:
    """A copy of a network in prediction, up to one of its layers where that is possible.

    Parameters
    ----------
    net : nn.Module
    layer : str or None
        The name of the layer; the network's own output when None.

    Attributes
    ----------
    dtype : dtype
        That of the network's parameters.
    net : nn.Module
        The copy.
    """

    def __init__(self, net, layer=None):
        name = layer_name(net, layer)
        self.dtype = next((part.dtype for part in net.parameters()), None)
        self.net = _until(net, name).copy().eval()
        self._at = dict(self.net.named_modules())[name]
        self._heard = self._sent = None
        self._at.forward = partial(self._hear, self._at.forward)
        self._at.backward = partial(self._send, self._at.backward)

    def _hear(self, forward, x):
        self._heard = forward(x)
        return self._heard

    def _send(self, backward, dy, *, input_gradient=True):
        return backward(self._sent, input_gradient=input_gradient)

    def outputs(self, images):
        """Return the layer's output for all images, a batch at a time."""
        images = self.cast(images)
        with nn.no_grad():
            return np.concatenate([self._run(part) for part in _parts(images)])

    def derivative(self, images, pick):
        """Return the derivative with respect to the images of what `pick` chooses, and the output.

        Parameters
        ----------
        images : array (N, ...)
        pick : function (array of outputs, slice) → array of their shape
            What arrives at the layer on the way back; the slice says which images these are.

        Returns
        -------
        dx : array (N, ...)
        y : array
            The layer's output.
        """
        images = self.cast(images)
        found = []
        for part in (slice(n, n + BATCH) for n in range(0, len(images), BATCH)):
            y = self._run(images[part])
            found.append((self.back(pick(y, part)), y))
        return tuple(np.concatenate(arrays) for arrays in zip(*found, strict=True))

    def _run(self, images):
        """Pass one batch forward; return the layer's output."""
        self._last = self.net(images)
        return self._heard

    def back(self, dy):
        """Return the derivative with respect to the last images, given that of the layer."""
        self._sent = np.ascontiguousarray(dy, self._heard.dtype)
        # nothing comes from behind the layer: what is sent takes the place of these zeros
        return self.net.backward(_zeros(self._last))

    def cast(self, images):
        """Return the images in the network's own floats, checked."""
        array = np.asarray(images)
        if array.ndim < 2 or not len(array) or array.dtype.kind != "f":
            raise ValueError(
                "images must be floats (N, ...) with the batch first, "
                f"got {array.dtype} of shape {array.shape}: one image becomes so by image[None]"
            )
        dtype = self.dtype or np.result_type(array, np.float32)
        return np.ascontiguousarray(array, dtype)


def layer_name(net, layer):
    """The name of a layer of the network, checked; empty for the network itself."""
    if not isinstance(net, nn.Module):
        raise TypeError(
            f"net must be an nn.Module, got {type(net).__name__}: for example models.lenet5()"
        )
    names = [name for name, _ in net.named_modules() if name]
    if layer is None:
        return ""
    if layer not in names:
        raise ValueError(f"layer={layer!r} is none of this network's: use {', '.join(names)}")
    return layer


def unit_of(unit, shape, many=1):
    """The number of a unit of a layer, or one for each image, checked against its output's shape.

    Parameters
    ----------
    unit : int or array of int (N,)
    shape : tuple
        Of the layer's output for one sample, its units first.
    many : int
        How many images there are.
    """
    units = np.asarray(unit)
    if units.dtype.kind not in "iu" or units.shape not in ((), (many,)):
        raise TypeError(
            f"unit must be a whole number, or one for each of the {many} images, got {unit!r}"
        )
    if units.min() < 0 or units.max() >= shape[0]:
        raise ValueError(
            f"unit={unit!r} is out of range: this layer has {shape[0]} units, "
            f"from 0 to {shape[0] - 1}"
        )
    return units


def _until(net, name):
    """The network without what comes after a layer, where it is a sequence."""
    first, _, rest = name.partition(".")
    if not first or type(net) is not nn.Sequential:
        return net
    parts = {}
    for key, part in net.children().items():
        if key == first:
            parts[key] = _until(part, rest)
            return nn.Sequential(**parts)
        parts[key] = part


def _parts(images):
    return [images[n : n + BATCH] for n in range(0, len(images), BATCH)]


def _zeros(outputs):
    if isinstance(outputs, dict):
        return {name: np.zeros_like(part) for name, part in outputs.items()}
    return np.zeros_like(outputs)
