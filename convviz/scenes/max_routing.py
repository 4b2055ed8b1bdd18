"""Max pooling, there and back: the winner of a window is remembered, and gets its derivative."""

import numpy as np

from convviz import reference
from convviz.scenes import _check
from convviz.scenes._gradients import counting, derivative
from convviz.scenes._pooling import pool_axes
from convviz.scenes._sliding import caption, cell_kinds
from convviz.scenes._text import number, plural, shape_text, span
from convviz.scenes.scene import Grid, Question, Scene, Step

#: A 9 that wins two windows, and two 7 of which the first one wins.
ROUTED_IMAGE = np.array([[1, 9, 2, 0], [4, 3, 1, 7], [0, 2, 5, 7], [6, 1, 3, 2]])


@_check.without_warnings
def max_routing(image, dy=None, *, kernel_size=3, stride=1):
    """The scene of a max pooling and of its backward pass.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 24 each way.
    dy : array_like, optional
        The derivative of the loss with respect to the output, in its shape; 1, 2, 3, … when None.
    kernel_size, stride : int
        Side of the square window, and how far it moves.

    Returns
    -------
    Scene
        One step forward for each window, then one backward for each window: its derivative is
        added to that of the winner. Of equal numbers the first in reading order wins.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = max_routing([[1, 8], [3, 4]], [[5]], kernel_size=2)
    >>> scene
    MaxRouting: 2×2, window 2, stride 1 → 1×1, 2 steps
    >>> scene.grid("dx").values.tolist()
    [[0, 5], [0, 0]]
    """
    image = _check.numbers("image", image, 2)
    axes = pool_axes(image.shape, kernel_size, stride)
    _check.showable("image", image.shape, "crop it")
    shape = tuple(axis.output for axis in axes)
    dy = counting(shape) if dy is None else derivative(dy, shape)
    values, indices = reference.max_pool2d(image, kernel_size, stride)
    winners = [divmod(int(index), image.shape[1]) for index in indices.flat]
    dx = reference.max_pool2d_backward(dy, indices, image.shape)
    steps = _forward(image, values, axes, winners) + _backward(dy, dx.dtype, axes, winners)
    grids = (
        Grid("input", "input", image, kinds=cell_kinds(*axes), editable=True),
        Grid("output", "output", values, hidden=True),
        Grid(
            "dx", "gradient", dx, note=f"∂L/∂input {shape_text(dx.shape)}", hidden=True,
            shade="signed",
        ),
        Grid("dy", "gradient", dy, note=f"∂L/∂output {shape_text(shape)}", editable=True),
    )
    summary = (
        f"{shape_text(image.shape)}, window {kernel_size}, stride {stride} → {shape_text(shape)}, "
        f"{plural(len(steps), 'step')}"
    )
    shared = next((n for n, winner in enumerate(winners) if winner in winners[:n]), 0)
    return Scene(
        "MaxRouting", summary, grids, ("→", "", "←"), steps, caption(*axes),
        poster=len(winners) + shared, rows=(2, 2), question=_question(dx),
        code=_code(image.shape, f"{kernel_size}, {stride}"),
    )


def _code(shape, options):
    return (
        (
            "convviz",
            f"output, indices = ops.max_pool2d(input[None, None], {options}, return_indices=True)\n"
            f"dx = ops.max_pool2d_backward(dy[None, None], indices, {(1, 1, *shape)})",
        ),
        (
            "PyTorch",
            "x = torch.tensor(input)[None, None].requires_grad_()\n"
            f"F.max_pool2d(x, {options}).backward(torch.tensor(dy)[None, None])\ndx = x.grad",
        ),
    )


def _question(dx):
    """Where the derivatives gather."""
    if not np.isfinite(dx).all():
        return None
    most = dx.max()
    cells = tuple(("input", r, c) for r, c in np.argwhere(dx == most).tolist())
    reason = f"What wins its windows gets all their derivatives: {number(most)} in the end."
    return Question(
        "Which number of the input gets the largest derivative?", "cell", cells, reason,
        hides=("output", "dx"),
    )


def _places(axes):
    """The taps of every window, in reading order: (r, c, rows, columns)."""
    rows, columns = axes
    return [
        (r, c, rows.taps(r), columns.taps(c))
        for r in range(rows.output)
        for c in range(columns.output)
    ]


def _frame(name, down, across):
    return (name, down[0], across[0], down[-1], across[-1])


def _forward(image, values, axes, winners):
    """Every window and its largest number, ringed."""
    steps = []
    for (r, c, down, across), winner in zip(_places(axes), winners, strict=True):
        terms = [", " if n else "max(" for n in range(len(down) * len(across))]
        cells = [(("input", i, j),) for i in down for j in across]
        result = ("output", r, c)
        formula = [part for pair in zip(terms, cells, strict=True) for part in pair]
        # Not a number equals nothing, itself neither.
        ties = max(1, int((image[np.ix_(down, across)] == values[r, c]).sum()))
        tie = f", the first of {ties} equal ones" if ties > 1 else ""
        steps.append(
            Step(
                sentence=(
                    f"Forward, {span(down, 'row')}, {span(across, 'column')}: the largest number "
                    f"is {number(values[r, c])}, at row {winner[0]}, column {winner[1]}{tie}."
                ),
                formula=(*formula, ") = ", (result,)),
                result=result,
                writes=((result, values[r, c]),),
                windows=(_frame("input", down, across),),
                marks=((("input", *winner), "ring"),),
            )
        )
    return tuple(steps)


def _backward(dy, dtype, axes, winners):
    """Every derivative and the cell that it is added to."""
    sums = np.zeros([axis.size for axis in axes], dtype)
    steps = []
    for (r, c, down, across), winner in zip(_places(axes), winners, strict=True):
        before = sums[winner]
        sums[winner] += dy[r, c]
        result = ("dx", *winner)
        # All start at 0: the cells that never win are shown from the first step of the way back.
        zeros = () if steps else [(("dx", *cell), 0) for cell in np.ndindex(sums.shape)]
        again = winner in winners[: len(steps)]
        overlap = f" It had {number(before)} already: it adds up." if again else ""
        steps.append(
            Step(
                sentence=(
                    f"Backward: the derivative of output row {r}, column {c} goes to the winner "
                    f"alone, input row {winner[0]}, column {winner[1]}.{overlap}"
                ),
                formula=(
                    f"dx({winner[0]}, {winner[1]}) += ", (("dy", r, c),),
                    f":   {number(before)} + {number(dy[r, c])} = {number(sums[winner])}",
                ),
                result=result,
                writes=(*(write for write in zeros if write[0] != result), (result, sums[winner])),
                windows=(_frame("input", down, across), _frame("dx", down, across)),
                marks=((("input", *winner), "ring"),),
                links=((("dy", r, c), result),),
            )
        )
    return tuple(steps)
