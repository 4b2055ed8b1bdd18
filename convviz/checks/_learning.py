"""Checks of learning: the slope of a loss, and a step down it."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run


def _softmax(scores, axis=1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _slopes(scores, labels, *, axis=1, by=None, minus=1.0):
    shares = _softmax(scores, axis)
    shares[np.arange(len(labels)), labels] -= minus
    return shares / (by or len(labels))


def score_gradient(scores, labels):
    """The derivative of the mean cross-entropy with respect to every score."""
    return _slopes(scores, labels)


def _through_the_logarithm(scores, labels):
    wanted = np.eye(scores.shape[1])[labels]
    return -wanted / _softmax(scores) / len(labels)


def _without_care(scores, labels):
    powers = np.exp(scores)
    wanted = np.eye(scores.shape[1])[labels]
    return (powers / powers.sum(axis=1, keepdims=True) - wanted) / len(labels)


_SLOPE_VARIANTS = [
    Variant(
        "does the exponential overflow? Take the largest score of the row off first", _without_care
    ),
    Variant(
        "is the largest score of the whole batch taken off? That of each row",
        lambda s, labels: _without_care(s - s.max(), labels),
    ),
    Variant(
        "is it not divided by m? The loss is a mean over the pictures",
        lambda s, labels: _slopes(s, labels, by=1),
    ),
    Variant(
        "is it divided by all numbers? By m, the pictures",
        lambda s, labels: _slopes(s, labels, by=s.size),
    ),
    Variant("is the sign turned? p − 1, not 1 − p", lambda s, labels: -_slopes(s, labels)),
    Variant(
        "is nothing taken off at the right class? There it is p − 1",
        lambda s, labels: _slopes(s, labels, minus=0),
    ),
    Variant(
        "does the softmax go down the columns? Each row adds up to 1",
        lambda s, labels: _slopes(s, labels, axis=0),
    ),
    Variant(
        "is that the slope of the shares? Go on through the softmax, to the scores",
        _through_the_logarithm,
    ),
    Variant(
        "is one taken off every class? Only off the right one",
        lambda s, labels: (_softmax(s) - 1) / len(labels),
    ),
]


def check_score_gradient(function):
    """Check ``score_gradient(scores, labels)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_score_gradient(lambda scores, labels: -score_gradient(scores, labels))
    ✗ score_gradient: 0 of 5 cases
      1 picture, 2 classes: row 0, column 0: expected −0.75, got 0.75: is the sign turned? p − 1, \
not 1 − p
    """
    given = [
        ("", [[0, np.log(3)]], [0]),
        ("", [[1, 2, 3, -1.0]], [2]),
        ("", [[0, np.log(3)], [np.log(3), 0.0]], [0, 0]),
        ("", [[1, 0, -2], [3, 1, 0.5], [0, 2, 2], [-1, -1, 1]], [2, 0, 0, 1]),
        ("large scores, ", [[1000, 999], [-1000, -1001.0]], [0, 1]),
    ]
    cases = []
    for words, scores, labels in given:
        scores, labels = np.array(scores), np.array(labels)
        words += f"{_numbers.count(len(scores), 'picture')}, {scores.shape[1]} classes"
        cases.append(Case(words, (scores, labels), score_gradient(scores, labels)))
    return run("score_gradient", function, cases, _SLOPE_VARIANTS)


def momentum_step(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    """The weights and the velocity after one step."""
    velocity = momentum * velocity + dw + decay * w
    return np.array([w - lr * velocity, velocity])


def _step(change):
    """A step of which only the weights' own move is told, from the right velocity."""

    def function(w, dw, velocity, lr, momentum=0.9, decay=0.0):
        new = momentum * velocity + dw + decay * w
        return np.array([w - lr * change(new, dw + decay * w, velocity, momentum), new])

    return function


def _rate_inside(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity = momentum * velocity - lr * (dw + decay * w)
    return np.array([w + velocity, velocity])


def _average(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity = momentum * velocity + (1 - momentum) * (dw + decay * w)
    return np.array([w - lr * velocity, velocity])


def _decay_apart(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    w_new, velocity = momentum_step(w, dw, velocity, lr, momentum)
    return np.array([w_new - lr * decay * w, velocity])


_step_before, _step_after = around(momentum_step)

_STEP_VARIANTS = [
    Variant("does it walk uphill? Against the slope: minus", _step(lambda new, *_: -new)),
    Variant("is lr in the velocity, too? Only the weights' step is multiplied by lr", _rate_inside),
    Variant(
        "is the slope multiplied by 1 − momentum? It is added as it is", _average
    ),
    Variant(
        "is the momentum left out of the step? The weights move by the velocity",
        _step(lambda new, slope, *_: slope),
    ),
    Variant(
        "do the weights move by the old velocity? First the velocity, then the step",
        _step(lambda new, slope, old, _: old),
    ),
    Variant(
        "is that the step of Nesterov? Here the weights move by the velocity itself",
        _step(lambda new, slope, old, momentum: slope + momentum * new),
    ),
    Variant(
        "is there no momentum at all?",
        _step_before(lambda w, dw, v, lr, momentum, decay: (w, dw, v, lr, 0, decay)),
    ),
    Variant(
        "is the momentum always 0.9? It is an argument",
        _step_before(lambda w, dw, v, lr, momentum, decay: (w, dw, v, lr, 0.9, decay)),
    ),
    Variant(
        "is the decay left out?",
        _step_before(lambda w, dw, v, lr, momentum, decay: (w, dw, v, lr, momentum, 0)),
    ),
    Variant("does the decay go past the velocity? It is part of the slope", _decay_apart),
    Variant(
        "is the decay's sign turned? It pulls weights towards 0",
        _step_before(lambda w, dw, v, lr, momentum, decay: (w, dw, v, lr, momentum, -decay)),
    ),
    Variant("does the velocity come first? First the weights", _step_after(lambda y: y[::-1])),
    Variant("is the velocity missing? Return both", _step_after(lambda y: y[0])),
]


def check_momentum_step(function):
    """Check ``momentum_step(w, dw, velocity, lr, momentum=0.9, decay=0.0)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> def momentum(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    ...     return momentum_step(w, dw, velocity, lr, momentum)
    >>> check_momentum_step(momentum)
    ✗ momentum_step: 3 of 5 cases
      2 weights, on the move, decay 0.5: row 0, column 0: expected 0.6, got 0.65: is the decay \
left out?
    """
    given = [
        ("from rest", [1, -2.0], [2, 0.5], [0, 0.0], 0.1, {}),
        ("on the move", [1, -2.0], [2, 0.5], [3, -1.0], 0.1, {"momentum": 0.5}),
        ("on the move", [0, 1, 4.0], [1, -1, 0.5], [-2, 2, 1.0], 0.5, {}),
        ("on the move", [1, -2.0], [2, 0.5], [3, -1.0], 0.1, {"momentum": 0.5, "decay": 0.5}),
        ("from rest", [4, -3, 2.0], [0, 1, -1.0], [0, 0, 0.0], 0.25, {"decay": 0.1}),
    ]
    cases = []
    for words, *arrays, lr, more in given:
        arrays = [np.array(array, float) for array in arrays]
        decay = f", decay {more['decay']}" if "decay" in more else ""
        expected = momentum_step(*arrays, lr, **more)
        text = f"{_numbers.count(len(arrays[0]), 'weight')}, {words}{decay}"
        cases.append(Case(text, (*arrays, lr), expected, more))
    return run("momentum_step", function, cases, _STEP_VARIANTS)
