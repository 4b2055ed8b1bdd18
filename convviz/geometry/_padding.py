"""How wide the kernel really is, and what stands around the input."""

from convviz.geometry._integers import (
    dilation_of,
    input_size_of,
    integer,
    is_sequence,
    kernel_size_of,
    stride_of,
)

PADDING_MODES = ("zeros", "constant", "reflect", "replicate", "circular")
_WORDS = ("valid", "same", "full")
_REMEDY = "use 0 for none"


def effective_kernel_size(kernel_size, dilation=1):
    """Width of a dilated kernel from its first tap to its last: ``dilation·(kernel_size − 1) + 1``.

    Examples
    --------
    Three taps, two apart, reach over five pixels:

    >>> effective_kernel_size(3, dilation=2)
    5
    """
    return dilation_of(dilation) * (kernel_size_of(kernel_size) - 1) + 1


def resolve_padding(padding, input_size, kernel_size, *, stride=1, dilation=1):
    """Return the padding along one axis as the pair ``(before, after)``.

    Parameters
    ----------
    padding : int, pair of int, or {"valid", "same", "full"}
        ``"same"`` pads so that the output has ``ceil(input_size / stride)`` entries:
        ``max((output − 1)·stride + k_eff − input_size, 0)`` in all. When that is odd, the extra
        one goes after the input (at the right, at the bottom), as in PyTorch and TensorFlow.
        ``"full"`` pads with ``k_eff − 1`` on both sides.
    input_size, kernel_size, stride, dilation : int
        The rest of the geometry; only the words depend on it.

    Raises
    ------
    TypeError
        When an entry is no integer.
    ValueError
        When an entry is negative, the word is unknown, or it is not a pair.

    Examples
    --------
    >>> resolve_padding("same", 5, 3)
    (1, 1)
    >>> resolve_padding("same", 5, 4)       # an even kernel: one more after
    (1, 2)
    >>> resolve_padding("full", 5, 3)
    (2, 2)
    """
    if isinstance(padding, str):
        return _padding_of_word(padding, input_size, kernel_size, stride, dilation)
    return _pair(padding)


def _pair(padding):
    """A padding given in numbers as (before, after)."""
    if not is_sequence(padding):
        both = integer("padding", padding, 0, _REMEDY)
        return both, both
    entries = tuple(padding)
    if len(entries) != 2:
        raise ValueError(
            "padding along one axis must be an integer or a pair (before, after), "
            f"got {entries}: give two numbers"
        )
    return (
        integer("padding before", entries[0], 0, _REMEDY),
        integer("padding after", entries[1], 0, _REMEDY),
    )


def _padding_of_word(word, input_size, kernel_size, stride, dilation):
    if word not in _WORDS:
        raise ValueError(
            f'padding must be "valid", "same" or "full" when it is a word, got "{word}": '
            "use one of these, an integer or a pair (before, after)"
        )
    if word == "valid":
        return 0, 0
    width = effective_kernel_size(kernel_size, dilation)
    if word == "full":
        return width - 1, width - 1
    size, step = input_size_of(input_size), stride_of(stride)
    outputs = -(-size // step)
    # a stride wider than the kernel can make this negative: nothing is cut off then
    total = max((outputs - 1) * step + width - size, 0)
    return total // 2, total - total // 2


def padding_per_axis(padding, axes):
    """Spread a padding over `axes` axes, each entry a word or a pair ``(before, after)``.

    An integer or a word stands for every axis. With several axes, a sequence has an entry per
    axis: ``(1, 2)`` is 1 for the rows and 2 for the columns, ``((1, 2), (3, 4))`` is top, bottom,
    left, right. With a single axis, ``(1, 2)`` is before and after.

    Raises
    ------
    TypeError
        When an entry is no integer.
    ValueError
        When an entry is negative, or there are not as many entries as axes.

    Examples
    --------
    >>> padding_per_axis((1, 2), 2)
    ((1, 1), (2, 2))
    >>> padding_per_axis((1, 2), 1)
    ((1, 2),)
    >>> padding_per_axis("same", 2)
    ('same', 'same')
    """
    if isinstance(padding, str):
        return (padding,) * axes
    if not is_sequence(padding):
        return (_pair(padding),) * axes
    entries = tuple(padding)
    if axes == 1 and len(entries) == 2 and not is_sequence(entries[0]):
        return (_pair(entries),)
    if len(entries) != axes:
        raise ValueError(
            f"padding must be one integer or word, or {axes} entries, one per axis, "
            f"got {len(entries)}: {entries}"
        )
    return tuple(entry if isinstance(entry, str) else _pair(entry) for entry in entries)


def padded_size(input_size, padding, *, kernel_size=1, stride=1, dilation=1):
    """Entries along the axis once it is padded; the words need the kernel as well.

    Examples
    --------
    >>> padded_size(5, (1, 2))
    8
    >>> padded_size(5, "full", kernel_size=3)
    9
    """
    size = input_size_of(input_size)
    before, after = resolve_padding(padding, size, kernel_size, stride=stride, dilation=dilation)
    return before + size + after


def padding_source(position, input_size, padding_mode="zeros"):
    """Which input index stands at `position` when the axis is padded; None for a fixed value.

    Parameters
    ----------
    position : int
        Counted as the input is: 0 is its first entry, −1 the first cell of padding before it,
        `input_size` the first one after it.
    input_size : int
    padding_mode : {"zeros", "constant", "reflect", "replicate", "circular"}

    Raises
    ------
    ValueError
        When the mode is unknown, or the position is further out than the mode can reach:
        ``"reflect"`` has ``input_size − 1`` entries to mirror, ``"circular"`` has `input_size` to
        repeat.

    Examples
    --------
    Around the input ``a b c d``, reflect reads ``c b | a b c d | c b``:

    >>> [padding_source(at, 4, "reflect") for at in (-2, -1, 0, 3, 4, 5)]
    [2, 1, 0, 3, 2, 1]
    >>> [padding_source(at, 4, "circular") for at in (-2, -1, 4, 5)]
    [2, 3, 0, 1]
    >>> padding_source(-1, 4, "zeros") is None
    True
    """
    size = input_size_of(input_size)
    if padding_mode not in PADDING_MODES:
        known = ", ".join(f'"{mode}"' for mode in PADDING_MODES)
        raise ValueError(f"padding_mode must be one of {known}, got {padding_mode!r}")
    if 0 <= position < size:
        return position
    outside = -position if position < 0 else position - size + 1
    if padding_mode in ("zeros", "constant"):
        return None
    if padding_mode == "replicate":
        return 0 if position < 0 else size - 1
    reach = size - 1 if padding_mode == "reflect" else size
    if outside > reach:
        raise ValueError(
            f'padding of {outside} is too much for padding_mode="{padding_mode}": an input of '
            f'{size} allows at most {reach}; lower padding or use "replicate"'
        )
    if padding_mode == "circular":
        return position % size
    return -position if position < 0 else 2 * (size - 1) - position
