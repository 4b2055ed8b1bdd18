"""Some of the data to learn from, the rest to see what was learned."""

import numpy as np


def split(x, targets, *, held_out=0.2, seed=0):
    """Put a share of the samples aside, drawn at random and the same for the same seed.

    Parameters
    ----------
    x, targets : array (N, ...)
    held_out : float or int
        Which share is held out, between 0 and 1, or how many samples.
    seed : int

    Returns
    -------
    train, test : pair (x, targets)

    Raises
    ------
    ValueError
        When there are not as many targets as samples, or one side would be empty.

    Examples
    --------
    >>> train, test = split(np.arange(10), np.arange(10) % 2, held_out=3)
    >>> len(train[0]), test
    (7, (array([4, 6, 2]), array([0, 0, 0])))
    """
    if len(x) != len(targets):
        raise ValueError(f"x and targets must be as many, got {len(x)} and {len(targets)}")
    count = held_out if isinstance(held_out, int) else round(held_out * len(x))
    if not 0 < count < len(x):
        raise ValueError(
            f"held_out must leave samples on both sides, got {held_out!r} of {len(x)}: "
            "use a share such as 0.2"
        )
    order = np.random.default_rng(seed).permutation(len(x))
    test, train = order[:count], order[count:]
    return (x[train], targets[train]), (x[test], targets[test])
