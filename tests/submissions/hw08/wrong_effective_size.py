import numpy as np


def _side(influence, limit=None):
    if influence.max() <= 0:
        return 0.0
    limit = 0.0455 * influence.max() if limit is None else limit
    return np.sqrt((influence > limit).sum())


def signs_kept(derivatives):
    return _side(derivatives.sum(axis=1).mean(axis=0))


def signs_taken_off_late(derivatives):
    return _side(np.abs(derivatives.sum(axis=1).mean(axis=0)))


def without_root(derivatives):
    return _side(np.abs(derivatives).sum(axis=1).mean(axis=0)) ** 2


def share_of_one(derivatives):
    return _side(np.abs(derivatives).sum(axis=1).mean(axis=0), 0.0455)


def share_of_the_mean(derivatives):
    influence = np.abs(derivatives).sum(axis=1).mean(axis=0)
    return _side(influence, 0.0455 * influence.mean())


def all_above_zero(derivatives):
    return _side(np.abs(derivatives).sum(axis=1).mean(axis=0), 0)


def largest_channel(derivatives):
    return _side(np.abs(derivatives).max(axis=1).mean(axis=0))


def largest_picture(derivatives):
    return _side(np.abs(derivatives).sum(axis=1).max(axis=0))


def zeros_counted(derivatives):
    influence = np.abs(derivatives).sum(axis=1).mean(axis=0)
    return np.sqrt((influence >= 0.0455 * influence.max()).sum())
