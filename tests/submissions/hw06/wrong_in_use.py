import numpy as np


def of_the_batch(x, mean, variance, gamma, beta, eps=1e-5):
    with np.errstate(all="ignore"):
        return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


def variance_of_the_batch(x, mean, variance, gamma, beta, eps=1e-5):
    with np.errstate(all="ignore"):
        return gamma * (x - mean) / np.sqrt(x.var(axis=0) + eps) + beta


def divided_by_the_variance(x, mean, variance, gamma, beta, eps=1e-5):
    return gamma * (x - mean) / (variance + eps) + beta


def not_scaled(x, mean, variance, gamma, beta, eps=1e-5):
    return (x - mean) / np.sqrt(variance + eps)


def exchanged(x, mean, variance, gamma, beta, eps=1e-5):
    return beta * (x - mean) / np.sqrt(variance + eps) + gamma
