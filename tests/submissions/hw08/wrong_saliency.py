import numpy as np


def _slopes(x, w, b, v, label, mask=True):
    z = w @ x.ravel() + b
    return (w.T @ (v[label] * (z > 0) if mask else v[label])).reshape(x.shape)


def signs_kept(x, w, b, v, label):
    return _slopes(x, w, b, v, label).max(axis=0)


def relu_left_out(x, w, b, v, label):
    return np.abs(_slopes(x, w, b, v, label, mask=False)).max(axis=0)


def pixels_multiplied_in(x, w, b, v, label):
    return np.abs(x * _slopes(x, w, b, v, label)).max(axis=0)


def channels_added_up(x, w, b, v, label):
    return np.abs(_slopes(x, w, b, v, label)).sum(axis=0)


def first_channel(x, w, b, v, label):
    return np.abs(_slopes(x, w, b, v, label))[0]


def signs_taken_off_late(x, w, b, v, label):
    return np.abs(_slopes(x, w, b, v, label).max(axis=0))


def of_the_strongest_class(x, w, b, v, label):
    scores = v @ np.maximum(w @ x.ravel() + b, 0)
    return np.abs(_slopes(x, w, b, v, scores.argmax())).max(axis=0)


def guided(x, w, b, v, label):
    return np.abs(_slopes(x, w, b, np.maximum(v, 0), label)).max(axis=0)


def channels_still_there(x, w, b, v, label):
    return np.abs(_slopes(x, w, b, v, label))
