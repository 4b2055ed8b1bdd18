"""What layers are made of, what they make of an image, and what excites their units most."""

from dataclasses import dataclass

import numpy as np

from convviz import geometry, nn
from convviz.inside._probe import Probe, layer_name, unit_of
from convviz.inside.fields import Box, receptive_field


def filters(net, layer, *, shape=None):
    """Return the filters of a layer, as pictures.

    Parameters
    ----------
    net : nn.Module
    layer : str
        A Conv2d, ConvTranspose2d or Linear.
    shape : tuple of int, optional
        What the inputs of a dense layer were before they were laid in a row, (C, H, W): each of its
        outputs has a weight for each of them. They stay in a row, (1, 1, inputs), when None.

    Returns
    -------
    array (filters, channels, rows, columns)
        A copy.

    Raises
    ------
    ValueError
        When there is no such layer, it has no filters, or `shape` is not that of its inputs.

    Examples
    --------
    >>> from convviz import models
    >>> filters(models.lenet5(), "conv2").shape, filters(models.lenet5(), "fc3").shape
    ((16, 6, 5, 5), (120, 1, 1, 400))
    """
    found = dict(net.named_modules())[layer_name(net, layer)]
    if isinstance(found, nn.Conv2d):
        return found.weight.data.copy()
    if isinstance(found, nn.ConvTranspose2d):
        return found.weight.data.swapaxes(0, 1).copy()
    if not isinstance(found, nn.Linear):
        raise ValueError(
            f"layer={layer!r} is {found!r}, which has no filters: choose a Conv2d or a Linear"
        )
    shape = (1, 1, found.in_features) if shape is None else tuple(shape)
    if len(shape) != 3 or np.prod(shape) != found.in_features:
        raise ValueError(
            f"shape={shape} must be (channels, rows, columns) of {found.in_features} numbers, "
            f"as many as {layer} reads"
        )
    return found.weight.data.reshape(-1, *shape).copy()


def feature_maps(net, images, layer=None):
    """Return what a layer makes of images.

    Parameters
    ----------
    net : nn.Module
    images : array (N, C, H, W)
        Floats; a single image is ``image[None]``.
    layer : str, optional
        The network's own output when None.

    Returns
    -------
    array (N, maps, rows, columns), or (N, units) behind a dense layer

    Raises
    ------
    ValueError
        When there is no such layer, or the images have no batch axis.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> net = nn.Sequential(relu=nn.ReLU(), pool=nn.MaxPool2d(2))
    >>> feature_maps(net, np.float32([[[[-1, 2], [3, -4]]]]), "relu").tolist()
    [[[[0.0, 2.0], [3.0, 0.0]]]]
    """
    return Probe(net, layer).outputs(images)


@dataclass(frozen=True, eq=False)
class Patch:
    """Where in an image a unit gives its largest output.

    Attributes
    ----------
    image : int
        Which one.
    value : float
        The output there.
    place : (row, column) or None
        On the unit's map; None where the unit sees all of the image.
    box : Box
        What it sees there.
    pixels : array (C, rows, columns)
        The image in that box; zeros where it lies in the padding.
    """

    image: int
    value: float
    place: tuple | None
    box: Box
    pixels: np.ndarray


def strongest_patches(net, images, layer, unit=None, *, count=9):
    """Return the parts of images that a unit answers to most, the strongest first.

    One of each image, as in Zeiler and Fergus (2014).

    Parameters
    ----------
    net : nn.Module
    images : array (N, C, H, W)
    layer : str
    unit : int, optional
        Which map, or which number of a dense layer; all of them when None.
    count : int
        How many, at most.

    Returns
    -------
    list of Patch, or such a list for each unit

    Raises
    ------
    TypeError, ValueError
        When there is no such layer or unit, or the images have no batch axis.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> images = np.zeros((2, 1, 4, 4), np.float32)
    >>> images[1, 0, 1:3, 2:4] = 1
    >>> [best] = strongest_patches(nn.Sequential(nn.AvgPool2d(2, 1)), images, "0", 0, count=1)
    >>> best.image, best.place, best.box, best.pixels.tolist()
    (1, (1, 2), Box(top=1, left=2, bottom=2, right=3), [[[1.0, 1.0], [1.0, 1.0]]])
    """
    count = geometry.integer("count", count, 1, "ask for one patch or more")
    probe = Probe(net, layer)
    images = probe.cast(images)
    if images.ndim != 4:
        raise ValueError(
            f"images must have shape (N, channels, rows, columns), got {images.shape}"
        )
    found = probe.outputs(images)
    units = range(found.shape[1]) if unit is None else [int(unit_of(unit, found.shape[1:]))]
    patches = [_patches(net, images, layer, found[:, one], count) for one in units]
    return patches if unit is None else patches[0]


def _patches(net, images, layer, maps, count):
    """The strongest patches of one unit, from its outputs (N, …)."""
    values = maps.reshape(len(images), -1)
    places = values.argmax(axis=1)
    best = values[np.arange(len(images)), places]

    def patch(n):
        place = np.unravel_index(places[n], maps.shape[1:]) if maps.ndim > 1 else None
        place = place and tuple(map(int, place))
        box = receptive_field(net, images.shape[1:], layer, place=place)
        return Patch(n, float(best[n]), place, box, cut(images[n], box))

    return [patch(n) for n in np.argsort(-best, kind="stable")[:count].tolist()]


def cut(image, box):
    """The part of an image (C, H, W) in a box; zeros where it has no pixels."""
    rows, columns = image.shape[1:]
    found = np.zeros((len(image), *box.shape), image.dtype)
    top, left = max(box.top, 0), max(box.left, 0)
    inner = image[:, top : min(box.bottom + 1, rows), left : min(box.right + 1, columns)]
    down, right = top - box.top, left - box.left
    found[:, down : down + inner.shape[1], right : right + inner.shape[2]] = inner
    return found

