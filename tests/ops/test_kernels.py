"""The compiled loops: kept on disk where that is possible, compiled once for every layout."""

import numpy as np

from convviz import ops
from convviz.ops._kernels import conv, kernel


def test_a_loop_without_a_place_to_keep_it_compiles_all_the_same():
    scope = {}
    # Numba finds no file for this function, as in an installation that nobody may write to
    exec("def double(x):\n    return 2 * x", scope)
    assert kernel()(scope["double"])(21) == 42


def test_a_loop_that_can_be_kept_is_kept():
    assert conv.forward.stats.cache_path


def test_two_processes_never_write_the_same_file(tmp_path, monkeypatch):
    files = conv.forward._cache._cache_file
    monkeypatch.setattr(files, "_cache_path", str(tmp_path))
    monkeypatch.setattr(files, "_index_path", str(tmp_path / files._index_name))
    files.save("first", 1)
    # the other process has not seen that yet
    index = (tmp_path / files._index_name).read_bytes()
    files.save("second", 2)
    (tmp_path / files._index_name).write_bytes(index)
    files.save("third", 3)
    assert [files.load(key) for key in ("first", "second", "third")] == [1, None, 3]
    files.save("second", 2)
    assert [files.load(key) for key in ("first", "second", "third")] == [1, 2, 3]


def test_what_other_sources_left_is_cleared_away(tmp_path, monkeypatch):
    files = conv.forward._cache._cache_file
    monkeypatch.setattr(files, "_cache_path", str(tmp_path))
    monkeypatch.setattr(files, "_index_path", str(tmp_path / files._index_name))
    files.save("key", 1)
    monkeypatch.setattr(files, "_source_stamp", "other")
    assert files.load("key") is None
    files.save("other key", 2)
    assert len([*tmp_path.glob("*.nbc")]) == 1


def test_a_full_disk_stops_no_computation(monkeypatch):
    files = conv.forward._cache._cache_file
    monkeypatch.setattr(files, "_cache_path", "/nowhere/at/all")
    files.save("key", 1)
    assert files.load("key") is None


def test_no_memory_layout_needs_a_compilation_of_its_own():
    x, w = np.ones((2, 2, 6, 6), dtype=np.float32), np.ones((2, 2, 3, 3), dtype=np.float32)
    ops.conv2d(x, w)
    known = len(conv.forward.signatures)
    frozen = x.copy()
    frozen.flags.writeable = False
    for other in (frozen, np.asfortranarray(x), x[::-1], x[:, :, ::2, 1:]):
        ops.conv2d(other, w)
        ops.conv1d(other[:, :, 0], w[:, :, 0], padding=2, stride=2)
    assert len(conv.forward.signatures) == known
