"""Convolution in groups: from every filter seeing every channel to each seeing one."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check, _code
from convviz.scenes._layer import Layer, clauses, volume_text
from convviz.scenes._pictured import as_images
from convviz.scenes._planes import input_planes, map_planes
from convviz.scenes._text import number, plural, shape_text, span
from convviz.scenes.scene import KINDS, Grid, Question, Scene, Step


def example_channels(channels=4, size=3):
    """Channels of small whole numbers: shape (channels, size, size).

    >>> example_channels(2, 2).tolist()
    [[[2, 0], [0, 2]], [[0, 0], [1, 2]]]
    """
    return np.random.default_rng(8).integers(0, 3, (channels, size, size))


def example_weights(channels=4, size=2):
    """Small whole numbers for `channels` filters of `channels` planes of size × size."""
    return np.random.default_rng(3).choice([-1, 1, 2], (channels, channels, size, size))


def example_mixing(maps=4):
    """Small whole numbers for as many 1×1 filters as maps: shape (maps, maps)."""
    return np.random.default_rng(1).choice([-1, 0, 1], (maps, maps))


def grouped(image, weights, groups=2, *, pointwise=None, stride=1, padding=0):
    """The scene of a convolution whose channels and filters are split into groups.

    Parameters
    ----------
    image : array_like
        Shape ``(C, H, W)``.
    weights : array_like
        Shape ``(M, C, kH, kW)``, as for one group: of each filter only the planes of its own group
        are used, the others are cut away.
    groups : int
        A divisor of C and M: 1 is the ordinary convolution, C the depthwise one.
    pointwise : array_like, optional
        Shape ``(M2, M)``: 1×1 filters over the maps, which mix what the groups kept apart.
    stride, padding
        As for :func:`convviz.scenes.convolution2d`, the padding being zeros.

    Returns
    -------
    Scene
        One step for every number of the maps, and of the mixed maps.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not fit each other, or `groups` does not divide them, with the remedy.

    Examples
    --------
    >>> scene = grouped(example_channels(), example_weights(), 4)
    >>> scene
    Grouped: 3×3×4, 4 filters 2×2, groups 4 → 2×2×4, 16 weights, 64 multiply-adds, 16 steps
    """
    weights = _check.numbers("weights", weights, 4)
    image = _check.numbers("image", image, 3)
    if weights.shape[1] != len(image):
        raise ValueError(
            f"weights have {plural(weights.shape[1], 'plane')} (shape {weights.shape}) for "
            f"{plural(len(image), 'channel')}: give each filter {len(image)}"
        )
    groups = geometry.integer("groups", groups, 1, "use 1 for filters that see every channel")
    layer = Layer.of(
        image, _of_own_group(weights, groups), groups=groups, stride=stride, padding=padding
    )
    mixing = None if pointwise is None else _mixing(pointwise, len(weights))
    grids = [*input_planes(layer), *_filter_strips(layer, weights), *map_planes(layer)]
    steps = [_step(layer, m, place) for m in range(len(weights)) for place in layer.shown_places]
    joins = ["∗", "="]
    if mixing is not None:
        mixed = np.einsum("nm,mij->nij", mixing, layer.maps)
        grids += [Grid("pointwise", "filter", mixing, note="", editable=True)]
        grids += _mixed_planes(mixed)
        steps += [
            _mix_step(layer, mixing, mixed, n, p) for n in range(len(mixed)) for p in layer.shown_places
        ]
        joins += ["∗", "="]
    cost = _cost(layer, mixing)
    scene = Scene(
        "Grouped", f"{_summary(layer, mixing, cost)}, {plural(len(steps), 'step')}", tuple(grids),
        tuple(joins), tuple(steps), _caption(layer, mixing, cost), code=_lines(layer, mixing),
        question=_question(layer, mixing, cost),
    )
    return as_images(scene) if layer.large else scene


def _of_own_group(weights, groups):
    """The planes that each filter keeps: shape (M, C/groups, kH, kW)."""
    count, channels = weights.shape[:2]
    if count % groups or channels % groups:
        raise ValueError(
            f"groups={groups} does not divide {channels} channels and {count} filters: "
            "use a divisor of both"
        )
    depth, each = channels // groups, count // groups
    return np.stack([w[m // each * depth :][:depth] for m, w in enumerate(weights)])


def _mixing(pointwise, maps):
    mixing = _check.numbers("pointwise", pointwise, 2)
    if mixing.shape[1] != maps:
        raise ValueError(
            f"pointwise has shape {mixing.shape}: give it {maps} columns, one for each map to mix"
        )
    return mixing


def strip_name(m):
    """The name of the grid that holds filter `m`."""
    return f"filter {m}"


def _filter_strips(layer, weights):
    """Every filter as a strip of its planes; those of other groups are crossed out."""
    channels, (height, width) = weights.shape[1], weights.shape[2:]
    grids = []
    for m, planes in enumerate(weights):
        kinds = np.full((height, channels * width), KINDS.index("unused"))
        seen = layer.channels(m)
        kinds[:, seen.start * width : seen.stop * width] = KINDS.index("plain")
        grids.append(
            Grid(
                strip_name(m), "filter", np.where(kinds == 0, np.hstack(planes), 0), note="",
                kinds=kinds, editable=True, blocks=(height, width),
                stack=f"{len(weights)} filters {shape_text((height, width))}, parts side by side",
            )
        )
    return grids


def _step(layer, m, place):
    """One output: the products on the channels of its group."""
    seen, (height, width) = layer.channels(m), layer.filters.shape[2:]
    formula = []
    for c in range(seen.start, seen.stop):
        formula += [" + "] * bool(formula) + layer.products(place, c, strip_name(m), c * width)
    result = (f"map {m}" if len(layer.maps) > 1 else "output", *place)
    names = span(range(seen.start, seen.stop), "channel")
    only = "" if layer.groups == 1 else " only"
    return Step(
        sentence=f"Map {m}, row {place[0]}, column {place[1]}: filter {m} sees {names}{only}.",
        formula=(*formula, " = ", (result,)),
        result=result,
        writes=((result, layer.maps[(m, *place)]),),
        windows=(
            *layer.frames(place, range(seen.start, seen.stop)),
            (strip_name(m), 0, seen.start * width, height - 1, seen.stop * width - 1),
        ),
    )


def _mixed_planes(mixed):
    return [
        Grid(
            f"mix {n}", "output", plane, shade="signed", hidden=True,
            stack="mixed" if len(mixed) > 1 else None,
        )
        for n, plane in enumerate(mixed)
    ]


def _mix_step(layer, mixing, mixed, n, place):
    """One mixed output: the same place of all maps, weighted."""
    formula = []
    for m in range(mixing.shape[1]):
        cell = (f"map {m}" if len(layer.maps) > 1 else "output", *place)
        formula += [" + ", (cell, ("pointwise", n, m))]
    result = (f"mix {n}", *place)
    return Step(
        sentence=f"Mix {n}, row {place[0]}, column {place[1]}: the 1×1 filter {n} weighs the same "
        f"place of all {mixing.shape[1]} maps.",
        formula=(*formula[1:], " = ", (result,)),
        result=result,
        writes=((result, mixed[(n, *place)]),),
        windows=(("pointwise", n, 0, n, mixing.shape[1] - 1),),
    )


def _cost(layer, mixing):
    """Weights and multiply-adds: ordinary, grouped, and grouped with its 1×1 filters."""
    places = len(layer.places)
    channels, (maps, _, *kernel) = len(layer.image), layer.filters.shape
    options = {"in_channels": channels, "out_channels": maps, "bias": False}
    ordinary = geometry.conv_parameters(tuple(kernel), **options)
    own = geometry.conv_parameters(tuple(kernel), groups=layer.groups, **options)
    extra = 0 if mixing is None else mixing.size
    return {"ordinary": ordinary, "grouped": own, "mixing": extra, "places": places}


def _summary(layer, mixing, cost):
    maps = len(layer.maps) if mixing is None else len(mixing)
    kernel = shape_text(layer.filters.shape[2:])
    weights = cost["grouped"] + cost["mixing"]
    return (
        f"{volume_text(layer.image.shape)}, {plural(len(layer.maps), 'filter')} {kernel}, groups "
        f"{layer.groups}{' + pointwise' if cost['mixing'] else ''} → "
        f"{volume_text((maps, *layer.maps.shape[1:]))}, {weights} weights, "
        f"{weights * cost['places']} multiply-adds"
    )


def _formula(layer, mixing, cost):
    """The weights with the numbers filled in, without the total."""
    maps, depth, *kernel = layer.filters.shape
    inner = f"{len(layer.image)}/{layer.groups}" if layer.groups > 1 else str(depth)
    text = f"{maps}·({inner})·{'·'.join(map(str, kernel))}" if layer.groups > 1 else (
        f"{maps}·{inner}·{'·'.join(map(str, kernel))}"
    )
    return text + (f" + {mixing.shape[0]}·{mixing.shape[1]}" if mixing is not None else "")


def _caption(layer, mixing, cost):
    weights, places, ordinary = cost["grouped"] + cost["mixing"], cost["places"], cost["ordinary"]
    said = [
        [(f"weights = {_formula(layer, mixing, cost)} = ", ""), (str(weights), "filter")],
        [(f"multiply-adds = {weights}·{places} places = ", ""), (str(weights * places), "output")],
    ]
    if weights != ordinary:
        share = number(100 * weights / ordinary)
        said.append([(f"groups 1: {ordinary} and {ordinary * places}, so this is {share} %", "")])
    if mixing is not None and layer.groups == len(layer.image) > 1:
        said.append([(_at_full_size(256, 3), "")])
    return clauses(*said)


def _at_full_size(channels, size):
    """What depthwise and pointwise filters save in a layer as they are really used."""
    kernel, many = (size, size), {"in_channels": channels, "out_channels": channels, "bias": False}
    ordinary = geometry.conv_parameters(kernel, **many)
    split = geometry.conv_parameters(kernel, groups=channels, **many)
    split += geometry.conv_parameters((1, 1), **many)
    return f"for {channels} channels and {size}×{size}: {split:,} in place of {ordinary:,}"


def _lines(layer, mixing):
    count, depth, _, width = layer.filters.shape
    parts = []
    for m in range(count):
        seen, name = layer.channels(m), _code.identifier(strip_name(m))
        cut = f"[..., {seen.start * width}:{seen.stop * width}]" if depth < len(layer.image) else ""
        parts.append(name + cut)
    filters = _code.strips(parts, layer.filters.shape)
    if mixing is None:
        return layer.code(filters)
    # The 1×1 filters are applied to the batch of one that the line before makes.
    where = {"convviz": "ops.", "PyTorch": "F."}
    ones = _code.array(["pointwise"], (*mixing.shape, 1, 1))
    given = {"convviz": ones, "PyTorch": f"torch.tensor({ones})"}
    return tuple(
        (label, f"{where[label]}conv2d({line.removesuffix('[0]')}, {given[label]})[0]")
        for label, line in layer.code(filters)
    )


def _question(layer, mixing, cost):
    weights = cost["grouped"] + cost["mixing"]
    return Question(
        "How many weights does this layer have?", "number", weights,
        f"{_formula(layer, mixing, cost)} = {weights}.", hides=(),
    )
