import numpy as np


def beyond_the_picture(size, jump, start, place, length):
    first = start + place * jump
    return np.array([first, first + size - 1])


def one_too_many(size, jump, start, place, length):
    first = start + place * jump
    return np.array([max(first, 0), min(first + size, length)])


def last_pixel_is_the_length(size, jump, start, place, length):
    first = start + place * jump
    return np.array([max(first, 0), min(first + size - 1, length)])


def place_without_jump(size, jump, start, place, length):
    first = start + place
    return np.array([max(first, 0), min(first + size - 1, length - 1)])


def start_left_out(size, jump, start, place, length):
    first = place * jump
    return np.array([max(first, 0), min(first + size - 1, length - 1)])


def start_taken_off(size, jump, start, place, length):
    first = place * jump - start
    return np.array([max(first, 0), min(first + size - 1, length - 1)])


def keeps_its_size(size, jump, start, place, length):
    first = max(start + place * jump, 0)
    return np.array([first, min(first + size - 1, length - 1)])
