"""Convolution as networks mean it (cross-correlation): the kernel slides, it is not flipped."""

import numpy as np

from convviz.ops import _check, _padding, _plan, _scan
from convviz.ops._layout import lines, planes, ready


def conv2d(
    x,
    w,
    b=None,
    *,
    stride=1,
    padding=0,
    dilation=1,
    groups=1,
    padding_mode="zeros",
    padding_value=0.0,
    flip=False,
):
    """Slide every filter of `w` over `x` and take the inner product at each place.

    ``y[n, m, r, q] = b[m] + Σ_c Σ_i Σ_j w[m, c, i, j] · x[n, c, r·s + i·d, q·s + j·d]``, with `x`
    padded and `c` running over the channels of the filter's group.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    w : array (C_out, C/groups, kH, kW)
        The filters, of the dtype of `x`.
    b : array (C_out,), optional
        A bias for each filter, of the dtype of `x`.
    stride, dilation : int or pair (rows, columns)
    padding : int, word, pair (rows, columns), or ((top, bottom), (left, right))
        The words are ``"valid"``, ``"same"`` and ``"full"``, as in `convviz.geometry`.
    groups : int
        Filters and channels are split into this many parts that do not see each other.
    padding_mode : {"zeros", "constant", "reflect", "replicate", "circular"}
    padding_value : float
        What ``padding_mode="constant"`` puts around the input.
    flip : bool
        Turn every filter by 180° first: convolution as mathematics means it.

    Returns
    -------
    array (N, C_out, OH, OW)
        New, of the dtype of `x`.

    Raises
    ------
    TypeError
        When an array is not float32 or float64, dtypes are mixed, or a number is no integer.
    ValueError
        When shapes do not match, an option is out of range, or the kernel does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> w = np.array([[[[1.0, 0.0], [0.0, -1.0]]]])
    >>> conv2d(x, w)
    array([[[[-4., -4.],
             [-4., -4.]]]])
    >>> conv2d(x, w, stride=2, padding=1, padding_mode="constant", padding_value=1.0)
    array([[[[ 1., -1.],
             [-5., -4.]]]])
    """
    options = (stride, padding, dilation, groups, padding_mode, padding_value)
    return forward(2, x, w, b, options, flip)


def conv1d(
    x,
    w,
    b=None,
    *,
    stride=1,
    padding=0,
    dilation=1,
    groups=1,
    padding_mode="zeros",
    padding_value=0.0,
    flip=False,
):
    """Slide every filter of `w` along `x`: `conv2d` with one axis instead of two.

    Parameters
    ----------
    x : array (N, C, L)
    w : array (C_out, C/groups, kL)
    b : array (C_out,), optional
    stride, dilation, groups : int
    padding : int, word, or pair (before, after)
    padding_mode, padding_value, flip
        As for `conv2d`.

    Returns
    -------
    array (N, C_out, OL)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]]])
    >>> conv1d(x, np.array([[[-1.0, 1.0, -1.0]]]))
    array([[[-1.,  0., -1.,  0., -2.,  1., -1.,  0.]]])
    """
    options = (stride, padding, dilation, groups, padding_mode, padding_value)
    return forward(1, x, w, b, options, flip)


def conv2d_backward(
    dy,
    x,
    w,
    *,
    stride=1,
    padding=0,
    dilation=1,
    groups=1,
    padding_mode="zeros",
    padding_value=0.0,
    flip=False,
):
    """Derivatives of `conv2d` with respect to its input, its filters and its bias.

    Every output sends its derivative back along the products that made it:
    ``dx[r·s + i·d, q·s + j·d] += w[i, j]·dy[r, q]`` and ``dw[i, j] += x[…]·dy[r, q]`` at the same
    place, while ``db`` is the sum of ``dy``. What flows into padding is cut off (zeros, constant)
    or added to the entry that was copied there (reflect, replicate, circular).

    Parameters
    ----------
    dy : array (N, C_out, OH, OW)
        Derivative of the loss with respect to the output.
    x, w : array
        The input and the filters of the forward pass.
    stride, padding, dilation, groups, padding_mode, padding_value, flip
        Those of the forward pass.

    Returns
    -------
    dx : array (N, C, H, W)
    dw : array (C_out, C/groups, kH, kW)
    db : array (C_out,)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> w = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> dx, dw, db = conv2d_backward(np.ones((1, 1, 2, 2)), x, w)
    >>> dx[0, 0]
    array([[ 1.,  3.,  2.],
           [ 4., 10.,  6.],
           [ 3.,  7.,  4.]])
    >>> dw[0, 0]
    array([[ 8., 12.],
           [20., 24.]])
    >>> db
    array([4.])
    """
    options = (stride, padding, dilation, groups, padding_mode, padding_value)
    return backward(2, dy, x, w, options, flip)


def conv1d_backward(
    dy,
    x,
    w,
    *,
    stride=1,
    padding=0,
    dilation=1,
    groups=1,
    padding_mode="zeros",
    padding_value=0.0,
    flip=False,
):
    """Derivatives of `conv1d`: `conv2d_backward` with one axis instead of two.

    Parameters
    ----------
    dy : array (N, C_out, OL)
    x, w : array
        The input and the filters of the forward pass.
    stride, padding, dilation, groups, padding_mode, padding_value, flip
        Those of the forward pass.

    Returns
    -------
    dx : array (N, C, L)
    dw : array (C_out, C/groups, kL)
    db : array (C_out,)

    Raises
    ------
    TypeError, ValueError
        As `conv2d_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> x, w = np.array([[[1.0, 2.0, 3.0]]]), np.array([[[10.0, 20.0]]])
    >>> dx, dw, db = conv1d_backward(np.array([[[1.0, -1.0]]]), x, w)
    >>> dx, dw, db
    (array([[[ 10.,  10., -20.]]]), array([[[-1., -1.]]]), array([0.]))
    """
    options = (stride, padding, dilation, groups, padding_mode, padding_value)
    return backward(1, dy, x, w, options, flip)


def forward(axes, x, w, b, options, flip):
    """The forward pass for 1, 2 or 3 axes; `options` in the order of `conv2d`'s keywords."""
    x = _check.floats("x", x, _check.INPUT[axes])
    w = _check.floats("w", w, _check.WEIGHT[axes])
    plan = _plan.conv_plan(x, w, options)
    if b is not None or w.dtype is not x.dtype:
        b = _check.bias(b, len(w))
        _check.same_dtype(x=x, w=w, b=b)
    w = turned(w, axes, flip)
    xp, around = _padded(planes(x), plan)
    y = _scan.forward(xp, ready(planes(w)), b, plan.spacing, around)
    return lines(y, axes)


def backward(axes, dy, x, w, options, flip, *, input_too=True, bias_too=True):
    """The backward pass for 1, 2 or 3 axes.

    The first layer of a network asks for no derivative of its input, and one without a bias for
    none of that: with ``input_too=False`` dx is None, with ``bias_too=False`` db.
    """
    x = _check.floats("x", x, _check.INPUT[axes])
    w = _check.floats("w", w, _check.WEIGHT[axes])
    dy = _check.floats("dy", dy)
    plan = _plan.conv_plan(x, w, options)
    _check.gradient_shape(dy, (len(x), len(w), *plan.output[-axes:]))
    _check.same_dtype(x=x, w=w, dy=dy)
    dy, weights = ready(planes(dy)), ready(planes(turned(w, axes, flip)))
    xp, around = _padded(planes(x), plan)
    dx = None
    if input_too:
        dx = _scan.backward_input(dy, weights, xp.shape, plan.spacing, around)
        if xp.shape != planes(x).shape:
            dx = _padding.pad_backward(dx, plan.padding, plan.mode)
        dx = lines(dx, axes)
    dw = _scan.backward_weight(dy, xp, weights.shape, plan.spacing, around)
    dw = ready(turned(lines(dw, axes), axes, flip))
    return dx, dw, _scan.backward_bias(dy) if bias_too else None


def _padded(x, plan):
    """Return an input and the zeros around it; any padding but zeros becomes part of the input."""
    if plan.mode == "zeros":
        return ready(x), plan.around
    return ready(_padding.pad(x, plan.padding, plan.mode, plan.value)), ()


def turned(w, axes, flip):
    """Filters turned by 180° where that is asked for."""
    if flip is False:
        return w
    return np.flip(w, tuple(range(-axes, 0))) if _check.flag("flip", flip) else w
