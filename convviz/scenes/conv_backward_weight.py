"""The derivative of a convolution with respect to its weights: the input scanned with ``dy``."""

import numpy as np

from convviz.scenes import _check
from convviz.scenes._code import options, unusual, with_axes
from convviz.scenes._gradients import DIFFERENCE, counting, derivative, slopes
from convviz.scenes._pictured import as_images, few_weights, too_large
from convviz.scenes._sliding import Axis, cell_kinds, pad, scan
from convviz.scenes._text import MINUS, plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

#: Terms at the beginning of a sum over a whole image.
_FIRST = 4


@_check.without_warnings
def convolution_backward_weight(image, kernel, dy=None, *, stride=1, padding=0):
    """The scene of ``dw`` and ``db``: ``dy`` takes the filter's place and slides over the input.

    Parameters
    ----------
    image, kernel : array_like
        Those of the forward pass, two axes each: the image up to 24 each way as numbers, as an
        image up to 128 beside a kernel of at most 8×8. Of the kernel's numbers only the numerical
        derivatives know.
    dy : array_like, optional
        The derivative of the loss with respect to the output, in its shape; 1, 2, 3, … when None.
    stride, padding : int
        Those of the forward pass. A stride there becomes the distance of the taps here.

    Returns
    -------
    Scene
        One step for each weight, beside its numerical derivative ``(L(w + h) − L(w − h)) / 2h``
        of the loss ``L = Σ dy·output``, and one for the bias.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = convolution_backward_weight([[1, 2, 3]], [[5, 7]], [[1, 10]])
    >>> scene
    ConvolutionBackwardWeight: input 1×3, dy 1×2, stride 1 → dw 1×2, 3 steps
    >>> scene.formula_text(1)
    '2·1 + 3·10 = 32,   numerically 32'
    """
    image, kernel = _check.numbers("image", image, 2), _check.numbers("kernel", kernel, 2)
    axes = [
        Axis.of(n, k, stride=stride, padding=padding)
        for n, k in zip(image.shape, kernel.shape, strict=True)
    ]
    padded = pad(image, *axes)
    large = too_large("image with its padding", padded.shape, "crop it or lower padding")
    if large:
        few_weights(kernel)
    shape = tuple(axis.output for axis in axes)
    dy = counting(shape) if dy is None else derivative(dy, shape)
    dw, numerical = _derivatives(padded, kernel, dy, axes)
    steps = (*_weights(axes, dw, numerical, large), _bias(dy, large))
    said = f"stride {stride}" + (f", padding {padding}" if padding else "")
    summary = (
        f"input {shape_text(image.shape)}, dy {shape_text(shape)}, {said} → "
        f"dw {shape_text(kernel.shape)}, {plural(len(steps), 'step')}"
    )
    origin = tuple(-axis.before for axis in axes)
    shown = {"hidden": True, "shade": "signed"}
    note = shape_text(image.shape) + (f", padding {padding}" if padding else "")
    grids = (
        Grid(
            "input", "input", padded, note=note, origin=origin, kinds=cell_kinds(*axes),
            editable=True,
        ),
        Grid("dy", "gradient", dy, note=f"∂L/∂output {shape_text(shape)}", editable=True),
        Grid("dw", "gradient", dw, note=f"∂L/∂filter {shape_text(kernel.shape)}", **shown),
        Grid("numerical", "neutral", numerical, note=f"h = {DIFFERENCE}", **shown),
        Grid("db", "gradient", dy.sum()[None, None], note="∂L/∂bias", hidden=True),
    )
    scene = Scene(
        "ConvolutionBackwardWeight", summary, grids, ("∗", "=", "≈", ""), steps, _caption(axes[0]),
        poster=(len(steps) - 1) // 2, question=_question(shape),
        code=_code(
            kernel.shape, options(**unusual(stride=stride, padding=padding)),
            input=image.shape, dy=dy.shape,
        ),
    )
    return as_images(scene) if large else scene


def _code(shape, given, **shapes):
    lines = (
        (
            "convviz",
            f"_, dw, db = ops.conv2d_backward(dy[None, None], input[None, None], "
            f"np.zeros({(1, 1, *shape)}){given})",
        ),
        (
            "PyTorch",
            f"dw = torch.nn.grad.conv2d_weight(torch.tensor(input)[None, None], {(1, 1, *shape)}, "
            f"torch.tensor(dy)[None, None]{given})\ndb = torch.tensor(dy).sum()",
        ),
    )
    return with_axes(lines, **shapes)


def _question(shape):
    """How often a weight was used."""
    count = shape[0] * shape[1]
    used = f"each of the {shape_text(shape)} outputs" if count > 1 else "the one output"
    return Question(
        "How many products add up to the derivative of one weight?", "number", count,
        f"The weight was used once for {used}.",
        hides=("dw", "numerical", "db"),
    )


def _derivatives(padded, kernel, dy, axes):
    """The derivative of every weight: exact, and by differences."""
    stride = axes[0].stride
    spread = np.zeros([(axis.output - 1) * stride + 1 for axis in axes], dy.dtype)
    spread[::stride, ::stride] = dy
    # The last pixels are read by no window where the stride does not fit.
    read = tuple(
        slice(size + axis.kernel - 1) for size, axis in zip(spread.shape, axes, strict=True)
    )
    dw = scan(padded[read], spread, 1)

    def loss(cases):
        return (scan(padded[None], cases, stride) * dy).sum(axis=(1, 2))

    return dw, slopes(loss, kernel.astype(float))


def _sum(terms, large):
    """Terms with plus signs between them; of images a few, which stand for the others."""
    first, last = (_FIRST, 1) if large and len(terms) > _FIRST + 1 else (len(terms), 0)
    parts = [part for term in terms[:first] for part in (" + ", term)][1:]
    rest = len(terms) - first - last
    return [*parts, f" + … {rest} more … + ", terms[-1]] if last else parts


def _weights(axes, dw, numerical, large):
    """One step for each weight."""
    rows, columns = axes
    uses = plural(rows.output * columns.output, "input")
    steps = []
    for a, b in np.ndindex(dw.shape):
        down = [a + n * rows.stride for n in range(rows.output)]
        across = [b + n * columns.stride for n in range(columns.output)]
        terms = [
            (("input", i, j), ("dy", r, c)) for r, i in enumerate(down) for c, j in enumerate(across)
        ]
        result, twin = ("dw", a, b), ("numerical", a, b)
        apart = f" (taps {rows.stride} apart: the forward stride)" if rows.stride > 1 else ""
        steps.append(
            Step(
                sentence=(
                    f"Weight row {a}, column {b} met {uses} going forward{apart}: each one times "
                    "the derivative of the output it helped make."
                ),
                formula=(*_sum(terms, large), " = ", (result,), ",   numerically ", (twin,)),
                result=result,
                writes=((result, dw[a, b]), (twin, numerical[a, b])),
                windows=(("input", down[0], across[0], down[-1], across[-1]),),
            )
        )
    return steps


def _bias(dy, large):
    """The bias was added to every output: its derivative is the sum of them all."""
    terms = [(("dy", *cell),) for cell in np.ndindex(dy.shape)]
    derivatives = f"all {dy.size} derivatives" if dy.size > 1 else "the one derivative"
    result = ("db", 0, 0)
    return Step(
        sentence=f"The bias was added to every output: db is the sum of {derivatives}.",
        formula=(*_sum(terms, large), " = ", (result,)),
        result=result,
        writes=((result, dy.sum()),),
        windows=(("dy", 0, 0, dy.shape[0] - 1, dy.shape[1] - 1),),
    )


def _caption(axis):
    """The number of places where the stretched dy fits: the size of the kernel."""
    spread = (axis.output - 1) * axis.stride + 1
    rest = (axis.padded - axis.kernel) % axis.stride
    unread = f" {MINUS} {rest}" if rest else ""
    tail = f"   ({plural(rest, 'row')} never read)" if rest else ""
    return (
        (f"rows of dw = {axis.padded}{unread} {MINUS} {spread} + 1 = ", ""),
        (str(axis.kernel), "gradient"),
        *([(tail, "")] if tail else []),
    )
