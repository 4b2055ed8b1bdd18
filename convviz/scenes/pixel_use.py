"""How often a sliding filter reads each pixel."""

import numpy as np

from convviz.scenes import _check, _code
from convviz.scenes._sliding import Axis, cell_kinds
from convviz.scenes._text import plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step


def pixel_use(input_size=6, kernel_size=3, *, stride=1, padding=0, dilation=1):
    """The scene that counts, window by window, how often each pixel has been read.

    Parameters
    ----------
    input_size, kernel_size, stride, padding, dilation
        As for :func:`convviz.scenes.arithmetic`.

    Returns
    -------
    Scene
        The counts grow step by step; ``scene.grid("times read").values`` holds the last ones.

    Raises
    ------
    TypeError, ValueError
        If the filter fits nowhere, or an argument is out of range, with the remedy.

    Examples
    --------
    >>> pixel_use(6, 3).grid("times read").values[0].tolist()
    [1, 2, 3, 3, 2, 1]
    """
    axis = Axis.of(input_size, kernel_size, stride=stride, padding=padding, dilation=dilation)
    shape = (axis.padded, axis.padded)
    _check.showable("input with its padding", shape, "lower input or padding")
    kinds = cell_kinds(axis, axis)
    counts = np.zeros((input_size, input_size), np.int64)
    steps = []
    for r in range(axis.output):
        for c in range(axis.output):
            steps.append(_step(axis, r, c, counts))
    note = shape_text((input_size,) * 2)
    if axis.before or axis.after:
        note += f", padding {axis.before}" + (f" {axis.after}" if axis.after != axis.before else "")
    grids = (
        Grid(
            "input", "input", np.zeros(kinds.shape, np.int64), note=note,
            origin=(-axis.before, -axis.before), kinds=kinds, display="blank",
        ),
        Grid("times read", "output", counts, shade="signed", hidden=True),
    )
    windows, taps = axis.output**2, kernel_size**2
    wasted = windows * taps - int(counts.sum())
    sizes = (
        (f"{plural(windows, 'window')} · {plural(taps, 'weight')} = ", ""),
        (f"{windows * taps} reads", "output"),
        (f", {wasted} of them on padding" if wasted else "", ""),
    )
    summary = (
        f"{shape_text((input_size,) * 2)}, kernel {shape_text((kernel_size,) * 2)}: "
        f"corner read {counts[0, 0]}×, middle {counts[input_size // 2, input_size // 2]}×, "
        f"{plural(len(steps), 'step')}"
    )
    return Scene(
        "PixelUse", summary, grids, ("→",), tuple(steps), sizes, poster=len(steps) - 1,
        code=_code_of(axis), question=_question(axis, counts),
    )


def _question(axis, counts):
    """Where the least read pixels are."""
    least = [tuple(place) for place in np.argwhere(counts == counts.min()).tolist()]
    cells = [("times read", *place) for place in least]
    cells += [("input", r + axis.before, c + axis.before) for r, c in least]
    r, c = (int(place) for place in np.unravel_index(counts.argmax(), counts.shape))
    reason = (
        f"Row {least[0][0]}, column {least[0][1]} lies under {plural(counts.min(), 'window')}, "
        f"row {r}, column {c} under {counts.max()}."
    )
    return Question("Which pixel of the input is read least often?", "cell", tuple(cells), reason)


def _code_of(axis):
    """Code for the counts: the gradient of the sum of all outputs, by weights of one."""
    one = {size: f"(1, 1, {size}, {size})" for size in (axis.size, axis.kernel, axis.output)}
    padding = axis.before if axis.before == axis.after else ((axis.before, axis.after),) * 2
    said = _code.options(**_code.unusual(stride=axis.stride, padding=padding, dilation=axis.dilation))
    ours = (
        f"ops.conv2d_backward(np.ones({one[axis.output]}), np.ones({one[axis.size]}), "
        f"np.ones({one[axis.kernel]}){said})[0][0, 0]"
    )
    if axis.before != axis.after:
        return (("convviz", ours),)
    theirs = (
        f"torch.nn.grad.conv2d_input({one[axis.size]}, torch.ones{one[axis.kernel]}, "
        f"torch.ones{one[axis.output]}{said})[0, 0]"
    )
    return (("convviz", ours), ("PyTorch", theirs))


def _step(axis, r, c, counts):
    """Count the pixels under one window (adds to `counts`) and tell of it."""
    down, across = axis.taps(r), axis.taps(c)
    inside = [
        (i - axis.before, j - axis.before)
        for i in down
        for j in across
        if 0 <= i - axis.before < axis.size and 0 <= j - axis.before < axis.size
    ]
    for pixel in inside:
        counts[pixel] += 1
    corner = counts[0, 0]
    return Step(
        sentence=(
            f"Window {r * axis.output + c + 1}: {plural(len(inside), 'pixel')} read once more; "
            f"the top left corner {plural(corner, 'time')} so far."
        ),
        formula=(f"largest count so far: {counts.max()}",),
        writes=tuple((("times read", *pixel), int(counts[pixel])) for pixel in inside),
        windows=(
            ("input", down[0], across[0], down[-1], across[-1]),
            *([("times read", *inside[0], *inside[-1])] if inside else []),
        ),
        marks=tuple((("input", i, j), "tap") for i in down for j in across),
    )
