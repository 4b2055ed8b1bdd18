"""The words of the errors: which argument, what was given, the rule, what to do."""

import re

import numpy as np
import pytest

from convviz import geometry

FIT = "does not fit an input of"


@pytest.mark.parametrize(
    ("size", "kernel", "options", "words"),
    [
        (4, 5, {}, f"kernel of 5 {FIT} 4: raise padding to at least 1 or take a smaller kernel"),
        (
            4,
            3,
            {"dilation": 2},
            f"kernel of 5 (dilated from 3) {FIT} 4: raise padding to at least 1 or lower dilation",
        ),
        (
            2,
            3,
            {"dilation": 4, "padding": 1},
            f"kernel of 9 (dilated from 3) {FIT} 2 padded to 4: "
            "raise padding to at least 4 or lower dilation",
        ),
        (
            2,
            3,
            {"dilation": 4},
            f"kernel of 9 (dilated from 3) {FIT} 2: "
            "raise padding to at least 4 or take a smaller kernel",
        ),
        (
            2,
            5,
            {"padding": (1, 0)},
            f"kernel of 5 {FIT} 2 padded to 3: "
            "raise the two paddings to at least 3 together or take a smaller kernel",
        ),
        (0, 3, {}, "input_size must be at least 1, got 0: an axis has one entry or more"),
        (4, 0, {}, "kernel_size must be at least 1, got 0: a kernel has one weight or more"),
        (4, 3, {"stride": 0}, "stride must be at least 1, got 0: use 1 to visit every position"),
        (4, 3, {"stride": -2}, "stride must be at least 1, got -2: use 1 to visit every position"),
        (4, 3, {"dilation": 0}, "dilation must be at least 1, got 0: use 1 for a solid kernel"),
        (4, 3, {"padding": -1}, "padding must be at least 0, got -1: use 0 for none"),
        (4, 3, {"padding": (0, -1)}, "padding after must be at least 0, got -1: use 0 for none"),
        (
            4,
            3,
            {"padding": "half"},
            'padding must be "valid", "same" or "full" when it is a word, got "half": '
            "use one of these, an integer or a pair (before, after)",
        ),
        (
            4,
            3,
            {"padding": (1, 2, 3)},
            "padding along one axis must be an integer or a pair (before, after), "
            "got (1, 2, 3): give two numbers",
        ),
    ],
)
def test_a_value_out_of_range_is_explained(size, kernel, options, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        geometry.conv_output_size(size, kernel, **options)


@pytest.mark.parametrize("value", [1.0, True, np.True_, np.float64(2), "2", None, 1j, np.ones(1)])
@pytest.mark.parametrize(
    ("name", "remedy"),
    [("stride", "use 1 to visit every position"), ("dilation", "use 1 for a solid kernel")],
)
def test_only_integers_count_as_integers(name, value, remedy):
    kind = type(value).__name__
    words = f"{name} must be an integer, got {value!r} ({kind}): {remedy}"
    with pytest.raises(TypeError, match=f"^{re.escape(words)}$"):
        geometry.conv_output_size(5, 3, **{name: value})


def test_a_padding_that_is_no_integer_is_refused():
    with pytest.raises(TypeError, match=r"padding must be an integer, got 0.5 \(float\): use 0 f"):
        geometry.conv_output_size(5, 3, padding=0.5)
    with pytest.raises(TypeError, match=r"padding before must be an integer, got True \(bool\)"):
        geometry.conv_output_size(5, 3, padding=(True, 1))


@pytest.mark.parametrize("number", [np.int32(2), np.uint8(2), np.array(2)])
def test_integers_of_numpy_are_integers(number):
    size = geometry.conv_output_size(number + 5, number, stride=number, padding=number)
    assert size == 5
    assert type(size) is int


def test_there_must_be_an_option_for_each_axis():
    words = "stride must be one integer or 2, one per axis; got 3 of them: (1, 2, 3)"
    with pytest.raises(ValueError, match=re.escape(words)):
        geometry.conv_output_shape((5, 5), 3, stride=(1, 2, 3))
    words = "padding must be one integer or word, or 2 entries, one per axis, got 3: (1, 2, 3)"
    with pytest.raises(ValueError, match=re.escape(words)):
        geometry.conv_output_shape((5, 5), 3, padding=(1, 2, 3))
    with pytest.raises(ValueError, match=r"^stride\[1\] must be at least 1, got 0: use 1 to visit"):
        geometry.conv_output_shape((5, 5), 3, stride=(1, 0))
    with pytest.raises(ValueError, match=r"^input_shape must be a tuple of integers, .* got 5$"):
        geometry.conv_output_shape(5, 3)
    with pytest.raises(ValueError, match=r"^input_shape must be 2 integers, .* got \(5, 5, 5\)$"):
        geometry.use_counts_2d((5, 5, 5), 3)
    with pytest.raises(TypeError, match=r"^columns: input_size must be an integer, got 5.0 \(flo"):
        geometry.conv_output_shape((5, 5.0), 3)


def test_an_unknown_padding_mode_is_refused():
    words = (
        'padding_mode must be one of "zeros", "constant", "reflect", "replicate", "circular", '
        "got 'mirror'"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        geometry.padding_source(0, 5, "mirror")


def test_pooling_must_see_some_input():
    words = "padding of 2 before the input is more than half of the pooling window of 3: lower it"
    with pytest.raises(ValueError, match=words + " to at most 1"):
        geometry.pool_output_size(5, 3, padding=2)
    with pytest.raises(ValueError, match="padding of 2 after the input is more than half of the"):
        geometry.pool_output_size(5, 3, padding=(1, 2))
    words = "window 0 of the pooling sees nothing but padding: lower padding (now 1 before) or dil"
    with pytest.raises(ValueError, match=re.escape(words)):
        geometry.pool_output_size(4, 2, stride=1, padding=1, dilation=5)
    with pytest.raises(ValueError, match="kernel of 3 does not fit an input of 2"):
        geometry.pool_output_size(2, 3)
