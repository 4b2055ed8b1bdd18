"""Each layout of the engine by itself, on shapes that it would not be chosen for, and volumes."""

import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convviz
from convviz import ops
from convviz.ops import _costs, _engine
from convviz.ops._kernels import filters, positions, samples

LIMIT = {np.float32: 2e-6, np.float64: 1e-12}
JOBS = _engine._forward_job, _engine._backward_job, _engine._weight_job


@pytest.fixture(scope="module")
def preferred():
    """``preferred(module)`` makes one layout look free of cost."""
    products, moving = _costs.products, _costs.moving

    def prefer(module):
        _costs.products = lambda found, *_: found is not module
        _costs.moving = lambda *_: 0
        forget()

    yield prefer
    _costs.products, _costs.moving = products, moving
    forget()


def forget():
    for cache in JOBS:
        cache.cache_clear()


def random(*shape, dtype=np.float32, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@st.composite
def convolutions(draw, axes):
    """Arrays dy, x, w, b and options; channels and batches around the number of lanes."""
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    numbers = st.tuples(*[st.integers(1, 3)] * axes)
    kernel, stride, dilation, output = (draw(numbers) for _ in range(4))
    more = draw(st.tuples(*[st.integers(0, 7)] * axes))
    pairs = draw(st.tuples(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * axes))
    output = tuple(a + b for a, b in zip(output, more, strict=True))
    # what the outputs see, the padding included; and some that they do not see
    seen = [s * (n - 1) + d * (k - 1) + 1 for n, k, s, d in zip(output, kernel, stride, dilation)]
    around = tuple((min(a, (n - 1) // 2), min(b, (n - 1) // 2)) for (a, b), n in zip(pairs, seen))
    size = [n - sum(pair) for n, pair in zip(seen, around, strict=True)]
    batch, groups = draw(st.integers(1, 18)), draw(st.integers(1, 2))
    depth, maps = draw(st.integers(1, 5)), draw(st.integers(1, 27))
    if draw(st.booleans()):
        depth, maps = maps, depth
    shapes = (
        (batch, groups * maps, *output), (batch, groups * depth, *size),
        (groups * maps, depth, *kernel), (groups * maps,),
    )  # fmt: skip
    arrays = [random(*shape, dtype=dtype, seed=seed) for seed, shape in enumerate(shapes)]
    return *arrays, (stride, dilation, groups), around


def by_engine(dy, x, w, b, spacing, around):
    return (
        _engine.forward(x, w, b, spacing, around),
        _engine.backward_input(dy, w, x.shape[2:], spacing, around),
        _engine.backward_weight(dy, x, w.shape[2:], spacing, around),
    )


def close(found, expected, terms):
    limit = LIMIT[found.dtype.type] * np.sqrt(terms)
    assert np.abs(found - expected).max() <= limit * max(np.abs(expected).max(), 1e-30)


def agree(case, expected):
    dy, x, w, *_ = case
    for array, other in zip(by_engine(*case), expected, strict=True):
        # for volumes there may be no layout; then planes are done one by one
        if array is not None:
            close(array, other, w.size + dy[:, 0].size)


@pytest.mark.parametrize("module", [positions, samples, filters])
@settings(max_examples=60)
@given(case=convolutions(2))
def test_a_layout_computes_what_a_sum_over_taps_does(by_taps, preferred, module, case):
    preferred(module)
    agree(case, by_taps(*case))


@pytest.mark.parametrize("module", [samples, filters])
@settings(max_examples=60)
@given(case=convolutions(3))
def test_volumes_are_planes_with_an_axis_more(by_taps, preferred, module, case):
    preferred(module)
    agree(case, by_taps(*case))


def test_volumes_have_layouts_of_their_own():
    for batch, maps, module in ((16, 4, samples), (1, 16, filters)):
        x, w = random(batch, 4, 6, 7, 8), random(maps, 4, 3, 3, 3)
        options = ((1, 1, 1), (1, 1, 1), 1), ((1, 1),) * 3
        assert _engine._forward_job(x.shape, w.shape, *options, 4).module is module


ALONE = {
    "image": ((1, 20, 24, 24), (50, 20, 5, 5), ((1, 1), (1, 1), 1), ((2, 2), (2, 1))),
    "image, stride 2": ((1, 20, 40, 31), (51, 20, 5, 5), ((2, 2), (1, 1), 1), ((2, 2), (2, 1))),
    "image, 3×3": ((1, 32, 24, 24), (49, 32, 3, 3), ((1, 1), (1, 1), 1), ((1, 1), (1, 1))),
    "few images": ((3, 20, 24, 24), (50, 20, 5, 5), ((1, 1), (1, 1), 1), ((2, 2), (2, 1))),
    "volume": ((1, 16, 9, 9, 10), (49, 16, 3, 3, 3), ((1,) * 3, (1,) * 3, 1), ((1, 1),) * 3),
}


@pytest.mark.parametrize("threads", [2, 3, 4])
@pytest.mark.parametrize("name", ALONE)
def test_threads_share_a_single_sample(by_taps, name, threads):
    x_shape, w_shape, spacing, around = ALONE[name]
    x, w, b = random(*x_shape), random(*w_shape, seed=1), random(w_shape[0], seed=2)
    before = convviz.get_num_threads()
    convviz.set_num_threads(threads)
    try:
        dy = random(*_engine.forward(x, w, b, spacing, around).shape, seed=3)
        agree((dy, x, w, b, spacing, around), by_taps(dy, x, w, b, spacing, around))
        x[0, 0, 3, 3] = np.inf
        found = by_engine(dy, x, w, b, spacing, around)
        with np.errstate(all="ignore"):
            expected = by_taps(dy, x, w, b, spacing, around)
        for array, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(np.isfinite(array), np.isfinite(other))
    finally:
        convviz.set_num_threads(before)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("which", ["dy", "x", "w"])
@pytest.mark.parametrize("batch", [1, 9])
def test_what_is_not_finite_stays_where_it_is_seen_in_volumes(by_taps, batch, bad, which):
    spacing, around = ((1, 1, 1), (1, 1, 1), 1), ((1, 1),) * 3
    shapes = {"dy": (batch, 9, 5, 6, 7), "x": (batch, 3, 5, 6, 7), "w": (9, 3, 3, 3, 3)}
    arrays = {name: random(*shape) for name, shape in shapes.items()}
    arrays[which][0, 1, 0, 2, 2] = bad
    dy, x, w = arrays.values()
    found = ops.conv3d(x, w, padding=1), *ops.conv3d_backward(dy, x, w, padding=1)[:2]
    with np.errstate(all="ignore"):
        expected = by_taps(dy, x, w, np.zeros(9), spacing, around)
    for array, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(np.isnan(array), np.isnan(other))
        np.testing.assert_array_equal(np.isfinite(array), np.isfinite(other))


MEMORY = {
    "Winograd": ((4, 32, 16, 16), (64, 32, 3, 3), {"padding": 1}),
    "Winograd, one image": ((1, 64, 14, 14), (64, 64, 3, 3), {"padding": 1}),
    "many weights": ((1, 256, 14, 14), (256, 256, 3, 3), {"padding": 1}),
    "filters": ((5, 44, 34, 42), (61, 44, 7, 7), {"padding": 2, "stride": 2}),
    "samples": ((16, 32, 1, 122), (40, 32, 1, 9), {}),
    "positions": ((2, 8, 40, 40), (12, 8, 5, 5), {"padding": 2}),
}


@pytest.mark.parametrize("case", MEMORY)
def test_no_more_memory_than_twice_what_comes_in_and_goes_out(case):
    x_shape, w_shape, options = MEMORY[case]
    x, w = random(*x_shape), random(*w_shape)
    y = ops.conv2d(x, w, **options)
    ops.conv2d_backward(y, x, w, **options)
    arrays = x.nbytes + w.nbytes + y.nbytes
    assert peak(lambda: ops.conv2d(x, w, **options)) <= 2 * arrays
    arrays += x.nbytes + w.nbytes
    assert peak(lambda: ops.conv2d_backward(y, x, w, **options)) <= 2 * arrays


def peak(call):
    """Bytes that `call` holds at once, outputs included; a thread of its own keeps no scratch."""
    tracemalloc.start()
    try:
        caller = threading.Thread(target=call)
        caller.start()
        caller.join()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
