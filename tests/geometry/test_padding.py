"""Effective kernels, padding in words and numbers, and what padding copies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz import geometry


@given(st.integers(1, 9), st.integers(1, 5))
def test_a_dilated_kernel_reaches_from_its_first_tap_to_its_last(kernel, dilation):
    taps = range(0, kernel * dilation, dilation)
    assert geometry.effective_kernel_size(kernel, dilation) == taps[-1] - taps[0] + 1


def test_padding_in_numbers_is_one_for_both_sides_or_a_pair():
    assert geometry.resolve_padding(2, 5, 3) == (2, 2)
    assert geometry.resolve_padding((1, 0), 5, 3) == (1, 0)
    assert geometry.resolve_padding(np.array([1, 0]), 5, 3) == (1, 0)
    assert geometry.resolve_padding(np.int64(1), 5, 3) == (1, 1)


def test_padding_in_words():
    assert geometry.resolve_padding("valid", 5, 3) == (0, 0)
    assert geometry.resolve_padding("same", 5, 3) == (1, 1)
    assert geometry.resolve_padding("full", 5, 3) == (2, 2)
    assert geometry.resolve_padding("full", 5, 3, dilation=2) == (4, 4)


@given(st.integers(1, 20), st.integers(1, 6), st.integers(1, 5), st.integers(1, 3))
def test_same_padding_is_the_least_that_works_with_the_odd_one_after(size, kernel, stride, gap):
    before, after = geometry.resolve_padding("same", size, kernel, stride=stride, dilation=gap)
    assert after - before in (0, 1)
    wanted, width = -(-size // stride), gap * (kernel - 1) + 1
    # the last window must end inside; one entry less and it would not
    last_window_ends = (wanted - 1) * stride + width
    assert size + before + after >= last_window_ends
    assert before + after == 0 or size + before + after == last_window_ends


def test_same_padding_with_a_stride_depends_on_the_input():
    assert geometry.resolve_padding("same", 6, 3, stride=2) == (0, 1)
    assert geometry.resolve_padding("same", 7, 3, stride=2) == (1, 1)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_same_padding_of_an_even_kernel_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    layer = torch.nn.Conv1d(1, 1, 4, padding="same", bias=False)
    torch.nn.init.ones_(layer.weight)
    x = torch.arange(1.0, 6.0)[None, None]
    before, after = geometry.resolve_padding("same", 5, 4)
    padded = np.pad(x[0, 0].numpy(), (before, after))
    sums = [padded[start : start + 4].sum() for start in range(5)]
    assert layer(x)[0, 0].tolist() == sums


def test_padded_size_adds_both_sides():
    assert geometry.padded_size(5, (1, 2)) == 8
    assert geometry.padded_size(5, "same", kernel_size=4) == 8
    assert geometry.padded_size(6, "same", kernel_size=3, stride=2) == 7


def test_padding_of_several_axes_is_spread_over_them():
    assert geometry.padding_per_axis(1, 2) == ((1, 1), (1, 1))
    assert geometry.padding_per_axis((1, 2), 2) == ((1, 1), (2, 2))
    assert geometry.padding_per_axis(((1, 2), (3, 4)), 2) == ((1, 2), (3, 4))
    assert geometry.padding_per_axis(((1, 2), "same"), 2) == ((1, 2), "same")
    assert geometry.padding_per_axis((3,), 1) == ((3, 3),)
    assert geometry.padding_per_axis(((1, 2),), 1) == ((1, 2),)
    assert geometry.padding_per_axis(("same",), 1) == ("same",)


NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@given(st.sampled_from(sorted(NUMPY_MODES)), st.integers(1, 8), st.data())
def test_copying_padding_reads_what_numpy_pads_with(mode, size, data):
    reach = {"reflect": size - 1, "replicate": 20, "circular": size}[mode]
    before, after = data.draw(st.integers(0, reach)), data.draw(st.integers(0, reach))
    expected = np.pad(np.arange(size), (before, after), mode=NUMPY_MODES[mode])
    found = [geometry.padding_source(at, size, mode) for at in range(-before, size + after)]
    assert found == expected.tolist()


@pytest.mark.parametrize("mode", ["zeros", "constant"])
def test_fixed_padding_reads_no_input(mode):
    found = [geometry.padding_source(at, 3, mode) for at in range(-2, 5)]
    assert found == [None, None, 0, 1, 2, None, None]


@pytest.mark.parametrize(("mode", "most"), [("reflect", 3), ("circular", 4)])
def test_padding_cannot_copy_more_than_there_is(mode, most):
    geometry.padding_source(-most, 4, mode)
    geometry.padding_source(3 + most, 4, mode)
    for position in (-most - 1, 4 + most):
        with pytest.raises(ValueError, match=f"an input of 4 allows at most {most}; lower padd"):
            geometry.padding_source(position, 4, mode)


def test_paddings_of_several_axes_are_resolved_together():
    found = geometry.resolve_paddings("same", (6, 7), (3, 4), stride=(2, 1), dilation=(1, 2))
    assert found == ((0, 1), (3, 3))
    with pytest.raises(ValueError, match=r"^columns: padding of 3 is too much"):
        geometry.resolve_paddings((0, 3), (9, 3), 3, padding_mode="reflect")
