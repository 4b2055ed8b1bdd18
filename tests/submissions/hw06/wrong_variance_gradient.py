import numpy as np


def _parts(x, eps):
    off = x - x.mean(axis=0)
    return off, (off**2).mean(axis=0) + eps


def minus_lost(dx_hat, x, eps=1e-5):
    off, variance = _parts(x, eps)
    return 0.5 * variance**-1.5 * (dx_hat * off).sum(axis=0)


def half_lost(dx_hat, x, eps=1e-5):
    off, variance = _parts(x, eps)
    return -(variance**-1.5) * (dx_hat * off).sum(axis=0)


def divided_by_the_root(dx_hat, x, eps=1e-5):
    off, variance = _parts(x, eps)
    return -0.5 * variance**-0.5 * (dx_hat * off).sum(axis=0)


def third_power_of_the_variance(dx_hat, x, eps=1e-5):
    off, variance = _parts(x, eps)
    return -0.5 / variance**3 * (dx_hat * off).sum(axis=0)


def mean_not_subtracted(dx_hat, x, eps=1e-5):
    _, variance = _parts(x, eps)
    return -0.5 * variance**-1.5 * (dx_hat * x).sum(axis=0)


def without_eps(dx_hat, x, eps=1e-5):
    off, variance = _parts(x, 0)
    with np.errstate(all="ignore"):
        return -0.5 * variance**-1.5 * (dx_hat * off).sum(axis=0)


def channels_too(dx_hat, x, eps=1e-5):
    off, variance = _parts(x, eps)
    return (-0.5 * variance**-1.5 * (dx_hat * off)).sum()


def averaged(dx_hat, x, eps=1e-5):
    off, variance = _parts(x, eps)
    return -0.5 * variance**-1.5 * (dx_hat * off).mean(axis=0)
