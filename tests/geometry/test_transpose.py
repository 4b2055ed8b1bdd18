"""Transposed convolution: sizes against scattering, and the convolution it amounts to."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import geometry

AXIS = st.tuples(
    st.integers(1, 8),
    st.integers(1, 5),
    st.integers(1, 4),
    st.tuples(st.integers(0, 4), st.integers(0, 4)),
    st.integers(0, 3),
    st.integers(1, 3),
)


def scatter(size, kernel, stride, padding, extra, dilation):
    """Number of cells from the first to the last that an input reaches, after the cut."""
    cells = [i * stride + dilation * tap for i in range(size) for tap in range(kernel)]
    return len(range(min(cells), max(cells) + 1)) - sum(padding) + extra


@given(AXIS)
def test_the_output_is_as_long_as_what_the_inputs_scatter_to(axis):
    size, kernel, stride, padding, extra, dilation = axis
    assume(extra < max(stride, dilation) and scatter(*axis) >= 1)
    outputs = geometry.conv_transpose_output_size(
        size, kernel, stride=stride, padding=padding, output_padding=extra, dilation=dilation
    )
    assert outputs == scatter(*axis)


@given(AXIS)
def test_it_undoes_the_size_of_a_convolution(axis):
    size, kernel, stride, padding, extra, dilation = axis
    assume(extra < stride and scatter(*axis) >= 1)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    outputs = geometry.conv_transpose_output_size(size, kernel, output_padding=extra, **options)
    assert geometry.conv_output_size(outputs, kernel, **options) == size


@given(AXIS)
def test_the_equal_convolution_reads_an_input_where_it_was_scattered_from(axis):
    size, kernel, stride, padding, extra, dilation = axis
    assume(extra < max(stride, dilation) and scatter(*axis) >= 1)
    plan = geometry.conv_transpose_as_conv(
        size, kernel, stride=stride, padding=padding, output_padding=extra, dilation=dilation
    )
    assert plan.gaps == stride - 1
    assert plan.stretched_size == size + (size - 1) * plan.gaps
    scattered = {
        (i * stride + dilation * tap - padding[0], i, tap)
        for i in range(size)
        for tap in range(kernel)
    }
    gathered = set()
    for output in range(plan.output_size):
        for place in range(kernel):
            at = output - plan.padding[0] + dilation * place
            if 0 <= at < plan.stretched_size and at % stride == 0:
                gathered.add((output, at // stride, kernel - 1 - place))
    inside = {entry for entry in scattered if 0 <= entry[0] < plan.output_size}
    assert gathered == inside


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "extra", "outputs"),
    # the seven classic convolutions, undone
    [
        (2, 3, 1, 0, 0, 4),
        (6, 4, 1, 2, 0, 5),
        (5, 3, 1, 1, 0, 5),
        (7, 3, 1, 2, 0, 5),
        (2, 3, 2, 0, 0, 5),
        (3, 3, 2, 1, 0, 5),
        (3, 3, 2, 1, 1, 6),
    ],
)
def test_the_classic_cases(size, kernel, stride, padding, extra, outputs):
    options = {"stride": stride, "padding": padding}
    assert geometry.conv_output_size(outputs, kernel, **options) == size
    found = geometry.conv_transpose_output_size(size, kernel, output_padding=extra, **options)
    assert found == outputs


def test_output_padding_picks_among_inputs_that_a_stride_maps_to_the_same_output():
    options = {"stride": 2, "padding": 1}
    assert geometry.conv_output_size(5, 3, **options) == 3
    assert geometry.conv_output_size(6, 3, **options) == 3
    assert geometry.conv_transpose_output_size(3, 3, **options) == 5
    assert geometry.conv_transpose_output_size(3, 3, output_padding=1, **options) == 6


@given(st.integers(1, 8), st.integers(1, 6), st.integers(1, 4))
def test_same_padding_multiplies_the_size_by_the_stride(size, kernel, stride):
    assume(kernel >= stride)
    found = geometry.conv_transpose_output_size(size, kernel, stride=stride, padding="same")
    assert found == size * stride


def test_pytorch_has_the_same_sizes():
    torch = pytest.importorskip("torch")
    for kernel, stride, padding, extra, dilation in [
        (3, 2, 1, 1, 1),
        (4, 3, 0, 2, 2),
        (2, 1, 2, 1, 4),
        (5, 4, 1, 0, 1),
    ]:
        layer = torch.nn.ConvTranspose1d(
            1, 1, kernel, stride, padding, extra, dilation=dilation, bias=False
        )
        found = geometry.conv_transpose_output_size(
            6, kernel, stride=stride, padding=padding, output_padding=extra, dilation=dilation
        )
        assert found == layer(torch.zeros(1, 1, 6)).shape[-1]


def test_output_padding_stays_below_the_stride_or_the_dilation():
    words = r"output_padding must be smaller than the stride \(2\) or the dilation \(1\), got 2: "
    with pytest.raises(ValueError, match=words + "use at most 1"):
        geometry.conv_transpose_output_size(3, 3, stride=2, output_padding=2)


def test_padding_must_leave_an_output():
    words = "padding of 2 before and 1 after cuts away all 3 outputs of the transposed convolution"
    with pytest.raises(ValueError, match=words + ": lower padding"):
        geometry.conv_transpose_output_size(1, 3, padding=(2, 1))
