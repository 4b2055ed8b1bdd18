"""Ten convolutions drawn at random: they have no bar, they show what nobody has tuned for."""

import math

import numpy as np

from benchmarks import _pairs
from benchmarks._rows import row

# how often each is drawn: 2-D ones are what the lectures use most
_KINDS = ("2d", "2d", "2d", "2d", "1d", "3d", "transposed")
# the largest image, by number of axes, and the most multiply-adds of a forward pass
_SIZES, _WORK = {1: 512, 2: 48, 3: 14}, 1_000_000_000


def drawn(seed, count=10):
    """`count` rows; the seed alone decides what they are."""
    generator = np.random.default_rng(seed)
    rows = []
    while len(rows) < count:
        found = _draw(generator)
        if found is not None:
            rows.append(found)
    return rows


def _draw(generator):
    """A row, or None where the kernel does not fit or the work is too much to wait for."""

    def one_of(*values):
        return values[int(generator.integers(len(values)))]

    kind = one_of(*_KINDS)
    axes = {"1d": 1, "3d": 3}.get(kind, 2)
    kernel = tuple(one_of(1, 2, 3, 3, 5, 7) for _ in range(axes))
    size = tuple(int(generator.integers(7, _SIZES[axes] + 1)) for _ in range(axes))
    groups = one_of(1, 1, 1, 2, 4)
    depth, maps = (groups * int(generator.integers(1, 64 // groups + 1)) for _ in range(2))
    if one_of(False, False, False, True):
        groups = maps = depth  # depthwise
    options = {
        "stride": one_of(1, 1, 1, 2, 3),
        "dilation": one_of(1, 1, 1, 2),
        "padding": tuple(int(generator.integers(0, k // 2 + 1)) for k in kernel),
        "groups": groups,
    }
    batch = one_of(1, 5, 16, 33, 64)
    reach = [options["dilation"] * (k - 1) + 1 for k in kernel]
    work = batch * depth * maps // groups * math.prod(kernel) * math.prod(size)
    if work > _WORK or any(r > s for r, s in zip(reach, size, strict=True)):
        return None
    make = _pairs.transposed if kind == "transposed" else _pairs.convolution
    # one axis is written as a number
    where = size if axes > 1 else size[0]
    name = _name(kind, depth, maps, kernel, size, batch, options)
    return row(name, None, make, batch, depth, where, maps, kernel, **options)


def _name(kind, depth, maps, kernel, size, batch, options):
    words = ["drawn:", kind, f"{depth}→{maps}", "×".join(map(str, kernel))]
    words.append(f"@{'×'.join(map(str, size))}, batch {batch}")
    for letter, option, usual in (("s", "stride", 1), ("d", "dilation", 1), ("g", "groups", 1)):
        if options[option] != usual:
            words.append(f"{letter}{options[option]}")
    if any(options["padding"]):
        words.append("p" + "×".join(map(str, options["padding"])))
    return " ".join(words)
