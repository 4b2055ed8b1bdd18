import math


def divided(i, k, stride=1, padding=0, dilation=1):
    return (i + 2 * padding - dilation * (k - 1) - 1) / stride + 1


def rounded_up(i, k, stride=1, padding=0, dilation=1):
    return math.ceil((i + 2 * padding - dilation * (k - 1) - 1) / stride) + 1


def nearest(i, k, stride=1, padding=0, dilation=1):
    return round((i + 2 * padding - dilation * (k - 1) - 1) / stride) + 1


def one_too_few(i, k, stride=1, padding=0, dilation=1):
    return (i + 2 * padding - dilation * (k - 1) - 1) // stride


def one_too_early(i, k, stride=1, padding=0, dilation=1):
    return (i + 2 * padding - dilation * (k - 1)) // stride


def stride_ignored(i, k, stride=1, padding=0, dilation=1):
    return i + 2 * padding - dilation * (k - 1)


def padding_ignored(i, k, stride=1, padding=0, dilation=1):
    return (i - dilation * (k - 1) - 1) // stride + 1


def padding_once(i, k, stride=1, padding=0, dilation=1):
    return (i + padding - dilation * (k - 1) - 1) // stride + 1


def dilation_ignored(i, k, stride=1, padding=0, dilation=1):
    return (i + 2 * padding - k) // stride + 1


def dilation_as_stride(i, k, stride=1, padding=0, dilation=1):
    return (i + 2 * padding - k) // (stride * dilation) + 1


def dilation_times_kernel(i, k, stride=1, padding=0, dilation=1):
    return (i + 2 * padding - dilation * k) // stride + 1


def nothing_returned(i, k, stride=1, padding=0, dilation=1):
    size = (i + 2 * padding - dilation * (k - 1) - 1) // stride + 1
    size += 0
