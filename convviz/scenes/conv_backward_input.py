"""The derivative of a convolution with respect to its input, as a convolution of its own."""

import numpy as np

from convviz.scenes import _check
from convviz.scenes._back import Back, richest
from convviz.scenes._code import options, unusual, with_axes
from convviz.scenes._gradients import DIFFERENCE, counting, derivative, slopes, slopes_apart
from convviz.scenes._pictured import as_images, few_weights, told_places, too_large
from convviz.scenes._sliding import Axis, scan
from convviz.scenes._text import MINUS, number, plural, shape_text, span
from convviz.scenes.scene import KINDS, Grid, Question, Scene, Stencil, Step

STRETCHED, FLIPPED_FILTER = "stretched dy", "flipped filter"
#: A filter that a turn by 180° changes everywhere.
BACKWARD_KERNEL = np.array([[1, 2, 0], [-1, 3, 1], [0, -2, 2]])


@_check.without_warnings
def convolution_backward_input(image, kernel, dy=None, *, stride=1, padding=0):
    """The scene of ``dx``: stretch ``dy`` with zeros, pad it, flip the filter, slide with stride 1.

    Parameters
    ----------
    image, kernel : array_like
        Those of the forward pass, two axes each. The image's numbers are needed for the numerical
        derivatives alone. What is longer than 24 is shown as images, up to 128, beside a kernel of
        at most 8×8.
    dy : array_like, optional
        The derivative of the loss with respect to the output, in its shape; 1, 2, 3, … when None.
    stride, padding : int
        Those of the forward pass. Padding there is cut off the derivative here.

    Returns
    -------
    Scene
        Four steps that make ready, then one for each cell of ``dx``, beside its numerical
        derivative ``(L(x + h) − L(x − h)) / 2h`` of the loss ``L = Σ dy·output``; of images for
        the cell in the middle of each row, and the others are told under the pointer.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = convolution_backward_input([[1, 2, 3]], [[5, 7]], [[1, 10]])
    >>> scene
    ConvolutionBackwardInput: dy 1×2, filter 1×2, stride 1 → dx 1×3, 7 steps
    >>> scene.grid("dx").values.tolist(), scene.grid("numerical").values.round(9).tolist()
    ([[5, 57, 70]], [[5.0, 57.0, 70.0]])
    """
    image, kernel = _check.numbers("image", image, 2), _check.numbers("kernel", kernel, 2)
    axes = [
        Back.of(Axis.of(n, k, stride=stride, padding=padding))
        for n, k in zip(image.shape, kernel.shape, strict=True)
    ]
    shape = tuple(axis.forward.output for axis in axes)
    dy = counting(shape) if dy is None else derivative(dy, shape)
    large = too_large(
        "dy, stretched and padded,", tuple(axis.padded for axis in axes),
        "take a smaller image, stride or padding",
    )
    if large:
        few_weights(kernel)
    pictures = _pictures(image, kernel, dy, axes, slopes_apart if large else _slopes)
    told = told_places(*pictures["dx"].shape, large)
    steps = (*_ready(dy, kernel, axes, pictures), *_slide(axes, pictures, told))
    said = f"stride {stride}" + (f", padding {padding}" if padding else "")
    summary = (
        f"dy {shape_text(shape)}, filter {shape_text(kernel.shape)}, {said} → "
        f"dx {shape_text(image.shape)}, {plural(len(steps), 'step')}"
    )
    grids = _grids(dy, kernel, axes, pictures)
    reach = (
        tuple(tuple(range(n, n + axis.forward.kernel)) for n in range(axis.forward.padded))
        for axis in axes
    )
    scene = Scene(
        "ConvolutionBackwardInput", summary, grids, ("→", "∗", "=", "≈"), steps, _caption(axes),
        poster=4 + (len(told) // 2 if large else richest(axes)), rows=(3, 2),
        question=_question(axes),
        code=_code(
            image.shape, options(**unusual(stride=stride, padding=padding)),
            dy=dy.shape, flipped_filter=kernel.shape,
        ),
        stencil=Stencil(STRETCHED, FLIPPED_FILTER, "dx", *reach) if large else None,
    )
    return as_images(scene) if large else scene


def _code(shape, given, **shapes):
    lines = (
        (
            "convviz",
            f"dx = ops.conv2d_backward(dy[None, None], np.zeros({(1, 1, *shape)}), "
            f"flipped_filter[None, None, ::-1, ::-1]{given})[0]",
        ),
        (
            "PyTorch",
            f"dx = torch.nn.grad.conv2d_input({(1, 1, *shape)}, "
            "torch.tensor(flipped_filter).flip(0, 1)[None, None], "
            f"torch.tensor(dy)[None, None]{given})",
        ),
    )
    return with_axes(lines, **shapes)


def _question(axes):
    """How large the stretched derivative gets."""
    rows, columns = axes
    rest = f" + {rows.rest} for what no window reads" if rows.rest else ""
    return Question(
        "dy is stretched by the stride and padded: how many rows and columns has it then?", "shape",
        (rows.padded, columns.padded),
        f"({rows.forward.output} {MINUS} 1)·{rows.forward.stride} + 1 + 2·({rows.forward.kernel} "
        f"{MINUS} 1){rest} = {rows.padded} rows.",
        hides=(STRETCHED, "dx", "numerical"),
    )


def _slopes(image, kernel, dy, stride):
    """The numerical derivative with respect to the image, a loss for each raised pixel."""
    return slopes(lambda cases: (scan(cases, kernel, stride) * dy).sum(axis=(1, 2)), image)


def _pictures(image, kernel, dy, axes, numerically):
    """The stretched derivative, dx and its numerical twin, each with its kinds."""
    rows, columns = axes
    (down, inner_down), (across, inner_across) = rows.flags(), columns.flags()
    stretched = np.zeros((rows.padded, columns.padded), dy.dtype)
    stretched[np.ix_(down, across)] = dy
    kinds = np.full(stretched.shape, KINDS.index("padding"), np.uint8)
    kinds[np.ix_(inner_down, inner_across)] = KINDS.index("inserted")
    kinds[np.ix_(down, across)] = KINDS.index("plain")
    dx = scan(stretched, kernel[::-1, ::-1], 1)
    stride = rows.forward.stride
    sides = [(axis.forward.before, axis.forward.after) for axis in axes]
    with_padding = np.pad(image, sides).astype(float)
    numerical = numerically(with_padding, kernel, dy, stride)
    kept = np.outer(rows.kept(), columns.kept())
    cut = np.where(kept, KINDS.index("plain"), KINDS.index("padding")).astype(np.uint8)
    return {"stretched": stretched, "kinds": kinds, "dx": dx, "cut": cut, "numerical": numerical}


def _grids(dy, kernel, axes, pictures):
    rows, columns = axes
    origin = (-rows.forward.before, -columns.forward.before)
    size = shape_text((rows.forward.size, columns.forward.size))
    cut = f"{size}, padding cut off" if any(origin) else size
    return (
        Grid("dy", "gradient", dy, note=f"∂L/∂output {shape_text(dy.shape)}", editable=True),
        Grid(
            STRETCHED, "gradient", pictures["stretched"], kinds=pictures["kinds"], hidden=True,
            origin=(-rows.around, -columns.around),
        ),
        Grid(FLIPPED_FILTER, "filter", kernel[::-1, ::-1], hidden=True, editable=True),
        Grid(
            "dx", "gradient", pictures["dx"], note=f"∂L/∂input {cut}", origin=origin,
            kinds=pictures["cut"], hidden=True, shade="signed",
        ),
        Grid(
            "numerical", "neutral", pictures["numerical"], note=f"h = {DIFFERENCE}", origin=origin,
            kinds=pictures["cut"], hidden=True, shade="signed",
        ),
    )


def _cells(name, mask, values):
    """The writes of the cells chosen by a mask."""
    return tuple(((name, r, c), values[r, c]) for r, c in np.argwhere(mask).tolist())


def _ready(dy, kernel, axes, pictures):
    """Stretch, pad, flip: the steps before the filter slides."""
    stretched, kinds = pictures["stretched"], pictures["kinds"]
    rows, columns = axes
    stride, rest = rows.forward.stride, max(rows.rest, columns.rest)
    zeros, turned = stride - 1, kernel[::-1, ::-1]
    gaps = f"{plural(zeros, 'zero')} will go" if zeros else "nothing goes"
    left = f", and {rest} more at the end for the pixels no window reads" if rest else ""

    def shown(kind):
        return _cells(STRETCHED, kinds == KINDS.index(kind), stretched)

    frame = (
        STRETCHED, rows.around, columns.around,
        rows.around + rows.stretched - 1, columns.around + columns.stretched - 1,
    )
    whole = ((FLIPPED_FILTER, 0, 0, kernel.shape[0] - 1, kernel.shape[1] - 1),)
    return (
        Step(
            f"The numbers of dy are laid out {stride} apart: the forward stride was {stride}; "
            f"{gaps} between neighbours.",
            (f"stride {stride} → {plural(zeros, 'zero')} between neighbours",),
            writes=shown("plain"), windows=(("dy", 0, 0, dy.shape[0] - 1, dy.shape[1] - 1),),
        ),
        Step(
            f"Zeros fill the gaps (dots): dy is stretched to {rows.stretched}×{columns.stretched}.",
            (f"({dy.shape[0]} {MINUS} 1)·{stride} + 1 = {rows.stretched}",),
            writes=shown("inserted"), windows=(frame,),
        ),
        Step(
            f"Kernel {MINUS} 1 zeros are padded on every side (hatched){left}.",
            (f"{kernel.shape[0]} {MINUS} 1 = {rows.around}",),
            writes=shown("padding"), windows=(frame,),
        ),
        Step(
            "The filter is flipped: upside down and left to right, a turn by 180°.",
            writes=_cells(FLIPPED_FILTER, np.ones(kernel.shape, bool), turned), windows=whole,
        ),
    )


def _slide(axes, pictures, told):
    """One step for each of these cells of dx."""
    rows, columns = axes
    plain = (pictures["kinds"] == KINDS.index("plain")).tolist()
    found = [pictures[name].tolist() for name in ("dx", "numerical", "cut")]
    whole = rows.forward.kernel * columns.forward.kernel
    steps = []
    for r, c in told:
        down, across = range(r, r + rows.forward.kernel), range(c, c + columns.forward.kernel)
        formula = [
            part for a, i in enumerate(down) for b, j in enumerate(across) if plain[i][j]
            for part in (" + ", ((STRETCHED, i, j), (FLIPPED_FILTER, a, b)))
        ]
        met = len(formula) // 2
        formula = formula[1:] or ["0"]
        rest = whole - met
        zeros = f" + {plural(rest, 'product')} with 0" if rest and met else ""
        result, twin = ("dx", r, c), ("numerical", r, c)
        dx, numerical, cut = (numbers[r][c] for numbers in found)
        writes = ((result, dx), (twin, numerical))
        steps.append(
            Step(
                sentence=_sentence(axes, (r, c), met, cut),
                formula=(*formula, f"{zeros} = ", (result,), ",   numerically ", (twin,)),
                result=result,
                writes=writes,
                windows=((STRETCHED, down[0], across[0], down[-1], across[-1]),),
            )
        )
    return tuple(steps)


def _sentence(axes, where, met, cut):
    row, column = (
        number(index - axis.forward.before) for axis, index in zip(axes, where, strict=True)
    )
    place = f"row {row}, column {column}"
    if cut:
        return f"Input {place} is padding: its derivative is cut off, nobody asks for it."
    if not met:
        return f"Input {place} was read by no window: its derivative is 0."
    return (
        f"Input {place} was read by {plural(met, 'window')} going forward: "
        f"{plural(met, 'product')} on the way back."
    )


def _caption(axes):
    rows = axes[0]
    kernel = rows.forward.kernel
    rest = f" + {rows.rest}" if rows.rest else ""
    cut = 2 * rows.forward.before
    size = f"{rows.stretched} + 2·{rows.around}{rest} {MINUS} {kernel} + 1"
    parts = [("rows of dx = ", ""), (f"{size}{f' {MINUS} {cut}' if cut else ''} = ", "")]
    tail = f"   ({cut} rows of padding cut off)" if cut else ""
    return (*parts, (str(rows.forward.size), "gradient"), *([(tail, "")] if tail else []))
