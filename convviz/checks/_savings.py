"""Checks of what variants save: costs counted with a pencil, a filter taken apart into two."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._hand import by_hand
from convviz.checks._result import Check
from convviz.checks._same import as_array


def check_costs(answer, *, channels, filters, kernel_size, groups, places):
    """Check parameters and multiply-adds of three kinds of layer, without biases.

    Parameters
    ----------
    answer : dict of str to dict
        ``"ordinary"``, ``"grouped"`` and ``"separable"``, each with ``"parameters"`` and
        ``"multiply-adds"``; None is not answered yet.
    channels, filters, kernel_size, groups : int
    places : int
        Outputs of one map.

    Returns
    -------
    Check
        A wrong number is named, never the right one.

    Examples
    --------
    >>> answer = {"separable": {"parameters": 8, "multiply-adds": 650}}
    >>> sizes = {"channels": 2, "filters": 4, "kernel_size": 3, "groups": 2, "places": 25}
    >>> print(check_costs(answer, **sizes).lines[-1])
    separable, parameters: 8 is not right: and the filters of the channels?
    """
    n, m, k, g = channels, filters, kernel_size**2, groups
    rows = {
        "ordinary": (n * m * k, _ordinary_hints(n, m, k, kernel_size)),
        "grouped": (n * m * k // g, _grouped_hints(n, m, k, g)),
        "separable": (n * k + n * m, _separable_hints(n, m, k)),
    }
    numbers = {}
    for name, (right, hints) in rows.items():
        numbers[name, "parameters"] = right, [
            *hints,
            (right * places, "all places of a map share their weights"),
        ]
        numbers[name, "multiply-adds"] = right * places, [
            (right, "is that one place? There are more in a map"),
            *((value * places, hint) for value, hint in hints),
        ]
    return by_hand("costs", answer, numbers)


def _ordinary_hints(n, m, k, side):
    return [
        (m * k, "a filter spans all channels"),
        (n * k, "is that one filter?"),
        (n * m * side, "a filter has side · side weights in each channel"),
        (m * (n * k + 1), "there are no biases here"),
        (n * m, "is that for 1×1 filters?"),
    ]


def _grouped_hints(n, m, k, g):
    return [
        (n * m * k, "in a group a filter reads only the channels of its group"),
        (n * m * k // g**2, "is that one group? There are more of them"),
        (m * k, "a filter reads all the channels of its group"),
        (n * m * k * g, "grouping saves, it does not add"),
    ]


def _separable_hints(n, m, k):
    return [
        (n * k, "and the 1×1 filters?"),
        (n * m, "and the filters of the channels?"),
        (m * k + n * m, "every channel of the input has a filter of its own, not every map"),
        (n * k * n * m, "the two steps follow each other: add their weights"),
        (n * k + m, "a 1×1 filter reads all channels"),
        (n * m * k, "is that the ordinary layer?"),
    ]


def check_factors(answer, target):
    """Check that a column times a row gives a filter.

    Parameters
    ----------
    answer : dict
        ``"column"`` and ``"row"``, lists of numbers; None is not answered yet.
    target : array-like (rows, columns)

    Returns
    -------
    Check

    Examples
    --------
    >>> check_factors({"column": [1, 3], "row": [1, 2]}, [[1, 2], [3, 6]])
    ✓ factors: 4 of 4 products
    >>> check_factors({"column": [1, 2], "row": [1, 3]}, [[1, 2], [3, 6]])
    ✗ factors: 2 of 4 products
      row 0, column 1: expected 2, got 3: are column and row swapped?
    """
    target = np.asarray(target, float)
    total = target.size
    column, row = (answer.get(n) if isinstance(answer, dict) else None for n in ("column", "row"))
    if _is_blank(column) or _is_blank(row):
        return Check("factors", 0, total, attempted=False, noun="product")
    column, row = as_array(column), as_array(row)
    shapes = [None if part is None else part.shape for part in (column, row)]
    if shapes != [(side,) for side in target.shape]:
        text = f"expected a column of {target.shape[0]} numbers and a row of {target.shape[1]}"
        return Check("factors", 0, total, (text,), noun="product")
    made = np.outer(column.astype(float), row.astype(float))
    wrong = np.argwhere(~np.isclose(made, target))
    if not len(wrong):
        return Check("factors", total, total, noun="product")
    at = tuple(wrong[0].tolist())
    expected, got = _numbers.pair(target[at].item(), made[at].item())
    text = f"{_numbers.place(at)}: expected {expected}, got {got}{_factor_hint(made, target)}"
    return Check("factors", total - len(wrong), total, (text,), noun="product")


def _factor_hint(made, target):
    if made.shape == target.T.shape and np.allclose(made.T, target):
        return ": are column and row swapped?"
    if np.allclose(made, -target):
        return ": is a sign turned? Turn it in one of the two"
    share = np.sum(made * target) / np.sum(target**2)
    if share and np.allclose(made, share * target):
        return f": all products are {_numbers.number(share)} times as large as they should be"
    return ": what the row is multiplied by stands in the column"


def _is_blank(part):
    return part is None or (isinstance(part, (list, tuple)) and any(map(_is_blank, part)))
