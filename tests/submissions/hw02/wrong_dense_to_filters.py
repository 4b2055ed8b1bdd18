import numpy as np


def unrolled_channels_last(weights, shape):
    channels, rows, columns = shape
    return np.moveaxis(weights.reshape(len(weights), rows, columns, channels), -1, 1)


def channels_last(weights, shape):
    return np.moveaxis(weights.reshape(len(weights), *shape), 1, -1)


def shape_with_channels_last(weights, shape):
    return weights.reshape(len(weights), *shape[1:], shape[0])


def column_by_column(weights, shape):
    return np.array([row.reshape(shape, order="F") for row in weights])


def rows_and_columns_swapped(weights, shape):
    channels, rows, columns = shape
    return weights.reshape(len(weights), channels, columns, rows).transpose(0, 1, 3, 2)


def weights_turned(weights, shape):
    return weights.T.reshape(len(weights), *shape)


def flipped(weights, shape):
    return weights.reshape(len(weights), *shape)[:, :, ::-1, ::-1]


def first_neuron_only(weights, shape):
    return weights[0].reshape(shape)
