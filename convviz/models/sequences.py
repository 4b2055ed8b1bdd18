"""Networks along one axis: time."""

import numpy as np

from convviz import geometry, nn, ops


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


def generate(net, begin, count, *, field, seed=0):
    """Draw samples one at a time, each from what a network makes of those before it.

    Parameters
    ----------
    net : nn.Module
        From (1, levels, time), a 1 in the level of each sample, to scores of that shape for the
        sample after each, as `wavenet` has them.
    begin : array_like of int (time,)
        The first samples, levels from 0.
    count : int
        How many are drawn.
    field : int
        How many samples the network is shown each time: 2**layers for one block of `wavenet`.
    seed : int
        Decides what is drawn.

    Returns
    -------
    samples : array of int64 (time + count,)
        Those given and those drawn.
    shares : array (levels, count)
        The softmax that each was drawn from.

    Examples
    --------
    >>> samples, shares = generate(wavenet(4, channels=2, layers=2), [0, 1], 3, field=4)
    >>> samples.shape, shares.shape
    ((5,), (4, 3))
    """
    count = geometry.integer("count", count, 1, "draw one sample or more")
    field = geometry.integer("field", field, 1, "a sample rests on one before it, or more")
    levels, dtype = _levels(net, begin)
    samples, found = np.zeros(len(begin) + count, np.int64), []
    samples[: len(begin)] = begin
    chances = np.random.default_rng(seed).random(count)
    for place, chance in enumerate(chances, len(begin)):
        heard = np.eye(levels, dtype=dtype)[samples[max(0, place - field) : place]]
        share = ops.softmax(nn.predict(net, heard.T[None].copy())[:, :, -1])[0]
        found.append(share)
        # the first level at which the shares have added up to more
        samples[place] = min(int((np.cumsum(share) <= chance).sum()), levels - 1)
    return samples, np.stack(found, axis=1)


def _levels(net, begin):
    """How many levels a network knows and its dtype, by the weights of its first layer."""
    begin, weights = np.asarray(begin), next(iter(net.parameters()))
    levels = weights.shape[1]
    if begin.ndim != 1 or not len(begin) or begin.dtype.kind not in "iu":
        raise ValueError(
            f"begin has shape {begin.shape} and dtype {begin.dtype}: give one level or more in a "
            "row, as whole numbers"
        )
    if begin.min() < 0 or begin.max() >= levels:
        raise ValueError(
            f"begin has levels from {begin.min()} to {begin.max()}, the network knows 0 to "
            f"{levels - 1}: round the sound to its levels"
        )
    return levels, weights.dtype
