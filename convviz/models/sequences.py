"""Networks along one axis: time."""

from convviz import nn


def tdnn(classes=3, *, features=16, frames=15, hidden=8):
    """The time-delay network of Waibel and others (1989): which sound, wherever it is.

    Two convolutions along time; the scores of a class are added up over all places.

    Examples
    --------
    >>> tdnn().output_shape((16, 15)), sum(p.size for p in tdnn().parameters())
    ((3,), 515)
    """
    places = frames - 2 - 4
    return nn.Sequential(
        conv1=nn.Conv1d(features, hidden, 3), act1=nn.Sigmoid(),
        conv2=nn.Conv1d(hidden, classes, 5), act2=nn.Sigmoid(),
        mean=nn.AvgPool1d(places), flatten=nn.Flatten(),
    )  # fmt: skip


def wavenet(classes=256, *, channels=32, layers=10, blocks=1):
    """Dilated causal convolutions with gates, as in WaveNet (van den Oord and others 2016).

    Each layer looks twice as far back as the one before it; nothing looks ahead. Of the paper's
    skip connections there is the residual one.

    Parameters
    ----------
    classes : int
        Values that a sample may have: one channel each, in and out.
    channels, layers, blocks : int
        Width; layers of a block, with dilations 1, 2, 4, …; how often that is repeated.

    Examples
    --------
    >>> wavenet(layers=3).output_shape((256, 100))
    (256, 100)
    """
    made = {
        f"block{block + 1}_{layer + 1}": _gated(channels, 2**layer)
        for block in range(blocks)
        for layer in range(layers)
    }
    return nn.Sequential(
        embed=nn.Conv1d(classes, channels, 1), **made, relu=nn.ReLU(),
        scores=nn.Conv1d(channels, classes, 1),
    )  # fmt: skip


def _gated(channels, dilation):
    causal = lambda: nn.Conv1d(  # noqa: E731
        channels, channels, 2, padding=(dilation, 0), dilation=dilation
    )
    gate = nn.Product(nn.Sequential(causal(), nn.Tanh()), nn.Sequential(causal(), nn.Sigmoid()))
    return nn.Residual(nn.Sequential(gate, nn.Conv1d(channels, channels, 1)))
