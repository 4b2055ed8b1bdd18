"""Numbers typed into the player's cells, and what goes between the browser and the kernel."""

import re

import nbformat
import pytest

CELLS = [
    "from convviz import widgets",
    "widgets.Convolution2D(padding=1)",
    "widgets.Arithmetic()",
    "widgets.ImageKernels()",
    "twice = widgets.Convolution2D(); display(twice); display(twice)",
    "display(widgets.Convolution2D(step=2)); display(widgets.PixelUse(step=3))",
]
SMALL, SIZES, PHOTOGRAPH, TWICE, TWO = range(1, 6)
# How many listeners on the document and observers of sizes there are now.
COUNT = """
window.listening = 0;
const add = Document.prototype.addEventListener, remove = Document.prototype.removeEventListener;
document.addEventListener = function (name, ...rest) {
  if (name === 'fullscreenchange') listening += 1;
  return add.call(this, name, ...rest);
};
document.removeEventListener = function (name, ...rest) {
  if (name === 'fullscreenchange') listening -= 1;
  return remove.call(this, name, ...rest);
};
window.ResizeObserver = class extends ResizeObserver {
  observe(node, ...rest) {
    const ours = /^cv-/.test(node.className);
    if (ours) listening += 1;
    this.ours = (this.ours ?? 0) + ours;
    return super.observe(node, ...rest);
  }
  disconnect() {
    listening -= this.ours ?? 0;
    this.ours = 0;
    return super.disconnect();
  }
};
"""


@pytest.fixture(scope="module")
def page(lab, chromium):
    """One page with the notebook open; each test runs again the cell it works on."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, lab.folder / "edits.ipynb")
    errors = []
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(COUNT)
        lab.open(page, "edits.ipynb")
        lab.run_all(page)
        yield page
    assert not errors, "errors in the page: " + "; ".join(errors)


@pytest.fixture
def show(lab, page):
    """show(n) runs cell n and returns its players, as fresh as at first."""

    def players(n):
        page.mouse.move(5, 5)
        lab.run_cell(page, n)
        found = lab.cell(page, n).locator(".cv-player")
        found.last.locator(".cv-cells, canvas").first.wait_for()
        return found

    return players


def expect(locator):
    """What Playwright expects of a locator, waiting for it; imported where a browser is there."""
    from playwright import sync_api

    return sync_api.expect(locator)


def first(player, role):
    """The number in the first cell of a grid that can be changed."""
    return player.locator(f".cv-role-{role} .cv-plain").first


@pytest.mark.parametrize(("typed", "shown"), [("5", "5"), ("-5", "−5"), (".5", "0.5"), ("1/4", "0.25")])
def test_a_number_typed_over_a_cell_reaches_the_result(page, show, typed, shown):
    player = show(SMALL)
    player.get_by_label("last step").click()
    result = player.locator(".cv-role-output .cv-cell").first
    before = result.inner_text()
    player.locator(".cv-role-input .cv-plain").first.focus()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(first(player, "input")).to_have_text(shown)
    expect(result).not_to_have_text(before)
    assert player.locator(".cv-count").inner_text() == "step 25 of 25"


def test_up_and_down_change_a_number_and_everything_follows_while_the_field_is_open(page, show):
    player = show(SMALL)
    player.get_by_label("last step").click()
    result = player.locator(".cv-role-output .cv-cell").first
    before = result.inner_text()
    player.locator(".cv-role-input .cv-plain").first.focus()
    for key, shown in (("Enter", "1"), ("ArrowUp", "2"), ("ArrowUp", "3"), ("ArrowDown", "2")):
        page.keyboard.press(key)
        expect(player.locator(".cv-entry")).to_have_value(shown)
    expect(first(player, "input")).to_have_text("2")
    expect(result).not_to_have_text(before)
    page.keyboard.press("Escape")
    expect(player.locator(".cv-entry")).to_have_count(0)


def test_while_a_number_is_typed_the_step_is_told_whose_sum_changes_with_it(page, show):
    player = show(SMALL)
    sentence = re.compile("^Output row 0, column 0:")
    weight = player.locator(".cv-role-filter .cv-cell").nth(4)
    weight.focus()
    expect(player.locator(".cv-say")).to_have_text(re.compile("^Filter row 1, column 1"))
    page.keyboard.type("2")
    expect(player.locator(".cv-say")).to_have_text(sentence)
    told = player.locator(".cv-formula").inner_text()
    page.keyboard.press("Enter")
    expect(player.locator(".cv-formula")).not_to_have_text(told)
    expect(player.locator(".cv-say")).to_have_text(sentence)
    assert weight.evaluate("cell => cell === document.activeElement")


def test_escape_leaves_the_number_as_it_was(page, show):
    player = show(SMALL)
    player.locator(".cv-role-input .cv-plain").first.focus()
    page.keyboard.type("7")
    expect(player.locator(".cv-entry")).to_have_value("7")
    page.keyboard.press("Escape")
    expect(player.locator(".cv-entry")).to_have_count(0)
    page.wait_for_timeout(300)
    assert first(player, "input").inner_text() == "1"


def test_a_cell_that_is_opened_and_left_keeps_the_digits_it_does_not_show(page, show):
    player = show(PHOTOGRAPH)
    menu = player.get_by_label("kernel", exact=True)
    menu.select_option("box blur")
    player.locator(".cv-role-filter .cv-cell").first.dblclick()
    expect(player.locator(".cv-entry")).to_have_value("0.11")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert menu.input_value() == "box blur"


def test_what_is_no_number_is_refused_in_words(page, show):
    player = show(SMALL)
    player.locator(".cv-role-filter .cv-cell").first.dblclick()
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    expect(player.locator(".cv-trouble")).to_have_text("one is not a number: type one such as −1.5")


def test_a_field_stays_open_while_the_other_scenes_arrive(page, show):
    player = show(SMALL)
    weight = player.locator(".cv-role-filter .cv-cell").first
    weight.focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(first(player, "filter")).to_have_text("2")
    weight.focus()
    page.keyboard.type("3")
    page.wait_for_timeout(600)
    expect(player.locator(".cv-entry")).to_have_value("3")


def test_two_views_of_a_widget_go_together(page, show):
    views = show(TWICE)
    one, two = views.first, views.last
    one.get_by_label("step forward").click()
    expect(two.locator(".cv-count")).to_have_text("step 2 of 9")
    two.get_by_label("padding", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(one.locator(".cv-caption")).to_have_text("output = ⌊(5 + 2·1 − 3) / 1⌋ + 1 = 5")


def test_a_busy_kernel_is_asked_for_the_last_setting_only(page, show):
    player = show(SIZES)
    page.evaluate(
        """() => { const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
             window.asked = 0;
             kernel.anyMessage.connect((_, {msg, direction}) => {
               if (direction === 'send' && msg.content?.data?.content?.kind === 'want') asked++; });
             kernel.requestExecute({code: 'import time; time.sleep(2)'}); }"""
    )
    for label in ("input", "stride", "kernel"):
        player.get_by_label(label, exact=True).focus()
        page.keyboard.press("End")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    sizes = "output = ⌊(12 + 2·1 − 3) / 4⌋ + 1 = 3"
    expect(player.locator(".cv-caption")).to_have_text(sizes, timeout=15_000)
    assert 1 <= page.evaluate("asked") <= 2


def test_a_cell_that_was_chosen_is_let_go_when_the_steps_move_on(page, show):
    player = show(SMALL)
    player.locator(".cv-role-input .cv-plain").nth(12).click()
    page.mouse.move(5, 5)
    expect(player.locator(".cv-say")).to_have_text("Input row 2, column 2 = 1 is used in 9 of 25 steps.")
    player.get_by_label("step forward").click()
    page.mouse.move(5, 5)
    player.get_by_label("step forward").blur()
    player.locator(".cv-role-output .cv-cell").first.hover()
    page.mouse.move(5, 5)
    expect(player.locator(".cv-say")).to_have_text(re.compile("^Output row 0, column 1:"))


def test_a_wide_grid_is_reached_in_a_narrow_window(lab, page, show):
    page.evaluate("jupyterapp.shell.collapseLeft()")
    player = show(PHOTOGRAPH)
    page.set_viewport_size({"width": 360, "height": 900})
    page.wait_for_timeout(300)
    left = player.locator(".cv-stage").evaluate(
        """stage => Math.min(...[...stage.querySelectorAll('.cv-grid, .cv-join')]
             .map(it => it.getBoundingClientRect().left)) - stage.getBoundingClientRect().left"""
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    assert left >= 0


def test_an_edit_is_taken_back_by_the_button_and_by_the_keyboard(page, show):
    player = show(SMALL)
    undo = player.get_by_label("undo the last edit")
    expect(undo).to_be_hidden()
    for number in ("5", "6"):
        player.locator(".cv-role-filter .cv-cell").first.focus()
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        expect(first(player, "filter")).to_have_text(number)
    undo.click()
    expect(first(player, "filter")).to_have_text("5")
    player.get_by_label("step forward").focus()
    page.keyboard.press("Control+z")
    expect(first(player, "filter")).to_have_text("−1")
    expect(undo).to_be_hidden()


def test_two_widgets_in_a_cell_keep_apart(show):
    both = show(TWO)
    one, two = both.first, both.last
    one.get_by_label("step forward").click()
    expect(one.locator(".cv-count")).to_have_text("step 4 of 9")
    expect(two.locator(".cv-count")).to_have_text("step 4 of 16")
    two.get_by_label("last step").click()
    expect(one.locator(".cv-count")).to_have_text("step 4 of 9")


def test_a_cell_that_is_run_again_leaves_no_listener_behind(page, show):
    show(SIZES)
    before = page.evaluate("listening")
    assert before > 0
    for _ in range(3):
        player = show(SIZES)
    expect(player.locator(".cv-count")).to_have_text("step 1 of 9")
    assert page.evaluate("listening") == before
