import numpy as np


def other_order(dy, x_hat):
    return np.array([dy.sum(axis=0), (dy * x_hat).sum(axis=0)])


def averaged(dy, x_hat):
    return np.array([(dy * x_hat).mean(axis=0), dy.mean(axis=0)])


def values_forgotten(dy, x_hat):
    return np.array([dy.sum(axis=0), dy.sum(axis=0)])


def sums_multiplied(dy, x_hat):
    return np.array([dy.sum(axis=0) * x_hat.sum(axis=0), dy.sum(axis=0)])


def channels_too(dy, x_hat):
    return np.array([(dy * x_hat).sum(), dy.sum()])


def along_the_rows(dy, x_hat):
    return np.array([(dy * x_hat).sum(axis=1), dy.sum(axis=1)])


def not_added_up(dy, x_hat):
    return np.array([dy * x_hat, dy])
