"""Looks into a network: what a unit is about, what a picture becomes, what the answer rests on."""

import numpy as np

from convviz import inside, nn, ops
from convviz.inside.maps import cut
from convviz.scenes._text import a_number
from convviz.scenes.gallery import Gallery, Tile, Tiles

_ACTIVATIONS = nn.ReLU, nn.LeakyReLU, nn.Sigmoid, nn.Tanh
# pixels of the paper that a picture takes at most, and at least; units that have a tile
_WIDE, _NARROW, _UNITS = 128, 48, 128
# steps in which an image is learned, for a look
_STEPS = 60


def unit_look(net, images, labels, layer, unit, *, patches=None):
    """Return what one unit of a layer is about.

    Its filter, the patches it answers to most, what in them raises it (guided backpropagation), and
    an image learned for it; beside all units of the layer.

    Parameters
    ----------
    net : nn.Module
    images, labels : array (N, C, H, W), array (N,)
    layer : str
    unit : int
    patches : list, optional
        ``inside.strongest_patches(net, images, layer)``, where that is known.

    Returns
    -------
    Gallery

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import models
    >>> images = np.random.default_rng(0).uniform(size=(9, 1, 32, 32)).astype(np.float32)
    >>> unit_look(models.lenet5(), images, np.zeros(9, int), "conv2", 3)
    Units: conv2, unit 3 of 16, field 14×14
    """
    patches = patches or inside.strongest_patches(net, images, layer)
    mine = patches[unit]
    groups = [_units(layer, patches, unit), *_own_filter(net, layer, unit)]
    groups.append(_pictures(
        "strongest patches", "one of an image", [patch.pixels for patch in mine],
        [f"of {a_number(labels[patch.image])}" for patch in mine],
    ))  # fmt: skip
    groups += _raises(net, images, layer, unit, mine)
    learned = inside.activation_maximisation(net, images.shape[1:], unit, layer=layer, steps=_STEPS)
    box = inside.receptive_field(net, images.shape[1:], layer)
    groups.append(_pictures(
        "an image learned for it", f"{_STEPS} steps from noise", [cut(learned.image, box)], [""],
        signed=True,
    ))  # fmt: skip
    high, wide = mine[0].box.shape
    best = ", ".join(str(labels[patch.image]) for patch in mine)
    return Gallery(
        "Units", f"{layer}, unit {unit} of {len(patches)}, field {high}×{wide}", tuple(groups),
        f"Unit {unit} of {layer} sees {high}×{wide} pixels; it answers most to patches of {best}.",
    )  # fmt: skip


def _units(layer, patches, unit):
    tiles = tuple(
        Tile(
            _grey(some[0].pixels), str(n), f"unit {n}, its strongest patch", {"unit": n}, n == unit
        )
        for n, some in enumerate(patches[:_UNITS])
    )
    note = f"{len(patches)}, each by its strongest patch: press one"
    return Tiles(f"units of {layer}", note, tiles, _dot(tiles, _NARROW))


def _own_filter(net, layer, unit):
    """The unit's filter, a tile for each map it reads; nothing where the layer has none."""
    try:
        planes = inside.filters(net, layer)[unit]
    except ValueError:
        return []
    if planes.shape[1] == 1:  # a row of weights says nothing as a picture
        return []
    size = "{}×{}".format(*planes.shape[1:])
    tiles = tuple(Tile(plane, f"map {n}" if len(planes) > 1 else "", f"weights on map {n}")
                  for n, plane in enumerate(planes))
    note = f"{len(planes)} of {size}, 0 is white"
    return [Tiles("its filter", note, tiles, _dot(tiles, 60), signed=True)]


def _raises(net, images, layer, unit, patches):
    """What in the patches raises the unit, where a ReLU makes a difference."""
    seen = np.stack([images[patch.image] for patch in patches])
    try:
        found = inside.saliency(net, seen, unit, layer=layer, method="guided")
        note = "guided backpropagation"
    except ValueError:
        found, note = inside.saliency(net, seen, unit, layer=layer), "the derivative"
    cuts = [cut(one, patch.box) for one, patch in zip(found, patches, strict=True)]
    tiles = tuple(Tile(_grey(one), "", note) for one in cuts)
    return [Tiles("what in them raises it", note, tiles, _dot(tiles, 60), True, False)]


def maps_look(net, images, labels, picture, layer):
    """Return what a layer makes of a picture.

    Parameters
    ----------
    net : nn.Module
    images, labels : array (N, C, H, W), array (N,)
    picture : int
        Which of the images.
    layer : str

    Returns
    -------
    Gallery
    """
    image = images[picture : picture + 1]
    found = inside.feature_maps(net, image, layer)[0]
    groups = (
        _pictures("picture", a_number(labels[picture]), [image[0]], [""]),
        layer_tiles(layer, found),
        shares_tiles(net, image),
    )
    size = "×".join(map(str, found.shape))
    words = answer(net, image, labels[picture])
    return Gallery("FeatureMaps", f"picture {picture}, {layer} {size}", groups, words)


def layer_tiles(layer, found):
    """A layer's maps as tiles; the numbers of a dense layer as one."""
    if found.ndim == 1:
        high = max(n for n in range(1, int(np.sqrt(len(found))) + 1) if len(found) % n == 0)
        tiles = (Tile(found.reshape(high, -1), "", f"{len(found)} numbers"),)
        return Tiles(layer, f"{len(found)} numbers", tiles, 12, bool(found.min() < 0))
    tiles = tuple(Tile(one, "", f"map {n}") for n, one in enumerate(found))
    size = "{}×{}".format(*found.shape[1:])
    note = f"{len(found)} maps of {size}"
    return Tiles(layer, note, tiles, _dot(tiles, 64), bool(found.min() < 0))


def shares_tiles(net, image):
    """The softmax of the network's scores, a tile for each class."""
    shares = ops.softmax(inside.feature_maps(net, image))[0]
    best = shares.argmax()
    tiles = tuple(
        Tile(np.array([[share]]), f"{n}: {100 * share:.0f} %", f"class {n}", chosen=n == best)
        for n, share in enumerate(shares)
    )
    return Tiles("shares", "of the classes: white is most", tiles, 28)


def answer(net, image, label=None):
    """The network's answer to one image, in a sentence."""
    shares = ops.softmax(inside.feature_maps(net, image))[0]
    best = int(shares.argmax())
    verdict = "" if label is None else ": right" if best == label else f": wrong, it is {a_number(label)}"
    return f"The network takes it for {a_number(best)} ({100 * shares[best]:.0f} %){verdict}."


def saliency_look(net, images, labels, picture, unit=None, *, size=8):
    """Return on what in a picture a class's score rests, told in four ways.

    Parameters
    ----------
    net : nn.Module
    images, labels : array (N, C, H, W), array (N,)
    picture : int
    unit : int, optional
        The class; the network's answer when None.
    size : int
        Of the square that hides a part of the picture.

    Returns
    -------
    Gallery
    """
    image = images[picture : picture + 1]
    hidden = inside.occlusion(net, image[0], unit, size=size, stride=2, fill=float(image.min()))
    groups = [_pictures("picture", a_number(labels[picture]), [image[0]], [""])]
    tiles = tuple(
        Tile(_grey(inside.saliency(net, image, hidden.unit, method=name)[0]), name, name)
        for name in inside.METHODS
    )
    note = f"of the score of {hidden.unit}: orange raises it, blue lowers it"
    groups.append(Tiles("saliency", note, tiles, _dot(tiles, _WIDE), True, False))
    fall = Tile(hidden.shares - hidden.whole, "", "change of the share")
    note = f"how a square of {size}×{size} there changes the share of {hidden.unit}: blue lowers it"
    dot = max(1, round(_dot(tiles, _WIDE) * image.shape[-1] / hidden.shares.shape[1]))
    groups.append(Tiles("occlusion", note, (fall,), dot, True))
    lost = int((hidden.answers != hidden.unit).sum())
    words = answer(net, image, labels[picture])
    asked = "its answer" if unit is None else f"class {unit}"
    return Gallery(
        "Saliency", f"picture {picture}, {asked}, square {size}×{size}", tuple(groups),
        f"{words} With a square on it, at {lost} of {hidden.shares.size} places the answer is "
        f"not {hidden.unit}.",
    )  # fmt: skip


def digit_look(net, image):
    """Return how a picture flows through a network: each activation's maps, and the answer.

    Parameters
    ----------
    net : nn.Module
    image : array (1, C, H, W)

    Returns
    -------
    Gallery
    """
    pixels = "{}×{}".format(*image.shape[2:])
    groups = [_pictures("what the network gets", pixels, [image[0]], [""])]
    empty = not image.any()
    if not empty:
        slope = inside.saliency(net, image)[0]
        tile = Tile(_grey(slope), "", "saliency")
        note = "of its answer: orange raises the score"
        groups.append(Tiles("saliency", note, (tile,), _dot([tile], _WIDE), True))
    names = [name for name, layer in net.named_modules() if isinstance(layer, _ACTIVATIONS)]
    for name in names:
        groups.append(layer_tiles(f"after {name}", inside.feature_maps(net, image, name)[0]))
    groups.append(shares_tiles(net, image))
    summary = f"{len(image[0])}×{pixels}, {'nothing drawn' if empty else 'a drawing'}"
    words = "Nothing is drawn yet." if empty else answer(net, image)
    return Gallery("DrawDigit", summary, tuple(groups), words)


def _pictures(name, note, images, captions, *, signed=False):
    tiles = tuple(
        Tile(_grey(image), caption, f"{name} {n}" if len(images) > 1 else name)
        for n, (image, caption) in enumerate(zip(images, captions, strict=True))
    )
    return Tiles(name, note, tiles, _dot(tiles, 60 if len(tiles) > 1 else _WIDE), signed, signed)


def _grey(image):
    """An image (C, rows, columns) as one plane."""
    return image.mean(axis=0)


def _dot(tiles, wide):
    """Pixels of the paper for one of a picture, so that it is about as wide as asked for."""
    return max(1, min(12, wide // max(tile.values.shape[1] for tile in tiles)))
