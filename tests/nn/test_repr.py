"""A layer's `repr` says all that makes it another layer, and leaves out what is as usual."""

import pytest

from convviz import nn


@pytest.mark.parametrize("layer, text", [
    (nn.Conv2d(1, 6, 5), "Conv2d(1→6, 5×5)"),
    (nn.Conv2d(3, 96, 11, stride=4), "Conv2d(3→96, 11×11, stride 4)"),
    (nn.Conv2d(4, 8, (1, 3), padding=(0, 1), groups=2), "Conv2d(4→8, 1×3, padding 0×1, groups 2)"),
    (nn.Conv2d(1, 1, 3, padding="same", padding_mode="reflect"),
     "Conv2d(1→1, 3×3, padding same, padding mode reflect)"),
    (nn.Conv1d(1, 2, 2, dilation=4), "Conv1d(1→2, 2, dilation 4)"),
    (nn.ConvTranspose2d(2, 1, 3, stride=2, output_padding=1),
     "ConvTranspose2d(2→1, 3×3, stride 2, output padding 1)"),
    (nn.MaxPool2d(2), "MaxPool2d(2×2)"),
    (nn.MaxPool2d(3, 2, ceil_mode=True), "MaxPool2d(3×3, stride 2, ceil mode)"),
    (nn.AvgPool2d(2, padding=1), "AvgPool2d(2×2, padding 1)"),
])
def test_a_layer_says_what_is_not_as_usual(layer, text):
    assert repr(layer) == text
