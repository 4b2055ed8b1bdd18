"""Stacks of layers: sizes, receptive fields by tracing taps, parameters and multiply-adds."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convviz import geometry
from convviz.geometry import Layer, ReceptiveField

LAYER = st.builds(
    Layer,
    kernel_size=st.integers(1, 4),
    stride=st.integers(1, 3),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=st.integers(1, 2),
)


def trace(layers, output):
    """Positions of the input that an output sees, without an end to the input on either side."""
    seen = {output}
    for layer in reversed(layers):
        seen = {
            at * layer.stride - layer.padding[0] + layer.dilation * tap
            for at in seen
            for tap in range(layer.kernel_size)
        }
    return seen


@given(st.lists(LAYER, max_size=4), st.integers(0, 5))
def test_the_receptive_field_is_what_tracing_the_taps_back_finds(layers, output):
    seen = trace(layers, output)
    assert geometry.receptive_field(layers).interval(output) == (min(seen), max(seen))


def test_an_empty_stack_sees_one_input_per_output():
    assert geometry.receptive_field([]) == ReceptiveField(size=1, jump=1, start=0)


def test_two_small_kernels_see_as_much_as_a_large_one():
    two, one = [Layer(3), Layer(3)], [Layer(5)]
    assert geometry.receptive_field(two) == geometry.receptive_field(one)


def test_dilations_that_double_make_the_field_grow_exponentially():
    sizes = [
        geometry.receptive_field([Layer(3, dilation=2**i) for i in range(n)]).size
        for n in (1, 2, 3, 4)
    ]
    assert sizes == [3, 7, 15, 31]


def test_layers_may_be_mappings():
    mappings = [{"kernel_size": 3}, {"kernel_size": 2, "stride": 2}]
    assert geometry.receptive_field(mappings) == geometry.receptive_field([Layer(3), Layer(2, 2)])


@given(st.lists(LAYER, min_size=1, max_size=4), st.integers(1, 40))
def test_sizes_on_the_way_are_those_of_one_layer_after_the_other(layers, size):
    expected = [size]
    try:
        for layer in layers:
            options = {"padding": layer.padding, "dilation": layer.dilation}
            expected.append(
                geometry.conv_output_size(
                    expected[-1], layer.kernel_size, stride=layer.stride, **options
                )
            )
    except ValueError:
        assume(False)
    assert geometry.stack_sizes(size, layers) == tuple(expected)


def test_volumes_shrink_without_padding():
    assert geometry.stack_sizes(32, [Layer(3), Layer(3), Layer(5)]) == (32, 30, 28, 24)


def test_a_pooling_layer_may_round_up():
    assert geometry.stack_sizes(7, [Layer(2, stride=2, ceil_mode=True)]) == (7, 4)


def test_a_layer_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"^layer 1: kernel of 5 does not fit an input of 4"):
        geometry.stack_sizes(6, [Layer(3), Layer(5)])


def test_same_padding_of_stride_1_needs_no_input_size():
    layers = [Layer(4, padding="same"), Layer(3)]
    assert geometry.receptive_field(layers) == ReceptiveField(size=6, jump=1, start=-1)


def test_same_padding_with_a_stride_needs_the_input_size():
    layers = [Layer(3, padding=1), Layer(3, stride=2, padding="same")]
    words = 'layer 1: padding="same" with stride 2 depends on the size of its input: give input_si'
    with pytest.raises(ValueError, match=words):
        geometry.receptive_field(layers)
    assert geometry.receptive_field(layers, input_size=6).start == -1
    assert geometry.receptive_field(layers, input_size=7).start == -2


def test_something_that_is_no_layer_is_refused():
    with pytest.raises(TypeError, match=r"layers\[0\] must be a Layer or a mapping, got 3: write"):
        geometry.receptive_field([3])
    with pytest.raises(ValueError, match=r"layers\[0\] has no option 'kernel': use kernel_size, "):
        geometry.receptive_field([{"kernel": 3}])
    with pytest.raises(ValueError, match=r"layers\[1\] lacks kernel_size: add it"):
        geometry.receptive_field([Layer(3), {"stride": 2}])


# what a layer costs


def test_six_filters_of_5_by_5_over_three_channels():
    channels = {"in_channels": 3, "out_channels": 6}
    assert geometry.conv_parameters((5, 5), **channels) == 456
    assert geometry.conv_multiply_adds((32, 32), (5, 5), **channels) == 352_800


def test_groups_and_a_missing_bias_save_parameters():
    channels = {"in_channels": 4, "out_channels": 6}
    assert geometry.conv_parameters((3, 3), **channels, bias=False) == 6 * 36
    assert geometry.conv_parameters((3, 3), **channels, groups=2) == 6 * (18 + 1)


def test_multiply_adds_follow_the_output_size():
    channels = {"in_channels": 4, "out_channels": 6, "groups": 2}
    assert geometry.conv_multiply_adds((7, 7), (3, 3), **channels, stride=2, padding=1) == (
        4 * 4 * 6 * 18
    )


def test_parameters_are_those_of_a_pytorch_layer():
    torch = pytest.importorskip("torch")
    layer = torch.nn.Conv2d(6, 9, (3, 5), groups=3)
    count = sum(parameter.numel() for parameter in layer.parameters())
    assert geometry.conv_parameters((3, 5), in_channels=6, out_channels=9, groups=3) == count


def test_costs_of_impossible_layers_are_refused():
    channels = {"in_channels": 3, "out_channels": 6}
    with pytest.raises(TypeError, match=r"kernel_shape must have an entry for each axis, got 5: "):
        geometry.conv_parameters(5, **channels)
    with pytest.raises(ValueError, match="groups must divide in_channels, got groups 2 and in_ch"):
        geometry.conv_parameters((5, 5), **channels, groups=2)
    with pytest.raises(ValueError, match="groups must divide out_channels, got groups 3 and out_"):
        geometry.conv_parameters((5, 5), in_channels=3, out_channels=4, groups=3)
    with pytest.raises(ValueError, match="out_channels must be at least 1, got 0: there is one ch"):
        geometry.conv_parameters((5, 5), in_channels=3, out_channels=0)
