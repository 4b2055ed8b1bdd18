"""Filters as deep as their input: the sum over all channels makes one number."""

from dataclasses import replace

import numpy as np

from convviz.scenes._layer import Layer, added, clauses, filter_name
from convviz.scenes._pictured import as_images
from convviz.scenes._planes import (
    bias_cell,
    filter_planes,
    input_planes,
    map_name,
    map_planes,
)
from convviz.scenes._text import plural, shape_text
from convviz.scenes.scene import Grid, Question, Scene, Step

_CROSS = np.array(
    [[0, 0, 2, 0, 0], [0, 0, 2, 0, 0], [2, 2, 2, 2, 2], [0, 0, 2, 0, 0], [0, 0, 2, 0, 0]]
)
#: Three channels (red, green, blue) of 5×5: a red cross on green, and some blue everywhere.
EXAMPLE_VOLUME = np.array([_CROSS, 2 - _CROSS, np.ones((5, 5), int)])
_PLUS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
_EDGE = np.array([[-1, 0, 1]] * 3)
#: Two filters of 3×3×3: one for a red cross that is not green, one for an edge of any colour.
EXAMPLE_FILTERS = np.array([[_PLUS, -_PLUS, 0 * _PLUS], [_EDGE, _EDGE, _EDGE]])


def volume(image, filters, bias=None, *, stride=1, padding=0, dilation=1):
    """The scene of filters that span the whole depth of a volume.

    Parameters
    ----------
    image : array_like
        Shape ``(C, H, W)``: at most 8 channels of up to 24 rows and
        columns as numbers, as images up to 128.
    filters : array_like
        Shape ``(K, C, kH, kW)``: every filter is as deep as the image.
    bias : array_like, optional
        Shape ``(K,)``, one number a filter, added at every place; none when None.
    stride, padding, dilation
        As for :func:`convviz.scenes.convolution2d`, the padding being zeros.

    Returns
    -------
    Scene
        One step for every number of the output, filter after filter: the products on each channel,
        the sum of each channel, and the sum of those.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, with the remedy.

    Examples
    --------
    >>> scene = volume([[[1, 2]], [[3, 4]]], [[[[5]], [[-6]]]])
    >>> scene
    Volume: 1×2×2 ∗ 1 filter 1×1×2 → 1×2, 2 steps
    >>> scene.formula_text(0)
    '(1·5) + (3·(−6)) = 5 + (−18) = −13'
    """
    layer = Layer.of(image, filters, bias, stride=stride, padding=padding, dilation=dilation)
    count = len(layer.filters)
    grids = [*input_planes(layer)]
    for k in range(count):
        grids += filter_planes(layer, k)
    joins = ["∗"] + [""] * (count - 1)
    for k in range(count):
        grids += _to_add(layer, k)
    if layer.bias is not None or layer.filters.shape[1] > 1:
        joins += ["="] + [""] * (count - 1)
    joins += ["Σ" if layer.filters.shape[1] > 1 else "="]
    grids += map_planes(layer)
    steps = tuple(_step(layer, k, place) for k in range(count) for place in layer.shown_places)
    scene = Scene(
        "Volume", f"{layer.summary()}, {plural(len(steps), 'step')}", tuple(grids),
        tuple(joins), steps, clauses(layer.sizes(), layer.parameters()), code=layer.code(),
        question=_question(layer),
    )
    return as_images(scene) if layer.large else scene


def _to_add(layer, k):
    """What is added up to map `k`, in one column: the sums of its channels, and its bias."""
    column = []
    if layer.filters.shape[1] > 1:
        column = [
            Grid(f"sum {k}, ch {c}", "neutral", plane, note="", hidden=True)
            for c, plane in enumerate(layer.partial[k])
        ]
    if layer.bias is not None:
        column.append(bias_cell(layer, k))
    heading = f"sums {k}" if len(column) > 1 else None
    return [replace(grid, stack=heading) for grid in column]


def _step(layer, k, place):
    r, c = place
    depth = layer.filters.shape[1]
    formula, sums = [], []
    for p in range(depth):
        products = layer.products(place, p, filter_name(layer, k, p))
        formula += [" + "] * bool(p) + (["(", *products, ")"] if depth > 1 else products)
        if depth > 1:
            added(sums, (f"sum {k}, ch {p}", r, c), layer.partial[k, p, r, c])
    if layer.bias is not None:
        for side in (formula, sums) if depth > 1 else (formula,):
            added(side, (f"bias {k}", 0, 0), layer.bias[k])
    result = (map_name(layer, k), r, c)
    formula += ([" = ", *sums] if depth > 1 else []) + [" = ", (result,)]
    partial = layer.partial[k, :, r, c] if depth > 1 else ()
    return Step(
        sentence=_sentence(layer, k, place),
        formula=tuple(formula),
        result=result,
        writes=(
            *(((f"sum {k}, ch {p}", r, c), value) for p, value in enumerate(partial)),
            (result, layer.maps[k, r, c]),
        ),
        windows=tuple(layer.frames(place, range(depth))),
    )


def _sentence(layer, k, place):
    depth = layer.filters.shape[1]
    across = f"all {depth} channels at " if depth > 1 else ""
    ending = f": {depth} sums make one number." if depth > 1 else "."
    return (
        f"Map {k}, row {place[0]}, column {place[1]}: filter {k} covers {across}"
        f"{layer.covered(place)}{ending}"
    )


def _question(layer):
    shape = layer.maps.shape[1:]
    deep = "deep as the input, so it slides in two directions and makes one map of"
    planes = [f"sum {k}, ch {c}" for k, c in np.ndindex(layer.partial.shape[:2])]
    return Question(
        "How many rows and columns has the map that one filter makes?", "shape", shape,
        f"A filter is as {deep} {shape_text(shape)}, however many channels there are.",
        hides=(
            *(map_name(layer, k) for k in range(len(layer.maps))),
            *(planes if layer.partial.shape[1] > 1 else ()),
        ),
    )
