import numpy as np


def _rows(layers, grow, pad=lambda p, jump: p * jump, jumps=lambda jump, s: jump * s):
    size, jump, start, rows = 1, 1, 0, []
    for k, s, p, d in layers:
        new = jumps(jump, s)
        size, start = size + grow(k, s, d, jump), start - pad(p, jump)
        jump = new
        rows.append([size, jump, start])
    return np.array(rows)


def strides_ignored(layers):
    return _rows([(k, 1, p, d) for k, _, p, d in layers], lambda k, s, d, jump: (k - 1) * d)


def own_stride_first(layers):
    size, jump, start, rows = 1, 1, 0, []
    for k, s, p, d in layers:
        jump *= s
        size, start = size + (k - 1) * d * jump, start - p * jump
        rows.append([size, jump, start])
    return np.array(rows)


def k_for_k_less_one(layers):
    return _rows(layers, lambda k, s, d, jump: k * d * jump)


def strides_added(layers):
    return _rows(layers, lambda k, s, d, jump: (k - 1) * d * jump,
                 jumps=lambda jump, s: jump + s - 1)


def size_without_jump(layers):
    return _rows(layers, lambda k, s, d, jump: (k - 1) * d)


def padding_left_out(layers):
    return _rows(layers, lambda k, s, d, jump: (k - 1) * d * jump, pad=lambda p, jump: 0)


def start_to_the_right(layers):
    return _rows(layers, lambda k, s, d, jump: (k - 1) * d * jump, pad=lambda p, jump: -p * jump)


def padding_without_jump(layers):
    return _rows(layers, lambda k, s, d, jump: (k - 1) * d * jump, pad=lambda p, jump: p)


def dilation_left_out(layers):
    return _rows(layers, lambda k, s, d, jump: (k - 1) * jump)


def dilation_times_k(layers):
    return _rows(layers, lambda k, s, d, jump: (k * d - 1) * jump)


def last_layer_alone(layers):
    return _rows(layers, lambda k, s, d, jump: (k - 1) * d * jump)[-1]
