"""Functions of each entry alone, and sums over all entries, as compiled loops for large arrays."""

import numpy as np

from convviz.ops import _startup, _threads
from convviz.ops._layout import ready

_loops = _startup.loops("elementwise")
# entries from which on a compiled loop is faster than NumPy's passes over the memory
LARGE = 1 << 14


def each(loop, *arrays, options=()):
    """Run the loop of that name over the entries of `arrays`, and return what it makes of them."""
    made = np.empty(arrays[0].shape, arrays[0].dtype)
    flat, call = [ready(array).reshape(-1) for array in (*arrays, made)], getattr(_loops, loop)

    def work(first, last):
        call(*(array[first:last] for array in flat), *options)

    _threads.spread(work, made.size, made.size)
    return made


def total(loop, *arrays):
    """Run a loop that sums over the entries of `arrays`; the order of the sums is always the same.

    Returns
    -------
    numpy.float64
    """
    flat, call = [ready(array).reshape(-1) for array in arrays], getattr(_loops, loop)

    def work(first, last):
        found = np.zeros(1)
        call(*(array[first:last] for array in flat), found)
        return found[0]

    return np.float64(sum(_threads.spread(work, flat[0].size, flat[0].size)))
