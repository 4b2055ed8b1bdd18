"""The arrays behind the grids that a reader may edit."""

import numpy as np


def with_number(array, place, value):
    """A copy of an array with one number changed; whole numbers become others where they must.

    >>> with_number(np.array([1, 2]), 0, 0.5).tolist()
    [0.5, 2.0]
    """
    copy = array.astype(np.result_type(array, type(value)))
    copy[place] = value
    return copy
