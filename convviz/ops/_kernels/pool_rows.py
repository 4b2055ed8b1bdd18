"""What all poolings do with the windows of one row of outputs, in two steps.

First down: the rows that the windows reach over are put together, column by column, into a `line`
as long as a row; its entries lie side by side, so that whole vectors are taken. Then along: the
entries of the line under each window are put together, from left to right. `depth`, `row` and
`columns` tell windows as `_pool_plan.PoolPlan` does: (first, end, counted). A `line` has room for
two vectors behind its end, `spare` for one. No result depends on how long vectors are: the doubles
in `convviz.ops._numpy.pool` give the same bits.
"""

import numpy as np

from convviz.ops._kernels import kernel
from convviz.ops._kernels.lanes import (
    every,
    lanes_of,
    load,
    load_alternate,
    load_like,
    ramp,
    store,
    where,
)

_INLINE = {"part": True, "forceinline": True, "error_model": "numpy"}
#: the row of what is no entry
NOWHERE = np.int32((1 << 31) - 1)


@kernel(**_INLINE)
def _part(flat, at, wide, spare):
    """The vector from ``flat[at]`` on, of a row that may be shorter than a vector."""
    if wide < lanes_of(flat):
        for k in range(wide):
            spare[k] = flat[at + k]
        return load(spare, 0)
    return load(flat, at)


@kernel(**_INLINE)
def largest_of_columns(flat, base, high, wide, depth, row, gaps, line, found, before):
    """Set `line` to the largest entries of the rows, `found` to the rows, counted over depth.

    They begin behind so many entries, which stay.
    """
    lanes, first = lanes_of(flat), np.int32(depth[0] * high + row[0])
    end = base + ((depth[1] - 1) * high + row[1] - 1) * wide + lanes
    if wide < lanes and end > len(flat):
        for k in range(wide):
            best, place = flat[base + first * wide + k], first
            for d in range(depth[0], depth[1], gaps[0]):
                for i in range(row[0], row[1], gaps[1]):
                    value = flat[base + (d * high + i) * wide + k]
                    # the first of equals stays; a NaN wins whatever was found so far
                    wins = (value > best) | (value != value)
                    best = value if wins else best
                    place = np.int32(d * high + i) if wins else place
            line[before + k], found[before + k] = best, place
        return
    for j in range(0, wide, lanes):
        # the last vector begins early, over entries that are done already
        j = max(0, min(j, wide - lanes))
        largest = load(flat, base + first * wide + j)
        there = every(first, largest)
        for d in range(depth[0], depth[1], gaps[0]):
            for i in range(row[0], row[1], gaps[1]):
                values = load(flat, base + (d * high + i) * wide + j)
                wins = (values > largest) | (values != values)
                largest = where(wins, values, largest)
                there = where(wins, every(np.int32(d * high + i), largest), there)
        store(line, before + j, largest)
        store(found, before + j, there)
    for k in range(before + wide, before + lanes):
        # entries of the next row
        line[k], found[k] = -np.inf, NOWHERE


@kernel(**_INLINE)
def largest_of_even(line, found, wide, count, even, gap, y, indices, at):
    """`largest_of_windows` for `even` ones, which hang over the ends of the row."""
    lanes, q, (before, span, step) = lanes_of(line), 0, even
    while q < count:
        if q + lanes > count >= lanes:
            q = count - lanes
        window = q * step, q * step + span
        # a vector may reach over the end of its row, where the next rows are written later, but
        # not over the end of the array
        if at + q + lanes <= len(y):
            _largest_in_lanes(line, found, wide, window, step, gap, y, indices, at + q, before)
            q += lanes
        else:
            _largest_in_one(line, found, wide, window, gap, y, indices, at + q, before)
            q += 1


@kernel(**_INLINE)
def largest_of_windows(line, found, wide, columns, run, gap, y, indices, at):
    """Set `y` and `indices` from `at` on to the largest entry of each window, and its place."""
    lanes, q, count = lanes_of(line), 0, len(columns)
    while q < count:
        if run[0] <= q and run[0] + lanes <= run[1] and q < run[1]:
            q = min(q, run[1] - lanes)
            window = columns[q, 0], columns[q, 1]
            _largest_in_lanes(line, found, wide, window, run[2], gap, y, indices, at + q, 0)
            q += lanes
        else:
            window = columns[q, 0], columns[q, 1]
            _largest_in_one(line, found, wide, window, gap, y, indices, at + q, 0)
            q += 1


@kernel(**_INLINE)
def _largest_in_one(line, found, wide, window, gap, y, indices, at, before):
    column = window[0]
    best, row = line[column], found[column]
    for j in range(window[0] + gap, window[1], gap):
        value, i = line[j], found[j]
        # in the order of rows, which the line does not have: the upper of equals, the lower NaN
        wins = (value > best) | ((value == best) & (i < row))
        wins |= (value != value) & ((best == best) | (i >= row))
        best, row, column = value if wins else best, i if wins else row, j if wins else column
    y[at], indices[at] = best, np.int64(row) * wide + column - before


@kernel(**_INLINE)
def _largest_in_lanes(line, found, wide, window, step, gap, y, indices, at, before):
    like = load(line, window[0])
    largest = _stepping(line, window[0], step, like)
    there = _stepping(found, window[0], step, like)
    columns = every(np.int32(window[0] - before), largest) + ramp(np.int32(step), largest)
    start, shift = columns, every(np.int32(gap), largest)
    for j in range(window[0] + gap, window[1], gap):
        start = start + shift
        values, rows = _stepping(line, j, step, like), _stepping(found, j, step, like)
        wins = (values > largest) | ((values == largest) & (rows < there))
        wins = wins | ((values != values) & ((largest == largest) | (rows >= there)))
        largest, there = where(wins, values, largest), where(wins, rows, there)
        columns = where(wins, start, columns)
    store(y, at, largest)
    store(indices, at, there * every(np.int32(wide), largest) + columns)


@kernel(**_INLINE)
def _stepping(line, at, step, like):
    return load_like(line, at, like) if step == 1 else load_alternate(line, at, like)


@kernel(**_INLINE)
def sum_of_columns(flat, base, high, wide, depth, row, line, spare):
    """Set `line` to the sums of the rows."""
    lanes = lanes_of(flat)
    for j in range(0, wide, lanes):
        j = max(0, min(j, wide - lanes))
        sums = _part(flat, base + (depth[0] * high + row[0]) * wide + j, wide, spare)
        for d in range(depth[0], depth[1]):
            for i in range(row[0] + (d == depth[0]), row[1]):
                sums = sums + _part(flat, base + (d * high + i) * wide + j, wide, spare)
        store(line, j, sums)


@kernel(**_INLINE)
def mean_of_windows(line, columns, counts, area, run, y, at):
    """Set `y` from `at` on to the sum of each window, divided by its count and by `area`."""
    lanes, q, count = lanes_of(line), 0, len(columns)
    while q < count:
        if run[0] <= q and run[0] + lanes <= run[1] and q < run[1]:
            q = min(q, run[1] - lanes)
            left, right = columns[q, 0], columns[q, 1]
            like = load(line, left)
            sums = _stepping(line, left, run[2], like)
            for j in range(left + 1, right):
                sums = sums + _stepping(line, j, run[2], like)
            store(y, at + q, sums / (load(counts, q) * every(area, sums)))
            q += lanes
        else:
            found = line[columns[q, 0]]
            for j in range(columns[q, 0] + 1, columns[q, 1]):
                found += line[j]
            y[at + q] = found / (counts[q] * area)
            q += 1


@kernel(**_INLINE)
def clear_rows(flat, base, wide, first, end):
    """Set the rows from `first` on to 0; return where they end."""
    for i in range(base + first * wide, base + end * wide):
        flat[i] = 0
    return max(first, end)


@kernel(**_INLINE)
def share_among_windows(shares, columns, line, wide):
    """Set `line` to the sum, for each of its entries, of the shares of the windows over it."""
    lanes = lanes_of(line)
    for j in range(0, wide, lanes):
        store(line, j, every(line.dtype.type(0), load(line, j)))
    for q in range(len(columns)):
        left, right, share = columns[q, 0], columns[q, 1], shares[q]
        while right - left >= lanes:
            some = load(line, left)
            store(line, left, some + every(share, some))
            left += lanes
        while left < right:
            line[left] += share
            left += 1


@kernel(**_INLINE)
def add_to_columns(line, flat, base, high, wide, depth, row, fresh):
    """Add `line` to all rows; those from `fresh` on have no entries yet. Return the next such."""
    lanes, begin = lanes_of(flat), depth[0] * high + row[0]
    whole, fresh = wide - wide % lanes, clear_rows(flat, base, wide, fresh, begin)
    for d in range(depth[0], depth[1]):
        for i in range(d * high + row[0], d * high + row[1]):
            at, new = base + i * wide, i >= fresh
            for j in range(0, whole, lanes):
                added = load(line, j)
                store(flat, at + j, added if new else load(flat, at + j) + added)
            j = whole
            while j < wide:
                flat[at + j] = line[j] if new else flat[at + j] + line[j]
                j += 1
    return max(fresh, (depth[1] - 1) * high + row[1])
