"""Winograd's way to a 3×3 convolution: the same numbers, NaN and infinity included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convviz
from convviz import ops
from convviz.ops import _engine, _winograd

PLAIN, AROUND = ((1, 1), (1, 1), 1), ((1, 1), (1, 1))
LIMIT = {np.float32: 2e-6, np.float64: 1e-12}
JOBS = _engine._forward_job, _engine._backward_job, _engine._weight_job


@pytest.fixture
def cached(monkeypatch):
    """Chunks as for a processor with another cache: fewer rows and samples at a time."""

    def change(size):
        monkeypatch.setattr(_winograd, "_CACHE", size)
        forget()

    yield change
    monkeypatch.undo()
    forget()


def forget():
    for cache in (_winograd.job, *JOBS):
        cache.cache_clear()


def random(*shape, dtype=np.float32, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def by_winograd(dy, x, w, b, spacing, around):
    """The same by its kernels, whether they pay or not; None for too few channels or pixels."""
    found = y, dx, dw = [np.full_like(array, np.nan) for array in (dy, x, w)]
    turned = _winograd.turned(spacing[1], around)
    jobs = [
        _winograd.job(x.shape, y.shape, spacing, around, x.itemsize),
        _winograd.job(y.shape, x.shape, spacing, turned, x.itemsize),
        _winograd.job(x.shape, y.shape, spacing, around, x.itemsize, by_depth=True),
    ]
    if not all(jobs):
        return None
    assert jobs[0].convolve(x, w, b, y, False)
    assert jobs[1].convolve(dy, w, np.zeros(x.shape[1], x.dtype), dx, True)
    assert jobs[2].weights(dy, x, dw)
    return found


def case_of(batch, size, maps, depth, *, spacing=PLAIN, around=AROUND, dtype=np.float32):
    """Arrays dy, x, w, b and the options, for outputs of `size`."""
    _, dilation, groups = spacing
    inner = [n + 2 * d - sum(pair) for n, d, pair in zip(size, dilation, around, strict=True)]
    shapes = (
        (batch, groups * maps, *size), (batch, groups * depth, *inner),
        (groups * maps, depth, 3, 3), (groups * maps,),
    )  # fmt: skip
    arrays = [random(*shape, dtype=dtype, seed=k) for k, shape in enumerate(shapes)]
    return *arrays, spacing, around


@pytest.fixture(scope="session")
def agree(by_taps):
    def check(found, case):
        dy, x, w, *_ = case
        limit, terms = LIMIT[x.dtype.type], (w[0].size, w[:, 0].size, dy[:, 0].size)
        for array, expected, count in zip(found, by_taps(*case), terms, strict=True):
            assert array.dtype == x.dtype
            error = np.abs(array - expected).max() / np.abs(expected).max()
            assert error <= limit * np.sqrt(count)

    return check


@settings(max_examples=80)
@given(
    dtype=st.sampled_from([np.float32, np.float64]),
    batch=st.integers(1, 9),
    channels=st.tuples(st.integers(1, 2), st.integers(8, 37), st.integers(8, 37)),
    size=st.tuples(st.integers(1, 19), st.integers(1, 19)),
    dilation=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    sides=st.lists(st.integers(0, 6), min_size=4, max_size=4),
)
def test_it_computes_what_a_sum_over_taps_does(
    agree, dtype, batch, channels, size, dilation, sides
):
    groups, depth, maps = channels
    # from 0 to what the taps reach, and at least one pixel between
    most = [min(2 * d, (n + 2 * d - 1) // 2) for n, d in zip(size, dilation, strict=True)]
    around = tuple((min(a, m), min(b, m)) for a, b, m in zip(sides[:2], sides[2:], most))
    spacing = (1, 1), dilation, groups
    case = case_of(batch, size, maps, depth, spacing=spacing, around=around, dtype=dtype)
    found = by_winograd(*case)
    # narrow or dilated planes may be strips too long for the scratch memory that is allowed
    wide = dilation == (1, 1) and min(case[k].shape[3] for k in (0, 1)) >= 16
    assert found is not None or not wide or min(depth, maps) < 16
    if found is not None:
        agree(found, case)


@pytest.mark.parametrize("cache", [1 << 10, 1 << 17, 1 << 22])
@pytest.mark.parametrize("batch", [1, 5, 17])
@pytest.mark.parametrize("size", [(8, 8), (7, 9), (16, 1), (1, 17), (5, 3), (30, 31)])
def test_rows_and_samples_in_chunks_make_the_whole(agree, cached, cache, batch, size):
    cached(cache)
    case = case_of(batch, size, 21, 18)
    found = by_winograd(*case)
    assert found is not None
    agree(found, case)


@pytest.mark.parametrize("maps", range(16, 51))
def test_every_number_of_channels_finds_its_panels(agree, maps):
    for depth in (16, maps):
        case = case_of(2, (6, 7), maps, depth)
        agree(by_winograd(*case), case)


def test_the_operations_choose_it_where_channels_are_many():
    x, w = random(4, 32, 16, 16), random(32, 32, 3, 3)
    options = PLAIN, AROUND, 4
    assert _engine._forward_job(x.shape, w.shape, *options).instead
    assert _engine._backward_job(x.shape, w.shape, (16, 16), *options).instead
    assert _engine._weight_job(x.shape, x.shape, (3, 3), *options).instead
    assert not _engine._forward_job(x[:, :4].shape, w[:, :4].shape, *options).instead


@pytest.mark.parametrize("at", [(0, 0), (5, 16), (8, 7)], ids=["corner", "edge", "inside"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", ["dy", "x", "w"])
@pytest.mark.parametrize("dilation", [1, 2])
def test_nan_and_infinity_reach_only_what_sees_them(by_taps, at, bad, which, dilation):
    spacing, around = ((1, 1), (dilation,) * 2, 1), ((dilation,) * 2,) * 2
    case = case_of(3, (17, 17), 24, 32, spacing=spacing, around=around)
    dy, x, w, b, *_ = case
    assert _engine._forward_job(x.shape, w.shape, spacing, around, 4).instead
    arrays = {"dy": dy, "x": x, "w": w}
    arrays[which][(1, 2, *(min(k, arrays[which].shape[2] - 1) for k in at))] = bad
    options = {"padding": dilation, "dilation": dilation}
    found = ops.conv2d(x, w, b, **options), *ops.conv2d_backward(dy, x, w, **options)[:2]
    with np.errstate(all="ignore"):
        for array, expected in zip(found, by_taps(*case), strict=True):
            np.testing.assert_array_equal(np.isnan(array), np.isnan(expected))
            np.testing.assert_array_equal(array[np.isinf(array)], expected[np.isinf(expected)])


def test_what_overflows_only_on_the_way_comes_out_finite():
    dy, x, w, b, *_ = case_of(3, (17, 17), 24, 32)
    # neighbours of opposite sign and nearly as large as may be: their difference is infinite
    x[:] = 3e38 * (-1.0) ** (np.arange(17) // 2)
    w /= 1e12
    y = ops.conv2d(x, w, padding=1)
    expected = ops.conv2d(x.astype(np.float64), w.astype(np.float64), padding=1)
    assert np.abs(y - expected).max() <= 1e-4 * np.abs(expected).max()


def test_the_same_bits_with_as_many_threads(agree):
    before = convviz.get_num_threads()
    case = case_of(33, (16, 16), 32, 24)
    try:
        for count in (1, 2, 3):
            convviz.set_num_threads(count)
            first, second = by_winograd(*case), by_winograd(*case)
            agree(first, case)
            assert [a.tobytes() for a in first] == [b.tobytes() for b in second]
    finally:
        convviz.set_num_threads(before)
