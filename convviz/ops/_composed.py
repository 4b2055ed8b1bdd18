"""A chain by NumPy, one operation after another: what answers until its program is compiled.

The operations are the doubles in `convviz.ops._numpy`. Sums run in another order than in the
program, so that the last digit may be another.
"""

import numpy as np

from convviz.ops import _padding, _pooling
from convviz.ops import links as _links
from convviz.ops._chained import Result
from convviz.ops._layout import ready
from convviz.ops._numpy import conv, elementwise, pool


def work_of(links, shapes):
    """Multiply-adds for a sample, forwards; each number that comes out counts as one at least."""
    count = 0
    for link, before, after in zip(links, shapes, shapes[1:], strict=False):
        weights = link.parameter_shapes(before)[:1]
        each = np.prod(weights[0][1:]) if weights else 1
        count += int(each * np.prod(after))
    return count


def run(chain, x, parameters, labels, dy, update, input_too):
    """The `Result` of one run; what is None is not there, as for `_machine.Machine.run`."""
    # compiled loops do not warn of infinities
    with np.errstate(all="ignore"):
        weights = chain.views(parameters)
        outputs, ways_back = _forward(chain, x, weights)
        if labels is None and dy is None:
            return Result(0.0, None, outputs, None)
        loss, correct = 0.0, 0
        if dy is None:
            wrong = labels[(labels < 0) | (labels >= outputs.shape[1])]
            if len(wrong):
                return Result(loss, None, None, int(wrong[0]))
            loss, dy = _cross_entropy(outputs, labels)
            correct = int((outputs.argmax(axis=1) == labels).sum())
        gradients = np.empty_like(parameters)
        dx = _backward(ways_back, dy, chain.views(gradients))
        if update:
            _descend(parameters, gradients, *update)
        return Result(loss, gradients, dx if input_too else None, None, correct)


def _forward(chain, x, weights):
    """The output, and for each link its way back with the number of its parameters."""
    ways_back = []
    for link, before in zip(chain.links, chain.shapes, strict=False):
        count = len(link.parameter_shapes(before))
        mine, weights = weights[:count], weights[count:]
        x, back = _KINDS[type(link)](link, before, x, *mine)
        ways_back.append((back, count))
    return x, ways_back


def _backward(ways_back, dy, gradients):
    for back, count in reversed(ways_back):
        mine, gradients = gradients[len(gradients) - count :], gradients[: len(gradients) - count]
        dy = back(ready(dy), *mine)
    return dy


def _convolution(link, before, x, w, b=None):
    plan = link.plan(before)
    xp = _padding.pad(x, plan.padding, "zeros", 0)
    y = np.empty((len(x), len(w), *plan.output), x.dtype)
    y[...] = 0 if b is None else b[:, None, None]
    conv.forward(xp, w, y, *plan.spacing)

    def back(dy, dw, db=None):
        conv.backward_weight(dy, xp, dw, *plan.spacing)
        if db is not None:
            dy.sum(axis=(0, 2, 3), out=db)
        dxp = np.zeros_like(xp)
        conv.backward_input(dy, w, dxp, *plan.spacing)
        return _padding.pad_backward(dxp, plan.padding, "zeros")

    return y, back


def _linear(link, before, x, w, b=0):
    def back(dy, dw, db=None):
        np.matmul(dy.T, x, out=dw)
        if db is not None:
            dy.sum(axis=0, out=db)
        return dy @ w

    return x @ w.T + b, back


def _flatten(link, before, x):
    return x.reshape(len(x), -1), lambda dy: dy.reshape(x.shape)


def _largest(link, before, x):
    plan, y = link.plan(before), _pooling.pooled(x, link.plan(before))
    indices, volumes = np.empty(y.shape, np.int64), plan.of_volumes()
    arrays = _pooling.volumes(plan, x, y, indices)
    pool.max_forward(*arrays, *volumes.windows, volumes.gaps, volumes.run, volumes.even)

    def back(dy):
        dx, count = np.empty_like(x), x.shape[0] * x.shape[1]
        pool.max_backward(*(array.reshape(count, -1) for array in (dy, indices, dx)))
        return dx

    return y, back


def _mean(link, before, x):
    plan, y = link.plan(before), _pooling.pooled(x, link.plan(before))
    volumes = plan.of_volumes()
    pool.avg_forward(*_pooling.volumes(plan, x, y), *volumes.windows, volumes.run)

    def back(dy):
        dx = np.empty_like(x)
        pool.avg_backward(*_pooling.volumes(plan, dx, dy)[::-1], *volumes.windows)
        return dx

    return y, back


def _activation(forward, backward):
    """A link whose derivatives are told by its output."""

    def run(link, before, x):
        y = np.empty_like(x)
        forward(link, x, y)

        def back(dy):
            dx = np.empty_like(dy)
            backward(link, dy, y, dx)
            return dx

        return y, back

    return run


_KINDS = {
    _links.Conv2d: _convolution,
    _links.Linear: _linear,
    _links.Flatten: _flatten,
    _links.MaxPool2d: _largest,
    _links.AvgPool2d: _mean,
    _links.ReLU: _activation(
        lambda _, *arrays: elementwise.relu(*arrays),
        lambda _, *arrays: elementwise.relu_backward(*arrays),
    ),
    _links.LeakyReLU: _activation(
        lambda link, x, y: elementwise.leaky(x, x, y, link.negative_slope),
        lambda link, dy, y, dx: elementwise.leaky(dy, y, dx, link.negative_slope),
    ),
    _links.Sigmoid: _activation(
        lambda _, *arrays: elementwise.sigmoid(*arrays),
        lambda _, *arrays: elementwise.sigmoid_backward(*arrays),
    ),
    _links.Tanh: _activation(
        lambda _, *arrays: elementwise.tanh(*arrays),
        lambda _, *arrays: elementwise.tanh_backward(*arrays),
    ),
}


def _cross_entropy(scores, labels):
    """The mean loss of softmax, and its derivatives: the chances, less 1 for the right class."""
    scores = scores - scores.max(axis=1, keepdims=True)
    chances, rows = np.exp(scores), np.arange(len(labels))
    totals = chances.sum(axis=1, keepdims=True)
    loss = (np.log(totals[:, 0]) - scores[rows, labels]).mean(dtype=np.float64)
    chances /= totals
    chances[rows, labels] -= 1
    return float(loss), chances / len(labels)


def _descend(parameters, gradients, velocities, rates):
    rate, momentum, decay, nesterov = rates.astype(parameters.dtype)
    if decay:
        gradients += decay * parameters
    velocities *= momentum
    velocities += gradients
    parameters -= rate * (gradients + momentum * velocities if nesterov else velocities)
