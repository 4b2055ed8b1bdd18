"""Checks of a small LeNet: of its first weights, and of what has been learned."""

import functools

import numpy as np

from convviz.checks import _numbers, call
from convviz.checks._lenet import LENET_SHAPES, lenet_scores, lenet_slopes
from convviz.checks._result import Check, raised

#: Shares of right answers that a trained network is asked for, with their names.
GOALS = {"more than half": 0.5, "more than two thirds": 2 / 3, "more than 80 %": 0.8}
_DRAWS = 20
# What a standard deviation may be off, of as many draws.
_OFF = 0.1


def first_weights(rng):
    """He's weights (He and others 2015), and biases of 0."""
    roots = [np.sqrt(2 / np.prod(shape[1:])) for shape in LENET_SHAPES]
    return [
        root * rng.normal(size=shape) if len(shape) > 1 else np.zeros(shape)
        for root, shape in zip(roots, LENET_SHAPES, strict=True)
    ]


def check_first_weights(function):
    """Check ``first_weights(rng)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_first_weights(lambda rng: [np.zeros(shape) for shape in LENET_SHAPES])
    ✗ first_weights: 3 of 6 cases
      first convolution: all weights are 0: then all filters would stay alike
    """
    name, total = "first_weights", len(LENET_SHAPES)
    if not callable(function):
        return Check(name, 0, total, (f"expected a function, got {type(function).__name__}",))
    rngs = map(np.random.default_rng, range(_DRAWS))
    outcomes = [call.student(_weights_of(function), rng) for rng in rngs]
    problem = _failed(outcomes[-1])
    if problem is not None:
        return Check(name, 0, total, tuple(problem), attempted=bool(problem))
    draws = [[part[at] for part in (o.value for o in outcomes)] for at in range(total)]
    wrong = [_layer_problem(*pair) for pair in zip(draws, _LAYERS, strict=True)]
    wrong = [text for text in wrong if text]
    return Check(name, total - len(wrong), total, tuple(wrong[:1]))


_LAYERS = [
    (shape, f"{'' if len(shape) > 1 else 'biases of the '}{layer}")
    for shape, layer in zip(
        LENET_SHAPES,
        [name for name in ("first convolution", "second convolution", "dense layer") for _ in "wb"],
        strict=True,
    )
]


def _weights_of(function):
    """The function, with what it returns as six arrays of numbers, or a plain error."""

    @functools.wraps(function)
    def weights(*args):
        found = function(*args)
        if found is None:
            return None
        if not isinstance(found, (list, tuple)) or len(found) != len(LENET_SHAPES):
            raise ValueError(f"expected a list of {len(LENET_SHAPES)} arrays")
        return [np.array(part, float) for part in found]

    return weights


def _failed(outcome):
    """What kept a function from its answer, as lines; empty: not attempted; None: nothing."""
    if outcome.kind == "stub":
        return []
    if outcome.kind == "none":
        return ["returned None: does the function end with return?"]
    return raised(outcome) if outcome.kind == "error" else None


def _layer_problem(draws, layer):
    shape, name = layer
    if draws[0].shape != shape:
        return f"{name}: expected shape {shape}, got {draws[0].shape}"
    if not all(np.isfinite(draw).all() for draw in draws):
        return f"{name}: NaN or infinity"
    if len(shape) == 1:
        return f"{name}: not all 0" if np.any(draws) else ""
    if not np.any(draws):
        return f"{name}: all weights are 0: then all filters would stay alike"
    if np.array_equal(draws[0], draws[1]):
        return f"{name}: always the same: draw with the rng that is handed in"
    return _spread_problem(np.std(draws), shape, name)


def _spread_problem(found, shape, name):
    fan_in = np.prod(shape[1:])
    right = np.sqrt(2 / fan_in)
    if abs(found / right - 1) < _OFF:
        return ""
    known = {
        "is that the variance? The standard deviation is its root": 2 / fan_in,
        "is 1/n taken for 2/n? The ReLU takes half of the variance away": np.sqrt(1 / fan_in),
        "are only the pixels of a window counted? It has channels, too":
            np.sqrt(2 / np.prod(shape[2:])),
        "is the filters' number counted, too? n is what one output reads":
            np.sqrt(2 / np.prod(shape)),
        "is n what a number goes to? What an output reads": np.sqrt(2 / shape[0]),
        "are they not scaled?": 1,
    }
    hint = next((hint for hint, size in known.items() if abs(found / size - 1) < _OFF / 2), "")
    expected, got = _numbers.number(round(right, 3)), _numbers.number(round(float(found), 3))
    text = f"{name}: expected a standard deviation of {expected}, got {got}"
    return f"{text}: {hint}" if hint else text


def check_train(function, images, labels):
    """Check ``train(slopes, weights, images, labels)`` on two thirds of the pictures.

    Every third is kept aside, and read with what has been learned from the others.

    Parameters
    ----------
    function : callable
    images : array (N, 1, 16, 16)
    labels : array of int (N,)

    Returns
    -------
    Check

    Examples
    --------
    >>> images = np.random.default_rng(0).normal(size=(30, 1, 16, 16))
    >>> check_train(lambda slopes, weights, images, labels: weights, images, np.arange(30) % 10)
    ✗ train: 0 of 3 cases
      the weights are as they were: does the function return what it has changed?
    """
    name = "train"
    if not callable(function):
        return Check(name, 0, len(GOALS), (f"expected a function, got {type(function).__name__}",))
    aside = np.arange(len(images)) % 3 == 0
    start = first_weights(np.random.default_rng(0))
    learn = images[~aside], labels[~aside]
    outcome = call.student(_weights_of(function), lenet_slopes, start, *learn)
    problem = _failed(outcome)
    if problem is not None:
        return Check(name, 0, len(GOALS), tuple(problem), attempted=bool(problem))
    problem = _unusable(outcome.value, start)
    if problem:
        return Check(name, 0, len(GOALS), (problem,))
    with np.errstate(all="ignore"):
        return _read(outcome.value, start, images, labels, aside)


def _read(weights, start, images, labels, aside):
    """What trained weights, of the right shapes, make of the pictures kept aside."""
    answers = lenet_scores(weights, images[aside]).argmax(axis=1)
    share = np.mean(answers == labels[aside])
    passed = int(sum(share > goal for goal in GOALS.values()))
    if passed == len(GOALS):
        return Check("train", passed, passed)
    learn = images[~aside], labels[~aside]
    losses = [lenet_slopes(each, *learn)[0] for each in (start, weights)]
    never = len(np.setdiff1d(labels, answers))
    return Check("train", passed, len(GOALS), (_why(share, *losses, never),))


def _unusable(weights, start):
    if [part.shape for part in weights] != list(LENET_SHAPES):
        return "the arrays do not have the shapes of the weights"
    if not all(np.isfinite(part).all() for part in weights):
        return "the weights hold NaN or infinity: is lr too large?"
    if all(np.array_equal(*pair) for pair in zip(weights, start, strict=True)):
        return "the weights are as they were: does the function return what it has changed?"
    return ""


def _why(share, before, after, never):
    """In words: the share of right answers, and what the losses and answers say of the reason."""
    text = f"{100 * share:.0f} % of the pictures kept aside are right"
    if share < 0.2 and after > before:
        return f"{text}: the loss has grown: does it walk uphill, or is lr too large?"
    if share < 0.2:
        return f"{text}: does each picture keep its own label, and are there enough steps?"
    if never:
        classes = "class is" if never == 1 else "classes are"
        return f"{text}: {never} {classes} never the answer: does it see pictures of all?"
    return f"{text}: go through the pictures a few times more, or take larger steps"
