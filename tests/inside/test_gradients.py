"""Saliency, its two other ways back, learned images, hidden squares: against PyTorch and by trying."""

import numpy as np
import pytest

from convviz import inside, nn


def numerical(net, images, output, at, step=1e-6):
    ends = np.repeat(images[None], 2, axis=0)
    ends[(slice(None), *at)] += step, -step
    high, low = (output(inside.feature_maps(net, one, None)) for one in ends)
    return (high - low) / (2 * step)


def test_saliency_is_the_numerical_derivative_of_the_score(net, images):
    found = inside.saliency(net, images, 3)
    for at in [(0, 0, 4, 5), (1, 1, 10, 12), (5, 0, 19, 2)]:
        expected = numerical(net, images, lambda scores, at=at: scores[at[0], 3], at)
        np.testing.assert_allclose(found[at], expected, atol=1e-7)


def test_a_network_with_several_heads_is_asked_by_the_name_of_one(images):
    nn.manual_seed(1)
    heads = {name: nn.Sequential(nn.Flatten(), nn.Linear(27, 3)) for name in ("label", "box")}
    trunk = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.AvgPool2d(4, 5))
    net = nn.MultiHead(trunk, **heads).astype(np.float64)
    found = inside.saliency(net, images, 2, layer="box")
    ends = np.repeat(images[:1], 2, axis=0)
    ends[:, 1, 3, 4] += 1e-6, -1e-6
    high, low = inside.feature_maps(net, ends, "box")[:, 2]
    np.testing.assert_allclose(found[0, 1, 3, 4], (high - low) / 2e-6, atol=1e-7)
    assert inside.receptive_field(net, (2, 20, 20), "trunk.2", place=(1, 0)) == (5, 0, 10, 5)
    assert inside.receptive_field(net, (2, 20, 20), "label.1") == (0, 0, 19, 19)


def test_without_a_unit_each_image_is_asked_for_its_own_answer(net, images):
    answers = inside.feature_maps(net, images).argmax(axis=1)
    own, told = inside.saliency(net, images), inside.saliency(net, images, answers)
    np.testing.assert_array_equal(own, told)
    np.testing.assert_allclose(own[2], inside.saliency(net, images[2:3], int(answers[2]))[0])


def test_a_map_is_followed_from_where_it_is_largest(net, images):
    maps = inside.feature_maps(net, images, "conv2")[0, 1]
    row, column = np.unravel_index(maps.argmax(), maps.shape)
    field = inside.effective_field(net, images[:1], "conv2", unit=1, place=(row, column))
    found = inside.saliency(net, images[:1], 1, layer="conv2")
    np.testing.assert_allclose(np.abs(found).sum(axis=1)[0], field.influence)


def in_torch(torch, net, method):
    """A network of conv, ReLU, pooling, conv, ReLU, dense as PyTorch's, its ReLUs' way back hooked."""

    class Rule(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.clamp(min=0)

        @staticmethod
        def backward(ctx, dy):
            (x,) = ctx.saved_tensors
            dy = dy if method == "gradient" else dy.clamp(min=0)
            return dy if method == "deconvnet" else dy * (x > 0)

    def run(x):
        w = [torch.from_numpy(p.data) for p in net.parameters()]
        x = Rule.apply(torch.nn.functional.conv2d(x, w[0], w[1]))
        x = torch.nn.functional.max_pool2d(x, 2)
        x = Rule.apply(torch.nn.functional.conv2d(x, w[2], w[3]))
        return x.flatten(1) @ w[4].T + w[5]

    return run


@pytest.mark.parametrize("method", inside.METHODS)
def test_every_way_back_is_pytorchs_with_the_same_rule_for_relu(method):
    torch = pytest.importorskip("torch")
    nn.manual_seed(2)
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(54, 3),
    ).astype(np.float64)  # fmt: skip
    images = np.random.default_rng(0).normal(size=(3, 1, 12, 12))
    x = torch.from_numpy(images).requires_grad_()
    in_torch(torch, net, method)(x)[:, 1].sum().backward()
    np.testing.assert_allclose(inside.saliency(net, images, 1, method=method), x.grad.numpy(), atol=1e-12)


def test_a_learned_image_raises_its_unit_and_is_the_same_every_time(net):
    one, two = (
        inside.activation_maximisation(net, (2, 20, 20), 2, layer="conv2", steps=30) for _ in range(2)
    )
    np.testing.assert_array_equal(one.image, two.image)
    assert len(one.values) == 31 and one.values[-1] > one.values[0] + 1
    value = inside.feature_maps(net, one.image[None], "conv2")[0, 2, 2, 2]
    assert value == one.values[-1]


def test_pixels_that_a_unit_does_not_see_are_not_learned(net):
    found = inside.activation_maximisation(net, (2, 20, 20), 2, layer="pool1", steps=3, decay=0)
    box = inside.receptive_field(net, (2, 20, 20), "pool1")
    moved = found.image != np.random.default_rng(0).normal(0, 0.05, (2, 20, 20))
    assert moved.any() and not moved[:, : box.top].any() and not moved[:, :, box.right + 1 :].any()


def test_an_image_can_be_learned_for_an_output_that_is_asked_for(net):
    found = inside.activation_maximisation(net, (2, 20, 20), 4, target=1, decay=0, steps=200)
    assert abs(found.values[-1] - 1) < 0.02


def test_learning_an_image_leaves_the_seeds_of_later_networks_alone(net):
    nn.manual_seed(3)
    expected = nn.Linear(4, 2).weight.data
    nn.manual_seed(3)
    inside.activation_maximisation(net, (2, 20, 20), 1, steps=1)
    np.testing.assert_array_equal(nn.Linear(4, 2).weight.data, expected)


def test_shares_are_those_of_images_with_a_square_put_on(net, images):
    found = inside.occlusion(net, images[0], size=8, stride=6, fill=0.5)
    assert found.shares.shape == (3, 3)
    scores = inside.feature_maps(net, images[:1])[0]
    assert found.unit == scores.argmax()
    for row, column in np.ndindex(3, 3):
        hidden = images[:1].copy()
        hidden[:, :, 6 * row : 6 * row + 8, 6 * column : 6 * column + 8] = 0.5
        powers = np.exp(inside.feature_maps(net, hidden)[0])
        np.testing.assert_allclose(found.shares[row, column], powers[found.unit] / powers.sum())
        assert found.answers[row, column] == powers.argmax()
    powers = np.exp(scores)
    np.testing.assert_allclose(found.whole, powers.max() / powers.sum())


def test_a_square_is_grey_as_the_mean_of_the_image_where_nothing_else_is_said(net, images):
    one = inside.occlusion(net, images[0], 1)
    two = inside.occlusion(net, images[0], 1, fill=images[0].mean())
    np.testing.assert_array_equal(one.shares, two.shares)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda net, x: inside.saliency(net, x, method="lrp"), "method='lrp' is none of gradient, deconvnet"),
        (lambda net, x: inside.saliency(net, x, 0, layer="conv1", method="guided"), "there is none before"),
        (lambda net, x: inside.saliency(net, x, 5), "5 units, from 0 to 4"),
        (lambda net, x: inside.saliency(net, x, [1, 2]), "one for each of the 6 images"),
        (lambda net, x: inside.activation_maximisation(net, (2, 20, 20), 5), "5 units"),
        (lambda net, x: inside.activation_maximisation(net, (2, 20, 20), 0, steps=0), "steps"),
        (lambda net, x: inside.activation_maximisation(net, (2, 20, 20), 0, lr=-1), "lr"),
        (lambda net, x: inside.activation_maximisation(net, (2, 20, 20), 0, decay=-1), "decay=-1 is out"),
        (lambda net, x: inside.activation_maximisation(net, (2, 20, 20), 0, decay="1"), "decay must be"),
        (lambda net, x: inside.occlusion(net, x), "image must have shape"),
        (lambda net, x: inside.occlusion(net, x[0], size=21), "size=21 does not fit an image of 20×20"),
        (lambda net, x: inside.occlusion(net, x[0], stride=0), "stride"),
        (lambda net, x: inside.occlusion(nn.ReLU(), x[0]), "a score for each class"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(net, images, ask, words):
    with pytest.raises((TypeError, ValueError), match=words):
        ask(net, images)
