"""A convolution as a matrix: dense, then sparse, then with shared weights; and turned round."""

import numpy as np

from convviz.scenes import _check
from convviz.scenes._layer import added
from convviz.scenes._pictured import as_images
from convviz.scenes._sliding import cell_kinds, pad, padding_note
from convviz.scenes._text import plural, shape_text, span
from convviz.scenes._unrolled import Unrolled, example_weights, lines
from convviz.scenes.scene import KINDS, Grid, Question, Scene, Step

#: From every output reads every input to one small filter, and the way back.
MATRIX_KINDS = ("dense", "sparse", "shared", "transposed")
_QUIET = {"over": "ignore", "invalid": "ignore"}


def matrix_view(
    image, kernel, bias=1, *, kind="shared", weights=None, stride=1, padding=0, dilation=1
):
    """The scene of a layer written as one matrix that multiplies the image, read out as a column.

    Parameters
    ----------
    image : array_like
        Shape ``(rows, columns)``, at most 36 numbers in all for a matrix of numbers, at most 128
        for one that is a picture.
    kernel : array_like
        Shape ``(rows, columns)``.
    bias : number or array_like
        One for all outputs (``"shared"`` shows only that), or one for each, in reading order.
    kind : str
        ``"dense"``: every output reads every input. ``"sparse"``: only those under the filter, with
        weights of its own (locally connected). ``"shared"``: the same weights everywhere, which is
        convolution. ``"transposed"``: the shared matrix turned round takes the output, without its
        bias, back to the shape of the image: transposed convolution.
    weights : array_like, optional
        Shape ``(outputs, inputs)``, for the dense and the sparse kind; small numbers when None.
    stride, padding, dilation
        As for :func:`convviz.scenes.convolution2d`, the padding being zeros.

    Returns
    -------
    Scene
        One step for every row of the matrix.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> image, kernel = [[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, -1]]
    >>> scene = matrix_view(image, kernel, 0)
    >>> scene
    MatrixView: shared, 4×9 matrix, 5 parameters, 4 steps
    >>> scene.grid("matrix").values[0].tolist()
    [1, 0, 0, 0, -1, 0, 0, 0, 0]
    >>> matrix_view(image, kernel, 0, kind="dense")
    MatrixView: dense, 4×9 matrix, 40 parameters, 4 steps
    """
    _check.choice("kind", kind, MATRIX_KINDS)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    layer = Unrolled.of(image, kernel, options)
    outputs = len(layer.reads)
    dense = example_weights(layer) if weights is None else _check.numbers("weights", weights, 2)
    if dense.shape != layer.reads.shape:
        raise ValueError(
            f"weights has shape {dense.shape}: one row for each of the {outputs} outputs and one "
            f"column for each of the {layer.image.size} inputs make {layer.reads.shape}"
        )
    matrix = {"dense": dense, "sparse": np.where(layer.reads, dense, 0)}.get(kind, layer.shared())
    offset = _check.numbers("bias", np.atleast_1d(bias), 1)
    if len(offset) not in (1, outputs):
        raise ValueError(
            f"bias has {len(offset)} numbers: give 1, or one for each of {outputs} outputs"
        )
    one = kind in ("shared", "transposed")
    offset = offset[:1] if one else np.resize(offset, outputs)
    with np.errstate(**_QUIET):
        forward = matrix @ layer.image.ravel()
        values = matrix.T @ forward if kind == "transposed" else forward + offset
    if kind == "transposed":
        return _backward(layer, matrix, forward, values, options)
    return _forward(layer, matrix, offset, values, kind, options)


def _matrix_grid(layer, matrix, kind):
    """The matrix; entries where nothing is connected are crossed out."""
    empty = np.zeros_like(layer.reads) if kind == "dense" else ~layer.reads
    if kind == "transposed":
        empty = empty.T
    kinds = np.where(empty, KINDS.index("unused"), KINDS.index("plain"))
    return Grid("matrix", "filter", matrix, kinds=kinds)


def _forward(layer, matrix, offset, values, kind, options):
    top, bottom, joins = _stage(layer, _matrix_grid(layer, matrix, kind), offset, values, kind)
    steps = tuple(_row_step(layer, matrix, offset, values, k, kind) for k in range(len(values)))
    parameters = _parameters(layer, kind)
    total = parameters[1][0]
    scene = Scene(
        "MatrixView", _summary(kind, matrix, total, steps), (*top, *bottom), joins, steps,
        parameters, rows=(len(top), len(bottom)), code=lines(layer, kind, options, len(values)),
        question=Question(
            "How many parameters does this layer have, biases included?", "number", int(total),
            f"{parameters[0][0]}{total}.", hides=(),
        ),
    )
    return as_images(scene) if layer.large else scene


def _stage(layer, matrix, offset, values, kind):
    """The grids of the upper and of the lower row, and the signs between all of them."""
    shared = kind == "shared"
    note = shape_text(layer.image.shape) + padding_note(layer.rows, layer.columns)
    top = [
        Grid(
            "input", "input", pad(layer.image, layer.rows, layer.columns), note=note, editable=True,
            kinds=cell_kinds(layer.rows, layer.columns),
            origin=(-layer.rows.before, -layer.columns.before),
        ),
        *([Grid("filter", "filter", layer.kernel, editable=True)] if shared else []),
    ]
    results = {"shade": "signed", "hidden": True}
    output = Grid("output", "output", values.reshape(layer.output_shape), **results)
    if layer.large:
        # Columns as long as that would be lines: the maps are what they are read from.
        added_to = offset[:, None] if shared else offset.reshape(layer.output_shape)
        top += [Grid("bias", "filter", added_to, note=""), output]
        return top, [matrix], ("∗", "+", "=", "") if shared else ("", "→", "")
    bottom = [
        matrix,
        Grid("x", "input", layer.image.reshape(-1, 1), note="input"),
        Grid("bias", "filter", offset[:, None], note=""),
        Grid("z", "output", values[:, None], note="output", **results),
    ]
    signs = ("∗", "=") if shared else ("→",)
    return [*top, output], bottom, (*signs, "", "·", "+", "=")


def _summary(kind, matrix, parameters, steps):
    what = f"{parameters} parameters, " if parameters else ""
    return f"{kind}, {shape_text(matrix.shape)} matrix, {what}{plural(len(steps), 'step')}"


def _parameters(layer, kind):
    """The parameters of all three ways with the one shown at the end."""
    outputs, inputs, taps = *layer.reads.shape, layer.kernel.size
    formula = {
        "dense": (f"{outputs}·{inputs} + {outputs}", outputs * (inputs + 1)),
        "sparse": (f"{int(layer.reads.sum())} + {outputs}", int(layer.reads.sum()) + outputs),
        "shared": (f"{taps} + 1", taps + 1),
    }
    text, total = formula.pop(kind)
    others = ", ".join(f"{name} {number}" for name, (_, number) in formula.items())
    return (f"parameters = {text} = ", ""), (str(total), "filter"), (f"   ({others})", "")


def _products(layer, column, k, places):
    formula = []
    for place in map(int, places):
        formula += [" + ", (layer.cell(column, place), ("matrix", k, place))]
    return formula[1:] or ["0"]


def _row_step(layer, matrix, offset, values, k, kind):
    """One output: its row of the matrix times the image."""
    places = range(layer.image.size) if kind == "dense" else np.flatnonzero(layer.reads[k])
    formula = _products(layer, "x", k, places)
    shared = len(offset) == 1
    r, c = divmod(k, layer.columns.output)
    own = ("bias", r, c) if layer.large else ("bias", k, 0)
    added(formula, ("bias", 0, 0) if shared else own, offset[0 if shared else k])
    marks = [(layer.input_cell(int(place)), "tap") for place in places]
    if kind == "shared":
        marks += [(layer.tap(k, place), "tap") for place in places]
    result = layer.cell("z", k)
    return Step(
        sentence=_row_sentence(layer, (r, c), len(places), kind),
        formula=(*formula, " = ", (result,)),
        result=result,
        writes=tuple(dict.fromkeys([(result, values[k]), (("output", r, c), values[k])])),
        windows=(
            _input_frame(layer, (r, c), kind),
            ("matrix", k, 0, k, layer.image.size - 1),
            ("output", r, c, r, c),
        ),
        marks=tuple(marks),
    )


def _input_frame(layer, place, kind):
    if kind == "dense":
        (top, left), (height, width) = (layer.rows.before, layer.columns.before), layer.image.shape
        return "input", top, left, top + height - 1, left + width - 1
    down, across = layer.rows.taps(place[0]), layer.columns.taps(place[1])
    return "input", down[0], across[0], down[-1], across[-1]


def _row_sentence(layer, place, count, kind):
    k = place[0] * layer.columns.output + place[1]
    head = f"Row {k} of the matrix makes output row {place[0]}, column {place[1]}"
    if kind == "dense":
        return f"{head}: it has a weight of its own for each of the {count} inputs."
    down = span([i - layer.rows.before for i in layer.rows.taps(place[0])], "row")
    across = span([j - layer.columns.before for j in layer.columns.taps(place[1])], "column")
    whose = "weights of its own" if kind == "sparse" else "the filter's weights"
    return f"{head}: {whose} for input {down}, {across}, and zeros for the rest."


def _backward(layer, matrix, forward, values, options):
    """The transposed matrix on the output: a number of weighted outputs for every input."""
    turned = matrix.T
    shape = layer.image.shape
    small, large = shape_text(layer.output_shape), shape_text(shape)
    grids = (
        Grid(
            "input", "input", forward.reshape(layer.output_shape),
            note=f"{small}, as “shared” gives it",
        ),
        Grid("filter", "filter", layer.kernel, editable=True),
        Grid("output", "output", values.reshape(shape), shade="signed", hidden=True),
        _matrix_grid(layer, turned, "transposed"),
    )
    columns = () if layer.large else (
        Grid("z", "input", forward[:, None], note="input"),
        Grid("x′", "output", values[:, None], note="output", shade="signed", hidden=True),
    )
    steps = tuple(_column_step(layer, turned, values, place) for place in range(layer.image.size))
    caption = (
        (f"back from {small} to ", ""), (large, "output"), (", the shape of the image: ", ""),
        ("its numbers do not come back", ""),
    )
    scene = Scene(
        "MatrixView", _summary("transposed", turned, "", steps), (*grids, *columns),
        ("∗ᵀ", "=", "", *(("·", "=") if columns else ())), steps, caption,
        rows=(3, 1 + len(columns)), code=lines(layer, "transposed", options, len(values)),
        question=Question(
            f"The matrix is turned round: which shape comes out of an input of {small}?", "shape",
            shape,
            f"The matrix has {plural(turned.shape[0], 'row')} now, one for each number of {large}.",
        ),
    )
    return as_images(scene) if layer.large else scene


def _column_step(layer, turned, values, place):
    """One cell of the result: what every output that read it sends back."""
    sources = np.flatnonzero(layer.reads[:, place])
    r, c = divmod(place, layer.image.shape[1])
    result = layer.cell("x′", place)
    marks = []
    for source in sources:
        marks.append((("input", *divmod(int(source), layer.columns.output)), "tap"))
        marks.append((layer.tap(source, place), "tap"))
    cells = plural(len(sources), "cell")
    each = "" if len(sources) == 1 else "each "
    return Step(
        sentence=f"Row {place} makes output row {r}, column {c}: {cells} of the input, {each}"
        "times the weight through which it read that place.",
        formula=(*_products(layer, "back from z", place, sources), " = ", (result,)),
        result=result,
        writes=tuple(dict.fromkeys([(result, values[place]), (("output", r, c), values[place])])),
        windows=(("matrix", place, 0, place, turned.shape[1] - 1), ("output", r, c, r, c)),
        marks=tuple(marks),
    )
