"""Convolution of volumes: depth, rows and columns; a film is a volume of its frames."""

from convviz.ops import conv


def conv3d(
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
    """Slide every filter of `w` through the volumes of `x`: `conv2d` with a third axis.

    ``y[n, m, p, r, q] = b[m] + Σ_c Σ_h Σ_i Σ_j w[m, c, h, i, j] · x[n, c, p·s + h·d, …]``.

    Parameters
    ----------
    x : array (N, C, D, H, W)
        float32 or float64.
    w : array (C_out, C/groups, kD, kH, kW)
    b : array (C_out,), optional
    stride, dilation : int or triple (depth, rows, columns)
    padding : int, word, triple, or a pair (before, after) for each of the three axes
    groups, padding_mode, padding_value, flip
        As for `conv2d`.

    Returns
    -------
    array (N, C_out, OD, OH, OW)

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Examples
    --------
    What changes from one frame to the next:

    >>> import numpy as np
    >>> film = np.array([[0.0, 1, 0, 0], [0, 0, 1, 0]]).reshape(1, 1, 2, 1, 4)
    >>> change = np.array([-1.0, 1]).reshape(1, 1, 2, 1, 1)
    >>> conv3d(film, change)
    array([[[[[ 0., -1.,  1.,  0.]]]]])
    """
    options = (stride, padding, dilation, groups, padding_mode, padding_value)
    return conv.forward(3, x, w, b, options, flip)


def conv3d_backward(
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
    """Derivatives of `conv3d`: `conv2d_backward` with a third axis.

    Parameters
    ----------
    dy : array (N, C_out, OD, OH, OW)
    x, w : array
        The input and the filters of the forward pass.
    stride, padding, dilation, groups, padding_mode, padding_value, flip
        Those of the forward pass.

    Returns
    -------
    dx : array (N, C, D, H, W)
    dw : array (C_out, C/groups, kD, kH, kW)
    db : array (C_out,)

    Raises
    ------
    TypeError, ValueError
        As `conv2d_backward`.

    Examples
    --------
    >>> import numpy as np
    >>> film = np.array([[0.0, 1, 0, 0], [0, 0, 1, 0]]).reshape(1, 1, 2, 1, 4)
    >>> change = np.array([-1.0, 1]).reshape(1, 1, 2, 1, 1)
    >>> dx, dw, db = conv3d_backward(np.ones((1, 1, 1, 1, 4)), film, change)
    >>> dx[0, 0, :, 0]
    array([[-1., -1., -1., -1.],
           [ 1.,  1.,  1.,  1.]])
    >>> dw.ravel(), db
    (array([1., 1.]), array([4.]))
    """
    options = (stride, padding, dilation, groups, padding_mode, padding_value)
    return conv.backward(3, dy, x, w, options, flip)
