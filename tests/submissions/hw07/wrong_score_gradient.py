import numpy as np


def _shares(scores, axis=1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _wanted(scores, labels):
    return np.eye(scores.shape[1])[labels]


def overflows(scores, labels):
    with np.errstate(all="ignore"):
        powers = np.exp(scores)
        return (powers / powers.sum(axis=1, keepdims=True) - _wanted(scores, labels)) / len(labels)


def not_divided_by_m(scores, labels):
    return _shares(scores) - _wanted(scores, labels)


def divided_by_all_numbers(scores, labels):
    return (_shares(scores) - _wanted(scores, labels)) / scores.size


def sign_turned(scores, labels):
    return (_wanted(scores, labels) - _shares(scores)) / len(labels)


def nothing_taken_off(scores, labels):
    return _shares(scores) / len(labels)


def down_the_columns(scores, labels):
    return (_shares(scores, axis=0) - _wanted(scores, labels)) / len(labels)


def of_the_shares(scores, labels):
    with np.errstate(all="ignore"):
        return -_wanted(scores, labels) / _shares(scores) / len(labels)


def largest_of_the_batch_taken_off(scores, labels):
    with np.errstate(all="ignore"):
        powers = np.exp(scores - scores.max())
        return (powers / powers.sum(axis=1, keepdims=True) - _wanted(scores, labels)) / len(labels)
