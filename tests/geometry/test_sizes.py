"""Output sizes: the formulas against windows that are slid along and counted."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import geometry

SMALL = st.integers(1, 5)
PAIR = st.tuples(st.integers(0, 5), st.integers(0, 5))


def slide(input_size, kernel_size, stride, padding, dilation):
    """Taps of every window that fits, as positions of the unpadded axis."""
    before, after = padding
    windows, start = [], -before
    while start + dilation * (kernel_size - 1) < input_size + after:
        windows.append([start + dilation * tap for tap in range(kernel_size)])
        start += stride
    return windows


@given(st.integers(1, 14), SMALL, SMALL, PAIR, st.integers(1, 4))
def test_a_convolution_has_as_many_outputs_as_windows_fit(size, kernel, stride, padding, dilation):
    windows = slide(size, kernel, stride, padding, dilation)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    if windows:
        assert geometry.conv_output_size(size, kernel, **options) == len(windows)
    else:
        with pytest.raises(ValueError, match="does not fit"):
            geometry.conv_output_size(size, kernel, **options)


@given(st.integers(2, 6), st.integers(1, 4), st.data())
def test_the_remedy_of_a_kernel_that_does_not_fit_makes_it_fit(kernel, dilation, data):
    reach = dilation * (kernel - 1) + 1
    size = data.draw(st.integers(1, reach - 1))
    before = data.draw(st.integers(0, reach - 1 - size))
    padding = before, data.draw(st.integers(0, reach - 1 - size - before))
    with pytest.raises(ValueError, match="does not fit") as caught:
        geometry.conv_output_size(size, kernel, padding=padding, dilation=dilation)
    words = str(caught.value).split()
    if padding[0] == padding[1]:
        amount = int(words[words.index("least") + 1])
        enough, less = amount, amount - 1
    else:
        total = int(words[words.index("least") + 1])
        enough, less = (total, 0), (total - 1, 0)
    assert geometry.conv_output_size(size, kernel, padding=enough, dilation=dilation) >= 1
    with pytest.raises(ValueError, match="does not fit"):
        geometry.conv_output_size(size, kernel, padding=less, dilation=dilation)


@given(st.integers(1, 20), SMALL, SMALL, st.integers(1, 4))
def test_same_padding_gives_an_output_for_every_stride_begun(size, kernel, stride, dilation):
    options = {"stride": stride, "padding": "same", "dilation": dilation}
    assert geometry.conv_output_size(size, kernel, **options) == -(-size // stride)


@given(st.integers(1, 14), SMALL, st.integers(1, 4))
def test_full_padding_keeps_exactly_the_windows_that_touch_the_input(size, kernel, dilation):
    reach = dilation * (kernel - 1)
    touching = [start for start in range(-50, 50) if start + reach >= 0 and start < size]
    options = {"padding": "full", "dilation": dilation}
    assert geometry.conv_output_size(size, kernel, **options) == len(touching)


@given(st.integers(1, 14), SMALL, SMALL, st.integers(1, 4))
def test_a_stride_keeps_every_so_manieth_output_of_stride_1(size, kernel, stride, dilation):
    assume(size > dilation * (kernel - 1))
    every = range(geometry.conv_output_size(size, kernel, dilation=dilation))
    kept = geometry.conv_output_size(size, kernel, stride=stride, dilation=dilation)
    assert kept == len(every[::stride])


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "outputs"),
    [
        (4, 3, 1, 0, 2),
        (5, 4, 1, 2, 6),
        (5, 3, 1, 1, 5),
        (5, 3, 1, 2, 7),
        (5, 3, 2, 0, 2),
        (5, 3, 2, 1, 3),
        (6, 3, 2, 1, 3),
        (7, 3, 1, 1, 7),
        (7, 3, 2, 1, 4),
        (7, 3, 2, 0, 3),
        (5, 3, 1, "same", 5),
        (5, 3, 1, "full", 7),
        (4, 3, 1, "valid", 2),
    ],
)
def test_the_classic_cases(size, kernel, stride, padding, outputs):
    assert geometry.conv_output_size(size, kernel, stride=stride, padding=padding) == outputs


def test_the_classic_dilated_case():
    assert geometry.conv_output_size(7, 3, dilation=2) == 3


# pooling


def pool_slide(size, kernel, stride, padding, dilation):
    """Starts of pooling windows with ceil_mode, by PyTorch's rule written as a search.

    Rounding up adds one window if some of the padded axis lies behind the last window that fits;
    it is dropped again if it starts beyond the input and the padding before it.
    """
    before, after = padding
    end, start = size + after, -before
    starts = []
    while start + dilation * (kernel - 1) < end:
        starts.append(start)
        start += stride
    covered = starts[-1] + dilation * (kernel - 1) + 1 if starts else None
    if starts and covered < end and start < size:
        starts.append(start)
    return starts


@given(st.integers(1, 14), SMALL, SMALL, st.data())
def test_pooling_with_ceil_mode_adds_a_window_that_hangs_over_the_end(size, kernel, stride, data):
    half = st.integers(0, kernel // 2)
    padding = data.draw(st.tuples(half, half))
    starts = pool_slide(size, kernel, stride, padding, 1)
    assume(starts)
    outputs = geometry.pool_output_size(
        size, kernel, stride=stride, padding=padding, ceil_mode=True
    )
    assert outputs == len(starts)


@given(st.integers(1, 14), SMALL, SMALL, st.integers(0, 2), st.integers(1, 3), st.booleans())
def test_pooling_counts_its_windows_as_pytorch_does(size, kernel, stride, pad, dilation, ceil):
    torch = pytest.importorskip("torch")
    assume(pad <= kernel // 2)
    layer = torch.nn.MaxPool1d(kernel, stride, pad, dilation, ceil_mode=ceil)
    options = {"stride": stride, "padding": pad, "dilation": dilation, "ceil_mode": ceil}
    try:
        outputs = geometry.pool_output_size(size, kernel, **options)
    except ValueError as error:
        if "nothing but padding" in str(error):
            return  # PyTorch answers -inf there
        with pytest.raises(RuntimeError):
            layer(torch.zeros(1, 1, size))
    else:
        assert outputs == layer(torch.zeros(1, 1, size)).shape[-1]


def test_pooling_windows_stand_side_by_side_unless_told_otherwise():
    assert geometry.pool_output_size(6, 2) == 3
    assert geometry.pool_output_size(6, 3, stride=1) == 4


def test_a_pooling_window_that_would_start_behind_the_input_is_dropped():
    # rounding up gives 3 windows, starting at -1, 2 and 5
    assert geometry.pool_output_size(5, 2, stride=3, padding=1, ceil_mode=True) == 2


# several axes


def test_shapes_take_one_value_or_one_per_axis():
    assert geometry.conv_output_shape((32, 32), 5) == (28, 28)
    assert geometry.conv_output_shape((7, 9), (3, 5), stride=(1, 2), dilation=(2, 1)) == (3, 3)
    assert geometry.conv_output_shape((5, 5), 3, padding=((0, 1), "same")) == (4, 5)
    assert geometry.conv_output_shape((9,), 3) == (7,)
    assert geometry.conv_output_shape((4, 5, 6), 3) == (2, 3, 4)
    assert geometry.pool_output_shape((6, 7), (2, 3)) == (3, 2)


def test_a_shape_says_which_axis_is_wrong():
    with pytest.raises(ValueError, match=r"^rows: kernel of 4 does not fit an input of 3"):
        geometry.conv_output_shape((3, 9), 4)
    with pytest.raises(ValueError, match=r"^columns: kernel of 4 does not fit an input of 3"):
        geometry.conv_output_shape((9, 3), 4)
    with pytest.raises(ValueError, match=r"^depth: kernel of 4 does not fit an input of 3"):
        geometry.conv_output_shape((3, 9, 9), 4)
    with pytest.raises(ValueError, match=r"^axis 3: kernel of 4 does not fit an input of 3"):
        geometry.conv_output_shape((9, 9, 9, 3), 4)
