"""A small LeNet in NumPy: what a homework trains, without an engine that must be compiled first."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

#: Weights and biases of both convolutions and of the dense layer, for pictures of 16×16.
LENET_SHAPES = ((6, 1, 5, 5), (6,), (16, 6, 3, 3), (16,), (10, 64), (10,))


def lenet_scores(weights, images):
    """Ten scores for each picture: twice convolution, ReLU and pooling by 2, then a dense layer.

    Parameters
    ----------
    weights : list of array, of the shapes `LENET_SHAPES`
    images : array (m, 1, 16, 16)

    Returns
    -------
    array (m, 10)

    Examples
    --------
    >>> zeros = [np.zeros(shape) for shape in LENET_SHAPES]
    >>> lenet_scores(zeros, np.ones((2, 1, 16, 16))).shape
    (2, 10)
    """
    return _forward(weights, images)[0]


def lenet_slopes(weights, images, labels):
    """The mean cross-entropy of pictures, and its derivatives.

    Parameters
    ----------
    weights : list of array, of the shapes `LENET_SHAPES`
    images : array (m, 1, 16, 16)
    labels : array of int (m,)

    Returns
    -------
    loss : float
    gradients : list of array, one for each of `weights`

    Examples
    --------
    Ten equal scores cost ln 10:

    >>> zeros = [np.zeros(shape) for shape in LENET_SHAPES]
    >>> loss, gradients = lenet_slopes(zeros, np.ones((2, 1, 16, 16)), np.array([3, 5]))
    >>> round(float(loss), 3), gradients[5].round(1)[:4]
    (2.303, array([ 0.1,  0.1,  0.1, -0.4]))
    """
    w1, _, w2, _, v, _ = weights
    scores, first, second, flat = _forward(weights, images)
    rows = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    ds = np.exp(logs)
    ds[rows, labels] -= 1
    ds /= len(labels)
    dw2, db2, dz = _turn_back((ds @ v).reshape(second[-1].shape), *second, w2)
    dw1, db1, _ = _turn_back(_spread(dz, w2), *first, w1)
    loss = -logs[rows, labels].mean()
    return loss, [dw1, db1, dw2, db2, ds.T @ flat, ds.sum(axis=0)]


def _forward(weights, images):
    w1, b1, w2, b2, v, c = weights
    first = _turn(images, w1, b1)
    second = _turn(first[-1], w2, b2)
    flat = second[-1].reshape(len(images), -1)
    return flat @ v.T + c, first, second, flat


def _turn(x, w, b):
    """Convolution, ReLU and pooling; each window of `x` is a row, so that BLAS does the work.

    Picture by picture: products that small stay in one thread, which is sooner done, and much
    sooner where other programs run.
    """
    k = w.shape[-1]
    windows = sliding_window_view(x, (k, k), axis=(2, 3))
    m, _, rows, columns = windows.shape[:4]
    windows = windows.transpose(0, 2, 3, 1, 4, 5).reshape(m, rows * columns, -1)
    z = (windows @ w.reshape(len(w), -1).T + b).reshape(m, rows, columns, -1)
    z = z.transpose(0, 3, 1, 2)
    pairs = np.maximum(z, 0).reshape(m, len(w), rows // 2, 2, columns // 2, 2)
    return windows, z, pairs.max(axis=(3, 5))


def _turn_back(dp, windows, z, pooled, w):
    """Derivatives of weights, biases and sums; of equal numbers above 0, each is passed on to."""
    down, best = (array.repeat(2, axis=2).repeat(2, axis=3) for array in (dp, pooled))
    dz = np.where((z == best) & (z > 0), down, 0)
    sums = dz.reshape(len(dz), len(w), -1)
    return (sums @ windows).sum(axis=0).reshape(w.shape), sums.sum(axis=(0, 2)), dz


def _spread(dz, w):
    """Derivatives of a convolution's input: each sum hands its own on to its window."""
    k = w.shape[-1]
    m, _, rows, columns = dz.shape
    dx = np.zeros((m, w.shape[1], rows + k - 1, columns + k - 1))
    for i, j in np.ndindex(k, k):
        part = np.tensordot(dz, w[:, :, i, j], axes=(1, 0))
        dx[:, :, i : i + rows, j : j + columns] += part.transpose(0, 3, 1, 2)
    return dx
