"""The backward pass of average pooling: every window shares its derivative out in equal parts."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check
from convviz.scenes._code import with_axes
from convviz.scenes._gradients import counting, derivative
from convviz.scenes._pictured import as_images, told_places, too_large
from convviz.scenes._pooling import pool_axes
from convviz.scenes._sliding import cell_kinds
from convviz.scenes._text import number, plural, shape_text, signed_factor, span
from convviz.scenes.scene import Grid, Question, Scene, Step


@_check.without_warnings
def average_pool_backward(dy=None, *, input_size=4, kernel_size=2, stride=1):
    """The scene of the derivative of an average pooling with respect to its input.

    The input's numbers play no part in it: only their places do.

    Parameters
    ----------
    dy : array_like, optional
        The derivative of the loss with respect to the output, in its shape; when None,
        ``kernel_size²`` times 1, 2, 3, …, so that every share is whole.
    input_size : int or (int, int)
        Rows and columns of the input: up to 24 as numbers, as images up to 128.
    kernel_size, stride : int
        Side of the square window, and how far it moves.

    Returns
    -------
    Scene
        One step for each window: ``dy / kernel_size²`` is added to each of its cells. Of images
        the window in the middle of each row has a step, and a lens shows the numbers.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = average_pool_backward([[8, 4]], input_size=(2, 3))
    >>> scene
    AveragePoolBackward: 1×2 → 2×3, window 2, stride 1, 2 steps
    >>> scene.grid("dx").values.tolist()
    [[2.0, 3.0, 1.0], [2.0, 3.0, 1.0]]
    """
    sizes = geometry.per_axis("input_size", input_size, 2, 1, "an input has one row or more")
    large = too_large("input", sizes, "lower input_size")
    axes = pool_axes(sizes, kernel_size, stride)
    shape = tuple(axis.output for axis in axes)
    dy = kernel_size**2 * counting(shape) if dy is None else derivative(dy, shape)
    dx, steps = _shared_out(axes, dy, told_places(*shape, large))
    grids = (
        Grid("dy", "gradient", dy, note=f"∂L/∂output {shape_text(shape)}", editable=True),
        Grid(
            "dx", "gradient", dx, note=f"∂L/∂input {shape_text(sizes)}", hidden=True,
            kinds=cell_kinds(*axes), shade="signed",
        ),
    )
    summary = (
        f"{shape_text(shape)} → {shape_text(sizes)}, window {kernel_size}, stride {stride}, "
        f"{plural(len(steps), 'step')}"
    )
    kept, given = number(dx.sum()), number(dy.sum())
    words = (
        (f"share = dy / {kernel_size}² = dy / {kernel_size**2};   in all ", ""),
        (f"{given} → {kept}", "gradient"),
    )
    scene = Scene(
        "AveragePoolBackward", summary, grids, ("→",), steps, words, poster=len(steps) // 2,
        code=_code(dx.shape, f"{kernel_size}, {stride}", shape), question=_question(axes, dx),
    )
    return as_images(scene) if large else scene


def _code(shape, options, outputs):
    lines = (
        ("convviz", f"dx = ops.avg_pool2d_backward(dy[None, None], {(1, 1, *shape)}, {options})"),
        (
            "PyTorch",
            f"x = torch.zeros({(1, 1, *shape)}, dtype=float, requires_grad=True)\n"
            f"F.avg_pool2d(x, {options}).backward(torch.tensor(dy)[None, None])\ndx = x.grad",
        ),
    )
    return with_axes(lines, dy=outputs)


def _question(axes, dx):
    """What a cell near the middle collects."""
    place = tuple(size // 2 for size in dx.shape)
    windows = [
        sum(index in axis.taps(output) for output in range(axis.output))
        for axis, index in zip(axes, place, strict=True)
    ]
    if not np.isfinite(dx[place]):
        return None
    return Question(
        f"What does dx at row {place[0]}, column {place[1]} add up to?", "number", dx[place],
        f"{plural(windows[0] * windows[1], 'window')} covered it, and each one adds its share.",
        hides=("dx",), tolerance=0.01,
    )


def _shared_out(axes, dy, told):
    """The derivative with respect to the input, and the steps of the windows that are told."""
    dx, told, steps = np.zeros([axis.size for axis in axes]), set(told), []
    kernel, stride = axes[0].kernel, axes[0].stride
    for r, c in np.ndindex(dy.shape):
        window = dx[r * stride : r * stride + kernel, c * stride : c * stride + kernel]
        fed = int((window != 0).sum()) if (r, c) in told else 0
        share = dy[r, c] / kernel**2
        window += share
        if (r, c) in told:
            steps.append(_step(axes, (r, c), share, dx, fed))
    return dx, tuple(steps)


def _step(axes, where, share, dx, fed):
    """One derivative has been shared out; so many cells had something before."""
    down, across = axes[0].taps(where[0]), axes[1].taps(where[1])
    cells = [(i, j) for i in down for j in across]
    # The corner that other windows reached before: there the overlap shows.
    at = cells[0]
    # All start at 0: the cells that no window covers are shown from the first step.
    first = where == (0, 0)
    elsewhere = [cell for cell in np.ndindex(dx.shape) if cell not in cells] if first else []
    overlap = f" {plural(fed, 'cell')} had something already: it adds up." if fed else ""
    return Step(
        sentence=(
            f"Output row {where[0]}, column {where[1]} shares its derivative among "
            f"{span(down, 'row')}, {span(across, 'column')}, in {len(cells)} equal parts.{overlap}"
        ),
        formula=(
            (("dy", *where),),
            f" / {len(cells)} = {number(share)} to each;   dx({at[0]}, {at[1]}) += "
            f"{number(share)}:   {number(dx[at] - share)} + {signed_factor(share)} = "
            f"{number(dx[at])}",
        ),
        writes=tuple((("dx", *cell), dx[cell]) for cell in (*elsewhere, *cells)),
        windows=(("dx", *at, *cells[-1]),),
        marks=tuple((("dx", *cell), "tap") for cell in cells),
    )
