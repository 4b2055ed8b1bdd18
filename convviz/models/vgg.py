"""VGG (Simonyan and Zisserman 2015): nothing but 3×3 convolutions and poolings, deep."""

from convviz import nn
from convviz.nn.init import he_normal

# channels of each convolution, block by block; a negative number is a 1×1 convolution
CONFIGURATIONS = {
    "A": [[64], [128], [256, 256], [512, 512], [512, 512]],
    "B": [[64, 64], [128, 128], [256, 256], [512, 512], [512, 512]],
    "C": [[64, 64], [128, 128], [256, 256, -256], [512, 512, -512], [512, 512, -512]],
    "D": [[64, 64], [128, 128], [256] * 3, [512] * 3, [512] * 3],
    "E": [[64, 64], [128, 128], [256] * 4, [512] * 4, [512] * 4],
}


def vgg(configuration="D", classes=1000):
    """One of the networks A to E of the paper, for images of 3×224×224; D is VGG-16, E VGG-19.

    Parameters
    ----------
    configuration : {"A", "B", "C", "D", "E"}
    classes : int

    Returns
    -------
    nn.Sequential

    Raises
    ------
    ValueError
        When there is no such configuration.

    Examples
    --------
    >>> sum(p.size for p in vgg("D").parameters())
    138357544
    """
    if configuration not in CONFIGURATIONS:
        raise ValueError(f'configuration must be A to E, got {configuration!r}: "D" is VGG-16')
    blocks = CONFIGURATIONS[configuration]
    layers, channels = {}, 3
    for number, block in enumerate(blocks, 1):
        made, channels = _block(number, channels, block)
        layers |= made
    return nn.Sequential(
        **layers, flatten=nn.Flatten(), fc6=nn.Linear(channels * 7 * 7, 4096, draw=he_normal),
        relu6=nn.ReLU(), drop6=nn.Dropout(0.5), fc7=nn.Linear(4096, 4096, draw=he_normal),
        relu7=nn.ReLU(), drop7=nn.Dropout(0.5), fc8=nn.Linear(4096, classes),
    )  # fmt: skip


def small_vgg(classes=10, *, in_channels=1, width=16):
    """Three blocks of two convolutions and a pooling, and a dense layer; for 32×32.

    Examples
    --------
    >>> net = small_vgg()
    >>> net.output_shape((1, 32, 32)), sum(p.size for p in net.parameters())
    ((10,), 82042)
    """
    layers, channels = {}, in_channels
    for number in (1, 2, 3):
        block = [width << (number - 1)] * 2
        made, channels = _block(number, channels, block)
        layers |= made
    return nn.Sequential(**layers, flatten=nn.Flatten(), fc=nn.Linear(channels * 4 * 4, classes))


def _block(number, channels, block):
    """The layers of a block by name, and how many channels come out."""
    layers = {}
    for place, out in enumerate(block, 1):
        size = 3 if out > 0 else 1
        conv = nn.Conv2d(channels, abs(out), size, padding=size // 2, draw=he_normal)
        layers |= {f"conv{number}_{place}": conv, f"relu{number}_{place}": nn.ReLU()}
        channels = abs(out)
    return layers | {f"pool{number}": nn.MaxPool2d(2)}, channels
