"""Pooling, backward passes and the visual cortex in JupyterLab: what no test of the data can see."""

import pytest

CALLS = [
    "Pooling(step=1)",
    "MaxRouting(step=5)",
    "AveragePoolBackward(step=4)",
    "ConvolutionBackwardInput(step=16)",
    "ConvolutionBackwardWeight(step=4)",
    "TransposedConvolution(step=4)",
    "OrientationTuning(step=3)",
    "Neocognitron(step=23)",
    "MaxRouting(predict=True)",
]
ROUTING, INPUT, TRANSPOSED, FIELD, LEARNING, QUESTION = 2, 4, 6, 7, 8, 9


def backgrounds(cells):
    return cells.evaluate_all("cells => cells.map(cell => getComputedStyle(cell).backgroundColor)")


@pytest.mark.parametrize("width", [1280, 700])
def test_nothing_sticks_out(sticking, width):
    assert [sticking(n, width) for n in range(1, len(CALLS) + 1)] == [[]] * len(CALLS)


def test_the_winner_is_ringed_and_an_arrow_leads_its_derivative_there(player):
    routing = player(ROUTING)
    assert routing.locator(".cv-role-input .cv-ring").inner_text() == "9"
    assert routing.locator(".cv-role-gradient .cv-now").inner_text() == "3"
    assert routing.locator(".cv-links path").get_attribute("d")


def test_weights_are_shaded_by_their_values_and_not_by_their_role(player):
    field = backgrounds(player(FIELD).locator(".cv-role-filter .cv-cell"))
    assert len({field[0], field[24], field[16]}) == 3  # 0, 9 and −4
    learned = backgrounds(player(LEARNING).locator(".cv-role-filter .cv-cell"))
    assert "rgb(0, 0, 0)" in learned and "rgb(255, 255, 255)" in learned


def test_a_tuning_curve_grows_column_by_column(player):
    curves = player(FIELD)
    cells = curves.locator(".cv-of-blank .cv-positive")
    four = cells.count()
    curves.get_by_label("first step").click()
    one = cells.count()
    curves.get_by_label("last step").click()
    assert 0 < one < four < cells.count() < curves.locator(".cv-of-blank .cv-cell").count()


def test_pulling_shows_the_numbers_that_were_pushed(player):
    transposed = player(TRANSPOSED)
    transposed.get_by_label("last step").click()
    numbers = transposed.locator(".cv-role-output .cv-cell")
    pushed = numbers.all_inner_texts()
    transposed.get_by_label("pull (seen from the output)").check()
    transposed.get_by_label("last step").click()
    assert transposed.locator(".cv-count").inner_text() == "step 49 of 49"
    assert numbers.all_inner_texts() == pushed


def test_a_typed_derivative_goes_all_the_way(shown, player):
    backward = player(INPUT)
    backward.get_by_label("last step").click()
    backward.locator(".cv-role-gradient .cv-cell").first.dblclick()
    shown.keyboard.type("-7")
    shown.keyboard.press("Enter")
    first = backward.get_by_role("gridcell", name="dx row 0, column 0: −7")
    first.wait_for()
    assert backward.get_by_role("gridcell", name="numerical row 0, column 0: −7").count() == 1


def test_the_question_is_answered_by_a_click(player):
    asking = player(QUESTION)
    cells = asking.locator(".cv-role-input .cv-cell")
    cells.nth(1).click()
    verdict = asking.locator(".cv-verdict")
    verdict.wait_for()
    wrong = verdict.inner_text()
    cells.nth(7).click()
    asking.get_by_text("What wins its windows gets all their derivatives: 4 in the end.").wait_for()
    assert wrong and "4 in the end" not in wrong
