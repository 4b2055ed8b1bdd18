"""The compiled loops: kept on disk where that is possible, compiled once for every layout."""

import os
import subprocess
import sys

import numpy as np
import pytest
from numba.core import config

from convviz import ops
from convviz.ops import _kernels
from convviz.ops._kernels import conv, kept, kernel, tiles


def test_a_loop_without_a_place_to_keep_it_compiles_all_the_same():
    scope = {}
    # Numba finds no file for this function, as in an installation that nobody may write to
    exec("def double(x):\n    return 2 * x", scope)
    assert kernel()(scope["double"])(21) == 42


def test_a_loop_that_can_be_kept_is_kept():
    assert conv.forward.stats.cache_path


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Where a kernel is kept, in a folder of its own."""
    found = conv.forward._cache._cache_file
    monkeypatch.setattr(found, "_cache_path", str(tmp_path))
    return found


def test_each_kind_of_arguments_is_kept_apart(files):
    files.save("first", 1)
    files.save("second", 2)
    files.save("first", 3)
    assert [files.load(key) for key in ("first", "second", "third")] == [3, 2, None]


def test_what_other_sources_left_is_cleared_away(files, tmp_path, monkeypatch):
    files.save("key", 1)
    monkeypatch.setattr(kept, "STAMP", "other sources")
    assert files.load("key") is None
    files.save("other key", 2)
    assert files.load("other key") == 2
    assert len([*tmp_path.iterdir()]) == 1


def test_a_damaged_file_counts_as_none(files, tmp_path):
    files.save("key", 1)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    assert files.load("key") is None


def test_what_another_folder_holds_is_read_and_stays_as_it_is(files, tmp_path, monkeypatch):
    files.save("theirs", 1)
    (file,) = tmp_path.iterdir()
    monkeypatch.setattr(kept, "_OTHERS", str(tmp_path))
    monkeypatch.setattr(files, "_cache_path", str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    assert files.load("theirs") == 1
    files.save("mine", 2)
    files.save("theirs", 3)
    assert [files.load(key) for key in ("theirs", "mine")] == [3, 2]
    file.write_bytes(b"damaged")
    assert files.load("theirs") == 3
    assert {path.name for path in tmp_path.iterdir()} == {"own", file.name}


def test_two_processes_may_compile_the_same_kernels_at_the_same_time(tmp_path):
    program = """
import numpy as np
from convviz import ops
from convviz.ops._kernels import conv, positions, tiles
assert (ops.conv2d(np.ones((1, 2, 9, 9)), np.ones((3, 2, 3, 3))) == 18).all()
assert (ops.conv2d(np.ones((1, 4, 20, 20)), np.ones((4, 4, 3, 3))) == 36).all()
kernels = conv.forward, tiles.pack, positions.convolve
print(sum(sum(kernel.stats.cache_misses.values()) for kernel in kernels))
"""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}

    def start():
        return subprocess.Popen(
            [sys.executable, "-c", program], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    for process in [start(), start()]:
        _, errors = process.communicate()
        assert (process.returncode, errors) == (0, "")
    # whatever the two have done to each other, nothing has to be compiled any more
    assert start().communicate() == ("0\n", "")
    assert not [*tmp_path.rglob("*.tmp.*")]


def test_a_full_disk_stops_no_computation(files, monkeypatch):
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
        y = ops.conv3d(other[:, :1, None], w[:1, :1, None])
        ops.conv3d_backward(y, other[:, :1, None], w[:1, :1, None])
    assert len(conv.forward.signatures) == known
    assert len(conv.backward_weight.signatures) <= known


def test_a_kernel_for_other_kernels_says_so():
    with pytest.raises(TypeError, match="bounds is for other kernels: call its py_func instead"):
        tiles.bounds(np.zeros((1, 5)), 0)
    assert tiles.bounds.py_func(np.arange(5)[None], 0) == (0, 1, 2, 3, 4)


def test_kernels_from_the_disk_may_become_parts_of_another(tmp_path):
    (tmp_path / "loops.py").write_text("""
import numpy as np
from convviz.ops._kernels import kernel
@kernel()
def _half(x):
    return x / 2
@kernel()
def halved(x, y):
    for k in range(len(x)):
        y[k] = _half(x[k])
@kernel()
def quartered(x, y):
    halved(x, y)
    for k in range(len(y)):
        y[k] = _half(y[k])
def hits():
    return [sum(loop.stats.cache_hits.values()) for loop in (_half, halved, quartered)]
""")
    program = """
import numpy as np, loops
y = np.zeros(2)
loops.LOOP(np.array([4.0, 8.0]), y)
print(y.tolist(), loops.hits())
"""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    environment["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    answers = [
        subprocess.run(
            [sys.executable, "-c", program.replace("LOOP", loop)], env=environment, text=True,
            capture_output=True, check=True,
        ).stdout.strip()
        for loop in ("halved", "quartered", "quartered")
    ]  # fmt: skip
    assert answers == [
        "[2.0, 4.0] [0, 0, 0]", "[1.0, 2.0] [1, 1, 0]", "[1.0, 2.0] [0, 0, 1]"
    ]  # fmt: skip


def test_what_others_compile_is_not_compiled_with_fewer_passes(monkeypatch):
    monkeypatch.setattr(config, "OPT", type(config.OPT)(3))
    with _kernels.passes(2):
        assert config.OPT == 2
    with _kernels.passes(9):
        assert config.OPT == 3
    assert config.OPT == 3


def test_loading_a_kernel_does_not_load_scipys_linear_algebra():
    program = """
import sys
import numba, numpy as np
from convviz import ops
ops.conv2d(np.ones((1, 2, 9, 9)), np.ones((3, 2, 3, 3)))
assert "scipy.linalg" not in sys.modules
# a function that wants it gets it
print(numba.njit(lambda a: np.dot(a, a))(np.eye(3)).sum())
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (answer.stdout, answer.stderr) == ("3.0\n", "")
