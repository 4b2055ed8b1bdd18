import numpy as np


def assigned(dy, winners, shape):
    dx = np.zeros(shape)
    for r in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            row, column = divmod(winners[r, c], shape[1])
            dx[row, column] = dy[r, c]
    return dx


def added_by_a_list_of_places(dy, winners, shape):
    dx = np.zeros(shape)
    dx.flat[winners.ravel()] += dy.ravel()
    return dx


def first_kept(dy, winners, shape):
    dx = np.zeros(shape)
    for value, place in zip(dy.ravel(), winners.ravel(), strict=True):
        if dx.flat[place] == 0:
            dx.flat[place] = value
    return dx


def average_of_all(dy, winners, shape):
    dx = np.zeros(shape)
    for place in set(winners.ravel()):
        dx.flat[place] = dy[winners == place].mean()
    return dx


def marked_with_one(dy, winners, shape):
    dx = np.zeros(shape)
    dx.flat[winners.ravel()] = 1
    return dx


def counted(dy, winners, shape):
    return np.bincount(winners.ravel(), minlength=shape[0] * shape[1]).reshape(shape) * 1.0


def rows_for_columns(dy, winners, shape):
    dx = np.zeros(shape)
    for value, place in zip(dy.ravel(), winners.ravel(), strict=True):
        row, column = divmod(place, shape[0])
        dx[row, column] += value
    return dx


def column_by_column(dy, winners, shape):
    dx = np.zeros(shape)
    for value, place in zip(dy.ravel(), winners.ravel(), strict=True):
        dx[place % shape[0], place // shape[0]] += value
    return dx


def unrolled(dy, winners, shape):
    return np.bincount(winners.ravel(), dy.ravel(), minlength=shape[0] * shape[1])


def whole_numbers(dy, winners, shape):
    dx = np.zeros(shape, dtype=winners.dtype)
    np.add.at(dx.reshape(-1), winners, dy.astype(int))
    return dx


def shape_of_the_winners(dy, winners, shape):
    return dy + np.zeros(winners.shape)
