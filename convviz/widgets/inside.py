"""Looks into a trained network: its units, maps, saliency, receptive fields."""

import numpy as np

from convviz import inside, nn, scenes
from convviz.widgets import _inside_data as _data
from convviz.widgets._controls import Choice, Range
from convviz.widgets._inside import Look

_ANSWER = "its answer"
_FEW = 48  # images on which influence is averaged


class Units(Look):
    """Walk through units: filter, strongest patches, what in them raises it, a learned image.

    Parameters
    ----------
    net : nn.Module, optional
        LeNet-5, trained on the digits for a second, when None.
    images, labels : array (N, C, H, W), array (N,), optional
        Where patches are looked for, and the classes of the images; digits held out when None.
    layer : str, optional
        The layer at first; the last with maps and filters when None.
    unit : int
        The unit at first.

    Raises
    ------
    TypeError, ValueError
        If there is no such layer or unit, or the images are none.

    Examples
    --------
    >>> Units(layer="conv1", unit=2)
    Units: conv1, unit 2 of 6, field 5×5
    """

    _subtitle = "what a unit answers to"

    def __init__(self, net=None, images=None, labels=None, *, layer=None, unit=0):
        self.net = _data.network(net)
        self.images, self.labels = _data.pictures(images, labels)
        self._shapes = _data.shapes(self.net, self.images.shape[1:])
        _data.chosen("layer", self._shapes, layer, "with units")
        filtered = [name for name, part in self.net.named_modules() if isinstance(part, nn.Conv2d)]
        usual = ([name for name in filtered if name in self._shapes] or list(self._shapes))[-1]
        self._patches = {}
        super().__init__({"layer": layer or usual, "unit": unit})

    def _controls(self, setting):
        names = tuple(self._shapes)
        layer = setting.get("layer") or self._good.get("layer", names[-1])
        count = self._shapes[layer][0] if layer in names else 1
        return [Choice("layer", names, layer), Range("unit", 0, count - 1, 0)]

    def _full(self, setting):
        # another layer may have fewer units
        layer = setting.get("layer")
        if self._good and layer in self._shapes and layer != self._good["layer"]:
            most = self._shapes[layer][0] - 1
            setting = {**setting, "unit": min(setting.get("unit", self._good["unit"]), most)}
        return super()._full(setting)

    def _look(self, layer, unit):
        if layer not in self._patches:
            self._patches[layer] = inside.strongest_patches(self.net, self.images, layer)
        patches = self._patches[layer]
        return scenes.unit_look(self.net, self.images, self.labels, layer, unit, patches=patches)


class FeatureMaps(Look):
    """What each layer makes of a picture.

    Parameters
    ----------
    net, images, labels : optional
        As for `Units`.
    picture : int
        Which of the images at first.
    layer : str, optional
        The layer at first; the first one when None.

    Raises
    ------
    TypeError, ValueError
        If there is no such picture or layer, or the images are none.

    Examples
    --------
    >>> FeatureMaps(picture=3, layer="relu1")
    FeatureMaps: picture 3, relu1 6×28×28
    """

    _subtitle = "what a layer makes of a picture"

    def __init__(self, net=None, images=None, labels=None, *, picture=0, layer=None):
        self.net = _data.network(net)
        self.images, self.labels = _data.pictures(images, labels)
        shapes = _data.shapes(self.net, self.images.shape[1:])
        _data.chosen("layer", shapes, layer, "with units")
        self._layers = tuple(shapes)
        super().__init__({"picture": picture, "layer": layer or self._layers[0]})

    def _controls(self, setting):
        last = len(self.images) - 1
        return [Range("picture", 0, last, 0), Choice("layer", self._layers, self._layers[0])]

    def _look(self, picture, layer):
        return scenes.maps_look(self.net, self.images, self.labels, picture, layer)


class Saliency(Look):
    """On what in a picture a class's score rests: three ways back, and a square that hides parts.

    Parameters
    ----------
    net, images, labels : optional
        As for `Units`.
    picture : int
        Which of the images at first.
    square : int, optional
        Side of the square at first; a quarter of the picture when None.

    Raises
    ------
    TypeError, ValueError
        If there is no such picture, the square does not fit, or the images are none.

    Examples
    --------
    >>> Saliency(picture=3)
    Saliency: picture 3, its answer, square 8×8
    """

    _subtitle = "on what the answer rests"

    def __init__(self, net=None, images=None, labels=None, *, picture=0, square=None):
        self.net = _data.network(net)
        self.images, self.labels = _data.pictures(images, labels)
        self._most = min(self.images.shape[2:])
        classes = self.net.output_shape(self.images.shape[1:])
        self._asked = (_ANSWER, *map(str, range(classes[0])))
        square = max(1, self._most // 4) if square is None else square
        super().__init__({"picture": picture, "square": square})

    def _controls(self, setting):
        return [
            Range("picture", 0, len(self.images) - 1, 0),
            Choice("asked", self._asked, _ANSWER, "class asked for"),
            Range("square", 1, self._most // 2, max(1, self._most // 4)),
        ]

    def _look(self, picture, asked, square):
        unit = None if asked == _ANSWER else int(asked)
        return scenes.saliency_look(self.net, self.images, self.labels, picture, unit, size=square)


class EffectiveField(Look):
    """Theoretical and effective receptive field of a layer's middle unit, before and after.

    Parameters
    ----------
    net : nn.Module, optional
        The trained network; LeNet-5 when None.
    images : array (N, C, H, W), optional
        On how many influence is averaged: some dozens will do. Digits when None.
    before : nn.Module, optional
        The network as it was before training; only one field is shown where it is left out.
    layer : str, optional
        The layer at first; the last one with maps when None.

    Raises
    ------
    TypeError, ValueError
        If there is no such layer, it has no maps, or the images are none.

    Examples
    --------
    >>> EffectiveField(layer="conv2")
    EffectiveField: conv2, theoretical field 14×14
    """

    _subtitle = "what a unit can see, and what counts"

    def __init__(self, net=None, images=None, *, before=None, layer=None):
        if net is None and before is None:
            before = _data.trained()[0]
        self._nets = {"now": _data.network(net)}
        if before is not None:
            self._nets = {"before training": _data.network(before), "after": self._nets["now"]}
        images = _data.trained()[2][:_FEW] if images is None else images
        self.images, _ = _data.pictures(images, np.zeros(len(images), int))
        shapes = _data.shapes(next(iter(self._nets.values())), self.images.shape[1:])
        found = tuple(name for name, shape in shapes.items() if len(shape) == 3)
        self._layers = found
        _data.chosen("layer", found, layer, "with maps")
        super().__init__({"layer": layer or found[-1]})

    def _controls(self, setting):
        return [Choice("layer", self._layers, self._layers[-1])]

    def _look(self, layer):
        fields = {
            name: inside.effective_field(net, self.images, layer)
            for name, net in self._nets.items()
        }
        return scenes.field_look(fields, self.images.shape, layer)
