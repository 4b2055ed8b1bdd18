"""Where the first numbers of parameters, and what dropout drops, come from."""

import threading
from contextlib import contextmanager

import numpy as np

_lock = threading.Lock()
_source = np.random.SeedSequence(0)
_aside = threading.local()


def manual_seed(seed):
    """Begin anew: networks made after it begin with the same numbers each time.

    Parameters
    ----------
    seed : int
        0 or more. A process begins with 0.

    Examples
    --------
    >>> from convviz import nn
    >>> nn.manual_seed(1)
    >>> first = nn.Linear(2, 1).weight.data
    >>> nn.manual_seed(1)
    >>> (nn.Linear(2, 1).weight.data == first).all()
    np.True_
    """
    global _source
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number, 0 or more, got {seed!r}: use 0")
    with _lock:
        _source = np.random.SeedSequence(int(seed))


def next_seed():
    """Return a seed that no other call since `manual_seed` has got."""
    with _lock:
        return getattr(_aside, "source", _source).spawn(1)[0]


@contextmanager
def aside():
    """Networks made inside take no seed away from those made later: to be looked at, not trained.

    >>> from convviz import nn
    >>> nn.manual_seed(1)
    >>> with aside():
    ...     unused = nn.Linear(2, 1)
    >>> found = nn.Linear(2, 1).weight.data
    >>> nn.manual_seed(1)
    >>> bool((nn.Linear(2, 1).weight.data == found).all())
    True
    """
    before = vars(_aside).copy()
    _aside.source = np.random.SeedSequence(0)
    try:
        yield
    finally:
        vars(_aside).clear()
        vars(_aside).update(before)
