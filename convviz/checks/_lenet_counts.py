"""Check of how many numbers each layer of a LeNet-5 stores."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._mistakes import around
from convviz.checks._result import Case, Variant, run


def _stored(size=32, channels=1, classes=10, *, half=np.floor_divide, take=4, bias=1, reads=6):
    """Parameters layer by layer; the options are ways to go wrong."""
    after = half(half(size - take, 2) - take, 2)
    return np.array([
        6 * (25 * channels + bias), 16 * (25 * reads + bias), 120 * (16 * after**2 + bias),
        84 * (120 + bias), classes * (84 + bias),
    ]).astype(int)  # fmt: skip


def lenet_parameters(size=32, channels=1, classes=10):
    """Parameters of the five layers of a LeNet-5."""
    return _stored(size, channels, classes)


_stored_before, _stored_after = around(lenet_parameters)

_STORED_VARIANTS = [
    Variant("are the biases left out?", lambda *a, **o: _stored(*a, **o, bias=0)),
    Variant(
        "has each layer one bias? Each filter and each output has one",
        lambda *a, **o: _stored(*a, **o, bias=0) + 1,
    ),
    Variant(
        "does conv2 read one map? Each of its filters reads all six",
        lambda *a, **o: _stored(*a, **o, reads=1),
    ),
    Variant(
        "is the second pooling left out before fc3?",
        lambda *a, **o: _stored(*a, **o, half=lambda n, by: n // by if n > 20 else n),
    ),
    Variant(
        "were the pictures padded? A 5×5 filter without padding takes 4 from each axis",
        lambda *a, **o: _stored(*a, **o, take=0),
    ),
    Variant(
        "does fc3 always read 400 numbers? How many depends on the size",
        _stored_before(lambda size, channels, classes: (32, channels, classes)),
    ),
    Variant(
        "is half of an odd size rounded up? A window that does not fit does not count",
        lambda *a, **o: _stored(*a, **o, half=lambda n, by: -(-n // by)),
    ),
    Variant(
        "are the channels left out? A filter of conv1 reads all of them",
        _stored_before(lambda size, channels, classes: (size, 1, classes)),
    ),
    Variant(
        "are there always ten classes?",
        _stored_before(lambda size, channels, classes: (size, channels, 10)),
    ),
    Variant("are they added up? One number for each layer", _stored_after(np.sum)),
]


def check_lenet_parameters(function):
    """Check ``lenet_parameters(size=32, channels=1, classes=10)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_lenet_parameters(lambda size=32, channels=1, classes=10:
    ...                        lenet_parameters(32, channels, classes))
    ✗ lenet_parameters: 3 of 5 cases
      28×28, 1 channel, 10 classes: position 2: expected 30840, got 48120: does fc3 always read \
400 numbers? How many depends on the size
    """
    cases = []
    for size, channels, classes in ((32, 1, 10), (32, 3, 10), (32, 2, 7), (28, 1, 10), (37, 1, 4)):
        words = f"{_numbers.size((size, size))}, {_numbers.count(channels, 'channel')}, "
        words += f"{classes} classes"
        given = (size, channels, classes)
        cases.append(Case(words, given, lenet_parameters(*given)))
    return run("lenet_parameters", function, cases, _STORED_VARIANTS)
