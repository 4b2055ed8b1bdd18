"""Which inputs an output reads and which outputs read an input, against sliding windows."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import geometry

AXIS = st.tuples(
    st.integers(1, 12),
    st.integers(1, 4),
    st.integers(1, 5),
    st.tuples(st.integers(0, 4), st.integers(0, 4)),
    st.integers(1, 3),
)


def slide(size, kernel, stride, padding, dilation):
    """Positions that every window reads, in order; those outside the input are None."""
    before, after = padding
    windows, start = [], -before
    while start + dilation * (kernel - 1) < size + after:
        positions = [start + dilation * tap for tap in range(kernel)]
        windows.append(tuple(at if 0 <= at < size else None for at in positions))
        start += stride
    return windows


def arguments(axis):
    size, kernel, stride, padding, dilation = axis
    return (size, kernel), {"stride": stride, "padding": padding, "dilation": dilation}


@given(AXIS)
def test_taps_are_what_lies_under_the_window(axis):
    windows, (sizes, options) = slide(*axis), arguments(axis)
    assume(windows)
    found = [geometry.taps(output, *sizes, **options) for output in range(len(windows))]
    assert found == windows


@given(AXIS)
def test_users_are_the_windows_that_lie_over_an_input(axis):
    windows, (sizes, options) = slide(*axis), arguments(axis)
    assume(windows)
    for index in range(axis[0]):
        expected = tuple(
            (output, taps.index(index)) for output, taps in enumerate(windows) if index in taps
        )
        assert geometry.users(index, *sizes, **options) == expected


@given(AXIS)
def test_use_counts_and_unused_inputs_agree_with_the_windows(axis):
    windows, (sizes, options) = slide(*axis), arguments(axis)
    assume(windows)
    counts = [sum(index in taps for taps in windows) for index in range(axis[0])]
    assert geometry.use_counts(*sizes, **options) == tuple(counts)
    never = tuple(index for index, count in enumerate(counts) if count == 0)
    assert geometry.unused(*sizes, **options) == never


def test_a_pooling_window_that_hangs_over_the_end_reads_nothing_there():
    options = {"stride": 2, "ceil_mode": True}
    assert geometry.taps(2, 5, 2, **options) == (4, None)
    assert geometry.users(4, 5, 2, **options) == ((2, 0),)
    assert geometry.use_counts(5, 2, **options) == (1, 1, 1, 1, 1)
    assert geometry.unused(5, 2, stride=2) == (4,)


def test_how_often_each_pixel_of_6_by_6_is_read_by_a_3_by_3_filter():
    counts = geometry.use_counts_2d((6, 6), 3)
    assert (counts[0][0], counts[0][1], counts[0][2], counts[2][2]) == (1, 2, 3, 9)
    padded = geometry.use_counts_2d((6, 6), 3, padding=1)
    assert (padded[0][0], padded[0][2], padded[2][2]) == (4, 6, 9)


def test_counts_of_two_axes_take_one_option_per_axis():
    counts = geometry.use_counts_2d((3, 4), (1, 2), stride=(2, 1), padding=((0, 0), (1, 0)))
    assert counts == ((2, 2, 2, 1), (0, 0, 0, 0), (2, 2, 2, 1))


@pytest.mark.parametrize("index", [3, 99])
def test_there_are_only_so_many_outputs(index):
    with pytest.raises(ValueError, match=f"output_index must be below 3, got {index}: use 0 to 2"):
        geometry.taps(index, 5, 3)


def test_there_are_only_so_many_inputs():
    with pytest.raises(ValueError, match="input_index must be below 5, got 5: use 0 to 4"):
        geometry.users(5, 5, 3)
    with pytest.raises(ValueError, match="input_index must be at least 0, got -1: use 0 to 4"):
        geometry.users(-1, 5, 3)
