"""Transposed convolution: the sizes that lead back from an output to an input."""

from dataclasses import dataclass

from convviz.geometry._integers import dilation_of, input_size_of, integer, stride_of
from convviz.geometry._padding import effective_kernel_size, resolve_padding


@dataclass(frozen=True)
class TransposeAsConv:
    """The ordinary convolution, of stride 1, that a transposed convolution amounts to.

    Attributes
    ----------
    gaps : int
        Zeros put between neighbouring inputs: ``stride − 1``.
    stretched_size : int
        The input with its gaps: ``i + (i − 1)·gaps``.
    padding : tuple of (int, int)
        Zeros before and after the stretched input; a negative number cuts entries off.
    output_size : int
        ``stretched_size + padding[0] + padding[1] − k_eff + 1``.
    """

    gaps: int
    stretched_size: int
    padding: tuple[int, int]
    output_size: int


def conv_transpose_as_conv(
    input_size, kernel_size, *, stride=1, padding=0, output_padding=0, dilation=1
):
    """Write a transposed convolution as zeros between the inputs and a convolution of stride 1.

    The kernel is flipped in that convolution. The parameters are those of
    `conv_transpose_output_size`.

    Returns
    -------
    TransposeAsConv

    Notes
    -----
    Relationship 14 of Dumoulin and Visin (2016).

    Examples
    --------
    >>> conv_transpose_as_conv(2, 3, stride=2)
    TransposeAsConv(gaps=1, stretched_size=3, padding=(2, 2), output_size=5)
    """
    size, step, gap = input_size_of(input_size), stride_of(stride), dilation_of(dilation)
    width = effective_kernel_size(kernel_size, gap)
    before, after = _transpose_padding(padding, size, kernel_size, (step, gap))
    extra = integer("output_padding", output_padding, 0, "use 0 for none")
    if extra >= max(step, gap):
        raise ValueError(
            f"output_padding must be smaller than the stride ({step}) or the dilation ({gap}), "
            f"got {extra}: use at most {max(step, gap) - 1}"
        )
    stretched = (size - 1) * step + 1
    around = (width - 1 - before, width - 1 - after + extra)
    output = stretched + sum(around) - width + 1
    if output < 1:
        raise ValueError(
            f"padding of {before} before and {after} after cuts away all "
            f"{output + before + after} outputs of the transposed convolution: lower padding"
        )
    return TransposeAsConv(step - 1, stretched, around, output)


def _transpose_padding(padding, size, kernel_size, spacing):
    step, gap = spacing
    if padding == "same":
        # the convolution that is undone has step * size inputs, and "same" speaks of those
        size *= step
    return resolve_padding(padding, size, kernel_size, stride=step, dilation=gap)


def conv_transpose_output_size(
    input_size, kernel_size, *, stride=1, padding=0, output_padding=0, dilation=1
):
    """Number of outputs along one axis: ``(i − 1)·s − p_before − p_after + k_eff + extra``.

    Parameters
    ----------
    input_size, kernel_size, stride, dilation : int
        All at least 1.
    padding : int, pair (before, after), or {"valid", "same", "full"}
        The padding of the convolution that is undone: it makes the output smaller here.
        ``"same"`` gives ``stride·input_size`` outputs where the kernel is at least a stride wide.
    output_padding : int
        The extra outputs at the end, fewer than the stride or the dilation. A convolution with a
        stride makes the same output from several input sizes; this number picks one of them.

    Raises
    ------
    TypeError, ValueError
        As `conv_output_size`; ValueError also when `output_padding` is too large, or the padding
        cuts the whole output away.

    Examples
    --------
    >>> conv_transpose_output_size(2, 3, stride=2)
    5
    >>> conv_transpose_output_size(3, 3, stride=2, padding=1, output_padding=1)
    6
    """
    return conv_transpose_as_conv(
        input_size,
        kernel_size,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
    ).output_size
