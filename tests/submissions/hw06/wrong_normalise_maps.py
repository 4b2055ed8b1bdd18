import numpy as np


def _maps(x, gamma, beta, eps, axes):
    off = x - x.mean(axis=axes, keepdims=True)
    root = np.sqrt((off**2).mean(axis=axes, keepdims=True) + eps)
    return gamma[:, None, None] * off / root + beta[:, None, None]


def each_place_for_itself(x, gamma, beta, eps=1e-5):
    with np.errstate(all="ignore"):
        return _maps(x, gamma, beta, eps, 0)


def each_picture_for_itself(x, gamma, beta, eps=1e-5):
    return _maps(x, gamma, beta, eps, (2, 3))


def channels_together(x, gamma, beta, eps=1e-5):
    return _maps(x, gamma, beta, eps, None)


def not_scaled(x, gamma, beta, eps=1e-5):
    return _maps(x, np.ones(len(gamma)), np.zeros(len(beta)), eps, (0, 2, 3))


def along_the_columns(x, gamma, beta, eps=1e-5):
    off = x - x.mean(axis=(0, 2, 3), keepdims=True)
    return gamma * off / np.sqrt((off**2).mean(axis=(0, 2, 3), keepdims=True) + eps) + beta
