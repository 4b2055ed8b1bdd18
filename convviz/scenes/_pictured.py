"""Scenes of arrays too large for numbers: pictures without steps, whose numbers a lens shows."""

from dataclasses import replace

import numpy as np

from convviz.scenes import _check
from convviz.scenes.grid import TOO_LARGE


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


def as_images(scene):
    """A scene that was built without steps, its large grids as pictures.

    Parameters
    ----------
    scene : Scene
        Its summary ends in ``"0 steps"``.

    Returns
    -------
    Scene
    """
    return replace(
        scene,
        summary=scene.summary.removesuffix("0 steps") + "as images",
        grids=tuple(map(_pictured, scene.grids)),
        poster=None,
    )


def _pictured(grid):
    if max(grid.shape) <= _check.MOST_CELLS:
        return replace(grid, hidden=False)
    note = grid.note.removesuffix(TOO_LARGE).removesuffix(", ")
    if grid.role == "input":
        note = f"{note}, {TOO_LARGE}".removeprefix(", ")
    # What is nowhere negative looks like the photograph it was.
    look = {"shade": "signed"} if np.any(grid.values < 0) else {"shade": "gray", "limits": None}
    return replace(
        grid, display="image", note=note, hidden=False, editable=False, blocks=None, **look
    )
