"""Optimisers and schedules take PyTorch's steps."""

import numpy as np
import pytest

from convviz import nn

GRADIENTS = np.random.default_rng(1).standard_normal((6, 12))


def ours(make):
    nn.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1, bias=False)).astype(np.float64)
    return net, make(net.parameters())


def follow(net, optimizer, gradients=GRADIENTS):
    for gradient in gradients:
        optimizer.zero_grad()
        at = 0
        for parameter in net.parameters():
            piece = gradient[at : at + parameter.size].reshape(parameter.shape)
            parameter.accumulate(piece)
            at += parameter.size
        optimizer.step()
    return np.concatenate([parameter.data.ravel() for parameter in net.parameters()])


@pytest.mark.parametrize(
    ("make", "peer", "options"),
    [
        (nn.SGD, "SGD", {"lr": 0.1}),
        (nn.SGD, "SGD", {"lr": 0.1, "momentum": 0.9}),
        (nn.SGD, "SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
        (nn.SGD, "SGD", {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.1, "nesterov": True}),
        (nn.Adam, "Adam", {"lr": 0.1}),
        (nn.Adam, "Adam", {"lr": 0.01, "betas": (0.8, 0.9), "eps": 0.1, "weight_decay": 0.2}),
    ],
)
def test_steps_are_those_of_pytorch(make, peer, options):
    torch = pytest.importorskip("torch")
    net, optimizer = ours(lambda parameters: make(parameters, **options))
    start = [parameter.data.copy() for parameter in net.parameters()]
    theirs = [torch.tensor(array, requires_grad=True) for array in start]
    other = getattr(torch.optim, peer)(theirs, **options)
    for gradient in GRADIENTS:
        at = 0
        for tensor in theirs:
            size = tensor.numel()
            tensor.grad = torch.tensor(gradient[at : at + size].reshape(tensor.shape))
            at += size
        other.step()
    wanted = np.concatenate([tensor.detach().numpy().ravel() for tensor in theirs])
    np.testing.assert_allclose(follow(net, optimizer), wanted, rtol=1e-12)


@pytest.mark.parametrize("make", [lambda p: nn.SGD(p, 0.1, 0.9), lambda p: nn.Adam(p, 0.1)])
def test_a_state_is_all_that_the_next_steps_depend_on(make):
    net, optimizer = ours(make)
    follow(net, optimizer, GRADIENTS[:3])
    other, again = ours(make)
    other.load_state_dict(net.state_dict())
    again.load_state_dict(optimizer.state_dict())
    np.testing.assert_array_equal(follow(net, optimizer), follow(other, again))


def test_a_parameter_without_gradient_counts_as_one_that_is_zero():
    net, optimizer = ours(lambda parameters: nn.SGD(parameters, 0.1))
    before = net[0].weight.data.copy()
    net[1].weight.accumulate(np.ones((1, 2)))
    optimizer.step()
    np.testing.assert_array_equal(net[0].weight.data, before)


def test_a_new_array_for_a_parameter_is_followed():
    net, optimizer = ours(lambda parameters: nn.SGD(parameters, 0.5))
    follow(net, optimizer)
    net[1].weight.data = np.array([[10.0, 20]])
    net.zero_grad()
    net[1].weight.accumulate(np.ones((1, 2)))
    optimizer.step()
    np.testing.assert_array_equal(net[1].weight.data, [[9.5, 19.5]])


def test_gradients_are_shortened_together():
    torch = pytest.importorskip("torch")
    first, second = nn.Parameter((3,), dtype=np.float64), nn.Parameter((2, 2), dtype=np.float64)
    first.accumulate(np.array([3.0, 0, 4]))
    second.accumulate(np.full((2, 2), 6.0))
    theirs = [torch.zeros(3, dtype=float), torch.zeros(2, 2, dtype=float)]
    for tensor, parameter in zip(theirs, (first, second), strict=True):
        tensor.grad = torch.tensor(parameter.grad)
    wanted = torch.nn.utils.clip_grad_norm_(theirs, 2.0)
    assert nn.clip_grad_norm([first, second], 2) == pytest.approx(float(wanted))
    np.testing.assert_allclose(first.grad, theirs[0].grad, rtol=1e-6)
    before = second.grad.copy()
    nn.clip_grad_norm([first, second], 100)
    np.testing.assert_array_equal(second.grad, before)


@pytest.mark.parametrize("losses", [[5, 4, 4, 4, 3, 3, 3, 3, 3, 3], [1] * 10])
def test_schedules_are_those_of_pytorch(losses):
    torch = pytest.importorskip("torch")
    for peer, make, options in [
        ("StepLR", nn.StepLR, {"step_size": 3, "gamma": 0.5}),
        ("ReduceLROnPlateau", nn.ReduceLROnPlateau, {"factor": 0.5, "patience": 1, "min_lr": 0.2}),
    ]:
        _, optimizer = ours(lambda parameters: nn.SGD(parameters, 1.0))
        other = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
        mine = make(optimizer, **options)
        theirs = getattr(torch.optim.lr_scheduler, peer)(other, **options)
        for loss in losses:
            mine.step(loss)
            other.step()
            theirs.step(*([loss] if peer == "ReduceLROnPlateau" else []))
            assert optimizer.lr == pytest.approx(other.param_groups[0]["lr"])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: nn.SGD(p, -1), "lr must be a finite number, 0 or more, got -1"),
        (lambda p: nn.SGD(p, "0.1"), "lr must be a number, got '0.1'"),
        (lambda p: nn.SGD(p, 0.1, nesterov=True), "nesterov needs a momentum above 0"),
        (lambda p: nn.SGD([], 0.1), "parameters must not be empty"),
        (lambda p: nn.SGD([1.0], 0.1), "parameters must be a list of Parameter, got 1.0"),
        (lambda p: nn.Adam(p, betas=(0.9, 1)), "betas must be two numbers from 0 to below 1"),
        (lambda p: nn.StepLR(nn.SGD(p, 1), 0), "step_size must be 1 epoch or more"),
        (lambda p: nn.ReduceLROnPlateau(nn.SGD(p, 1), 2), "factor must be between 0 and 1, got 2"),
        (lambda p: nn.SGD(p, 1).load_state_dict(nn.Adam(p).state_dict()),
         "state must be that of SGD, got"),
    ],
)  # fmt: skip
def test_bad_options_are_named(make, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        make(nn.Linear(2, 2).parameters())
    assert words in str(caught.value)
