"""DCGAN (Radford, Metz and Chintala 2016): from noise to an image, and from that to a score."""

from convviz import nn
from convviz.nn.init import normal


def dcgan_generator(noise=100, *, width=128, out_channels=3):
    """Five transposed convolutions from `noise` features (N, noise, 1, 1) to images of 64×64.

    Parameters
    ----------
    noise : int
    width : int
        Channels before the last layer; the first has eight times as many, 1024 in the paper.
    out_channels : int

    Examples
    --------
    >>> dcgan_generator().output_shape((100, 1, 1))
    (3, 64, 64)
    """
    sizes = [noise, 8 * width, 4 * width, 2 * width, width]
    layers = {}
    for number, (before, after) in enumerate(zip(sizes, sizes[1:], strict=False), 1):
        options = {"stride": 1, "padding": 0} if number == 1 else {"stride": 2, "padding": 1}
        layers |= {
            f"up{number}": nn.ConvTranspose2d(before, after, 4, bias=False, draw=_draw, **options),
            f"norm{number}": nn.BatchNorm(after), f"relu{number}": nn.ReLU(),
        }  # fmt: skip
    last = nn.ConvTranspose2d(width, out_channels, 4, 2, 1, bias=False, draw=_draw)
    return nn.Sequential(**layers, up5=last, tanh=nn.Tanh())


def dcgan_discriminator(*, width=128, in_channels=3):
    """Five convolutions with strides in place of poolings: one score for an image of 64×64.

    Examples
    --------
    >>> dcgan_discriminator().output_shape((3, 64, 64))
    (1,)
    """
    sizes = [in_channels, width, 2 * width, 4 * width, 8 * width]
    layers = {}
    for number, (before, after) in enumerate(zip(sizes, sizes[1:], strict=False), 1):
        conv = nn.Conv2d(before, after, 4, stride=2, padding=1, bias=False, draw=_draw)
        norm = {} if number == 1 else {f"norm{number}": nn.BatchNorm(after)}
        layers |= {f"conv{number}": conv, **norm, f"relu{number}": nn.LeakyReLU(0.2)}
    last = nn.Conv2d(8 * width, 1, 4, bias=False, draw=_draw)
    return nn.Sequential(**layers, conv5=last, flatten=nn.Flatten())


def _draw(shape):
    return normal(0.02)
