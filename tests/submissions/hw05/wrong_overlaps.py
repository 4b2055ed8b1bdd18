import numpy as np


def _counts(input_size, kernel_size, stride):
    starts = np.arange(input_size) * stride
    outputs = np.arange((input_size - 1) * stride + kernel_size)[:, None]
    return ((starts <= outputs) & (outputs < starts + kernel_size)).sum(axis=1)


def marked_with_one(input_size, kernel_size, stride):
    counts = np.zeros((input_size - 1) * stride + kernel_size, dtype=int)
    for i in range(input_size):
        counts[i * stride : i * stride + kernel_size] = 1
    return counts


def stride_ignored(input_size, kernel_size, stride):
    return _counts(input_size, kernel_size, 1)


def by_input(input_size, kernel_size, stride):
    return np.full(input_size, kernel_size)


def side_by_side(input_size, kernel_size, stride):
    return np.ones(input_size * kernel_size, dtype=int)


def one_short(input_size, kernel_size, stride):
    return _counts(input_size, kernel_size, stride)[:-1]


def added_by_a_list_of_places(input_size, kernel_size, stride):
    counts = np.zeros((input_size - 1) * stride + kernel_size, dtype=int)
    places = [i * stride + k for i in range(input_size) for k in range(kernel_size)]
    counts[places] += 1
    return counts
