import math


def dilations_ignored(kernel_sizes, dilations):
    return 1 + sum(k - 1 for k in kernel_sizes)


def first_one_missing(kernel_sizes, dilations):
    return sum(d * (k - 1) for k, d in zip(kernel_sizes, dilations, strict=True))


def reaches_added_up(kernel_sizes, dilations):
    return sum(d * (k - 1) + 1 for k, d in zip(kernel_sizes, dilations, strict=True))


def size_times_dilation(kernel_sizes, dilations):
    return 1 + sum(d * k for k, d in zip(kernel_sizes, dilations, strict=True))


def multiplied(kernel_sizes, dilations):
    return math.prod(d * (k - 1) + 1 for k, d in zip(kernel_sizes, dilations, strict=True))


def last_layer_only(kernel_sizes, dilations):
    for k, d in zip(kernel_sizes, dilations, strict=True):
        field = 1 + d * (k - 1)
    return field


def one_size_for_all(kernel_sizes, dilations):
    return 1 + (kernel_sizes[0] - 1) * sum(dilations)
