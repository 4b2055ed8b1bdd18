import numpy as np


def not_divided(a, b):
    return np.max(np.abs(a - b))


def difference_with_its_sign(a, b):
    return np.max(a - b) / max(np.max(np.abs(a)), np.max(np.abs(b)), 1e-300)


def largest_with_its_sign(a, b):
    largest = max(np.max(a), np.max(b))
    return np.max(np.abs(a - b)) / largest if largest else 0.0


def by_the_first(a, b):
    if not np.any(a - b):
        return 0.0
    return np.max(np.abs(a - b)) / np.max(np.abs(a))


def mean_difference(a, b):
    largest = max(np.max(np.abs(a)), np.max(np.abs(b)))
    return np.mean(np.abs(a - b)) / largest if largest else 0.0


def by_the_sum(a, b):
    both = np.max(np.abs(a)) + np.max(np.abs(b))
    return np.max(np.abs(a - b)) / both if both else 0.0


def entry_by_entry(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-300))


def not_a_number_for_zeros(a, b):
    with np.errstate(all="ignore"):
        return np.max(np.abs(a - b)) / np.maximum(np.max(np.abs(a)), np.max(np.abs(b)))
