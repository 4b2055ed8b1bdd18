"""What does not fit in a chain is refused with its place, the value, the rule and a remedy."""

import re

import numpy as np
import pytest

from convviz import ops
from convviz.ops import links

SMALL = [links.Conv2d(2, 3), links.ReLU(), links.Flatten(), links.Linear(4)]
X, LABELS = np.zeros((3, 1, 5, 5)), np.array([0, 1, 2])


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ([links.Conv2d(2, 3), links.Linear(4)],
         "links[1], Linear(out_features=4, bias=True), after shape (2, 3, 3): it needs features, "
         "got planes of shape (2, 3, 3): put Flatten before"),
        ([links.Flatten(), links.MaxPool2d(2)],
         "after shape (25,): it needs planes (C, H, W), got features of shape (25,): put it before "
         "Flatten"),
        ([links.Conv2d(2, 7)], "kernel of 7 does not fit an input of 5: raise padding to at least "
         "1 or take a smaller kernel"),
        ([links.Conv2d(3, 3, groups=2)], "groups must divide the channels of x, got groups 2"),
        ([links.LeakyReLU(-0.1)], "negative_slope must be 0 or more, got -0.1"),
        ([links.Conv2d(0, 3)], "out_channels must be at least 1, got 0: a layer has one filter"),
        ([links.Flatten()], "links must have an operation that computes"),
    ],
)  # fmt: skip
def test_links_that_do_not_follow_each_other(chain, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        ops.Chain(chain, (1, 5, 5))


def test_what_is_no_link():
    with pytest.raises(TypeError, match=r"links\[1\] must be one of Conv2d, .* got 3"):
        ops.Chain([links.ReLU(), 3], (1, 5, 5))
    with pytest.raises(ValueError, match="input_shape must have 1 or 3 numbers, got .2, 3."):
        ops.Chain(SMALL, (2, 3))


@pytest.mark.parametrize(
    ("changed", "kind", "words"),
    [
        ({"x": X[:, :, :4]}, ValueError, "x must have shape (N, 1, 5, 5), got (3, 1, 4, 5): "),
        ({"x": X[:0], "labels": LABELS[:0]}, ValueError, "x must have one sample or more"),
        ({"x": X.astype(int)}, TypeError, "x must be float32 or float64, got int64"),
        ({"x": X.astype(np.float32)}, TypeError, "x is float32 but parameters is float64"),
        ({"labels": LABELS[:2]}, ValueError, "labels must have shape (3,), a class for each"),
        ({"labels": LABELS * 1.0}, TypeError, "labels must be an array of integers, got float64"),
        ({"labels": LABELS + 2}, ValueError, "labels must be classes from 0 to 3, as there are 4 "
         "scores, got 4: count classes from 0, or end the chain with more"),
        ({"labels": LABELS - 2}, ValueError, "labels must be classes from 0 to 3, as there are 4 "
         "scores, got -2: "),
        ({"parameters": np.zeros(3)}, ValueError, "parameters must have 96 numbers in one line"),
        ({"parameters": [np.zeros(3)]}, ValueError, "parameters must have the shapes [(2, 1, 3"),
    ],
)  # fmt: skip
def test_arrays_that_do_not_fit(changed, kind, words):
    chain = ops.Chain(SMALL, (1, 5, 5))
    arguments = {"x": X, "labels": LABELS, "parameters": np.zeros(chain.size)} | changed
    with pytest.raises(kind, match=re.escape(words)):
        chain.loss_and_gradients(**arguments)


def test_a_wrong_label_changes_no_parameter():
    chain = ops.Chain(SMALL, (1, 5, 5))
    parameters, velocities = np.ones(chain.size), np.zeros(chain.size)
    with pytest.raises(ValueError, match="labels must be classes"):
        chain.train_step(X, LABELS + 9, parameters, velocities, rate=1.0)
    assert (parameters == 1).all()


def test_a_step_needs_arrays_that_it_can_change():
    chain = ops.Chain(SMALL, (1, 5, 5))
    parts = [np.zeros(shape) for shape in chain.parameter_shapes]
    with pytest.raises(ValueError, match="parameters must be one contiguous array of 96 numbers"):
        chain.train_step(X, LABELS, parts, np.zeros(chain.size), rate=0.1)


def test_a_loss_needs_scores():
    chain = ops.Chain(SMALL[:1], (1, 5, 5))
    with pytest.raises(ValueError, match="must end in scores for a loss, got planes .2, 3, 3."):
        chain.loss_and_gradients(X, LABELS, np.zeros(chain.size))
    with pytest.raises(ValueError, match="dy must have the shape of the forward pass's output"):
        chain.backward(np.zeros((3, 2, 3, 4)), X, np.zeros(chain.size))


def test_no_samples_give_no_outputs():
    chain = ops.Chain(SMALL, (1, 5, 5))
    assert chain.forward(X[:0], np.zeros(chain.size)).shape == (0, 4)


@pytest.mark.parametrize(
    ("changed", "kind", "words"),
    [
        ({"rate": None}, TypeError, "rate must be a real number, got None"),
        ({"rate": np.nan}, ValueError, "rate must be a finite number, 0 or more, got nan"),
        ({"momentum": -0.5}, ValueError, "momentum must be a finite number, 0 or more, got -0.5"),
        ({"weight_decay": np.inf}, ValueError, "weight_decay must be a finite number"),
        ({"nesterov": "no"}, TypeError, "nesterov must be True or False, got 'no'"),
    ],
)
def test_a_step_refuses_what_would_spoil_the_parameters(changed, kind, words):
    chain = ops.Chain(SMALL, (1, 5, 5))
    parameters, velocities = np.ones(chain.size), np.zeros(chain.size)
    with pytest.raises(kind, match=re.escape(words)):
        chain.train_step(X, LABELS, parameters, velocities, **({"rate": 0.1} | changed))
    assert (parameters == 1).all()


def test_velocities_need_memory_of_their_own():
    chain = ops.Chain(SMALL, (1, 5, 5))
    parameters = np.zeros(chain.size)
    with pytest.raises(ValueError, match="parameters and velocities must be two arrays"):
        chain.train_step(X, LABELS, parameters, parameters, rate=0.1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (None, "parameters must be a flat array or a list of arrays, got NoneType"),
        (np.float32, "x is float64 but parameters[0] is float32, and they must be the same"),
        (int, "parameters[0] must be float32 or float64, got int64"),
    ],
)
def test_a_list_of_parameters_is_not_promoted(wrong, words):
    chain = ops.Chain(SMALL, (1, 5, 5))
    parameters = None
    if wrong:
        parameters = [np.zeros(shape) for shape in chain.parameter_shapes]
        parameters[0] = parameters[0].astype(wrong)
    with pytest.raises(TypeError, match=re.escape(words)):
        chain.forward(X, parameters)


def test_views_of_an_array_of_another_size():
    chain = ops.Chain(SMALL, (1, 5, 5))
    with pytest.raises(ValueError, match="flat must have 96 numbers in one line, got shape .200,"):
        chain.views(np.zeros(200))
    with pytest.raises(TypeError, match="flat must be a NumPy array, got list"):
        chain.views([0.0] * 96)
