"""Looks at answers: what is taken for what, what lies near what, a digit of one's own."""

import numpy as np
import traitlets

from convviz import datasets, inside, scenes
from convviz.widgets import _inside_data as _data
from convviz.widgets._controls import Choice, Range
from convviz.widgets._inside import Look

_METHODS = {"PCA": "pca", "t-SNE": "tsne"}
_PAD = 64  # rows and columns to draw on


class ConfusionMatrix(Look):
    """Which classes a network takes for which, and the images behind each number.

    Parameters
    ----------
    net, images, labels : optional
        As for `Units`.
    label, answer : int, optional
        The cell at first; the commonest confusion when either is None.

    Raises
    ------
    TypeError, ValueError
        If there is no such class, or the images are none.

    Examples
    --------
    >>> ConfusionMatrix(label=8, answer=1)
    ConfusionMatrix: 360 images, 10 classes
    """

    _subtitle = "what is taken for what"

    def __init__(self, net=None, images=None, labels=None, *, label=None, answer=None):
        self.net = _data.network(net)
        self.images, self.labels = _data.pictures(images, labels)
        self.confusion = inside.confusion(self.net, self.images, self.labels)
        if label is None or answer is None:
            worst = self.confusion.worst(1)
            label, answer = worst[0][:2] if worst else (0, 0)
        super().__init__({"label": label, "answer": answer})

    def _controls(self, setting):
        last = len(self.confusion.counts) - 1
        return [Range("label", 0, last, 0, "class"), Range("answer", 0, last, 0)]

    def _look(self, label, answer):
        return scenes.confusion_look(self.confusion, self.images, label, answer)


class FeatureSpace(Look):
    """Images where a layer puts them, in the plane, and the nearest neighbours of one.

    Parameters
    ----------
    net, images, labels : optional
        As for `Units`.
    layer : str
        The layer at first; the one before the last when None: the last hidden one of LeNet-5.
    picture : int
        Which of the images at first.
    count : int
        How many neighbours.

    Raises
    ------
    TypeError, ValueError
        If there is no such layer or picture, or the images are none.

    Examples
    --------
    >>> FeatureSpace(picture=3)
    FeatureSpace: 360 images, relu4, picture 3
    """

    _subtitle = "which pictures lie near each other"

    def __init__(self, net=None, images=None, labels=None, *, layer=None, picture=0, count=8):
        self.net = _data.network(net)
        self.images, self.labels = _data.pictures(images, labels)
        shapes = _data.shapes(self.net, self.images.shape[1:])
        _data.chosen("layer", shapes, layer, "with units")
        self._layers, self._count, self._points = tuple(shapes), count, {}
        usual = self._layers[-2] if len(shapes) > 1 else self._layers[-1]
        super().__init__({"picture": picture, "layer": layer or usual})

    def _controls(self, setting):
        return [
            Range("picture", 0, len(self.images) - 1, 0),
            Choice("layer", self._layers, self._layers[-1]),
            Choice("method", tuple(_METHODS), "PCA"),
        ]

    def _look(self, picture, layer, method):
        if (layer, method) not in self._points:
            features = inside.feature_maps(self.net, self.images, layer)
            self._points[layer, method] = inside.embedding(features, method=_METHODS[method])
        asked = self.images[picture : picture + 1]
        count = min(self._count + 1, len(self.images))
        near = inside.nearest_neighbours(self.net, self.images, asked, layer, count=count)
        points = self._points[layer, method]
        return scenes.space_look(points, near, self.images, self.labels, picture, layer)


class DrawDigit(Look):
    """Draw a digit and watch it flow through a network: maps, saliency, answer.

    Drawn with the pointer, a finger or the arrow keys. What is drawn is cut out, enlarged and
    counted as the digits of `datasets.digits` were.

    Parameters
    ----------
    net : nn.Module, optional
        For grey images of one size, such as LeNet-5 for 32×32; that, trained, when None.
    size : int
        Rows and columns that the network takes.
    drawing : array (rows, columns), optional
        What is drawn at first: 0 is paper. Nothing when None.

    Attributes
    ----------
    drawing : array (64, 64)
        What is on the pad, 0 to 1; assign another.

    Raises
    ------
    TypeError, ValueError
        If the network takes no grey image of this size, or the drawing is none.

    Examples
    --------
    >>> DrawDigit()
    DrawDigit: 1×32×32, nothing drawn
    """

    _subtitle = "a network reads it while you draw"
    # what the page sends arrives as a view of memory
    _drawing = traitlets.CBytes().tag(sync=True)

    def __init__(self, net=None, *, size=32, drawing=None):
        self.net = _data.network(net)
        self._size = size
        self.net.output_shape((1, size, size))
        empty = np.zeros((_PAD, _PAD)) if drawing is None else drawing
        self._pixels = _on_pad(empty)
        super().__init__(_side=_PAD, _drawing=self._pixels.tobytes())

    @property
    def drawing(self):
        """What is on the pad, 0 to 1."""
        return self._pixels / 255

    @drawing.setter
    def drawing(self, value):
        self._drawing = _on_pad(value).tobytes()

    @traitlets.observe("_drawing")
    def _redraw(self, change):
        pixels = np.frombuffer(change["new"], np.uint8)
        if pixels.size == _PAD**2 and self._answers:
            self._pixels = pixels.reshape(_PAD, _PAD)
            self._show(anew=True)

    def _look(self):
        image = datasets.as_digit(self._pixels, self._size)
        return scenes.digit_look(self.net, image[None, None])


def _on_pad(drawing):
    """A drawing as the pad keeps it: its ink on a scale to 255, brought to the pad's size."""
    ink = datasets.as_digit(drawing, _PAD)
    return np.rint(255 * ink).astype(np.uint8)
