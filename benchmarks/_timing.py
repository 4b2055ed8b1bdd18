"""Fair timing of two functions on a busy machine: turn and turn about, and the median of each."""

import statistics
import time
from typing import NamedTuple


# seconds after which a peer's threads, which spin for a while when their work is done, are asleep
_REST = 0.01


class Result(NamedTuple):
    """Medians in seconds, and the median over the rounds of the ratio theirs ÷ ours."""

    theirs: float
    ours: float
    ratio: float


def interleaved(theirs, ours, *, rounds, at_least=2e-3, clock=time.perf_counter):
    """Time `theirs` and `ours` in turn, so that both meet the same disturbances.

    Each turn repeats its function until about `at_least` seconds have passed, after a rest, in
    which the threads of the other side come to rest too, and one call that is not timed and brings
    its data back into the caches. A `clock` that counts the processor's
    time, not the wall's, leaves out what other programs took; it is fair for one thread only.
    """
    counts = [_count(function, at_least, clock) for function in (theirs, ours)]
    times = [[], []]
    for turn in range(rounds):
        # who goes first changes, so that neither always inherits the other's caches
        for which in (0, 1) if turn % 2 else (1, 0):
            function = (theirs, ours)[which]
            times[which].append(_time(function, counts[which], clock))
    ratio = statistics.median(a / b for a, b in zip(*times, strict=True))
    return Result(*map(statistics.median, times), ratio)


def seconds(function, *, rounds=15, at_least=2e-3, clock=time.process_time):
    """Median time of one call."""
    count = _count(function, at_least, clock)
    return statistics.median(_time(function, count, clock) for _ in range(rounds))


def _count(function, at_least, clock):
    function()
    once = _time(function, 1, clock)
    return max(1, round(at_least / max(once, 1e-7)))


def _time(function, count, clock):
    time.sleep(_REST)
    function()
    start = clock()
    for _ in range(count):
        function()
    return (clock() - start) / count
