import numpy as np


def always_the_gradient(dy, z, method):
    return np.where(z > 0, dy, 0)


def deconvnet_looks_at_z(dy, z, method):
    return np.where((z > 0) & ((dy > 0) | (method == "gradient")), dy, 0)


def guided_is_deconvnet(dy, z, method):
    return np.where(z > 0 if method == "gradient" else dy > 0, dy, 0)


def guided_is_the_gradient(dy, z, method):
    return np.where(dy > 0 if method == "deconvnet" else z > 0, dy, 0)


def exchanged(dy, z, method):
    passes = {"gradient": dy > 0, "deconvnet": z > 0, "guided": (z > 0) & (dy > 0)}
    return np.where(passes[method], dy, 0)


def gradient_cut_at_zero(dy, z, method):
    return np.where(dy > 0 if method == "deconvnet" else (z > 0) & (dy > 0), dy, 0)


def zero_lets_pass(dy, z, method):
    passes = {"gradient": z >= 0, "deconvnet": dy > 0, "guided": (z >= 0) & (dy > 0)}
    return np.where(passes[method], dy, 0)


def one_condition_is_enough(dy, z, method):
    passes = {"gradient": z > 0, "deconvnet": dy > 0, "guided": (z > 0) | (dy > 0)}
    return np.where(passes[method], dy, 0)


def z_passed_back(dy, z, method):
    passes = {"gradient": z > 0, "deconvnet": dy > 0, "guided": (z > 0) & (dy > 0)}
    return np.where(passes[method], z, 0)
