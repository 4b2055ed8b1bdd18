"""The networks of the literature, and what others have printed of them: each figure stands here.

>>> net = find("vgg16")
>>> net.name, net.sample(224), [figure.value for figure in net.figures][0]
('VGG D', (3, 224, 224), 138000000.0)
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from convviz.models.alexnet import alexnet, zfnet
from convviz.models.dcgan import dcgan_discriminator, dcgan_generator
from convviz.models.densenet import densenet121, small_densenet
from convviz.models.googlenet import googlenet, small_inception
from convviz.models.lenet import lenet5
from convviz.models.resnet import resnet, small_resnet
from convviz.models.segnet import segnet, small_segnet
from convviz.models.sequences import tdnn, wavenet
from convviz.models.vgg import small_vgg, vgg


@dataclass(frozen=True)
class Figure:
    """A number as somebody has printed it.

    Attributes
    ----------
    what : str
        Of what: ``"parameters"``, ``"multiply-adds"``, ``"neurons"``, ``"receptive field"`` or
        ``"top-5 error"`` (in percent, on ImageNet; measured, and not computed from the layers).
    value : float
    source : str
        Author and year; ``"slides"`` for teaching slides in circulation.
    note : str
        What must be known to compare it.
    most : float, optional
        The upper end, where a span was printed.
    """

    what: str
    value: float
    source: str
    note: str = ""
    most: float | None = None


@dataclass(frozen=True)
class Network:
    """A network, the inputs it takes and what was printed of it.

    Attributes
    ----------
    name : str
    build : function
        Of nothing, or of `width` where there is one.
    sample : function
        The shape of an input without the batch, of its size.
    size : int
        The published one.
    sizes : (int, int)
        Between which sizes it is of interest.
    width : (str, int, int, int), optional
        What the width is called, the usual one, the least and the most of interest.
    aliases : tuple of str
    figures : tuple of Figure
    """

    name: str
    build: Callable
    sample: Callable
    size: int
    sizes: tuple
    width: tuple | None = None
    aliases: tuple = ()
    figures: tuple = ()


def find(name):
    """Return the network of a name; case, blanks and hyphens do not matter.

    Raises
    ------
    ValueError
        When there is none, with the names there are.

    Examples
    --------
    >>> find("resnet50").name, find("lenet-5").name
    ('ResNet-50', 'LeNet-5')
    """
    plain = lambda text: re.sub(r"[\W_]", "", str(text)).lower()  # noqa: E731
    for network in NETWORKS:
        if plain(name) in map(plain, (network.name, *network.aliases)):
            return network
    names = ", ".join(network.name for network in NETWORKS)
    raise ValueError(f"model={name!r} is none of {names}; or give a network of your own")


def _square(channels):
    return lambda size: (channels, size, size)


_PARAMETERS, _PRODUCTS, _ERROR = "parameters", "multiply-adds", "top-5 error"
_TORCH = "torchvision, Paszke and others 2019"
_CAFFE = "Caffe, Jia and others 2014"
_ALEX, _HE = "Krizhevsky and others 2012", "He and others 2016"
_VGG, _GOING = "Simonyan and Zisserman 2015", "Szegedy and others 2015"


def _vgg_network(letter, alias, millions, exact, *more):
    figures = (
        Figure(_PARAMETERS, millions * 1e6, _VGG, "table 2, in millions"),
        *([Figure(_PARAMETERS, exact, _TORCH)] if exact else []),
        *more,
    )
    build = lambda: vgg(letter)  # noqa: E731
    return Network(f"VGG {letter}", build, _square(3), 224, (32, 448), None, alias, figures)


def _resnet_network(depth, exact, billions, *more):
    note = "table 1; its bottlenecks halve the size one layer earlier" if depth > 34 else "table 1"
    figures = (
        Figure(_PARAMETERS, exact, _TORCH), Figure(_PRODUCTS, billions * 1e9, _HE, note), *more,
    )  # fmt: skip
    build = lambda: resnet(depth)  # noqa: E731
    return Network(f"ResNet-{depth}", build, _square(3), 224, (32, 448), figures=figures)


NETWORKS = (
    Network(
        "LeNet-5", lenet5, _square(1), 32, (20, 64), aliases=("lenet",),
        figures=(
            Figure(_PARAMETERS, 60_000, "LeCun and others 1998",
                   "poolings had weights, and a map of convolution 2 saw only some maps"),
            Figure(_PRODUCTS, 340_908, "LeCun and others 1998", "called connections"),
            Figure(_PARAMETERS, 61_706, "slides"),
        ),
    ),
    Network(
        "AlexNet", alexnet, _square(3), 227, (163, 355),
        figures=(
            Figure(_PARAMETERS, 60e6, _ALEX), Figure(_PARAMETERS, 60_965_224, _CAFFE),
            Figure("neurons", 650_000, _ALEX),
            Figure(_PRODUCTS, 630e6, "slides",
                   "misprint, called connections; so is stride 2 for convolution 2, which has 1"),
            Figure(_ERROR, 18.2, _ALEX, "one network"),
            Figure(_ERROR, 15.4, _ALEX, "seven networks"),
        ),
    ),
    Network("AlexNet ungrouped", lambda: alexnet(groups=1), _square(3), 227, (163, 355)),
    Network(
        "ZFNet", zfnet, _square(3), 224, (160, 352),
        figures=(
            Figure(_ERROR, 14.8, "Zeiler and Fergus 2014",
                   "several networks, some with 512, 1024 and 512 maps in convolutions 3 to 5"),
        ),
    ),
    _vgg_network("A", ("vgg11",), 133, 132_863_336),
    _vgg_network("B", ("vgg13",), 133, 133_047_848),
    _vgg_network("C", (), 134, None),
    _vgg_network("D", ("vgg16", "vgg"), 138, 138_357_544,
                 Figure(_ERROR, 7.3, _VGG, "seven networks, at the challenge"),
                 Figure(_ERROR, 6.8, _VGG, "two networks, D and E, after it")),
    _vgg_network("E", ("vgg19",), 144, 143_667_240),
    Network(
        "GoogLeNet", googlenet, _square(3), 224, (64, 448),
        figures=(
            Figure(_PARAMETERS, 6_998_552, _CAFFE), Figure(_PRODUCTS, 1.5e9, _GOING),
            Figure(_PARAMETERS, 5e6, "slides", most=7e6),
            Figure(_ERROR, 6.67, _GOING, "seven networks"),
        ),
    ),
    _resnet_network(18, 11_689_512, 1.8),
    _resnet_network(34, 21_797_672, 3.6),
    _resnet_network(50, 25_557_032, 3.8),
    _resnet_network(101, 44_549_160, 7.6),
    _resnet_network(152, 60_192_808, 11.3,
                    Figure(_ERROR, 3.57, _HE, "six networks of several depths")),
    Network(
        "DenseNet-121", densenet121, _square(3), 224, (32, 448), aliases=("densenet",),
        figures=(
            Figure(_PARAMETERS, 7_978_856, _TORCH),
            Figure(_ERROR, 7.71, "Huang and others 2017", "one network, one crop"),
        ),
    ),
    Network(
        "SegNet", segnet, lambda size: (3, size, size * 4 // 3), 360, (96, 480),
        figures=(
            Figure(_PARAMETERS, 29.46e6, "Badrinarayanan and others 2017", "table 6"),
        ),
    ),
    Network(
        "DCGAN generator", lambda width: dcgan_generator(width=width), _square(100), 1,
        (1, 8), ("width", 128, 8, 128),
    ),
    Network(
        "DCGAN discriminator", lambda width: dcgan_discriminator(width=width), _square(3),
        64, (48, 128), ("width", 128, 8, 128),
    ),
    Network("TDNN", tdnn, lambda size: (16, size), 15, (7, 40)),
    Network(
        "WaveNet", wavenet, lambda size: (256, size), 1024, (64, 4096),
        figures=(Figure("receptive field", 1024, "van den Oord and others 2016", "ten layers"),),
    ),
    Network(
        "small VGG", lambda width: small_vgg(width=width), _square(1), 32, (8, 64),
        ("width", 16, 1, 64),
    ),
    Network("small Inception", small_inception, _square(1), 32, (8, 64)),
    Network(
        "small ResNet", lambda width: small_resnet(width=width), _square(1), 32, (8, 64),
        ("width", 16, 1, 64),
    ),
    Network(
        "small DenseNet", lambda width: small_densenet(growth=width), _square(1), 32,
        (8, 64), ("growth", 12, 1, 48),
    ),
    Network(
        "small SegNet", lambda width: small_segnet(width=width), _square(1), 32, (8, 64),
        ("width", 8, 1, 64),
    ),
)  # fmt: skip
