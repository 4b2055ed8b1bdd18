"""Checks of what an output sees: its receptive field, and the part that has influence."""

import math

import numpy as np

from convviz.checks import _numbers
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run

#: Of the largest influence: what is less counts as none (Luo and others 2016).
LITTLE = 0.0455


def _follow(layers, *, reach=None, pad=None, early=False, jumps=None):
    """Size, jump and start behind every layer; the options are ways to go wrong."""
    reach = reach or (lambda k, d: (k - 1) * d)
    pad = pad or (lambda p, jump: -p * jump)
    jumps = jumps or (lambda jump, s: jump * s)
    size, jump, start, rows = 1, 1, 0, []
    for k, s, p, d in layers:
        before, jump = jump, jumps(jump, s)
        step = jump if early else before
        size, start = size + reach(k, d) * step, start + pad(p, step)
        rows.append([size, jump, start])
    return np.array(rows)


def receptive_fields(layers):
    """Size, jump and start behind every layer."""
    return _follow(layers)


_fields_before, _fields_after = around(receptive_fields)


def _each(change):
    """The mistake of another layer (k, s, p, d) in the place of each."""
    return _fields_before(lambda layers: ([change(*layer) for layer in layers],))


_FIELD_VARIANTS = [
    Variant("are the strides ignored?", _each(lambda k, s, p, d: (k, 1, p, d))),
    Variant(
        "does a layer's own stride count for its own size? It is multiplied in afterwards",
        lambda layers: _follow(layers, early=True),
    ),
    Variant(
        "is it k for k − 1? One number of the window was seen already",
        lambda layers: _follow(layers, reach=lambda k, d: k * d),
    ),
    Variant(
        "are the strides added? They are multiplied",
        lambda layers: _follow(layers, jumps=lambda jump, s: jump + s - 1),
    ),
    Variant(
        "is the size not multiplied by the jump?",
        lambda layers: np.column_stack(
            [_follow([(k, 1, 0, d) for k, _, _, d in layers])[:, 0], _follow(layers)[:, 1:]]
        ),
    ),
    Variant("is the padding left out?", _each(lambda k, s, p, d: (k, s, 0, d))),
    Variant(
        "does the padding move the start to the right? It begins before the picture: minus",
        lambda layers: _follow(layers, pad=lambda p, jump: p * jump),
    ),
    Variant(
        "is the padding not multiplied by the jump? It lies around a map, not the picture",
        lambda layers: _follow(layers, pad=lambda p, jump: -p),
    ),
    Variant("is the dilation left out?", _each(lambda k, s, p, d: (k, s, p, 1))),
    Variant(
        "is the dilation multiplied by k? A window has k − 1 gaps",
        lambda layers: _follow(layers, reach=lambda k, d: k * d - 1),
    ),
    Variant("is it the last layer alone? A row for each", _fields_after(lambda rows: rows[-1])),
]


def check_receptive_fields(function):
    """Check ``receptive_fields(layers)``, for layers (k, s, p, d).

    Returns
    -------
    Check

    Examples
    --------
    >>> check_receptive_fields(lambda layers: _follow(layers, early=True))
    ✗ receptive_fields: 2 of 6 cases
      3 layers, strides: row 1, column 0: expected 4, got 5: does a layer's own stride count for \
its own size? It is multiplied in afterwards
    """
    given = [
        ("stride 1", [(3, 1, 0, 1)]),
        ("stride 1", [(3, 1, 0, 1), (5, 1, 0, 1), (2, 1, 0, 1)]),
        ("strides", [(3, 1, 0, 1), (2, 2, 0, 1), (3, 3, 0, 1)]),
        ("padding", [(3, 1, 1, 1), (2, 2, 0, 1), (5, 1, 2, 1)]),
        ("dilation", [(3, 1, 0, 2), (2, 2, 0, 1), (3, 1, 0, 4)]),
        ("all of it", [(3, 1, 1, 1), (2, 2, 0, 1), (3, 1, 2, 2)]),
    ]
    cases = [
        Case(f"{_numbers.count(len(layers), 'layer')}, {words}", (layers,), _follow(layers))
        for words, layers in given
    ]
    return run("receptive_fields", function, cases, _FIELD_VARIANTS)


def seen(size, jump, start, place, length):
    """First and last pixel that an output sees, within the picture."""
    first = start + place * jump
    return np.array([max(first, 0), min(first + size - 1, length - 1)])


def _unclipped(size, jump, start, place, length):
    return np.array([start + place * jump, start + place * jump + size - 1])


def _past(size, jump, start, place, length):
    first, last = seen(size, jump, start, place, length)
    return np.array([first, last + 1])


_seen_before, _seen_after = around(seen)

_SEEN_VARIANTS = [
    Variant("does it reach beyond the picture? Cut off what has no pixels", _unclipped),
    Variant(
        "is that the first pixel behind the field? The last one inside is asked", _past
    ),
    Variant(
        "does the last pixel lie beyond the picture? Pixels count from 0",
        lambda size, jump, start, place, length: seen(size, jump, start, place, length + 1),
    ),
    Variant(
        "is the place not multiplied by the jump?",
        _seen_before(lambda size, jump, start, place, length: (size, 1, start, place, length)),
    ),
    Variant(
        "is the start left out?",
        _seen_before(lambda size, jump, start, place, length: (size, jump, 0, place, length)),
    ),
    Variant(
        "is the start taken off? It is added, and may be negative",
        _seen_before(lambda size, jump, start, place, length: (size, jump, -start, place, length)),
    ),
    Variant(
        "does a cut field move, and keep its size? What lies outside is lost",
        lambda size, jump, start, place, length: (
            lambda first: np.array([first, min(first + size - 1, length - 1)])
        )(max(start + place * jump, 0)),
    ),
    Variant(
        "is that a first pixel and a size? The last pixel is asked",
        _seen_after(lambda ends: np.array([ends[0], ends[1] - ends[0] + 1])),
    ),
]


def check_seen(function):
    """Check ``seen(size, jump, start, place, length)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_seen(_unclipped)
    ✗ seen: 3 of 6 cases
      size 5, jump 2, start −2, place 0 of 10 pixels: position 0: expected 0, got −2: does it \
reach beyond the picture? Cut off what has no pixels
    """
    given = [
        (5, 2, -2, 2, 10), (5, 2, -2, 0, 10), (3, 1, 0, 4, 9), (6, 4, -1, 3, 20), (5, 2, -2, 4, 10),
        (40, 4, -7, 3, 28),
    ]  # fmt: skip
    cases = []
    for size, jump, start, place, length in given:
        words = f"size {size}, jump {jump}, start {_numbers.number(start)}, "
        words += f"place {place} of {length} pixels"
        cases.append(Case(words, (size, jump, start, place, length), seen(*given[len(cases)])))
    return run("seen", function, cases, _SEEN_VARIANTS)


def _influence(derivatives, *, size=np.abs, channels=np.sum, pictures=np.mean):
    return pictures(channels(size(derivatives), axis=1), axis=0)


def _side(influence, *, share=LITTLE, root=math.sqrt):
    most = influence.max()
    return float(root(np.count_nonzero(influence > share * most))) if most > 0 else 0.0


def effective_size(derivatives):
    """Side of a square of as many pixels as have influence."""
    return _side(_influence(derivatives))


def _against(threshold):
    def function(derivatives):
        found = _influence(derivatives)
        return math.sqrt(np.count_nonzero(found > threshold(found)))

    return function


_EFFECTIVE_VARIANTS = [
    Variant(
        "are the signs kept? A negative slope is influence, too",
        lambda d: _side(_influence(d, size=np.asarray)),
    ),
    Variant(
        "are the signs taken off too late? Before anything is added up",
        lambda d: _side(np.abs(_influence(d, size=np.asarray))),
    ),
    Variant("is the root left out?", lambda d: _side(_influence(d), root=float)),
    Variant(
        "is it 4.55 % of 1? Of the largest influence", _against(lambda found: LITTLE)
    ),
    Variant("is it 4.55 % of the mean? Of the largest", _against(lambda f: LITTLE * f.mean())),
    Variant("is every influence above 0 counted?", _against(lambda found: 0)),
    Variant(
        "do zeros count where there is nothing else? Then the size is 0",
        lambda d: effective_size(d) if d.any() else math.sqrt(d[0, 0].size),
    ),
    Variant(
        "is the largest channel taken? Add up over the channels",
        lambda d: _side(_influence(d, channels=np.max)),
    ),
    Variant(
        "is the largest picture taken? The mean over the pictures",
        lambda d: _side(_influence(d, pictures=np.max)),
    ),
    Variant("is it the first picture alone?", lambda d: _side(_influence(d[:1]))),
]


def check_effective_size(function):
    """Check ``effective_size(derivatives)``, for arrays (pictures, channels, rows, columns).

    Returns
    -------
    Check

    Examples
    --------
    >>> check_effective_size(lambda d: effective_size(d) ** 2)
    ✗ effective_size: 1 of 7 cases
      1 picture, 1 channel of 3×3: expected 2.23607, got 5: is the root left out?
    """
    one = np.array([[[[0, -1, 0.04], [2, -4, 1], [0, 1, 0.1]]]])
    bell = np.exp(-((np.arange(7) - 3.0) ** 2) / 3)
    arrays = [
        one,
        one / 100,
        np.outer(bell, bell)[None, None],
        np.array([[[[1, 2], [0, -3]], [[-1, 0.1], [0, 3.0]]]]),
        np.array([[[[1, 0.02], [0, 0.03]], [[0, 0.02], [0, -0.03]], [[0, 0.02], [0.01, 0]]]]),
        np.array([[[[1, 0.06], [0.2, 0]]], [[[1, 0], [0.1, 0.08]]]]),
        np.zeros((2, 1, 3, 3)),
    ]
    cases = []
    for array in arrays:
        pictures, channels, *plane = array.shape
        words = f"{_numbers.count(pictures, 'picture')}, {_numbers.count(channels, 'channel')} of "
        words += _numbers.size(plane) + ("" if array.any() else ", all 0")
        cases.append(Case(words, (array,), effective_size(array)))
    return run("effective_size", function, cases, _EFFECTIVE_VARIANTS)
