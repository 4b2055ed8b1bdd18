"""Batch normalisation of one channel, there and back, number by number."""

from functools import lru_cache
from math import floor, log10

import numpy as np

from convviz.scenes import _check
from convviz.scenes._gradients import slopes
from convviz.scenes._text import number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: Four values with mean 8 and variance 25; all six have them, too.
BATCH_VALUES = np.array([1, 7, 9, 15, 3, 13])
#: The loss looks at the first output alone.
BATCH_DERIVATIVES = np.array([4, 0, 0, 0, 0, 0])


@_check.without_warnings
def batch_norm(x=BATCH_VALUES[:4], dy=None, *, weight=5, bias=3):
    """The scene of a batch normalisation and of its backward pass (Ioffe and Szegedy, 2015).

    Parameters
    ----------
    x : array_like
        The m values of a channel, two or more, not all the same.
    dy : array_like, optional
        The derivative of the loss with respect to each output; 4 for the first and 0 for all
        others when None.
    weight, bias : number
        The γ and β that follow the normalisation.

    Returns
    -------
    Scene
        One step for each number: mean, variance, the normalised values and the outputs; then back
        again, each derivative of x beside its numerical twin. Nothing is added to the variance
        under the root (eps is 0).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, or all values are the same, with the remedy.

    Examples
    --------
    >>> scene = batch_norm()
    >>> scene
    BatchNorm: 4 values, weight 5, bias 3: mean 8, variance 25, 22 steps
    >>> scene.grid("normalised").values.tolist(), scene.grid("dx").values.round(2).tolist()
    ([[-1.4, -0.2, 0.2, 1.4]], [[1.04, -1.28, -0.72, 0.96]])
    >>> scene.formula_text(18)
    '20 / √25 + 0.56·2·(1 − 8)/4 + (−4)/4 = 1.04,   numerically 1.04'
    """
    x = _check.numbers("x", x, 1)
    _check.showable("x", x.shape, "use fewer values")
    if len(x) < 2:
        raise ValueError("x has 1 value, which is its own mean: use two values or more")
    if (x == x[0]).all():
        raise ValueError(
            f"all {len(x)} values of x are {number(x[0])}: their variance is 0, and nothing can be "
            "divided by its root; change one of them"
        )
    dy = np.where(np.arange(len(x)), 0, 4) if dy is None else _check.numbers("dy", dy, 1)
    if dy.shape != x.shape:
        raise ValueError(
            f"dy has shape {shape_text(dy.shape)}, x {shape_text(x.shape)}: give one derivative "
            "for each value, or leave dy out"
        )
    weight, bias = _check.number("weight", weight), _check.number("bias", bias)
    values = _values(x, dy, weight, bias)
    steps = _steps(values)
    summary = (
        f"{plural(len(x), 'value')}, weight {number(weight)}, bias {number(bias)}: "
        f"mean {number(values['mean'][0, 0])}, variance {number(values['variance'][0, 0])}, "
        f"{plural(len(steps), 'step')}"
    )
    signs = ("→", "→", "→", "→", "", "←", "←", "←", "←")
    return Scene(
        "BatchNorm", summary, _grids(values), signs, steps, _caption(values),
        poster=len(steps) - len(x), rows=(5, 5), code=_CODE, question=_question(values),
    )


_CODE = (
    (
        "convviz",
        "x, w = x[:, None], np.array([weight], float)\n"
        "y, statistics = ops.batch_norm(x, w, np.array([bias], float), eps=0)\n"
        "dx, dweight, dbias = ops.batch_norm_backward(dy[:, None], x, w, statistics, eps=0)",
    ),
    (
        "PyTorch",
        "x = torch.tensor(x)[:, None].requires_grad_()\n"
        "w = torch.tensor([weight], dtype=float, requires_grad=True)\n"
        "b = torch.tensor([bias], dtype=float, requires_grad=True)\n"
        "y = F.batch_norm(x, None, None, w, b, training=True, eps=1e-12)\n"
        "y.backward(torch.tensor(dy)[:, None])\ndx, dweight, dbias = x.grad, w.grad, b.grad",
    ),
)


def _values(x, dy, weight, bias):
    """What stands in every grid: a row of numbers, or a single one."""
    mean = x.sum() / len(x)
    off = x - mean
    variance = (off**2).sum() / len(x)
    root = np.sqrt(variance)
    normalised = _settled(off, np.abs(x).max()) / root
    along = weight * dy
    size = np.abs(along).max() / root
    dvariance = (along * off).sum() * -0.5 / root**3
    dmean = -along.sum() / root
    dx = along / root + dvariance * 2 * off / len(x) + dmean / len(x)

    def loss(cases):
        apart = cases - cases.mean(axis=1, keepdims=True)
        spread = np.sqrt((apart**2).mean(axis=1, keepdims=True))
        return ((weight * apart / spread + bias) * dy).sum(axis=1)

    found = {
        "x": x, "mean": mean, "variance": variance, "normalised": normalised, "weight": weight,
        "bias": bias, "y": weight * normalised + bias, "dy": dy,
        "dweight": _settled((dy * normalised).sum(), np.abs(dy).max()), "dbias": dy.sum(),
        "dnormalised": along, "dvariance": _settled(dvariance, size / root),
        "dmean": _settled(dmean, size), "dx": _settled(dx, size),
        "numerical": _settled(slopes(loss, x.astype(float), _difference(root)), 1e6 * size),
    }
    return {name: np.array(value, ndmin=2) for name, value in found.items()}


def _difference(root):
    """How far a value is moved: a power of ten, a hundredth of their spread or less.

    >>> [_difference(spread) for spread in (5.0, 50.0, 0.002)]
    [0.01, 0.1, 1e-05]
    """
    return float(f"1e{max(floor(log10(root)), -300) - 2}") if 0 < root < np.inf else 0.01


def _settled(values, size):
    """The values, with 0 for what is nothing but rounding error beside numbers of that size."""
    return np.where(np.abs(values) <= 1e-13 * size, 0.0, values)


def _grids(values):
    h = _difference(np.sqrt(values["variance"].item()))
    shown = {"hidden": True}
    signed = {"hidden": True, "shade": "signed"}
    kinds = {
        "x": ("input", None, {"editable": True}),
        "mean": ("neutral", "μ", shown | {"stack": "of the batch"}),
        "variance": ("neutral", "σ²", shown | {"stack": "of the batch"}),
        "normalised": ("neutral", "x̂", signed),
        "weight": ("filter", "γ", {"stack": "learned"}),
        "bias": ("filter", "β", {"stack": "learned"}),
        "y": ("output", None, shown),
        "dx": ("gradient", "∂L/∂x", signed | {"stack": "back again"}),
        "numerical": ("neutral", f"h = {number(h)}", signed | {"stack": "back again"}),
        "dmean": ("gradient", "", shown | {"stack": "to μ and σ²"}),
        "dvariance": ("gradient", "", shown | {"stack": "to μ and σ²"}),
        "dnormalised": ("gradient", "∂L/∂x̂", signed),
        "dweight": ("gradient", "", shown | {"stack": "to γ and β"}),
        "dbias": ("gradient", "", shown | {"stack": "to γ and β"}),
        "dy": ("gradient", "∂L/∂y", {"editable": True}),
    }
    return tuple(
        Grid(name, role, values[name], note=note, **more)
        for name, (role, note, more) in kinds.items()
    )


def _caption(values):
    total = number(values["dx"].sum().round(9))
    return (("y = γ·(x − μ)/√σ² + β;   the numbers of dx add up to ", ""), (total, "gradient"))


def _question(values):
    """What a shift of all values changes."""
    total = values["dx"].sum()
    if not np.isfinite(total):
        return None
    return Question(
        "What do the derivatives dx add up to?", "number", total.round(9),
        "Add 1 to every x: mean and values move together, and no y changes. So the sum is 0.",
        hides=("dx", "numerical", "dmean", "dvariance"), tolerance=0.005,
    )


#: What stands in formulas: a negative one in parentheses.
_TERMS = ("x", "mean", "normalised", "weight", "bias", "dy", "dnormalised", "dvariance", "dmean")


def _steps(values):
    """One step for each number."""
    numbers = {name: row[0].tolist() for name, row in values.items()}
    negative = frozenset(
        (name, 0, place) for name in _TERMS for place, value in enumerate(numbers[name]) if value < 0
    )
    root = f"√{number(numbers['variance'][0])}"
    return tuple(
        Step(
            sentence, formula, result=cells[0],
            writes=tuple([(cell, numbers[cell[0]][cell[2]]) for cell in cells]),
        )
        for sentence, formula, cells in _plan(values["x"].size, root, negative)
    )


# Most numbers can change without changing a sentence or a formula.
@lru_cache(maxsize=64)
def _plan(count, root, negative):
    """Of each step the sentence, the formula, and the cells that it computes."""
    writer = _Writer(count, root, negative)
    return [*_forward(writer), *_backward(writer)]


class _Writer:
    """Cells as parts of formulas, with parentheses where a minus sign would follow another."""

    def __init__(self, count, root, negative):
        self.count, self.root, self.negative = count, root, negative

    def term(self, name, place=0):
        """A cell inside a formula."""
        cell = (name, 0, place)
        return ("(", (cell,), ")") if cell in self.negative else ((cell,),)

    def off(self, place):
        """A value less the mean."""
        return ("(", (("x", 0, place),), " − ", *self.term("mean"), ")")

    def sum(self, part):
        """``part(place)`` for all places, with plus signs between."""
        parts = [one for place in range(self.count) for one in (" + ", *part(place))]
        return tuple(parts[1:])

    def step(self, sentence, formula, name, place=0, twin=None):
        """A step that computes a cell, and perhaps shows its twin."""
        cells = [(name, 0, place)] + ([(twin, 0, place)] if twin else [])
        said = (",   numerically ", (cells[1],)) if twin else ()
        return sentence, (*formula, " = ", (cells[0],), *said), cells


def _forward(w):
    m, root = w.count, w.root
    yield w.step(
        f"The mean of the {m} values: their sum, divided by {m}.",
        ("(", *w.sum(lambda n: w.term("x", n)), f") / {m}"), "mean",
    )
    yield w.step(
        "The variance: how far each value lies from the mean, squared, on average.",
        ("(", *w.sum(lambda n: (*w.off(n), "²")), f") / {m}"), "variance",
    )
    for n in range(m):
        yield w.step(
            f"Value {n} less the mean, divided by the root of the variance.",
            (*w.off(n), f" / {root}"), "normalised", n,
        )
    for n in range(m):
        yield w.step(
            f"Output {n}: the normalised value times γ, plus β, which are learned.",
            ((("weight", 0, 0),), "·", *w.term("normalised", n), " + ", *w.term("bias")), "y", n,
        )


def _backward(w):
    m, root = w.count, w.root
    yield w.step(
        "β was added to every output: its derivative is the sum of them all.",
        w.sum(lambda n: w.term("dy", n)), "dbias",
    )
    yield w.step(
        "γ multiplied every normalised value: each of them, times the derivative of its output.",
        w.sum(lambda n: (*w.term("dy", n), "·", *w.term("normalised", n))), "dweight",
    )
    for n in range(m):
        yield w.step(
            f"Normalised value {n} was multiplied by γ.",
            (*w.term("dy", n), "·", *w.term("weight")), "dnormalised", n,
        )
    yield w.step(
        "All values were divided by the root of the variance, so all of them lead back to it.",
        ("(", *w.sum(lambda n: (*w.term("dnormalised", n), "·", *w.off(n))),
         f")·(−½) / {root}³"), "dvariance",
    )
    yield w.step(
        "The mean was taken from every value. (The way over the variance adds 0 to it.)",
        ("−(", *w.sum(lambda n: w.term("dnormalised", n)), f") / {root}"), "dmean",
    )
    for n in range(m):
        formula = (
            *w.term("dnormalised", n), f" / {root} + ", *w.term("dvariance"), "·2·", *w.off(n),
            f"/{m} + ", *w.term("dmean"), f"/{m}",
        )
        yield w.step(
            f"Value {n} went three ways: into its own normalised value, into the variance, into "
            "the mean.", formula, "dx", n, "numerical",
        )
