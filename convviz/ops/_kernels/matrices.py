"""Products of matrices, with the columns of the result side by side in a vector.

`panels.add_block` at work: some columns of one factor, a panel, are copied side by side, wherever
they lie, and stay in the cache while all rows of the other factor pass by. Arrays are flat;
`tables` is a `convviz.ops._matrices.Tables`.
"""

from convviz.ops._kernels import kernel
from convviz.ops._kernels.lanes import lanes_of, load, store
from convviz.ops._kernels.panels import add_block, rows_of
from convviz.ops._kernels.rearrange import gather_lanes


@kernel(part=True)
def _copy_panel(b, at, tables, depth, wide, panel):
    """Copy `wide` columns, each of `depth` entries, line by line."""
    lanes, line = lanes_of(b), tables.line
    if tables.turned:
        for first in range(0, depth, lanes):
            # the last square overlaps the one before
            k = min(first, depth - lanes)
            for i in range(0, wide, lanes):
                gather_lanes(b, at + i * line + k, line, panel, i, tables.lines, k)
        return
    for k in range(depth):
        for i in range(0, wide, lanes):
            store(panel, k * wide + i, load(b, at + k * line + i))


@kernel()
def multiply(a, b, c, tables, scratch, first, last):
    """Set `c` to products of rows of `a` with columns of `b`.

    Done are the panels `first` to `last`, those of one product after those of another; `scratch`
    has room for a panel and one line more.
    """
    panels, p = len(tables.starts), tables.p
    q, taps, wide = rows_of(p), len(tables.koff), p * lanes_of(b)
    depth = taps - tables.bias
    nothing, panel = scratch[:wide], scratch[wide:]
    nothing[:] = 0
    # a line of ones meets the bias at the end of a row
    panel[depth * wide : taps * wide] = 1
    for item in range(first, last):
        product, k = item // panels, item % panels
        start = product * tables.steps[1] + tables.starts[k]
        _copy_panel(b, start, tables, depth, wide, panel)
        rows = product % tables.groups * tables.steps[0]
        place = product * tables.steps[2] + tables.places[k]
        for v in range(0, len(tables.voff), q):
            add_block(p, panel, 0, wide, taps, a, rows, tables.voff, v, tables.koff, 0,
                      nothing, 0, True, c, place, tables.ooff)  # fmt: skip
