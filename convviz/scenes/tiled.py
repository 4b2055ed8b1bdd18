"""Several sets of weights in turn: between shared weights and weights of one's own."""

import numpy as np

from convviz.scenes import _check, _code
from convviz.scenes._layer import clauses
from convviz.scenes._pictured import as_images, told_places, too_large
from convviz.scenes._sliding import Axis, caption, cell_kinds, pad, padding_note
from convviz.scenes._text import plural, shape_text, span
from convviz.scenes.scene import Grid, Question, Scene, Step


def example_sets(tiles=4, size=2):
    """Sets of small weights whose sums differ: shape (tiles, tiles, size, size).

    >>> example_sets(2).sum(axis=(2, 3)).tolist()
    [[4, 1], [-3, 1]]
    """
    # Few are the corner of many: a slider opens on more of the same.
    numbers = np.random.default_rng(5)
    corner = numbers.integers(-2, 4, (4, 4, size, size))
    sets = numbers.integers(-2, 4, (max(tiles, 4), max(tiles, 4), size, size))
    sets[:4, :4] = corner
    return sets[:tiles, :tiles]


def tiled(image, sets, *, stride=1, padding=0, dilation=1):
    """The scene of a filter whose weights change from place to place and come round again.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, up to 24 each way as numbers, as images up to 128.
    sets : array_like
        Shape ``(t_rows, t_columns, kH, kW)``: output (r, c) uses
        ``sets[r % t_rows, c % t_columns]``. One set is convolution; as many as outputs is a locally
        connected layer (Le and others, 2010).
    stride, padding, dilation
        As for :func:`convviz.scenes.convolution2d`, the padding being zeros.

    Returns
    -------
    Scene
        One step for every number of the output.

    Raises
    ------
    TypeError, ValueError
        If the sets do not fit the image, or are more than outputs, with the remedy.

    Examples
    --------
    >>> tiled(np.ones((5, 5), int), example_sets(2))
    Tiled: 5×5 ∗ 2×2 sets of 2×2 → 4×4, 16 weights, 16 steps
    """
    image, sets = _check.numbers("image", image, 2), _check.numbers("sets", sets, 4)
    rows, columns = (
        Axis.of(n, k, stride=stride, padding=padding, dilation=dilation)
        for n, k in zip(image.shape, sets.shape[2:], strict=True)
    )
    shape = (rows.padded, columns.padded)
    large = too_large("image with its padding", shape, "crop it, or lower padding")
    outputs = (rows.output, columns.output)
    if any(tiles > size for tiles, size in zip(sets.shape[:2], outputs, strict=True)):
        raise ValueError(
            f"{shape_text(sets.shape[:2])} sets are more than the {shape_text(outputs)} outputs: "
            "use fewer, or a larger image"
        )
    padded = pad(image, rows, columns)
    used = np.add.outer(
        np.arange(outputs[0]) % sets.shape[0] * sets.shape[1], np.arange(outputs[1]) % sets.shape[1]
    )
    values = _values(padded, sets, rows, columns)
    note = shape_text(image.shape) + padding_note(rows, columns)
    grids = (
        Grid(
            "input", "input", padded, note=note, kinds=cell_kinds(rows, columns), editable=True,
            origin=(-rows.before, -columns.before),
        ),
        *_strips(sets),
        Grid("set used", "neutral", used, note=""),
        Grid("output", "output", values, shade="signed", hidden=True),
    )
    told = told_places(*outputs, large)
    steps = tuple(_step(rows, columns, place, sets.shape, values) for place in told)
    counts, many = _counts(sets, outputs), sets.shape[0] * sets.shape[1]
    scene = Scene(
        "Tiled",
        f"{shape_text(image.shape)} ∗ {shape_text(sets.shape[:2])} sets of "
        f"{shape_text(sets.shape[2:])} → {shape_text(outputs)}, {sets.size} weights, "
        f"{plural(len(steps), 'step')}",
        grids, ("∗", "", "="), steps,
        clauses(counts, [(text, role) for text, role in caption(rows, columns)]),
        code=_lines(image, sets, outputs, stride=stride, padding=padding, dilation=dilation),
        question=Question(
            f"How many weights are there in {plural(many, 'set')} of {shape_text(sets.shape[2:])}?",
            "number", sets.size, f"{counts[0][0]}{sets.size}.", hides=(),
        ),
    )
    return as_images(scene) if large else scene


def strip_name(a, width):
    """The name of the grid that holds row `a` of the sets, `width` of them.

    >>> strip_name(1, 3), strip_name(0, 1)
    ('sets 3 to 5', 'set 0')
    >>> strip_name(1, 2)
    'sets 2 and 3'
    """
    first, last = a * width, a * width + width - 1
    if width == 1:
        return f"set {first}"
    return f"sets {first} {'and' if width == 2 else 'to'} {last}"


def _strips(sets):
    """The sets, those of one row side by side."""
    many, width = sets.shape[:2]
    heading = f"{plural(many * width, 'set')} of {shape_text(sets.shape[2:])}"
    return [
        Grid(
            strip_name(a, width), "filter", np.hstack(row), note="", editable=True, stack=heading,
            blocks=sets.shape[2:],
        )
        for a, row in enumerate(sets)
    ]


def _values(padded, sets, rows, columns):
    """The output: windows times the set of their place."""
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows.reach, columns.reach))
    windows = windows[:: rows.stride, :: columns.stride, :: rows.dilation, :: columns.dilation]
    down = np.arange(rows.output) % sets.shape[0]
    across = np.arange(columns.output) % sets.shape[1]
    with np.errstate(over="ignore", invalid="ignore"):
        return np.einsum("ijab,ijab->ij", windows, sets[np.ix_(down, across)])


def _step(rows, columns, place, shape, values):
    (r, c), (down, across) = place, (rows.taps(place[0]), columns.taps(place[1]))
    a, b = r % shape[0], c % shape[1]
    left, strip = b * shape[3], strip_name(a, shape[1])
    formula = []
    for n, i in enumerate(down):
        for m, j in enumerate(across):
            formula += [" + ", (("input", i, j), (strip, n, left + m))]
    result = ("output", r, c)
    why = (
        f" (row {r} mod {shape[0]} = {a}, column {c} mod {shape[1]} = {b})"
        if max(shape[:2]) > 1 else ""
    )
    covered = (
        f"{span([i - rows.before for i in down], 'row')}, "
        f"{span([j - columns.before for j in across], 'column')}"
    )
    return Step(
        sentence=(
            f"Output row {r}, column {c}: set {a * shape[1] + b}{why} weighs input {covered}."
        ),
        formula=(*formula[1:], " = ", (result,)),
        result=result,
        writes=((result, values[place]),),
        windows=(
            ("input", down[0], across[0], down[-1], across[-1]),
            (strip, 0, left, shape[2] - 1, left + shape[3] - 1),
            ("set used", r, c, r, c),
        ),
    )


def _counts(sets, outputs):
    """The weights, with the two ends of the scale."""
    t_rows, t_columns, *kernel = sets.shape
    kernel_size = int(np.prod(kernel))
    own = kernel_size * outputs[0] * outputs[1]
    return [
        (f"weights = {t_rows}·{t_columns} sets · {shape_text(kernel).replace('×', '·')} = ", ""),
        (str(sets.size), "filter"),
        (f"   (shared: {kernel_size}, locally connected: {own})", ""),
    ]


def _lines(image, sets, outputs, **options):
    """The lines that compute the output from the arrays of the grids."""
    many, width = sets.shape[:2]
    names = [_code.identifier(strip_name(a, width)) for a in range(many)]
    planes = _code.array(["input"], (1, 1, *image.shape))
    said = _code.options(**_code.unusual(**options))
    weights = _code.strips(names, sets.shape)
    down, across = (f"torch.arange({size})" for size in outputs)
    theirs = (
        f"x = F.unfold(torch.tensor({planes}), {sets.shape[2:]}{said}).reshape(-1, *{outputs})\n"
        f"w = torch.tensor({weights})[{down}[:, None] % {many}, {across} % {width}].flatten(2)\n"
        'torch.einsum("krc,rck->rc", x, w)'
    )
    return (
        ("convviz", f"ops.tiled_conv2d({planes}, {weights}[:, :, None, None]{said})[0, 0]"),
        ("PyTorch", theirs),
    )
