"""What the scenes of backward passes share: where they start, and the check by differences."""

import numpy as np

from convviz.scenes import _check
from convviz.scenes._sliding import scan
from convviz.scenes._text import shape_text

#: How far a number is raised and lowered for its numerical derivative.
DIFFERENCE = 0.01


def counting(shape):
    """Distinct whole numbers, so that a reader sees where each of them goes.

    The top left corner of every size is the same, whatever the shape around it: a slider that
    changes the size of an array changes none of the numbers it keeps.

    >>> counting((3, 3)).tolist()
    [[1, 2, 5], [3, 4, 6], [7, 8, 9]]
    """
    row, column = np.indices(shape)
    shell = np.maximum(row, column)
    return shell**2 + np.where(row < shell, row, shell + column) + 1


def derivative(dy, shape):
    """The derivative of the loss with respect to an output of this shape, checked.

    Raises
    ------
    TypeError, ValueError
        If it holds no real numbers, or has another shape than the output.
    """
    dy = _check.numbers("dy", dy, 2)
    if dy.shape != tuple(shape):
        raise ValueError(
            f"dy has shape {shape_text(dy.shape)}, the output {shape_text(shape)}: give one "
            "derivative for each output, or leave dy out"
        )
    return dy


def slopes(loss, array, difference=DIFFERENCE):
    """The numerical derivative of a loss with respect to every entry of an array.

    Parameters
    ----------
    loss : callable
        From arrays ``(cases, *array.shape)`` to losses ``(cases,)``.
    array : ndarray
    difference : float
        The h below: for a loss that is no straight line, small beside the array's numbers.

    Returns
    -------
    ndarray
        ``(L(a + h) − L(a − h)) / 2h``, in the shape of the array; what is nothing but rounding
        error is 0.
    """
    steps = difference * np.eye(array.size).reshape(-1, *array.shape)
    up, down = loss(array + steps), loss(array - steps)
    slope = (up - down) / (2 * difference)
    # Subtracting two large losses leaves the rounding error of the loss, divided by 2h.
    noise = 1e-13 * np.maximum(np.abs(up), np.abs(down)) / difference
    slope[np.abs(slope) <= noise] = 0.0
    return slope.reshape(array.shape)


def slopes_apart(image, kernel, dy, stride):
    """The numerical derivative of ``Σ dy·output`` with respect to every pixel of a large image.

    No window reads two pixels that lie a kernel apart. So all of these are raised at once, and each
    has the change of the outputs that read it; those of the others cancel in the difference anyway.

    Parameters
    ----------
    image, kernel, dy : ndarray
        Two axes each; the image with its padding.
    stride : int

    Returns
    -------
    ndarray
        As that of :func:`slopes`, in the shape of the image.
    """
    slope, noise = np.zeros(image.shape), np.zeros(image.shape)
    starts = [stride * np.arange(size) for size in dy.shape]
    for place in np.ndindex(kernel.shape):
        raised = np.zeros(image.shape)
        apart = zip(place, kernel.shape, strict=True)
        raised[tuple(slice(first, None, side) for first, side in apart)] = DIFFERENCE
        up, down = scan(image + raised, kernel, stride), scan(image - raised, kernel, stride)
        # The one pixel of each window that is raised.
        where = np.ix_(*(
            start + (n - start) % side
            for start, n, side in zip(starts, place, kernel.shape, strict=True)
        ))
        np.add.at(slope, where, dy * (up - down) / (2 * DIFFERENCE))
        largest = np.maximum(np.abs(up), np.abs(down))
        np.add.at(noise, where, 1e-13 * np.abs(dy) * largest / DIFFERENCE)
    slope[np.abs(slope) <= noise] = 0.0
    return slope
