import numpy as np


def one_sided(f, x, h=1e-4):
    x = np.array(x, float)
    gradient = np.zeros(x.shape)
    here = f(x)
    for at in np.ndindex(x.shape):
        moved = x.copy()
        moved[at] += h
        gradient[at] = (f(moved) - here) / h
    return gradient


def one_sided_below(f, x, h=1e-4):
    return one_sided(f, x, -h)


def divided_by_h(f, x, h=1e-4):
    x = np.array(x, float)
    gradient = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[at] += h
        below[at] -= h
        gradient[at] = (f(above) - f(below)) / h
    return gradient


def not_put_back(f, x, h=1e-4):
    x = np.array(x, float)
    gradient = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        x[at] += h
        above = f(x)
        x[at] -= 2 * h
        gradient[at] = (above - f(x)) / (2 * h)
    return gradient


def all_at_once(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h) + np.zeros(x.shape)


def one_number(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


def whole_rows(f, x, h=1e-4):
    x = np.array(x, float)
    gradient = np.zeros(x.shape)
    for row in range(len(x)):
        above, below = x.copy(), x.copy()
        above[row] += h
        below[row] -= h
        gradient[row] = (f(above) - f(below)) / (2 * h)
    return gradient


def lines_only(f, x, h=1e-4):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def in_place(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        before = x[at]
        x[at] = before + h
        above = f(x)
        x[at] = before - h
        below = f(x)
        x[at] = before
        gradient[at] = (above - below) / (2 * h)
    return gradient


def own_step(f, x, h=1e-4):
    return in_place(f, np.array(x, float))
