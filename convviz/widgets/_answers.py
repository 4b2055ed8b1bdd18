"""Reading a guess: numbers, shapes, lists and words, as people type them."""

import ast
import re

import numpy as np


def read(text, *, single=False):
    """A guess as a value: a number, a tuple of numbers, or a word in lower case.

    Shapes may be typed ``4x4``, ``4 × 4``, ``4, 4`` or ``(4, 4)``; a minus sign may be either one.
    Where a `single` number is asked for, commas or spaces may set off its thousands, and a percent
    sign may follow it.

    Examples
    --------
    >>> read("4 × 4"), read("(4, 4)"), read("−3"), read("0 1 2"), read(" The Edge ")
    ((4, 4), (4, 4), -3, (0, 1, 2), 'the edge')
    >>> read("36,928"), read("36,928", single=True), read("50 %", single=True)
    ((36, 928), 36928, 50)
    """
    plain = text.strip().replace("−", "-").replace("–", "-")
    if single:
        plain = plain.removesuffix("%").rstrip()
        if re.fullmatch(r"-?[1-9]\d{0,2}([, \u00a0\u202f]\d{3})+(\.\d+)?", plain):
            plain = re.sub(r"[^-\d.]", "", plain)
    numbers = re.sub(r"(?<=\d)\s*[x×]\s*(?=[\d-])", ",", plain)
    numbers = re.sub(r"(?<=[\d.])\s+(?=[-\d.])", ",", numbers.strip("()[] "))
    numbers = numbers.replace("[", "").replace("]", "").replace("(", "").replace(")", "")
    try:
        value = ast.literal_eval(f"({numbers},)") if numbers else ()
    except (SyntaxError, ValueError):
        value = ()
    if not value or not all(type(v) in (int, float) for v in value):
        return " ".join(plain.lower().split())
    return value[0] if len(value) == 1 else tuple(value)


def canonical(answer):
    """An answer in the form that :func:`read` gives a guess.

    Examples
    --------
    >>> canonical(np.array([[1, 2], [3, 4]])), canonical("Edge"), canonical(np.float32(0.5))
    ((1, 2, 3, 4), 'edge', 0.5)
    """
    if isinstance(answer, str):
        return " ".join(answer.lower().split())
    array = np.asarray(answer)
    if array.dtype.kind not in "biuf" or array.size == 0:
        raise TypeError(
            f"answer={answer!r} cannot be typed: use a number, a word, a truth value, or a list "
            "of numbers"
        )
    if array.dtype.kind == "b" and array.ndim == 0:
        return "yes" if answer else "no"
    flat = array.ravel().tolist()
    return flat[0] if array.ndim == 0 or len(flat) == 1 else tuple(flat)


def agree(guess, answer, tolerance=0.0):
    """Whether a guess and an answer, both in canonical form, say the same.

    Examples
    --------
    >>> agree((4, 4), (4, 4)), agree(3, 3.25, 0.3), agree("y", "yes"), agree((4,), 4)
    (True, True, True, True)
    """
    if isinstance(answer, str) or isinstance(guess, str):
        short = {"y": "yes", "true": "yes", "n": "no", "false": "no"}
        return short.get(guess, guess) == answer
    ours, theirs = np.atleast_1d(answer), np.atleast_1d(guess)
    return ours.shape == theirs.shape and bool(np.all(np.abs(ours - theirs) <= tolerance))
