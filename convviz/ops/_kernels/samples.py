"""Convolution with the samples of a batch side by side in a vector.

A batch is cut into blocks of as many samples as a vector has lanes; each block is rearranged so
that the sample is the innermost axis, and put back in order afterwards. Then it does not matter
how wide an image is, and any stride or dilation is a matter of tables. A last block that is not
full starts earlier and repeats some samples.

Arrays are flat. `tables` is a `convviz.ops._tables.Tables`; the shapes are tuples (samples,
planes, pixels of a plane).
"""

import numpy as np

from convviz.ops._kernels import kernel
from convviz.ops._kernels.rearrange import gather_lanes, scatter_lanes
from convviz.ops._kernels.tiles import bounds, correlate, multiply


@kernel(part=True)
def gather(x, at, shape, pixels, planes, stride, y, lanes):
    """Copy a block of samples to `y`: pixel p of plane c begins at c·stride + pixels[p]."""
    size = shape[1] * shape[2]
    for plane in range(planes):
        p, first = 0, at + plane * shape[2]
        while p < shape[2]:
            # the last square overlaps the one before
            p = min(p, shape[2] - lanes)
            gather_lanes(x, first + p, size, y, plane * stride, pixels, p)
            p += lanes


@kernel(part=True)
def scatter(y, stride, pixels, planes, x, at, shape, lanes):
    """The way back."""
    size = shape[1] * shape[2]
    for plane in range(planes):
        p, first = 0, at + plane * shape[2]
        while p < shape[2]:
            p = min(p, shape[2] - lanes)
            scatter_lanes(y, plane * stride, pixels, p, x, first + p, size)
            p += lanes


@kernel()
def convolve(x, x_shape, y, y_shape, b, bias, tables, scratch, first, last):
    """Set the samples of the blocks `first` to `last` of `y`, one group after another."""
    lanes, groups, q, in_stride = tables.lanes, tables.groups, tables.q, tables.in_stride
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    out_stride = y_shape[2] * lanes
    # of that type, not of the literal 0: `multiply` is then compiled once for both layouts
    xs, ys, start = scratch[: depth * in_stride], scratch[depth * in_stride :], np.int64(0)
    # what surrounds the pixels stays 0 for all blocks
    xs[:] = 0
    weights = len(b) // groups
    for block in range(first, last):
        n = min(block * lanes, x_shape[0] - lanes)
        for group in range(groups):
            at = (n * x_shape[1] + group * depth) * x_shape[2]
            gather(x, at, x_shape, tables.pixels, depth, in_stride, xs, lanes)
            for piece in range(len(tables.passes)):
                v0, v1, k0, k1, b0 = bounds(tables.passes, piece)
                multiply(
                    xs, start, tables.voff[v0:v1], tables.ooff[v0:v1], tables.koff[k0:k1],
                    b, group * weights + b0, bias, group * maps, ys, start, out_stride, maps, q,
                )  # fmt: skip
            at = (n * y_shape[1] + group * maps) * y_shape[2]
            scatter(ys, out_stride, tables.places, maps, y, at, y_shape, lanes)


@kernel()
def weights(x, x_shape, dy, y_shape, total, tables, scratch, first, last):
    """Add to `total` the products of the samples in the blocks `first` to `last`."""
    lanes, groups, q, in_stride = tables.lanes, tables.groups, tables.q, tables.in_stride
    depth, maps = x_shape[1] // groups, y_shape[1] // groups
    out_stride = y_shape[2] * lanes
    xs, ds, start = scratch[: depth * in_stride], scratch[depth * in_stride :], np.int64(0)
    xs[:] = 0
    for block in range(first, last):
        n = min(block * lanes, x_shape[0] - lanes)
        for group in range(groups):
            at = (n * x_shape[1] + group * depth) * x_shape[2]
            gather(x, at, x_shape, tables.pixels, depth, in_stride, xs, lanes)
            at = (n * y_shape[1] + group * maps) * y_shape[2]
            gather(dy, at, y_shape, tables.places, maps, out_stride, ds, lanes)
            # samples that the block before has counted count no more
            for lane in range(block * lanes - n):
                ds[lane : maps * out_stride : lanes] = 0
                xs[lane : depth * in_stride : lanes] = 0
            correlate(
                xs, start, tables.voff, tables.koff, ds, start, tables.ooff, out_stride,
                total, group * len(total) // groups, maps, q,
            )  # fmt: skip
