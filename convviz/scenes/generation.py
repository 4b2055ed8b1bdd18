"""A sound grows sample by sample: the shares of the next one, and the one that is drawn."""

import numpy as np

from convviz import geometry
from convviz.scenes import _check
from convviz.scenes._text import number, plural, span
from convviz.scenes.scene import Grid, Question, Scene, Step

SAMPLES, SHARES = "sound", "shares of the next sample"
#: More columns are too narrow to be read.
MOST_SAMPLES = 64


@_check.without_warnings
def generation(samples, shares, *, field, seed=None):
    """The scene of samples that are drawn one after the other (van den Oord and others, 2016).

    Parameters
    ----------
    samples : array_like of int
        Shape ``(time,)``, at most 64: levels from 0. Those without shares are given, the others
        follow them.
    shares : array_like
        Shape ``(levels, drawn)``, at most 32 levels: for each sample that was drawn, the share of
        each level before that.
    field : int
        How many samples the shares rest on.
    seed : int, optional
        Of :func:`convviz.models.generate`, which drew the samples: for the code, which is left out
        when None.

    Returns
    -------
    Scene
        One step for each sample that is drawn.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit, with the remedy.

    Examples
    --------
    >>> generation([0, 1, 2], [[0.1, 0.2], [0.9, 0.3], [0.0, 0.5]], field=1)
    NextSample: 3 levels, 1 sample given, 2 drawn, each from the last 1, 2 steps
    """
    samples, shares = _check.numbers("samples", samples, 1), _check.numbers("shares", shares, 2)
    field = geometry.integer("field", field, 1, "a sample rests on one before it, or more")
    _checked(samples, shares)
    levels, drawn = shares.shape
    begin = len(samples) - drawn
    known = np.zeros((levels, len(samples)), np.int64)
    known[samples, np.arange(len(samples))] = 1
    percent = np.zeros((levels, len(samples)), np.int64)
    percent[:, begin:] = np.rint(100 * np.nan_to_num(shares))
    given = tuple(((SAMPLES, int(samples[t]), t), 1) for t in range(begin))
    steps = tuple(
        _drawing(t, samples, percent, field, given if t == begin else ())
        for t in range(begin, len(samples))
    )
    summary = (
        f"{levels} levels, {plural(begin, 'sample')} given, {drawn} drawn, each from the last "
        f"{field}, {plural(len(steps), 'step')}"
    )
    look = {"hidden": True, "shade": "signed", "display": "blank", "stack": "time runs to the right"}
    grids = (
        Grid(SAMPLES, "output", known, limits=(-1.0, 1.0), note="its level, sample by sample", **look),
        Grid(SHARES, "neutral", percent, limits=(-100.0, 100.0), note="level by sample, in %", **look),
    )
    likeliest = int(percent[:, begin].argmax())
    return Scene(
        "NextSample", summary, grids, (), steps, poster=len(steps) - 1,
        code=() if seed is None else _code(samples[:begin].tolist(), shares.shape, field, seed),
        question=Question(
            f"{plural(begin, 'sample')} {'is' if begin == 1 else 'are'} given, the last of level "
            f"{samples[begin - 1]}. Which level is the likeliest to come next?", "number", likeliest,
            f"Level {likeliest} has {percent[:, begin].max()} %.", hides=(SAMPLES, SHARES),
        ),
    )  # fmt: skip


def few_enough(draw, given):
    """How many samples to draw; more than are shown are refused, each asks the network."""
    draw = geometry.integer("draw", draw, 1, "draw one sample or more")
    if draw + given > MOST_SAMPLES:
        raise ValueError(
            f"draw={draw} with {given} given is too much to be shown: use at most "
            f"{MOST_SAMPLES - given}"
        )
    return draw


def _code(begin, shape, field, seed):
    """Code that draws the same samples from the reader's own `net`."""
    levels, drawn = shape
    return (
        ("convviz", f"models.generate(net, {begin}, {drawn}, field={field}, seed={seed})[0]"),
        (
            "PyTorch",
            f"samples = {begin}\n"
            f"for chance in np.random.default_rng({seed}).random({drawn}):\n"
            f"    heard = F.one_hot(torch.tensor(samples[-{field}:]), {levels}).T[None].float()\n"
            "    share = net(heard)[0, :, -1].softmax(0)\n"
            "    samples.append(int((share.cumsum(0) <= chance).sum()))\n"
            "samples",
        ),
    )


def _checked(samples, shares):
    levels, drawn = shares.shape
    if len(samples) > MOST_SAMPLES or levels > 32:
        raise ValueError(
            f"{len(samples)} samples of {levels} levels are too many to be shown: use at most "
            f"{MOST_SAMPLES} of 32"
        )
    if drawn >= len(samples):
        raise ValueError(
            f"{drawn} of {len(samples)} samples have shares: give one sample or more to begin with"
        )
    if samples.dtype.kind == "f" or samples.min() < 0 or samples.max() >= levels:
        raise ValueError(
            f"samples must be whole numbers from 0 to {levels - 1}, for {levels} levels: round a "
            "sound to levels first"
        )


def _drawing(t, samples, percent, field, given):
    levels, level, first = len(percent), int(samples[t]), max(0, t - field)
    share = number(percent[level, t])
    return Step(
        f"Sample {t} rests on {span(range(first, t), 'sample')}: level {level} is drawn, "
        f"it had {share} %.",
        formula=(f"sample {t} = {level}, drawn with a chance of {share} %",),
        result=(SAMPLES, level, t),
        writes=(
            *given, ((SAMPLES, level, t), 1),
            *(((SHARES, one, t), int(percent[one, t])) for one in range(levels)),
        ),
        windows=((SAMPLES, 0, first, levels - 1, t - 1),),
        marks=(((SHARES, level, t), "ring"),),
    )  # fmt: skip
