"""What a network answers when a part of the image is hidden from it."""

from dataclasses import dataclass

import numpy as np

from convviz import geometry, ops
from convviz.inside._probe import Probe, unit_of


@dataclass(frozen=True, eq=False)
class Occlusion:
    """Shares of one class as a square hides the image, place by place.

    Attributes
    ----------
    shares : array (rows, columns)
        One for each place of the square: its corner is at ``stride·row``, ``stride·column``.
    whole : float
        The share with nothing hidden.
    answers : array (rows, columns)
        Which class has the largest share then.
    unit, size, stride : int
        The class, and the square.
    """

    shares: np.ndarray
    whole: float
    answers: np.ndarray
    unit: int
    size: int
    stride: int


def occlusion(net, image, unit=None, *, size=8, stride=4, fill=None):
    """Return how the share of a class falls as a square hides part after part of an image.

    The share is the softmax of the network's scores (Zeiler and Fergus 2014).

    Parameters
    ----------
    net : nn.Module
        With a score for each class.
    image : array (C, H, W)
    unit : int, optional
        Which class; the answer to the whole image when None.
    size, stride : int
        Of the square, and from one of its places to the next.
    fill : float, optional
        The square's pixels; the mean of the image when None.

    Returns
    -------
    Occlusion

    Raises
    ------
    TypeError, ValueError
        When the square does not fit the image, or the network has no scores.

    Examples
    --------
    A network that looks at the first pixel only:

    >>> import numpy as np
    >>> from convviz import nn
    >>> net = nn.Sequential(nn.Flatten(), nn.Linear(16, 2, bias=False))
    >>> net[1].weight.data[...] = 0
    >>> net[1].weight.data[1, 0] = 3
    >>> found = occlusion(net, np.ones((1, 4, 4), np.float32), size=2, stride=2, fill=0)
    >>> found.unit, round(found.whole, 2), (100 * found.shares).round().tolist()
    (1, 0.95, [[50.0, 95.0], [95.0, 95.0]])
    """
    probe = Probe(net)
    image = probe.cast(np.asarray(image)[None])[0]
    if image.ndim != 3:
        raise ValueError(f"image must have shape (channels, rows, columns), got {image.shape}")
    size = geometry.integer("size", size, 1, "a square hides one pixel or more")
    stride = geometry.integer("stride", stride, 1, "the square moves by one pixel or more")
    rows, columns = image.shape[1:]
    if size > min(rows, columns):
        raise ValueError(f"size={size} does not fit an image of {rows}×{columns}: use less")
    scores = probe.outputs(image[None])
    if scores.ndim != 2:
        raise ValueError(
            f"net must answer with a score for each class, got outputs of {scores.shape[1:]}"
        )
    whole = ops.softmax(scores)[0]
    unit = int(whole.argmax() if unit is None else unit_of(unit, whole.shape))
    tops, lefts = (range(0, count - size + 1, stride) for count in (rows, columns))
    hidden = np.repeat(image[None], len(tops) * len(lefts), axis=0)
    fill = image.mean() if fill is None else fill
    for n, (top, left) in enumerate((top, left) for top in tops for left in lefts):
        hidden[n, :, top : top + size, left : left + size] = fill
    shares = ops.softmax(probe.outputs(hidden)).reshape(len(tops), len(lefts), -1)
    return Occlusion(
        shares[..., unit], float(whole[unit]), shares.argmax(axis=2), unit, size, stride
    )
