import numpy as np


def _maps(x, depth):
    rows, columns = x.shape[1] - depth.shape[1] + 1, x.shape[2] - depth.shape[2] + 1
    windows = np.lib.stride_tricks.sliding_window_view(x, depth.shape[1:], axis=(1, 2))
    return np.einsum("prcij,pij->prc", windows[:, :rows, :columns], depth)


def points_left_out(x, depth, points):
    return _maps(x, depth)


def depth_left_out(x, depth, points):
    return np.einsum("kp,prc->krc", points, x)


def filters_and_channels_swapped(x, depth, points):
    return np.einsum("pk,prc->krc", points, _maps(x, depth))


def only_added_up(x, depth, points):
    return np.stack([_maps(x, depth).sum(axis=0)] * len(points))


def first_filter_for_all(x, depth, points):
    return np.einsum("kp,prc->krc", points, _maps(x, np.stack([depth[0]] * len(depth))))


def flipped(x, depth, points):
    return np.einsum("kp,prc->krc", points, _maps(x, depth[:, ::-1, ::-1]))


def first_map_only(x, depth, points):
    return np.einsum("p,prc->rc", points[0], _maps(x, depth))


def maps_last(x, depth, points):
    return np.einsum("kp,prc->rck", points, _maps(x, depth))


def as_many_maps_as_channels(x, depth, points):
    y = _maps(x, depth)
    for k in range(len(y)):
        y[k] = np.einsum("p,prc->rc", points[k], _maps(x, depth))
    return y
