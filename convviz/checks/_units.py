"""Checks of what a unit likes: the strongest parts of pictures, and a picture made for it."""

import numpy as np

from convviz.checks import _numbers, call
from convviz.checks._line import pattern
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Check, Variant, raised, run
from convviz.checks._same import as_array


def _places(maps, size=np.asarray):
    """The largest output of each picture, and where it stands."""
    flat = size(maps).reshape(len(maps), -1)
    at = flat.argmax(axis=1)
    return flat.max(axis=1), np.column_stack(np.unravel_index(at, maps.shape[1:]))


def _cut(images, which, places, size, jump, back=0):
    found = []
    for n, (r, c) in zip(which, places[which], strict=True):
        top, left = max(r * jump - back, 0), max(c * jump - back, 0)
        found.append(images[n, top : top + size, left : left + size])
    return np.array(found)


def strongest_patches(images, maps, size, jump, count):
    """What a unit sees where it is largest: one patch a picture, the strongest first."""
    values, places = _places(maps)
    return _cut(images, np.argsort(-values, kind="stable")[:count], places, size, jump)


def _weakest_first(images, maps, size, jump, count):
    values, places = _places(maps)
    return _cut(images, np.argsort(values, kind="stable")[:count], places, size, jump)


def _in_order(images, maps, size, jump, count):
    return _cut(images, np.arange(count), _places(maps)[1], size, jump)


def _several_of_one(images, maps, size, jump, count):
    best = np.argsort(-maps.ravel(), kind="stable")[:count]
    at = np.column_stack(np.unravel_index(best, maps.shape))
    return np.array([_cut(images[[n]], [0], place[None], size, jump)[0]
                     for n, *place in at for place in [np.array(place)]])


def _by_size(images, maps, size, jump, count):
    values, places = _places(maps, np.abs)
    return _cut(images, np.argsort(-values, kind="stable")[:count], places, size, jump)


def _turned(images, maps, size, jump, count):
    values, places = _places(maps)
    which = np.argsort(-values, kind="stable")[:count]
    return _cut(images, which, places[:, ::-1], size, jump)


def _centred(images, maps, size, jump, count):
    values, places = _places(maps)
    which = np.argsort(-values, kind="stable")[:count]
    return _cut(images, which, places, size, jump, back=size // 2)


_patches_before, _patches_after = around(strongest_patches)

_PATCH_VARIANTS = [
    Variant("does the weakest come first? The strongest", _weakest_first),
    Variant("are they in the order of the pictures? By how strong they are", _in_order),
    Variant("are there several of one picture? One of each", _several_of_one),
    Variant("is a strongly negative output taken? The largest", _by_size),
    Variant("are row and column exchanged?", _turned),
    Variant("does the patch lie around the place? It begins there", _centred),
    Variant(
        "is the place not multiplied by the jump?",
        _patches_before(lambda images, maps, size, jump, count: (images, maps, size, 1, count)),
    ),
    Variant(
        "is the place multiplied by the size? By the jump",
        _patches_before(lambda images, maps, size, jump, count: (images, maps, size, size, count)),
    ),
    Variant("is it one patch only? As many as count says", _patches_after(lambda y: y[:1])),
]


def check_strongest_patches(function):
    """Check ``strongest_patches(images, maps, size, jump, count)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_strongest_patches(_in_order)
    ✗ strongest_patches: 1 of 5 cases
      2 pictures of 3×3, size 2, jump 1, count 1: index (0, 0, 0): expected 3, got 5: are they \
in the order of the pictures? By how strong they are
    """
    two = np.array([[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[0, 1, 2], [1, 3, 0], [2, 4, 1.0]]])
    given = [
        (two, np.array([[[0, 1], [2, 7]], [[-9, 3], [1, 8.0]]]), 2, 1, 1),
        (two, np.array([[[0, 1], [7, 2]], [[1, 3], [-9, 2.0]]]), 2, 1, 2),
        (pattern(4, 5, 6), pattern(4, 3, 4) * [[[1]], [[3]], [[2]], [[0.5]]], 3, 1, 3),
        (pattern(3, 7, 9) / 2, pattern(3, 3, 4) + [[[0]], [[5]], [[2]]], 3, 2, 2),
        (pattern(3, 8, 8), pattern(3, 3, 3) * [[[1]], [[0.5]], [[3]]], 2, 3, 3),
    ]
    cases = []
    for images, maps, size, jump, count in given:
        words = f"{_numbers.count(len(images), 'picture')} of {_numbers.size(images.shape[1:])}, "
        words += f"size {size}, jump {jump}, count {count}"
        case = images, maps, size, jump, count
        cases.append(Case(words, case, strongest_patches(*case)))
    return run("strongest_patches", function, cases, _PATCH_VARIANTS)


#: Name, the unit, its slope, the first picture, lr, radius, and the most it can say.
_UNITS = [
    ("a unit that is happiest inside", lambda x: 5 - np.sum((x - 1) ** 2), lambda x: -2 * (x - 1),
     np.zeros(4), 0.1, 5.0, 5.0),
    ("a sum", lambda x: 3 * x[0] - 4 * x[1], lambda x: np.array([3, -4.0]),
     np.array([0.1, 0]), 0.1, 2.0, 10.0),
    ("a picture that is too long", lambda x: np.sum(x), lambda x: np.ones(x.shape),
     np.array([[9.0, -9], [5, 0]]), 0.1, 1.0, 2.0),
]  # fmt: skip
_STEPS = 200


def check_maximise(function):
    """Check ``maximise(slope, x, steps, lr, radius)`` by what it reaches.

    Returns
    -------
    Check

    Examples
    --------
    >>> def maximise(slope, x, steps, lr, radius):
    ...     for _ in range(steps):
    ...         x = x + lr * slope(x)
    ...     return x
    >>> check_maximise(maximise)
    ✗ maximise: 1 of 3 cases
      a sum: the picture has the length 100.06, at most 2 is allowed: bring it back to the \
radius after each step
    """
    name, total = "maximise", len(_UNITS)
    if not callable(function):
        return Check(name, 0, total, (f"expected a function, got {type(function).__name__}",))
    outcomes = [call.student(function, s, x, _STEPS, lr, r) for _, _, s, x, lr, r, _ in _UNITS]
    if all(outcome.kind == "stub" for outcome in outcomes):
        return Check(name, 0, total, attempted=False)
    found = [_dream(*pair) for pair in zip(_UNITS, outcomes, strict=True)]
    wrong = [(unit[0], lines) for unit, lines in zip(_UNITS, found, strict=True) if lines]
    if not wrong:
        return Check(name, total, total)
    words, (first, *more) = wrong[0]
    return Check(name, total - len(wrong), total, (f"{words}: {first}", *more))


def _dream(unit, outcome):
    """What is wrong with a picture made for a unit, as lines."""
    _, value, slope, x, lr, radius, best = unit
    if outcome.kind == "stub":
        return ["not attempted yet"]
    if outcome.kind == "error":
        return raised(outcome)
    picture = None if outcome.kind == "none" else as_array(outcome.value)
    if outcome.kind == "none" or picture is None or picture.shape != x.shape:
        return [f"expected a picture of shape {x.shape}"]
    if not np.isfinite(picture).all():
        return ["the picture holds NaN or infinity"]
    if outcome.changed:
        return ["x was changed in place: work on a new array"]
    length = np.linalg.norm(picture)
    if length > radius * (1 + 1e-6):
        lengths = _numbers.number(float(length)), _numbers.number(radius)
        return [
            "the picture has the length {}, at most {} is allowed: ".format(*lengths)
            + "bring it back to the radius after each step"
        ]
    reached = value(picture.astype(float))
    if reached >= best - 0.02 * abs(best):
        return []
    text = f"the unit says {_numbers.number(float(reached))}, {_numbers.number(best)} is possible"
    hint = _why(unit, picture, length)
    return [f"{text}: {hint}" if hint else text]


def _why(unit, picture, length):
    _, _, slope, x, lr, radius, _ = unit
    if np.sum((picture - x) * slope(x)) < 0:
        return "does it go down? Along the slope: plus"
    if np.allclose(picture, slope(x)):
        return "is that the slope? It is added to the picture"
    if np.allclose(picture, x + lr * slope(x)):
        return "is that one step? Take all of them"
    if np.isclose(length, radius):
        return (
            "is it always made as long as the radius, or is the slope that of the first picture?"
        )
    return "take all steps, each with the slope of the picture as it is then"
