import numpy as np


def _place(x, size, stride, best):
    """Row and column of every winner; `best` picks one of a list of (value, row, column)."""
    rows, columns = ((side - size) // stride + 1 for side in x.shape)
    found = np.zeros((2, rows, columns), int)
    for r in range(rows):
        for c in range(columns):
            top, left = r * stride, c * stride
            entries = [
                (x[row, column], row, column)
                for row in range(top, top + size)
                for column in range(left, left + size)
            ]
            found[:, r, c] = best(entries)[1:]
    return found


def _first(entries):
    return max(entries, key=lambda entry: entry[0])


def in_the_window(x, size, stride):
    rows, columns = ((side - size) // stride + 1 for side in x.shape)
    y = np.zeros((rows, columns), int)
    for r in range(rows):
        for c in range(columns):
            y[r, c] = x[r * stride : r * stride + size, c * stride : c * stride + size].argmax()
    return y


def last_of_equals(x, size, stride):
    def best(entries):
        winner = entries[0]
        for entry in entries:
            if entry[0] >= winner[0]:
                winner = entry
        return winner

    row, column = _place(x, size, stride, best)
    return row * x.shape[1] + column


def down_the_columns(x, size, stride):
    row, column = _place(x, size, stride, lambda all_: _first(sorted(all_, key=lambda e: e[2])))
    return row * x.shape[1] + column


def started_at_zero(x, size, stride):
    def best(entries):
        return max([(0, 0, 0), *entries], key=lambda entry: entry[0])

    row, column = _place(x, size, stride, best)
    return row * x.shape[1] + column


def width_of_the_output(x, size, stride):
    row, column = _place(x, size, stride, _first)
    return row * row.shape[1] + column


def rows_for_columns(x, size, stride):
    row, column = _place(x, size, stride, _first)
    return row * len(x) + column


def column_first(x, size, stride):
    row, column = _place(x, size, stride, _first)
    return column * len(x) + row


def values(x, size, stride):
    row, column = _place(x, size, stride, _first)
    return x[row, column]


def smallest(x, size, stride):
    row, column = _place(x, size, stride, lambda entries: min(entries, key=lambda e: e[0]))
    return row * x.shape[1] + column


def from_one(x, size, stride):
    row, column = _place(x, size, stride, _first)
    return row * x.shape[1] + column + 1


def stride_ignored(x, size, stride):
    row, column = _place(x, size, size, _first)
    return row * x.shape[1] + column


def searched_by_value(x, size, stride):
    row, column = _place(x, size, stride, _first)
    found = [np.flatnonzero(x == value)[0] for value in x[row, column].ravel()]
    return np.reshape(found, row.shape)


def rows_and_columns_apart(x, size, stride):
    return np.moveaxis(_place(x, size, stride, _first), 0, -1)
