"""A kernel split into a column and a row: two short passes in place of one."""

import numpy as np

from convviz.scenes import _check, _code
from convviz.scenes._layer import clauses
from convviz.scenes._pictured import as_images, told_places, too_large
from convviz.scenes._sliding import Axis
from convviz.scenes._text import MINUS, number, plural, shape_text, span
from convviz.scenes.scene import Grid, Question, Scene, Step

_TENT = np.array([1, 2, 1])
_BINOMIAL = np.array([1, 4, 6, 4, 1])
#: Kernels that are a column times a row, and (the last three) some that are not.
SEPARABLE_KERNELS = {
    "Sobel": np.outer(_TENT, [-1, 0, 1]),
    "Gaussian 3×3": np.outer(_TENT, _TENT),
    "Gaussian 5×5": np.outer(_BINOMIAL, _BINOMIAL),
    "box": np.ones((3, 3), int),
    "corner": np.outer([-1, 0, 1], [-1, 0, 1]),
    "edge detect": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "diagonal": np.eye(3, dtype=int),
}
#: Singular values below this share of the largest are rounding errors.
_NOTHING = 1e-10


def split_kernel(kernel):
    """The column and the row whose products come closest to a kernel.

    Their products miss the kernel by the least sum of squares (Eckart and Young, 1936). Where they
    miss nothing, the numbers are scaled to be as plain as the kernel's own.

    Parameters
    ----------
    kernel : array_like
        Shape ``(rows, columns)``, finite numbers.

    Returns
    -------
    column : ndarray (rows,)
    row : ndarray (columns,)
    singular : ndarray
        The singular values, the largest first; how many are not 0 is the rank.

    Raises
    ------
    TypeError, ValueError
        If the kernel holds no finite numbers.

    Examples
    --------
    >>> column, row, singular = split_kernel([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    >>> column.tolist(), row.tolist()
    ([1, 2, 1], [-1, 0, 1])
    """
    kernel = _check.numbers("kernel", kernel, 2)
    if not np.isfinite(kernel).all():
        raise ValueError("kernel holds NaN or infinity, which no column and row make: change them")
    left, singular, right = np.linalg.svd(kernel.astype(float))
    singular = np.where(singular > _NOTHING * singular[0], singular, 0.0)
    if np.count_nonzero(singular) < 2:
        return *_plain(kernel), singular
    column, row = left[:, 0] * np.sqrt(singular[0]), right[0] * np.sqrt(singular[0])
    # The singular vectors are found up to a common sign.
    sign = -1 if column.sum() < 0 else 1
    return sign * column, sign * row, singular


def _plain(kernel):
    """Column and row of a kernel of rank 1, with the column's least number at 1."""
    size = np.abs(kernel)
    top, left = np.unravel_index(size.argmax(), kernel.shape)
    if not size[top, left]:
        return np.zeros(len(kernel), int), np.zeros(kernel.shape[1], int)
    column = kernel[:, left] / size[:, left][size[:, left] > 0].min()
    column = -column if column.sum() < 0 else column
    row = kernel[top] / column[top]
    # beyond 2⁵³ a float says nothing of the ones of a whole number
    whole = all((part == part.round()).all() and np.abs(part).max() < 2**53 for part in (column, row))
    return (column.astype(int), row.astype(int)) if whole else (column, row)


def separable(image, kernel):
    """The scene of a kernel split into a column and a row, and of the two passes.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, up to 24 each way as numbers, as images up to 128.
    kernel : array_like
        Shape ``(rows, columns)``. Of a kernel of a higher rank than 1 only the best column and row
        are used, and the scene shows what they leave over.

    Returns
    -------
    Scene
        One step for every number between the passes, then one for every number of the output; of
        images one for each row.

    Raises
    ------
    TypeError, ValueError
        If the kernel does not fit the image, or holds no finite numbers.

    Examples
    --------
    >>> separable(np.eye(5), [[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    Separable: 5×5 ∗ 3×3, rank 1, 6 products in place of 9, 24 steps
    >>> separable(np.eye(5), [[0, 1, 0], [1, -4, 1], [0, 1, 0]]).grid("remainder").values.round(2)
    array([[0.2 , 0.09, 0.2 ],
           [0.09, 0.04, 0.09],
           [0.2 , 0.09, 0.2 ]])
    """
    image = _check.numbers("image", image, 2)
    large = too_large("image", image.shape, "crop it, or take image[::2, ::2]")
    column, row, singular = split_kernel(kernel)
    kernel = _check.numbers("kernel", kernel, 2)
    rows, columns = (Axis.of(n, k) for n, k in zip(image.shape, kernel.shape, strict=True))
    with np.errstate(over="ignore", invalid="ignore"):
        between = np.einsum("ija,a->ij", _along(image, rows, 0), column)
        output = np.einsum("ijb,b->ij", _along(between, columns, 1), row)
        windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        whole = np.einsum("ijab,ab->ij", windows, kernel)
    remainder = kernel - np.outer(column, row)
    remainder = np.where(np.abs(remainder) < 1e-9, 0, remainder)
    rank = int(np.count_nonzero(singular))
    first, second = (told_places(*passed.shape, large) for passed in (between, output))
    steps = (
        *(_column_step(rows, place, between) for place in first),
        *(_row_step(columns, place, output, whole, rank) for place in second),
    )
    grids = (
        Grid(
            "kernel", "filter", kernel, editable=True,
            note=f"{shape_text(kernel.shape)}, rank {rank}",
        ),
        Grid("column", "filter", column[:, None]),
        Grid("row", "filter", row[None]),
        Grid("remainder", "neutral", remainder, note="kernel − column · row", shade="signed"),
        Grid("input", "input", image, editable=True),
        Grid("between", "neutral", between, note="∗ column", hidden=True, shade="signed"),
        Grid("output", "output", output, note="∗ row", hidden=True, shade="signed"),
        Grid("direct", "neutral", whole, note="∗ kernel", hidden=True, shade="signed"),
    )
    products = f"{sum(kernel.shape)} products in place of {kernel.size}"
    scene = Scene(
        "Separable",
        f"{shape_text(image.shape)} ∗ {shape_text(kernel.shape)}, rank {rank}, {products}, "
        f"{plural(len(steps), 'step')}",
        grids, ("=", "·", "+", "", "→", "→", "" if rank > 1 else "="), steps,
        _caption(kernel, singular), rows=(4, 4), code=_lines(image, kernel), question=_question(kernel, rank),
        poster=len(first) + len(second) // 2,
    )
    return as_images(scene) if large else scene


def _lines(image, kernel):
    """The lines that make the two passes."""
    (height, width), planes = kernel.shape, _code.array(["input"], (1, 1, *image.shape))
    down, across = _code.array(["column"], (1, height)), _code.array(["row"], (1, width))
    first = f"torch.tensor({_code.array(['column'], (1, 1, height, 1))})"
    second = f"torch.tensor({_code.array(['row'], (1, 1, 1, width))})"
    return (
        ("convviz", f"ops.spatially_separable_conv2d({planes}, {down}, {across})[0, 0]"),
        ("PyTorch", f"F.conv2d(F.conv2d(torch.tensor({planes}), {first}), {second})[0, 0]"),
    )


def _along(array, axis, which):
    """The stretches of an array under a kernel of one dimension."""
    return np.lib.stride_tricks.sliding_window_view(array, axis.kernel, axis=which)


def _column_step(rows, place, between):
    r, c = place
    taps = rows.taps(r)
    formula = []
    for a, i in enumerate(taps):
        formula += [" + ", (("input", i, c), ("column", a, 0))]
    result = ("between", r, c)
    return Step(
        sentence=f"First pass, row {r}, column {c}: the column weighs input {span(taps, 'row')}.",
        formula=(*formula[1:], " = ", (result,)),
        result=result,
        writes=((result, between[place]),),
        windows=(("input", taps[0], c, taps[-1], c), ("column", 0, 0, rows.kernel - 1, 0)),
    )


def _row_step(columns, place, output, whole, rank):
    r, c = place
    taps = columns.taps(c)
    formula = []
    for b, j in enumerate(taps):
        formula += [" + ", (("between", r, j), ("row", 0, b))]
    result, other = ("output", r, c), ("direct", r, c)
    ending = f"; the whole kernel gives {number(whole[place])}" + (" as well." if rank < 2 else ".")
    return Step(
        sentence=f"Second pass, row {r}, column {c}: the row weighs {span(taps, 'column')}{ending}",
        formula=(*formula[1:], " = ", (result,)),
        result=result,
        writes=((result, output[place]), (other, whole[place])),
        windows=(
            ("between", r, taps[0], r, taps[-1]),
            ("row", 0, 0, 0, columns.kernel - 1),
            ("direct", r, c, r, c),
        ),
    )


def _caption(kernel, singular):
    height, width = kernel.shape
    values = ", ".join(number(value) for value in singular)
    rank = int(np.count_nonzero(singular))
    judged = "a column times a row" if rank < 2 else "more than one column and row make"
    return clauses(
        [(f"singular values {values}: rank {rank}, ", ""), (judged, "filter")],
        [(f"products for one output: {height} + {width} = ", ""), (str(height + width), "output"),
         (f" in place of {height}·{width} = {height * width}", "")],
    )


def _question(kernel, rank):
    height, width = kernel.shape
    return Question(
        "How many products does one output take with the column and the row, in place of "
        f"{height}·{width} = {height * width}?", "number", height + width,
        f"{height} down the column and {width} along the row: {height + width}.", hides=(),
    )
