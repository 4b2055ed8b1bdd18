"""Modules find their parts, forget what they should, and can be copied and kept."""

import pickle

import numpy as np
import pytest

from convviz import nn


def small():
    nn.manual_seed(0)
    return nn.Sequential(
        first=nn.Conv2d(1, 2, 3), norm=nn.BatchNorm(2),
        rest=nn.Sequential(nn.ReLU(), nn.Flatten(), nn.Linear(8, 3)),
    )  # fmt: skip


X = np.random.default_rng(0).standard_normal((5, 1, 4, 4)).astype(np.float32)


def test_parameters_have_the_names_of_the_layers():
    assert [name for name, _ in small().named_parameters()] == [
        "first.weight", "first.bias", "norm.weight", "norm.bias", "rest.2.weight", "rest.2.bias",
    ]  # fmt: skip
    buffers = [name for name, *_ in small().named_buffers()]
    assert buffers == ["norm.running_mean", "norm.running_var"]


def test_a_layer_used_twice_has_its_parameters_once():
    layer = nn.Linear(3, 3)
    net = nn.Sequential(layer, nn.ReLU(), nn.Sequential(layer))
    assert len(net.parameters()) == 2


def test_no_number_is_drawn_before_it_is_needed():
    net = nn.Linear(100_000, 100_000)  # 40 GB
    assert net.weight.size == 10**10 and net.output_shape((100_000,)) == (100_000,)


def test_first_numbers_depend_on_the_seed_and_not_on_when_they_are_needed():
    first, second = small(), small()
    second.rest[2].weight.data  # noqa: B018
    for ours, others in zip(first.parameters(), second.parameters(), strict=True):
        np.testing.assert_array_equal(ours.data, others.data)
    nn.manual_seed(1)
    assert (nn.Conv2d(1, 2, 3).weight.data != first.first.weight.data).all()


def test_two_layers_of_one_shape_begin_differently():
    nn.manual_seed(0)
    first, second = nn.Linear(4, 4), nn.Linear(4, 4)
    assert (first.weight.data != second.weight.data).all()


def test_each_forward_pass_is_good_for_one_way_back():
    net = small()
    dy = net(X)
    net.backward(dy)
    with pytest.raises(RuntimeError, match="Linear.backward needs a forward pass before it"):
        net.backward(dy)


def test_nothing_is_remembered_without_gradients():
    net = small()
    with nn.no_grad():
        y = net(X)
    with pytest.raises(RuntimeError, match=r"outside of nn\.no_grad"):
        net.backward(y)


def test_training_and_prediction_reach_every_layer():
    net = small()
    assert net.eval() is net and not any(module.training for module in net.modules())
    before = net.norm.running_mean.copy()
    net(X)
    np.testing.assert_array_equal(net.norm.running_mean, before)
    net.train()(X)
    assert (net.norm.running_mean != before).all()


def pickled(net):
    return pickle.loads(pickle.dumps(net))


@pytest.mark.parametrize("copied", [nn.Module.copy, pickled])
def test_a_copy_is_the_same_network_with_numbers_of_its_own(copied):
    net = small().eval()
    other = copied(net)
    np.testing.assert_array_equal(net(X), other(X))
    other.first.weight.data[...] = 0
    assert net.first.weight.data.all()


def test_state_goes_from_one_network_to_another():
    net = small()
    net(X)
    nn.manual_seed(7)
    other = nn.Sequential(
        first=nn.Conv2d(1, 2, 3), norm=nn.BatchNorm(2),
        rest=nn.Sequential(nn.ReLU(), nn.Flatten(), nn.Linear(8, 3)),
    )  # fmt: skip
    other.load_state_dict(net.state_dict())
    np.testing.assert_array_equal(net.eval()(X), other.eval()(X))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda state: state.pop("norm.bias"), "norm.bias is missing"),
        (lambda state: state.update(more=1), "more is none of it"),
        (lambda state: state.update({"first.bias": np.zeros(3)}),
         "state['first.bias'] must have shape (2,), got (3,)"),
    ],
)  # fmt: skip
def test_a_state_that_does_not_fit_changes_nothing(change, words):
    net = small()
    before = net.state_dict()
    state = {name: array + 1 for name, array in before.items()}
    change(state)
    with pytest.raises(ValueError) as caught:
        net.load_state_dict(state)
    assert words in str(caught.value)
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_double_precision_is_for_all_of_a_network():
    net = small().astype(np.float64)
    assert net(X.astype(np.float64)).dtype == np.float64
    assert {parameter.dtype for parameter in net.parameters()} == {np.dtype(np.float64)}
    with pytest.raises(TypeError, match="dtype must be float32 or float64, got int64"):
        net.astype(np.int64)


def test_a_network_tells_which_layer_does_not_fit():
    net = nn.Sequential(conv=nn.Conv2d(1, 4, 3), dense=nn.Linear(10, 2))
    with pytest.raises(ValueError, match=r"layer 'dense': Linear\(10→2\) needs samples of 10"):
        net.output_shape((1, 8, 8))


def test_parts_are_reached_by_name_number_and_slice():
    net = small()
    assert net.norm is net["norm"] is net[1] and len(net) == 3
    assert len(net[:2]) == 2 and net[:2][0] is net.first
    with pytest.raises(AttributeError, match="no 'last'; its layers are first, norm, rest"):
        net.last  # noqa: B018


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.Sequential(nn.ReLU), "must be made of layers, got <class"),
        (lambda: nn.Sequential(train=nn.ReLU()), "may not be called 'train'"),
        (lambda: nn.Module()(1), "Module has no forward"),
        (lambda: nn.Module().backward(1), "Module has no backward"),
        (lambda: nn.MaxUnpool2d(2), "pool must be a MaxPool2d, got 2"),
        (lambda: nn.manual_seed(-1), "seed must be a whole number, 0 or more, got -1"),
        (lambda: setattr(nn.Parameter((2,)), "data", np.zeros(3)), "data must have shape (2,)"),
    ],
)
def test_misuse_is_explained(make, words):
    with pytest.raises((ValueError, TypeError, NotImplementedError)) as caught:
        make()
    assert words in str(caught.value)


def test_several_answers_come_from_one_trunk_and_their_derivatives_add_up():
    nn.manual_seed(0)
    net = nn.MultiHead(nn.Linear(4, 5), a=nn.Linear(5, 2), b=nn.Linear(5, 3)).astype(np.float64)
    x = np.random.default_rng(0).standard_normal((6, 4))
    found = net(x)
    dx = net.backward(found)
    both = found["a"] @ net.a.weight.data + found["b"] @ net.b.weight.data
    np.testing.assert_allclose(dx, both @ net.trunk.weight.data, rtol=1e-12)
    assert net.output_shape((4,)) == {"a": (2,), "b": (3,)} and net.multiply_adds((4,)) == 45
    net(x)
    with pytest.raises(ValueError, match="dy must have a derivative for each head, a, b, got a"):
        net.backward({"a": found["a"]})
