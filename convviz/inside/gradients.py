"""What an output owes to each pixel, and which image a unit would like best."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from convviz import geometry, nn, ops
from convviz.inside._probe import Probe, unit_of
from convviz.nn.seeds import aside


def _through_deconvnet(layer, dy, *, input_gradient=True):
    layer.recall()
    return np.maximum(dy, 0) if input_gradient else None


def _guided(layer, dy, *, input_gradient=True):
    y = layer.recall()
    return ops.relu_backward(np.maximum(dy, 0), y) if input_gradient else None


#: How a derivative passes a ReLU on its way back, by the name of the method.
METHODS = {"gradient": None, "deconvnet": _through_deconvnet, "guided": _guided}


def saliency(net, images, unit=None, *, layer=None, method="gradient"):
    """Return what happens to an output as each pixel grows a little.

    Parameters
    ----------
    net : nn.Module
    images : array (N, C, H, W)
    unit : int or array of int (N,), optional
        Which output: a class, or a map, which is followed from where it is largest. The largest
        of each image when None.
    layer : str, optional
        Whose outputs these are; the network's own when None.
    method : str
        ``"gradient"``: the derivative (Simonyan, Vedaldi and Zisserman 2014). ``"deconvnet"``: a
        ReLU passes on what is positive (Zeiler and Fergus 2014). ``"guided"``: it passes that on
        only where its own output was positive, too (Springenberg and others 2015).

    Returns
    -------
    array (N, C, H, W)
        Signed; their sizes are what is usually shown.

    Raises
    ------
    TypeError, ValueError
        When there is no such layer, unit or method, or the network has no ReLU that another
        method than the derivative could change.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> net = nn.Sequential(nn.ReLU(), nn.Linear(3, 1, bias=False))
    >>> net[1].weight.data[...] = [2, -1, 5]
    >>> x = np.float32([[1, 1, -1]])
    >>> for method in METHODS:
    ...     print(method, saliency(net, x, 0, method=method)[0].tolist())
    gradient [2.0, -1.0, 0.0]
    deconvnet [2.0, 0.0, 5.0]
    guided [2.0, 0.0, 0.0]
    """
    probe = Probe(net, layer)
    _change_relus(probe.net, method)
    dx, _ = probe.derivative(images, partial(_strongest, unit=unit, many=len(images)))
    return dx


def _change_relus(net, method):
    if method not in METHODS:
        raise ValueError(f"method={method!r} is none of {', '.join(METHODS)}")
    relus = [layer for layer in net.modules() if isinstance(layer, nn.ReLU)]
    if METHODS[method] is None:
        return
    if not relus:
        raise ValueError(
            f"method={method!r} changes the way back through ReLU, and there is none before this "
            "layer: use method='gradient'"
        )
    for layer in relus:
        layer.backward = partial(METHODS[method], layer)


def _strongest(y, part, *, unit, many):
    """One-hot at the chosen unit of each image, where that is largest."""
    flat = y.reshape(len(y), y.shape[1], -1)
    if unit is None:
        units = flat.max(axis=2).argmax(axis=1)
    else:
        units = np.broadcast_to(unit_of(unit, y.shape[1:], many), (many,))[part]
    rows = np.arange(len(y))
    places = flat[rows, units].argmax(axis=1)
    dy = np.zeros_like(flat)
    dy[rows, units, places] = 1
    return dy.reshape(y.shape)


@dataclass(frozen=True, eq=False)
class Learned:
    """An image that was learned for a unit.

    Attributes
    ----------
    image : array (C, H, W)
    values : array (steps + 1,)
        The unit's output before each step, and at the end.
    """

    image: np.ndarray
    values: np.ndarray


def activation_maximisation(
    net, shape, unit, *, layer=None, target=None, steps=100, lr=0.05, decay=0.01, seed=0
):
    """Learn an image that a unit answers to, by backpropagation: weights stay, pixels move.

    Without a target the unit's output grows as far as `decay` lets it: the image climbs
    ``y − ½·decay·|x|²`` (Erhan, Bengio, Courville and Vincent 2009). With one, it descends
    ``½·(y − target)² + ½·decay·|x|²``. Steps are those of Adam.

    Parameters
    ----------
    net : nn.Module
    shape : tuple of int
        Of an image, (C, H, W).
    unit : int
        Which output; of a map, the one in the middle.
    layer : str, optional
        The network's own output when None.
    target : float, optional
        The output that is wanted.
    steps : int
    lr, decay : float
    seed : int
        Decides the first image, noise around 0.

    Returns
    -------
    Learned

    Raises
    ------
    TypeError, ValueError
        When there is no such layer or unit, or a number is out of range.

    Examples
    --------
    Of all images of one length, a sum likes its own weights best:

    >>> import numpy as np
    >>> from convviz import nn
    >>> net = nn.Sequential(nn.Flatten(), nn.Linear(4, 1, bias=False))
    >>> net[1].weight.data[...] = [1, -1, 0, 2]
    >>> found = activation_maximisation(net, (1, 2, 2), 0, steps=500, decay=1)
    >>> found.image.round(2).tolist(), round(float(found.values[-1]), 1)
    ([[[1.0, -1.0], [-0.0, 2.0]]], 6.0)
    >>> one = activation_maximisation(net, (1, 2, 2), 0, steps=500, decay=0, target=1)
    >>> round(float(one.values[-1]), 2)
    1.0
    """
    steps = geometry.integer("steps", steps, 1, "an image needs one step to be learned")
    decay = _number("decay", decay)
    probe = Probe(net, layer)
    start = np.random.default_rng(seed).normal(0, 0.05, tuple(shape))
    with aside():  # networks made later get the weights they would have got
        pixels = nn.Parameter(start.shape, dtype=probe.dtype or np.float64)
    pixels.data = start
    optimizer = nn.Adam([pixels], lr=lr, weight_decay=decay)
    values = []
    for _ in range(steps):
        dx, value = _pull(probe, pixels.data, unit, target)
        values.append(value)
        optimizer.zero_grad()
        pixels.accumulate(dx)
        optimizer.step()
    values.append(_pull(probe, pixels.data, unit, target)[1])
    return Learned(pixels.data.copy(), np.array(values))


def _pull(probe, pixels, unit, target):
    """The derivative of the loss with respect to the image, and the unit's output."""

    def slope(y, part):
        at = (0, int(unit_of(unit, y.shape[1:])), *(size // 2 for size in y.shape[2:]))
        dy = np.zeros_like(y)
        dy[at] = -1 if target is None else y[at] - target
        values.append(float(y[at]))
        return dy

    values = []
    dx, _ = probe.derivative(pixels[None], slope)
    return dx[0], values[0]


def _number(name, value):
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"{name} must be a number, got {value!r}: 0 for none")
    if not 0 <= value < np.inf:
        raise ValueError(f"{name}={value!r} is out of range: use 0 for none, or a number above 0")
    return float(value)
