"""Every layer is PyTorch's of the same name, and its way back is the way there's derivative."""

import numpy as np
import pytest

from convviz import nn

IMAGES, LINES, VOLUMES, FEATURES = (3, 4, 9, 8), (3, 4, 11), (2, 2, 5, 6, 5), (4, 6)

# name → (layer, shape of a batch, name and arguments in torch.nn, or None where it has none)
LAYERS = {
    "Conv2d": (lambda: nn.Conv2d(4, 6, 3, 2, 1), IMAGES, ("Conv2d", (4, 6, 3, 2, 1))),
    "grouped": (lambda: nn.Conv2d(4, 6, (3, 2), 1, 2, 2, 2, bias=False), IMAGES,
                ("Conv2d", (4, 6, (3, 2), 1, 2, 2, 2, False))),
    "reflect": (lambda: nn.Conv2d(4, 2, 3, padding=1, padding_mode="reflect"), IMAGES,
                ("Conv2d", (4, 2, 3, 1, 1, 1, 1, True, "reflect"))),
    "same": (lambda: nn.Conv2d(4, 2, 3, padding="same"), IMAGES,
             ("Conv2d", (4, 2, 3, 1, "same"))),
    "Conv1d": (lambda: nn.Conv1d(4, 3, 3, dilation=2), LINES, ("Conv1d", (4, 3, 3, 1, 0, 2))),
    "Conv3d": (lambda: nn.Conv3d(2, 3, 3, padding=1), VOLUMES, ("Conv3d", (2, 3, 3, 1, 1))),
    "ConvTranspose2d": (lambda: nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, 2), IMAGES,
                        ("ConvTranspose2d", (4, 6, 3, 2, 1, 1, 2))),
    "Linear": (lambda: nn.Linear(6, 5), FEATURES, ("Linear", (6, 5))),
    "without bias": (lambda: nn.Linear(6, 5, bias=False), FEATURES, ("Linear", (6, 5, False))),
    "MaxPool1d": (lambda: nn.MaxPool1d(3, 2), LINES, ("MaxPool1d", (3, 2))),
    "MaxPool2d": (lambda: nn.MaxPool2d(3, 2, 1), IMAGES, ("MaxPool2d", (3, 2, 1))),
    "MaxPool3d": (lambda: nn.MaxPool3d(2), VOLUMES, ("MaxPool3d", (2,))),
    "AvgPool1d": (lambda: nn.AvgPool1d(3, 2), LINES, ("AvgPool1d", (3, 2))),
    "AvgPool2d": (lambda: nn.AvgPool2d(3, 2, 1), IMAGES, ("AvgPool2d", (3, 2, 1))),
    "AvgPool3d": (lambda: nn.AvgPool3d(2), VOLUMES, ("AvgPool3d", (2,))),
    "LPPool2d": (lambda: nn.LPPool2d(2, 3, 2), IMAGES, ("LPPool2d", (2, 3, 2))),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d((4, 3)), IMAGES,
                          ("AdaptiveAvgPool2d", ((4, 3),))),
    "SpatialPyramidPool2d": (lambda: nn.SpatialPyramidPool2d((3, 1)), IMAGES, None),
    "BatchNorm": (lambda: nn.BatchNorm(4), IMAGES, ("BatchNorm2d", (4,))),
    "BatchNorm of features": (lambda: nn.BatchNorm(6), FEATURES, ("BatchNorm1d", (6,))),
    "LocalResponseNorm": (lambda: nn.LocalResponseNorm(3, 0.5, 0.75, 2), IMAGES,
                          ("LocalResponseNorm", (3, 0.5, 0.75, 2))),
    "ReLU": (nn.ReLU, FEATURES, ("ReLU", ())),
    "LeakyReLU": (lambda: nn.LeakyReLU(0.2), FEATURES, ("LeakyReLU", (0.2,))),
    "Sigmoid": (nn.Sigmoid, FEATURES, ("Sigmoid", ())),
    "Tanh": (nn.Tanh, FEATURES, ("Tanh", ())),
    "Flatten": (nn.Flatten, IMAGES, ("Flatten", ())),
    "Identity": (nn.Identity, IMAGES, ("Identity", ())),
    "Residual": (lambda: nn.Residual(nn.Conv2d(4, 5, 3, padding=1), nn.Conv2d(4, 5, 1)), IMAGES,
                 None),
    "Residual, normalised": (lambda: nn.Sequential(
        nn.Residual(nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm(4), nn.ReLU(),
                                  nn.Conv2d(4, 5, 1), nn.BatchNorm(5)), nn.Conv2d(4, 5, 1)),
        nn.ReLU()), IMAGES, None),
    "with its ReLU": (lambda: nn.Sequential(nn.Conv2d(4, 5, 3), nn.ReLU()), IMAGES, None),
    "Concat": (lambda: nn.Concat(nn.Conv2d(4, 3, 1), nn.Identity(), nn.ReLU()), IMAGES, None),
    "unpooled": (lambda: nn.Sequential(pool := nn.MaxPool2d(2), nn.Tanh(), nn.MaxUnpool2d(pool)),
                 IMAGES, None),
}  # fmt: skip


def batch_of(shape, dtype=np.float64, seed=0):
    # away from ties and kinks, so that a small step changes no maximum
    values = np.random.default_rng(seed).permutation(np.linspace(-2, 2, int(np.prod(shape))))
    return values.reshape(shape).astype(dtype)


@pytest.fixture(params=LAYERS)
def case(request):
    make, shape, peer = LAYERS[request.param]
    nn.manual_seed(3)
    return make().astype(np.float64), batch_of(shape), peer


def weighted(y):
    """The derivative of a loss that weighs each output differently."""
    return np.cos(np.arange(y.size)).reshape(y.shape)


def slope(function, array, h=1e-6):
    found = np.empty_like(array)
    for place in np.ndindex(array.shape):
        before = array[place]
        array[place] = before + h
        above = function()
        array[place] = before - h
        found[place] = (above - function()) / (2 * h)
        array[place] = before
    return found


def test_the_way_back_is_the_numerical_gradient(case):
    layer, x, _ = case
    y = layer(x)
    dx = layer.backward(weighted(y))
    loss = lambda: float((layer(x) * weighted(y)).sum())  # noqa: E731
    np.testing.assert_allclose(dx, slope(loss, x), rtol=1e-6, atol=1e-6)
    for name, parameter in layer.named_parameters():
        wanted = slope(loss, parameter.data)
        np.testing.assert_allclose(parameter.grad, wanted, rtol=1e-6, atol=1e-6, err_msg=name)


def test_what_an_output_is_like_is_known_without_computing(case):
    layer, x, _ = case
    assert layer.output_shape(x.shape[1:]) == layer(x).shape[1:]


def test_gradients_add_up_until_they_are_forgotten(case):
    layer, x, _ = case
    for _ in range(2):
        layer.backward(weighted(layer(x)))
    twice = [parameter.grad.copy() for parameter in layer.parameters()]
    layer.zero_grad()
    layer.backward(weighted(layer(x)))
    for parameter, grad in zip(layer.parameters(), twice, strict=True):
        np.testing.assert_allclose(2 * parameter.grad, grad, rtol=1e-9, atol=1e-9)


def test_parameters_learn_the_same_where_the_input_needs_no_derivative(case):
    layer, x, _ = case
    layer.backward(weighted(layer(x)))
    wanted = [parameter.grad for parameter in layer.parameters()]
    layer.zero_grad()
    layer.backward(weighted(layer(x)), input_gradient=False)
    for parameter, grad in zip(layer.parameters(), wanted, strict=True):
        np.testing.assert_array_equal(parameter.grad, grad)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("case", [name for name in LAYERS if LAYERS[name][2]], indirect=True)
def test_it_is_the_layer_of_pytorch(case, training):
    layer, x, peer = case
    torch = pytest.importorskip("torch")
    other = getattr(torch.nn, peer[0])(*peer[1]).double().train(training)
    layer.train(training)
    state = {name: torch.tensor(array) for name, array in layer.state_dict().items()}
    other.load_state_dict(state, strict=False)
    theirs = torch.tensor(x, requires_grad=True)
    wanted = other(theirs)
    wanted.backward(torch.tensor(weighted(wanted.detach().numpy())))
    y = layer(x)
    dx = layer.backward(weighted(y))
    np.testing.assert_allclose(y, wanted.detach().numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(dx, theirs.grad.numpy(), rtol=1e-9, atol=1e-9)
    for (name, parameter), (_, their) in zip(
        layer.named_parameters(), other.named_parameters(), strict=True
    ):
        np.testing.assert_allclose(parameter.grad, their.grad, rtol=1e-9, atol=1e-9, err_msg=name)
    for name, module, key in layer.named_buffers():
        np.testing.assert_allclose(getattr(module, key), getattr(other, name), rtol=1e-12)


def test_weights_begin_as_widely_as_those_of_pytorch():
    for ours, theirs in [(nn.Conv2d(8, 64, 5), 1 / np.sqrt(8 * 25)), (nn.Linear(100, 50), 0.1)]:
        for parameter in ours.parameters():
            assert 0.9 * theirs < np.abs(parameter.data).max() <= theirs


def test_dropout_forgets_its_share_and_the_way_back_forgets_the_same():
    layer, x = nn.Dropout(0.3), np.ones((100, 100))
    y = layer(x)
    kept = y != 0
    assert 0.68 < kept.mean() < 0.72
    np.testing.assert_allclose(y[kept], 1 / 0.7)
    np.testing.assert_array_equal(layer.backward(x), y)
    assert layer.eval()(x) is x


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.Conv2d(3, 4, 3, groups=2), "in_channels must be a multiple of groups=2, got 3"),
        (lambda: nn.Conv2d(3, 4, 0), "kernel_size must be at least 1, got 0"),
        (lambda: nn.Conv2d(3, 4, 3, padding="sane"), "padding must be"),
        (lambda: nn.Conv2d(3, 4, 3).output_shape((1, 9, 9)), "needs samples of 3 channels and 2"),
        (lambda: nn.Linear(3, 4).output_shape((4,)), "needs samples of 3 features, got shape (4,)"),
        (lambda: nn.MaxPool2d(2).output_shape((4,)), "put it before Flatten"),
        (lambda: nn.BatchNorm(3).output_shape((4, 2, 2)), "needs samples of 3 channels"),
        (lambda: nn.LeakyReLU(0), "negative_slope must be above 0"),
        (lambda: nn.Dropout(2), "p must be from 0 (keep all) to 1"),
        (lambda: nn.Concat(nn.Identity(), nn.MaxPool2d(2)).output_shape((1, 4, 4)),
         "branches must give planes of one size"),
        (lambda: nn.Residual(nn.Conv2d(1, 2, 1)).output_shape((1, 4, 4)),
         "body and shortcut must give the same shape, got (2, 4, 4) and (1, 4, 4)"),
    ],
)  # fmt: skip
def test_bad_options_are_named(make, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        make()
    assert words in str(caught.value)
