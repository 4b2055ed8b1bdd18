"""Functions of each entry alone, and sums over all entries, as compiled loops for large arrays."""

import numpy as np

from convviz.ops import _startup, _threads
from convviz.ops._layout import ready

_loops = _startup.loops("elementwise")
# entries from which on a compiled loop is faster than NumPy's passes over the memory
LARGE = 1 << 14
# loops that take no longer than a copy; the powers and logarithms of the others do
_PLAIN = {"relu", "relu_backward", "leaky", "sigmoid_backward", "tanh_backward", "squared_error"}
_PLAIN |= {"squared_error_backward"}
_POWERS = 6


def each(loop, *arrays, options=(), made=None):
    """Run the loop of that name over the entries of `arrays`, and return what it makes of them.

    That is put into `made`, which may be one of the arrays, or into a new one.
    """
    made = np.empty(arrays[0].shape, arrays[0].dtype) if made is None else made
    flat, call = [ready(array).reshape(-1) for array in (*arrays, made)], getattr(_loops, loop)
    _threads.run([
        (call, (*(array[first:last] for array in flat), *options))
        for first, last in _parts(loop, made.size)
    ])  # fmt: skip
    return made


def total(loop, *arrays):
    """Run a loop that sums over the entries of `arrays`; the order of the sums is always the same.

    Returns
    -------
    numpy.float64
    """
    flat, call = [ready(array).reshape(-1) for array in arrays], getattr(_loops, loop)
    parts = _parts(loop, flat[0].size)
    sums = np.zeros((len(parts), 1))
    _threads.run([
        (call, (*(array[first:last] for array in flat), found))
        for (first, last), found in zip(parts, sums, strict=True)
    ])  # fmt: skip
    return np.float64(sum(sums[:, 0]))


def _parts(loop, size):
    return _threads.parts(size, size, 1 if loop in _PLAIN else _POWERS)
