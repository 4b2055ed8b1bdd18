import numpy as np


def absolute(z):
    return abs(z)


def negative_part(z):
    return np.minimum(z, 0)


def only_the_sign(z):
    return (z > 0) * 1.0


def selected(z):
    return z[z > 0]


def clipped(z):
    return np.clip(z, 0, 1)


def untouched(z):
    return z


def in_place(z):
    z[z < 0] = 0
    return z


def in_place_without_return(z):
    z[z < 0] = 0


def one_number_only(z):
    return z if z > 0 else 0
