"""What a scene asks before it shows its answer."""

from dataclasses import dataclass

QUESTIONS = ("number", "shape", "cell")


@dataclass(frozen=True)
class Question:
    """One question about a scene; the player asks it when a widget is made with ``predict=True``.

    Parameters
    ----------
    text : str
        One sentence with a question mark.
    kind : str
        What a guess is: ``"number"`` and ``"shape"`` are typed, a ``"cell"`` is clicked.
    answer : number, tuple of int, Cell or tuple of Cell
        What is right: a number; a shape such as ``(5, 5)``; a cell, or several that are all right.
    reason : str
        Why, in a sentence with the numbers filled in; shown with the answer.
    hides : tuple of str or None
        The grids that would give the answer away; those of role ``"output"`` when None. With them
        are hidden the size formula and the sentences of the steps. A question for a shape takes
        the whole grids away, the others only the numbers in them.
    tolerance : float
        How far a guessed number may be off.

    Raises
    ------
    ValueError
        If it asks nothing, or its kind is not known or does not go with the answer.

    Examples
    --------
    >>> Question("How many rows and columns?", "shape", (3, 3), "5 − 3 + 1 = 3.").answer
    (3, 3)
    >>> Question("Where?", "cell", ("input", 0, 4), "It is read once.").answer
    (('input', 0, 4),)
    """

    text: str
    kind: str
    answer: object
    reason: str
    hides: tuple[str, ...] | None = None
    tolerance: float = 0.0

    def __post_init__(self):
        if not self.text.rstrip().endswith("?"):
            raise ValueError(f"question {self.text!r} asks nothing: end it with a question mark")
        if self.kind not in QUESTIONS:
            raise ValueError(f"question kind {self.kind!r} is not known: use one of {QUESTIONS}")
        object.__setattr__(self, "answer", _canonical(self.kind, self.answer))


def _canonical(kind, answer):
    """The answer in the form of its kind: a float, a tuple of ints, or a tuple of cells."""
    try:
        if kind == "number":
            return float(answer)
        if kind == "shape":
            return tuple(int(size) for size in answer)
        cells = (answer,) if isinstance(answer[0], str) else answer
        return tuple((name, int(row), int(column)) for name, row, column in cells)
    except (TypeError, ValueError, IndexError) as error:
        raise ValueError(f"answer {answer!r} is no {kind}: give one as the question asks") from error
