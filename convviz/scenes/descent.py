"""Two weights find their way down a valley: gradient descent and its relatives, step by step."""

from functools import cache

import numpy as np

from convviz import geometry, nn
from convviz.nn.seeds import aside
from convviz.scenes import _check
from convviz.scenes._layer import clauses
from convviz.scenes._text import MINUS, number, plural, signed_factor
from convviz.scenes.scene import Grid, Question, Scene, Step

#: What the scene can follow, each an optimiser of `convviz.nn`.
OPTIMIZERS = ("SGD", "momentum", "Adam")
#: The training set: two samples of two numbers each, and what a weighted sum should make of them.
VALLEY_INPUTS, VALLEY_TARGETS = np.array([[3, 1], [3, -1]]), np.array([6, -6])
#: Where the weights begin.
VALLEY_START = (3, -9)
_ROWS, _COLUMNS = 4, 10
_MAP = "loss of every pair"


@_check.without_warnings
def descent(
    optimizer="SGD", *, lr=0.1, momentum=0.9, weight_decay=0.0, one_sample=False, steps=10,
    start=VALLEY_START,
):
    """The scene of two weights that learn: the valley of their loss, and their way through it.

    The loss is ½·(error)², on average over two samples: a weighted sum of (3, 1) should be 6, that
    of (3, −1) should be −6. This makes a valley nine times as steep in w₀ as in w₁, lowest at
    (0, 6).

    Parameters
    ----------
    optimizer : {"SGD", "momentum", "Adam"}
    lr : float
        The learning rate.
    momentum : float
        The share of the last velocity that is kept, from 0 to below 1; for ``"momentum"``.
    weight_decay : float
        This share of each weight is added to its derivative.
    one_sample : bool
        Whether the two samples take turns, a batch of one each, instead of both in every step.
    steps : int
        From 1 to 24.
    start : pair of number

    Returns
    -------
    Scene
        One step for each step, made by `nn.SGD` or `nn.Adam`.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = descent(lr=0.2)
    >>> scene
    Descent: SGD, learning rate 0.2: loss 153 → 1.76, 10 steps
    >>> scene.formula_text(0)
    'w₀ = 3 − 0.2·27 = −2.4,   w₁ = −9 − 0.2·(−15) = −6'
    >>> descent(lr=0.25)
    Descent: SGD, learning rate 0.25: loss 153 → 3510, 10 steps
    """
    _check.choice("optimizer", optimizer, OPTIMIZERS)
    numbers = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
    for name, value in numbers.items():
        numbers[name] = float(_check.number(name, value))
        if not 0 <= numbers[name] < np.inf or (name == "momentum" and numbers[name] >= 1):
            most = ", below 1" if name == "momentum" else ""
            raise ValueError(f"{name}={value} does not lead down: use a number from 0 on{most}")
    steps = geometry.integer("steps", steps, 1, f"use 1 to {_check.MOST_CELLS}")
    if steps > _check.MOST_CELLS:
        raise ValueError(f"steps={steps}: use a whole number from 1 to {_check.MOST_CELLS}")
    begin = _check.numbers("start", start, 1).astype(float)
    if begin.shape != (2,) or not np.isfinite(begin).all():
        raise ValueError(f"start={start!r} is no pair of finite numbers: use one such as (3, -9)")
    way = _Way(optimizer, numbers, _check.flag("one_sample", one_sample), begin)
    for _ in range(steps):
        way.go()
    said = f"{optimizer} {number(numbers['momentum'])}" if optimizer == "momentum" else optimizer
    said += f", learning rate {_rate(numbers['lr'])}"
    said += f", weight decay {_rate(numbers['weight_decay'])}" if weight_decay else ""
    said += ", one sample a step" if one_sample else ""
    losses = loss_of(np.array(way.places))
    summary = (
        f"{said}: loss {_short(losses[0])} → {_short(losses[-1])}, "
        f"{plural(len(way.slopes), 'step')}"
    )
    grids = _grids(way, losses)
    return Scene(
        "Descent", summary, grids, ("", ""),
        _steps(way, losses), _caption(numbers),
        poster=min(5, len(way.slopes) - 1), rows=(1, 2), question=_question(way),
    )


def loss_of(weights):
    """The loss over the training set, for weights ``(..., 2)``.

    >>> loss_of(np.array([3, -9]))
    np.float64(153.0)
    """
    errors = weights @ VALLEY_INPUTS.T - VALLEY_TARGETS
    return 0.5 * (errors**2).mean(axis=-1)


class _Way:
    """The way of the weights: places, derivatives, and what the optimiser makes of those."""

    def __init__(self, optimizer, numbers, one_sample, begin):
        self.kind, self.one_sample = optimizer, one_sample
        self.lr, self.momentum = numbers["lr"], numbers["momentum"]
        self.decay = numbers["weight_decay"]
        with aside():
            self._weights = nn.Parameter((2,), dtype=np.float64)
        self._weights.data = begin
        options = {"lr": self.lr, "weight_decay": self.decay}
        if optimizer == "Adam":
            self.optimizer = nn.Adam([self._weights], **options)
        else:
            share = self.momentum if optimizer == "momentum" else 0.0
            self.optimizer = nn.SGD([self._weights], momentum=share, **options)
        self.places, self.slopes, self.moves = [begin], [], []

    def go(self):
        """One step of the optimiser."""
        which = [len(self.slopes) % 2] if self.one_sample else [0, 1]
        inputs = VALLEY_INPUTS[which]
        errors = inputs @ self.places[-1] - VALLEY_TARGETS[which]
        slope = (errors[:, None] * inputs).mean(axis=0)
        self.optimizer.zero_grad()
        self._weights.accumulate(slope.copy())
        self.optimizer.step()
        self.slopes.append(slope)
        self.places.append(self._weights.data.copy())
        if self.kind == "momentum":
            self.moves.append(self.optimizer.velocity.copy())
        elif self.kind == "Adam":
            # lr times this was subtracted
            change = self.places[-2] - self.places[-1]
            self.moves.append(change / self.lr if self.lr else np.zeros(2))

    def cells(self):
        """The cells of the map nearest to the places; None for those beyond the map."""
        nearest = np.rint(self.places)
        inside = (np.abs(nearest) <= (_ROWS, _COLUMNS)).all(axis=1).tolist()
        # What is not finite lies beyond the map, too.
        numbers = np.nan_to_num(nearest).tolist()
        return [
            (_MAP, int(row) + _ROWS, int(column) + _COLUMNS) if on else None
            for on, (row, column) in zip(inside, numbers, strict=True)
        ]


def _short(value):
    """A loss to three digits; the digits beyond would say nothing."""
    return number(float(f"{value:.3g}")) if np.isfinite(value) else number(value)


def _rate(value):
    """A learning rate with all its digits."""
    return f"{value:g}"


@cache
def _valley():
    """The loss at every place of the map."""
    rows, columns = np.mgrid[-_ROWS : _ROWS + 1, -_COLUMNS : _COLUMNS + 1]
    return loss_of(np.stack([rows, columns], axis=-1))


def _grids(way, losses):
    there = {"hidden": True, "stack": "where the weights are"}
    moving = {"hidden": True, "stack": "what moves them"}
    places, slopes = np.array(way.places).T, np.array(way.slopes).T
    moves = {
        "SGD": (),
        "momentum": (("velocity", "neutral", f"{number(way.momentum)}·velocity + dw"),),
        "Adam": (("mean / root", "neutral", "of the derivatives and of their squares"),),
    }[way.kind]
    return (
        Grid(
            _MAP, "neutral", _valley(), note="w₀ down, w₁ across; stronger is higher",
            origin=(-_ROWS, -_COLUMNS), display="blank", shade="signed",
        ),
        Grid("w", "filter", places, note="w₀ and w₁, from the start on", **there),
        Grid("loss", "output", losses[None], note="over both samples", **there),
        Grid("dw", "gradient", slopes, note="derivatives of the loss", **moving),
        *(Grid(name, role, np.array(way.moves).T, note=note, **moving)
          for name, role, note in moves),
    )


def _steps(way, losses):
    """One step down, or up where the learning rate is too large, after another."""
    cells, losses = way.cells(), losses.tolist()
    return tuple(_step(way, cells[: n + 2], losses, n) for n in range(len(way.slopes)))


def _step(way, cells, losses, n):
    before, after = losses[n], losses[n + 1]
    went = "falls" if after < before else "stays" if after == before else "rises"
    who = f" on sample {n % 2} alone" if way.one_sample else ""
    where = "" if cells[-1] else " The place lies beyond the map."
    links = tuple(
        (one, other) for one, other in zip(cells, cells[1:], strict=False)
        if one and other and one != other
    )
    writes = [(("w", k, n + 1), way.places[n + 1][k]) for k in range(2)]
    writes += [(("dw", k, n), way.slopes[n][k]) for k in range(2)]
    if way.moves:
        writes += [((_name(way), k, n), way.moves[n][k]) for k in range(2)]
    writes.append((("loss", 0, n + 1), after))
    if not n:
        writes += [(("w", k, 0), way.places[0][k]) for k in range(2)] + [(("loss", 0, 0), before)]
    lowest = (_MAP, _ROWS, _COLUMNS + 6)
    marks = [(lowest, "ring")] + [(cell, "tap") for cell in cells if cell]
    return Step(
        sentence=(
            f"Step {n + 1}{who}: the loss {went} from {_short(before)} to {_short(after)}.{where}"
        ),
        formula=(f"{_formula(way, n, 0)},   {_formula(way, n, 1)}",),
        result=cells[-1], writes=tuple(writes), marks=tuple(marks), links=links,
    )


def _name(way):
    return "velocity" if way.kind == "momentum" else "mean / root"


def _formula(way, n, k):
    """The step of one weight with its numbers filled in."""
    old, new, slope = way.places[n][k], way.places[n + 1][k], way.slopes[n][k]
    letter = "₀₁"[k]
    decay = f" + {_rate(way.decay)}·{signed_factor(old)}" if way.decay else ""
    went = f"w{letter} = {number(old)} {MINUS} {_rate(way.lr)}·"
    if way.kind == "SGD":
        by = f"({number(slope)}{decay})" if decay else signed_factor(slope)
        return f"{went}{by} = {number(new)}"
    if way.kind == "Adam":
        return f"{went}{signed_factor(way.moves[n][k])} = {number(new)}"
    kept = number(way.moves[n - 1][k]) if n else "0"
    kept = f"({kept})" if kept.startswith(MINUS) else kept
    velocity = f"v{letter} = {number(way.momentum)}·{kept} + {signed_factor(slope)}{decay}"
    return (
        f"{velocity} = {number(way.moves[n][k])},  {went}{signed_factor(way.moves[n][k])} = "
        f"{number(new)}"
    )


def _caption(numbers):
    decay = numbers["weight_decay"]
    said = [[("loss = ½·(9·w₀² + (w₁ − 6)²),   lowest at ", ""), ("(0, 6)", "output")]]
    if decay:
        share = f"with weight decay w₁ rests at 6 / (1 + {_rate(decay)}) = "
        said.append([(share, ""), (number(6 / (1 + decay)), "output")])
    return clauses(*said)


def _question(way):
    """Where the first step leads."""
    after = float(way.places[1][1])
    if not np.isfinite(after):
        return None
    before, slope = way.places[0][1], way.slopes[0][1]
    return Question(
        f"w₁ is {number(before)} and its derivative {number(slope)}. What is w₁ after the first "
        "step?",
        "number", after, f"{_formula(way, 0, 1)}.", hides=("w", "dw", "loss")
        + ((_name(way),) if way.moves else ()), tolerance=0.006,
    )
