"""How large the numbers of a deep network are, layer by layer, forward and on the way back."""

import math
from functools import lru_cache

import numpy as np

from convviz import geometry, nn, ops
from convviz.scenes import _check
from convviz.scenes._text import number, plural
from convviz.scenes.scene import Grid, Question, Scene, Step

#: What follows each sum.
ACTIVATIONS = ("ReLU", "tanh", "sigmoid")
#: How weights begin: what `convviz.nn.init` offers, and two fixed deviations.
BEGINNINGS = ("He", "Glorot", "deviation 0.01", "deviation 1")
_DRAWS = {
    "He": nn.init.he_normal,
    "Glorot": nn.init.glorot_normal,
    "deviation 0.01": lambda shape: nn.init.normal(0.01),
    "deviation 1": lambda shape: nn.init.normal(1.0),
}
#: Forward, back, and whether the way back starts from the output or from the sum.
_ACTIVATE = {
    "ReLU": (ops.relu, ops.relu_backward, False),
    "tanh": (ops.tanh, ops.tanh_backward, True),
    "sigmoid": (ops.sigmoid, ops.sigmoid_backward, True),
}
#: The powers of ten of the bars, from top to bottom.
_POWERS = tuple(range(4, -9, -1))
_WIDTH, _SAMPLES = 64, 64
ACTIVITY, BACK = "size of the numbers", "size of the derivatives"


@_check.without_warnings
def signal_depth(activation="ReLU", begin="He", *, layers=8, normalised=False, seed=0):
    """The scene of a signal on its way through dense layers of 64, and of its derivatives.

    Parameters
    ----------
    activation : str
        One of `ACTIVATIONS`.
    begin : str
        How the weights begin, one of `BEGINNINGS`: He and others (2015), Glorot and Bengio (2010),
        or drawn from the normal distribution with a fixed deviation. Biases begin at 0.
    layers : int
        From 1 to 20.
    normalised : bool
        Whether a batch normalisation stands between each sum and its activation.
    seed : int
        Decides the weights and the 64 samples, which are normal and of size 1, as are the
        derivatives that start at the last layer.

    Returns
    -------
    Scene
        One step for each layer forward, and one for each layer back. The size is the root of the
        mean of the squares.

    Raises
    ------
    TypeError, ValueError
        If an argument is not known or out of range.

    Examples
    --------
    >>> signal_depth("ReLU", "deviation 0.01")
    SignalDepth: 8 layers, ReLU, deviation 0.01: forward 1 → 1.4e−10, back 1 → 1.3e−10, 16 steps
    >>> scene = signal_depth("ReLU", "deviation 0.01", normalised=True)
    >>> scene.grid("forward").values.round(1).tolist()
    [[1.0, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]]
    """
    _check.choice("activation", activation, ACTIVATIONS)
    _check.choice("begin", begin, BEGINNINGS)
    layers = geometry.integer("layers", layers, 1, "a network has one layer or more")
    if layers > 20:
        raise ValueError(f"layers={layers} are too many to be shown: use at most 20")
    seed = geometry.integer("seed", seed, 0, "use a whole number from 0 on")
    normalised = _check.flag("normalised", normalised)
    forward, back = _sizes(activation, begin, layers, normalised, seed)
    steps = (*_steps("forward", forward), *_steps("back", back))
    said = f"{plural(layers, 'layer')}, {activation}, {begin}"
    said += ", batch norm" if normalised else ""
    summary = (
        f"{said}: forward {number(forward[0])} → {number(forward[-1])}, "
        f"back {number(back[-1])} → {number(back[0])}, {plural(len(steps), 'step')}"
    )
    return Scene(
        "SignalDepth", summary, _grids(forward, back), ("",), steps, _caption(forward, back),
        poster=len(steps) - 1, question=_question(back),
    )


def _sizes(activation, begin, layers, normalised, seed):
    """The size of the input and of each layer's numbers, and that of their derivatives."""
    weights, x, dy = _drawn(begin, layers, seed)
    activate, deactivate, from_output = _ACTIVATE[activation]
    forward, back, kept = [_size(x)], [_size(dy)], []
    for w in weights:
        sums = x @ w.T
        normed, found = ops.batch_norm(sums) if normalised else (sums, None)
        x = activate(normed)
        forward.append(_size(x))
        kept.append((w, sums, found, x if from_output else normed))
    for w, sums, found, bent in reversed(kept):
        dy = deactivate(dy, bent)
        if normalised:
            dy, *_ = ops.batch_norm_backward(dy, sums, None, found)
        # Nobody asks for the derivatives with respect to the weights.
        dy = dy @ w
        back.append(_size(dy))
    return np.array(forward), np.array(back[::-1])


# The same for every activation; 12 layers take 0.5 MB.
@lru_cache(maxsize=16)
def _drawn(begin, layers, seed):
    """The weights, the samples, and the derivatives that start at the last layer."""
    draws = np.random.default_rng(seed)
    shape = (_WIDTH, _WIDTH)
    weights = _DRAWS[begin](shape)(draws, (layers, *shape), np.float64)
    x, dy = (drawn / _size(drawn) for drawn in draws.standard_normal((2, _SAMPLES, _WIDTH)))
    for array in (weights, x, dy):
        array.setflags(write=False)
    return weights, x, dy


def _size(values):
    """The root of the mean of the squares."""
    return math.sqrt(np.vdot(values, values) / values.size)


def _grids(forward, back):
    blank = np.zeros((len(_POWERS), len(forward)), np.int64)
    grids = []
    ways = (("forward", ACTIVITY, forward, "output"), ("back", BACK, back, "gradient"))
    for name, bars, sizes, role in ways:
        grids += [
            Grid(
                bars, role, blank, note="row n for 10⁻ⁿ", hidden=True, display="blank",
                shade="signed", limits=(-1.0, 1.0), origin=(-_POWERS[0], 0),
                stack=name + " through the layers",
            ),
            Grid(
                name, role, sizes[None], note="layer 0 is the input", hidden=True,
                stack=name + " through the layers",
            ),
        ]
    return tuple(grids)


def _bar(name, layer, size):
    """The cells of a bar, from the lowest power of ten up to that of a size."""
    if not size > 0:
        return []
    power = round(math.log10(size)) if math.isfinite(size) else _POWERS[0]
    return _column(name, layer, power)


@lru_cache(maxsize=512)
def _column(name, layer, power):
    return [((name, row, layer), 1) for row, one in enumerate(_POWERS) if one <= power]


def _steps(name, sizes):
    """One step for each layer, in the order in which the signal meets them."""
    bars = ACTIVITY if name == "forward" else BACK
    order = list(range(len(sizes)))
    order = order if name == "forward" else order[::-1]
    one, sizes = _POWERS.index(0), sizes.tolist()
    for before, layer in zip(order, order[1:], strict=False):
        # Nothing divided by nothing is no number.
        ratio = np.divide(sizes[layer], sizes[before])
        begun = [before] if before == order[0] else []
        what = "numbers" if name == "forward" else "derivatives"
        where, times = f"layer {layer}" if layer else "the input", number(ratio)
        yield Step(
            sentence=(
                f"{'Forward' if name == 'forward' else 'Back'} to {where}: the {what} are "
                f"{'about' if times == '1' else f'{times} times'} as large as before."
            ),
            formula=(((name, 0, before),), f"·{times} = ", ((name, 0, layer),)),
            result=(name, 0, layer),
            writes=tuple(
                write for at in (*begun, layer)
                for write in (((name, 0, at), sizes[at]), *_bar(bars, at, sizes[at]))
            ),
            windows=((bars, one, 0, one, len(sizes) - 1),),
        )


def _caption(forward, back):
    count = len(forward) - 1
    each, again = ((sizes[-1 if fore else 0] / sizes[0 if fore else -1]) ** (1 / count)
                   for sizes, fore in ((forward, True), (back, False)))
    return (
        ("a layer multiplies by ", ""), (number(each), "output"), (" on the way forward, by ", ""),
        (number(again), "gradient"), (" on the way back", ""),
    )


def _question(back):
    """How large the derivatives are when they come to the input."""
    if not (np.isfinite(back).all() and back[0] > 0):
        return None
    power = int(np.rint(np.log10(back[0])))
    return Question(
        f"The derivatives start with size {number(back[-1])}. Ten to which power are they near "
        f"after the way back through {plural(len(back) - 1, 'layer')}?", "number", power,
        f"Their size is {number(back[0])}.", hides=(BACK, "back"),
    )
