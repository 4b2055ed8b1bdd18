"""Many filters over one input: each makes a map of its own."""

from dataclasses import replace

import numpy as np

from convviz import geometry
from convviz.scenes._layer import Layer, added, clauses, filter_name
from convviz.scenes._pictured import as_images
from convviz.scenes._planes import (
    bias_cell,
    filter_planes,
    input_planes,
    map_name,
    map_planes,
)
from convviz.scenes._text import plural
from convviz.scenes.scene import Question, Scene, Step

#: What the filters of :func:`example_filters` look for.
FEATURES = ("upright edge", "level edge", "diagonal", "isolated one", "sum", "other diagonal")


def example_filters(count=4, size=3):
    """Up to six plain filters of any size, in the order of :data:`FEATURES`.

    Parameters
    ----------
    count : int
        How many, from 1 to 6.
    size : int
        Rows and columns.

    Returns
    -------
    ndarray (count, 1, size, size)

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    Examples
    --------
    >>> example_filters(1, 3)[0, 0].tolist()
    [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
    """
    size = geometry.integer("size", size, 1, "a filter has one weight or more")
    count = geometry.integer("count", count, 1, "a bank has one filter or more")
    if count > len(FEATURES):
        raise ValueError(f"count={count} is too many: there are {len(FEATURES)} example filters")
    ramp = np.sign(2 * np.arange(size) - (size - 1))
    edge = np.tile(ramp, (size, 1))
    diagonal = np.eye(size, dtype=int)
    isolated = np.full((size, size), -1)
    isolated[size // 2, size // 2] = 1
    bank = [edge, edge.T, diagonal, isolated, np.ones((size, size), int), diagonal[::-1]]
    return np.array(bank[:count])[:, None]


def filter_bank(image, filters, bias=None, *, names=None, stride=1, padding=0, dilation=1):
    """The scene of K filters that look at the same window, each for something else.

    Parameters
    ----------
    image : array_like
        Shape ``(C, H, W)``: at most 8 channels of up to 24 rows and
        columns as numbers, as images up to 128.
    filters : array_like
        Shape ``(K, C, kH, kW)``.
    bias : array_like, optional
        Shape ``(K,)``, one number a filter; none when None.
    names : sequence of str, optional
        What each filter looks for, as the heading above it; its number when None.
    stride, padding, dilation
        As for :func:`convviz.scenes.convolution2d`, the padding being zeros.

    Returns
    -------
    Scene
        One step for every number of the output: all filters at one place, then the next place.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, with the remedy.

    Examples
    --------
    >>> filter_bank([[[1, 2, 3]]], [[[[1, -1]]], [[[1, 1]]]])
    FilterBank: 1×3 ∗ 2 filters 1×2 → 1×2×2, 4 steps
    """
    layer = Layer.of(image, filters, bias, stride=stride, padding=padding, dilation=dilation)
    headings = _headings(layer, names)
    grids = input_planes(layer)
    for k, (heading, output) in enumerate(zip(headings, map_planes(layer), strict=True)):
        bias = [] if layer.bias is None else [bias_cell(layer, k)]
        column = [*filter_planes(layer, k), *bias, output]
        grids += [replace(grid, stack=heading) for grid in column]
    joins = ("∗", *[""] * (len(headings) - 1))
    steps = tuple(
        _step(layer, k, place, headings[k]) for place in layer.shown_places for k in range(len(headings))
    )
    scene = Scene(
        "FilterBank", f"{layer.summary()}, {plural(len(steps), 'step')}", tuple(grids), joins,
        steps,
        clauses([*layer.parameters(), (", whatever the size of the input", "")], layer.sizes()),
        code=layer.code(), question=_question(layer),
    )
    return as_images(scene) if layer.large else scene


def _headings(layer, names):
    count = len(layer.filters)
    if names is None:
        return [f"feature {k}" for k in range(count)]
    if len(names) != count:
        raise ValueError(f"names has {len(names)} entries for {count} filters: give one a filter")
    return [f"{k}: {name}" for k, name in enumerate(names)]


def _step(layer, k, place, heading):
    formula = []
    for c in range(layer.filters.shape[1]):
        formula += [" + "] * bool(c) + layer.products(place, c, filter_name(layer, k, c))
    if layer.bias is not None:
        added(formula, (f"bias {k}", 0, 0), layer.bias[k])
    result = (map_name(layer, k), *place)
    looked_for = heading.split(": ")[-1]
    return Step(
        sentence=(
            f"{looked_for[0].upper()}{looked_for[1:]} at row {place[0]}, column {place[1]}: "
            f"filter {k} looks at {layer.covered(place)}."
        ),
        formula=(*formula, " = ", (result,)),
        result=result,
        writes=((result, layer.maps[(k, *place)]),),
        windows=tuple(layer.frames(place, range(layer.filters.shape[1]))),
    )


def _question(layer):
    formula, total = layer.parameters()
    return Question(
        "How many parameters does this layer have, biases included?"
        if layer.bias is not None else "How many weights does this layer have?",
        "number", int(total[0]), f"{formula[0]}{total[0]}, whatever the size of the input.",
        hides=(),
    )
