"""A whole layer, several channels and several filters: what its scenes have in common."""

import re
from dataclasses import dataclass, field

import numpy as np

from convviz import geometry
from convviz.scenes import _check, _code
from convviz.scenes._pictured import told_places, too_large
from convviz.scenes._sliding import Axis, caption, products, reads
from convviz.scenes._text import plural, shape_text

#: More planes of one stack than this are too small to be read.
MOST_PLANES = 8
#: In all steps of a scene of pictures.
_MOST_PRODUCTS = 4000


@dataclass(frozen=True, eq=False)
class Layer:
    """The arrays of a layer, checked, with the arithmetic of its axes and what comes out.

    Attributes
    ----------
    image : ndarray (C, H, W)
    filters : ndarray (K, C/groups, kH, kW)
    bias : ndarray (K,) or None
    rows, columns : Axis
    partial : ndarray (K, C/groups, OH, OW)
        What each plane of each filter adds.
    maps : ndarray (K, OH, OW)
        Their sums, with the bias.
    """

    image: np.ndarray
    filters: np.ndarray
    bias: np.ndarray | None
    rows: Axis
    columns: Axis
    groups: int = 1
    options: dict = field(default_factory=dict)
    padded: np.ndarray = field(init=False)
    partial: np.ndarray = field(init=False)
    maps: np.ndarray = field(init=False)

    def __post_init__(self):
        rows, columns = self.rows, self.columns
        around = ((0, 0), (rows.before, rows.after), (columns.before, columns.after))
        padded = np.pad(self.image, around)
        shape = (rows.reach, columns.reach)
        windows = np.lib.stride_tricks.sliding_window_view(padded, shape, axis=(1, 2))
        windows = windows[
            :, :: rows.stride, :: columns.stride, :: rows.dilation, :: columns.dilation
        ]
        with np.errstate(over="ignore", invalid="ignore"):
            seen = np.stack([windows[self.channels(k)] for k in range(len(self.filters))])
            partial = np.einsum("kcijab,kcab->kcij", seen, self.filters)
            maps = partial.sum(axis=1)
            if self.bias is not None:
                maps = maps + self.bias[:, None, None]
        for name, value in (("padded", padded), ("partial", partial), ("maps", maps)):
            object.__setattr__(self, name, value)

    @classmethod
    def of(cls, image, filters, bias=None, *, groups=1, **options):
        """Check the arrays and options of a layer.

        Raises
        ------
        TypeError, ValueError
            If they do not fit each other, with the remedy.
        """
        image = _check.numbers("image", image, 3)
        filters = _check.numbers("filters", filters, 4)
        groups = geometry.integer("groups", groups, 1, "use 1 for filters that see every channel")
        _fitting(image, filters, groups)
        if bias is not None:
            bias = _check.numbers("bias", np.broadcast_to(bias, np.shape(bias) or len(filters)), 1)
            if len(bias) != len(filters):
                raise ValueError(
                    f"bias has {len(bias)} numbers for {len(filters)} filters: give one a filter"
                )
        rows, columns = (
            Axis.of(n, k, **options)
            for n, k in zip(image.shape[1:], filters.shape[2:], strict=True)
        )
        too_large("image with its padding", (rows.padded, columns.padded), "crop it, or lower padding")
        return cls(image, filters, bias, rows, columns, groups, options | {"groups": groups})

    def channels(self, k):
        """The channels that filter `k` sees, as a slice."""
        depth = self.filters.shape[1]
        group = k * self.groups // len(self.filters)
        return slice(group * depth, (group + 1) * depth)

    @property
    def large(self):
        """Whether the planes are too large to be shown as numbers."""
        return max(self.padded.shape[1:]) > _check.MOST_CELLS

    @property
    def places(self):
        """Every position (row, column) of the filters, in reading order."""
        return [(r, c) for r in range(self.rows.output) for c in range(self.columns.output)]

    @property
    def shown_places(self):
        """Those of them that have a step.

        All; of pictures the middle of each row, or of fewer rows where each has many products.
        """
        places = told_places(self.rows.output, self.columns.output, self.large)
        apart = 1 + len(places) * self.filters.size // _MOST_PRODUCTS if self.large else 1
        return places[::apart]

    def window(self, place):
        """Rows and columns of the padded planes that one position reads."""
        return reads(self.rows, "row")[place[0]][0], reads(self.columns, "column")[place[1]][0]

    def frames(self, place, channels):
        """The window on each of the channels, as frames of a step."""
        down, across = self.window(place)
        return [
            (input_name(self, c), down[0], across[0], down[-1], across[-1]) for c in channels
        ]

    def products(self, place, channel, weights, left=0):
        """The products of one plane under a filter, with plus signs between them.

        The weights stand in the grid of that name, from column `left` on.
        """
        return [*products(*self.window(place), weights, left, input_name(self, channel))]

    def covered(self, place):
        """Where a position stands, in words."""
        rows, columns = reads(self.rows, "row"), reads(self.columns, "column")
        return f"input {rows[place[0]][1]}, {columns[place[1]][1]}"

    def summary(self):
        """The shapes in a line."""
        kernel = volume_text(self.filters.shape[1:])
        filters = plural(len(self.filters), "filter")
        image, maps = volume_text(self.image.shape), volume_text(self.maps.shape)
        return f"{image} ∗ {filters} {kernel} → {maps}"

    def parameters(self):
        """The number of parameters with its numbers filled in, as (text, role) parts."""
        count, depth, *kernel = self.filters.shape
        inner = "·".join(str(n) for n in (*kernel, *([depth] if depth > 1 else [])))
        inner = f"({inner} + 1)" if self.bias is not None else inner
        total = self.filters.size + (0 if self.bias is None else count)
        return (f"parameters = {count}·{inner} = ", ""), (str(total), "filter")

    def sizes(self):
        """The number of maps and their size with its numbers filled in, as (text, role) parts."""
        return (f"{plural(len(self.maps), 'map')}, ", ""), *caption(self.rows, self.columns)

    def code(self, filters=None):
        """The lines that compute the maps from the arrays of the grids.

        `filters` is the code for the filters, where each plane is no grid of its own.
        """
        shape = (1, *self.image.shape)
        given = [_code.array([input_name(self, c) for c in range(shape[1])], shape)]
        if filters is None:
            names = [filter_name(self, k, c) for k, c in np.ndindex(self.filters.shape[:2])]
            filters = _code.array(names, self.filters.shape)
        given.append(filters)
        if self.bias is not None:
            names = [f"bias {k}" for k in range(len(self.bias))]
            given.append(_code.array(names, (len(names),)))
        said = _code.options(**_code.unusual(**self.options))
        tensors = ", ".join(f"torch.tensor({one})" for one in given)
        lines = {
            "convviz": f"ops.conv2d({', '.join(given)}{said})[0]",
            "PyTorch": f"F.conv2d({tensors}{said})[0]",
        }
        # PyTorch knows neither a pair of paddings nor "full".
        if not isinstance(self.options.get("padding", 0), int):
            del lines["PyTorch"]
        return tuple(lines.items())


def filter_name(layer, k, c):
    """The name of the grid of plane `c` of filter `k`."""
    return f"filter {k}" if layer.filters.shape[1] == 1 else f"w{k}, ch {c}"


def input_name(layer, c):
    """The name of the grid of channel `c`."""
    return "input" if len(layer.image) == 1 else f"channel {c}"


def volume_text(shape):
    """A shape (C, H, W) as it is said: ``5×5×3``; without the depth where that is 1.

    >>> volume_text((3, 5, 5)), volume_text((1, 4, 4))
    ('5×5×3', '4×4')
    """
    return shape_text((*shape[1:], shape[0]) if shape[0] > 1 else shape[1:])


def place_of(name, axes):
    """The numbers in the name of a grid; zeros for the axes that it does not name.

    >>> place_of("w3, ch 1", 2), place_of("input", 1)
    ((3, 1), (0,))
    """
    found = [int(n) for n in re.findall(r"\d+", name)]
    return tuple(found + [0] * (axes - len(found)))


def added(parts, cell, value):
    """Put a cell behind the parts of a sum; a negative one stands in parentheses."""
    if value < 0:
        parts += [" + (", (cell,), ")"] if parts else ["(", (cell,), ")"]
    else:
        parts += [" + ", (cell,)] if parts else [(cell,)]


def clauses(*parts):
    """Several statements of a caption with semicolons between them; a line may break there.

    >>> clauses([("a = ", ""), ("1", "output")], [("b", "")])
    (('a = ', ''), ('1', 'output'), (';', ''), ('  b', ''))
    """
    said = []
    for clause in parts:
        (text, role), *rest = clause
        said += [(";", ""), (f"  {text}", role), *rest] if said else [(text, role), *rest]
    return tuple(said)


def _fitting(image, filters, groups):
    """Refuse filters that do not go with the image, and what is too much to be shown."""
    channels, count, depth = len(image), *filters.shape[:2]
    if channels % groups or count % groups:
        raise ValueError(
            f"groups={groups} does not divide {channels} channels and {count} filters: "
            "use a divisor of both"
        )
    if depth * groups != channels:
        raise ValueError(
            f"filters have {plural(depth, 'channel')} (shape {filters.shape}), the image has {channels} "
            f"(shape {image.shape}): with groups={groups} give each filter {channels // groups}"
        )
    if max(channels, count) > MOST_PLANES:
        raise ValueError(
            f"{channels} channels and {count} filters are too many to be read: "
            f"show at most {MOST_PLANES} of each"
        )
