"""Receptive fields: what can have influence, by trying it out; what has, by derivatives."""

import numpy as np
import pytest

from convviz import inside, models, nn
from convviz.inside import Box

LAYERS = ["conv1", "pool1", "conv2", "relu2", "block.body.0", "block"]


def positive(net):
    """The network with weights above 0 and nothing that holds a change back."""
    for name, parameter in net.named_parameters():
        parameter.data[...] = np.abs(parameter.data) + 0.1 if name.endswith("weight") else 0
    return net


def seen(net, shape, layer, place):
    """The box of pixels whose change changes a unit, each tried alone; cut at the image's edge."""
    base = np.ones((1, *shape))
    before = inside.feature_maps(net, base, layer)[(0, -1, *place)]
    changed = np.zeros(shape[1:], bool)
    for row, column in np.ndindex(*changed.shape):
        tried = base.copy()
        tried[0, :, row, column] += 100.0
        changed[row, column] = inside.feature_maps(net, tried, layer)[(0, -1, *place)] != before
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1]))


def clipped(box, rows, columns):
    return Box(max(box.top, 0), max(box.left, 0), min(box.bottom, rows - 1), min(box.right, columns - 1))


@pytest.mark.parametrize("place", [(0, 0), (2, 2), (4, 4)])
@pytest.mark.parametrize("layer", ["pool1", "conv2", "block"])
def test_the_box_is_what_has_influence_when_every_pixel_is_tried(net, layer, place):
    box = inside.receptive_field(net, (2, 20, 20), layer, place=place)
    assert clipped(box, 20, 20) == seen(positive(net), (2, 20, 20), layer, place)


def test_branches_see_together_what_the_widest_sees():
    nn.manual_seed(0)
    wide = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 5, padding=2))
    net = nn.Sequential(join=nn.Concat(nn.Conv2d(1, 1, 1), wide), pool=nn.AvgPool2d(2)).astype(float)
    for layer in ("join", "pool", "join.1.0"):
        box = inside.receptive_field(net, (1, 12, 12), layer, place=(3, 2))
        assert clipped(box, 12, 12) == seen(positive(net), (1, 12, 12), layer, (3, 2))


@pytest.mark.parametrize("layer", LAYERS)
def test_sizes_are_those_of_the_summary(net, layer):
    rows = {row.name: row for row in models.summary(net, (1, 2, 20, 20)).rows}
    box = inside.receptive_field(net, (2, 20, 20), layer)
    assert box.shape == rows[layer].field


def test_behind_a_dense_layer_all_is_seen(net):
    assert inside.receptive_field(net, (2, 20, 20), "fc") == Box(0, 0, 19, 19)


def test_words_for_padding_know_the_size_of_their_input():
    net = nn.Sequential(nn.Conv2d(1, 1, 4, stride=2, padding="same"), nn.Conv2d(1, 1, 3, padding="same"))
    box = inside.receptive_field(net, (1, 10, 10), "1", place=(2, 2))
    assert clipped(box, 10, 10) == seen(positive(net.astype(float)), (1, 10, 10), "1", (2, 2))


def test_influence_is_the_mean_size_of_numerical_derivatives(net, images):
    found = inside.effective_field(net, images[:2], "conv2", unit=1, place=(2, 3))
    total, step = np.zeros((20, 20)), 1e-5
    for image in images[:2]:
        for row, column in [(3, 5), (9, 11), (12, 17)]:
            for channel in range(2):
                ends = np.repeat(image[None], 2, axis=0)
                ends[:, channel, row, column] += step, -step
                high, low = inside.feature_maps(net, ends, "conv2")[:, 1, 2, 3]
                total[row, column] += abs(high - low) / (2 * step) / 2
    for at in [(3, 5), (9, 11), (12, 17)]:
        np.testing.assert_allclose(found.influence[at], total[at], atol=1e-7)


def test_nothing_outside_of_the_box_has_influence_and_all_units_are_their_mean(net, images):
    all_units = inside.effective_field(net, images, "conv2", place=(1, 4))
    ones = [inside.effective_field(net, images, "conv2", unit=n, place=(1, 4)) for n in range(4)]
    np.testing.assert_allclose(all_units.influence, np.mean([one.influence for one in ones], axis=0))
    box = clipped(all_units.box, 20, 20)
    outside = all_units.influence.copy()
    outside[box.top : box.bottom + 1, box.left : box.right + 1] = 0
    assert not outside.any()
    assert 0 < all_units.size <= np.sqrt(np.prod(all_units.box.shape))


def test_a_unit_that_nothing_moves_has_no_effective_field(net, images):
    net.conv1.weight.data[...] = 0
    assert inside.effective_field(net, images, "conv2").size == 0


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda net, x: inside.receptive_field(net, (2, 20, 20), "conv9"), "layer='conv9' is none of"),
        (lambda net, x: inside.receptive_field(net, (20, 20), "conv1"), "shape must be that of an image"),
        (lambda net, x: inside.receptive_field(net, (2, 20, 20), "conv1", place=3), "place must be two"),
        (lambda net, x: inside.receptive_field(net, (2, 20, 20), "conv1", place=(0, 10)), "10×10 places"),
        (lambda net, x: inside.effective_field(net, x, "fc"), "layer='fc' has no maps"),
        (lambda net, x: inside.effective_field(net, x, "conv2", unit=4), "4 units, from 0 to 3"),
        (lambda net, x: inside.effective_field(net, x[0, 0, 0], "conv2"), r"image\[None\]"),
        (lambda net, x: inside.effective_field("net", x, "conv2"), "net must be an nn.Module, got str"),
        (
            lambda net, x: inside.receptive_field(
                nn.Sequential(nn.ConvTranspose2d(1, 1, 2, stride=2), nn.ReLU()), (1, 4, 4), "1"
            ),
            "differ from place to place: choose a layer before it",
        ),
    ],
)
def test_what_cannot_be_told_is_refused_in_words(net, images, ask, words):
    with pytest.raises((TypeError, ValueError), match=words):
        ask(net, images)
