"""The loops of 2-D convolution, over an input that is padded already.

`stride` and `dilation` are pairs (rows, columns). In each loop the innermost run goes along a row
of the output, where memory is contiguous for a stride of 1, so that the compiler can use SIMD; the
row of the output stays in the cache while all that contributes to it passes by.

No sum is reordered: the doubles in `convviz.ops._numpy.conv` give the same bits.
"""

import numpy as np

from convviz.ops._kernels import kernel


@kernel()
def forward(xp, w, y, stride, dilation, groups):
    """Add the convolution of `xp` (N, C, Hp, Wp) with `w` to `y` (N, C_out, OH, OW)."""
    batch, maps, rows, columns = y.shape
    _, depth, k_rows, k_columns = w.shape
    maps_per_group = maps // groups
    step = stride[1]
    for n in range(batch):
        for m in range(maps):
            first = m // maps_per_group * depth
            for r in range(rows):
                for c in range(depth):
                    for i in range(k_rows):
                        row = r * stride[0] + i * dilation[0]
                        for j in range(k_columns):
                            weight = w[m, c, i, j]
                            at = j * dilation[1]
                            if step == 1:
                                for q in range(columns):
                                    y[n, m, r, q] += weight * xp[n, first + c, row, at + q]
                            else:
                                for q in range(columns):
                                    y[n, m, r, q] += weight * xp[n, first + c, row, at + q * step]


@kernel()
def backward_input(dy, w, dxp, stride, dilation, groups):
    """Add to `dxp` (N, C, Hp, Wp) what each output sends back through the weight it used."""
    batch, maps, rows, columns = dy.shape
    _, depth, k_rows, k_columns = w.shape
    maps_per_group = maps // groups
    step = stride[1]
    for n in range(batch):
        for m in range(maps):
            first = m // maps_per_group * depth
            for r in range(rows):
                for c in range(depth):
                    for i in range(k_rows):
                        row = r * stride[0] + i * dilation[0]
                        for j in range(k_columns):
                            weight = w[m, c, i, j]
                            at = j * dilation[1]
                            if step == 1:
                                for q in range(columns):
                                    dxp[n, first + c, row, at + q] += weight * dy[n, m, r, q]
                            else:
                                for q in range(columns):
                                    dxp[n, first + c, row, at + q * step] += weight * dy[n, m, r, q]


@kernel(allocates=True)
def backward_weight(dy, xp, dw, stride, dilation, groups):
    """Set `dw` (C_out, C_in/groups, kH, kW): each weight collects dy times the input it met.

    A sum for each column of outputs, then the sum of those: many small sums vectorise, and the
    order is the same everywhere.
    """
    batch, maps, rows, columns = dy.shape
    _, depth, k_rows, k_columns = dw.shape
    maps_per_group = maps // groups
    step = stride[1]
    sums = np.empty(columns, dw.dtype)
    for m in range(maps):
        first = m // maps_per_group * depth
        for c in range(depth):
            for i in range(k_rows):
                for j in range(k_columns):
                    at = j * dilation[1]
                    sums[:] = 0
                    for n in range(batch):
                        for r in range(rows):
                            row = r * stride[0] + i * dilation[0]
                            if step == 1:
                                for q in range(columns):
                                    sums[q] += dy[n, m, r, q] * xp[n, first + c, row, at + q]
                            else:
                                for q in range(columns):
                                    sums[q] += dy[n, m, r, q] * xp[n, first + c, row, at + q * step]
                    total = dw.dtype.type(0)
                    for q in range(columns):
                        total += sums[q]
                    dw[m, c, i, j] = total
