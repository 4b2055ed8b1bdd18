"""Fair timing of two functions on a busy machine: turn and turn about, and the median of each."""

import statistics
import time
from typing import NamedTuple


class Result(NamedTuple):
    """Medians in seconds, and the median over the rounds of the ratio theirs ÷ ours."""

    theirs: float
    ours: float
    ratio: float


def interleaved(theirs, ours, *, rounds, at_least=2e-3):
    """Time `theirs` and `ours` in turn, so that both meet the same disturbances.

    Each turn repeats its function until about `at_least` seconds have passed, after one call that
    is not timed and brings its data back into the caches.
    """
    counts = [_count(function, at_least) for function in (theirs, ours)]
    times = [[], []]
    for turn in range(rounds):
        # who goes first changes, so that neither always inherits the other's caches
        for which in (0, 1) if turn % 2 else (1, 0):
            function = (theirs, ours)[which]
            times[which].append(_time(function, counts[which]))
    ratio = statistics.median(a / b for a, b in zip(*times, strict=True))
    return Result(*map(statistics.median, times), ratio)


def seconds(function, *, rounds=15, at_least=2e-3):
    """Median time of one call."""
    count = _count(function, at_least)
    return statistics.median(_time(function, count) for _ in range(rounds))


def _count(function, at_least):
    function()
    once = _time(function, 1)
    return max(1, round(at_least / once))


def _time(function, count):
    function()
    start = time.perf_counter()
    for _ in range(count):
        function()
    return (time.perf_counter() - start) / count
