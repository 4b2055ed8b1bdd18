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
