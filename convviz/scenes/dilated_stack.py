"""Layers of dilated filters on top of each other: how far the tree of their taps reaches."""

from convviz import geometry
from convviz.scenes._layer import clauses
from convviz.scenes._stack import stack_sizes
from convviz.scenes._text import number, plural
from convviz.scenes.scene import Grid, Question, Scene, Step

#: Rows longer than this are too fine to be followed.
MOST_LONG = 34


def doubling(layers):
    """The dilations 1, 2, 4, … of so many layers.

    >>> doubling(4)
    (1, 2, 4, 8)
    """
    count = geometry.integer("layers", layers, 1, "a stack has one or more")
    return tuple(2**n for n in range(count))


def dilated_stack(dilations=(1, 2, 4), kernel_size=3, *, size=None, causal=False):
    """The scene of the tree of taps that leads from an output down to the input.

    Parameters
    ----------
    dilations : sequence of int
        One for each layer, the first reads the input.
    kernel_size : int
        Taps of each layer.
    size : int, optional
        Length of the input, at most 34; two more than these dilations need, or 1, 2, 4, …, when
        None.
    causal : bool
        Whether a layer looks at the present and the past alone, with zeros before the beginning
        (van den Oord and others, 2016). Otherwise the filters lie where they fit, and each layer is
        shorter than the one below.

    Returns
    -------
    Scene
        The tree grows by a layer a step from one output, then stands on each of the outputs.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range, or the stack does not fit the input, with the remedy.

    Examples
    --------
    >>> dilated_stack()
    DilatedStack: dilations 1, 2, 4, kernel 3: field 15 of 17, 6 steps
    >>> dilated_stack((1, 1, 1))
    DilatedStack: dilations 1, 1, 1, kernel 3: field 7 of 17, 14 steps
    """
    dilations = tuple(
        geometry.integer("dilations", d, 1, "neighbouring taps are 1 or more apart")
        for d in dilations
    )
    if not dilations:
        raise ValueError("dilations is empty: a stack has one layer or more")
    kernel_size = geometry.integer("kernel_size", kernel_size, 1, "a filter has one tap or more")
    stack = _Stack(dilations, kernel_size, size, causal)
    grown = stack.outputs - 1 if causal else stack.outputs // 2
    steps = [_growing(stack, grown, depth) for depth in range(1, len(dilations) + 1)]
    steps += [_standing(stack, output) for output in range(stack.outputs)]
    said = ", ".join(map(str, dilations))
    summary = (
        f"dilations {said}, kernel {kernel_size}{', causal' if causal else ''}: "
        f"field {stack.field} of {stack.sizes[0]}, {plural(len(steps), 'step')}"
    )
    grids = _grids(stack)
    return Scene(
        "DilatedStack", summary, grids, ("",) * (len(grids) - 1), tuple(steps), _caption(stack),
        poster=len(dilations) - 1, rows=(1,) * len(grids), code=_lines(stack),
        question=Question(
            "How many neighbouring inputs does one output reach over?", "number", stack.field,
            f"{_sum(stack)} = {stack.field}.", hides=(),
        ),
    )


class _Stack:
    """The layers with their sizes, and the taps that lead down."""

    def __init__(self, dilations, kernel_size, size, causal):
        self.dilations, self.kernel_size, self.causal = dilations, kernel_size, causal
        self.layers = [
            geometry.Layer(
                kernel_size, dilation=d, padding=(d * (kernel_size - 1), 0) if causal else 0
            )
            for d in dilations
        ]
        self.field = geometry.receptive_field(self.layers).size
        if size is None:
            # As long for dilations 1, 1, 1 as for 1, 2, 4: what is compared stays as it is.
            size = 3 + (kernel_size - 1) * max(sum(doubling(len(dilations))), sum(dilations))
        if size > MOST_LONG:
            raise ValueError(
                f"an input of {size} is too long to be followed: use at most {MOST_LONG}, by a "
                "smaller size, fewer layers or a smaller kernel_size"
            )
        self.sizes = stack_sizes(size, self.layers)

    @property
    def outputs(self):
        return self.sizes[-1]

    def taps(self, level, cell):
        """The cells of level − 1 that a cell reads; level 0 is the input."""
        layer = self.layers[level - 1]
        found = geometry.taps(
            cell, self.sizes[level - 1], layer.kernel_size, padding=layer.padding,
            dilation=layer.dilation,
        )
        return [tap for tap in found if tap is not None]

    def tree(self, output, depth):
        """Links (level, cell, tap) of so many layers below an output, the uppermost first."""
        links, cells = [], [output]
        top = len(self.layers)
        for level in range(top, top - depth, -1):
            here = [(level, cell, tap) for cell in cells for tap in self.taps(level, cell)]
            links += here
            cells = sorted({tap for _, _, tap in here})
        return links, cells

    def name(self, level):
        """The name of the grid of a level."""
        if level == len(self.layers):
            return "output"
        return f"layer {level}" if level else "input"


def _grids(stack):
    """One row of cells a level, the output on top."""
    grids = []
    for level in range(len(stack.layers), -1, -1):
        role = "output" if level == len(stack.layers) else "neutral" if level else "input"
        cells = plural(stack.sizes[level], "cell")
        note = f"dilation {stack.dilations[level - 1]}" if level else cells
        if role == "output":
            note = f"layer {level}, {note}"
        values = [range(stack.sizes[level])]
        grids.append(Grid(stack.name(level), role, values, note=note, display="places"))
    return tuple(grids)


def _cell(stack, level, place):
    return stack.name(level), 0, place


def _lit(stack, output, depth):
    """Links and marks of the tree, as far as it has grown."""
    links, reached = stack.tree(output, depth)
    cells = dict.fromkeys((level - 1, tap) for level, _, tap in links)
    return reached, {
        "result": _cell(stack, len(stack.layers), output),
        "links": tuple(
            (_cell(stack, level - 1, tap), _cell(stack, level, cell)) for level, cell, tap in links
        ),
        "marks": tuple((_cell(stack, level, cell), "tap") for level, cell in cells),
    }


def _growing(stack, output, depth):
    level = len(stack.layers) - depth
    reached, lit = _lit(stack, output, depth)
    dilation = stack.dilations[level]
    before = 1 + (stack.kernel_size - 1) * sum(stack.dilations[level + 1 :])
    reach = before + (stack.kernel_size - 1) * dilation
    where = stack.name(level)
    return Step(
        sentence=(
            f"Output {output} rests on {plural(len(reached), 'cell')} of "
            f"{'the input' if where == 'input' else where}: taps {dilation} apart."
        ),
        formula=(f"reach: {before} + {stack.kernel_size - 1}·{dilation} = {reach}",),
        **lit,
    )


def _standing(stack, output):
    reached, lit = _lit(stack, output, len(stack.layers))
    first, last = geometry.receptive_field(stack.layers).interval(output)
    ends = f"from {number(first)} to {number(last)}"
    count = len(reached)
    holes = "" if count == last - max(first, 0) + 1 else f", but reads only {count} of them"
    outside = "; what lies before 0 is padding" if first < 0 else ""
    return Step(
        sentence=f"Output {output} reaches over the inputs {ends}{holes}{outside}.",
        formula=(f"field: {_sum(stack)} = {stack.field}",),
        windows=(("input", 0, max(first, 0), 0, last),),
        **lit,
    )


def _sum(stack):
    """The field with its numbers filled in, without the total."""
    return f"1 + {stack.kernel_size - 1}·({' + '.join(map(str, stack.dilations))})"


def _caption(stack):
    count, taps = len(stack.layers), stack.kernel_size
    said = [
        [(f"field = {_sum(stack)} = ", ""), (str(stack.field), "output")],
        [(f"weights {count}·{taps} = ", ""), (str(count * taps), "filter")],
    ]
    if set(stack.dilations) != {1}:
        plain = 1 + (taps - 1) * count
        said.append([(f"with all dilations 1 as many weights, but a field of {plain}", "")])
    return clauses(*said)


def _lines(stack):
    """The lines that compute the field; PyTorch's by what the last output has read."""
    layers = ", ".join(f"geometry.Layer({stack.kernel_size}, dilation={d})" for d in stack.dilations)
    taps = stack.kernel_size
    before = f"F.pad(y, ({taps - 1} * d, 0))" if stack.causal else "y"
    theirs = (
        f"x = y = torch.ones(1, 1, {stack.field}, requires_grad=True)\n"
        f"for d in {stack.dilations}:\n"
        f"    y = F.conv1d({before}, torch.ones(1, 1, {taps}), dilation=d)\n"
        "y[0, 0, -1].backward()\n"
        "read = x.grad[0, 0].nonzero()\n"
        "read[-1] - read[0] + 1"
    )
    return (("convviz", f"geometry.receptive_field([{layers}]).size"), ("PyTorch", theirs))
