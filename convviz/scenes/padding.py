"""What stands in the padding: zeros, a constant, or numbers copied from the image."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check, _code
from convviz.scenes._pictured import as_images, too_large
from convviz.scenes._sliding import NUMPY_PAD, Axis, pad
from convviz.scenes._text import number, plural, shape_text
from convviz.scenes.scene import KINDS, Grid, Question, Scene, Step, value_span

RULES = {
    "zeros": "every padding cell is 0",
    "constant": "every padding cell holds the same chosen number",
    "reflect": "a mirror on the edge pixel: the edge itself is not repeated",
    "replicate": "the edge pixel is repeated outwards",
    "circular": "the image repeats: what leaves on one side enters on the other",
}


def padding_modes(image, padding=2, mode="reflect", value=0):
    """The scene that fills the padding cell by cell and shows where each number comes from.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``. With more than 24 rows or columns, padding included, it is shown
        as an image with a step for each row, its leftmost cell; up to 128 each way.
    padding : int
        Cells on every side; ``"reflect"`` needs less than the image's size, ``"circular"`` at most it.
    mode : str
        ``"zeros"``, ``"constant"``, ``"reflect"``, ``"replicate"`` or ``"circular"``.
    value : number
        What ``"constant"`` writes.

    Returns
    -------
    Scene
        One step for each padding cell.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> padding_modes([[1, 2, 3]] * 3, padding=1, mode="reflect").grid("padded").values.tolist()
    [[2, 1, 2, 3, 2], [2, 1, 2, 3, 2], [2, 1, 2, 3, 2], [2, 1, 2, 3, 2], [2, 1, 2, 3, 2]]
    """
    image = _check.numbers("image", image, 2)
    _check.choice("mode", mode, geometry.PADDING_MODES)
    value = _check.number("value", value)
    padding = geometry.integer("padding", padding, 0, "use 0 for none")
    rows, columns = (Axis.of(size, 1, padding=padding) for size in image.shape)
    shape = (rows.padded, columns.padded)
    large = too_large("image with its padding", shape, "crop it, or take image[::2, ::2]")
    padded = pad(image, rows, columns, mode, value)
    kinds = np.full(padded.shape, KINDS.index("padding"), np.uint8)
    kinds[padding : padding + image.shape[0], padding : padding + image.shape[1]] = 0
    grid = Grid(
        "padded", "input", padded, origin=(-padding, -padding), kinds=kinds, shade="gray",
        hidden=True, editable=True, limits=value_span(image),
        note=f"{shape_text(image.shape)} image, {shape_text(padded.shape)} with padding {padding}",
    )
    told = np.argwhere(kinds == KINDS.index("padding"))
    told = told[told[:, 1] == 0] if large else told
    steps = _steps(image, padded, told.tolist(), (rows, columns), mode)
    summary = (
        f"{shape_text(image.shape)}, {mode}, padding {padding} → {shape_text(padded.shape)}, "
        f"{plural(len(steps), 'step')}"
    )
    rule = ((f"{mode}: {RULES[mode]}", ""),)
    poster = len(steps) // 3
    scene = Scene(
        "PaddingModes", summary, (grid,), (), steps, rule, poster=poster,
        code=_code.with_axes(_code_of(padding, mode, value), padded=image.shape),
        question=_question(grid, steps[poster]) if steps and not large else None,
    )
    return as_images(scene) if large else scene


def _question(grid, step):
    """What stands in one of the padding cells."""
    name, row, column = step.result
    place = ", ".join(number(index) for index in grid.index(row, column))
    text = f"Which number stands in the padding cell ({place})?"
    return Question(text, "number", grid.values[row, column], step.sentence, hides=())


def _code_of(padding, mode, value):
    """Code for the padded array; the grid is copied without its padding."""
    tensor = "torch.tensor(padded)[None, None]"
    if mode in ("zeros", "constant"):
        fill = value if mode == "constant" else 0
        ours = f"np.pad(padded, {padding}, constant_values={fill})"
        theirs = f"F.pad({tensor}, {(padding,) * 4}, value={fill})[0, 0]"
    else:
        ours = f"np.pad(padded, {padding}{_code.options(mode=NUMPY_PAD[mode])})"
        theirs = f"F.pad({tensor}, {(padding,) * 4}{_code.options(mode=mode)})[0, 0]"
    given = {"padding_mode": mode} | ({"padding_value": value} if mode == "constant" else {})
    line = f"ops.conv2d(padded[None, None], np.ones((1, 1, 1, 1)), padding={padding}"
    return (
        ("NumPy", ours), ("convviz", f"{line}{_code.options(**given)})[0, 0]"), ("PyTorch", theirs)
    )


def _steps(image, padded, told, axes, mode):
    """One step for each of these padding cells."""
    rows, columns = axes
    copies = mode not in ("zeros", "constant")
    places = np.arange(image.size).reshape(image.shape)
    sources = pad(places, rows, columns, mode).tolist() if copies else None
    down, across = (
        [number(place - axis.before) for place in range(axis.padded)] for axis in axes
    )
    values = padded.tolist()
    steps = []
    for r, c in told:
        cell = ("padded", r, c)
        index = f"({down[r]}, {across[c]})"
        windows = ()
        if copies:
            i, j = divmod(sources[r][c], image.shape[1])
            source = ("padded", i + rows.before, j + columns.before)
            sentence = f"The padding cell {index} takes the number of the pixel ({i}, {j})."
            formula = (f"{index} ← ({i}, {j}) = ", (source,))
            windows = (("padded", source[1], source[2], source[1], source[2]),)
        else:
            sentence = f"The padding cell {index} holds {number(values[r][c])}, whatever the image."
            formula = (f"{index} ← ", (cell,))
        writes = ((cell, values[r][c]),)
        steps.append(
            Step(sentence=sentence, formula=formula, result=cell, writes=writes, windows=windows)
        )
    return tuple(steps)
