"""The networks have the sizes that were published, and their ways back are right."""

import inspect

import numpy as np
import pytest

from convviz import models, nn, ops

RGB = (1, 3, 224, 224)

# what → (network, input, parameters); the source of each number is said
PARAMETERS = {
    # LeCun and others 1998, with full connections between the second and third layer
    "LeNet-5": (models.lenet5, (1, 1, 32, 32), 61_706),
    # as distributed with Caffe (Jia and others 2014): CaffeNet's and the paper's grouped filters
    "AlexNet": (models.alexnet, (1, 3, 227, 227), 60_965_224),
    "AlexNet ungrouped": (lambda: models.alexnet(groups=1), (1, 3, 227, 227), 62_378_344),
    # Simonyan and Zisserman 2015, table 2 in millions: 133, 133, 134, 138, 144
    "VGG A": (lambda: models.vgg("A"), RGB, 132_863_336),
    "VGG B": (lambda: models.vgg("B"), RGB, 133_047_848),
    "VGG C": (lambda: models.vgg("C"), RGB, 133_638_952),
    "VGG D": (lambda: models.vgg("D"), RGB, 138_357_544),
    "VGG E": (lambda: models.vgg("E"), RGB, 143_667_240),
    # as distributed with Caffe, without auxiliary heads
    "GoogLeNet": (models.googlenet, RGB, 6_998_552),
    # as distributed with PyTorch's torchvision
    "ResNet-18": (lambda: models.resnet(18), RGB, 11_689_512),
    "ResNet-34": (lambda: models.resnet(34), RGB, 21_797_672),
    "ResNet-50": (lambda: models.resnet(50), RGB, 25_557_032),
    "ResNet-101": (lambda: models.resnet(101), RGB, 44_549_160),
    "ResNet-152": (lambda: models.resnet(152), RGB, 60_192_808),
    "DenseNet-121": (models.densenet121, RGB, 7_978_856),
    # PyTorch's DCGAN example, whose layers are half as wide as the paper's
    "generator": (lambda: models.dcgan_generator(width=64), (1, 100, 1, 1), 3_576_704),
    "discriminator": (lambda: models.dcgan_discriminator(width=64), (1, 3, 64, 64), 2_765_568),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_network_has_as_many_parameters_as_was_published(name):
    make, shape, expected = PARAMETERS[name]
    assert models.summary(make(), shape).parameters == expected


def test_segnet_has_about_as_many_as_its_paper_says():
    """Badrinarayanan and others 2017, table 6: 29.46 million, with 11 or 12 classes."""
    found = models.summary(models.segnet(12), (1, 3, 384, 480))
    assert found.parameters == pytest.approx(29.46e6, rel=1e-3)
    assert found.output_shape == (1, 12, 384, 480)


def test_alexnet_is_as_large_as_its_paper_says():
    found = models.summary(models.alexnet(), (1, 3, 227, 227))
    assert found.neurons == 659_272  # without the input, 650,000 in the paper
    assert found.multiply_adds == pytest.approx(724e6, rel=1e-3)


@pytest.mark.parametrize(
    ("make", "billions"),
    [
        (lambda: models.vgg("D"), 15.5),
        (lambda: models.resnet(18), 1.82),
        (lambda: models.resnet(50), 4.1),  # 3.8 in the paper, whose strides stand a layer earlier
        (models.densenet121, 2.87),
    ],
)
def test_multiply_adds_are_those_of_published_tables(make, billions):
    assert models.summary(make(), RGB).multiply_adds == pytest.approx(billions * 1e9, rel=0.02)


SMALL = {
    "lenet5": (models.lenet5, (2, 1, 32, 32)),
    "vgg": (lambda: models.small_vgg(width=2), (2, 1, 32, 32)),
    "inception": (models.small_inception, (2, 1, 32, 32)),
    "resnet": (lambda: models.small_resnet(width=3), (2, 1, 32, 32)),
    "bottleneck": (lambda: models.residual(4, 2, 2, deep=True), (2, 4, 8, 8)),
    "densenet": (lambda: models.small_densenet(growth=2), (2, 1, 32, 32)),
    "segnet": (lambda: models.small_segnet(width=2), (2, 1, 16, 16)),
    "generator": (lambda: models.dcgan_generator(3, width=1), (2, 3, 1, 1)),
    "discriminator": (lambda: models.dcgan_discriminator(width=1), (2, 3, 64, 64)),
    "tdnn": (models.tdnn, (2, 16, 15)),
    "wavenet": (lambda: models.wavenet(5, channels=3, layers=3), (2, 5, 20)),
}


@pytest.mark.parametrize("name", SMALL)
def test_the_way_back_is_the_slope_along_a_random_direction(name):
    make, shape = SMALL[name]
    nn.manual_seed(0)
    net = make().astype(np.float64)
    generator = np.random.default_rng(1)
    x = generator.standard_normal(shape)
    y = net(x)
    assert y.shape == (shape[0], *net.output_shape(shape[1:]))
    weights = generator.standard_normal(y.shape)
    dx = net.backward(weights)
    steps = [generator.standard_normal(parameter.shape) for parameter in net.parameters()]
    along_x = generator.standard_normal(shape)
    expected = (dx * along_x).sum() + sum(
        (parameter.grad * step).sum()
        for parameter, step in zip(net.parameters(), steps, strict=True)
    )
    h, found = 1e-7, []
    for sign in (1, -1):
        other = net.copy()
        for parameter, step in zip(other.parameters(), steps, strict=True):
            parameter.data += sign * h * step
        found.append((other(x + sign * h * along_x) * weights).sum())
    assert (found[0] - found[1]) / (2 * h) == pytest.approx(expected, rel=1e-4)


def test_a_summary_knows_the_receptive_field_of_each_layer():
    found = models.summary(models.lenet5(), (1, 1, 32, 32))
    assert [row.field for row in found.rows] == [
        (5, 5), (5, 5), (6, 6), (14, 14), (14, 14), (16, 16), (16, 16), *[None] * 5,
    ]  # fmt: skip


def test_a_field_grows_twofold_with_each_layer_of_a_wavenet():
    for layers in (1, 4, 10):
        found = models.summary(models.wavenet(4, channels=2, layers=layers), (1, 4, 2000))
        assert found.rows[-1].field == (2**layers,)


def test_an_output_of_a_wavenet_sees_nothing_that_comes_later():
    nn.manual_seed(0)
    net = models.wavenet(4, channels=3, layers=3).eval()
    x = np.random.default_rng(0).standard_normal((1, 4, 30)).astype(np.float32)
    before = net(x)
    x[:, :, 20] += 1
    changed = np.flatnonzero((net(x) != before).any(axis=(0, 1)))
    assert changed.min() == 20 and changed.max() == 27


def test_a_field_goes_through_upsampling():
    # an output of a 4×4 with stride 2 gets something from two inputs next to each other
    net = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ConvTranspose2d(1, 1, 4, 2, 1), nn.Conv2d(1, 1, 3))
    found = models.summary(net, (1, 1, 9, 9))
    assert [row.field for row in found.rows] == [(3, 3), (4, 4), (5, 5)]


def test_branches_see_what_the_widest_of_them_sees():
    found = models.summary(models.inception(8, 1, 1, 1, 1, 1, 1), (1, 8, 9, 9))
    assert found.rows[-1].field == (5, 5) and found.rows[-1].shape == (4, 9, 9)


def test_a_table_that_is_too_wide_for_a_page_is_shortened_but_for_its_totals():
    shapes = {
        models.dcgan_generator: (1, 100, 1, 1), models.small_segnet: (1, 1, 32, 32),
        models.small_resnet: (1, 1, 32, 32), models.densenet121: RGB, models.segnet: RGB,
        models.alexnet: (1, 3, 227, 227), models.lenet5: (1, 1, 32, 32),
    }  # fmt: skip
    for make, shape in shapes.items():
        found = models.summary(make(), shape)
        text = str(found)
        assert max(map(len, text.splitlines())) <= 80
        assert f"{found.parameters:,}" in text and f"{found.multiply_adds:,}" in text
    lines = str(models.summary(models.dcgan_generator(), (1, 100, 1, 1))).splitlines()
    assert lines[4].split() == [
        "up2", "ConvTranspose2d", "1024→512", "4×4", "s2", "p1", "512×8×8", "8,388,608", "134.2M",
        "5×5",
    ]  # fmt: skip
    assert lines[-1] == "(s stride, p padding)"


def test_no_weight_is_drawn_for_a_summary():
    net = models.vgg("E")
    models.summary(net, RGB)
    assert all(parameter._data is None for parameter in net.parameters())


def test_a_network_with_heads_is_summed_up_too():
    net = nn.MultiHead(nn.Linear(4, 5), label=nn.Linear(5, 3), box=nn.Linear(5, 2))
    found = models.summary(net, (1, 4))
    assert [row.name for row in found.rows] == ["trunk", "label", "box"]
    assert found.parameters == 25 + 18 + 12


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: models.vgg("F"), "configuration must be A to E, got 'F'"),
        (lambda: models.resnet(20), "depth must be one of 18, 34, 50, 101, 152, got 20"),
        (lambda: models.summary(models.lenet5(), (1, 28, 28)), "layer 'conv1': Conv2d"),
        (lambda: models.summary(models.lenet5(), (32,)), "input_shape must be whole numbers"),
        (lambda: models.summary(models.lenet5(), (1, 1, 28, 28)), "layer 'fc3': Linear(400→120)"),
    ],
)
def test_what_does_not_fit_is_named(make, words):
    with pytest.raises(ValueError) as caught:
        make()
    assert words in str(caught.value)


def test_functions_stand_before_the_files_of_their_names():
    import convviz.models.vgg  # noqa: F401

    assert inspect.isfunction(models.vgg) and inspect.isfunction(models.summary)


def test_a_sample_is_drawn_from_what_the_network_makes_of_its_past_alone():
    nn.manual_seed(1)
    net = models.wavenet(5, channels=3, layers=3)
    samples, shares = models.generate(net, [1, 4, 0], 20, field=8, seed=2)
    again, _ = models.generate(net, samples[:13], 10, field=8, seed=7)
    assert samples[:3].tolist() == [1, 4, 0] and again[:13].tolist() == samples[:13].tolist()
    # the whole sound at once gives each sample the same shares: later ones change nothing
    heard = np.eye(5, dtype=np.float32)[samples].T[None].copy()
    whole = ops.softmax(nn.predict(net, heard)[0].T.copy()).T
    np.testing.assert_allclose(whole[:, 2:-1], shares, atol=1e-6)
    np.testing.assert_allclose(shares.sum(axis=0), 1, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_samples_are_drawn_in_the_dtype_of_the_network(dtype):
    net = models.wavenet(4, channels=2, layers=1).astype(dtype)
    assert models.generate(net, [0, 1], 2, field=2)[1].dtype == dtype


def test_levels_are_drawn_as_often_as_their_shares():
    layer = nn.Conv1d(3, 3, 1, bias=False)
    layer.weight.data[...] = np.log([[0.7], [0.2], [0.1]])[:, :, None]
    samples, _ = models.generate(layer, [0], 400, field=1)
    np.testing.assert_allclose(np.bincount(samples[1:]) / 400, [0.7, 0.2, 0.1], atol=0.06)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"begin": []}, "give one level or more in a row"),
        ({"begin": [5]}, "the network knows 0 to 4: round the sound to its levels"),
        ({"count": 0}, "draw one sample or more"),
        ({"field": 0}, "a sample rests on one before it, or more"),
    ],
)
def test_what_cannot_be_gone_on_from_is_refused(arguments, words):
    good = {"begin": [0], "count": 1, "field": 4}
    with pytest.raises(ValueError, match=words):
        models.generate(models.wavenet(5, channels=2, layers=1), **good | arguments)
