"""Checks of numbers found with a pencil: told right from wrong, the right ones never told."""

import numpy as np

from convviz.checks import _numbers
from convviz.checks._result import Check


def by_hand(name, answer, numbers):
    """Check a table of numbers.

    Parameters
    ----------
    name : str
        The question.
    answer : dict of dict
        Whatever the student wrote; None is not answered yet.
    numbers : dict of (row, quantity) to (right, mistakes)
        `mistakes` are pairs of a number and the question that goes with it, tried in order.

    Returns
    -------
    Check

    Examples
    --------
    >>> by_hand("sizes", {"a": {"rows": 3}}, {("a", "rows"): (4, [(3, "and the first one?")])})
    ✗ sizes: 0 of 1 number
      a, rows: 3 is not right: and the first one?
    """
    given = {place: _plain(_entry(answer, *place)) for place in numbers}
    if all(value is None for value in given.values()):
        return Check(name, 0, len(numbers), attempted=False, noun="number")
    wrong = []
    for place, value in given.items():
        problem = _problem(value, *numbers[place])
        if problem:
            wrong.append(f"{', '.join(place)}: {problem}")
    return Check(name, len(numbers) - len(wrong), len(numbers), tuple(wrong), noun="number")


def _entry(answer, row, quantity):
    found = answer.get(row) if isinstance(answer, dict) else None
    return found.get(quantity) if isinstance(found, dict) else None


def _plain(value):
    """A number that NumPy computed as Python's own."""
    return value.item() if isinstance(value, np.generic) else value


def _problem(value, right, mistakes):
    """What is wrong with one number; "" when nothing is."""
    if value is None:
        return "not answered yet"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"expected a number, got {type(value).__name__}"
    if value == right:
        return ""
    hint = next((hint for number, hint in mistakes if number == value), "")
    return f"{_numbers.number(value)} is not right" + (f": {hint}" if hint else "")
