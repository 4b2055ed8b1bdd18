"""Between the arrays of a caller and the one memory layout that the kernels are compiled for."""

import numpy as np


def ready(array):
    """Return `array` as the kernels want it, itself if it is so already.

    Numba compiles anew for each memory layout, and for read-only arrays. One layout for all is
    one compilation for each dtype; the copy costs far less than the loops that follow.
    """
    return array if array.flags.carray else np.array(array, order="C")


def planes(array):
    """Give lines (N, C, L) a second axis, (N, C, 1, L), so that one set of loops serves both."""
    return array[:, :, None] if array.ndim == 3 else array


def lines(array, axes):
    """Take that axis away again where there was but one."""
    return array[:, :, 0] if axes == 1 else array
