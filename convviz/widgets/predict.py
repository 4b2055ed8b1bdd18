"""A question before the answer: the reader commits to a guess, then sees."""

from html import escape

import ipywidgets

from convviz.scenes import _check
from convviz.scenes._text import number
from convviz.widgets._answers import agree, canonical, read

_RIGHT, _WRONG = "#007a58", "#b54a00"


class Predict(ipywidgets.VBox):
    """Asks for a number, a shape, a list or a word, and tells at once whether it is right.

    Nothing waits for it: a reader may pass on without guessing. After a first guess a button
    offers the answer with its reason.

    Parameters
    ----------
    question : str
        One sentence with a question mark.
    answer : number, str, tuple or array_like
        What is right; best computed by the very code the lecture is about. A truth value is
        answered with yes or no. A set of words accepts any of them.
    why : str
        The reason, shown with the answer.
    hints : dict, optional
        Wrong guess → what it overlooks: ``{5: "and the padding?"}``.
    tolerance : float
        How far a number may be off.

    Raises
    ------
    TypeError, ValueError
        If the question is empty, or the answer is nothing that can be typed.

    Examples
    --------
    >>> question = Predict("How many rows does the output have?", 4, hints={7: "the stride is 2"})
    >>> question
    Predict: How many rows does the output have?
    >>> question.check("7"), question.check("4")
    (False, True)
    """

    def __init__(self, question, answer, why="", *, hints=None, tolerance=0.0):
        if not (isinstance(question, str) and question.strip()):
            raise ValueError(
                f"question={question!r} asks nothing: use a sentence, such as 'How many rows?'"
            )
        if not isinstance(hints, dict | None):
            raise TypeError(f"hints={hints!r} is no dict: use {{wrong guess: hint}}")
        self.question, self.why = question, why
        many = answer if isinstance(answer, (set, frozenset)) else [answer]
        if not many:
            raise ValueError("answer is an empty set: nothing would be right; put a word in it")
        # The first in order is the one shown, as it was written.
        self._shown, *_ = ordered = sorted(many, key=str) if len(many) > 1 else list(many)
        self._answers = [canonical(one) for one in ordered]
        self._single = all(isinstance(one, int | float) for one in self._answers)
        self._hints = {canonical(guess): hint for guess, hint in (hints or {}).items()}
        self._tolerance = _check.number("tolerance", tolerance)
        self._entry = ipywidgets.Text(
            placeholder="your guess, then Enter", continuous_update=False,
            layout=ipywidgets.Layout(width="240px"),
        )
        self._button = ipywidgets.Button(description="check", layout={"width": "80px"})
        self._reveal = ipywidgets.Button(
            description="show me", layout={"width": "100px", "display": "none"}
        )
        self._verdict = ipywidgets.HTML()
        self._entry.observe(lambda _: self._react(), "value")
        self._button.on_click(lambda _: self._react())
        self._reveal.on_click(lambda _: self._show())
        head = ipywidgets.HTML(
            f'<div style="font-size:16px;line-height:1.5"><b>Predict.</b> {escape(question)}</div>'
        )
        row = ipywidgets.HBox([self._entry, self._button, self._reveal])
        layout = ipywidgets.Layout(
            border_left="4px solid #56b4e9", padding="4px 12px 6px", margin="4px 0",
            max_width="1060px",
        )
        super().__init__([head, row, self._verdict], layout=layout)

    def check(self, guess):
        """Whether a typed guess is right (without showing anything)."""
        value = read(guess, single=self._single)
        return any(agree(value, answer, self._tolerance) for answer in self._answers)

    def _react(self):
        guess = self._entry.value
        if not guess.strip():
            return
        if self.check(guess):
            self._reveal.layout.display = "none"
            self._say(_RIGHT, "✓ Right.", f"{self._answer_text()}. {self.why}")
            return
        hint = self._hints.get(read(guess, single=self._single), "Try once more, or let it be shown.")
        self._say(_WRONG, f"✗ Not {guess.strip().replace('-', '−')}.", hint)
        self._reveal.layout.display = None

    def _show(self):
        self._say(_RIGHT, "The answer:", f"{self._answer_text()}. {self.why}")

    def _say(self, colour, head, text):
        self._verdict.value = (
            f'<div role="status" style="line-height:1.5;font-size:15px">'
            f'<b style="border-bottom:3px solid {colour}">{escape(head)}</b> {escape(text)}</div>'
        )

    def _answer_text(self):
        if isinstance(self._shown, str):
            return self._shown
        answer = self._answers[0]
        if isinstance(answer, str):
            return answer
        if isinstance(answer, tuple):
            return ", ".join(number(value) for value in answer)
        return number(answer)

    def _repr_mimebundle_(self, **kwargs):
        # ipywidgets would cut the question off.
        data, *metadata = super()._repr_mimebundle_(**kwargs), {}
        return data | {"text/plain": repr(self)}, *metadata

    def __repr__(self):
        return f"Predict: {self.question}"
