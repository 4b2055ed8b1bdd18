import numpy as np


def _pushed(x, w, stride, extra=0):
    """All that is pushed, weight by weight, with a rim of zeros below and on the right."""
    rows, columns = ((n - 1) * stride + k + extra for n, k in zip(x.shape, w.shape, strict=True))
    y = np.zeros((rows, columns))
    down, across = ((n - 1) * stride + 1 for n in x.shape)
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            y[i : i + down : stride, j : j + across : stride] += w[i, j] * x
    return y


def _cut(y, padding):
    return y[padding : y.shape[0] - padding, padding : y.shape[1] - padding]


def assigned(x, w, stride=1, padding=0):
    y = np.zeros([(n - 1) * stride + k for n, k in zip(x.shape, w.shape, strict=True)])
    for r in range(x.shape[0]):
        for c in range(x.shape[1]):
            top, left = r * stride, c * stride
            y[top : top + w.shape[0], left : left + w.shape[1]] = x[r, c] * w
    return _cut(y, padding)


def flipped(x, w, stride=1, padding=0):
    return _cut(_pushed(x, w[::-1, ::-1], stride), padding)


def transposed(x, w, stride=1, padding=0):
    return _cut(_pushed(x, w.T, stride), padding)


def stride_ignored(x, w, stride=1, padding=0):
    return _cut(_pushed(x, w, 1), padding)


def size_of_the_slide(x, w, stride=1, padding=0):
    return _cut(_pushed(x, w, stride, extra=stride - 1), padding)


def padding_ignored(x, w, stride=1, padding=0):
    return _pushed(x, w, stride)


def padding_added(x, w, stride=1, padding=0):
    return np.pad(_pushed(x, w, stride), padding)


def cut_by_minus_padding(x, w, stride=1, padding=0):
    return _pushed(x, w, stride)[padding:-padding, padding:-padding]


def cut_below_only(x, w, stride=1, padding=0):
    y = _pushed(x, w, stride)
    return y[: y.shape[0] - 2 * padding, : y.shape[1] - 2 * padding]


def whole_numbers(x, w, stride=1, padding=0):
    return _cut(_pushed(x, w, stride), padding).astype(int)


def correlated_at_full_width(x, w, stride=1, padding=0):
    spread = np.zeros([(n - 1) * stride + 1 for n in x.shape])
    spread[::stride, ::stride] = x
    return _cut(_pushed(spread, w[::-1, ::-1], 1), padding)
