"""How well a place was found: what two boxes, or two masks, have in common."""

import numpy as np

from convviz import geometry


def box_iou(boxes, others):
    """Intersection over union of boxes, pair by pair (Everingham and others 2010).

    Parameters
    ----------
    boxes, others : array (N, 4)
        First row, first column, last row, last column, in any unit, as `datasets.shapes` has them.

    Returns
    -------
    array of float64 (N,)
        1 for the same box, 0 for boxes apart or without an area.

    Raises
    ------
    ValueError
        When the shapes are no (N, 4), or differ.

    Examples
    --------
    >>> box_iou([[0, 0, 4, 4], [0, 0, 2, 2]], [[0, 2, 4, 6], [3, 3, 5, 5]])
    array([0.33333333, 0.        ])
    """
    boxes, others = np.asarray(boxes, float), np.asarray(others, float)
    if boxes.ndim != 2 or boxes.shape[1] != 4 or boxes.shape != others.shape:
        raise ValueError(
            f"boxes and others must both have shape (N, 4), got {boxes.shape} and {others.shape}: "
            "corners become boxes by nn.corners_to_boxes"
        )
    first = np.maximum(boxes[:, :2], others[:, :2])
    last = np.minimum(boxes[:, 2:], others[:, 2:])
    both = np.prod(np.maximum(last - first, 0), axis=1)
    union = _areas(boxes) + _areas(others) - both
    return np.divide(both, union, out=np.zeros(len(boxes)), where=union > 0)


def _areas(boxes):
    return np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)


def corners_to_boxes(corners):
    """The upright box that four corners mean.

    Parameters
    ----------
    corners : array (N, 8)
        Row and column of each corner, clockwise from the first, as `datasets.Shapes.corners`. Each
        edge is the mean of its two corners, which a network need not put on a line.

    Returns
    -------
    array (N, 4)
        First row, first column, last row, last column.

    Raises
    ------
    ValueError
        When the shape is no (N, 8).

    Examples
    --------
    >>> corners_to_boxes([[1, 2, 1, 6, 5, 6, 5, 2]])
    array([[1., 2., 5., 6.]])
    """
    corners = np.asarray(corners)
    if corners.ndim != 2 or corners.shape[1] != 8:
        raise ValueError(
            f"corners must have shape (N, 8), got {corners.shape}: row and column of four corners"
        )
    # rows of the upper two, columns of the left two, rows of the lower two, columns of the right
    pairs = corners[:, [[0, 2], [1, 7], [4, 6], [3, 5]]]
    return pairs.mean(axis=2)


def class_iou(found, truth, classes):
    """Intersection over union of each class, over the pixels of all masks.

    Parameters
    ----------
    found, truth : array of int, of one shape
        A class for every pixel.
    classes : int
        How many classes there are, from 0.

    Returns
    -------
    array of float64 (classes,)
        NaN for a class that neither has.

    Raises
    ------
    ValueError
        When the shapes differ.

    Examples
    --------
    >>> class_iou([[0, 0, 1]], [[0, 1, 1]], 3)
    array([0.5, 0.5, nan])
    """
    found, truth = np.asarray(found), np.asarray(truth)
    classes = geometry.integer("classes", classes, 1, "count them from 0")
    if found.shape != truth.shape:
        raise ValueError(
            f"found and truth must have one shape, got {found.shape} and {truth.shape}: scores "
            "become classes by argmax(axis=1)"
        )
    ious = np.full(classes, np.nan)
    for one in range(classes):
        union = np.count_nonzero((found == one) | (truth == one))
        if union:
            ious[one] = np.count_nonzero((found == one) & (truth == one)) / union
    return ious
