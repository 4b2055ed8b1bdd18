"""Convolutions with fewer weights: one large filter written as several small ones in a row.

Each function is a composition of `conv2d`; its backward pass undoes the steps in reverse order.
"""

from convviz import geometry
from convviz.ops import _check
from convviz.ops.conv import conv2d, conv2d_backward


def depthwise_separable_conv2d(
    x, depthwise, pointwise, b=None, *, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Filter each channel alone, then mix the channels with 1×1 filters.

    With N channels, M outputs and filters of K×K it takes ``N·K² + N·M`` weights in place of
    ``N·M·K²`` (Sifre 2014; Howard and others 2017).

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    depthwise : array (C·m, 1, kH, kW)
        `m` filters for each channel; the first `m` of them see channel 0.
    pointwise : array (C_out, C·m, 1, 1)
    b : array (C_out,), optional
    stride, padding, dilation, padding_mode
        Those of the first step, as for `conv2d`; ``"constant"`` is zeros.

    Returns
    -------
    array (N, C_out, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2, 3]], [[10.0, 20, 30]]]])
    >>> sums = np.ones((2, 1, 1, 2))
    >>> depthwise_separable_conv2d(x, sums, np.array([1.0, -1]).reshape(1, 2, 1, 1))
    array([[[[-27., -45.]]]])
    """
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    options["padding_mode"] = padding_mode
    x, depthwise, pointwise = _depthwise_arrays(x, depthwise, pointwise)
    middle = conv2d(x, depthwise, groups=x.shape[1], **options)
    return conv2d(middle, pointwise, b)


def depthwise_separable_conv2d_backward(
    dy, x, depthwise, pointwise, *, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Derivatives of `depthwise_separable_conv2d`; the map in the middle is computed again.

    Returns
    -------
    dx, d_depthwise, d_pointwise, db : arrays
        In the shapes of what went in.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2, 3]], [[10.0, 20, 30]]]])
    >>> sums, mix = np.ones((2, 1, 1, 2)), np.array([1.0, -1]).reshape(1, 2, 1, 1)
    >>> _, _, d_mix, db = depthwise_separable_conv2d_backward(np.ones((1, 1, 1, 2)), x, sums, mix)
    >>> d_mix.ravel(), db
    (array([ 8., 80.]), array([2.]))
    """
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    x, depthwise, pointwise = _depthwise_arrays(x, depthwise, pointwise)
    options |= {"padding_mode": padding_mode, "groups": x.shape[1]}
    middle = conv2d(x, depthwise, **options)
    d_middle, d_pointwise, db = conv2d_backward(dy, middle, pointwise)
    dx, d_depthwise, _ = conv2d_backward(d_middle, x, depthwise, **options)
    return dx, d_depthwise, d_pointwise, db


def spatially_separable_conv2d(
    x, vertical, horizontal, b=None, *, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Filter the columns, then the rows, of each channel alone: Sobel and Gaussian filters do.

    The same as `conv2d` with ``groups=C`` and ``w[c, 0, i, j] = vertical[c, i]·horizontal[c, j]``,
    at ``kH + kW`` products for each output in place of ``kH·kW``.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    vertical : array (C, kH)
    horizontal : array (C, kW)
    b : array (C,), optional
    stride, padding, dilation, padding_mode
        As for `conv2d`; ``"constant"`` is zeros.

    Returns
    -------
    array (N, C, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    The Sobel filter is a blur of the columns and a difference along the rows:

    >>> import numpy as np
    >>> x = np.array([0.0, 0, 1, 1] * 3).reshape(1, 1, 3, 4)
    >>> spatially_separable_conv2d(x, np.array([[1.0, 2, 1]]), np.array([[-1.0, 0, 1]]))
    array([[[[4., 4.]]]])
    """
    steps = _steps(stride, padding, dilation, padding_mode)
    x, vertical, horizontal = _one_filter_each(x, vertical, horizontal)
    middle = conv2d(x, vertical, **steps[0], groups=x.shape[1])
    return conv2d(middle, horizontal, b, **steps[1], groups=x.shape[1])


def spatially_separable_conv2d_backward(
    dy, x, vertical, horizontal, *, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Derivatives of `spatially_separable_conv2d`: ``dx, d_vertical, d_horizontal, db``.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([0.0, 0, 1, 1] * 3).reshape(1, 1, 3, 4)
    >>> blur, difference = np.array([[1.0, 2, 1]]), np.array([[-1.0, 0, 1]])
    >>> spatially_separable_conv2d_backward(np.ones((1, 1, 1, 2)), x, blur, difference)[1:]
    (array([[2., 2., 2.]]), array([[0., 4., 8.]]), array([2.]))
    """
    steps = _steps(stride, padding, dilation, padding_mode)
    x, down, across = _one_filter_each(x, vertical, horizontal)
    groups = x.shape[1]
    middle = conv2d(x, down, **steps[0], groups=groups)
    d_middle, d_across, db = conv2d_backward(dy, middle, across, **steps[1], groups=groups)
    del middle
    dx, d_down, _ = conv2d_backward(d_middle, x, down, **steps[0], groups=groups)
    return dx, d_down.reshape(vertical.shape), d_across.reshape(horizontal.shape), db


def flattened_conv2d(
    x, lateral, vertical, horizontal, b=None, *, stride=1, padding=0, dilation=1
):
    """Three passes along one axis each: across the channels, down the columns, along the rows.

    The same as `conv2d` with ``w[m, c, i, j] = lateral[m, c]·vertical[m, i]·horizontal[m, j]``:
    ``C + kH + kW`` weights a filter in place of ``C·kH·kW`` (Jin, Dundar and Culurciello 2015).

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    lateral : array (C_out, C)
    vertical : array (C_out, kH)
    horizontal : array (C_out, kW)
    b : array (C_out,), optional
    stride, padding, dilation
        As for `conv2d`; padding is zeros.

    Returns
    -------
    array (N, C_out, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2], [3, 4]], [[10.0, 20], [30, 40]]]])
    >>> ones = np.ones((1, 2))
    >>> flattened_conv2d(x, ones, ones, ones)
    array([[[[110.]]]])
    """
    x, lateral = _lateral(x, lateral)
    steps, groups = _steps(stride, padding, dilation, "zeros"), len(lateral)
    found = conv2d(x, lateral)
    vertical, horizontal = _check_rows(found, vertical, horizontal, "C_out")
    # one name for each in turn: no more than two of them are held
    found = conv2d(found, vertical[:, None, :, None], **steps[0], groups=groups)
    return conv2d(found, horizontal[:, None, None, :], b, **steps[1], groups=groups)


def flattened_conv2d_backward(
    dy, x, lateral, vertical, horizontal, *, stride=1, padding=0, dilation=1
):
    """Derivatives of `flattened_conv2d`: ``dx, d_lateral, d_vertical, d_horizontal, db``.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2], [3, 4]], [[10.0, 20], [30, 40]]]])
    >>> ones = np.ones((1, 2))
    >>> flattened_conv2d_backward(np.ones((1, 1, 1, 1)), x, ones, ones, ones)[1:4]
    (array([[ 10., 100.]]), array([[33., 77.]]), array([[44., 66.]]))
    """
    x, weights = _lateral(x, lateral)
    mixed = conv2d(x, weights)
    vertical, horizontal = _check_rows(mixed, vertical, horizontal, "C_out")
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    d_mixed, *rest = spatially_separable_conv2d_backward(
        dy, mixed, vertical, horizontal, **options
    )
    dx, d_lateral, _ = conv2d_backward(d_mixed, x, weights)
    return dx, d_lateral.reshape(lateral.shape), *rest


def _depthwise_arrays(x, depthwise, pointwise):
    x = _check.floats("x", x, _check.INPUT[2])
    depthwise = _check.floats("depthwise", depthwise, ("C*m", "1", "kH", "kW"))
    pointwise = _check.floats("pointwise", pointwise, ("C_out", "C*m", "1", "1"))
    _check.same_dtype(x=x, depthwise=depthwise, pointwise=pointwise)
    depth, maps = x.shape[1], len(depthwise)
    if maps % depth or depthwise.shape[1] != 1:
        raise ValueError(
            f"depthwise must have shape (C*m, 1, kH, kW) with C = {depth}, the channels of x, "
            f"got {depthwise.shape}: give each channel the same number of filters of 1 channel"
        )
    if pointwise.shape[1:] != (maps, 1, 1):
        raise ValueError(
            f"pointwise must have shape (C_out, {maps}, 1, 1), a weight for each filter in "
            f"depthwise, got {pointwise.shape}: reshape it or change depthwise"
        )
    return x, depthwise, pointwise


def _one_filter_each(x, vertical, horizontal):
    """The arrays with the two steps as filters (C, 1, kH, 1) and (C, 1, 1, kW)."""
    x = _check.floats("x", x, _check.INPUT[2])
    vertical, horizontal = _check_rows(x, vertical, horizontal, "C")
    return x, vertical[:, None, :, None], horizontal[:, None, None, :]


def _check_rows(x, vertical, horizontal, name):
    vertical = _check.floats("vertical", vertical, (name, "kH"))
    horizontal = _check.floats("horizontal", horizontal, (name, "kW"))
    _check.same_dtype(x=x, vertical=vertical, horizontal=horizontal)
    for which, array in (("vertical", vertical), ("horizontal", horizontal)):
        if len(array) != x.shape[1]:
            raise ValueError(
                f"{which} must have {name} = {x.shape[1]} rows, one for each channel to filter, "
                f"got shape {array.shape}: give it {x.shape[1]}"
            )
    return vertical, horizontal


def _lateral(x, lateral):
    x = _check.floats("x", x, _check.INPUT[2])
    lateral = _check.floats("lateral", lateral, ("C_out", "C"))
    _check.same_dtype(x=x, lateral=lateral)
    if lateral.shape[1] != x.shape[1]:
        raise ValueError(
            f"lateral must have C = {x.shape[1]} columns, one for each channel of x, "
            f"got shape {lateral.shape}: make its second axis {x.shape[1]}"
        )
    return x, lateral[:, :, None, None]


def _steps(stride, padding, dilation, mode):
    """Options of the pass down the columns, and of the one along the rows."""
    stride = geometry.per_axis("stride", stride, 2, 1, "use 1 to visit every position")
    dilation = geometry.per_axis("dilation", dilation, 2, 1, "use 1 for a solid kernel")
    padding = geometry.padding_per_axis(padding, 2)
    # each mode copies whole rows or columns, so padding the second axis may wait for its pass
    down = {"stride": (stride[0], 1), "padding": (padding[0], 0), "dilation": (dilation[0], 1)}
    along = {"stride": (1, stride[1]), "padding": (0, padding[1]), "dilation": (1, dilation[1])}
    return down | {"padding_mode": mode}, along | {"padding_mode": mode}
