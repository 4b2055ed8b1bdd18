"""ResNet (He, Zhang, Ren and Sun 2016): each block learns what to change.

Where a block halves the size, its 3×3 convolution does so: the first convolution of the paper's
bottleneck would, but all later versions moved the stride.
"""

from convviz import nn
from convviz.nn.init import he_normal

# blocks of each of the four stages, and whether they are bottlenecks
_DEPTHS = {
    18: ((2, 2, 2, 2), False),
    34: ((3, 4, 6, 3), False),
    50: ((3, 4, 6, 3), True),
    101: ((3, 4, 23, 3), True),
    152: ((3, 8, 36, 3), True),
}


def resnet(depth=50, classes=1000):
    """A network of 18, 34, 50, 101 or 152 layers, for images of 3×224×224.

    Parameters
    ----------
    depth : {18, 34, 50, 101, 152}
    classes : int

    Returns
    -------
    nn.Sequential

    Raises
    ------
    ValueError
        When there is no such depth.

    Examples
    --------
    >>> net = resnet(50)
    >>> net.output_shape((3, 224, 224)), sum(p.size for p in net.parameters())
    ((1000,), 25557032)
    """
    if depth not in _DEPTHS:
        known = ", ".join(map(str, _DEPTHS))
        raise ValueError(f"depth must be one of {known}, got {depth!r}: try 18")
    counts, deep = _DEPTHS[depth]
    layers, channels = {}, 64
    for stage, count in enumerate(counts):
        width = 64 << stage
        for place in range(count):
            stride = 2 if stage and not place else 1
            layers[f"block{stage + 2}_{place + 1}"] = residual(channels, width, stride, deep=deep)
            channels = 4 * width if deep else width
    return nn.Sequential(
        conv1=_conv(3, 64, 7, 2), relu1=nn.ReLU(), pool1=nn.MaxPool2d(3, 2, padding=1), **layers,
        mean=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(channels, classes),
    )  # fmt: skip


def residual(channels, width, stride=1, *, deep=False):
    """A block with its shortcut and the ReLU after it.

    Parameters
    ----------
    channels : int
        Of the input.
    width : int
        Of the 3×3 convolutions.
    stride : int
    deep : bool
        Whether 1×1 convolutions narrow the input before and widen it fourfold after.

    Examples
    --------
    >>> residual(64, 128, 2).output_shape((64, 56, 56))
    (128, 28, 28)
    """
    out = 4 * width if deep else width
    if deep:
        steps = _conv(channels, width, 1), _conv(width, width, 3, stride), _conv(width, out, 1)
    else:
        steps = _conv(channels, width, 3, stride), _conv(width, width, 3)
    body = [part for step in steps for part in (step, nn.ReLU())][:-1]
    same = stride == 1 and channels == out
    shortcut = nn.Identity() if same else _conv(channels, out, 1, stride)
    return nn.Sequential(nn.Residual(nn.Sequential(*body), shortcut), nn.ReLU())


def small_resnet(classes=10, *, in_channels=1, width=16):
    """A convolution and three residual blocks, two of which halve the size; for 32×32.

    Examples
    --------
    >>> net = small_resnet()
    >>> net.output_shape((1, 32, 32)), sum(p.size for p in net.parameters())
    ((10,), 77754)
    """
    return nn.Sequential(
        conv=_conv(in_channels, width, 3), relu=nn.ReLU(), block1=residual(width, width),
        block2=residual(width, 2 * width, 2), block3=residual(2 * width, 4 * width, 2),
        mean=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(4 * width, classes),
    )  # fmt: skip


def _conv(before, after, size, stride=1):
    """A convolution that keeps the size, or halves it, and the normalisation after it."""
    options = {"stride": stride, "padding": size // 2, "bias": False, "draw": he_normal}
    return nn.Sequential(nn.Conv2d(before, after, size, **options), nn.BatchNorm(after))
