import numpy as np


def _count(size, channels, classes, bias=1, reads=6, take=4, half=lambda n: n // 2):
    side = half(half(size - take) - take)
    counts = 6 * (25 * channels + bias), 16 * (25 * reads + bias), 120 * (16 * side**2 + bias)
    return np.array([*counts, 84 * (120 + bias), classes * (84 + bias)])


def biases_left_out(size=32, channels=1, classes=10):
    return _count(size, channels, classes, bias=0)


def one_bias_a_layer(size=32, channels=1, classes=10):
    return _count(size, channels, classes, bias=0) + 1


def conv2_reads_one_map(size=32, channels=1, classes=10):
    return _count(size, channels, classes, reads=1)


def always_400_numbers(size=32, channels=1, classes=10):
    return _count(32, channels, classes)


def padded(size=32, channels=1, classes=10):
    return _count(size, channels, classes, take=0)


def rounded_up(size=32, channels=1, classes=10):
    return _count(size, channels, classes, half=lambda n: (n + 1) // 2)


def gray_pictures_only(size=32, channels=1, classes=10):
    return _count(size, 1, classes)


def added_up(size=32, channels=1, classes=10):
    return _count(size, channels, classes).sum()
