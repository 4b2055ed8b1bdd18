"""Scenes of arrays too large for numbers: pictures whose numbers a lens shows."""

from dataclasses import replace

import numpy as np

from convviz.scenes import _check
from convviz.scenes.grid import TOO_LARGE

#: The largest kernel beside images of gradients: twice a forward pass for each of its weights.
_MOST_WEIGHTS = 8


def too_large(name, shape, remedy):
    """Whether an array is too large to be shown as numbers.

    Raises
    ------
    ValueError
        If it is too large even for a picture, with the remedy.

    Examples
    --------
    >>> too_large("image", (24, 7), "crop it"), too_large("image", (25, 7), "crop it")
    (False, True)
    """
    most = _check.MOST_PIXELS
    if max(shape) > most:
        raise ValueError(
            f"{name} has shape {tuple(shape)}: at most {most}×{most} cells are shown; {remedy}"
        )
    return max(shape) > _check.MOST_CELLS


def few_weights(kernel):
    """Refuse a kernel too large to have a numerical derivative for each of its weights and pixels.

    Raises
    ------
    ValueError
        With the remedy.
    """
    if max(kernel.shape) > _MOST_WEIGHTS:
        raise ValueError(
            f"kernel has shape {kernel.shape}: beside images at most "
            f"{_MOST_WEIGHTS}×{_MOST_WEIGHTS} weights are shown; take a smaller one, or a smaller "
            "image"
        )


def told_places(rows, columns, large):
    """The cells of a result that have a step, in reading order.

    All of them; of a picture the one in the middle of each row, whose numbers stand for the others.

    Examples
    --------
    >>> told_places(2, 2, large=False), told_places(2, 5, large=True)
    ([(0, 0), (0, 1), (1, 0), (1, 1)], [(0, 2), (1, 2)])
    """
    across = [columns // 2] if large else range(columns)
    return [(row, column) for row in range(rows) for column in across]


def as_images(scene):
    """The scene with its large grids as pictures, all there from the start.

    Parameters
    ----------
    scene : Scene
        Its summary ends in the number of its steps. They keep their frames and formulas; a small
        grid fills step by step where they write every number of it.

    Returns
    -------
    Scene
    """
    written = {cell for step in scene.steps for cell, _ in step.writes}
    inputs = [grid.name for grid in scene.grids if _large(grid) and grid.role == "input"]
    telling = inputs or [grid.name for grid in scene.grids if _large(grid)][:1]
    grids = [_pictured(grid, grid.name in telling) for grid in scene.grids]
    grids = [_empty_or_shown(grid, written) for grid in grids]
    pictures = {grid.name for grid in grids if grid.display == "image"}
    later = {grid.name for grid in grids if grid.hidden}
    return replace(
        scene,
        summary=f"{scene.summary.removesuffix(', 0 steps')}, as images",
        grids=tuple(grids),
        steps=tuple(_told(step, pictures, later) for step in scene.steps),
        poster=scene.poster if scene.steps else None,
    )


def _empty_or_shown(grid, written):
    """A grid that starts empty stays so where the steps write every number of it."""
    cells = ((grid.name, *cell) for cell in np.ndindex(grid.shape))
    return replace(grid, hidden=grid.hidden and all(cell in written for cell in cells))


def _large(grid):
    return max(grid.shape) > _check.MOST_CELLS


def _told(step, pictures, later):
    """A step without what pictures do not show, and with frames for the cells it rings or makes."""
    cells = [cell for cell, kind in step.marks if kind in ("ring", "window")]
    cells += [step.result] if step.result else []
    framed = dict.fromkeys((name, r, c, r, c) for name, r, c in cells if name in pictures)
    return replace(
        step,
        writes=tuple(write for write in step.writes if write[0][0] in later),
        marks=tuple(mark for mark in step.marks if mark[0][0] not in pictures),
        badges=tuple(badge for badge in step.badges if badge[0][0] not in pictures),
        windows=(*step.windows, *framed),
    )


def _pictured(grid, telling):
    if not _large(grid):
        return grid
    note = grid.note.removesuffix(TOO_LARGE).removesuffix(", ")
    if telling:
        note = f"{note}, {TOO_LARGE}".removeprefix(", ")
    # What is nowhere negative looks like the photograph it was; a gradient has its own map.
    signed = grid.role == "gradient" or np.any(grid.values < 0)
    look = {"shade": "signed"} if signed else {"shade": "gray", "limits": None}
    return replace(
        grid, display="image", note=note, hidden=False, editable=False, blocks=None, **look
    )
