"""Questions before answers."""

import numpy as np
import pytest

from convviz.widgets import Predict
from convviz.widgets._answers import read


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("4", 4),
        ("-3", -3),
        ("−3", -3),
        ("2.5", 2.5),
        ("4x4", (4, 4)),
        ("28 × 28 × 6", (28, 28, 6)),
        ("(3, 3)", (3, 3)),
        ("[1, -2, 3]", (1, -2, 3)),
        ("1 -2 3", (1, -2, 3)),
        ("[[1, 2], [3, 4]]", (1, 2, 3, 4)),
        ("  An EDGE ", "an edge"),
        ("__import__('os')", "__import__('os')"),
    ],
)
def test_a_guess_is_read_as_people_type_it(typed, value):
    assert read(typed) == value


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        (4, "4", "5"),
        (np.int64(4), "4.0", "4.5"),
        ((3, 3), "3x3", "3"),
        (np.array([[0, 1]]), "0 1", "1 0"),
        ("corner", "Corner", "edge"),
        ({"isolated one", "a single one"}, "a single one", "a line"),
        (36928, "36,928", "36,864"),
        (36928, "36 928", "36, 928"),
        (-1234567, "−1,234,567", "1,234,567"),
        (50, "50 %", "5%"),
        ((3, 128), "3,128", "3128"),
        (True, "yes", "no"),
        (False, "n", "y"),
        (True, "True", "False"),
        (np.array([True, False]), "1 0", "0 1"),
    ],
)
def test_right_and_wrong_guesses_are_told_apart(answer, right, wrong):
    question = Predict("What?", answer)
    assert question.check(right)
    assert not question.check(wrong)


def test_a_number_may_be_off_by_the_tolerance():
    question = Predict("How much?", 0.333, tolerance=0.01)
    assert question.check("0.33") and not question.check("0.3")


def test_a_wrong_number_with_a_comma_gets_its_hint():
    question = Predict("How many?", 36928, hints={36864: "And the biases?"})
    assert "And the biases?" in guess(question, "36,864")


def guess(question, text):
    question._entry.value = text
    return question._verdict.value


def test_nothing_is_shown_before_a_guess():
    question = Predict("What?", 4, "because")
    assert question._verdict.value == ""
    assert question._reveal.layout.display == "none"


def test_a_wrong_guess_gets_its_hint_and_offers_the_answer():
    question = Predict("What?", 4, "because", hints={5: "and the padding?"})
    shown = guess(question, "5")
    assert "Not 5." in shown and "and the padding?" in shown and "because" not in shown
    assert question._reveal.layout.display is None
    question._reveal.click()
    assert "The answer:" in question._verdict.value and "because" in question._verdict.value


def test_a_right_guess_gets_the_reason():
    assert "✓ Right." in guess(Predict("What?", (4, 4), "because"), "4x4")


def test_what_is_typed_cannot_become_markup():
    assert "<script>" not in guess(Predict("What?", 4), "<script>alert(1)</script>")


def test_an_empty_guess_changes_nothing():
    question = Predict("What?", 4)
    question._button.click()
    assert question._verdict.value == ""


def test_the_text_form_is_the_question():
    assert repr(Predict("How many?", 4)) == "Predict: How many?"


@pytest.mark.parametrize("question", [" ", None, 5])
def test_what_asks_nothing_is_refused(question):
    with pytest.raises(ValueError, match="question=.* asks nothing: use a sentence"):
        Predict(question, 4)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"answer": None}, TypeError, "answer=None cannot be typed: use a number, a word"),
        ({"answer": []}, TypeError, r"answer=\[\] cannot be typed"),
        ({"answer": 1j}, TypeError, "answer=1j cannot be typed"),
        ({"answer": set()}, ValueError, "answer is an empty set: nothing would be right"),
        ({"answer": 4, "hints": [5]}, TypeError, r"hints=\[5\] is no dict: use {wrong guess: hint}"),
        ({"answer": 4, "tolerance": "x"}, TypeError, "tolerance='x' is not one real number"),
    ],
)
def test_what_cannot_be_answered_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        Predict("What?", **arguments)
