"""Products of matrices cut between threads: right for every size, and used where they pay."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convviz
from convviz import ops
from convviz.ops import _engine, _matrices, _startup

DTYPES = st.sampled_from([np.float32, np.float64])


@pytest.fixture
def threads():
    before = convviz.get_num_threads()
    yield convviz.set_num_threads
    convviz.set_num_threads(before)


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    monkeypatch.setattr(_startup, "_left", -1)


def random(seed, *shape, dtype=np.float32):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def close(found, expected, terms):
    limit = 2e-6 if found.dtype == np.float32 else 1e-12
    assert np.abs(found - expected).max() <= limit * np.sqrt(terms) * np.abs(expected).max()


@settings(max_examples=40)
@given(
    dtype=DTYPES, seed=st.integers(0, 99), count=st.integers(1, 4),
    sizes=st.tuples(*[st.integers(16, 90)] * 3),
)  # fmt: skip
def test_products_of_any_size_agree_with_numpy(dtype, seed, count, sizes):
    rows, depth, maps = sizes
    before = convviz.get_num_threads()
    convviz.set_num_threads(count)
    x, w = random(seed, rows, depth, dtype=dtype), random(seed + 1, maps, depth, dtype=dtype)
    dy = random(seed + 2, rows, maps, dtype=dtype)
    tables = _matrices._linear_tables(rows, maps, depth, x.itemsize)
    results = np.empty_like(dy), np.empty_like(x), np.empty_like(w)
    try:
        for table, a, b, c in zip(tables, (x, dy, dy), (w, w, x), results, strict=True):
            # as much work as makes every thread have a share
            _matrices._run(table, 1, 10**9, a, b, c)
    finally:
        convviz.set_num_threads(before)
    x, w, dy = (array.astype(np.float64) for array in (x, w, dy))
    for found, expected in zip(results, (x @ w.T, dy @ w, dy.T @ x), strict=True):
        close(found, expected, rows + depth + maps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_large_linear_layer_is_cut_between_threads(dtype, threads):
    threads(2)
    x, w, b = random(0, 8, 8, 300, dtype=dtype), random(1, 200, 300, dtype=dtype), random(2, 200)
    b, dy = b.astype(dtype), random(3, 8, 8, 200, dtype=dtype)
    assert _matrices.linear(x.reshape(64, 300), w) is not None
    flat, sent = x.reshape(64, 300).astype(np.float64), dy.reshape(64, 200).astype(np.float64)
    y, (dx, dw, db) = ops.linear(x, w, b), ops.linear_backward(dy, x, w)
    assert (y.shape, dx.shape, y.dtype, dx.dtype) == (dy.shape, x.shape, dtype, dtype)
    close(y.reshape(64, 200), flat @ w.T + b, 300)
    close(dx.reshape(64, 300), sent @ w, 200)
    close(dw, sent.T @ flat, 64)
    close(db, sent.sum(axis=0), 64)


def test_arrays_may_lie_in_any_order(threads):
    threads(2)
    x, w = random(0, 300, 64).T, random(1, 300, 200).T
    x.flags.writeable = False
    close(ops.linear(x, w), x.astype(np.float64) @ w.T, 300)


def test_one_thread_leaves_linear_layers_to_numpy(threads):
    threads(1)
    x, w = random(0, 64, 300), random(1, 200, 300)
    assert _matrices.linear(x, w) is None
    assert ops.linear(x, w).tobytes() == (x @ w.T).tobytes()


def test_small_or_narrow_layers_are_left_to_numpy(threads):
    threads(2)
    for rows, maps, depth in ((2, 900, 900), (900, 3, 900), (900, 900, 3)):
        x, w, dy = random(0, rows, depth), random(1, maps, depth), random(2, rows, maps)
        assert _matrices.linear(x, w) is None
        assert _matrices.linear_backward(dy, x, w) is None
        assert ops.linear(x, w).tobytes() == (x @ w.T).tobytes()


def test_the_same_input_gives_the_same_bits_on_every_run(threads):
    threads(2)
    x, w, dy = random(0, 64, 301), random(1, 211, 301), random(2, 64, 211)
    first, second = ((ops.linear(x, w), *ops.linear_backward(dy, x, w)) for _ in range(2))
    assert [a.tobytes() for a in first] == [a.tobytes() for a in second]


def test_the_first_layers_of_a_process_wait_for_no_compiler(threads, monkeypatch):
    threads(2)
    x, w, dy = random(0, 64, 300), random(1, 200, 300), random(2, 64, 200)
    asked = []
    monkeypatch.setattr(_startup, "_left", 3 * x.size * len(w) - 1)
    monkeypatch.setattr(_startup, "later", lambda key, job: asked.append(job))
    assert ops.linear(x, w).tobytes() == (x @ w.T).tobytes()
    assert ops.linear_backward(dy, x, w)[0].tobytes() == (dy @ w).tobytes()
    assert len(asked) == 2
    for job in asked:
        job()
    assert ops.linear(x, w).tobytes() == _matrices.linear(x, w).tobytes()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_nan_reaches_its_row_and_column_only(bad, threads):
    threads(2)
    x, w, dy = random(0, 64, 300), random(1, 200, 300), random(2, 64, 200)
    x[5, 7], dy[9, 11] = bad, bad
    assert set(np.argwhere(~np.isfinite(ops.linear(x, w)))[:, 0]) == {5}
    dx, dw, db = ops.linear_backward(dy, x, w)
    assert set(np.argwhere(~np.isfinite(dx))[:, 0]) == {9}
    reached = {(m, 7) for m in range(200)} | {(11, k) for k in range(300)}
    assert set(map(tuple, np.argwhere(~np.isfinite(dw)))) == reached
    assert np.argwhere(~np.isfinite(db)).tolist() == [[11]]


@settings(max_examples=30)
@given(
    dtype=DTYPES, seed=st.integers(0, 99), batch=st.integers(0, 3), groups=st.integers(1, 2),
    channels=st.tuples(st.integers(16, 40), st.integers(16, 40)), size=st.integers(16, 70),
    biased=st.booleans(),
)  # fmt: skip
def test_convolutions_of_one_entry_agree(dtype, seed, batch, groups, channels, size, biased):
    depth, maps = channels
    x = random(seed, batch, groups * depth, size, 1, dtype=dtype)
    w = random(seed + 1, groups * maps, depth, 1, 1, dtype=dtype)
    b = random(seed + 2, len(w), dtype=dtype) if biased else np.zeros(len(w), dtype)
    y = np.full((batch, len(w), size, 1), np.nan, dtype)
    dx = np.full_like(x, np.nan)
    there = _matrices.job(x.shape, y.shape, groups, x.itemsize, 2, False)
    back = _matrices.job(y.shape, x.shape, groups, x.itemsize, 2, True)
    assert there.convolve(x, w, b, y, False)
    assert back.convolve(y, w, np.zeros(x.shape[1], dtype), dx, True)
    flat = w.reshape(groups, maps, depth).astype(np.float64)
    seen = np.einsum("gmc,ngcp->ngmp", flat, x.reshape(batch, groups, depth, size))
    sent = np.einsum("gmc,ngmp->ngcp", flat, y.reshape(batch, groups, maps, size))
    if batch:
        close(y[..., 0], seen.reshape(batch, -1, size) + b[:, None], depth)
        close(dx[..., 0], sent.reshape(batch, -1, size), maps)


def test_many_channels_are_multiplied_like_matrices():
    x, w = random(0, 4, 64, 16, 16), random(1, 64, 64, 1, 1)
    spacing, around = ((1, 1), (1, 1), 1), ((0, 0), (0, 0))
    options = spacing, around, 4
    assert _engine._forward_job(x.shape, w.shape, *options).instead
    assert _engine._backward_job(x.shape, w.shape, (16, 16), *options).instead
    assert not _matrices.fits((1, 1), ((2, 1), (1, 1), 1), around)
    assert not _matrices.fits((1, 1), spacing, ((0, 0), (0, 1)))
    assert not _matrices.fits((1, 2), spacing, around)
    x[1, 2, 3, 4] = np.inf
    y = _engine.forward(x, w, np.ones(64, np.float32), spacing, around)
    assert set(map(tuple, np.argwhere(~np.isfinite(y))[:, [0, 2, 3]])) == {(1, 3, 4)}
