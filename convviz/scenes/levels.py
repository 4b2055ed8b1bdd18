"""Where a value stands in the shading of its grid."""

import numpy as np


def levels(grid, values=None):
    """Every value's place in the shading of its grid.

    Parameters
    ----------
    grid : Grid
    values : array_like, optional
        Other values to be shaded as in this grid; the grid's own when None.

    Returns
    -------
    ndarray of int
        Of the shape of the values: −100…100 for signed grids (0 is white), 0 (black)…100 (white)
        for grey ones; values beyond the grid's limits stand at the nearer end, and what is not a
        number in the middle of signed grids and at the dark end of grey ones.

    Examples
    --------
    >>> from convviz.scenes import Grid
    >>> levels(Grid("output", "output", [[-2.0, 0.0, 1.0]], shade="signed")).tolist()
    [[-100, 0, 50]]
    """
    low, high = grid.value_range()
    values = np.asarray(grid.values if values is None else values, dtype=float)
    middle = 0.0 if grid.shade == "signed" else low
    values = np.where(np.isnan(values), middle, values).clip(low, high)
    share = values / high if grid.shade == "signed" else (values - low) / (high - low)
    return np.rint(100 * share).astype(int)
