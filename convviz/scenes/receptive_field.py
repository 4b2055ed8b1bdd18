"""What an output of a stack of layers can see, layer by layer down to the input."""

from functools import lru_cache
from math import prod

import numpy as np

from convviz import geometry
from convviz.scenes import _check, _code
from convviz.scenes._layer import clauses
from convviz.scenes._sliding import Axis, cell_kinds, padding_note, tapped
from convviz.scenes._stack import stack_sizes
from convviz.scenes._text import MINUS, number, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: Layers worth seeing, each with an input for them; the first two have the fields 7 and 8.
STACKS = {
    "three 3×3": (({"kernel_size": 3},) * 3, 9),
    "3×3, pooling, 3×3": (
        ({"kernel_size": 3}, {"kernel_size": 2, "stride": 2}, {"kernel_size": 3}), 10,
    ),
    "same padding": (({"kernel_size": 3, "padding": 1},) * 3, 6),
    "dilations 1, 2": (({"kernel_size": 3}, {"kernel_size": 3, "dilation": 2}), 9),
    "two strides": (({"kernel_size": 3, "stride": 2},) * 2, 15),
}


def receptive_field(layers=STACKS["3×3, pooling, 3×3"][0], input_size=10):
    """The scene of an output's box on the input and on every map between.

    Parameters
    ----------
    layers : sequence of geometry.Layer or of mappings with the same names
        Convolutions and poolings, square; the first reads the input.
    input_size : int
        Rows and columns of the input.

    Returns
    -------
    Scene
        One step for every output: a frame around what it can see, and the pixels that it really
        reads tinted.

    Raises
    ------
    TypeError, ValueError
        If a layer does not fit what it reads, with its number and the remedy.

    Examples
    --------
    >>> receptive_field()
    ReceptiveField: 10×10, 3 layers → 2×2, field 8×8, jump 2, 4 steps
    >>> receptive_field(*STACKS["three 3×3"])
    ReceptiveField: 9×9, 3 layers → 3×3, field 7×7, jump 1, 9 steps
    """
    stack = _Stack(layers, input_size)
    seen = [_Seen(stack, output) for output in range(stack.outputs)]
    steps = tuple(_step(stack, r, c) for r in seen for c in seen)
    field = stack.fields[0]
    summary = (
        f"{_square(stack.sizes[0])}, {plural(len(stack.layers), 'layer')} → "
        f"{_square(stack.outputs)}, field {_square(field.size)}, jump {field.jump}, "
        f"{plural(len(steps), 'step')}"
    )
    return Scene(
        "ReceptiveField", summary, _grids(stack), ("→",) * len(stack.layers), steps,
        _caption(stack),
        code=_lines(stack),
        question=Question(
            "How many rows and columns of the input can one output see?", "shape",
            (field.size,) * 2,
            f"{_sum(stack)} = {field.size} each way.", hides=(),
        ),
    )


class _Stack:
    """Checked layers with sizes, paddings and the field of the outputs on every level."""

    def __init__(self, layers, input_size):
        self.sizes = stack_sizes(input_size, layers)
        self.layers = [
            layer if isinstance(layer, geometry.Layer) else geometry.Layer(**layer)
            for layer in layers
        ]
        if not self.layers:
            raise ValueError("layers is empty: a stack has one layer or more")
        # What the outputs see of level l depends on the layers above it.
        self.fields = [
            geometry.receptive_field(self.layers[level:], input_size=size)
            for level, size in enumerate(self.sizes[:-1])
        ]
        self.axes = [
            Axis.of(
                size, layer.kernel_size, stride=layer.stride, padding=layer.padding,
                dilation=layer.dilation,
            )
            for size, layer in zip(self.sizes, self.layers, strict=False)
        ]
        for axis in self.axes:
            _check.showable(
                "a map with its padding", (axis.padded,), "use a smaller input or padding"
            )

    @property
    def outputs(self):
        """Rows and columns of the last map."""
        return self.sizes[-1]

    def name(self, level):
        """The name of the grid of a level."""
        if level == len(self.layers):
            return "output"
        return f"layer {level}" if level else "input"


def _square(size):
    return shape_text((size, size))


def _grids(stack):
    grids = []
    for level, axis in enumerate(stack.axes):
        kinds = cell_kinds(axis, axis)
        grids.append(
            Grid(
                stack.name(level), "neutral" if level else "input", np.zeros(kinds.shape, int),
                note=_square(axis.size) + padding_note(axis), kinds=kinds,
                origin=(-axis.before, -axis.before), display="blank",
            )
        )
    output = np.zeros((stack.outputs,) * 2, int)
    return *grids, Grid("output", "output", output, display="blank")


class _Seen:
    """What an output sees along one axis: a frame on every level, and what it really reads."""

    def __init__(self, stack, output):
        self.output = output
        self.first, self.last = stack.fields[0].interval(output)
        self.outside = self.first < 0 or self.last >= stack.sizes[0]
        self.frames, self.reads = [], []
        cells = [output]
        for axis, field in zip(reversed(stack.axes), reversed(stack.fields), strict=True):
            first, last = (end + axis.before for end in field.interval(output))
            self.frames.insert(0, (max(first, 0), min(last, axis.padded - 1)))
            cells = sorted({tap for cell in cells for tap in axis.taps(cell)})
            self.reads.insert(0, tuple(cells))
            cells = [tap - axis.before for tap in cells if 0 <= tap - axis.before < axis.size]
        start = stack.fields[0].start
        said = f"{number(start)} + " if start else ""
        self.start = f"{said}{output}·{stack.fields[0].jump} = {number(self.first)}"

    def holes(self, level):
        """Whether places within the frame are left out."""
        first, last = self.frames[level]
        return len(self.reads[level]) < last - first + 1


def _step(stack, r, c):
    windows, marks = [], []
    for level in range(len(stack.layers)):
        name = stack.name(level)
        (top, bottom), (left, right) = r.frames[level], c.frames[level]
        windows.append((name, top, left, bottom, right))
        # Between input and output the frame says enough, unless cells in it are left out.
        if not level or r.holes(level) or c.holes(level):
            marks.append((name, r.reads[level], c.reads[level]))
    size = stack.fields[0].size
    return Step(
        sentence=(
            f"Output row {r.output}, column {c.output} sees input rows {number(r.first)} to "
            f"{number(r.last)}, columns {number(c.first)} to {number(c.last)}"
            f"{', partly on padding' if r.outside or c.outside else ''}."
        ),
        formula=(
            f"first row {r.start},   "
            f"last row {number(r.first)} + {size} {MINUS} 1 = {number(r.last)}",
        ),
        result=("output", r.output, c.output),
        windows=tuple(windows),
        marks=_taps(*marks),
    )


@lru_cache(maxsize=2048)
def _taps(*marked):
    """The cells in these rows and columns of these grids as marks, in one tuple."""
    return tuple(mark for one in marked for mark in tapped(*one))


def _sum(stack):
    """The field as a sum over the layers, its numbers filled in, without the total."""
    parts, jump = ["1"], 1
    for axis in stack.axes:
        parts.append(f"{axis.reach - 1}·{jump}")
        jump *= axis.stride
    return " + ".join(parts)


def _caption(stack):
    sizes = " → ".join(str(size) for size in stack.sizes)
    strides = "·".join(str(axis.stride) for axis in stack.axes)
    field, kernels = stack.fields[0], _listed(stack, "kernel_size")
    dilations = _listed(stack, "dilation")
    spread = f", dilations {dilations}" if any(axis.dilation > 1 for axis in stack.axes) else ""
    return clauses(
        [(f"field = {_sum(stack)} = ", ""), (str(field.size), "input")],
        [(f"jump = {strides} = " if len(stack.axes) > 1 else "jump = ", ""), (str(prod(axis.stride for axis in stack.axes)), "input")],
        [(f"kernels {kernels}{spread}", "")],
        [(f"sizes {sizes}", "")],
    )


def _listed(stack, option):
    return ", ".join(str(getattr(layer, option)) for layer in stack.layers)


def _lines(stack):
    """Ours computes the field and the jump; PyTorch's the field, by what an output has read."""
    layers, numbers = [], []
    for layer in stack.layers:
        given = {name: getattr(layer, name) for name in ("stride", "padding", "dilation")}
        layers.append(f"geometry.Layer({layer.kernel_size}{_code.options(**_code.unusual(**given))})")
        numbers.append((layer.kernel_size, layer.stride, layer.padding, layer.dilation))
    # On a map so wide that the output in its middle sees no padding.
    side = 3 * stack.fields[0].size
    theirs = (
        f"x = y = torch.ones(1, 1, {side}, {side}, requires_grad=True)\n"
        f"for k, s, p, d in {numbers}:\n"
        "    y = F.conv2d(y, torch.ones(1, 1, k, k), stride=s, padding=p, dilation=d)\n"
        "y[0, 0, y.shape[2] // 2, y.shape[3] // 2].backward()\n"
        "read = x.grad[0, 0].amax(1).nonzero()\n"
        "read[-1] - read[0] + 1"
    )
    return (("convviz", f"geometry.receptive_field([{', '.join(layers)}])"), ("PyTorch", theirs))
