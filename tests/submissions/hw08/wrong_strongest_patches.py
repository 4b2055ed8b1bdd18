import numpy as np


def _found(images, maps, size, jump, turn=False, back=0, key=np.asarray):
    found = []
    for image, answers in zip(images, maps, strict=True):
        r, c = np.unravel_index(key(answers).argmax(), answers.shape)
        r, c = (c, r) if turn else (r, c)
        top, left = max(r * jump - back, 0), max(c * jump - back, 0)
        found.append((key(answers).max(), image[top : top + size, left : left + size]))
    return found


def _sorted(found, count, sign=-1):
    found = sorted(found, key=lambda pair: sign * pair[0])
    return np.array([patch for _, patch in found[:count]])


def weakest_first(images, maps, size, jump, count):
    return _sorted(_found(images, maps, size, jump), count, sign=1)


def in_the_order_of_the_pictures(images, maps, size, jump, count):
    return np.array([patch for _, patch in _found(images, maps, size, jump)[:count]])


def several_of_one_picture(images, maps, size, jump, count):
    patches = []
    for at in np.argsort(-maps.ravel())[:count]:
        n, r, c = np.unravel_index(at, maps.shape)
        top, left = r * jump, c * jump
        patches.append(images[n, top : top + size, left : left + size])
    return np.array(patches)


def strongly_negative(images, maps, size, jump, count):
    return _sorted(_found(images, maps, size, jump, key=np.abs), count)


def row_and_column_exchanged(images, maps, size, jump, count):
    return _sorted(_found(images, maps, size, jump, turn=True), count)


def around_the_place(images, maps, size, jump, count):
    return _sorted(_found(images, maps, size, jump, back=size // 2), count)


def place_without_jump(images, maps, size, jump, count):
    return _sorted(_found(images, maps, size, 1), count)


def place_times_size(images, maps, size, jump, count):
    return _sorted(_found(images, maps, size, size), count)


def one_patch_only(images, maps, size, jump, count):
    return _sorted(_found(images, maps, size, jump), 1)
