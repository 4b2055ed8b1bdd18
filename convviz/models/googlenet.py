"""GoogLeNet (Szegedy and others 2015): several filter sizes at once, and little dense."""

from convviz import nn
from convviz.nn.init import he_normal

# channels of each inception block of the paper's table 1: 1×1; 1×1 before 3×3, 3×3; 1×1 before
# 5×5, 5×5; 1×1 after the pooling
_BLOCKS = {
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128), "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}  # fmt: skip


def googlenet(classes=1000):
    """Nine inception blocks and one dense layer, for 3×224×224; without the two auxiliary heads.

    Examples
    --------
    >>> net = googlenet()
    >>> net.output_shape((3, 224, 224)), sum(p.size for p in net.parameters())
    ((1000,), 6998552)
    """
    norm = lambda: nn.LocalResponseNorm(5, alpha=1e-4)  # noqa: E731
    pool = lambda: nn.MaxPool2d(3, 2, ceil_mode=True)  # noqa: E731
    layers = {
        "conv1": _conv(3, 64, 7, stride=2, padding=3), "pool1": pool(), "norm1": norm(),
        "conv2": _conv(64, 64, 1), "conv2b": _conv(64, 192, 3, padding=1), "norm2": norm(),
        "pool2": pool(),
    }  # fmt: skip
    channels = 192
    for name, block in _BLOCKS.items():
        layers[f"inception{name}"] = inception(channels, *block)
        channels = block[0] + block[2] + block[4] + block[5]
        if name in ("3b", "4e"):
            layers[f"pool{name[0]}"] = pool()
    return nn.Sequential(
        **layers, mean=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), drop=nn.Dropout(0.4),
        fc=nn.Linear(channels, classes),
    )  # fmt: skip


def inception(channels, ones, before3, threes, before5, fives, pooled):
    """An inception block: four branches whose channels are joined.

    >>> inception(192, 64, 96, 128, 16, 32, 32).output_shape((192, 28, 28))
    (256, 28, 28)
    """
    return nn.Concat(
        one=_conv(channels, ones, 1),
        three=nn.Sequential(_conv(channels, before3, 1), _conv(before3, threes, 3, padding=1)),
        five=nn.Sequential(_conv(channels, before5, 1), _conv(before5, fives, 5, padding=2)),
        pool=nn.Sequential(nn.MaxPool2d(3, 1, padding=1), _conv(channels, pooled, 1)),
    )


def small_inception(classes=10, *, in_channels=1):
    """A convolution, three inception blocks with poolings between, a mean of each map; 32×32.

    Examples
    --------
    >>> net = small_inception()
    >>> net.output_shape((1, 32, 32)), sum(p.size for p in net.parameters())
    ((10,), 29902)
    """
    return nn.Sequential(
        conv=_conv(in_channels, 16, 3, padding=1), pool1=nn.MaxPool2d(2),
        a=inception(16, 8, 8, 16, 4, 8, 8), pool2=nn.MaxPool2d(2),
        b=inception(40, 16, 16, 32, 8, 16, 16), pool3=nn.MaxPool2d(2),
        c=inception(80, 32, 16, 48, 8, 16, 16),
        mean=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(112, classes),
    )  # fmt: skip


def _conv(before, after, size, **options):
    return nn.Sequential(nn.Conv2d(before, after, size, draw=he_normal, **options), nn.ReLU())
