"""Transposed convolution: each input pushes its weighted filter into the output.

It is the way a convolution sends derivatives back to its input, used forwards: with a stride it
makes maps larger. Where filters overlap, what they push adds up.
"""

import numpy as np

from convviz.ops import _check, _plan, _scan
from convviz.ops._layout import lines, planes, ready


def conv_transpose2d(
    x, w, b=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Add every filter, weighted by the inputs, at the places that the inputs stand for.

    ``y[n, m, r·s + i·d − p, q·s + j·d − p] += w[c, m, i, j] · x[n, c, r, q]``.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    w : array (C, C_out/groups, kH, kW)
        The filters of the convolution that is undone: its outputs are the inputs here.
    b : array (C_out,), optional
    stride, dilation : int or pair (rows, columns)
    padding : int, word, pair (rows, columns), or ((top, bottom), (left, right))
        The padding of the convolution that is undone: here it cuts the output. ``"same"`` makes
        ``stride`` times as many outputs as inputs.
    output_padding : int or pair
        More entries at the bottom and the right, fewer than the stride or the dilation.
    groups : int

    Returns
    -------
    array (N, C_out, OH, OW)
        New; for the sizes see `convviz.geometry.conv_transpose_output_size`.

    Raises
    ------
    TypeError
        When an array is not float32 or float64, dtypes are mixed, or a number is no integer.
    ValueError
        When shapes do not match, or an option is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[0.0, 1], [2, 3]]]])
    >>> conv_transpose2d(x, x)
    array([[[[ 0.,  0.,  1.],
             [ 0.,  4.,  6.],
             [ 4., 12.,  9.]]]])

    A filter of 3 with a stride of 2 covers every second place twice: the chequerboard.

    >>> ones = np.ones((1, 1, 1, 3))
    >>> conv_transpose2d(ones, ones, stride=2)
    array([[[[1., 1., 2., 1., 2., 1., 1.]]]])
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _forward(2, x, w, b, options)


def conv_transpose2d_backward(
    dy, x, w, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Derivatives of `conv_transpose2d`; that of the input is a plain convolution of `dy`.

    Parameters
    ----------
    dy : array (N, C_out, OH, OW)
        Derivative of the loss with respect to the output.
    x, w : array
        The input and the filters of the forward pass.
    stride, padding, output_padding, dilation, groups
        Those of the forward pass.

    Returns
    -------
    dx : array (N, C, H, W)
    dw : array (C, C_out/groups, kH, kW)
    db : array (C_out,)

    Raises
    ------
    TypeError, ValueError
        As `conv_transpose2d`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[0.0, 1], [2, 3]]]])
    >>> dx, dw, db = conv_transpose2d_backward(np.ones((1, 1, 3, 3)), x, x)
    >>> dx[0, 0], dw[0, 0], db
    (array([[6., 6.],
           [6., 6.]]), array([[6., 6.],
           [6., 6.]]), array([9.]))
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _backward(2, dy, x, w, options)


def conv_transpose1d(
    x, w, b=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Add weighted filters along a line: `conv_transpose2d` with one axis.

    `x` is (N, C, L), `w` (C, C_out/groups, kL); options are single numbers (`padding` also a pair
    (before, after)). Errors as `conv_transpose2d`.

    Examples
    --------
    >>> import numpy as np
    >>> conv_transpose1d(np.array([[[1.0, 10]]]), np.array([[[1.0, 2, 3]]]), stride=2)
    array([[[ 1.,  2., 13., 20., 30.]]])
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _forward(1, x, w, b, options)


def conv_transpose1d_backward(
    dy, x, w, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Derivatives of `conv_transpose1d`: as `conv_transpose2d_backward`, with one axis.

    Examples
    --------
    >>> import numpy as np
    >>> x, w = np.array([[[1.0, 10]]]), np.array([[[1.0, 2, 3]]])
    >>> conv_transpose1d_backward(np.array([[[1.0, 0, 0, 0, 1]]]), x, w, stride=2)
    (array([[[1., 3.]]]), array([[[ 1.,  0., 10.]]]), array([2.]))
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _backward(1, dy, x, w, options)


def conv_transpose3d(
    x, w, b=None, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Add weighted filters in a volume: `conv_transpose2d` with a third axis.

    `x` is (N, C, D, H, W), `w` (C, C_out/groups, kD, kH, kW); options are single numbers or
    triples (depth, rows, columns). Errors as `conv_transpose2d`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[[5.0]], [[7.0]]]]])
    >>> conv_transpose3d(x, np.ones((1, 1, 2, 1, 2)))[0, 0, :, 0]
    array([[ 5.,  5.],
           [12., 12.],
           [ 7.,  7.]])
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _forward(3, x, w, b, options)


def conv_transpose3d_backward(
    dy, x, w, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    """Derivatives of `conv_transpose3d`: as `conv_transpose2d_backward`, with a third axis.

    Examples
    --------
    >>> import numpy as np
    >>> x, w = np.array([[[[[5.0]], [[7.0]]]]]), np.ones((1, 1, 2, 1, 2))
    >>> dx, dw, db = conv_transpose3d_backward(np.ones((1, 1, 3, 1, 2)), x, w)
    >>> dx.ravel(), dw.ravel(), db
    (array([4., 4.]), array([12., 12., 12., 12.]), array([6.]))
    """
    options = (stride, padding, output_padding, dilation, groups)
    return _backward(3, dy, x, w, options)


def _forward(axes, x, w, b, options):
    x = _check.floats("x", x, _check.INPUT[axes])
    w = _check.floats("w", w, _check.TRANSPOSED[axes])
    plan = _plan.transpose_plan(x, w, options)
    b = _check.bias(b, plan.maps)
    _check.same_dtype(x=x, w=w, b=b)
    # output_padding may ask for entries that no filter reaches
    ends = map(sum, zip(plan.before, plan.output, strict=True))
    around = _around(plan.before, plan.output, map(max, plan.reach, ends))
    shape = len(x), plan.maps, *plan.output
    y = _scan.backward_input(ready(planes(x)), ready(planes(w)), shape, plan.spacing, around)
    if b is not None:
        y += b.reshape(-1, *(1,) * len(plan.output))
    return lines(y, axes)


def _backward(axes, dy, x, w, options):
    x = _check.floats("x", x, _check.INPUT[axes])
    w = _check.floats("w", w, _check.TRANSPOSED[axes])
    dy = _check.floats("dy", dy)
    plan = _plan.transpose_plan(x, w, options)
    _check.gradient_shape(dy, (len(x), plan.maps, *plan.output[-axes:]))
    _check.same_dtype(x=x, w=w, dy=dy)
    inputs, weights, dy = ready(planes(x)), ready(planes(w)), planes(dy)
    seen, around = _seen(dy, plan)
    dx = _scan.forward(seen, weights, None, plan.spacing, around)
    dw = _scan.backward_weight(inputs, seen, weights.shape, plan.spacing, around)
    return lines(dx, axes), lines(dw, axes), _scan.backward_bias(dy)


def _seen(dy, plan):
    """`dy` without the entries that no filter reached, and what is missing around it."""
    ends = [end - first for first, end in zip(plan.before, plan.reach, strict=True)]
    if min(ends) < 1:
        # the padding has cut off all that the filters wrote
        return np.zeros((*dy.shape[:2], *plan.reach), dy.dtype), ()
    seen = ready(dy[(..., *map(slice, ends))])
    return seen, _around(plan.before, seen.shape[2:], plan.reach)


def _around(before, sizes, whole):
    """What is missing before and after `sizes` in all that the filters wrote."""
    sides = zip(before, sizes, whole, strict=True)
    return tuple((first, end - first - size) for first, size, end in sides)
