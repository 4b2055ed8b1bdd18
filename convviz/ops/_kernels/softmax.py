"""Loops of softmax and its kin over arrays (outer, classes, inner), with sums over the classes.

A long row of classes side by side is gone through in vectors. Else the vectors lie across: a strip
of places is copied to where it stays in the nearest cache, one line of places for each class.
"""

import numpy as np

from convviz.ops._kernels import kernel
from convviz.ops._kernels.lanes import lanes_of, load, store, where
from convviz.ops._kernels.powers import exp_below, from_ordered, log, ordered

# letting the compiler reorder a sum is what makes it vectorise; NaN and infinity still travel, and
# a division by 0 is no error, which would have to be looked for at every entry
_VECTORS = {"fastmath": {"reassoc", "contract"}, "error_model": "numpy"}
# what `forward` makes: probabilities, their logarithms, the cross-entropy of the right classes,
# and the derivative of that
SOFTMAX, LOG_SOFTMAX, LOSS, SLOPE = 0, 1, 2, 3
# classes from which on a row is long
_LONG = 32
# entries of a strip
_CACHED = 16384
# Places count in unsigned integers: one that might be negative would have to be looked at before
# each access, as -1 is the last entry of an array, and no loop would become one over vectors.
_place = np.uintp


@kernel(allocates=True, **_VECTORS)
def forward(x, y, labels, share, largest, logs, what):
    """Set `y` to the softmax times `share`, or to its logarithm; `share` is (outer, inner).

    With `LOSS`, `logs` (outer, inner) become the cross-entropy of `labels`, the right classes, and
    `y` stays as it is; with `SLOPE`, `share` is taken from the right classes. `largest` is scratch
    memory.
    """
    outer, classes, inner = x.shape
    rows = share.reshape(-1), largest.reshape(-1), logs.reshape(-1)
    flat, flat_y, right = x.reshape(-1), y.reshape(-1), labels.reshape(-1)
    labelled, what = what if what >= LOSS else 0, SOFTMAX if what == SLOPE else what
    if inner == 1 and classes >= _LONG:
        for o in range(outer):
            _row(flat, flat_y, _place(o * classes), _place(classes), rows, o, what)
        _at_labels(flat, flat_y, right, rows, (0, outer), (0, classes, 1), labelled)
        return
    step = _places(classes)
    whole = _place(classes), _place(step)
    if inner == 1:
        strip = np.empty(classes * step, x.dtype)
        for o in range(0, outer, step):
            count = _place(min(step, outer - o))
            _turn(flat, _place(o * classes), strip, whole, count)
            places = _place(0), _place(step), count
            _strip(strip, strip, places, whole[0], rows, o, what)
            if what != LOSS:
                _turn_back(strip, flat_y, _place(o * classes), whole, count)
        _at_labels(flat, flat_y, right, rows, (0, outer), (0, classes, 1), labelled)
        return
    for o in range(outer):
        for i in range(0, inner, step):
            begin, first, count = o * classes * inner + i, o * inner + i, min(step, inner - i)
            places = _place(begin), _place(inner), _place(count)
            _strip(flat, flat_y, places, whole[0], rows, first, what)
            # while the strip is in the cache
            _at_labels(flat, flat_y, right, rows, (first, count), (begin, 1, inner), labelled)


@kernel(allocates=True, **_VECTORS)
def backward(dy, y, dx, what):
    """Set ``dx = y·(dy - sum dy·y)``, or ``dx = dy - exp(y)·sum dy`` for the logarithm."""
    outer, classes, inner = y.shape
    dy, flat, dx = dy.reshape(-1), y.reshape(-1), dx.reshape(-1)
    if inner == 1 and classes >= _LONG:
        for o in range(outer):
            _row_backward(dy, flat, dx, _place(o * classes), _place(classes), what)
        return
    step = _places(classes)
    whole, totals = (_place(classes), _place(step)), np.empty(step, y.dtype)
    if inner == 1:
        strip, sent = np.empty(classes * step, y.dtype), np.empty(classes * step, y.dtype)
        for o in range(0, outer, step):
            count = _place(min(step, outer - o))
            _turn(flat, _place(o * classes), strip, whole, count)
            _turn(dy, _place(o * classes), sent, whole, count)
            places = _place(0), _place(step), count
            _strip_backward(sent, strip, strip, places, classes, totals, what)
            _turn_back(strip, dx, _place(o * classes), whole, count)
        return
    for o in range(outer):
        for i in range(0, inner, step):
            places = _place(o * classes * inner + i), _place(inner), _place(min(step, inner - i))
            _strip_backward(dy, flat, dx, places, classes, totals, what)


@kernel(**_VECTORS)
def _at_labels(x, y, labels, rows, some, places, what):
    """What `LOSS` and `SLOPE` do at the right class of each place."""
    (first, count), (begin, step, along) = some, places
    share, top, logs = rows
    for k in range(count if what else 0):
        at = _place(begin + k * step + labels[first + k] * along)
        if what == SLOPE:
            y[at] -= share[first + k]
        else:
            logs[first + k] -= x[at] - top[first + k]


@kernel(**_VECTORS)
def _places(classes):
    """How many places a strip has: a few vectors, and no more than the cache holds."""
    return max(16, _CACHED // classes // 16 * 16)


@kernel(**_VECTORS)
def _turn(x, at, strip, whole, count):
    """Lay `count` short rows into a strip, a class a line."""
    classes, step = whole
    for i in range(count):
        for c in range(classes):
            strip[c * step + i] = x[at + i * classes + c]


@kernel(**_VECTORS)
def _turn_back(strip, y, at, whole, count):
    classes, step = whole
    for i in range(count):
        for c in range(classes):
            y[at + i * classes + c] = strip[c * step + i]


@kernel(**_VECTORS)
def _row(x, y, at, classes, rows, o, what):
    share, largest, logs = rows
    best = ordered(x[at])
    for c in range(at, at + classes):
        best = max(best, ordered(x[c]))
    top, total = from_ordered(best), x.dtype.type(0)
    if what == SOFTMAX:
        for c in range(at, at + classes):
            power = exp_below(x[c] - top)
            y[c] = power
            total += power
        factor = share[o] / total
        for c in range(at, at + classes):
            y[c] *= factor
    else:
        for c in range(at, at + classes):
            total += exp_below(x[c] - top)
    largest[o], logs[o] = top, log(total)
    if what == LOG_SOFTMAX:
        for c in range(at, at + classes):
            y[c] = (x[c] - top) - logs[o]


@kernel()
def _largest(x, begin, along, count, classes, top):
    """Set `top` to the largest score of each place; a NaN that is passed over is in the sum."""
    lanes, i = lanes_of(x), 0
    # LLVM would do one place after another: it does not see that the largest may stay in a vector
    while i + lanes <= count:
        best = load(x, begin + i)
        for c in range(1, classes):
            value = load(x, begin + c * along + i)
            best = where(value > best, value, best)
        store(top, i, best)
        i += lanes
    for rest in range(i, count):
        top[rest] = x[begin + rest]
        for c in range(1, classes):
            value = x[begin + c * along + rest]
            top[rest] = value if value > top[rest] else top[rest]


@kernel(**_VECTORS)
def _strip(x, y, places, classes, rows, first, what):
    """What `_row` does, for all places of a strip; `places` are where it lies in `x` and `y`."""
    begin, along, count = places
    share, top, total = rows[0][first:], rows[1][first:], rows[2][first:]
    _largest(x, begin, along, count, classes, top)
    for i in range(count):
        total[i] = 0
    if what == SOFTMAX:
        for c in range(begin, begin + classes * along, along):
            for i in range(count):
                y[c + i] = exp_below(x[c + i] - top[i])
                total[i] += y[c + i]
    else:
        for c in range(begin, begin + classes * along, along):
            for i in range(count):
                total[i] += exp_below(x[c + i] - top[i])
    for i in range(count):
        total[i] = share[i] / total[i] if what == SOFTMAX else log(total[i])
    for c in range(begin, begin + classes * along, along):
        if what == SOFTMAX:
            for i in range(count):
                y[c + i] *= total[i]
        elif what == LOG_SOFTMAX:
            for i in range(count):
                y[c + i] = (x[c + i] - top[i]) - total[i]


@kernel(**_VECTORS)
def _row_backward(dy, y, dx, at, classes, what):
    total = y.dtype.type(0)
    if what == SOFTMAX:
        for c in range(at, at + classes):
            total += dy[c] * y[c]
        for c in range(at, at + classes):
            dx[c] = y[c] * (dy[c] - total)
    else:
        for c in range(at, at + classes):
            total += dy[c]
        for c in range(at, at + classes):
            dx[c] = dy[c] - exp_below(y[c]) * total


@kernel(**_VECTORS)
def _strip_backward(dy, y, dx, places, classes, totals, what):
    """What `_row_backward` does, for all places of a strip."""
    begin, along, count = places
    totals[:] = 0
    for c in range(begin, begin + _place(classes) * along, along):
        if what == SOFTMAX:
            for i in range(count):
                totals[i] += dy[c + i] * y[c + i]
        else:
            for i in range(count):
                totals[i] += dy[c + i]
    for c in range(begin, begin + _place(classes) * along, along):
        if what == SOFTMAX:
            for i in range(count):
                dx[c + i] = y[c + i] * (dy[c + i] - totals[i])
        else:
            for i in range(count):
                dx[c + i] = dy[c + i] - exp_below(y[c + i]) * totals[i]
