import numpy as np


def _lost(score, x, size, stride, fill, change=None):
    places = [range(0, length - size + 1, stride) for length in x.shape]
    lost = np.zeros([len(place) for place in places])
    hidden = x.copy()
    for at in np.ndindex(lost.shape):
        top, left = (place[n] for place, n in zip(places, at, strict=True))
        hidden = hidden if change == "stays" else x.copy()
        part = slice(top, top + size), slice(left, left + size)
        if change == "around":
            hidden[:], inside = fill, hidden[part].copy()
            hidden[part] = inside
        elif change == "pixel":
            hidden[top, left] = fill
        else:
            hidden[part] = fill
        lost[at] = score(x) - score(hidden)
    return lost


def squares_stay(score, x, size, stride=1, fill=0.0):
    return _lost(score, x, size, stride, fill, "stays")


def sign_turned(score, x, size, stride=1, fill=0.0):
    return -_lost(score, x, size, stride, fill)


def score_itself(score, x, size, stride=1, fill=0.0):
    return score(x) - _lost(score, x, size, stride, fill)


def all_but_the_square(score, x, size, stride=1, fill=0.0):
    return _lost(score, x, size, stride, fill, "around")


def stride_left_out(score, x, size, stride=1, fill=0.0):
    return _lost(score, x, size, 1, fill)


def side_by_side(score, x, size, stride=1, fill=0.0):
    return _lost(score, x, size, size, fill)


def always_black(score, x, size, stride=1, fill=0.0):
    return _lost(score, x, size, stride, 0)


def one_pixel(score, x, size, stride=1, fill=0.0):
    return _lost(score, x, size, stride, fill, "pixel")


def last_places_missing(score, x, size, stride=1, fill=0.0):
    return _lost(score, x, size, stride, fill)[:-1, :-1]


def share_of_the_score(score, x, size, stride=1, fill=0.0):
    with np.errstate(all="ignore"):
        return _lost(score, x, size, stride, fill) / score(x)


def in_place(score, x, size, stride=1, fill=0.0):
    lost = _lost(score, x, size, stride, fill)
    x[:size, :size] = fill
    return lost
