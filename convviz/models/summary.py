"""What a network is made of, in numbers: without a weight drawn or an image shown."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from convviz import nn
from convviz.nn.containers import Concat, MultiHead, Product, Residual, Sequential

# columns of a page of 700 pixels
_WIDTH = 80
# options of a layer, where columns are few
_LETTERS = {"stride": "s", "padding": "p", "dilation": "d", "groups": "g"}


class Row(NamedTuple):
    """One layer of a network.

    Attributes
    ----------
    name, layer : str
    shape : tuple of int
        Of its output, without the batch.
    parameters, multiply_adds : int
        For one sample.
    field : tuple of int, or None
        How much of the input an output sees along each axis; None for all of it.
    """

    name: str
    layer: str
    shape: tuple
    parameters: int
    multiply_adds: int
    field: tuple | None


@dataclass(frozen=True)
class Summary:
    """The layers of a network in order, and what they come to.

    Attributes
    ----------
    rows : tuple of Row
    input_shape : tuple of int
        With the batch.
    parameters : int
        Each counted once, wherever it is used.
    """

    rows: tuple
    input_shape: tuple
    parameters: int

    @property
    def output_shape(self):
        """Shape of the last layer's output, with the batch."""
        return (self.input_shape[0], *self.rows[-1].shape)

    @property
    def multiply_adds(self):
        """Products of a weight and a number, for the whole batch."""
        return self.input_shape[0] * sum(row.multiply_adds for row in self.rows)

    @property
    def neurons(self):
        """Outputs of layers with weights, for one sample."""
        return sum(math.prod(row.shape) for row in self.rows if row.multiply_adds)

    @property
    def activation_bytes(self):
        """Bytes of all layers' outputs as float32, for the whole batch."""
        return 4 * self.input_shape[0] * sum(math.prod(row.shape) for row in self.rows)

    def __str__(self):
        table = self._table()
        return table if _wide(table) <= _WIDTH else self._brief_table()

    def _table(self):
        heads = "layer", "output", "parameters", "multiply-adds", "field"
        total = f"{self.parameters:,}", f"{self._products:,}"
        return _in_columns([heads, *map(_line, self.rows), ("together", "", *total, "")])

    def _brief_table(self):
        """The same in fewer columns: letters for options, no more than four digits of products."""
        heads = "layer", "output", "params", "mult-adds", "field"
        table = _in_columns([heads, *map(_brief_line, self.rows)])
        total = f"{self.parameters:,} parameters, {self._products:,} multiply-adds"
        known = [f"{letter} {word}" for word, letter in _LETTERS.items()
                 if any(word in row.layer for row in self.rows)]  # fmt: skip
        meaning = f"\n({', '.join(known)})" if known else ""
        return f"{table}\ntogether {total}{meaning}"

    @property
    def _products(self):
        return self.multiply_adds // self.input_shape[0]

    __repr__ = __str__


def summary(net, input_shape):
    """Return the shapes, parameters, multiply-adds and receptive fields of all layers.

    Parameters
    ----------
    net : nn.Module
    input_shape : tuple of int
        (N, C, H, W) or what else the network takes, with the batch.

    Returns
    -------
    Summary

    Raises
    ------
    ValueError
        When a layer does not fit what comes before it, with its name.

    Examples
    --------
    >>> from convviz import models
    >>> found = summary(models.lenet5(), (1, 1, 32, 32))
    >>> found.parameters, found.multiply_adds, found.rows[5].field
    (61706, 416520, (16, 16))
    >>> summary(nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.Flatten()), (1, 1, 8, 8))
    layer            output  parameters  multiply-adds  field
    0 Conv2d(1→6, 5×5)  6×4×4          156          2,400  5×5
    1 ReLU()            6×4×4            0              0  5×5
    2 Flatten()         96               0              0  5×5
    together                         156          2,400
    """
    shape = tuple(input_shape)
    if len(shape) < 2 or any(not isinstance(size, int) or size < 1 for size in shape):
        raise ValueError(
            f"input_shape must be whole numbers from 1 with the batch first, got {input_shape}: "
            "for example (1, 3, 224, 224)"
        )
    rows, _, _ = _walk("", net, shape[1:], [(1, 1)] * (len(shape) - 2))
    parameters = sum(parameter.size for parameter in net.parameters())
    return Summary(tuple(rows), shape, parameters)


def _line(row):
    numbers = f"{row.parameters:,}", f"{row.multiply_adds:,}"
    return f"{row.name} {row.layer}", _size(row.shape), *numbers, _field(row)


def _brief_line(row):
    layer = row.layer.replace("()", "").replace("(", " ").replace(")", "").replace(",", "")
    for word, letter in _LETTERS.items():
        layer = layer.replace(f"{word} ", letter)
    numbers = f"{row.parameters:,}", _rounded(row.multiply_adds)
    return f"{row.name} {layer}", _size(row.shape), *numbers, _field(row)


def _rounded(number):
    """At most four digits, with k for thousands, M for millions and G for thousands of those.

    >>> [_rounded(number) for number in (0, 9_999, 117_600, 99_999_999, 115_605_504)]
    ['0', '9,999', '117.6k', '100M', '115.6M']
    """
    if number < 10_000:
        return f"{number:,}"
    digits, power = f"{number:.3e}".split("e")
    places = min(int(power) // 3, 3)
    return f"{float(digits) * 10 ** (int(power) - 3 * places):.4g}{' kMG'[places]}"


def _field(row):
    return "all" if row.field is None else _size(row.field)


def _in_columns(lines):
    """Lines of five cells as text, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    made = [
        "  ".join(
            cell.rjust(width) if 1 < at < 4 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join(made)


def _wide(text):
    return max(map(len, text.splitlines()))


def _size(shape):
    return "×".join(map(str, shape))


def _walk(name, module, shape, fields):
    """The rows of a module, its output's shape and fields."""
    walk = _WALKS.get(type(module))
    if walk is not None:
        return walk(name, module, shape, fields)
    try:
        out = module.output_shape(shape)
    except ValueError as error:
        error.args = (f"layer {name!r}: {error}",)
        raise
    reached = module.reach(fields)
    seen = None if reached is None else tuple(int(size) for size, _ in reached)
    parameters = sum(parameter.size for parameter in module.parameters())
    costs = parameters, module.multiply_adds(shape), seen
    return [Row(name, repr(module), out, *costs)], out, reached


def _named(name, part):
    return f"{name}.{part}" if name else part


def _in_line(name, module, shape, fields):
    rows = []
    for part, layer in module.children().items():
        more, shape, fields = _walk(_named(name, part), layer, shape, fields)
        rows += more
    return rows, shape, fields


def _side_by_side(name, module, shape, fields):
    rows, reached = [], []
    for part, branch in module.children().items():
        if isinstance(branch, nn.Identity):
            reached.append(fields)
            continue
        more, _, found = _walk(_named(name, part), branch, shape, fields)
        rows += more
        reached.append(found)
    out = module.output_shape(shape)
    joined = Row(name, type(module).__name__, out, 0, 0, None)
    fields = _largest(reached)
    seen = None if fields is None else tuple(int(size) for size, _ in fields)
    return [*rows, joined._replace(field=seen)], out, fields


def _with_heads(name, module, shape, fields):
    rows, shared, fields = _walk(_named(name, "trunk"), module.trunk, shape, fields)
    reached, shapes = [], {}
    for part, head in module.heads.items():
        more, shapes[part], found = _walk(_named(name, part), head, shared, fields)
        rows += more
        reached.append(found)
    return rows, shapes, _largest(reached)


def _largest(fields):
    """What all branches together see: the largest of their fields."""
    if any(field is None for field in fields):
        return None
    return [
        (max(size for size, _ in axis), max(jump for _, jump in axis))
        for axis in zip(*fields, strict=True)
    ]


_WALKS = {
    Sequential: _in_line,
    Residual: _side_by_side,
    Concat: _side_by_side,
    Product: _side_by_side,
    MultiHead: _with_heads,
}
