"""One training step of LeNet-5 (32×32 digits, ReLU, momentum), PyTorch's and ours.

Ours op by op, as a reader would compose it from `ops`, and as a chain that runs as one.
"""

import numpy as np
import torch

from convviz import ops
from convviz.ops import conv, links

functional = torch.nn.functional
SHAPES = ((6, 1, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84))
# stride, padding, dilation, groups, padding mode and value of a plain convolution
_PLAIN = (1, 0, 1, 1, "zeros", 0.0)
RATE, MOMENTUM = np.float32(1e-6), np.float32(0.9)


def multiply_adds():
    """Per image: two convolutions and three layers; the first needs no derivative of its input."""
    first, second = 28 * 28 * 6 * 25, 10 * 10 * 16 * 150
    return 2 * first + 3 * second + 3 * (400 * 120 + 120 * 84 + 84 * 10)


def op_by_op(batch):
    """Return the two steps, each a function without arguments that trains on the same batch."""
    return _pair(batch, _our_step)


def as_chain(batch):
    """Return the two steps, ours as one chain."""
    return _pair(batch, _chain_step)


def _pair(batch, ours):
    generator = np.random.default_rng(1)
    weights = [
        (generator.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)
        for shape in SHAPES
    ]
    x = generator.standard_normal((batch, 1, 32, 32)).astype(np.float32)
    labels = generator.integers(0, 10, batch)
    return _torch_step(x, labels, weights), ours(x, labels, weights)


def _torch_step(x, labels, weights):
    x, labels = torch.from_numpy(x), torch.from_numpy(labels)
    parameters = [
        torch.tensor(array, requires_grad=True)
        for weight in weights
        for array in (weight, np.zeros(len(weight), np.float32))
    ]
    optimizer = torch.optim.SGD(parameters, lr=float(RATE), momentum=float(MOMENTUM))

    def step():
        w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
        optimizer.zero_grad(set_to_none=True)
        h = functional.relu(functional.max_pool2d(functional.conv2d(x, w1, b1), 2))
        h = functional.relu(functional.max_pool2d(functional.conv2d(h, w2, b2), 2))
        h = functional.relu(functional.linear(h.flatten(1), w3, b3))
        h = functional.relu(functional.linear(h, w4, b4))
        loss = functional.cross_entropy(functional.linear(h, w5, b5), labels)
        loss.backward()
        optimizer.step()
        return loss.item(), parameters

    return step


def chain():
    """LeNet-5, with the pooling before the ReLU as on the other side: the same numbers."""
    return ops.Chain(
        [
            links.Conv2d(6, 5), links.MaxPool2d(2), links.ReLU(),
            links.Conv2d(16, 5), links.MaxPool2d(2), links.ReLU(), links.Flatten(),
            links.Linear(120), links.ReLU(), links.Linear(84), links.ReLU(), links.Linear(10),
        ],
        (1, 32, 32),
    )  # fmt: skip


def _chain_step(x, labels, weights):
    network = chain()
    parameters = np.zeros(network.size, np.float32)
    for view, weight in zip(network.views(parameters)[::2], weights, strict=True):
        view[...] = weight
    velocities = np.zeros_like(parameters)

    def step():
        loss = network.train_step(
            x, labels, parameters, velocities, rate=float(RATE), momentum=float(MOMENTUM)
        )
        return loss, network.views(parameters)

    return step


def _our_step(x, labels, weights):
    parameters = [
        array
        for weight in weights
        for array in (weight.copy(), np.zeros(len(weight), np.float32))
    ]
    velocities = [np.zeros_like(array) for array in parameters]

    def step():
        loss, gradients = _loss_and_gradients(x, labels, parameters)
        for parameter, velocity, gradient in zip(parameters, velocities, gradients, strict=True):
            velocity *= MOMENTUM
            velocity += gradient
            parameter -= RATE * velocity
        return loss, parameters

    return step


def _loss_and_gradients(x, labels, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    # the pooling goes before the ReLU on both sides: the same numbers, a quarter of the work
    c1 = ops.conv2d(x, w1, b1)
    p1, at1 = ops.max_pool2d(c1, 2, return_indices=True)
    h1 = ops.relu(p1)
    c2 = ops.conv2d(h1, w2, b2)
    p2, at2 = ops.max_pool2d(c2, 2, return_indices=True)
    h2 = ops.relu(p2)
    flat = h2.reshape(len(x), -1)
    a3 = ops.linear(flat, w3, b3)
    h3 = ops.relu(a3)
    a4 = ops.linear(h3, w4, b4)
    h4 = ops.relu(a4)
    scores = ops.linear(h4, w5, b5)
    loss = ops.cross_entropy(scores, labels)
    d5 = ops.cross_entropy_backward(np.ones_like(loss), scores, labels)
    d4, dw5, db5 = ops.linear_backward(d5, h4, w5)
    d3, dw4, db4 = ops.linear_backward(ops.relu_backward(d4, a4), h3, w4)
    d2, dw3, db3 = ops.linear_backward(ops.relu_backward(d3, a3), flat, w3)
    d2 = ops.relu_backward(d2.reshape(p2.shape), p2)
    d2 = ops.max_pool2d_backward(d2, at2, c2.shape)
    d1, dw2, db2 = ops.conv2d_backward(d2, h1, w2)
    d1 = ops.max_pool2d_backward(ops.relu_backward(d1, p1), at1, c1.shape)
    # nobody asks for the derivative of the images, on neither side
    _, dw1, db1 = conv.backward(2, d1, x, w1, _PLAIN, False, input_too=False)
    return loss, [dw1, db1, dw2, db2, dw3, db3, dw4, db4, dw5, db5]
