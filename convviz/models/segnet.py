"""SegNet (Badrinarayanan, Kendall and Cipolla 2017): a class for every pixel."""

from convviz import nn
from convviz.nn.init import he_normal


def segnet(classes=12):
    """The convolutions of VGG-16, and their mirror image; for 3×360×480 and other sizes.

    A decoder puts numbers back where the encoder's poolings found their maxima, so that borders
    stay where they were.

    Examples
    --------
    >>> net = segnet()
    >>> net.output_shape((3, 384, 480)), sum(p.size for p in net.parameters())
    ((12, 384, 480), 29449932)
    """
    stages = [[64, 64], [128, 128], [256] * 3, [512] * 3, [512] * 3]
    return _mirrored(3, stages, classes, 3)


def small_segnet(classes=4, *, in_channels=1, width=8):
    """Two stages of SegNet, for images whose sides are multiples of 4.

    Examples
    --------
    >>> net = small_segnet()
    >>> net.output_shape((1, 32, 32)), sum(p.size for p in net.parameters())
    ((4, 32, 32), 2764)
    """
    return _mirrored(in_channels, [[width], [2 * width]], classes, 3)


def _mirrored(channels, stages, classes, size):
    encoder, decoder = {}, []
    for number, widths in enumerate(stages, 1):
        before = [channels, *widths]
        for place, pair in enumerate(zip(before, widths, strict=False), 1):
            encoder[f"conv{number}_{place}"] = _conv(*pair, size)
        pool = encoder[f"pool{number}"] = nn.MaxPool2d(2)
        # the way back has the same widths in reverse; the last convolution gives the classes
        back = [(after, ahead) for ahead, after in zip(before, widths, strict=False)][::-1]
        decoder.append((number, pool, back))
        channels = widths[-1]
    layers = {}
    for number, pool, back in decoder[::-1]:
        layers[f"unpool{number}"] = nn.MaxUnpool2d(pool)
        for place, (before, after) in zip(range(len(back), 0, -1), back, strict=True):
            last = number == place == 1
            made = nn.Conv2d(before, classes, size, padding=size // 2)
            layers[f"deconv{number}_{place}"] = made if last else _conv(before, after, size)
    return nn.Sequential(**encoder, **layers)


def _conv(before, after, size):
    conv = nn.Conv2d(before, after, size, padding=size // 2, draw=he_normal)
    return nn.Sequential(conv, nn.BatchNorm(after), nn.ReLU())
