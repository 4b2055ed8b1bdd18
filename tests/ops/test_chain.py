"""A chain is what its operations are one after another: to the numbers, the NaNs and the errors."""

import copy
import pickle
import threading

import numpy as np
import pytest

import convviz
from convviz import ops
from convviz.ops import _machine, links
from convviz.ops._kernels import target

LENET = [links.Conv2d(6, 5), links.MaxPool2d(2), links.ReLU(), links.Conv2d(16, 5),
         links.MaxPool2d(2), links.ReLU(), links.Flatten(), links.Linear(120), links.ReLU(),
         links.Linear(84), links.ReLU(), links.Linear(10)]  # fmt: skip
# every link, poolings that overlap, a stride, a dilation, groups, activations in a row
MIXED = [links.Conv2d(6, 3, stride=(2, 1), padding=1), links.LeakyReLU(0.1), links.Sigmoid(),
         links.MaxPool2d(3, 2, padding=1), links.Conv2d(4, (2, 3), padding="same", groups=2),
         links.Tanh(), links.AvgPool2d(2, 1, padding=1), links.ReLU(),
         links.Conv2d(5, 2, dilation=2, bias=False), links.Flatten(), links.Linear(7)]  # fmt: skip
CHAINS = {"LeNet-5": (LENET, (1, 32, 32)), "mixed": (MIXED, (2, 11, 9))}
LIMIT = {np.float32: 1e-5, np.float64: 1e-13}


@pytest.fixture
def threads():
    before = convviz.get_num_threads()
    yield convviz.set_num_threads
    convviz.set_num_threads(before)


def case(name, batch, dtype=np.float64, seed=0):
    chain = ops.Chain(*CHAINS[name])
    generator = np.random.default_rng(seed)
    x = generator.standard_normal((batch, *chain.shapes[0])).astype(dtype)
    parameters = [
        (generator.standard_normal(shape) / np.sqrt(np.prod(shape[1:] or 9))).astype(dtype)
        for shape in chain.parameter_shapes
    ]
    return chain, x, generator.integers(0, chain.shapes[-1][0], batch), parameters


def pickled(chain):
    return pickle.loads(pickle.dumps(chain))


def one(link, x, left):
    """Output of a link, and a function from the derivatives of that to those of what went in."""
    if isinstance(link, links.Conv2d):
        w, b = left.pop(0), left.pop(0) if link.bias else None
        options = {"stride": link.stride, "padding": link.padding, "dilation": link.dilation,
                   "groups": link.groups}  # fmt: skip
        back = lambda dy: ops.conv2d_backward(dy, x, w, **options)[: 3 if link.bias else 2]  # noqa
        return ops.conv2d(x, w, b, **options), back
    if isinstance(link, links.Linear):
        w, b = left.pop(0), left.pop(0) if link.bias else None
        return ops.linear(x, w, b), lambda dy: ops.linear_backward(dy, x, w)
    if isinstance(link, links.MaxPool2d):
        options = {"padding": link.padding, "dilation": link.dilation, "ceil_mode": link.ceil_mode}
        y, at = ops.max_pool2d(x, link.kernel_size, link.stride, return_indices=True, **options)
        return y, lambda dy: [ops.max_pool2d_backward(dy, at, x.shape)]
    if isinstance(link, links.AvgPool2d):
        size, options = (link.kernel_size, link.stride), {"padding": link.padding}
        return (ops.avg_pool2d(x, *size, **options),
                lambda dy: [ops.avg_pool2d_backward(dy, x.shape, *size, **options)])  # fmt: skip
    if isinstance(link, links.Flatten):
        return x.reshape(len(x), -1), lambda dy: [dy.reshape(x.shape)]
    if isinstance(link, links.LeakyReLU):
        slope = link.negative_slope
        return ops.leaky_relu(x, slope), lambda dy: [ops.leaky_relu_backward(dy, x, slope)]
    if isinstance(link, links.ReLU):
        return ops.relu(x), lambda dy: [ops.relu_backward(dy, x)]
    y = getattr(ops, link.kind)(x)
    return y, lambda dy: [getattr(ops, f"{link.kind}_backward")(dy, y)]


def composed(chain, x, labels, parameters):
    """Loss, derivatives of the input and gradients by the operations, one after another."""
    left, way_back = [*parameters], []
    for link in chain.links:
        x, back = one(link, x, left)
        way_back.append(back)
    loss, dy = ops.cross_entropy(x, labels), ops.cross_entropy_backward(1.0, x, labels)
    gradients = []
    for back in reversed(way_back):
        dy, *found = back(dy)
        gradients = [*found, *gradients]
    return loss, dy, gradients


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [1, 2, 5, 8, 16, 19, 33, 40])
@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_gives_what_its_operations_give(name, batch, dtype):
    chain, x, labels, parameters = case(name, batch, dtype)
    loss, dx, gradients = composed(chain, x, labels, parameters)
    found = chain.loss_and_gradients(x, labels, parameters, input_gradient=True)
    assert found[0] == pytest.approx(float(loss), rel=LIMIT[dtype])
    for one, other in zip((found[2], *found[1]), (dx, *gradients), strict=True):
        assert (one.shape, one.dtype) == (other.shape, dtype)
        assert np.abs(one - other).max() <= LIMIT[dtype] * np.abs(other).max()


def test_derivatives_meet_differences(numerical_gradient):
    chain, x, labels, parameters = case("mixed", 3)
    flat = np.concatenate([array.ravel() for array in parameters])
    _, gradients, dx = chain.loss_and_gradients(x, labels, flat, input_gradient=True)
    loss_of_x = lambda x: chain.loss_and_gradients(x, labels, flat)[0]  # noqa: E731
    loss_of_flat = lambda p: chain.loss_and_gradients(x, labels, p)[0]  # noqa: E731
    np.testing.assert_allclose(dx[1:2], numerical_gradient(
        lambda part: loss_of_x(np.concatenate([x[:1], part, x[2:]])), x[1:2], 1.0), atol=1e-5)
    np.testing.assert_allclose(
        np.concatenate([array.ravel() for array in gradients]),
        numerical_gradient(loss_of_flat, flat, 1.0), atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["input", "first filter", "second filter"])
@pytest.mark.parametrize("batch", [1, 5, 19])
def test_a_number_that_is_none_reaches_what_it_reaches_op_by_op(batch, where, special):
    chain, x, labels, parameters = case("LeNet-5", batch)
    x = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))[:, :, :32, :32]
    if where == "input":
        x[-1, 0, 20, 30] = special
    else:
        parameters[0 if where == "first filter" else 2][2, 0, 4, 4] = special
    with np.errstate(all="ignore"):
        loss, dx, gradients = composed(chain, x, labels, parameters)
        scores = chain.forward(x, parameters)
    found = chain.loss_and_gradients(x, labels, parameters, input_gradient=True)
    assert np.isfinite(found[0]) == np.isfinite(loss)
    assert np.isfinite(scores).all(axis=1).sum() == (batch - 1 if where == "input" else 0) or (
        special == -np.inf
    )
    for one, other in zip((found[2], *found[1]), (dx, *gradients), strict=True):
        np.testing.assert_array_equal(np.isfinite(one), np.isfinite(other))


def test_zeros_around_an_infinite_weight_make_no_nan():
    # op by op, and in a chain, taps that lie in the padding are no taps of a derivative
    chain = ops.Chain([links.Conv2d(1, 3, padding=1), links.Conv2d(1, 3, padding=1)], (1, 4, 12))
    for batch in (1, 9):
        x, w = np.ones((batch, 1, 4, 12)), np.ones((1, 1, 3, 3))
        w[0, 0, 0, 0] = np.inf
        parameters, dy = [w, np.zeros(1), w, np.zeros(1)], np.ones((batch, 1, 4, 12))
        expected = ops.conv2d_backward(ops.conv2d_backward(dy, x, w, padding=1)[0], x, w, padding=1)
        found, _ = chain.backward(dy, x, parameters)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(expected[0]))


@pytest.mark.parametrize("batch", [3, 24, 40])
def test_the_same_step_gives_the_same_bits_on_every_run(threads, batch):
    for count in (1, 2, 3):
        threads(count)
        runs = []
        for _ in range(2):
            chain, x, labels, parameters = case("LeNet-5", batch, np.float32)
            flat = np.concatenate([array.ravel() for array in parameters])
            velocities = np.zeros_like(flat)
            for _ in range(3):
                chain.train_step(x, labels, flat, velocities, rate=0.1, momentum=0.9)
            runs.append(flat.tobytes())
        assert runs[0] == runs[1]


def test_a_run_leaves_nothing_behind_for_the_next():
    chain, x, labels, parameters = case("mixed", 19)
    first = chain.loss_and_gradients(x, labels, parameters)
    chain.loss_and_gradients(np.full_like(x, np.nan), labels, parameters)
    again = chain.loss_and_gradients(x, labels, parameters)
    assert first[0] == again[0]
    for one, other in zip(first[1], again[1], strict=True):
        assert one.tobytes() == other.tobytes()
        assert not np.shares_memory(one, other)


def test_two_python_threads_may_run_one_chain_at_once(threads):
    threads(2)
    chain, *_ = case("LeNet-5", 40, np.float32)
    cases = [case("LeNet-5", 40, np.float32, seed)[1:] for seed in range(2)]
    expected = [chain.loss_and_gradients(*arguments) for arguments in cases]
    wrong = []

    def many(which):
        for _ in range(20):
            loss, gradients = chain.loss_and_gradients(*cases[which])
            same = [a.tobytes() == b.tobytes()
                    for a, b in zip(gradients, expected[which][1], strict=True)]
            if loss != expected[which][0] or not all(same):
                wrong.append(which)

    callers = [threading.Thread(target=many, args=(which,)) for which in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not wrong


def test_no_argument_is_changed_but_by_a_step():
    chain, x, labels, parameters = case("LeNet-5", 9)
    flat = np.concatenate([array.ravel() for array in parameters])
    for array in (x, labels, flat):
        array.flags.writeable = False
    chain.loss_and_gradients(x, labels, flat)
    chain.backward(chain.forward(x, flat), x, flat)


def test_programs_of_many_batch_sizes_do_not_pile_up(monkeypatch):
    monkeypatch.setattr("convviz.ops.chain._KEPT", 1 << 19)
    chain, x, labels, parameters = case("mixed", 30)
    for batch in range(1, 30):
        chain.loss_and_gradients(x[:batch], labels[:batch], parameters)
    kept = list(chain._machines.values())
    assert 1 < len(kept) < 29 and sum(machine.nbytes for machine in kept) <= 1 << 19


def test_few_samples_run_one_by_one_and_many_side_by_side():
    chain, *_ = case("LeNet-5", 1)
    lanes = target.BYTES // 4
    for batch, wide in ((1, 1), (lanes, lanes), (8 * lanes, 2 * lanes)):
        made = _machine.machine(chain._nodes, batch, np.dtype(np.float32), 1, "loss", False)
        assert made.program.wide == wide


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled])
@pytest.mark.parametrize("batch", [1, 40])
def test_a_used_chain_can_be_copied_and_takes_no_machine_code_along(duplicate, batch):
    chain, x, labels, parameters = case("LeNet-5", batch)
    loss, gradients = chain.loss_and_gradients(x, labels, parameters)
    other = duplicate(chain)
    assert not other._machines and chain._machines
    found, others = other.loss_and_gradients(x, labels, parameters)
    assert found == loss
    assert others[0].base.tobytes() == gradients[0].base.tobytes()


def test_what_a_call_returns_is_not_overwritten_by_the_next():
    chain, x, labels, parameters = case("mixed", 9)

    def call(x):
        y = chain.forward(x, parameters)
        _, gradients, dx = chain.loss_and_gradients(x, labels, parameters, input_gradient=True)
        back, others = chain.backward(y, x, parameters)
        return [y, *gradients, dx, back, *others]

    found = call(x)
    before = [array.copy() for array in found]
    call(x + 1)
    for array, kept in zip(found, before, strict=True):
        np.testing.assert_array_equal(array, kept)


@pytest.mark.parametrize("batch", [1, 5, 40])
@pytest.mark.parametrize("early", [True, False])
def test_right_answers_are_counted_and_of_equal_scores_the_first_counts(batch, early, monkeypatch):
    monkeypatch.setattr(ops.chain._startup, "early", lambda work: early)
    chain, x, labels, parameters = case("LeNet-5", batch)
    scores = chain.forward(x, parameters)
    *_, correct = chain.loss_and_gradients(x, labels, parameters, count_correct=True)
    assert correct == (scores.argmax(axis=1) == labels).sum()
    flat = np.concatenate([np.ravel(array) for array in parameters])
    velocities, none = np.zeros_like(flat), np.zeros_like(flat)
    _, found = chain.train_step(x, labels, flat, velocities, rate=0, count_correct=True)
    assert found == correct
    # all scores are 0
    _, found = chain.train_step(x, labels % 2, none, velocities, rate=0, count_correct=True)
    assert found == (labels % 2 == 0).sum()
