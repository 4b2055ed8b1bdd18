"""Transposed convolution: every input pushes its weighted filter, or every output pulls it."""

from dataclasses import dataclass

import numpy as np

from convviz import geometry
from convviz.scenes import _check
from convviz.scenes._code import options, unusual, with_axes
from convviz.scenes._pictured import as_images, told_places, too_large
from convviz.scenes._text import MINUS, number, plural, shape_text, span
from convviz.scenes.scene import KINDS, Grid, Question, Scene, Stencil, Step

COUNTS = "products added"
#: A constant map and a filter of ones: what comes out shows the overlap alone.
CONSTANT_MAP, FILTER_OF_ONES = np.full((3, 3), 2), np.ones((4, 4), np.int64)


@_check.without_warnings
def transposed_convolution(image, kernel, *, stride=2, padding=0, pull=False):
    """The scene of a transposed convolution, seen from its input or from its output.

    Parameters
    ----------
    image, kernel : array_like
        Two axes each. The output is shown as numbers up to 24 each way, as an image up to 128.
    stride : int
        How far the pushes of neighbouring inputs lie apart.
    padding : int
        What is cut off from all sides of the output.
    pull : bool
        False to let each input push its number times the filter into the output, where it adds up;
        True to let each output pull what reaches it. The numbers are the same.

    Returns
    -------
    Scene
        One step for each input (pushing) or for each output (pulling); of images for the one in
        the middle of each row, and what reaches a pixel is told under the pointer. The last grid
        counts the products in each output: uneven where the kernel is no multiple of the stride, which makes
        the checkerboard patterns of generated pictures (Odena, Dumoulin & Olah, 2016).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> scene = transposed_convolution([[0, 1], [2, 3]], [[0, 1], [2, 3]], stride=1)
    >>> scene
    TransposedConvolution: 2×2 pushes 2×2, stride 1 → 3×3, 4 steps
    >>> scene.grid("output").values.tolist()
    [[0, 0, 1], [0, 4, 6], [4, 12, 9]]
    """
    image, kernel = _check.numbers("image", image, 2), _check.numbers("kernel", kernel, 2)
    padding = geometry.integer("padding", padding, 0, "use 0 to cut nothing off")
    axes = [
        _Push.of(n, k, stride, padding) for n, k in zip(image.shape, kernel.shape, strict=True)
    ]
    pushed = tuple(axis.pushed for axis in axes)
    large = too_large("output before cutting", pushed, "take a smaller image, kernel or stride")
    pull = _check.flag("pull", pull)
    told = told_places(*(pushed if pull else image.shape), large)
    values, counts, steps = _push(image, kernel, axes, () if pull else told)
    steps = _pulling(axes, values, counts, told) if pull else steps
    shape = tuple(axis.output for axis in axes)
    verb = "pulled through" if pull else "pushes"
    said = f"stride {stride}" + (f", padding {padding}" if padding else "")
    summary = (
        f"{shape_text(image.shape)} {verb} {shape_text(kernel.shape)}, {said} → "
        f"{shape_text(shape)}, {plural(len(steps), 'step')}"
    )
    kept = np.outer(*(axis.kept() for axis in axes))
    cut = np.where(kept, KINDS.index("plain"), KINDS.index("padding")).astype(np.uint8)
    note = shape_text(shape) + (", padding cut off" if padding else "")
    most, least = int(counts[kept].max()), int(counts[kept].min())
    uneven = f"{least} to " if most > least else ""
    shared = {"hidden": True, "shade": "signed", "origin": (-padding, -padding), "kinds": cut}
    grids = (
        Grid("input", "input", image, editable=True),
        Grid("filter", "filter", kernel, editable=True),
        Grid("output", "output", values, note=note, **shared),
        Grid(COUNTS, "neutral", counts, note=f"{uneven}{most} each", **shared),
    )
    reach = (tuple(axis.pulls(n) for n in range(axis.pushed)) for axis in axes)
    scene = Scene(
        "TransposedConvolution", summary, grids, ("∗", "=", ""), steps,
        _caption(axes, stride, padding), question=_question(axes, stride, padding),
        code=with_axes(
            _code(options(**unusual(stride=stride, padding=padding))),
            input=image.shape, filter=kernel.shape,
        ),
        stencil=Stencil("input", "filter", "output", *reach) if large else None,
    )
    return as_images(scene) if large else scene


def _code(given):
    x, w = "torch.tensor(input)[None, None]", "torch.tensor(filter)[None, None]"
    return (
        ("convviz", f"ops.conv_transpose2d(input[None, None], filter[None, None]{given})[0, 0]"),
        ("PyTorch", f"F.conv_transpose2d({x}, {w}{given})[0, 0]"),
    )


def _question(axes, stride, padding):
    """How large the output is."""
    rows = axes[0]
    cut = f" {MINUS} 2·{padding}" if padding else ""
    return Question(
        "How many rows and columns does the output have?", "shape",
        tuple(axis.output for axis in axes),
        f"The last push starts at ({rows.size} {MINUS} 1)·{stride} and is {rows.kernel} long{cut}: "
        f"{plural(rows.output, 'row')}.",
        hides=("output", COUNTS),
    )


@dataclass(frozen=True)
class _Push:
    """The arithmetic of one axis."""

    size: int
    kernel: int
    stride: int
    padding: int
    output: int

    @classmethod
    def of(cls, size, kernel, stride, padding):
        output = geometry.conv_transpose_output_size(size, kernel, stride=stride, padding=padding)
        return cls(size, kernel, stride, padding, output)

    @property
    def pushed(self):
        """The output before the padding is cut off."""
        return (self.size - 1) * self.stride + self.kernel

    def targets(self, index):
        """Where input `index` pushes to, padding included."""
        return range(index * self.stride, index * self.stride + self.kernel)

    def sources(self, place):
        """The (input, weight) pairs that reach a place of the output, padding included."""
        pairs = ((index, place - index * self.stride) for index in range(self.size))
        return [(index, weight) for index, weight in pairs if 0 <= weight < self.kernel]

    def pulls(self, place):
        """For every weight, the input that reaches a place through it; −1 for none."""
        found = {weight: index for index, weight in self.sources(place)}
        return tuple(found.get(weight, -1) for weight in range(self.kernel))

    def kept(self):
        """For each place, whether it is left after cutting."""
        flags = np.zeros(self.pushed, bool)
        flags[self.padding : self.padding + self.output] = True
        return flags


def _push(image, kernel, axes, told):
    """The output, how many products each number of it adds up, and the steps of these inputs."""
    rows, columns = axes
    values = np.zeros((rows.pushed, columns.pushed), np.result_type(image, kernel))
    counts = np.zeros(values.shape, np.int64)
    told, steps = set(told), []
    for place in np.ndindex(image.shape):
        ranges = (axis.targets(index) for axis, index in zip(axes, place, strict=True))
        window = tuple(slice(each.start, each.stop) for each in ranges)
        again, before = (counts[window] > 0).sum(), values[window][0, 0]
        values[window] += image[place] * kernel
        counts[window] += 1
        if place in told:
            formula = _addition(axes, place, before, values[window][0, 0])
            factor = "×" + number(image[place])
            badges = tuple((("filter", *cell), factor) for cell in np.ndindex(kernel.shape))
            arrays = values, counts
            steps.append(_push_step(axes, place, arrays, int(again), (formula, badges)))
    return values, counts, tuple(steps)


def _addition(axes, where, before, after):
    """What happens in the first cell of a push, as numbers; in the others it is the same."""
    corner = ", ".join(
        number(axis.targets(index)[0] - axis.padding)
        for axis, index in zip(axes, where, strict=True)
    )
    return (
        f"output({corner}):   {number(before)} + ", (("filter", 0, 0), ("input", *where)),
        f" = {number(after)},   and so on under the whole filter",
    )


def _push_step(axes, where, arrays, again, lines):
    """One input has pushed: `arrays` are the output and the counts as they stand now."""
    r, c = where
    down, across = axes[0].targets(r), axes[1].targets(c)
    cells = [(i, j) for i in down for j in across]
    overlap = f"; {plural(again, 'cell')} held something already: it adds up" if again else ""
    shown = dict(zip(("output", COUNTS), arrays, strict=True))
    # Everything starts at 0: what no input reaches is shown from the first step.
    first = where == (0, 0)
    writes = [
        ((name, *cell), array[cell])
        for name, array in shown.items()
        for cell in (np.ndindex(array.shape) if first else cells)
    ]
    formula, badges = lines
    return Step(
        sentence=(
            f"Input row {r}, column {c} pushes its number times the filter into output "
            f"{_rows(axes[0], down, 'row')}, {_rows(axes[1], across, 'column')}{overlap}."
        ),
        formula=formula,
        writes=tuple(writes),
        windows=tuple((name, down[0], across[0], down[-1], across[-1]) for name in shown),
        marks=(
            (("input", r, c), "window"),
            *(((name, *cell), "tap") for name in shown for cell in cells),
        ),
        badges=badges,
    )


def _rows(axis, places, noun):
    return span([place - axis.padding for place in places], noun)


def _pulling(axes, values, counts, told):
    """One step for each of these outputs: the products that reach it."""
    rows, columns = axes
    steps = []
    for r, c in told:
        pairs = [(i, j, a, b) for i, a in rows.sources(r) for j, b in columns.sources(c)]
        formula = []
        for i, j, a, b in pairs:
            formula += [" + ", (("input", i, j), ("filter", a, b))]
        result, count = ("output", r, c), (COUNTS, r, c)
        place = f"row {number(r - rows.padding)}, column {number(c - columns.padding)}"
        inputs = [("input", i, j) for i, j, _, _ in pairs]
        weights = [("filter", a, b) for _, _, a, b in pairs]
        cut = not (rows.kept()[r] and columns.kept()[c])
        tail = "; it is cut off" if cut else ""
        steps.append(
            Step(
                sentence=_pulled(place, len(pairs), rows.kernel * columns.kernel) + tail + ".",
                formula=(*(formula[1:] or ["0"]), " = ", (result,)),
                result=result,
                writes=((result, values[r, c]), (count, counts[r, c])),
                windows=tuple(_frame(cells) for cells in (inputs, weights) if cells),
                marks=((count, "tap"),),
            )
        )
    return tuple(steps)


def _pulled(place, count, weights):
    if not count:
        return f"Output {place} is reached by no input: it stays 0"
    verb, of_all = ("reaches" if count == 1 else "reach"), plural(weights, "weight")
    return f"Output {place} pulls from {plural(count, 'input')}: {count} of the {of_all} {verb} it"


def _frame(cells):
    """The smallest window around cells of one grid."""
    name = cells[0][0]
    rows, columns = [cell[1] for cell in cells], [cell[2] for cell in cells]
    return (name, min(rows), min(columns), max(rows), max(columns))


def _caption(axes, stride, padding):
    rows = axes[0]
    fits = all(axis.kernel % stride == 0 for axis in axes)
    verdict = (
        f"kernel {rows.kernel} is a multiple of the stride {stride}: inside, all counts are equal"
        if fits
        else f"kernel {rows.kernel} is no multiple of the stride {stride}: checkerboard"
    )
    cut = f" {MINUS} 2·{padding}" if padding else ""
    return (
        (f"output rows = ({rows.size} {MINUS} 1)·{stride} + {rows.kernel}{cut} = ", ""),
        (str(rows.output), "output"),
        (f";   {verdict}", ""),
    )
