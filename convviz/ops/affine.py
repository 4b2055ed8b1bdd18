"""The fully connected layer: every output is a weighted sum of all inputs."""

import math

import numpy as np

from convviz.ops import _check, _startup, _threads
from convviz.ops._layout import ready


def linear(x, w, b=None):
    """Multiply by the weights and add the bias: ``y[n, m] = b[m] + sum_k w[m, k]·x[n, k]``.

    Parameters
    ----------
    x : array (N, K) or (..., K)
        float32 or float64.
    w : array (M, K)
    b : array (M,), optional

    Returns
    -------
    array (N, M) or (..., M)

    Raises
    ------
    TypeError
        When an array is not float32 or float64, or dtypes are mixed.
    ValueError
        When shapes do not match.

    Examples
    --------
    >>> import numpy as np
    >>> linear(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 1.0]]), np.array([10.0, 0.0]))
    array([[21.,  2.]])
    """
    x, w = _arguments(x, w)
    b = _check.bias(b, len(w))
    _check.same_dtype(x=x, w=w, b=b)
    flat = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
    y = _in_threads("linear", flat.size * len(w), flat, w)
    y = x @ w.T if y is None else y.reshape(*x.shape[:-1], len(w))
    return y if b is None else np.add(y, b, out=y)


def linear_backward(dy, x, w):
    """Derivatives of `linear`: ``dx = dy·w``, ``dw = dyᵀ·x`` and the sum of ``dy``.

    Parameters
    ----------
    dy : array (N, M) or (..., M)
        Derivative of the loss with respect to the output.
    x, w : array
        Those of the forward pass.

    Returns
    -------
    dx : array (N, K) or (..., K)
    dw : array (M, K)
    db : array (M,)

    Raises
    ------
    TypeError, ValueError
        As `linear`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> x, w = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 1.0]])
    >>> dx, dw, db = linear_backward(np.array([[1.0, 10.0]]), x, w)
    >>> dx, dw, db
    (array([[ 3., 14.]]), array([[ 1.,  2.],
           [10., 20.]]), array([ 1., 10.]))
    """
    x, w = _arguments(x, w)
    dy = _check.floats("dy", dy)
    _check.gradient_shape(dy, (*x.shape[:-1], len(w)))
    _check.same_dtype(x=x, w=w, dy=dy)
    rows = math.prod(x.shape[:-1])
    flat, flat_dy = x.reshape(rows, x.shape[-1]), dy.reshape(rows, len(w))
    found = _in_threads("linear_backward", flat.size * len(w), flat_dy, flat, w)
    dx, dw = found or (dy @ w, flat_dy.T @ flat)
    return dx.reshape(x.shape), dw, flat_dy.sum(axis=0)


def _in_threads(name, work, *arrays):
    """What `_matrices` makes of the arrays; None where NumPy's product, in one thread, is faster.

    Or in its own threads: how many those are is not for `set_num_threads` to say.
    """
    if _threads.worth(work) < 2 or _startup.rehearsed(_matrices, name, work, arrays):
        return None
    return getattr(_matrices(), name)(*map(ready, arrays))


def _matrices():
    # which imports Numba
    from convviz.ops import _matrices

    return _matrices


def _arguments(x, w):
    x, w = _check.floats("x", x), _check.floats("w", w, ("M", "K"))
    if x.ndim == 0 or x.shape[-1] != w.shape[1]:
        raise ValueError(
            f"x must have {w.shape[1]} entries along its last axis, as w of shape {w.shape} has "
            f"weights for {w.shape[1]}; got x of shape {x.shape}: flatten it or change w"
        )
    return x, w
