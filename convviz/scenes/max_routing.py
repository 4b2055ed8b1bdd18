"""Max pooling, there and back: the winner of a window is remembered, and gets its derivative."""

from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convviz.scenes import _check
from convviz.scenes._code import with_axes
from convviz.scenes._gradients import counting, derivative
from convviz.scenes._pictured import as_images, told_places, too_large
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
        Shape ``(rows, columns)``: up to 24 each way as numbers, as images up to 128.
    dy : array_like, optional
        The derivative of the loss with respect to the output, in its shape; 1, 2, 3, … when None.
    kernel_size, stride : int
        Side of the square window, and how far it moves.

    Returns
    -------
    Scene
        One step forward for each window, then one backward for each window: its derivative is
        added to that of the winner. Of equal numbers the first in reading order wins. Of images
        the window in the middle of each row has its two steps, and a lens shows the numbers.

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
    large = too_large("image", image.shape, "crop it, or take image[::2, ::2]")
    shape = tuple(axis.output for axis in axes)
    dy = counting(shape) if dy is None else derivative(dy, shape)
    winners = _winners(image, axes)
    values = image[tuple(np.moveaxis(winners, 2, 0))]
    told = told_places(*shape, large)
    dx, back = _backward(dy, axes, winners, told)
    steps = _forward(image, values, axes, winners, told) + back
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
    shared = next((n for n, step in enumerate(back) if "adds up" in step.sentence), 0)
    scene = Scene(
        "MaxRouting", summary, grids, ("→", "", "←"), steps, caption(*axes),
        poster=len(told) + shared, rows=(2, 2), question=_question(dx),
        code=_code(image.shape, f"{kernel_size}, {stride}", shape),
    )
    return as_images(scene) if large else scene


def _winners(image, axes):
    """Row and column of the largest number of every window, shape (OH, OW, 2)."""
    kernel, stride = axes[0].kernel, axes[0].stride
    windows = sliding_window_view(image, (kernel, kernel))[::stride, ::stride]
    places = windows.reshape(*windows.shape[:2], -1).argmax(axis=2)
    corners = stride * np.moveaxis(np.indices(places.shape), 0, 2)
    return corners + np.stack(np.divmod(places, kernel), axis=2)


def _code(shape, options, outputs):
    lines = (
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
    return with_axes(lines, input=shape, dy=outputs)


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


def _frame(name, down, across):
    return (name, down[0], across[0], down[-1], across[-1])


def _forward(image, values, axes, winners, told):
    """The windows that are told, and the largest number of each, ringed."""
    steps = []
    for r, c in told:
        down, across = axes[0].taps(r), axes[1].taps(c)
        terms = [", " if n else "max(" for n in range(len(down) * len(across))]
        cells = [(("input", i, j),) for i in down for j in across]
        result, winner = ("output", r, c), winners[r, c].tolist()
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


def _backward(dy, axes, winners, told):
    """The derivative with respect to the input, and the steps of the windows that are told."""
    # Whole numbers that others are added to stay whole.
    sums = np.zeros([axis.size for axis in axes], dy.dtype)
    told, won, steps = set(told), set(), []
    for place in np.ndindex(dy.shape):
        winner = tuple(winners[place].tolist())
        before = sums[winner]
        sums[winner] += dy[place]
        if place in told:
            sides = number(before), number(dy[place]), number(sums[winner])
            steps.append(_back_step(axes, place, winner, sides, winner in won))
            # All start at 0: what never wins is shown from the first step of the way back.
            zeros = () if len(steps) > 1 else _zeros(sums.shape, winner)
            writes = (*zeros, (("dx", *winner), sums[winner]))
            steps[-1] = replace(steps[-1], writes=writes)
        won.add(winner)
    return sums, tuple(steps)


def _zeros(shape, winner):
    return tuple((("dx", *cell), 0) for cell in np.ndindex(shape) if cell != winner)


def _back_step(axes, place, winner, sides, again):
    """One derivative and the cell it is added to."""
    (r, c), (before, given, after), result = place, sides, ("dx", *winner)
    down, across = axes[0].taps(r), axes[1].taps(c)
    overlap = f" It had {before} already: it adds up." if again else ""
    return Step(
        sentence=(
            f"Backward: the derivative of output row {r}, column {c} goes to the winner "
            f"alone, input row {winner[0]}, column {winner[1]}.{overlap}"
        ),
        formula=(
            f"dx({winner[0]}, {winner[1]}) += ", (("dy", r, c),),
            f":   {before} + {given} = {after}",
        ),
        result=result,
        windows=(_frame("input", down, across), _frame("dx", down, across)),
        marks=((("input", *winner), "ring"),),
        links=((("dy", r, c), result),),
    )
