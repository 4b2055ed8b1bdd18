import numpy as np


def uphill(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity = momentum * velocity + dw + decay * w
    return np.array([w + lr * velocity, velocity])


def rate_in_the_velocity(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity = momentum * velocity - lr * (dw + decay * w)
    return np.array([w + velocity, velocity])


def slope_damped(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity = momentum * velocity + (1 - momentum) * (dw + decay * w)
    return np.array([w - lr * velocity, velocity])


def old_velocity(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    return np.array([w - lr * velocity, momentum * velocity + dw + decay * w])


def steps_of_nesterov(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    slope = dw + decay * w
    velocity = momentum * velocity + slope
    return np.array([w - lr * (slope + momentum * velocity), velocity])


def without_momentum(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    slope = dw + decay * w
    return np.array([w - lr * slope, slope])


def momentum_kept_out_of_the_step(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    slope = dw + decay * w
    return np.array([w - lr * slope, momentum * velocity + slope])


def always_nine_tenths(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity = 0.9 * velocity + dw + decay * w
    return np.array([w - lr * velocity, velocity])


def without_decay(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity = momentum * velocity + dw
    return np.array([w - lr * velocity, velocity])


def decay_past_the_velocity(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity = momentum * velocity + dw
    return np.array([w - lr * (velocity + decay * w), velocity])


def in_place(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    velocity *= momentum
    velocity += dw + decay * w
    w -= lr * velocity
    return np.array([w, velocity])


def weights_alone(w, dw, velocity, lr, momentum=0.9, decay=0.0):
    return w - lr * (momentum * velocity + dw + decay * w)
