import numpy as np


def _ways(dy, x, gamma, eps):
    """The direct way, that over the variance, that over the mean."""
    m, dx_hat, off = len(x), gamma * dy, x - x.mean(axis=0)
    root = np.sqrt((off**2).mean(axis=0) + eps)
    with np.errstate(all="ignore"):
        variance = -0.5 / root**3 * (dx_hat * off).sum(axis=0)
        return dx_hat / root, 2 * off / m * variance, -dx_hat.sum(axis=0) / root / m


def direct_way_alone(dy, x, gamma, eps=1e-5):
    return _ways(dy, x, gamma, eps)[0]


def without_the_variance(dy, x, gamma, eps=1e-5):
    direct, _, mean = _ways(dy, x, gamma, eps)
    return direct + mean


def without_the_mean(dy, x, gamma, eps=1e-5):
    direct, variance, _ = _ways(dy, x, gamma, eps)
    return direct + variance


def slope_of_a_square_forgotten(dy, x, gamma, eps=1e-5):
    direct, variance, mean = _ways(dy, x, gamma, eps)
    return direct + variance / 2 + mean


def not_divided_by_m(dy, x, gamma, eps=1e-5):
    direct, variance, mean = _ways(dy, x, gamma, eps)
    return direct + len(x) * (variance + mean)


def right_for_two_values(dy, x, gamma, eps=1e-5):
    return np.zeros(x.shape)


def gamma_forgotten(dy, x, gamma, eps=1e-5):
    return sum(_ways(dy, x, 1.0, eps))


def without_eps(dy, x, gamma, eps=1e-5):
    return sum(_ways(dy, x, gamma, 0))


def all_channels_together(dy, x, gamma, eps=1e-5):
    off = x - x.mean()
    hat = off / np.sqrt((off**2).mean() + eps)
    dx_hat = gamma * dy
    return (dx_hat - dx_hat.mean() - hat * (dx_hat * hat).mean()) / np.sqrt((off**2).mean() + eps)


def sums_for_means(dy, x, gamma, eps=1e-5):
    off = x - x.mean(axis=0)
    root = np.sqrt((off**2).mean(axis=0) + eps)
    hat = off / root
    return gamma / root * (dy - dy.sum(axis=0) - hat * (dy * hat).sum(axis=0))
