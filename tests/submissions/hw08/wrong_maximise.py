import numpy as np


def _climbed(slope, x, steps, lr, after=lambda x: x):
    for _ in range(steps):
        x = after(x + lr * slope(x))
    return x


def _back(radius):
    return lambda x: x * min(1, radius / max(np.linalg.norm(x), 1e-12))


def without_limit(slope, x, steps, lr, radius):
    return _climbed(slope, x, steps, lr)


def downhill(slope, x, steps, lr, radius):
    return _climbed(slope, x, steps, -lr, _back(radius))


def one_step(slope, x, steps, lr, radius):
    return _climbed(slope, x, 1, lr, _back(radius))


def always_on_the_radius(slope, x, steps, lr, radius):
    return _climbed(slope, x, steps, lr, lambda x: radius * x / max(np.linalg.norm(x), 1e-12))


def pixels_clipped(slope, x, steps, lr, radius):
    return _climbed(slope, x, steps, lr, lambda x: np.clip(x, -radius, radius))


def slope_of_the_first_picture(slope, x, steps, lr, radius):
    first = slope(x)
    return _climbed(lambda x: first, x, steps, lr, _back(radius))


def slope_for_the_picture(slope, x, steps, lr, radius):
    return _back(radius)(slope(x))


def in_place(slope, x, steps, lr, radius):
    for _ in range(steps):
        x += lr * slope(x)
        x *= min(1, radius / max(np.linalg.norm(x), 1e-12))
    return x
