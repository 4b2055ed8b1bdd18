"""The functions of one axis, for several axes: every option is one value or one per axis."""

from convviz.geometry._integers import is_sequence, per_axis
from convviz.geometry._padding import padding_per_axis, padding_source, resolve_padding
from convviz.geometry._sizes import conv_output_size, pool_output_size
from convviz.geometry._taps import use_counts
from convviz.geometry._transpose import conv_transpose_as_conv

_AXIS_NAMES = {1: ("",), 2: ("rows: ", "columns: "), 3: ("depth: ", "rows: ", "columns: ")}


def conv_output_shape(input_shape, kernel_size, *, stride=1, padding=0, dilation=1):
    """`conv_output_size` for several axes.

    Parameters
    ----------
    input_shape : tuple of int
        One entry per axis, without batch and channels.
    kernel_size, stride, dilation : int or tuple of int
    padding : as for `padding_per_axis`

    Raises
    ------
    TypeError, ValueError
        As `conv_output_size`, the message beginning with the axis: ``rows:`` or ``columns:``.

    Examples
    --------
    >>> conv_output_shape((32, 32), 5)
    (28, 28)
    >>> conv_output_shape((7, 6), (3, 2), stride=(2, 1), padding=((1, 1), (0, 0)))
    (4, 5)
    """
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    return _each_axis(conv_output_size, input_shape, kernel_size, **options)


def pool_output_shape(
    input_shape, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """`pool_output_size` for several axes; parameters and errors as `conv_output_shape`.

    Examples
    --------
    >>> pool_output_shape((6, 7), 2, ceil_mode=True)
    (3, 4)
    """
    stride = kernel_size if stride is None else stride
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    return _each_axis(pool_output_size, input_shape, kernel_size, **options, ceil_mode=ceil_mode)


def resolve_paddings(
    padding, input_shape, kernel_size, *, stride=1, dilation=1, padding_mode="zeros"
):
    """`resolve_padding` for several axes: a pair ``(before, after)`` for each.

    Raises
    ------
    TypeError, ValueError
        As `resolve_padding`; ValueError also when there is more padding than `padding_mode` can
        fill from the input (see `padding_source`).

    Examples
    --------
    >>> resolve_paddings("same", (5, 5), (3, 4))
    ((1, 1), (1, 2))
    >>> resolve_paddings(3, (3, 8), 7, padding_mode="reflect")
    Traceback (most recent call last):
    ...
    ValueError: rows: padding of 3 is too much for padding_mode="reflect": ...
    """

    def pair(size, kernel, *, padding, stride, dilation):
        before, after = resolve_padding(padding, size, kernel, stride=stride, dilation=dilation)
        for outermost in (-before, size + after - 1):
            padding_source(outermost, size, padding_mode)
        return before, after

    options = {"stride": stride, "padding": padding, "dilation": dilation}
    return _each_axis(pair, input_shape, kernel_size, **options)


def conv_transpose_as_convs(
    input_shape, kernel_size, *, stride=1, padding=0, output_padding=0, dilation=1
):
    """`conv_transpose_as_conv` for several axes; errors as there, beginning with the axis.

    Examples
    --------
    >>> [axis.output_size for axis in conv_transpose_as_convs((2, 3), 3, stride=2)]
    [5, 7]
    """
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    axes = len(input_shape) if is_sequence(input_shape) else 1
    extras = iter(per_axis("output_padding", output_padding, axes, 0, "use 0 for none"))

    def along(size, kernel, **spacing):
        return conv_transpose_as_conv(size, kernel, output_padding=next(extras), **spacing)

    return _each_axis(along, input_shape, kernel_size, **options)


def use_counts_2d(input_shape, kernel_size, *, stride=1, padding=0, dilation=1, ceil_mode=False):
    """How many outputs read each pixel: the product of the counts of its row and its column.

    Parameters and errors are those of `conv_output_shape`; the result is a tuple of rows.

    Examples
    --------
    A 3×3 filter on 6×6 reads a corner once, and a pixel in the middle nine times:

    >>> for row in use_counts_2d((6, 6), 3)[:3]:
    ...     print(row)
    (1, 2, 3, 3, 2, 1)
    (2, 4, 6, 6, 4, 2)
    (3, 6, 9, 9, 6, 3)
    """
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    rows, columns = _each_axis(
        use_counts, input_shape, kernel_size, **options, ceil_mode=ceil_mode, only_axes=2
    )
    return tuple(tuple(row * column for column in columns) for row in rows)


def _each_axis(
    function, input_shape, kernel_size, *, stride, padding, dilation, only_axes=None, **options
):
    """Call `function` once per axis; its errors say which axis they are about."""
    if not is_sequence(input_shape) or len(input_shape) != (only_axes or len(input_shape)):
        wanted = f"{only_axes} integers" if only_axes else "a tuple of integers"
        raise ValueError(f"input_shape must be {wanted}, one per axis, got {input_shape!r}")
    axes = len(input_shape)
    kernels = per_axis("kernel_size", kernel_size, axes, 1, "a kernel has one weight or more")
    strides = per_axis("stride", stride, axes, 1, "use 1 to visit every position")
    dilations = per_axis("dilation", dilation, axes, 1, "use 1 for a solid kernel")
    paddings = padding_per_axis(padding, axes)
    names = _AXIS_NAMES.get(axes) or tuple(f"axis {axis}: " for axis in range(axes))
    results = []
    for axis in range(axes):
        spacing = {"stride": strides[axis], "padding": paddings[axis], "dilation": dilations[axis]}
        try:
            results.append(function(input_shape[axis], kernels[axis], **spacing, **options))
        except (TypeError, ValueError) as error:
            raise type(error)(f"{names[axis]}{error}") from None
    return tuple(results)
