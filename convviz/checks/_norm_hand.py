"""Check of a batch normalisation with a pencil, there and back."""

import numpy as np

from convviz.checks._hand import by_hand


def check_norm_numbers(answer, x, dy, gamma):
    """Check the numbers of one channel, found by hand, without ε.

    Parameters
    ----------
    answer : dict of str to dict
        ``{"forward": {"mean": …, …}, "back": {…}}``; None is not answered yet.
    x, dy : list of number
        Three or more.
    gamma : number

    Returns
    -------
    Check
        A wrong number is named, never the right one.

    Examples
    --------
    >>> check_norm_numbers({"forward": {"mean": 16}}, [1, 4, 11], [1, 0, 0], 2)
    ✗ norm_numbers: 0 of 8 numbers
      forward, mean: 16 is not right: is that the sum? Divide by m
      forward, variance: not answered yet
      forward, first x̂: not answered yet
      back, dβ: not answered yet
      back, dγ: not answered yet
      back, dσ²: not answered yet
      back, dμ: not answered yet
      back, third dx: not answered yet
    """
    x, dy = np.array(x, float), np.array(dy, float)
    given = _forward(x) | _back(x, dy, gamma)
    numbers = {
        place: (_plain(right), [(_plain(wrong), hint) for wrong, hint in mistakes])
        for place, (right, mistakes) in given.items()
    }
    return by_hand("norm_numbers", answer, numbers)


def _forward(x):
    """The right numbers of the way forward, and what well-known mistakes make of them."""
    m, off = len(x), x - x.mean()
    variance = (off**2).mean()
    root = variance**0.5
    hat = off / root
    return {
        ("forward", "mean"): (x.mean(), [(x.sum(), "is that the sum? Divide by m")]),
        ("forward", "variance"): (variance, [
            ((off**2).sum(), "is that the sum of the squares? Divide by m"),
            ((off**2).sum() / (m - 1), "is that divided by m − 1? By m"),
            (root, "is that its root?"),
            ((x**2).mean(), "is that the mean of x²? First take the mean off"),
        ]),
        ("forward", "first x̂"): (hat[0], [
            (off[0] / variance, "is that divided by the variance? By its root"),
            (off[0], "and divided by the root of the variance?"),
            (-hat[0], "x less the mean, in this order"),
        ]),
    }


def _back(x, dy, gamma):
    """The same of the way back."""
    m, off, along = len(x), x - x.mean(), gamma * dy
    variance = (off**2).mean()
    root = variance**0.5
    hat = off / root
    spread, middle = -0.5 * (along * off).sum() / root**3, -along.sum() / root
    ways = along[2] / root, spread * 2 * off[2] / m, middle / m
    return {
        ("back", "dβ"): (dy.sum(), [
            (dy.mean(), "is that a mean? Add up"), (along.sum(), "γ plays no part here"),
        ]),
        ("back", "dγ"): ((dy * hat).sum(), [
            ((dy * hat).mean(), "is that a mean? Add up"),
            ((dy * off).sum(), "with x̂, not x − μ"), ((dy * x).sum(), "with x̂, not x"),
            ((along * hat).sum(), "γ plays no part in its own derivative"),
        ]),
        ("back", "dσ²"): (spread, [
            (-spread, "there is a minus sign"), (2 * spread, "and the half?"),
            (spread * variance, "is that divided by σ? By σ³"),
            (spread / gamma, "dx̂ is γ · dy"),
        ]),
        ("back", "dμ"): (middle, [
            (-middle, "the mean was subtracted"), (middle * root, "and divided by σ?"),
            (middle / gamma, "dx̂ is γ · dy"), (middle / m, "is that a mean? Add up"),
        ]),
        ("back", "third dx"): (sum(ways), [
            (ways[0], "is that the direct way alone? There are three"),
            (ways[0] + ways[2], "and the way over the variance?"),
            (ways[0] + ways[1], "and the way over the mean?"),
            (ways[0] + ways[1] / 2 + ways[2], "the slope of a square has a 2"),
            (ways[0] + m * (ways[1] + ways[2]), "the mean and the variance are means of m numbers"),
        ]),
    }


def _plain(value):
    """As found by hand: without the rounding of the last digits."""
    return round(float(value), 9)
