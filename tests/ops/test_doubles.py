"""The doubles of the compiled loops: the same bits, for every shape, from NumPy alone."""

import importlib
import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.ops import _pool_plan
from convviz.ops._kernels import conv, draws, elementwise, lp, norm, pool, softmax
from convviz.ops._numpy import conv as conv_double
from convviz.ops._numpy import draws as draws_double
from convviz.ops._numpy import elementwise as elementwise_double
from convviz.ops._numpy import lp as lp_double
from convviz.ops._numpy import norm as norm_double
from convviz.ops._numpy import pool as pool_double
from convviz.ops._numpy import softmax as softmax_double

DTYPES = st.sampled_from([np.float32, np.float64])
PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
# ties, both zeros, and what is no number, beside ordinary numbers
SPECIAL = np.array([0.0, -0.0, 1.0, -1.0, np.nan, np.inf, -np.inf])


def random(seed, *shape, dtype=np.float32, special=0.0):
    generator = np.random.default_rng(seed)
    found = generator.normal(size=shape)
    found = np.where(generator.random(shape) < special, generator.choice(SPECIAL, shape), found)
    return found.astype(dtype)


def same(loop, double, arrays, written, *options):
    """Both change the last `written` of the `arrays`, and to the same bits."""
    ours = [array.copy() for array in arrays]
    theirs = [array.copy() for array in arrays]
    loop(*ours, *options)
    double(*theirs, *options)
    for found, expected in zip(theirs[-written:], ours[-written:], strict=True):
        np.testing.assert_array_equal(found, expected)
        # what sign a NaN has is up to the order of a product's factors
        number = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(found[number]), np.signbit(expected[number]))
    for found, before in zip(theirs[:-written], arrays[:-written], strict=True):
        np.testing.assert_array_equal(found, before)


@given(
    dtype=DTYPES, seed=st.integers(0, 99), special=st.sampled_from([0.0, 0.1]),
    sizes=st.tuples(st.integers(0, 3), *[st.integers(1, 3)] * 3), kernel=PAIR, stride=PAIR,
    dilation=PAIR, output=st.tuples(st.integers(1, 5), st.integers(1, 9)),
)  # fmt: skip
def test_convolution(dtype, seed, special, sizes, kernel, stride, dilation, output):
    batch, groups, depth, maps = sizes
    axes = zip(output, kernel, stride, dilation, strict=True)
    size = [(n - 1) * s + (k - 1) * d + 1 for n, k, s, d in axes]
    x = random(seed, batch, groups * depth, *size, dtype=dtype, special=special)
    w = random(seed + 1, groups * maps, depth, *kernel, dtype=dtype, special=special)
    y = random(seed + 2, batch, groups * maps, *output, dtype=dtype, special=special)
    options = stride, dilation, groups
    with np.errstate(all="ignore"):
        same(conv.forward, conv_double.forward, (x, w, y), 1, *options)
        same(conv.backward_input, conv_double.backward_input, (y, w, x), 1, *options)
        same(conv.backward_weight, conv_double.backward_weight, (y, x, w), 1, *options)


def windows_of(data, size):
    """A plan of any kind of window: sliding, hanging over, dilated, adaptive."""
    if data.draw(st.booleans()):
        output = tuple(data.draw(st.integers(1, 7)) for _ in size)
        return _pool_plan.adaptive_plan(size, output)
    kernel = tuple(data.draw(st.integers(1, n)) for n in size)
    stride = tuple(data.draw(st.integers(1, 3)) for _ in size)
    padding = tuple(data.draw(st.integers(0, k // 2)) for k in kernel)
    ceil_mode, counting = data.draw(st.booleans()), data.draw(st.booleans())
    return _pool_plan.pool_plan(size, kernel, stride, padding, 1, ceil_mode, counting)


@given(
    data=st.data(), dtype=DTYPES, seed=st.integers(0, 99), special=st.sampled_from([0.0, 0.2]),
    rest=st.sampled_from([(6,), (19,), (4, 11)]),
)  # fmt: skip
def test_pooling(data, dtype, seed, special, rest):
    size = (data.draw(st.integers(2, 7)), *rest)
    plan = windows_of(data, size).of_volumes()
    count = data.draw(st.integers(0, 2))
    x = random(seed, count, *plan.sizes, dtype=dtype, special=special)
    dy = random(seed + 1, count, *plan.output, dtype=dtype, special=special)
    y, dx, indices = np.empty_like(dy), np.ones_like(x), np.empty(dy.shape, np.int64)
    # entries may be left out, but windows are not longer for that
    gaps = tuple(data.draw(st.integers(1, 2)) for _ in range(3))
    with np.errstate(all="ignore"):
        # with gaps of our own, windows are not those that the plan calls even
        for gaps, even in ((plan.gaps, plan.even), (gaps, (0, 0, 1))):
            options = *plan.windows, gaps, plan.run, even
            same(pool.max_forward, pool_double.max_forward, (x, y, indices), 2, *options)
        same(pool.avg_forward, pool_double.avg_forward, (x, y), 1, *plan.windows, plan.run)
        same(pool.avg_backward, pool_double.avg_backward, (dy, dx), 1, *plan.windows)


@given(data=st.data(), dtype=DTYPES, seed=st.integers(0, 99))
def test_pooling_by_norms_agrees_but_for_the_last_digits(data, dtype, seed):
    size = data.draw(st.integers(2, 7)), data.draw(st.sampled_from([6, 19]))
    plan = windows_of(data, size)
    x = random(seed, 2, 1, *size, dtype=dtype) * dtype(data.draw(st.sampled_from([1, 1e-30, 0])))
    dy = random(seed, 2, 1, *plan.output, dtype=dtype)
    norm_type = data.draw(st.sampled_from([1.0, 2.0, 3.0, 1.5, 9.0, 300.0]))
    options = *plan.windows, plan.run, norm_type, data.draw(st.sampled_from([1.0, 4.0]))
    with np.errstate(all="ignore"):
        near(lp.forward, lp_double.forward, (x, np.empty_like(dy)), 1, *options)
        near(lp.backward, lp_double.backward, (dy, x, np.empty_like(x)), 1, *options)


@given(data=st.data(), dtype=DTYPES, seed=st.integers(0, 99))
def test_pooling_by_chance(data, dtype, seed):
    size = data.draw(st.integers(2, 6)), data.draw(st.integers(2, 6))
    plan = windows_of(data, size)
    x = abs(random(seed, 4, *size, dtype=dtype, special=0.2))
    if data.draw(st.booleans()):
        x[...] = 0
    x[np.isnan(x)] = data.draw(st.sampled_from([0.0, np.nan, np.inf]))
    chance = np.random.default_rng(seed).random((4, *plan.output))
    dy = random(seed, *chance.shape, dtype=dtype)
    y, indices = np.empty_like(dy), np.empty(dy.shape, np.int64)
    with np.errstate(all="ignore"):
        arrays = x, chance, y, indices
        same(draws.choose, draws_double.choose, arrays, 2, *plan.windows)
        same(draws.expect, draws_double.expect, (x, y), 1, *plan.windows)
        draws.expect(x, y, *plan.windows)
        arrays = dy, x, y, np.zeros_like(x)
        same(draws.expect_backward, draws_double.expect_backward, arrays, 1, *plan.windows)


@given(dtype=DTYPES, seed=st.integers(0, 99), size=st.tuples(*[st.integers(1, 20)] * 2))
def test_pooling_of_pairs_and_the_way_back(dtype, seed, size):
    x = random(seed, 2, 1, 2 * size[0], 2 * size[1] + seed % 2, dtype=dtype, special=0.1)
    y = np.empty((2, 1, *size), dtype)
    indices = np.empty(y.shape, np.int64)
    same(pool.max_of_pairs, pool_double.max_of_pairs, (x, y, indices), 2)
    places = np.random.default_rng(seed).integers(0, 4, (2, y[0].size))
    flat, few = y.reshape(2, -1), np.zeros((2, 4), dtype)
    with np.errstate(all="ignore"):
        same(pool.max_backward, pool_double.max_backward, (flat, places, few), 1)
    same(pool.put, pool_double.put, (flat, places, few), 1)
    few[...] = random(seed, 2, 4)
    same(pool.take, pool_double.take, (few, places, flat), 1)


@given(dtype=DTYPES, seed=st.integers(0, 99), count=st.integers(0, 50))
def test_elementwise(dtype, seed, count):
    dy, x = (random(seed + k, count, dtype=dtype, special=0.3) for k in range(2))
    arrays = dy, x, np.empty_like(x)
    with np.errstate(all="ignore"):
        same(elementwise.relu, elementwise_double.relu, arrays[1:], 1)
        same(elementwise.leaky, elementwise_double.leaky, arrays, 1, dtype(0.01))
        for name in ("relu_backward", "sigmoid_backward", "tanh_backward"):
            same(getattr(elementwise, name), getattr(elementwise_double, name), arrays, 1)
        for name in ("squared_error_backward", "binary_cross_entropy_backward"):
            loops = getattr(elementwise, name), getattr(elementwise_double, name)
            same(*loops, arrays, 1, dtype(0.3))


@given(dtype=DTYPES, seed=st.integers(0, 99), count=st.integers(0, 50))
def test_functions_agree_but_for_the_last_digits(dtype, seed, count):
    x, dy, y = (random(seed + k, count, dtype=dtype) for k in range(3))
    parts, wanted = abs(np.sin(x)), abs(np.sin(dy))
    for name in ("sigmoid", "tanh"):
        near(getattr(elementwise, name), getattr(elementwise_double, name), (x, y), 1)
    near(elementwise.elu, elementwise_double.elu, (x, y), 1, dtype(1.5))
    near(elementwise.elu_backward, elementwise_double.elu_backward, (dy, x, y), 1, dtype(1.5))
    for name, first in (
        ("squared_error", x), ("binary_cross_entropy", parts),
        ("binary_cross_entropy_with_logits", x),
    ):  # fmt: skip
        loops = getattr(elementwise, name), getattr(elementwise_double, name)
        near(*loops, (first, wanted, np.zeros(1)), 1)
    name = "binary_cross_entropy_with_logits_backward"
    loops = getattr(elementwise, name), getattr(elementwise_double, name)
    near(*loops, (x, wanted, y), 1, dtype(0.3))


@given(
    dtype=DTYPES, seed=st.integers(0, 99), what=st.integers(0, 3), outer=st.integers(0, 3),
    classes=st.sampled_from([1, 3, 31, 32, 50]), inner=st.sampled_from([1, 2, 40]),
)  # fmt: skip
def test_softmax_agrees_but_for_the_last_digits(dtype, seed, what, outer, classes, inner):
    x, dy, y = (random(seed + k, outer, classes, inner, dtype=dtype) for k in range(3))
    share, largest, logs = abs(random(seed + 3, 3, outer, inner, dtype=dtype))
    labels = np.random.default_rng(seed).integers(0, classes, share.shape)
    results = []
    for forward in (softmax.forward, softmax_double.forward):
        found, losses = y.copy(), logs.copy()
        forward(x, found, labels, share, largest.copy(), losses, what)
        results.append(losses if what == softmax.LOSS else found)
    limit = 1e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(*results, rtol=limit, atol=limit)
    if what < softmax.LOSS:
        near(softmax.backward, softmax_double.backward, (dy, x, y), 1, what)


@given(
    dtype=DTYPES, seed=st.integers(0, 99), sizes=st.tuples(*[st.integers(1, 6)] * 3),
    share=st.tuples(st.integers(0, 2), st.integers(3, 6)),
)  # fmt: skip
def test_what_the_compiler_may_reorder_agrees_but_for_the_last_digits(dtype, seed, sizes, share):
    channels, first, last = sizes[1], min(share[0], sizes[1]), min(share[1], sizes[1])
    x, dy = (random(seed + k, *sizes, dtype=dtype) for k in range(2))
    mean, other = random(seed, channels, dtype=np.float64), np.zeros(channels)
    column, sent = x[:, :, :1].copy(), dy[:, :, :1].copy()
    near(norm.statistics, norm_double.statistics, (column, mean, other), 2, first, last)
    near(norm.sums, norm_double.sums, (dy, x, mean, other, other), 2, first, last)
    per_channel = [random(seed + k, channels, dtype=dtype) for k in range(3)]
    plus, variance = x[::-1].copy(), abs(other) + 1
    for ends in ((False, False), (True, False), (False, True), (True, True)):
        same(norm.scale, norm_double.scale, (x, plus, *per_channel, dy), 1, *ends, first, last)
        arrays = x, plus, *per_channel[:2], mean, other, dy
        near(norm.normalise, norm_double.normalise, arrays, 3, 1.0, *ends, first, last)
        numbers = per_channel[0], mean.astype(dtype), variance.astype(dtype), mean, other
        near(norm.normalise_backward, norm_double.normalise_backward, (dy, x, plus, *numbers, dy),
             3, 1.0, ends[1], first, last)  # fmt: skip
    near(norm.relu_sums, norm_double.relu_sums, (dy, x, plus, other), 2, first, last)
    arrays = sent, column, per_channel[0], np.stack(per_channel), column
    near(norm.combine, norm_double.combine, arrays, 1, first, last)


def near(loop, double, arrays, written, *options):
    ours = [array.copy() for array in arrays]
    theirs = [array.copy() for array in arrays]
    loop(*ours, *options)
    double(*theirs, *options)
    limit = 1e-5 if arrays[0].dtype == np.float32 else 1e-12
    for found, expected in zip(theirs[-written:], ours[-written:], strict=True):
        np.testing.assert_allclose(found, expected, rtol=limit, atol=limit)


@pytest.mark.parametrize("name", ["conv", "draws", "elementwise", "lp", "norm", "pool", "softmax"])
def test_every_loop_has_a_double_that_takes_the_same_arguments(name):
    loops = vars(importlib.import_module(f"convviz.ops._kernels.{name}"))
    doubles = vars(importlib.import_module(f"convviz.ops._numpy.{name}"))
    wanted = {
        name: inspect.signature(loop.py_func)
        for name, loop in loops.items()
        if hasattr(loop, "py_func") and loop.__module__ == loops["__name__"] and name[0] != "_"
    }
    found = {
        name: inspect.signature(double)
        for name, double in doubles.items()
        if inspect.isfunction(double) and double.__module__ == doubles["__name__"]
        and name[0] != "_"
    }  # fmt: skip
    assert found == wanted
    assert set(doubles.get("INEXACT", ())) <= set(found)
