"""Whether forward passes remember what a way back needs."""

from contextlib import contextmanager
from contextvars import ContextVar

_remembering = ContextVar("remembering", default=True)
remembering = _remembering.get


@contextmanager
def no_grad():
    """Within it, forward passes remember nothing: less memory, and no way back.

    It counts for the thread that is in it. Layers are not changed, so that one thread may predict
    while another trains.

    Examples
    --------
    >>> import numpy as np
    >>> from convviz import nn
    >>> layer = nn.ReLU()
    >>> with nn.no_grad():
    ...     y = layer(np.float32([-1, 2]))
    >>> layer.backward(y)
    Traceback (most recent call last):
        ...
    RuntimeError: ReLU.backward needs a forward pass before it, outside of nn.no_grad: each ...
    """
    token = _remembering.set(False)
    try:
        yield
    finally:
        _remembering.reset(token)
