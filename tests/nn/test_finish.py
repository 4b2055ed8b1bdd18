"""What a layer does for those behind it changes nothing but the time it takes."""

import numpy as np
import pytest

from convviz import nn


def blocks():
    """Every kind of layer that does a ReLU or a sum along with its own work."""
    conv = lambda before, after: nn.Conv2d(before, after, 3, padding=1)  # noqa: E731
    plain = nn.Sequential(conv(2, 3), nn.BatchNorm(3), nn.ReLU(), conv(3, 3))
    return nn.Sequential(
        nn.Residual(plain, conv(2, 3)), nn.ReLU(),
        nn.Residual(nn.Sequential(nn.Sequential(conv(3, 3), nn.BatchNorm(3)))), nn.ReLU(),
        nn.Residual(nn.Residual(nn.BatchNorm(3))), nn.Residual(nn.Sigmoid()), nn.ReLU(),
        nn.Flatten(), nn.Linear(3 * 25, 4), nn.BatchNorm(4), nn.ReLU(),
    )  # fmt: skip


def one_by_one(net):
    """The same network, in which nobody knows what comes next."""
    for layer in net.modules():
        if type(layer) is nn.ReLU:
            layer.forward = layer.forward
    return net


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outputs_and_gradients_are_those_of_layers_alone(dtype, training):
    nn.manual_seed(0)
    first, x = blocks().astype(dtype), np.random.default_rng(0).normal(size=(6, 2, 5, 5))
    nets, found = (first, one_by_one(first.copy())), []
    for net in nets:
        y = net.train(training)(x.astype(dtype))
        dx = net.backward(np.cos(np.arange(y.size, dtype=dtype)).reshape(y.shape))
        grads = [parameter.grad for parameter in net.parameters()]
        found.append((y, dx, *grads, *net.state_dict().values()))
    limit = 2e-4 if dtype == np.float32 else 1e-11
    for mine, wanted in zip(*found, strict=True):
        assert mine.dtype == dtype
        np.testing.assert_allclose(mine, wanted, rtol=limit, atol=limit)


def test_a_layer_whose_forward_is_replaced_is_asked():
    net, heard = nn.Sequential(nn.BatchNorm(2), nn.ReLU()), []
    forward = net[0].forward
    net[0].forward = lambda x: heard.append(forward(x)) or heard[-1]
    y = net(np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32))
    assert heard[0].min() < 0 <= y.min()
    assert net.backward(y).shape == y.shape


def test_a_layer_of_a_kind_of_its_own_is_asked():
    class Doubled(nn.BatchNorm):
        def forward(self, x):
            return 2 * super().forward(x)

    x = np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
    plain, doubled = (nn.Sequential(kind(2), nn.ReLU())(x) for kind in (nn.BatchNorm, Doubled))
    np.testing.assert_array_equal(2 * plain, doubled)


def test_a_ReLU_that_was_done_by_another_is_gone_back_through_once():
    net = nn.Sequential(nn.Conv2d(1, 1, 1), nn.ReLU())
    y = net(np.ones((1, 1, 2, 2), np.float32))
    net.backward(y)
    with pytest.raises(RuntimeError, match="ReLU.backward needs a forward pass before it"):
        net.backward(y)


def test_a_shortcut_of_another_shape_is_told():
    net = nn.Sequential(nn.Residual(nn.BatchNorm(2), nn.AvgPool2d(2)), nn.ReLU())
    with pytest.raises(ValueError, match="body and shortcut must give the same shape"):
        net(np.zeros((2, 2, 4, 4), np.float32))
