"""What a unit can see of the image, and what it does look at."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from convviz import geometry, nn
from convviz.inside._probe import Probe, layer_name, unit_of
from convviz.nn.containers import Concat, MultiHead, Product, Residual, Sequential

# Of the largest influence: what is less counts as none (Luo and others 2016).
_LITTLE = 1 - 0.9545


class Box(NamedTuple):
    """Rows and columns of an image, the last two included; they may lie in the padding.

    >>> Box(0, 0, 4, 4).shape
    (5, 5)
    """

    top: int
    left: int
    bottom: int
    right: int

    @property
    def shape(self):
        """How many rows and columns it has."""
        return self.bottom - self.top + 1, self.right - self.left + 1


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """Where the image has influence on a unit, and how much.

    Attributes
    ----------
    influence : array (H, W)
        Mean size of the derivative of the unit's output with respect to each pixel.
    box : Box
        The receptive field: outside of it there is no influence.
    """

    influence: np.ndarray
    box: Box

    @property
    def size(self):
        """Side of a square of as many pixels as have more than 4.55 % of the largest influence.

        The threshold is that of Luo, Li, Urtasun and Zemel (2016).
        """
        top = self.influence.max()
        return math.sqrt(np.count_nonzero(self.influence > _LITTLE * top)) if top > 0 else 0.0


def receptive_field(net, shape, layer, *, place=None):
    """Return the part of the image that a unit of a layer can see: the theoretical field.

    Each layer whose kernel reaches over ``k_eff`` numbers widens the field by ``(k_eff − 1)·jump``,
    and multiplies the jump by its stride. Of branches side by side, all count together.

    Parameters
    ----------
    net : nn.Module
    shape : tuple of int
        Of an image, (C, H, W).
    layer : str
    place : (row, column), optional
        Which unit of a map; the middle one when None.

    Returns
    -------
    Box

    Raises
    ------
    ValueError
        When there is no such layer or place, or a layer such as ConvTranspose2d comes before it.

    Examples
    --------
    Three layers of 3×3 see 7×7; a pooling by 2 between two of them, 8×8:

    >>> from convviz import nn
    >>> three = nn.Sequential(*(nn.Conv2d(1, 1, 3) for _ in range(3)))
    >>> receptive_field(three, (1, 9, 9), "2", place=(0, 0)).shape
    (7, 7)
    >>> pooled = nn.Sequential(nn.Conv2d(1, 1, 3), nn.MaxPool2d(2), nn.Conv2d(1, 1, 3))
    >>> receptive_field(pooled, (1, 12, 12), "2", place=(0, 0)).shape
    (8, 8)
    """
    name = layer_name(net, layer)
    shape = tuple(shape)
    if len(shape) != 3:
        raise ValueError(f"shape must be that of an image, (channels, rows, columns), got {shape}")
    whole = Box(0, 0, shape[1] - 1, shape[2] - 1)
    start = tuple(geometry.ReceptiveField(1, 1, 0) for _ in shape[1:])
    fields, out, _ = _follow(net, start, shape, name)
    if fields is None or len(out) != 3:
        return whole
    row, column = _place(place, out[1:])
    (top, bottom), (left, right) = fields[0].interval(row), fields[1].interval(column)
    return Box(top, left, bottom, right)


def effective_field(net, images, layer, *, unit=None, place=None):
    """Return how much influence each pixel has on a unit: the effective receptive field.

    Influence is the size of the derivative, as the mean over images and, where no unit is named,
    over all units of the layer (Luo and others 2016).

    Parameters
    ----------
    net : nn.Module
    images : array (N, C, H, W)
    layer : str
        One with maps.
    unit : int, optional
        Which map; all when None.
    place : (row, column), optional
        Which unit of it; the middle one when None.

    Returns
    -------
    EffectiveField

    Raises
    ------
    ValueError
        When there is no such layer, unit or place, or the layer has no maps.

    Examples
    --------
    Of three averages over 3×3, the middle of the image passes most:

    >>> import numpy as np
    >>> from convviz import nn
    >>> net = nn.Sequential(*(nn.AvgPool2d(3, 1) for _ in range(3)))
    >>> found = effective_field(net, np.ones((1, 1, 7, 7)), "2")
    >>> (729 * found.influence[3]).round().astype(int), found.box.shape
    (array([ 7, 21, 42, 49, 42, 21,  7]), (7, 7))
    """
    probe = Probe(net, layer)
    images = probe.cast(images)
    shape = _maps(probe, images[:1], layer)
    places = _place(place, shape[1:])
    units = range(shape[0]) if unit is None else [int(unit_of(unit, shape))]
    total = np.zeros(images.shape[-2:])
    for one in units:
        dx, _ = probe.derivative(images, lambda y, part, one=one: _one_hot(y, one, places))
        total += np.abs(dx).sum(axis=1).mean(axis=0)
    box = receptive_field(net, images.shape[1:], layer, place=places)
    return EffectiveField(total / len(units), box)


def _maps(probe, image, layer):
    """The shape of a layer's maps, for an image; refused where it has none."""
    shape = probe.outputs(image).shape[1:]
    if len(shape) != 3:
        raise ValueError(
            f"layer={layer!r} has no maps, its outputs have shape {shape}: choose a convolution, "
            "or a layer that comes before the dense ones"
        )
    return shape


def _one_hot(y, unit, place):
    dy = np.zeros_like(y)
    dy[(slice(None), unit, *place)] = 1
    return dy


def _place(place, sizes):
    """A place on a map, checked; the middle of it when None."""
    if place is None:
        return tuple(size // 2 for size in sizes)
    found = tuple(place) if np.iterable(place) else (place,)
    if len(found) != 2 or not all(isinstance(n, int | np.integer) for n in found):
        raise TypeError(f"place must be two whole numbers (row, column), got {place!r}")
    if not all(0 <= n < size for n, size in zip(found, sizes, strict=True)):
        raise ValueError(
            f"place={place!r} is out of range: this layer's maps have {sizes[0]}×{sizes[1]} places"
        )
    return found


def _follow(module, fields, shape, name):
    """The fields and the shape behind a module, or behind the layer in it that is named.

    Returns
    -------
    fields : pair of geometry.ReceptiveField, or None for all of the image
    shape : tuple
    found : bool
        Whether the named layer was met.
    """
    first, _, rest = name.partition(".")
    if isinstance(module, Sequential):
        for key, part in module.children().items():
            fields, shape, _ = _follow(part, fields, shape, rest if key == first else "")
            if key == first:
                return fields, shape, True
        return fields, shape, False
    if isinstance(module, MultiHead):
        fields, shape, _ = _follow(module.trunk, fields, shape, rest if first == "trunk" else "")
        if first in ("", "trunk"):
            return fields, shape, True
        return _follow(module.heads[first], fields, shape, rest)
    if isinstance(module, Concat | Product | Residual):
        if first:
            return _follow(module.children()[first], fields, shape, rest)
        branches = [_follow(part, fields, shape, "")[0] for part in module.children().values()]
        return _united(branches), module.output_shape(shape), False
    return _behind(module, fields, shape), module.output_shape(shape), False


def _united(branches):
    """What branches see together."""
    if None in branches:
        return None
    return tuple(_around(axis) for axis in zip(*branches, strict=True))


def _around(fields):
    """The stretch around those of several branches, along one axis."""
    start = min(field.start for field in fields)
    end = max(field.start + field.size for field in fields)
    return geometry.ReceptiveField(end - start, max(field.jump for field in fields), start)


def _behind(layer, fields, shape):
    """What the outputs of a layer see, from what its inputs see."""
    windows = layer.windows()
    if fields is None or windows is None:
        return None
    if type(layer).reach is not nn.Module.reach:
        raise ValueError(
            f"fields behind {layer!r} are not told, as they differ from place to place: "
            "choose a layer before it"
        )
    if not windows:
        return fields
    return tuple(map(_widened, fields, windows, shape[1:]))


def _widened(field, window, size):
    options = {"stride": window.stride, "dilation": window.dilation}
    before, _ = geometry.resolve_padding(window.padding, size, window.kernel_size, **options)
    reach = geometry.effective_kernel_size(window.kernel_size, window.dilation) - 1
    size, start = field.size + reach * field.jump, field.start - before * field.jump
    return geometry.ReceptiveField(size, field.jump * window.stride, start)
