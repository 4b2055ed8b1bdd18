import numpy as np


def flipped(x, w, bias=0.0):
    return np.convolve(x, w, "valid") + bias


def bias_forgotten(x, w, bias=0.0):
    return np.correlate(x, w, "valid")


def bias_twice(x, w, bias=0.0):
    y = np.full(len(x) - len(w) + 1, bias, float)
    for i in range(len(y)):
        y[i] += np.sum(x[i : i + len(w)] * w) + bias
    return y


def bias_at_every_tap(x, w, bias=0.0):
    y = np.zeros(len(x) - len(w) + 1)
    for i in range(len(y)):
        for k in range(len(w)):
            y[i] += x[i + k] * w[k] + bias
    return y


def last_product(x, w, bias=0.0):
    y = np.zeros(len(x) - len(w) + 1)
    for i in range(len(y)):
        for k in range(len(w)):
            y[i] = x[i + k] * w[k]
    return y + bias


def one_output_short(x, w, bias=0.0):
    return np.array([np.sum(x[i : i + len(w)] * w) + bias for i in range(len(x) - len(w))])


def last_output_zero(x, w, bias=0.0):
    y = np.zeros(len(x) - len(w) + 1)
    for i in range(len(x) - len(w)):
        y[i] = np.sum(x[i : i + len(w)] * w) + bias
    return y


def full(x, w, bias=0.0):
    return np.correlate(x, w, "full") + bias


def averaged(x, w, bias=0.0):
    return np.correlate(x, w, "valid") / len(w) + bias


def with_relu(x, w, bias=0.0):
    return np.maximum(np.correlate(x, w, "valid") + bias, 0)


def whole_numbers(x, w, bias=0.0):
    y = np.zeros(len(x) - len(w) + 1, dtype=int)
    for i in range(len(y)):
        y[i] = np.sum(x[i : i + len(w)] * w) + bias
    return y


def nothing_returned(x, w, bias=0.0):
    np.correlate(x, w, "valid") + bias


def runs_over_the_end(x, w, bias=0.0):
    y = np.zeros(len(x))
    for i in range(len(x)):
        for k in range(len(w)):
            y[i] += w[k] * x[i + k]
    return y + bias


def input_changed(x, w, bias=0.0):
    for i in range(len(x) - len(w) + 1):
        x[i] = np.sum(x[i : i + len(w)] * w) + bias
    return x[: len(x) - len(w) + 1].copy()
