"""LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998), as it is taught today."""

from convviz import nn


def lenet5(classes=10, *, in_channels=1):
    """Two convolutions, each with a pooling, and three dense layers; for images of 32×32.

    Activations are ReLU, poolings take the maximum; the paper had scaled tanh, learned means,
    and radial basis functions at the end.

    Parameters
    ----------
    classes, in_channels : int

    Returns
    -------
    nn.Sequential

    Examples
    --------
    >>> net = lenet5()
    >>> net.output_shape((1, 32, 32)), sum(p.size for p in net.parameters())
    ((10,), 61706)
    """
    return nn.Sequential(
        conv1=nn.Conv2d(in_channels, 6, 5), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(6, 16, 5), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2), flatten=nn.Flatten(),
        fc3=nn.Linear(400, 120), relu3=nn.ReLU(), fc4=nn.Linear(120, 84), relu4=nn.ReLU(),
        fc5=nn.Linear(84, classes),
    )  # fmt: skip
