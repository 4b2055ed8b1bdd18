"""The operations as the lectures write them: loops to be read, slow, and the oracle of the tests.

Nothing here is compiled, and nothing is clever: print a function with ``reference.correlate2d??``
and it is the pseudocode of the lecture. Integers stay integers, so that hand-worked examples come
out as written; whole numbers are computed as int64, whatever their dtype was.

Indices are (row, column) from 0. For speed, batches and all options see `convviz.ops`.
"""

from convviz.reference._conv import conv2d, conv2d_backward
from convviz.reference._neocognitron import c_cells, s_cells
from convviz.reference._norm import batch_norm, batch_norm_backward
from convviz.reference._pool import (
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    relu,
)
from convviz.reference._scan import scan
from convviz.reference._sliding import convolve1d, convolve2d, correlate1d, correlate2d
from convviz.reference._transpose import conv_transpose2d, conv_transpose2d_backward

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "c_cells",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "convolve1d",
    "convolve2d",
    "correlate1d",
    "correlate2d",
    "max_pool2d",
    "max_pool2d_backward",
    "relu",
    "s_cells",
    "scan",
]
