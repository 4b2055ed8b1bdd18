"""What a convolution costs in each layout, for one group of one sample or block of samples.

In products of vectors, and rough: the numbers only have to find the better layout where two are far
apart.
"""

import math

from convviz.ops._kernels import filters, positions, samples, tiles

# For each vector: a square of entries transposed, a row copied. For each row: beginning to copy it,
# where it may go to many places, and where to one. For each entry: moving it by itself.
_TRANSPOSED, _COPIED, _SPLIT, _ROW, _ENTRY = 9, 2.5, 40, 12, 8
# entries of scratch memory beyond which rearranging waits for it
_FAR = 1 << 20
# one vector of filters alone leaves the processor waiting; sums over vectors end in sums over lanes
_ALONE, _SUMMED = 1.3, 1.2


def products(module, tables, maps, exact):
    """Products of vectors; `exact` for derivatives of weights."""
    passes, q = tables.passes, tables.q
    vectors, taps = passes[:, 1] - passes[:, 0], passes[:, 3] - passes[:, 2]
    blocks = -(-maps // q)
    if module is filters:
        p = q // tables.lanes
        return int(vectors @ taps) * blocks * p * (_ALONE if p == 1 else 1)
    block = tiles.vectors_of(q)
    return int(-(-vectors // block) * block @ taps) * blocks * q * (_SUMMED if exact else 1)


def moving(module, tables, problem, planes, scratch):
    """What is done beside the products; `planes` are those of the input and of the output."""
    return _MOVING[module](tables, problem, *planes, scratch)


def _by_samples(tables, problem, depth, maps, scratch):
    entries = depth * math.prod(problem.size) + maps * math.prod(problem.output)
    return (1 + (scratch > _FAR)) * _TRANSPOSED * entries


def _by_positions(tables, problem, depth, maps, scratch):
    cost = 0
    sides = (
        (tables.in_place, depth, problem.size, problem.step),
        (tables.direct, maps, problem.output, problem.apart),
    )
    for spared, planes, (rows, columns), step in sides:
        if not spared:
            each = _COPIED / tables.lanes if step[1] == 1 else _ENTRY
            cost += planes * rows * (columns * each + _SPLIT)
    return cost


def _by_filters(tables, problem, depth, maps, scratch):
    *rows, columns = problem.size
    copied = depth * math.prod(rows) * (columns * _COPIED / tables.lanes + _ROW)
    filled = -(-maps // tables.q) * tables.q
    put = _TRANSPOSED * filled * math.prod(problem.output) / tables.lanes
    return put if tables.in_place else put + copied


_MOVING = {samples: _by_samples, positions: _by_positions, filters: _by_filters}
