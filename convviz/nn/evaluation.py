"""What a network answers, and how good that is."""

from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from convviz.nn import _data, _steps
from convviz.nn._context import no_grad
from convviz.nn.loss import CrossEntropyLoss

# samples that are worth laying out a chain for
_MANY = 64


class Evaluation(NamedTuple):
    """How good answers are.

    Attributes
    ----------
    loss : float
        The mean over all targets.
    accuracy : float or None
        The share of right answers, where targets are classes.
    """

    loss: float
    accuracy: float | None


def predict(net, x, *, batch_size=256):
    """Return the outputs of `net` for all of `x`, in prediction and a batch at a time.

    Nothing of the network changes, nor whether it is in training.

    Parameters
    ----------
    net : Module
    x : array (N, ...)
    batch_size : int
        How many samples at once: how much memory it takes.

    Returns
    -------
    array (N, ...), or dict of arrays for a network with several heads

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> predict(nn.Flatten(), np.zeros((3, 1, 2, 2), np.float32)).shape
    (3, 4)
    """
    x, _ = _data.pair("x", (x, x))
    with predicting(net, x) as forward:
        found = [forward(x[part]) for part in _parts(len(x), batch_size)]
    if isinstance(found[0], dict):
        return {name: np.concatenate([some[name] for some in found]) for name in found[0]}
    return np.concatenate(found)


def evaluate(net, data, *, loss=None, batch_size=256):
    """Return the mean loss over `data`, a pair (x, targets), and the share of right answers.

    Parameters
    ----------
    net : Module
    data : pair of arrays
    loss : Loss, optional
        Cross-entropy where it is left out.
    batch_size : int

    Returns
    -------
    Evaluation

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> scores = np.float32([[2, 1], [0, 1], [5, 1]])
    >>> found = evaluate(nn.Flatten(), (scores, np.array([0, 1, 1])))
    >>> round(found.loss, 3), round(found.accuracy, 3)
    (1.548, 0.667)
    """
    data, loss = _data.pair("data", data), loss or CrossEntropyLoss()
    total, right, answers = 0.0, None, 0
    with predicting(net, data[0]) as forward:
        for part in _parts(len(data[0]), batch_size):
            x, target = _data.taken(data, part)
            outputs = forward(x)
            total += float(loss(outputs, target)) * len(x)
            correct, count = _steps.count_correct(outputs, target)
            if correct is not None:
                right, answers = (right or 0) + correct, answers + count
    return Evaluation(total / len(data[0]), None if right is None else right / answers)


def _parts(count, batch_size):
    size = _data.batch_size(batch_size, count)
    return [slice(start, start + size) for start in range(0, count, size)]


@contextmanager
def predicting(net, x):
    """Prediction for the time of the block, and each layer as it was afterwards.

    What to call instead of `net` comes out: where the network is a chain, it is run as one.
    """
    before = [(module, module.training) for module in net.modules()]
    net.eval()
    try:
        with no_grad():
            yield _forward_of(net, x)
    finally:
        for module, training in before:
            module.training = training


def _forward_of(net, x):
    chain = _steps.chain_of(net, x.shape[1:]) if len(x) >= _MANY else None
    if chain is None:
        return net
    parameters = np.concatenate([parameter.data.ravel() for parameter in net.parameters()])
    return lambda some: chain.forward(some, parameters)
