"""How often a sliding filter reads each pixel."""

import numpy as np

from convviz.scenes import _check, _code
from convviz.scenes._sliding import Axis, cell_kinds, tapped
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
    steps, counts = _steps(axis)
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
        "PixelUse", summary, grids, ("→",), steps, sizes, poster=len(steps) - 1,
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


def _steps(axis):
    """One step for each window, and how often each pixel is read in the end."""
    taps = [tuple(axis.taps(index)) for index in range(axis.output)]
    inside = [
        [i - axis.before for i in places if 0 <= i - axis.before < axis.size] for places in taps
    ]
    # In Python's own numbers: windows are too small for arrays to be quick.
    counts, most, steps = [[0] * axis.size for _ in range(axis.size)], 0, []
    for r, rows in enumerate(inside):
        for c, columns in enumerate(inside):
            read = [(i, j) for i in rows for j in columns]
            for i, j in read:
                counts[i][j] += 1
            most = max(most, *(counts[i][j] for i, j in read), 0)
            window = f"Window {r * axis.output + c + 1}: {plural(len(read), 'pixel')}"
            corner = plural(counts[0][0], "time")
            down, across = taps[r], taps[c]
            steps.append(
                Step(
                    sentence=f"{window} read once more; the top left corner {corner} so far.",
                    formula=(f"largest count so far: {most}",),
                    writes=tuple([(("times read", i, j), counts[i][j]) for i, j in read]),
                    windows=(
                        ("input", down[0], across[0], down[-1], across[-1]),
                        *([("times read", *read[0], *read[-1])] if read else []),
                    ),
                    marks=tapped("input", down, across),
                )
            )
    return tuple(steps), np.array(counts)
