"""Where the grids of a scene stand, and what is drawn over them."""

import numpy as np
import pytest

from convviz.scenes import Grid, Question, Scene, Step


def planes(*names, stack="input 2×2×3"):
    return tuple(Grid(name, "input", np.eye(2), stack=stack) for name in names)


OUTPUT = Grid("output", "output", [[1, 2]])
STEP = Step("a step")


def names(scene):
    return [[(sign, [grid.name for grid in column]) for sign, column in row] for row in scene.stage()]


def test_without_rows_and_stacks_every_grid_is_a_column_of_one_row():
    scene = Scene("S", "s", (*planes("a", stack=None), OUTPUT), ("→",))
    assert names(scene) == [[("", ["a"]), ("→", ["output"])]]


def test_stacked_grids_share_a_column_and_need_no_sign_between_them():
    scene = Scene("S", "s", (*planes("R", "G", "B"), OUTPUT), ("→",))
    assert names(scene) == [[("", ["R", "G", "B"]), ("→", ["output"])]]


def test_the_sign_at_a_break_stands_at_the_start_of_the_next_row():
    scene = Scene("S", "s", (*planes("R", "G"), OUTPUT, *planes("c", stack=None)), ("→", "↓"), rows=(2, 1))
    assert names(scene) == [[("", ["R", "G"]), ("→", ["output"])], [("↓", ["c"])]]


def test_a_stack_torn_apart_is_refused():
    with pytest.raises(ValueError, match="the grids of stack 'input 2×2×3' are apart: put them side by side"):
        Scene("S", "s", (*planes("a"), OUTPUT, *planes("b")), ("", ""))


@pytest.mark.parametrize("rows", [(1,), (1, 2), (2, 0), (3, -1), ()])
def test_rows_hold_each_column_once(rows):
    with pytest.raises(ValueError, match="do not hold the 2 columns of the stage: give positive numbers"):
        Scene("S", "s", (*planes("R", "G"), OUTPUT), ("→",), rows=rows)


def test_signs_are_counted_by_columns_where_grids_are_stacked():
    with pytest.raises(ValueError, match="2 columns of grids need 1 joins, got 2"):
        Scene("S", "s", (*planes("R", "G"), OUTPUT), ("→", "→"))


def test_a_link_joins_two_cells_that_are_there():
    def scene(*link):
        return Scene("S", "s", (*planes("R"), OUTPUT), ("→",), (Step("s", links=(link,)),))

    assert scene(("R", 1, 1), ("output", 0, 1)).steps[0].links
    with pytest.raises(ValueError, match=r"'output' has no cell \(1, 0\): its shape is \(1, 2\)"):
        scene(("R", 1, 1), ("output", 1, 0))
    with pytest.raises(ValueError, match="S has no grid 'x': use one of R, output"):
        scene(("x", 0, 0), ("output", 0, 0))
    with pytest.raises(ValueError, match="does not join two cells: use "):
        scene(("R", 1, 1))


def test_a_mark_no_painter_knows_is_refused():
    with pytest.raises(ValueError, match="mark 'glow' of .* is not known: use one of tap, ring, window, zero, fed"):
        Step("s", marks=((("R", 0, 0), "glow"),))


def test_a_formula_of_many_terms_is_shown_without_its_middle_and_lights_all_of_it():
    cells = [("a", 0, n) for n in range(60)]
    step = Step("s", tuple(part for cell in cells for part in (" + ", (cell,)))[1:])
    shown = [part for part in step.shown() if not isinstance(part, str)]
    assert shown == [(cell,) for cell in (*cells[:24], *cells[-3:])]
    assert " … 33 more …" in step.shown()
    assert step.lit() == tuple(cells)
    short = Step("s", tuple((cell,) for cell in cells[:36]))
    assert short.shown() == short.formula


def test_a_badge_that_is_asked_for_takes_the_place_of_the_factor():
    left, right = Grid("a", "input", [[3, 4]]), Grid("w", "filter", [[5, -6]])
    terms = (((("a", 0, 0)), ("w", 0, 0)), (("a", 0, 1), ("w", 0, 1)))
    step = Step("s", terms, badges=((("a", 0, 1), "2nd"),))
    scene = Scene("S", "s", (left, right), ("∗",), (step,))
    assert scene.badges(step) == {("a", 0, 0): "×5", ("a", 0, 1): "2nd"}


@pytest.mark.parametrize(
    ("kind", "answer", "canonical"),
    [
        ("number", np.float32(2), 2.0),
        ("shape", np.array([5, 5]), (5, 5)),
        ("cell", ("R", 0, np.int64(1)), (("R", 0, 1),)),
        ("cell", [("R", 0, 1), ("R", 1, 0)], (("R", 0, 1), ("R", 1, 0))),
    ],
)
def test_an_answer_is_kept_in_the_form_of_its_kind(kind, answer, canonical):
    assert Question("What?", kind, answer, "why").answer == canonical


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "Guess."}, "question 'Guess.' asks nothing: end it with a question mark"),
        ({"kind": "word"}, "question kind 'word' is not known: use one of"),
        ({"answer": "x"}, "answer 'x' is no number: give one as the question asks"),
        ({"kind": "shape", "answer": 5}, "answer 5 is no shape"),
        ({"kind": "cell", "answer": (1, 2)}, r"answer \(1, 2\) is no cell"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        Question(**{"text": "What?", "kind": "number", "answer": 1, "reason": ""} | change)


def test_a_question_hides_the_outputs_unless_it_names_others():
    def hidden(**change):
        question = Question("What?", "number", 1, "why", **change)
        return Scene("S", "s", (*planes("R"), OUTPUT), ("",), question=question).hidden_by_question()

    assert hidden() == ("output",)
    assert hidden(hides=("R",)) == ("R",)
    assert hidden(hides=()) == ()
    with pytest.raises(ValueError, match="S has no grid 'x'"):
        hidden(hides=("x",))
    assert Scene("S", "s", (OUTPUT,), ()).hidden_by_question() == ()


def test_a_cell_asked_for_must_be_there():
    question = Question("Where?", "cell", ("output", 0, 2), "why")
    with pytest.raises(ValueError, match=r"'output' has no cell \(0, 2\)"):
        Scene("S", "s", (OUTPUT,), (), question=question)
