"""Separable, tiled and locally connected with each padding: like an input padded beforehand."""

import re

import numpy as np
import pytest

from convviz import ops

# what NumPy calls each mode
MODES = {
    "zeros": "constant",
    "constant": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}
PADDINGS = [((2, 1), (0, 2)), 1]
# shapes of the weights and of the bias, by (rows, columns) of the output, and what else is passed
CASES = {
    "tiled_conv2d": (lambda r, q: ((2, 3, 2, 1, 3, 2), (2, 3, 2)), {"groups": 2, "stride": (1, 2)}),
    "locally_connected2d": (
        lambda r, q: ((r, q, 2, 2, 3, 2), (r, q, 2)), {"dilation": (1, 2), "stride": (2, 1)},
    ),
    "spatially_separable_conv2d": (
        lambda r, q: ((2, 3), (2, 2), (2,)), {"stride": (2, 1), "dilation": (1, 2)},
    ),
    "depthwise_separable_conv2d": (
        lambda r, q: ((4, 1, 3, 2), (3, 4, 1, 1), (3,)), {"stride": (1, 2)},
    ),
}  # fmt: skip


def padded(x, padding, mode):
    pairs = ((padding,) * 2,) * 2 if isinstance(padding, int) else padding
    return np.pad(x, ((0, 0), (0, 0), *pairs), mode=MODES[mode])


def arrays(name, whole, padding):
    """An input, weights and a bias, and the options of the case."""
    shapes, options = CASES[name]
    x = whole(1, 2, 2, 5, 6)
    places = ops.conv2d(x, whole(0, 1, 2 // options.get("groups", 1), 3, 2).repeat(2, 0),
                        padding=padding, **options).shape[2:]  # fmt: skip
    return [x, *(whole(2 + at, *shape) for at, shape in enumerate(shapes(*places)))], options


every_case = pytest.mark.parametrize("name", CASES)
every_mode = pytest.mark.parametrize("mode", MODES)
every_padding = pytest.mark.parametrize("padding", PADDINGS)


@every_case
@every_mode
@every_padding
def test_a_padding_is_that_of_an_input_padded_beforehand(name, mode, padding, whole):
    (x, *rest), options = arrays(name, whole, padding)
    forward = getattr(ops, name)
    y = forward(x, *rest, padding=padding, padding_mode=mode, **options)
    expected = forward(padded(x, padding, mode), *rest, **options)
    np.testing.assert_array_equal(y, expected)


@every_case
@every_mode
@every_padding
def test_it_goes_backwards_as_the_numerical_gradient(
    name, mode, padding, whole, numerical_gradient
):
    given, options = arrays(name, whole, padding)
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")

    def beforehand(x, *rest):
        return forward(padded(x, padding, mode), *rest, **options)

    dy = whole(9, *beforehand(*given).shape)
    found = backward(dy, *given[:-1], padding=padding, padding_mode=mode, **options)
    assert len(found) == len(given)
    for place, derivative in enumerate(found):

        def moved(array, place=place):
            return beforehand(*given[:place], array, *given[place + 1 :])

        expected = numerical_gradient(moved, given[place], dy)
        np.testing.assert_array_equal(derivative, expected)


@every_case
def test_an_unknown_padding_is_refused_by_both_passes(name, whole):
    given, options = arrays(name, whole, 1)
    dy = getattr(ops, name)(*given, padding=1, **options)
    words = re.escape("padding_mode must be one of ")
    with pytest.raises(ValueError, match=f"^{words}.*'mirror'"):
        getattr(ops, name)(*given, padding=1, padding_mode="mirror", **options)
    with pytest.raises(ValueError, match=f"^{words}.*'mirror'"):
        getattr(ops, f"{name}_backward")(
            dy, *given[:-1], padding=1, padding_mode="mirror", **options
        )


@every_case
def test_a_reflection_wider_than_the_input_is_refused(name, whole):
    given, options = arrays(name, whole, 1)
    with pytest.raises(ValueError, match="reflect"):
        getattr(ops, name)(*given, padding=(0, 6), padding_mode="reflect", **options)
