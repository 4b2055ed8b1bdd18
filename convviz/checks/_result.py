"""Run a student's function over cases and put into words what came of it."""

import dataclasses

import numpy as np

from convviz.checks import _numbers, call
from convviz.checks._same import as_array, same

_NONE = "returned None: does the function end with return?"


@dataclasses.dataclass(frozen=True, repr=False)
class Check:
    """What a check found: true when all is right, printed as one or a few lines.

    Attributes
    ----------
    name : str
        The question.
    passed, total : int
        Cases right, cases in all.
    lines : tuple of str
        What was wrong in the first case that was, and why it may be.
    attempted : bool
    """

    name: str
    passed: int
    total: int
    lines: tuple[str, ...] = ()
    attempted: bool = True
    noun: str = "case"

    def __bool__(self):
        return self.attempted and self.passed == self.total and not self.lines

    def __repr__(self):
        if not self.attempted:
            return f"○ {self.name}: not attempted yet"
        cases = f"{self.passed} of {_numbers.count(self.total, self.noun)}"
        head = f"{'✓' if self else '✗'} {self.name}: {cases}"
        return "\n  ".join([head, *self.lines])


@dataclasses.dataclass(frozen=True)
class Case:
    """Arguments, what they should give, and how to call them in a sentence."""

    text: str
    args: tuple
    expected: object
    options: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Variant:
    """A well-known mistake: a function of a case's arguments that makes it, and the question."""

    hint: str
    function: object


def run(name, function, cases, variants=()):
    """Check a student's function.

    Parameters
    ----------
    name : str
    function : callable
        The student's, or whatever stands in its place.
    cases : list of Case
    variants : list of Variant
        Tried in this order. One that explains every result is preferred to one that explains
        only the first wrong one.

    Returns
    -------
    Check
    """
    if not callable(function):
        text = f"expected a function, got {type(function).__name__}"
        return Check(name, 0, len(cases), (text,))
    outcomes = [call.student(function, *case.args, **case.options) for case in cases]
    if all(outcome.kind == "stub" for outcome in outcomes):
        return Check(name, 0, len(cases), attempted=False)
    problems = [_problem(case, outcome) for case, outcome in zip(cases, outcomes, strict=True)]
    wrong = [at for at, problem in enumerate(problems) if problem]
    if not wrong:
        return Check(name, len(cases), len(cases))
    first = wrong[0]
    text, *more = problems[first]
    hint = _hint(cases, outcomes, wrong, variants)
    lines = (f"{cases[first].text}: {text}" + (f": {hint}" if hint else ""), *more)
    return Check(name, len(cases) - len(wrong), len(cases), lines)


def _problem(case, outcome):
    """What is wrong with one outcome, as lines; None when nothing is."""
    if outcome.kind == "stub":
        return ["not attempted yet"]
    if outcome.kind == "error":
        return raised(outcome)
    changed = " and ".join(outcome.changed)
    if outcome.kind == "none":
        if changed:
            return [f"changed {changed} in place and returned None: make a new array and return it"]
        return [_NONE]
    comparison = same(outcome.value, case.expected)
    if not comparison:
        return [comparison.text]
    if changed:
        return [f"the result is right, but {changed} was changed in place: work on a new array"]
    return None


def raised(outcome):
    """What a student's function raised: type and message, then the student's own line."""
    try:
        message = " ".join(str(outcome.error).split())[:200]
    except Exception:  # an exception of the student's whose text cannot be made
        message = ""
    kind = type(outcome.error).__name__
    lines = [f"{kind}: {message}" if message else kind]
    if outcome.line_number is not None:
        lines.append(f"line {outcome.line_number}: {outcome.line}")
    return lines


def _hint(cases, outcomes, wrong, variants):
    """The question that goes with the mistake that explains the results; "" when none does.

    A mistake may also explain why some cases raise: it does when it raises in just the same ones.
    """
    given = {at: _given(out) for at, out in enumerate(outcomes)}
    given = {at: found for at, found in given.items() if found is not None}
    first = wrong[0]
    if first not in given or all(found is _RAISED for found in given.values()):
        return ""
    right = np.asarray(cases[first].expected)
    by_value, by_shape = "", ""
    for variant in variants:
        made = {at: _try(variant, cases[at]) for at in given}
        explained = {at: _agree(given[at], made[at]) for at in given}
        if all(explained.values()):
            return variant.hint
        if given[first] is _RAISED or made[first] is _RAISED:
            continue
        if explained[first] and not same(made[first], right):
            by_value = by_value or variant.hint
        if made[first].shape == given[first].shape != right.shape:
            by_shape = by_shape or variant.hint
    return by_value or by_shape


_RAISED = "raised"
# What sizes that do not fit come to; other errors, such as a name misspelt, have other reasons.
_MISFITS = (ValueError, IndexError)


def _given(outcome):
    """The numbers of an outcome, that it was raised, or None when there is nothing to compare."""
    if outcome.kind == "error" and isinstance(outcome.error, _MISFITS):
        return _RAISED
    return as_array(outcome.value) if outcome.kind == "value" else None


def _agree(given, made):
    if given is _RAISED or made is _RAISED:
        return given is made
    unknown = np.isnan(given)
    if unknown.any():  # NaN is like no other number, but the same mistake makes it
        alike = given.shape == made.shape and np.array_equal(unknown, np.isnan(made))
        return alike and bool(same(given[~unknown], made[~unknown]))
    return bool(same(given, made))


def _try(variant, case):
    """What the mistake makes of a case, or that it cannot be made there."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(variant.function(*case.args, **case.options))
    except (*_MISFITS, TypeError, ZeroDivisionError):
        return _RAISED
