"""DenseNet (Huang, Liu, van der Maaten and Weinberger 2017): each layer sees all before it."""

from convviz import nn
from convviz.nn.init import he_normal


def densenet121(classes=1000):
    """Four dense blocks of 6, 12, 24 and 16 layers that add 32 channels each; for 3×224×224.

    Examples
    --------
    >>> net = densenet121()
    >>> net.output_shape((3, 224, 224)), sum(p.size for p in net.parameters())
    ((1000,), 7978856)
    """
    layers, channels = {}, 64
    for number, count in enumerate((6, 12, 24, 16), 1):
        layers[f"dense{number}"] = dense_block(channels, count, 32)
        channels += count * 32
        if number < 4:
            layers[f"transition{number}"] = _transition(channels, channels // 2)
            channels //= 2
    return nn.Sequential(
        conv0=_conv(3, 64, 7, stride=2), norm0=nn.BatchNorm(64), relu0=nn.ReLU(),
        pool0=nn.MaxPool2d(3, 2, padding=1), **layers, **_head(channels, classes),
    )  # fmt: skip


def dense_block(channels, count, growth):
    """`count` layers, each of which adds `growth` channels to what came before.

    >>> dense_block(64, 6, 32).output_shape((64, 56, 56))
    (256, 56, 56)
    """
    return nn.Sequential(*(_layer(channels + at * growth, growth) for at in range(count)))


def small_densenet(classes=10, *, in_channels=1, growth=12):
    """A convolution and three dense blocks of three layers, with poolings between; for 32×32.

    Examples
    --------
    >>> net = small_densenet()
    >>> net.output_shape((1, 32, 32)), sum(p.size for p in net.parameters())
    ((10,), 71254)
    """
    channels, layers = 2 * growth, {}
    for number in (1, 2, 3):
        layers[f"dense{number}"] = dense_block(channels, 3, growth)
        channels += 3 * growth
        if number < 3:
            layers[f"transition{number}"] = _transition(channels, channels // 2)
            channels //= 2
    first = {"conv0": _conv(in_channels, 2 * growth, 3), "pool0": nn.MaxPool2d(2)}
    return nn.Sequential(**first, **layers, **_head(channels, classes))


def _layer(channels, growth):
    """1×1 to four times the growth, then 3×3; normalised and rectified before each."""
    new = nn.Sequential(
        nn.BatchNorm(channels), nn.ReLU(), _conv(channels, 4 * growth, 1),
        nn.BatchNorm(4 * growth), nn.ReLU(), _conv(4 * growth, growth, 3),
    )  # fmt: skip
    return nn.Concat(nn.Identity(), new)


def _transition(before, after):
    return nn.Sequential(
        nn.BatchNorm(before), nn.ReLU(), _conv(before, after, 1), nn.AvgPool2d(2)
    )


def _head(channels, classes):
    return {
        "norm": nn.BatchNorm(channels), "relu": nn.ReLU(), "mean": nn.AdaptiveAvgPool2d(1),
        "flatten": nn.Flatten(), "fc": nn.Linear(channels, classes),
    }  # fmt: skip


def _conv(before, after, size, stride=1):
    options = {"stride": stride, "padding": size // 2, "bias": False, "draw": he_normal}
    return nn.Conv2d(before, after, size, **options)
