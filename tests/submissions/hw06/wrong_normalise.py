import numpy as np


def sample_variance(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + eps)


def divided_by_the_variance(x, eps=1e-5):
    return (x - x.mean(axis=0)) / (x.var(axis=0) + eps)


def eps_beside_the_root(x, eps=1e-5):
    return (x - x.mean(axis=0)) / (x.std(axis=0) + eps)


def without_eps(x, eps=1e-5):
    with np.errstate(all="ignore"):
        return (x - x.mean(axis=0)) / x.std(axis=0)


def eps_of_its_own(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)


def all_channels_together(x, eps=1e-5):
    return (x - x.mean()) / np.sqrt(x.var() + eps)


def row_by_row(x, eps=1e-5):
    mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        return (x - mean) / np.sqrt(variance + eps)


def not_centred(x, eps=1e-5):
    return x / np.sqrt(x.var(axis=0) + eps)


def from_0_to_1(x, eps=1e-5):
    low, high = x.min(axis=0), x.max(axis=0)
    return (x - low) / (high - low + eps)
