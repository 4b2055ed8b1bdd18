"""Filters, feature maps and patches: the network's own numbers, and the network left alone."""

import numpy as np
import pytest

from convviz import inside, nn


def test_filters_are_the_weights_and_a_copy(net):
    found = inside.filters(net, "conv2")
    np.testing.assert_array_equal(found, net.conv2.weight.data)
    found[...] = 0
    assert net.conv2.weight.data.any()


def test_the_rows_of_a_dense_layer_are_pictures_of_what_it_reads(net):
    found = inside.filters(net, "fc", shape=(4, 5, 5))
    assert found.shape == (5, 4, 5, 5)
    np.testing.assert_array_equal(found[3].ravel(), net.fc.weight.data[3])


def test_filters_of_a_transposed_convolution_come_one_for_each_output():
    layer = nn.ConvTranspose2d(3, 2, 4)
    found = inside.filters(nn.Sequential(layer), "0")
    np.testing.assert_array_equal(found[1, 2], layer.weight.data[2, 1])


def test_maps_are_what_the_layers_make_one_after_another(net, images):
    net.eval()
    x = images
    with nn.no_grad():
        for name, layer in net.children().items():
            x = layer(x)
            np.testing.assert_allclose(inside.feature_maps(net, images, name), x, rtol=1e-12)
            if name == "relu2":
                within = net.block.body[0](x)
                found = inside.feature_maps(net, images, "block.body.0")
                np.testing.assert_allclose(found, within, rtol=1e-12)
    np.testing.assert_array_equal(inside.feature_maps(net, images), x)


def test_more_images_than_a_batch_give_what_each_gives_alone(net, images):
    many = np.tile(images, (30, 1, 1, 1))
    found = inside.feature_maps(net, many, "fc")
    np.testing.assert_allclose(found, np.tile(inside.feature_maps(net, images, "fc"), (30, 1)))


def test_a_look_changes_nothing_of_the_network(net, images):
    net.train()
    before = net.state_dict()
    net(images)  # what it remembers of this must stay, too
    inside.feature_maps(net, images, "block")
    inside.saliency(net, images, method="guided")
    inside.strongest_patches(net, images, "conv2", 1)
    inside.effective_field(net, images[:1], "conv2")
    inside.activation_maximisation(net, (2, 20, 20), 1, steps=2)
    assert all(layer.training for layer in net.modules())
    assert all(parameter.grad is None for parameter in net.parameters())
    running = {name for name, *_ in net.named_buffers()}
    for name, array in net.state_dict().items():
        if name not in running:
            np.testing.assert_array_equal(array, before[name])
    net.backward(np.ones((6, 5)))


def test_patches_are_the_largest_outputs_and_what_they_see(net, images):
    maps = inside.feature_maps(net, images, "conv2")[:, 2]
    found = inside.strongest_patches(net, images, "conv2", 2, count=4)
    peaks = maps.reshape(6, -1).max(axis=1)
    assert [patch.value for patch in found] == sorted(peaks.tolist(), reverse=True)[:4]
    for patch in found:
        assert maps[(patch.image, *patch.place)] == patch.value == peaks[patch.image]
        box = inside.receptive_field(net, (2, 20, 20), "conv2", place=patch.place)
        padded = np.pad(images[patch.image], ((0, 0), (30, 30), (30, 30)))
        rows, columns = (slice(30 + a, 31 + b) for a, b in ((box.top, box.bottom), (box.left, box.right)))
        np.testing.assert_array_equal(patch.pixels, padded[:, rows, columns])
        assert patch.box == box


def test_all_units_are_asked_at_once_and_answer_as_alone(net, images):
    together = inside.strongest_patches(net, images, "conv2", count=2)
    alone = [inside.strongest_patches(net, images, "conv2", unit, count=2) for unit in range(4)]
    assert [[(it.image, it.box) for it in some] for some in together] == [
        [(it.image, it.box) for it in some] for some in alone
    ]


def test_behind_a_dense_layer_a_patch_is_the_image(net, images):
    [best] = inside.strongest_patches(net, images, "fc", 3, count=1)
    scores = inside.feature_maps(net, images)[:, 3]
    assert best.image == scores.argmax() and best.place is None
    np.testing.assert_array_equal(best.pixels, images[best.image])


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda net, x: inside.filters(net, "relu1"), r"layer='relu1' is ReLU\(\), which has no filters"),
        (lambda net, x: inside.filters(net, "fc", shape=(3, 5, 5)), "of 100 numbers, as many as fc reads"),
        (lambda net, x: inside.feature_maps(net, x, "no"), "layer='no' is none of this network's: use conv1"),
        (lambda net, x: inside.feature_maps(net, (100 * x).astype(int)), "images must be floats"),
        (lambda net, x: inside.feature_maps(net, x[:0]), "batch first"),
        (lambda net, x: inside.strongest_patches(net, x, "conv2", 4), "unit=4 is out of range"),
        (lambda net, x: inside.strongest_patches(net, x, "conv2", 1.5), "unit must be a whole number"),
        (lambda net, x: inside.strongest_patches(net, x, "conv2", 1, count=0), "count"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(net, images, ask, words):
    with pytest.raises((TypeError, ValueError), match=words):
        ask(net, images)
