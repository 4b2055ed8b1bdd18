"""Doubles of the loops of convolution: one tap after another, for all outputs at once.

With groups, channels and maps are split into two axes, (groups, those of a group).
"""

import numpy as np

# entries of an output that stay in the cache while all taps pass by
_BLOCK = 1 << 16


def forward(xp, w, y, stride, dilation, groups):
    for part, seen in _blocks(y, xp):
        part, seen, filters = _split(part, groups), _split(seen, groups), _filters(w, groups)
        for c, i, j in np.ndindex(w.shape[1:]):
            met = seen[(..., c, None, *_met(part, i, j, stride, dilation))]
            part += filters[:, :, c, i, j, None, None] * met


def backward_input(dy, w, dxp, stride, dilation, groups):
    for part, sent in _blocks(dxp, dy):
        part, sent, filters = _split(part, groups), _split(sent, groups), _filters(w, groups)
        for m in range(filters.shape[1]):
            # a later output row meets an entry with an earlier row of the kernel
            for i in reversed(range(w.shape[2])):
                for j in range(w.shape[3]):
                    met = part[(..., *_met(sent, i, j, stride, dilation))]
                    met += filters[:, m, :, i, j, None, None] * sent[:, :, m, None]


def backward_weight(dy, xp, dw, stride, dilation, groups):
    filters = _filters(dw, groups)
    filters[...] = 0
    if not len(dy):
        return
    # (N·OH, groups, maps, OW): first all rows of a column of outputs, then the columns
    sent, seen = _split(dy, groups), _split(xp, groups)
    rows = sent.transpose(0, 3, 1, 2, 4)
    for c, i, j in np.ndindex(dw.shape[1:]):
        met = seen[(..., c, None, *_met(sent, i, j, stride, dilation))]
        products = (rows * met.transpose(0, 3, 1, 2, 4)).reshape(-1, *rows.shape[2:])
        columns = np.add.accumulate(products, axis=0, out=products)[-1]
        filters[:, :, c, i, j] += np.add.accumulate(columns, axis=-1, out=columns)[..., -1]


def _blocks(written, read):
    """Both arrays, a few samples at a time."""
    step = max(1, _BLOCK * len(written) // max(written.size, 1))
    for n in range(0, len(written), step):
        yield written[n : n + step], read[n : n + step]


def _split(array, groups):
    return array.reshape(len(array), groups, array.shape[1] // groups, *array.shape[2:])


def _filters(w, groups):
    """(C_out, …) as (groups, C_out/groups, …), a view."""
    return w.reshape(groups, len(w) // groups, *w.shape[1:])


def _met(outputs, i, j, stride, dilation):
    """Where tap (i, j) lies in a padded input, for all places of `outputs`."""
    places = zip((i, j), stride, dilation, outputs.shape[-2:], strict=True)
    return tuple(slice(tap * gap, tap * gap + step * (count - 1) + 1, step)
                 for tap, step, gap, count in places)  # fmt: skip
