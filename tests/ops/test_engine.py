"""Convolution by tiles: right for every shape, in both layouts, with any number of threads."""

import multiprocessing
import os
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convviz
from convviz.ops import _costs, _engine, _padding, _threads
from convviz.ops._kernels import conv as loops
from convviz.ops._kernels import filters, positions, samples, target, tiles

PLAIN, AROUND = ((1, 1), (1, 1), 1), ((1, 1), (1, 1))
LIMIT = {np.float32: 2e-6, np.float64: 1e-12}
SIDES = st.tuples(st.integers(0, 2), st.integers(0, 2))
PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))


@pytest.fixture
def threads():
    before = convviz.get_num_threads()
    yield convviz.set_num_threads
    convviz.set_num_threads(before)


def random(*shape, dtype=np.float32, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def in_float64(x, w, b, spacing, around):
    """Output, and the derivatives for dy = the output, by the plain loops in float64."""
    x, w, b = (array.astype(np.float64) for array in (x, w, b))
    xp = _padding.pad(x, around, "zeros", 0)
    axes = zip(xp.shape[2:], w.shape[2:], *spacing[:2], strict=True)
    output = [(size - gap * (taps - 1) - 1) // step + 1 for size, taps, step, gap in axes]
    y = np.zeros((len(x), len(w), *output)) + b[:, None, None]
    loops.forward(xp, w, y, *spacing)
    dxp, dw = np.zeros_like(xp), np.empty_like(w)
    loops.backward_input(y, w, dxp, *spacing)
    loops.backward_weight(y, xp, dw, *spacing)
    return y, _padding.pad_backward(dxp, around, "zeros"), dw


def by_tiles(x, w, b, spacing, around):
    y = _engine.forward(x, w, b, spacing, around)
    dx = _engine.backward_input(y, w, x.shape[2:], spacing, around)
    return y, dx, _engine.backward_weight(y, x, w.shape[2:], spacing, around)


def agree(x, w, b, spacing, around):
    limit = LIMIT[x.dtype.type] * np.sqrt(w.size + x[:, 0].size)
    exact = in_float64(x, w, b, spacing, around)
    for found, expected in zip(by_tiles(x, w, b, spacing, around), exact, strict=True):
        assert found.dtype == x.dtype
        assert np.abs(found - expected).max() <= limit * max(np.abs(expected).max(), 1e-30)


@settings(max_examples=60)
@given(
    dtype=st.sampled_from([np.float32, np.float64]),
    batch=st.integers(1, 37),
    channels=st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 9)),
    kernel=PAIR,
    stride=PAIR,
    dilation=PAIR,
    extra=st.tuples(st.integers(0, 21), st.integers(0, 21)),
    around=st.tuples(SIDES, SIDES),
)
def test_tiles_compute_what_plain_loops_do(
    dtype, batch, channels, kernel, stride, dilation, extra, around
):
    groups, depth, maps = channels
    size = [1 + gap * (k - 1) + more for gap, k, more in zip(dilation, kernel, extra, strict=True)]
    x = random(batch, groups * depth, *size, dtype=dtype)
    w = random(groups * maps, depth, *kernel, dtype=dtype, seed=1)
    agree(x, w, random(len(w), dtype=dtype, seed=2), (stride, dilation, groups), around)


@pytest.mark.parametrize("module", [samples, positions, filters])
def test_every_layout_is_used_and_agrees(module, monkeypatch):
    monkeypatch.setattr(_costs, "products", lambda found, *_: found is not module)
    monkeypatch.setattr(_costs, "moving", lambda *_: 0)
    caches = _engine._forward_job, _engine._backward_job, _engine._weight_job
    for cache in caches:
        cache.cache_clear()
    x, w, spacing, around = random(33, 9, 9, 11), random(10, 9, 3, 3), PLAIN, AROUND
    assert _engine._forward_job(x.shape, w.shape, spacing, around, 4).module is module
    agree(x, w, random(10), spacing, around)
    agree(x, w, random(10), ((2, 3), (1, 1), 1), around)
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize("maps", range(1, 14))
def test_every_number_of_filters_finds_its_tiles(maps):
    agree(random(16, 2, 6, 6), random(maps, 2, 3, 3), random(maps), PLAIN, AROUND)
    assert tiles.block_of(maps, [36]) <= maps


@settings(max_examples=30)
@given(
    dtype=st.sampled_from([np.float32, np.float64]),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(3, 75), st.integers(3, 190)),
    around=st.tuples(SIDES, SIDES),
)
def test_each_channel_alone_agrees_in_pieces_of_any_size(dtype, shape, around):
    x, w = random(*shape, dtype=dtype), random(shape[1], 1, 3, 3, dtype=dtype, seed=1)
    agree(x, w, random(len(w), dtype=dtype, seed=2), ((1, 1), (1, 1), len(w)), around)


@pytest.mark.parametrize("size", [(12, 16), (9, 21)])
@pytest.mark.parametrize("place", [(0, 0), (4, -1), (5, 5), (-1, 7)])
def test_a_nan_reaches_no_other_channel(size, place):
    for bad in (np.nan, np.inf):
        x, w = random(2, 3, *size), random(3, 1, 3, 3, seed=1)
        x[(1, 1, *place)] = bad
        for around in (AROUND, ((0, 0), (0, 0))):
            case = x, w, random(3), ((1, 1), (1, 1), 3), around
            for found, expected in zip(by_tiles(*case), in_float64(*case), strict=True):
                np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))


@pytest.mark.parametrize("place", ["corner", "end of a row", "inside"])
@pytest.mark.parametrize("batch", [1, 3, 16, 17])
def test_a_nan_reaches_exactly_what_it_reaches_in_plain_loops(place, batch):
    at = {"corner": (0, 0), "end of a row": (4, -1), "inside": (5, 5)}[place]
    for bad in (np.nan, np.inf):
        for which in range(2):
            arrays = [random(batch, 3, 9, 10), random(4, 3, 3, 3, seed=1)]
            arrays[which][(0, 1, *(at if which == 0 else (0, 0)))] = bad
            for spacing in (((1, 1), (1, 1), 1), ((2, 2), (1, 1), 1)):
                case = (*arrays, random(4), spacing, ((1, 1), (1, 1)))
                for found, expected in zip(by_tiles(*case), in_float64(*case), strict=True):
                    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))


def test_the_same_input_gives_the_same_bits_on_every_run(threads):
    case = random(40, 8, 20, 20), random(24, 8, 3, 3), random(24), PLAIN, AROUND
    for count in (1, 2, 3):
        threads(count)
        first, second = by_tiles(*case), by_tiles(*case)
        for a, b in zip(first, second, strict=True):
            assert a.tobytes() == b.tobytes()


def test_more_threads_change_no_more_than_the_last_digits(threads):
    case = random(48, 8, 20, 20), random(24, 8, 3, 3), random(24), PLAIN, AROUND
    threads(1)
    alone = by_tiles(*case)
    threads(3)
    for a, b in zip(alone, by_tiles(*case), strict=True):
        assert np.abs(a - b).max() <= 1e-5 * np.abs(a).max()


def test_two_python_threads_may_call_at_once(threads):
    threads(2)
    cases = [
        (random(32, 4, 16, 16, seed=k), random(12, 4, 3, 3), random(12), PLAIN,
         AROUND) for k in range(2)
    ]  # fmt: skip
    expected, wrong = [by_tiles(*case) for case in cases], []

    def many(which):
        for _ in range(20):
            for a, b in zip(by_tiles(*cases[which]), expected[which], strict=True):
                if a.tobytes() != b.tobytes():
                    wrong.append(which)

    callers = [threading.Thread(target=many, args=(which,)) for which in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not wrong


def _in_child(queue, case):
    queue.put([array.tobytes() for array in by_tiles(*case)])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_child_of_a_fork_computes_with_threads_of_its_own(threads):
    threads(2)
    case = random(32, 4, 20, 20), random(16, 4, 3, 3), random(16), PLAIN, AROUND
    expected = [array.tobytes() for array in by_tiles(*case)]
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue, case))
    child.start()
    assert queue.get(timeout=60) == expected
    child.join()


def test_shares_cover_everything_once():
    assert _threads.shares(5, 2) == [(0, 2), (2, 5)]
    assert _threads.shares(1, 4) == [(0, 1)]
    assert _threads.shares(0, 4) == [(0, 0)]


def test_the_number_of_threads_must_be_a_positive_integer():
    with pytest.raises(ValueError, match="n must be at least 1, got 0: use 1 for no threads"):
        convviz.set_num_threads(0)


def test_the_environment_sets_the_number_of_threads(monkeypatch):
    monkeypatch.setattr(_threads, "_count", None)
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    assert convviz.get_num_threads() == 3


def test_a_vector_fits_the_registers():
    assert target.BYTES in (16, 32, 64)
