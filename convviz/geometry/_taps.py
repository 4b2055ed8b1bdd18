"""Who reads whom: from an output to its inputs, and from an input to its outputs."""

from convviz.geometry._integers import dilation_of, integer, kernel_size_of, stride_of
from convviz.geometry._padding import resolve_padding
from convviz.geometry._sizes import conv_output_size, pool_output_size


def _resolve(input_size, kernel_size, stride, padding, dilation, ceil_mode):
    """Check everything once; return (outputs, kernel, stride, padding before, dilation)."""
    step, gap = stride_of(stride), dilation_of(dilation)
    options = {"stride": step, "padding": padding, "dilation": gap}
    if ceil_mode:
        outputs = pool_output_size(input_size, kernel_size, ceil_mode=True, **options)
    else:
        outputs = conv_output_size(input_size, kernel_size, **options)
    before, _ = resolve_padding(padding, input_size, kernel_size, stride=step, dilation=gap)
    return outputs, kernel_size_of(kernel_size), step, before, gap


def _index(name, value, count):
    index = integer(name, value, 0, f"use 0 to {count - 1}")
    if index >= count:
        raise ValueError(f"{name} must be below {count}, got {index}: use 0 to {count - 1}")
    return index


def taps(
    output_index, input_size, kernel_size, *, stride=1, padding=0, dilation=1, ceil_mode=False
):
    """Input indices that an output reads, one for each entry of the kernel; None is padding.

    Parameters
    ----------
    output_index : int
        Which output, 0 for the first.
    input_size, kernel_size, stride, padding, dilation
        As for `conv_output_size`.
    ceil_mode : bool
        Count the outputs as `pool_output_size` does with ``ceil_mode=True``: the last window may
        hang over the edge, and what hangs over is None too.

    Returns
    -------
    tuple of (int or None)
        Entry ``k`` is the input that meets kernel entry ``k``: ``output_index·s − p + k·d``.

    Raises
    ------
    TypeError, ValueError
        As `conv_output_size`; ValueError also when there is no such output.

    Examples
    --------
    >>> taps(1, 7, 3, stride=2)
    (2, 3, 4)
    >>> taps(0, 5, 3, padding=1)
    (None, 0, 1)
    >>> taps(0, 7, 3, dilation=2)
    (0, 2, 4)
    """
    outputs, kernel, step, before, gap = _resolve(
        input_size, kernel_size, stride, padding, dilation, ceil_mode
    )
    start = _index("output_index", output_index, outputs) * step - before
    positions = (start + gap * tap for tap in range(kernel))
    return tuple(at if 0 <= at < input_size else None for at in positions)


def users(
    input_index, input_size, kernel_size, *, stride=1, padding=0, dilation=1, ceil_mode=False
):
    """Pairs ``(output_index, kernel_index)`` that read an input: the mirror image of `taps`.

    Parameters
    ----------
    input_index : int
        Which input, 0 for the first; padding has no index.
    input_size, kernel_size, stride, padding, dilation, ceil_mode
        As for `taps`.

    Returns
    -------
    tuple of (int, int)
        In the order of the outputs. Empty when the input is never read. Where the padding copies
        the input (reflect, replicate, circular) the copies are not counted.

    Examples
    --------
    Input 2 is the last tap of output 0, the middle one of output 1, the first one of output 2:

    >>> users(2, 5, 3)
    ((0, 2), (1, 1), (2, 0))
    >>> users(6, 7, 2, stride=2)        # the stride does not fit: the last pixel is left over
    ()
    """
    outputs, kernel, step, before, gap = _resolve(
        input_size, kernel_size, stride, padding, dilation, ceil_mode
    )
    at = _index("input_index", input_index, input_size) + before
    pairs = []
    for tap in reversed(range(kernel)):
        output, rest = divmod(at - gap * tap, step)
        if rest == 0 and 0 <= output < outputs:
            pairs.append((output, tap))
    return tuple(pairs)


def use_counts(input_size, kernel_size, *, stride=1, padding=0, dilation=1, ceil_mode=False):
    """How many outputs read each input, as a tuple with an entry for each input index.

    Examples
    --------
    >>> use_counts(6, 3)
    (1, 2, 3, 3, 2, 1)
    >>> use_counts(6, 3, padding=1)
    (2, 3, 3, 3, 3, 2)
    """
    outputs, kernel, step, before, gap = _resolve(
        input_size, kernel_size, stride, padding, dilation, ceil_mode
    )
    counts = [0] * input_size
    for output in range(outputs):
        for tap in range(kernel):
            at = output * step - before + gap * tap
            if 0 <= at < input_size:
                counts[at] += 1
    return tuple(counts)


def unused(input_size, kernel_size, *, stride=1, padding=0, dilation=1, ceil_mode=False):
    """Input indices that no output reads: gaps of a wide stride, and what is left at the end.

    Examples
    --------
    >>> unused(6, 3, stride=2)
    (5,)
    >>> unused(7, 1, stride=3)
    (1, 2, 4, 5)
    """
    counts = use_counts(
        input_size,
        kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
    )
    return tuple(index for index, count in enumerate(counts) if count == 0)
