"""What a look into a network is given, checked; a small trained network where it is given none."""

from functools import lru_cache

import numpy as np

from convviz import datasets, models, nn
from convviz.nn.seeds import aside

_EPOCHS = 6


@lru_cache(maxsize=1)
def trained():
    """LeNet-5 as it begins, the same trained on the digits, and 360 that it has not seen."""
    images, labels = datasets.digits(size=32)
    train, held = datasets.split(images[:, None], labels, held_out=360)
    with aside():
        net = models.lenet5()
    before = net.copy()
    optimizer = nn.SGD(net.parameters(), lr=0.02, momentum=0.9)
    nn.fit(net, train, held, optimizer=optimizer, epochs=_EPOCHS, progress=False).run()
    return before, net, *held


def network(net):
    """A network, checked, or the trained one."""
    if net is None:
        return trained()[1]
    if not isinstance(net, nn.Module):
        raise TypeError(
            f"net must be an nn.Module, got {type(net).__name__}: for example models.lenet5()"
        )
    return net


def pictures(images, labels):
    """Images with their classes, checked, or the held-out digits."""
    if images is None and labels is None:
        return trained()[2:]
    if images is None or labels is None:
        missing = "images" if images is None else "labels"
        raise ValueError(
            f"{missing} must be given too: images (N, channels, rows, columns), labels (N,)"
        )
    images, labels = np.asarray(images), np.asarray(labels)
    if images.ndim != 4 or not len(images) or images.dtype.kind != "f":
        raise ValueError(
            f"images must be floats (N, channels, rows, columns), got {images.dtype} of shape "
            f"{images.shape}: images without channels become so by images[:, None]"
        )
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be {len(images)} whole numbers, a class for each image, "
            f"got {labels.dtype} of shape {labels.shape}"
        )
    return images, labels


def shapes(net, shape):
    """The layers of a network that have units: name → shape of the output for one image."""
    rows = models.summary(net, (1, *shape)).rows
    return {row.name: row.shape for row in rows if row.name and len(row.shape) in (1, 3)}


def chosen(name, found, wanted, why):
    """A layer that was asked for, or the last one that will do."""
    if not found:
        raise ValueError(f"net has no layer {why}")
    if wanted is not None and wanted not in found:
        raise ValueError(f"{name}={wanted!r} is no layer {why}: use {', '.join(found)}")
    return wanted
