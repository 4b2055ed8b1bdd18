"""How many outputs a convolution or a pooling has along one axis."""

from convviz.geometry._integers import dilation_of, input_size_of, kernel_size_of, stride_of
from convviz.geometry._padding import effective_kernel_size, resolve_padding


def conv_output_size(input_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """Number of outputs along one axis: ``⌊(i + p_before + p_after − k_eff) / s⌋ + 1``.

    Parameters
    ----------
    input_size, kernel_size, stride, dilation : int
        All at least 1. `k_eff` is ``dilation·(kernel_size − 1) + 1``.
    padding : int, pair (before, after), or {"valid", "same", "full"}

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    TypeError
        When a number is no integer.
    ValueError
        When a number is too small, the word is unknown, or the kernel does not fit.

    Notes
    -----
    The formula is relationship 6 of Dumoulin and Visin (2016), with dilation as their
    relationship 15.

    Examples
    --------
    Seven pixels, a kernel of three: five places to put it; with a pixel of padding on each side
    seven; every second one of those is four.

    >>> conv_output_size(7, 3)
    5
    >>> conv_output_size(7, 3, padding=1)
    7
    >>> conv_output_size(7, 3, padding=1, stride=2)
    4
    >>> conv_output_size(4, 3, dilation=2)
    Traceback (most recent call last):
    ...
    ValueError: kernel of 5 (dilated from 3) does not fit an input of 4: ...
    """
    size, step = input_size_of(input_size), stride_of(stride)
    width = effective_kernel_size(kernel_size, dilation)
    before, after = resolve_padding(padding, size, kernel_size, stride=step, dilation=dilation)
    room = before + size + after - width
    if room < 0:
        raise ValueError(does_not_fit(size, kernel_size, width, (before, after)))
    return room // step + 1


def does_not_fit(size, kernel_size, width, padding):
    """The message for a kernel that is wider than the padded input."""
    before, after = padding
    kernel = f"kernel of {width}"
    if width != kernel_size:
        kernel += f" (dilated from {kernel_size})"
    place = f"an input of {size}"
    if before or after:
        place += f" padded to {before + size + after}"
    if before == after:
        remedy = f"raise padding to at least {-(-(width - size) // 2)}"
    else:
        remedy = f"raise the two paddings to at least {width - size} together"
    # lowering dilation helps only where the solid kernel would fit
    lower = kernel_size <= before + size + after and width != kernel_size
    other = "lower dilation" if lower else "take a smaller kernel"
    return f"{kernel} does not fit {place}: {remedy} or {other}"


def pool_output_size(
    input_size, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """Number of windows of a pooling along one axis, exactly as PyTorch counts them.

    Parameters
    ----------
    input_size, kernel_size, dilation : int
    stride : int, optional
        `kernel_size` when it is None: windows side by side.
    padding : int, pair (before, after), or {"valid", "same"}
        At most half of the (dilated) window on either side.
    ceil_mode : bool
        Round up instead of down: also count a last window that hangs over the edge, provided
        that it starts inside the input or in the padding before it.

    Raises
    ------
    TypeError, ValueError
        As `conv_output_size`; ValueError also when the padding is more than half of the window,
        or a dilated window would see nothing but padding.

    Examples
    --------
    >>> pool_output_size(5, 2)
    2
    >>> pool_output_size(5, 2, ceil_mode=True)
    3
    """
    size, kernel = input_size_of(input_size), kernel_size_of(kernel_size)
    gap = dilation_of(dilation)
    step = kernel if stride is None else stride_of(stride)
    width = effective_kernel_size(kernel, gap)
    before, after = resolve_padding(padding, size, kernel, stride=step, dilation=gap)
    _check_pool_padding(before, after, width)
    room = before + size + after - width
    count = (room + (step - 1 if ceil_mode else 0)) // step + 1
    if ceil_mode and (count - 1) * step >= size + before:
        count -= 1
    if count < 1:
        raise ValueError(does_not_fit(size, kernel, width, (before, after)))
    if gap > 1 and (before or after):
        _check_pool_windows(count, size, (kernel, step, before, gap))
    return count


def _check_pool_padding(before, after, width):
    for side, amount in (("before", before), ("after", after)):
        if amount > width // 2:
            raise ValueError(
                f"padding of {amount} {side} the input is more than half of the pooling window "
                f"of {width}: lower it to at most {width // 2}"
            )


def _check_pool_windows(count, size, geometry):
    kernel, step, before, gap = geometry
    for output in range(count):
        start = output * step - before
        if not any(0 <= start + gap * tap < size for tap in range(kernel)):
            raise ValueError(
                f"window {output} of the pooling sees nothing but padding: "
                f"lower padding (now {before} before) or dilation (now {gap})"
            )
