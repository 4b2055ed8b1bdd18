"""Chains drawn at random give what PyTorch's autograd gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz import ops
from convviz.ops import links

torch = pytest.importorskip("torch")
functional = torch.nn.functional
torch.set_num_threads(1)

PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
EXACT = [links.ReLU(), links.LeakyReLU(0.5)]
ROUNDED = [links.Sigmoid(), links.Tanh()]


@st.composite
def chains(draw, smooth=False):
    """A chain that fits its input: links, and the shape of a sample."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 13), st.integers(1, 13)))
    found, size = [], shape
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["conv", "conv", "max", "average", "activation"]))
        link = draw({"conv": _convolutions(size), "max": _poolings(size, links.MaxPool2d),
                     "average": _poolings(size, links.AvgPool2d, 3 if smooth else 2),
                     "activation": st.sampled_from(EXACT + ROUNDED if smooth else EXACT)}[kind])
        try:
            size = link.output_shape(size)
        except ValueError:
            continue  # a window larger than what is left
        found.append(link)
    if draw(st.booleans()) or not found:
        found += [links.Flatten(), links.Linear(draw(st.integers(1, 13)), draw(st.booleans()))]
        if draw(st.booleans()):
            found += [links.ReLU(), links.Linear(draw(st.integers(1, 7)))]
    return found, shape


@st.composite
def _convolutions(draw, size):
    groups = draw(st.sampled_from([g for g in (1, 2, 3, 4) if size[0] % g == 0]))
    maps = groups * draw(st.integers(1, 7 // groups))
    sides = st.tuples(st.integers(0, 2), st.integers(0, 2))
    return links.Conv2d(maps, draw(PAIR), stride=draw(PAIR), padding=draw(st.tuples(sides, sides)),
                        dilation=draw(PAIR), groups=groups, bias=draw(st.booleans()))


@st.composite
def _poolings(draw, size, kind, largest=3):
    # means of powers of two are exact, so that no ReLU after them sees a rounded 0
    sides = st.integers(1, largest)
    kernel = draw(st.one_of(st.just((2, 2)), st.tuples(sides, sides)))
    options = {"stride": draw(st.one_of(st.none(), PAIR)), "ceil_mode": draw(st.booleans())}
    # PyTorch allows no more
    options["padding"] = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    if kind is links.MaxPool2d:
        options["dilation"] = draw(PAIR)
    else:
        options["count_include_pad"] = draw(st.booleans())
    return kind(kernel, **options)


def by_torch(link, x, parameters):
    """What PyTorch makes of `x`; the parameters that a link uses are taken from the list."""
    if isinstance(link, links.Conv2d):
        w, b = parameters.pop(0), parameters.pop(0) if link.bias else None
        (top, bottom), (left, right) = link.plan(tuple(x.shape[1:])).padding
        x = functional.pad(x, (left, right, top, bottom))
        return functional.conv2d(x, w, b, link.stride, 0, link.dilation, link.groups)
    if isinstance(link, links.Linear):
        return functional.linear(x, parameters.pop(0), parameters.pop(0) if link.bias else None)
    if isinstance(link, links.MaxPool2d):
        return functional.max_pool2d(x, link.kernel_size, link.stride, link.padding, link.dilation,
                                     ceil_mode=link.ceil_mode)
    if isinstance(link, links.AvgPool2d):
        return functional.avg_pool2d(x, link.kernel_size, link.stride, link.padding,
                                     link.ceil_mode, link.count_include_pad)
    if isinstance(link, links.LeakyReLU):
        return functional.leaky_relu(x, link.negative_slope)
    simple = {links.Flatten: lambda x: x.flatten(1), links.ReLU: torch.relu,
              links.Sigmoid: torch.sigmoid, links.Tanh: torch.tanh}
    return simple[type(link)](x)


def whole_numbers(generator, *shape, dtype=np.float64):
    """Small ones: sums are exact in any order, and poolings meet ties."""
    return generator.integers(-2, 3, shape).astype(dtype)


def close(found, expected, dtype):
    expected = expected.detach().numpy()
    assert found.shape == expected.shape
    assert found.dtype == dtype
    limit = {np.float32: 1e-5, np.float64: 1e-12}[dtype]
    if expected.size:
        assert np.abs(found - expected).max() <= limit * max(1, np.abs(expected).max())


@settings(max_examples=80, deadline=None)
@given(case=chains(), batch=st.integers(1, 40), seed=st.integers(0, 9), threads=st.integers(1, 3))
def test_derivatives_of_whole_numbers(case, batch, seed, threads):
    generator = np.random.default_rng(seed)
    chain = ops.Chain(*case)
    x = whole_numbers(generator, batch, *case[1])
    parameters = [whole_numbers(generator, *shape) for shape in chain.parameter_shapes]
    tensors = [torch.from_numpy(a.copy()).requires_grad_() for a in (x, *parameters)]
    left, y = tensors[1:], tensors[0]
    for link in case[0]:
        y = by_torch(link, y, left)
    close(chain.forward(x, parameters), y, np.float64)
    dy = whole_numbers(generator, *y.shape)
    expected = torch.autograd.grad(y, tensors, torch.from_numpy(dy))
    dx, gradients = chain.backward(dy, x, parameters)
    for found, other in zip((dx, *gradients), expected, strict=True):
        close(found, other, np.float64)


@settings(max_examples=40, deadline=None)
@given(case=chains(smooth=True), batch=st.integers(1, 40), seed=st.integers(0, 9),
       dtype=st.sampled_from([np.float32, np.float64]))
def test_the_loss_and_its_derivatives(case, batch, seed, dtype):
    generator = np.random.default_rng(seed)
    found, shape = case
    chain = ops.Chain([*found, links.Flatten(), links.Linear(5)]
                      if len(ops.Chain(*case).shapes[-1]) == 3 else found, shape)
    x = generator.standard_normal((batch, *shape)).astype(dtype)
    parameters = [(generator.standard_normal(s) / np.sqrt(np.prod(s[1:] or 1))).astype(dtype)
                  for s in chain.parameter_shapes]
    labels = generator.integers(0, chain.shapes[-1][0], batch)
    tensors = [torch.from_numpy(a.copy()).requires_grad_() for a in (x, *parameters)]
    left, y = tensors[1:], tensors[0]
    for link in chain.links:
        y = by_torch(link, y, left)
    expected = functional.cross_entropy(y, torch.from_numpy(labels))
    loss, gradients, dx = chain.loss_and_gradients(x, labels, parameters, input_gradient=True)
    assert abs(loss - expected.item()) <= 1e-5 * max(1, abs(loss))
    for one, other in zip((dx, *gradients), torch.autograd.grad(expected, tensors), strict=True):
        close(one, other, dtype)


@pytest.mark.parametrize("options", [
    {"rate": 0.1},
    {"rate": 0.1, "momentum": 0.9},
    {"rate": 0.1, "momentum": 0.9, "weight_decay": 0.01},
    {"rate": 0.1, "momentum": 0.9, "weight_decay": 0.01, "nesterov": True},
])  # fmt: skip
def test_three_steps_of_the_optimiser(options):
    generator = np.random.default_rng(0)
    case = [links.Conv2d(3, 3, padding=1), links.ReLU(), links.MaxPool2d(2), links.Flatten(),
            links.Linear(4)]
    chain = ops.Chain(case, (1, 6, 6))
    parameters = generator.standard_normal(chain.size)
    tensors = [torch.from_numpy(a.copy()).requires_grad_() for a in chain.views(parameters)]
    optimizer = torch.optim.SGD(tensors, lr=options["rate"], **{
        name: value for name, value in options.items() if name != "rate"})
    velocities = np.zeros_like(parameters)
    for _ in range(3):
        x, labels = generator.standard_normal((7, 1, 6, 6)), generator.integers(0, 4, 7)
        y, left = torch.from_numpy(x), [*tensors]
        for link in case:
            y = by_torch(link, y, left)
        optimizer.zero_grad()
        expected = functional.cross_entropy(y, torch.from_numpy(labels))
        expected.backward()
        optimizer.step()
        loss = chain.train_step(x, labels, parameters, velocities, **options)
        assert loss == pytest.approx(expected.item(), rel=1e-12)
        for found, other in zip(chain.views(parameters), tensors, strict=True):
            close(found, other, np.float64)
