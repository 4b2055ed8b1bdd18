"""A filter slides along a line or over an image: convolution, forward."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check, _code
from convviz.scenes._sliding import (
    Axis, caption, cell_kinds, pad, padding_note, scan, window_steps,
)  # fmt: skip
from convviz.scenes._text import number, plural, shape_text
from convviz.scenes.grid import TOO_LARGE
from convviz.scenes.scene import Grid, Question, Scene, Stencil

#: The 5×5 image of the lectures: strokes, corners and isolated ones.
EXAMPLE_IMAGE = np.array(
    [[1, 0, 1, 0, 0], [1, 0, 1, 0, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1], [1, 0, 1, 0, 1]]
)
#: A filter that answers best to a one among zeros.
ISOLATED_ONE = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]])
EXAMPLE_SIGNAL = np.array([0, 0, 1, 1, 1, 0, 1, 0, 0, 0])
ISOLATED_ONE_1D = np.array([-1, 1, -1])
#: The longest signal that is shown, as bars: each is a pixel wide.
MOST_BARS = 256
#: Infinities and what is not a number are shown as such: no reason to warn of them.
_QUIET = {"over": "ignore", "invalid": "ignore"}


def convolution2d(
    image, kernel, bias=None, *, stride=1, padding=0, dilation=1, padding_mode="zeros",
    padding_value=0, flip=False, relu=False,
):
    """The scene of a filter that slides over an image.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``. With more than 24 rows or columns, padding included, it is shown
        as an image without steps, which shows the numbers under the pointer; up to 128 each way.
    kernel : array_like
        Shape ``(rows, columns)``.
    bias : number, optional
        Added to every sum and shown as a grid of its own; no bias when None.
    stride, dilation : int
        Positive whole numbers, for both axes.
    padding : int, (int, int) or str
        A number for all sides, a (before, after) pair for both axes, or ``"valid"``, ``"same"``,
        ``"full"``.
    padding_mode : str
        What stands in the padding: ``"zeros"``, ``"constant"`` (with `padding_value`),
        ``"reflect"``, ``"replicate"`` or ``"circular"``.
    padding_value : number
        What ``"constant"`` writes.
    flip : bool
        True for the convolution of mathematics, which turns the filter by 180° first; False for
        cross-correlation, which deep learning calls convolution.
    relu : bool
        Whether to show the result after a ReLU as well.

    Returns
    -------
    Scene
        One step for every cell of the output; none for an image.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = convolution2d([[1, 2], [3, 4]], [[1, 0], [0, 1]])
    >>> scene
    Convolution2D: 2×2 ∗ 2×2 → 1×1, 1 step
    >>> scene.formula_text(0)
    '1·1 + 2·0 + 3·0 + 4·1 = 5'
    """
    image, kernel = _check.numbers("image", image, 2), _check.numbers("kernel", kernel, 2)
    _check.choice("padding_mode", padding_mode, geometry.PADDING_MODES)
    padding_value = _check.number("padding_value", padding_value)
    bias = None if bias is None else _check.number("bias", bias)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    axes = [Axis.of(n, k, **options) for n, k in zip(image.shape, kernel.shape, strict=True)]
    shape = tuple(axis.padded for axis in axes)
    large = max(shape) > _check.MOST_CELLS
    if max(shape) > _check.MOST_PIXELS:
        raise ValueError(
            f"image with its padding has shape {shape}: at most {_check.MOST_PIXELS}×"
            f"{_check.MOST_PIXELS} cells are shown; crop it, or take image[::2, ::2]"
        )
    padded = pad(image, *axes, padding_mode, padding_value)
    used = kernel[::-1, ::-1] if flip else kernel
    with np.errstate(**_QUIET):
        values = scan(padded, used, stride, dilation) + (bias or 0)
    code = _code.sliding(
        "input", "filter", axes, mode=padding_mode, value=padding_value, bias=bias is not None, relu=relu
    )
    assemble = _assemble_image if large else _assemble
    return assemble(
        "Convolution2D", image, padded, used, bias, axes, values, relu, code, flip=flip
    )


def convolution1d(signal, kernel, bias=None, *, stride=1, padding=0, dilation=1, flip=False, relu=False):
    """The scene of a filter that slides along a line of numbers.

    Parameters
    ----------
    signal, kernel : array_like
        Shape ``(length,)``. A signal of more than 24 numbers, padding included, is shown as bars
        without steps, which tell the sum under the pointer; up to 256.
    bias, stride, padding, dilation, flip, relu
        As in :func:`convolution2d`, for the one axis; the padding is zeros.

    Returns
    -------
    Scene
        One step for every output; none for bars.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> convolution1d([0, 0, 1, 1, 1, 0, 1, 0, 0, 0], [-1, 1, -1]).grid("output").values.tolist()
    [[-1, 0, -1, 0, -2, 1, -1, 0]]
    """
    signal, kernel = _check.numbers("signal", signal, 1), _check.numbers("kernel", kernel, 1)
    bias = None if bias is None else _check.number("bias", bias)
    columns = Axis.of(len(signal), len(kernel), stride=stride, padding=padding, dilation=dilation)
    rows = Axis.of(1, 1)
    if columns.padded > MOST_BARS:
        raise ValueError(
            f"signal with its padding has length {columns.padded}: at most {MOST_BARS} numbers are "
            "shown; take a part of it, or signal[::2]"
        )
    padded = pad(signal[None], rows, columns)
    used = kernel[None, ::-1] if flip else kernel[None]
    with np.errstate(**_QUIET):
        values = scan(padded, used, stride, dilation) + (bias or 0)
    code = _code.sliding("input", "filter", [columns], bias=bias is not None, relu=relu)
    assemble = _assemble_image if columns.padded > _check.MOST_CELLS else _assemble
    return assemble(
        "Convolution1D", signal[None], padded, used, bias, [rows, columns], values, relu, code,
        flip=flip,
    )


def _assemble(name, image, padded, kernel, bias, axes, values, relu, code, *, flip):
    """Grids, signs and steps of a sliding filter."""
    rows, columns = axes
    flat = name == "Convolution1D"
    size = _size_of(flat)
    grids = [
        Grid(
            "input", "input", padded, note=size(image.shape) + padding_note(*axes[flat:]),
            origin=(-rows.before, -columns.before), kinds=cell_kinds(rows, columns), editable=True,
        ),
        Grid(
            "filter", "filter", kernel, note=size(kernel.shape) + (", flipped" if flip else ""),
            editable=True,
        ),
    ]
    joins = ["∗"]
    if bias is not None:
        grids.append(Grid("bias", "filter", np.array([[bias]]), note="", editable=True))
        joins.append("+")
    joins.append("=")
    grids.append(Grid("output", "output", values, note=size(values.shape), shade="signed", hidden=True))
    after = np.maximum(values, 0) if relu else None
    if relu:
        joins.append("→")
        grids.append(
            Grid("after ReLU", "output", after, note="max(0, ·)", shade="signed", hidden=True)
        )
    steps = window_steps(rows, columns, values, bias=bias is not None, relu=after, flat=flat)
    summary = f"{size(image.shape)} ∗ {size(kernel.shape)} → {size(values.shape)}"
    if bias is not None:
        summary = summary.replace(" →", f" + {number(bias)} →")
    sizes = _sizes(flat, rows, columns)
    return Scene(
        name, f"{summary}, {plural(len(steps), 'step')}", tuple(grids), tuple(joins), steps, sizes,
        code=code, question=_question(values.shape[flat:], sizes),
    )


def _assemble_image(name, image, padded, kernel, bias, axes, values, relu, code, *, flip):
    """The same for arrays too large for numbers: images, and the products under the pointer."""
    flat = name == "Convolution1D"
    size = _size_of(flat)
    shown = {"display": "image", "shade": "signed"}
    grids = [
        Grid(
            "input", "input", padded, note=f"{size(image.shape)}, {TOO_LARGE}", display="image",
            shade="signed" if flat else "gray", kinds=cell_kinds(*axes),
            origin=tuple(-axis.before for axis in axes),
        ),
        Grid(
            "filter", "filter", kernel, note=size(kernel.shape) + (", flipped" if flip else ""),
            editable=True,
        ),
    ]
    joins = ["∗", "="]
    if bias is not None:
        grids.append(Grid("bias", "filter", np.array([[bias]]), note="", editable=True))
        joins.insert(1, "+")
    grids.append(Grid("output", "output", values, note=size(values.shape), **shown))
    if relu:
        grids.append(Grid("after ReLU", "output", np.maximum(values, 0), note="max(0, ·)", **shown))
        joins.append("→")
    rows, columns = (tuple(tuple(axis.taps(n)) for n in range(axis.output)) for axis in axes)
    offset = "bias" if bias is not None else None
    stencil = Stencil("input", "filter", "output", rows, columns, offset)
    look = "bars" if flat else "images"
    summary = f"{size(image.shape)} ∗ {size(kernel.shape)} → {size(values.shape)}, as {look}"
    sizes = _sizes(flat, *axes)
    return Scene(
        name, summary, tuple(grids), tuple(joins), (), sizes, stencil, code=code,
        question=_question(values.shape[flat:], sizes),
    )


def _size_of(flat):
    """How a shape is told: the length alone where there is one row."""
    return (lambda shape: str(shape[1])) if flat else shape_text


def _sizes(flat, rows, columns):
    """The formula of the sizes."""
    return (("output = ", ""), *columns.size_formula()) if flat else caption(rows, columns)


def _question(shape, sizes):
    """How large the output is, with the size formula for a reason."""
    what = "numbers" if len(shape) == 1 else "rows and columns"
    reason = "".join(text for text, _ in sizes).removeprefix("output = ")
    return Question(f"How many {what} does the output have?", "shape", shape, f"{reason}.")
