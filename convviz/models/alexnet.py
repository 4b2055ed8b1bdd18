"""AlexNet (Krizhevsky, Sutskever and Hinton 2012) and its successor ZFNet (Zeiler and Fergus 2014).

Both are for ImageNet. They differ in the first two convolutions.
"""

from convviz import nn
from convviz.nn.init import he_normal


def alexnet(classes=1000, *, groups=2):
    """Five convolutions and three dense layers, for images of 3×227×227.

    Parameters
    ----------
    classes : int
    groups : int
        2 for convolutions 2, 4 and 5 cut in halves, as on the two processors of the paper; 1 for
        filters that see all channels.

    Returns
    -------
    nn.Sequential

    Examples
    --------
    >>> [sum(p.size for p in alexnet(groups=groups).parameters()) for groups in (2, 1)]
    [60965224, 62378344]
    """
    return nn.Sequential(
        conv1=nn.Conv2d(3, 96, 11, stride=4, draw=he_normal), relu1=nn.ReLU(), norm1=_norm(),
        pool1=nn.MaxPool2d(3, 2),
        conv2=nn.Conv2d(96, 256, 5, padding=2, groups=groups, draw=he_normal), relu2=nn.ReLU(),
        norm2=_norm(), pool2=nn.MaxPool2d(3, 2), **_rest(classes, groups),
    )  # fmt: skip


def zfnet(classes=1000):
    """AlexNet with smaller steps at first: 7×7 with stride 2, then 5×5 with stride 2; 3×224×224.

    Examples
    --------
    >>> net = zfnet()
    >>> net.output_shape((3, 224, 224)), sum(p.size for p in net.parameters())
    ((1000,), 62357608)
    """
    return nn.Sequential(
        conv1=nn.Conv2d(3, 96, 7, stride=2, padding=1, draw=he_normal), relu1=nn.ReLU(),
        pool1=nn.MaxPool2d(3, 2, padding=1), norm1=_norm(),
        conv2=nn.Conv2d(96, 256, 5, stride=2, draw=he_normal), relu2=nn.ReLU(),
        pool2=nn.MaxPool2d(3, 2, padding=1), norm2=_norm(), **_rest(classes, 1),
    )  # fmt: skip


def _norm():
    return nn.LocalResponseNorm(5, alpha=5e-4, k=2.0)


def _rest(classes, groups):
    conv = lambda before, after, groups: nn.Conv2d(  # noqa: E731
        before, after, 3, padding=1, groups=groups, draw=he_normal
    )
    return {
        "conv3": conv(256, 384, 1), "relu3": nn.ReLU(),
        "conv4": conv(384, 384, groups), "relu4": nn.ReLU(),
        "conv5": conv(384, 256, groups), "relu5": nn.ReLU(), "pool5": nn.MaxPool2d(3, 2),
        "flatten": nn.Flatten(),
        "fc6": nn.Linear(256 * 6 * 6, 4096, draw=he_normal), "relu6": nn.ReLU(),
        "drop6": nn.Dropout(0.5),
        "fc7": nn.Linear(4096, 4096, draw=he_normal), "relu7": nn.ReLU(), "drop7": nn.Dropout(0.5),
        "fc8": nn.Linear(4096, classes),
    }  # fmt: skip
