"""Where a filter can stand: the arithmetic of sizes, padding, stride and dilation."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check, _code
from convviz.scenes._sliding import Axis, caption, cell_kinds, tapped
from convviz.scenes._text import MINUS, number, plural, shape_text, span
from convviz.scenes.scene import KINDS, Grid, Question, Scene, Step

#: The cases drawn by Dumoulin & Visin (2016). A transposed case starts from the output of the
#: convolution it undoes, and its output has the size of that one's input.
CASES = {
    "no padding, stride 1": {"input": 4, "kernel": 3},
    "any padding, stride 1": {"input": 5, "kernel": 4, "padding": 2},
    "half (same) padding": {"input": 5, "kernel": 3, "padding": 1},
    "full padding": {"input": 5, "kernel": 3, "padding": 2},
    "no padding, stride 2": {"input": 5, "kernel": 3, "stride": 2},
    "padding 1, stride 2": {"input": 5, "kernel": 3, "stride": 2, "padding": 1},
    "padding 1, stride 2, odd fit": {"input": 6, "kernel": 3, "stride": 2, "padding": 1},
    "dilation 2": {"input": 7, "kernel": 3, "dilation": 2},
}


def transposed_case(case):
    """The transposed counterpart of a convolution: it leads back from output size to input size.

    Parameters
    ----------
    case : dict
        A value of :data:`CASES`.

    Returns
    -------
    dict
        The same keys with the input's size changed, ``transposed`` set, and the
        ``output_padding`` that tells apart the inputs of one output size.

    Examples
    --------
    >>> transposed_case(CASES["padding 1, stride 2, odd fit"])["output_padding"]
    1
    """
    stride, padding = case.get("stride", 1), case.get("padding", 0)
    size = geometry.conv_output_size(case["input"], case["kernel"], stride=stride, padding=padding)
    remainder = (case["input"] + 2 * padding - case["kernel"]) % stride
    return {**case, "input": size, "transposed": True, "output_padding": remainder}


CASES |= {
    f"transposed: {name}": transposed_case(case)
    for name, case in CASES.items()
    if "dilation" not in case
}


def arithmetic(
    input_size, kernel_size, *, stride=1, padding=0, dilation=1, transposed=False, output_padding=0
):
    """The scene of the window positions alone, without numbers in the cells.

    Parameters
    ----------
    input_size, kernel_size : int
        Rows and columns of the square input and of the square filter.
    stride, dilation : int
        Positive whole numbers.
    padding : int, (int, int) or str
        As for :func:`convviz.geometry.conv_output_size`.
    transposed : bool
        Whether to show the transposed convolution, as the ordinary one that it equals: zeros put
        between the input's rows and columns, ``dilation·(kernel − 1) − padding`` around them, and a
        stride of 1 (Dumoulin & Visin, 2016).
    output_padding : int
        Rows and columns added after the end of a transposed convolution's output.

    Returns
    -------
    Scene
        One step for every window; input cells that no window reads are of kind ``"unused"``.

    Raises
    ------
    TypeError, ValueError
        If the filter fits nowhere, or an argument is out of range, with the remedy.

    Examples
    --------
    >>> arithmetic(7, 3, stride=2)
    Arithmetic: 7×7, kernel 3×3, stride 2 → 3×3, 9 steps
    >>> arithmetic(2, 3, stride=2, transposed=True)
    Arithmetic: 2×2, kernel 3×3, stride 2, transposed → 5×5, 25 steps
    """
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    if transposed:
        return _transposed(input_size, kernel_size, output_padding=output_padding, **options)
    axis = _shown(Axis.of(input_size, kernel_size, **options))
    kinds = cell_kinds(axis, axis)
    left_out = int((kinds == KINDS.index("unused")).sum())
    note = shape_text((input_size, input_size)) + _padding_note(axis)
    if left_out:
        note += f", {plural(left_out, 'pixel')} unused"
    steps = _steps(axis, lambda index: _start(axis, index))
    return _scene(axis, kinds, note, steps, caption(axis, axis), options, input_size, kernel_size)


def _transposed(input_size, kernel_size, *, stride, padding, dilation, output_padding):
    """The transposed case: stretch the input with zeros, pad it, slide with stride 1."""
    as_conv = geometry.conv_transpose_as_conv(
        input_size, kernel_size, stride=stride, padding=padding, dilation=dilation,
        output_padding=output_padding,
    )
    if min(as_conv.padding) < 0:
        most = dilation * (kernel_size - 1)
        raise ValueError(
            f"padding={padding!r} would cut into the input: this picture of a transposed "
            f"convolution needs at most dilation·(kernel - 1) = {most}; lower padding"
        )
    stretched = as_conv.stretched_size
    axis = _shown(Axis.of(stretched, kernel_size, padding=as_conv.padding, dilation=dilation))
    kinds = _stretched_kinds(axis, stride)
    note = shape_text((input_size, input_size))
    if as_conv.gaps:
        note += f", stretched by zeros (dots) to {shape_text((stretched, stretched))}"
    note += _padding_note(axis)
    reach = geometry.effective_kernel_size(kernel_size, dilation)
    extra = f" + {output_padding}" if output_padding else ""
    sizes = (
        (f"output = ({input_size} {MINUS} 1)·{stride} {MINUS} 2·{padding} + {reach}{extra} = ", ""),
        (str(axis.output), "output"),
    )
    options = {"stride": stride, "padding": padding, "dilation": dilation, "transposed": True}
    tail = " of the stretched input" if as_conv.gaps else ""
    steps = _steps(axis, lambda index: number(index - axis.before), tail)
    return _scene(
        axis, kinds, note, steps, sizes, options, input_size, kernel_size,
        output_padding=output_padding,
    )


def _shown(axis):
    """The axis, unless it is too long to be drawn."""
    shape = (axis.padded, axis.padded)
    _check.showable("input with its padding", shape, "lower input, stride or padding")
    return axis


def _stretched_kinds(axis, stride):
    """Cell kinds where zeros were put between the rows and columns of the input."""
    kinds = cell_kinds(axis, axis).copy()
    inner = kinds[axis.before : axis.before + axis.size, axis.before : axis.before + axis.size]
    filled = np.zeros(axis.size, bool)
    filled[::stride] = True
    inner[~np.outer(filled, filled)] = KINDS.index("inserted")
    return kinds


def _padding_note(axis):
    if not (axis.before or axis.after):
        return ""
    if axis.before == axis.after:
        return f", padding {axis.before}"
    return f", padding {axis.before} before and {axis.after} after"


def _start(axis, index):
    """Where a window starts, with its numbers filled in."""
    first = index * axis.stride - axis.before
    if axis.stride == 1 and not axis.before:
        return str(first)
    return f"{index}·{axis.stride} {MINUS} {axis.before} = {number(first)}"


def _steps(axis, start, tail=""):
    """One step a window position."""
    steps = []
    taps = [tuple(axis.taps(index)) for index in range(axis.output)]
    starts = [start(index) for index in range(axis.output)]
    rows, columns = (
        [span([i - axis.before for i in places], noun) for places in taps] for noun in ("row", "column")
    )
    for r, down in enumerate(taps):
        for c, across in enumerate(taps):
            result = ("output", r, c)
            steps.append(
                Step(
                    sentence=f"Output row {r}, column {c}: the filter covers {rows[r]}, {columns[c]}.",
                    formula=(f"first row {starts[r]},   first column {starts[c]}{tail}",),
                    result=result,
                    writes=((result, 0),),
                    windows=(("input", down[0], across[0], down[-1], across[-1]),),
                    marks=tapped("input", down, across),
                )
            )
    return tuple(steps)


def _scene(axis, kinds, note, steps, sizes, options, input_size, kernel_size, **extra):
    grids = (
        Grid(
            "input", "input", np.zeros(kinds.shape, np.int64), note=note,
            origin=(-axis.before, -axis.before), kinds=kinds, display="blank",
        ),
        Grid(
            "output", "output", np.zeros((axis.output, axis.output), np.int64), display="blank",
            hidden=True,
        ),
    )
    quiet = {"stride": 1, "padding": 0, "dilation": 1, "transposed": False}
    said = [
        name if value is True else f"{name} {value}"
        for name, value in options.items()
        if value != quiet[name]
    ]
    head = ", ".join(
        [shape_text((input_size,) * 2), f"kernel {shape_text((kernel_size,) * 2)}", *said]
    )
    summary = f"{head} → {shape_text((axis.output,) * 2)}, {plural(len(steps), 'step')}"
    reason = "".join(text for text, _ in sizes).removeprefix("output = ")
    question = Question(
        "How many rows and columns does the output have?", "shape", (axis.output,) * 2, f"{reason}."
    )
    code = _code_of(axis, options | extra, input_size, kernel_size)
    return Scene(
        "Arithmetic", summary, grids, ("→",), steps, sizes, code=code, question=question
    )


def _code_of(axis, options, input_size, kernel_size):
    """Code for the size of the output."""
    transposed = options.pop("transposed", False)
    kind = "conv_transpose" if transposed else "conv"
    said = _code.unusual(**options)
    ours = f"geometry.{kind}_output_size({input_size}, {kernel_size}{_code.options(**said)})"
    x, w = (f"torch.ones(1, 1, {size}, {size})" for size in (input_size, kernel_size))
    if not transposed and said.get("padding"):
        if axis.before == axis.after:
            said["padding"] = axis.before
        else:
            x = f"F.pad({x}, {(axis.before, axis.after) * 2})"
            del said["padding"]
    return (("convviz", ours), ("PyTorch", f"F.{kind}2d({x}, {w}{_code.options(**said)}).shape[-1]"))
