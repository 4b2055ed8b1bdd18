"""The planes of a layer as grids, one below another under a heading."""

from convviz.scenes._layer import filter_name, input_name, volume_text
from convviz.scenes._sliding import cell_kinds, padding_note
from convviz.scenes._text import shape_text
from convviz.scenes.scene import Grid


def input_planes(layer):
    """A grid for every channel."""
    alone = len(layer.image) == 1
    note = padding_note(layer.rows, layer.columns)
    heading = None if alone else f"input {volume_text(layer.image.shape)}{note}"
    kinds = cell_kinds(layer.rows, layer.columns)
    return [
        Grid(
            input_name(layer, c), "input", plane, editable=True, stack=heading, kinds=kinds,
            note=shape_text(layer.image.shape[1:]) + note if alone else "",
            origin=(-layer.rows.before, -layer.columns.before),
        )
        for c, plane in enumerate(layer.padded)
    ]


def filter_planes(layer, k):
    """A grid for every plane of filter `k`, under a heading where there are several."""
    heading = None if layer.filters.shape[1] == 1 else f"filter {k}"
    note = None if heading is None else ""
    return [
        Grid(filter_name(layer, k, c), "filter", plane, note=note, editable=True, stack=heading)
        for c, plane in enumerate(layer.filters[k])
    ]


def bias_cell(layer, k):
    """The bias of filter `k`."""
    return Grid(f"bias {k}", "filter", [[layer.bias[k]]], note="", editable=True)


def map_name(layer, k):
    """The name of the grid of map `k` of the output."""
    return "output" if len(layer.maps) == 1 else f"map {k}"


def map_planes(layer):
    """The output, one grid a filter."""
    heading = None if len(layer.maps) == 1 else "output"
    return [
        Grid(map_name(layer, k), "output", plane, shade="signed", hidden=True, stack=heading)
        for k, plane in enumerate(layer.maps)
    ]
