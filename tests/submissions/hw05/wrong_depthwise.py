import numpy as np


def _maps(x, w):
    """Map p of channel p, by slices."""
    rows, columns = x.shape[1] - w.shape[1] + 1, x.shape[2] - w.shape[2] + 1
    y = np.zeros((len(x), rows, columns))
    for i in range(w.shape[1]):
        for j in range(w.shape[2]):
            y += w[:, i, j, None, None] * x[:, i : i + rows, j : j + columns]
    return y


def added_up(x, w):
    return _maps(x, w).sum(axis=0)


def sum_in_every_map(x, w):
    return np.stack([_maps(x, w).sum(axis=0)] * len(w))


def all_channels_for_each_filter(x, w):
    return np.stack([_maps(x, np.stack([one] * len(x))).sum(axis=0) for one in w])


def first_filter_for_all(x, w):
    return _maps(x, np.stack([w[0]] * len(w)))


def first_channel_for_all(x, w):
    return _maps(np.stack([x[0]] * len(x)), w)


def flipped(x, w):
    return _maps(x, w[:, ::-1, ::-1])


def maps_last(x, w):
    return _maps(x, w).transpose(1, 2, 0)


def last_output_never_computed(x, w):
    y = _maps(x, w)
    y[:, -1, :] = 0
    y[:, :, -1] = 0
    return y
