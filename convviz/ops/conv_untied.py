"""Convolutions that share weights less: several sets of filters, up to one for every place."""

import math

import numpy as np

from convviz.ops import _check, _padding, _plan, _scan
from convviz.ops._layout import ready


def tiled_conv2d(
    x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"
):
    """Use several sets of filters in turn, like tiles: output (r, q) uses set (r mod t, q mod t).

    One set is `conv2d`; as many sets as outputs are `locally_connected2d` (Le and others 2010).

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    w : array (t_rows, t_columns, C_out, C/groups, kH, kW)
        ``w[a, b]`` are the filters of a `conv2d`.
    b : array (t_rows, t_columns, C_out), optional
    stride, padding, dilation, groups, padding_mode
        As for `conv2d`; ``"constant"`` is zeros.

    Returns
    -------
    array (N, C_out, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`; ValueError also when there are more sets than outputs along an axis.

    Examples
    --------
    Two sets along a row, one keeps and one negates:

    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2, 3, 4, 5]]]])
    >>> tiled_conv2d(x, np.array([1.0, -1]).reshape(1, 2, 1, 1, 1, 1))
    array([[[[ 1., -2.,  3., -4.,  5.]]]])
    """
    options = (stride, padding, dilation, groups, padding_mode)
    x, w, b, plan = _arguments(x, w, b, options)
    xp = _padding.pad(x, plan.padding, plan.mode, plan.value)
    y = np.empty((len(x), w.shape[2], *plan.output), dtype=x.dtype)
    for tile, seen, made, spacing in _tiles(w.shape, plan):
        bias = None if b is None else b[tile]
        y[made] = _scan.forward(ready(xp[seen]), ready(w[tile]), bias, spacing)
    return y


def tiled_conv2d_backward(
    dy, x, w, *, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"
):
    """Derivatives of `tiled_conv2d`: each set of filters collects from its own outputs only.

    Parameters
    ----------
    dy : array (N, C_out, OH, OW)
        Derivative of the loss with respect to the output.
    x, w, stride, padding, dilation, groups, padding_mode
        Those of the forward pass.

    Returns
    -------
    dx : array (N, C, H, W)
    dw : array (t_rows, t_columns, C_out, C/groups, kH, kW)
    db : array (t_rows, t_columns, C_out)

    Raises
    ------
    TypeError, ValueError
        As `tiled_conv2d`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> x, w = np.array([[[[1.0, 2, 3, 4, 5]]]]), np.array([1.0, -1]).reshape(1, 2, 1, 1, 1, 1)
    >>> dx, dw, db = tiled_conv2d_backward(np.ones((1, 1, 1, 5)), x, w)
    >>> dx.ravel(), dw.ravel(), db.ravel()
    (array([ 1., -1.,  1., -1.,  1.]), array([9., 6.]), array([3., 2.]))
    """
    options = (stride, padding, dilation, groups, padding_mode)
    x, w, _, plan = _arguments(x, w, None, options)
    dy = _gradient(dy, x, w, plan)
    xp = _padding.pad(x, plan.padding, plan.mode, plan.value)
    dxp, dw, db = np.zeros_like(xp), np.empty(w.shape, w.dtype), np.empty(w.shape[:3], w.dtype)
    for tile, seen, made, spacing in _tiles(w.shape, plan):
        weights, part = ready(w[tile]), ready(dy[made])
        dxp[seen] += _scan.backward_input(part, weights, dxp[seen].shape, spacing)
        dw[tile] = _scan.backward_weight(part, ready(xp[seen]), weights.shape, spacing)
        db[tile] = part.sum(axis=(0, 2, 3))
    return _padding.pad_backward(dxp, plan.padding, plan.mode), dw, db


def locally_connected2d(
    x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"
):
    """Look through the same windows as `conv2d`, but with filters of its own at every place.

    Parameters
    ----------
    x : array (N, C, H, W)
        float32 or float64.
    w : array (OH, OW, C_out, C/groups, kH, kW)
        ``w[r, q]`` are the filters of output (r, q): nothing is shared.
    b : array (OH, OW, C_out), optional
    stride, padding, dilation, groups, padding_mode
        As for `conv2d`; ``"constant"`` is zeros.

    Returns
    -------
    array (N, C_out, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`; ValueError also when `w` has not a set of filters for each output.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[[[1.0, 2, 3]]]])
    >>> locally_connected2d(x, np.array([[1.0, 1], [0, 10]]).reshape(1, 2, 1, 1, 1, 2))
    array([[[[ 3., 30.]]]])
    """
    options = (stride, padding, dilation, groups, padding_mode)
    x, w, b, plan = _arguments(x, w, b, options, every_place=True)
    windows = _windows(_padding.pad(x, plan.padding, plan.mode, plan.value), w, plan)
    y = np.empty((len(x), w.shape[2], *plan.output), dtype=x.dtype)
    # a row of outputs at a time: the windows side by side take as much memory as there are taps
    for row, filters in enumerate(w):
        products = _columns(windows[:, :, row], groups) @ _as_matrices(filters, groups).mT
        y[:, :, row] = _as_maps(products)
    if b is not None:
        y += b.transpose(2, 0, 1)
    return y


def locally_connected2d_backward(
    dy, x, w, *, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"
):
    """Derivatives of `locally_connected2d`: a filter used once collects from one output.

    Returns
    -------
    dx : array (N, C, H, W)
    dw : array (OH, OW, C_out, C/groups, kH, kW)
    db : array (OH, OW, C_out)

    Raises
    ------
    TypeError, ValueError
        As `locally_connected2d`; ValueError also when `dy` has not the shape of the output.

    Examples
    --------
    >>> import numpy as np
    >>> x, w = np.array([[[[1.0, 2, 3]]]]), np.array([1.0, 1, 0, 10]).reshape(1, 2, 1, 1, 1, 2)
    >>> dx, dw, db = locally_connected2d_backward(np.array([[[[1.0, 2]]]]), x, w)
    >>> dx.ravel(), dw.ravel(), db.ravel()
    (array([ 1.,  1., 20.]), array([1., 2., 4., 6.]), array([1., 2.]))
    """
    options = (stride, padding, dilation, groups, padding_mode)
    x, w, _, plan = _arguments(x, w, None, options, every_place=True)
    dy = _gradient(dy, x, w, plan)
    xp = _padding.pad(x, plan.padding, plan.mode, plan.value)
    dxp, dw = np.zeros_like(xp), np.empty(w.shape, w.dtype)
    windows, sent = _windows(xp, w, plan), _windows(dxp, w, plan, writeable=True)
    for row, filters in enumerate(w):
        # (OW, groups, N, C_out/groups)
        part = dy[:, :, row].reshape(len(x), groups, w.shape[2] // groups, w.shape[1])
        part = part.transpose(3, 1, 0, 2)
        dw[row] = (part.mT @ _columns(windows[:, :, row], groups)).reshape(filters.shape)
        back = (part @ _as_matrices(filters, groups)).transpose(2, 1, 3, 0)
        back = back.reshape(*x.shape[:2], *w.shape[4:], plan.output[1])
        for i, j in np.ndindex(w.shape[4:]):
            sent[:, :, row, :, i, j] += back[:, :, i, j]
    db = ready(dy.sum(axis=0).transpose(1, 2, 0))
    return _padding.pad_backward(dxp, plan.padding, plan.mode), dw, db


def _arguments(x, w, b, options, every_place=False):
    x = _check.floats("x", x, _check.INPUT[2])
    sets = ("OH", "OW") if every_place else ("t_rows", "t_columns")
    w = _check.floats("w", w, (*sets, *_check.WEIGHT[2]))
    plan = _plan.conv_plan(x, w[0, 0], (*options, 0.0))
    if every_place and w.shape[:2] != plan.output:
        raise ValueError(
            f"w must have filters for each of the {plan.output} outputs, got {w.shape[:2]} sets "
            f"in w of shape {w.shape}: make its first axes {plan.output}"
        )
    if any(count > size for count, size in zip(w.shape[:2], plan.output, strict=True)):
        raise ValueError(
            f"w has more sets of filters, {w.shape[:2]}, than there are outputs, {plan.output}: "
            "use fewer, or locally_connected2d"
        )
    if b is not None:
        b = _check.floats("b", b)
        if b.shape != w.shape[:3]:
            raise ValueError(
                f"b must have shape {w.shape[:3]}, one bias for each filter in w, got {b.shape}"
            )
    _check.same_dtype(x=x, w=w, b=b)
    return x, w, b, plan


def _gradient(dy, x, w, plan):
    dy = _check.floats("dy", dy)
    _check.gradient_shape(dy, (len(x), w.shape[2], *plan.output))
    _check.same_dtype(x=x, dy=dy)
    return dy


def _tiles(shape, plan):
    """For each set of filters: its index, the inputs it sees, the outputs it makes, its spacing."""
    step = tuple(s * t for s, t in zip(plan.stride, shape[:2], strict=True))
    for tile in np.ndindex(shape[:2]):
        seen, made = [...], [...]
        for axis, first in enumerate(tile):
            count = -(-(plan.output[axis] - first) // shape[axis])
            reach = plan.dilation[axis] * (shape[4 + axis] - 1) + 1
            start = first * plan.stride[axis]
            seen.append(slice(start, start + (count - 1) * step[axis] + reach))
            made.append(slice(first, None, shape[axis]))
        yield tile, tuple(seen), tuple(made), (step, plan.dilation, plan.groups)


def _windows(xp, w, plan, writeable=False):
    """What every output looks at: a view (N, C, OH, OW, kH, kW) of the padded input."""
    (down, along), (gap_r, gap_c) = plan.stride, plan.dilation
    reach = tuple(gap * (k - 1) + 1 for k, gap in zip(w.shape[4:], plan.dilation, strict=True))
    view = np.lib.stride_tricks.sliding_window_view(xp, reach, axis=(2, 3), writeable=writeable)
    return view[:, :, ::down, ::along, ::gap_r, ::gap_c]


def _columns(row, groups):
    """The windows (N, C, OW, kH, kW) of a row of outputs as (OW, groups, N, C/groups·kH·kW)."""
    batch, channels, places, *kernel = row.shape
    parts = row.reshape(batch, groups, channels // groups, places, *kernel)
    taps = channels // groups * math.prod(kernel)
    return parts.transpose(3, 1, 0, 2, 4, 5).reshape(places, groups, batch, taps)


def _as_matrices(filters, groups):
    """The filters (OW, C_out, …) of a row of outputs as (OW, groups, C_out/groups, taps)."""
    return filters.reshape(len(filters), groups, filters.shape[1] // groups, -1)


def _as_maps(products):
    """(OW, groups, N, C_out/groups) as (N, C_out, OW)."""
    places, groups, batch, maps = products.shape
    return products.transpose(2, 1, 3, 0).reshape(batch, groups * maps, places)
