import numpy as np


def _block(kernel, rows, columns):
    """The matrix of one filter and one channel: its answers to single ones, side by side."""
    height, width = kernel.shape
    o_rows, o_columns = rows - height + 1, columns - width + 1
    found = np.zeros((o_rows, o_columns, rows, columns))
    for i in range(height):
        for j in range(width):
            for r in range(o_rows):
                for c in range(o_columns):
                    found[r, c, r + i, c + j] = kernel[i, j]
    return found.reshape(o_rows * o_columns, rows * columns)


def _blocks(w, rows, columns):
    return np.array([[_block(kernel, rows, columns) for kernel in part] for part in w])


def _joined(blocks):
    return np.block([list(row) for row in blocks])


def maps_alternate(w, rows, columns):
    blocks = _blocks(w, rows, columns)
    filters, channels, outputs, inputs = blocks.shape
    return blocks.transpose(2, 0, 1, 3).reshape(outputs * filters, channels * inputs)


def channels_alternate(w, rows, columns):
    blocks = _blocks(w, rows, columns)
    filters, channels, outputs, inputs = blocks.shape
    return blocks.transpose(0, 2, 3, 1).reshape(filters * outputs, inputs * channels)


def column_by_column(w, rows, columns):
    return _joined(_blocks(w.swapaxes(2, 3), columns, rows))


def turned(w, rows, columns):
    return _joined(_blocks(w, rows, columns)).T


def filters_and_channels_swapped(w, rows, columns):
    return _joined(_blocks(w, rows, columns).swapaxes(0, 1))


def flipped(w, rows, columns):
    return _joined(_blocks(w[:, :, ::-1, ::-1], rows, columns))


def first_channel_for_all(w, rows, columns):
    return _joined(_blocks(np.stack([w[:, 0]] * w.shape[1], axis=1), rows, columns))


def first_channel_only(w, rows, columns):
    return _joined(_blocks(w[:, :1], rows, columns))


def channels_below_each_other(w, rows, columns):
    filters, channels, height, width = w.shape
    return np.concatenate([_block(w[k, p], rows, columns) for k in range(filters)
                           for p in range(channels)])
