"""Checks of whole-number questions: output sizes, inputs read, stride and dilation."""

import math

from convviz import geometry
from convviz.checks._hand import by_hand
from convviz.checks._result import Case, Variant, run

# (input, kernel, stride, padding, dilation): each classic case, and those where mistakes show.
_SIZES = [
    (7, 3, 1, 0, 1),
    (5, 4, 1, 2, 1),
    (5, 3, 1, 1, 1),
    (7, 3, 1, 2, 1),
    (5, 3, 2, 0, 1),
    (6, 3, 2, 0, 1),
    (6, 3, 2, 1, 1),
    (7, 3, 2, 1, 1),
    (10, 3, 4, 0, 1),
    (7, 3, 1, 0, 2),
    (9, 3, 1, 0, 2),
    (12, 3, 2, 1, 3),
]


def _size_variant(hint, formula):
    """A mistake as a formula of input, kernel, stride, padding and dilation."""

    def function(i, k, stride=1, padding=0, dilation=1):
        return formula(i, k, stride, padding, dilation)

    return Variant(hint, function)


def _reach(k, d):
    return d * (k - 1) + 1


_SIZE_VARIANTS = [
    _size_variant(
        "is the division / instead of //? It must round down to a whole number",
        lambda i, k, s, p, d: (i + 2 * p - _reach(k, d)) / s + 1,
    ),
    _size_variant(
        "is it rounded up? A window that does not fit does not count: round down",
        lambda i, k, s, p, d: math.ceil((i + 2 * p - _reach(k, d)) / s) + 1,
    ),
    _size_variant(
        "is it rounded to the nearest number? Round down",
        lambda i, k, s, p, d: round((i + 2 * p - _reach(k, d)) / s) + 1,
    ),
    _size_variant(
        "is the last + 1 missing? The first window counts too",
        lambda i, k, s, p, d: (i + 2 * p - _reach(k, d)) // s,
    ),
    _size_variant(
        "is the 1 added before the division? It comes after it",
        lambda i, k, s, p, d: (i + 2 * p - _reach(k, d) + 1) // s,
    ),
    _size_variant("is the stride ignored?", lambda i, k, s, p, d: i + 2 * p - _reach(k, d) + 1),
    _size_variant("is the padding ignored?", lambda i, k, s, p, d: (i - _reach(k, d)) // s + 1),
    _size_variant(
        "is the padding counted on one side only? There are 2p pixels of it",
        lambda i, k, s, p, d: (i + p - _reach(k, d)) // s + 1,
    ),
    _size_variant("is the dilation ignored?", lambda i, k, s, p, d: (i + 2 * p - k) // s + 1),
    _size_variant(
        "is the dilation taken for a stride? It spreads the kernel: d(k − 1) + 1 pixels wide",
        lambda i, k, s, p, d: (i + 2 * p - k) // (s * d) + 1,
    ),
    _size_variant(
        "is the kernel taken as d·k wide? There is no gap after its last tap: d(k − 1) + 1",
        lambda i, k, s, p, d: (i + 2 * p - d * k) // s + 1,
    ),
]


def check_output_size(function):
    """Check ``output_size(input_size, kernel_size, stride=1, padding=0, dilation=1)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> def output_size(i, k, stride=1, padding=0, dilation=1):
    ...     return (i + 2 * padding - dilation * (k - 1) - 1) / stride + 1
    >>> check_output_size(output_size)
    ✗ output_size: 0 of 12 cases
      input 7, kernel 3: expected the whole number 5, got 5.0, a float: \
is the division / instead of //? It must round down to a whole number
    """
    cases = []
    for i, k, s, p, d in _SIZES:
        options = _options(stride=(s, 1), padding=(p, 0), dilation=(d, 1))
        expected = geometry.conv_output_size(i, k, stride=s, padding=p, dilation=d)
        cases.append(Case(_sentence(f"input {i}, kernel {k}", options), (i, k), expected, options))
    return run("output_size", function, cases, _SIZE_VARIANTS)


def _options(**given):
    """The options that are not at their default."""
    return {name: value for name, (value, default) in given.items() if value != default}


def _sentence(text, options):
    return ", ".join([text, *(f"{name} {value}" for name, value in options.items())])


# (output, kernel, stride, dilation)
_READS = [
    (0, 3, 1, 1),
    (2, 3, 1, 1),
    (2, 3, 2, 1),
    (1, 3, 1, 2),
    (3, 2, 3, 1),
    (2, 4, 1, 3),
    (2, 3, 2, 2),
    (4, 1, 2, 5),
]


def _reads_variant(hint, formula):
    """A mistake as the position of tap k for output o, with stride s and dilation d."""

    def function(output, kernel_size, stride=1, dilation=1):
        return [formula(output, k, stride, dilation) for k in range(kernel_size)]

    return Variant(hint, function)


_READS_VARIANTS = [
    _reads_variant("is the stride ignored?", lambda o, k, s, d: o + k * d),
    _reads_variant("is the dilation ignored?", lambda o, k, s, d: o * s + k),
    _reads_variant("are stride and dilation swapped?", lambda o, k, s, d: o * d + k * s),
    _reads_variant(
        "does the dilation move the window too? It only spreads the taps",
        lambda o, k, s, d: (o * s + k) * d,
    ),
    _reads_variant(
        "does the stride spread the taps too? It only moves the window",
        lambda o, k, s, d: (o + k * d) * s,
    ),
    _reads_variant(
        "is it counted from 1? Indices start at 0", lambda o, k, s, d: o * s + k * d + 1
    ),
    Variant(
        "is every index of the span listed? With a dilation most of them are skipped",
        lambda o, k, stride=1, dilation=1: list(
            range(o * stride, o * stride + dilation * (k - 1) + 1)
        ),
    ),
    Variant(
        "is the last tap missing? A kernel of k reads k inputs",
        lambda o, k, stride=1, dilation=1: [o * stride + t * dilation for t in range(k - 1)],
    ),
]


def check_inputs_read(function):
    """Check ``inputs_read(output, kernel_size, stride=1, dilation=1)``.

    Returns
    -------
    Check

    Examples
    --------
    >>> check_inputs_read(lambda o, k, stride=1, dilation=1: [o + t * dilation for t in range(k)])
    ✗ inputs_read: 4 of 8 cases
      output 2, kernel 3, stride 2: position 0: expected 4, got 2: is the stride ignored?
    """
    cases = []
    for o, k, s, d in _READS:
        options = _options(stride=(s, 1), dilation=(d, 1))
        reach = o * s + geometry.effective_kernel_size(k, d)
        expected = list(geometry.taps(o, reach, k, stride=s, dilation=d))
        cases.append(Case(_sentence(f"output {o}, kernel {k}", options), (o, k), expected, options))
    return run("inputs_read", function, cases, _READS_VARIANTS)


_QUANTITIES = ("outputs", "reads", "span")


def check_stride_and_dilation(answer, input_size, kernel_size, settings):
    """Check numbers found by hand: how many outputs, how many inputs each reads, over what span.

    Parameters
    ----------
    answer : dict
        For each setting a dict with ``"outputs"``, ``"reads"`` and ``"span"``; None is not
        answered yet.
    input_size, kernel_size : int
    settings : dict of str to (stride, dilation)

    Returns
    -------
    Check
        A wrong number is named, never the right one.

    Examples
    --------
    >>> answer = {"dilation 2": {"outputs": 7, "reads": 3, "span": 5}}
    >>> check_stride_and_dilation(answer, 9, 3, {"dilation 2": (1, 2)})
    ✗ stride_and_dilation: 2 of 3 numbers
      dilation 2, outputs: 7 is not right: is the dilation left out? The kernel reaches further
    """
    numbers = {
        (setting, quantity): _by_hand(quantity, input_size, kernel_size, *steps)
        for setting, steps in settings.items()
        for quantity in _QUANTITIES
    }
    return by_hand("stride_and_dilation", answer, numbers)


def _by_hand(quantity, i, k, s, d):
    """The right number, and what well-known mistakes make of it."""
    reach = geometry.effective_kernel_size(k, d)
    if quantity == "reads":
        return k, [(reach, "is that the span? Count only the inputs that are multiplied")]
    if quantity == "span":
        return reach, [
            (s * (k - 1) + 1, "does the stride spread the taps? It only moves the window"),
            (d * k, "there is no gap after the last tap"),
            (reach - 1, "both ends count: from the first input to the last"),
            (k, "is the dilation left out? It spreads the taps"),
        ]
    right = geometry.conv_output_size(i, k, stride=s, dilation=d)
    return right, [
        (i - k + 1, "is the dilation left out? The kernel reaches further")
        if s == 1
        else (i - reach + 1, "is the stride left out? The window moves further"),
        ((i - k) // s + 1, "is the dilation left out? The kernel reaches further"),
        ((i - k) // (s * d) + 1, "is the dilation taken for a stride?"),
        ((i - reach) // s, "the first window counts too"),
    ]
