"""The player in JupyterLab: what a hand on the mouse and a hand on the keyboard make it do."""

import nbformat
import pytest

CELLS = [
    "from convviz import widgets",
    "small = widgets.Convolution2D(padding=1); small",
    "sizes = widgets.Arithmetic(); sizes",
    "photograph = widgets.ImageKernels(); photograph",
    "widgets.Convolution1D([1, 2, 3, 4], [1, -1])",
    "widgets.PixelUse(step=15)",
    "widgets.Predict('How many rows?', 4, 'a reason', hints={5: 'a hint'})",
]
WINDOW = {"width": 1280, "height": 900}
SMALL, SIZES, PHOTOGRAPH, LINE, COUNTS, PREDICT = range(1, 7)


@pytest.fixture(scope="module")
def page(lab, desk):
    """One page with the notebook open and run; each test runs again the cell it works on."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, lab.folder / "player.ipynb")
    lab.open(desk, "player.ipynb")
    lab.run_all(desk)
    return desk


@pytest.fixture
def show(lab, page):
    """show(n) runs cell n and scrolls to its player, as fresh as at first."""
    page.set_viewport_size(WINDOW)
    page.mouse.move(5, 5)

    def player(n):
        lab.run_cell(page, n)
        found = lab.cell(page, n).locator(".cv-player")
        found.locator(".cv-cells, canvas").first.wait_for()
        return found

    return player


def sentence(player):
    return player.locator(".cv-say").inner_text()


def eventually(page, question, *, seconds=10):
    """Wait until `question()` is true; fail with its words otherwise."""
    for _ in range(seconds * 20):
        if question():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within {seconds} s: {question.__doc__ or question}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_steps_and_sliders_change_pixels_and_sentence(lab, page, show, theme):
    player = show(SMALL)
    lab.theme(page, theme)
    page.mouse.move(5, 5)
    assert sentence(player).startswith("Output row 0, column 0:")
    before = player.screenshot()
    player.get_by_label("step forward").click()
    assert sentence(player).startswith("Output row 0, column 1:")
    stepped = player.screenshot()
    assert stepped != before
    slider = player.get_by_label("padding", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert player.locator(".cv-caption").inner_text() == "output = ⌊(5 + 2·2 − 3) / 1⌋ + 1 = 7"
    assert player.screenshot() != stepped


def test_playing_moves_through_the_steps_and_stops_at_the_end(page, show):
    player = show(LINE)
    player.get_by_label("speed").select_option("8")
    assert player.locator(".cv-count").inner_text() == "step 1 of 3"
    player.get_by_label("play", exact=True).click()
    player.get_by_label("pause").wait_for()
    page.wait_for_function("() => [...document.querySelectorAll('.cv-count')].some(it => it.textContent === 'step 3 of 3')")
    player.get_by_label("play", exact=True).wait_for()
    assert player.locator(".cv-role-output .cv-cell").all_inner_texts() == ["−1"] * 3


def test_nothing_moves_until_asked(page, show):
    player = show(SMALL)
    before = player.screenshot()
    page.wait_for_timeout(1500)
    assert player.screenshot() == before


def test_the_step_slider_is_scrubbed_with_the_keyboard(page, show):
    player = show(SMALL)
    scrub = player.get_by_label("step", exact=True)
    scrub.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert player.locator(".cv-count").inner_text() == "step 4 of 25"
    page.keyboard.press("End")
    assert player.locator(".cv-count").inner_text() == "step 25 of 25"
    assert scrub.get_attribute("aria-valuetext").startswith("step 25 of 25. Output row 4, column 4:")
    page.keyboard.press("Home")
    assert player.locator(".cv-count").inner_text() == "step 1 of 25"


def test_pointing_at_a_cell_tells_what_it_reads_or_feeds(page, show):
    player = show(SMALL)
    player.locator(".cv-role-output .cv-cell").nth(12).hover()
    assert sentence(player).startswith("Output row 2, column 2:")
    assert player.locator(".cv-role-input .cv-tap").count() == 9
    player.locator(".cv-role-input .cv-plain").nth(12).hover()
    assert sentence(player) == "Input row 2, column 2 = 1 is used in 9 of 25 steps."
    assert player.locator(".cv-role-output .cv-fed").count() == 9
    assert "1·(−1) → (1, 1)" in player.locator(".cv-formula").inner_text()
    page.mouse.move(5, 5)
    eventually(page, lambda: sentence(player).startswith("Output row 0, column 0:"))


def test_the_cells_are_walked_with_the_arrow_keys(page, show):
    player = show(SMALL)
    player.locator(".cv-role-output .cv-cell").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert sentence(player).startswith("Output row 1, column 1:")
    page.keyboard.press("Enter")
    assert player.locator(".cv-count").inner_text() == "step 7 of 25"


def test_a_setting_that_fits_nowhere_says_so_and_keeps_the_last_picture(page, show):
    player = show(SIZES)
    before = player.locator(".cv-cell").count()
    player.get_by_label("padding", exact=True).focus()
    page.keyboard.press("Home")
    player.get_by_label("kernel", exact=True).focus()
    page.keyboard.press("End")
    trouble = player.locator(".cv-trouble")
    eventually(page, lambda: "kernel of 7 does not fit an input of 6" in trouble.inner_text())
    assert player.locator(".cv-cell").count() > 0 and before > 0
    page.keyboard.press("Home")
    eventually(page, lambda: trouble.is_hidden())


def test_counts_are_shaded_as_far_as_they_have_grown(page, show):
    player = show(COUNTS)
    levels = "cells => cells.map(cell => cell.style.getPropertyValue('--cv-level'))"
    cells = player.locator(".cv-role-output .cv-cell")
    assert cells.evaluate_all(levels)[:3] == ["11", "22", "33"]
    assert player.locator(".cv-role-output .cv-positive").count() == 36
    player.get_by_label("first step").click()
    assert player.locator(".cv-role-output .cv-positive").count() == 9
    assert set(cells.evaluate_all(levels)) == {"11", "0"}


def test_a_preset_moves_several_sliders(page, show):
    player = show(SIZES)
    player.get_by_label("preset").select_option("full padding")
    assert player.locator(".cv-caption").inner_text() == "output = ⌊(5 + 2·2 − 3) / 1⌋ + 1 = 7"
    assert player.get_by_label("input", exact=True).input_value() == "5"


def test_a_setting_far_from_the_first_comes_from_the_kernel(page, show):
    player = show(SIZES)
    for label, key in (("input", "End"), ("kernel", "End"), ("stride", "End")):
        player.get_by_label(label, exact=True).focus()
        page.keyboard.press(key)
    caption = player.locator(".cv-caption")
    eventually(page, lambda: caption.inner_text() == "output = ⌊(12 + 2·1 − 7) / 4⌋ + 1 = 2")


def test_the_pointer_on_a_photograph_shows_products_and_sum(page, show):
    player = show(PHOTOGRAPH)
    canvas = player.locator("canvas").last
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 0.505, "y": box["height"] * 0.505})
    assert sentence(player).startswith("Pixel row 48, column 48: the kernel covers rows 47–49")
    assert player.locator(".cv-formula .cv-term").count() == 9 * 2 + 1


def test_a_picture_of_ones_own_is_loaded_and_a_bad_file_is_refused_in_words(page, show, tmp_path):
    from PIL import Image

    player = show(PHOTOGRAPH)
    Image.new("L", (40, 20), 200).save(tmp_path / "own.png")
    (tmp_path / "bad.png").write_text("no picture")
    upload = player.locator("input[type=file]")
    upload.set_input_files(tmp_path / "own.png")
    label = player.locator(".cv-role-input .cv-label")
    eventually(page, lambda: label.inner_text() == "image 20×40")
    upload.set_input_files(tmp_path / "bad.png")
    trouble = player.locator(".cv-trouble")
    eventually(page, lambda: "bad.png could not be read as a picture" in trouble.inner_text())
    assert label.inner_text() == "image 20×40"


def test_the_accessibility_tree_names_grids_cells_and_controls(show):
    player = show(SMALL)
    assert player.get_attribute("role") == "group"
    grid = player.get_by_role("grid", name="input, 5×5, padding 1")
    assert grid.get_by_role("row").count() == 7
    assert grid.get_by_role("gridcell", name="input row −1, column −1, padding: 0").count() == 1
    assert player.locator("[aria-live=polite]").inner_text().startswith("Output row 0")
    for control in player.locator("button, input, select, [tabindex]").all():
        assert control.get_attribute("data-lm-suppress-shortcuts") == "true"


def test_keys_meant_for_a_widget_do_not_reach_jupyterlab(page, show):
    player = show(SMALL)
    cells = page.evaluate("jupyterapp.shell.currentWidget.content.model.cells.length")
    player.locator(".cv-role-output .cv-cell").first.focus()
    page.keyboard.press("b")  # "insert a cell below" in command mode
    page.keyboard.press("ArrowDown")
    assert page.evaluate("jupyterapp.shell.currentWidget.content.model.cells.length") == cells


def test_reduced_motion_is_respected(page, show):
    page.emulate_media(reduced_motion="reduce")
    player = show(SMALL)
    motion = player.locator(".cv-frame").first.evaluate("frame => getComputedStyle(frame).transitionDuration")
    page.emulate_media(reduced_motion="no-preference")
    assert set(motion.split(", ")) <= {"0s", ""}


@pytest.mark.parametrize("width", [360, 700, 1600])
def test_nothing_sticks_out_of_the_widget_whatever_the_width(lab, page, show, width):
    page.evaluate("jupyterapp.shell.collapseLeft()")
    for n in (SMALL, SIZES, PHOTOGRAPH, LINE):
        player = show(n)
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        sticking = player.evaluate(
            """player => { const edge = player.getBoundingClientRect().right + 1;
                 return [...player.querySelectorAll('*')]
                   .filter(it => it.getBoundingClientRect().right > edge).map(it => it.className); }"""
        )
        assert not sticking


def test_a_rerun_cell_leaves_one_working_player(show):
    show(SMALL)
    player = show(SMALL)
    assert player.count() == 1
    player.get_by_label("step forward").click()
    assert player.locator(".cv-count").inner_text() == "step 2 of 25"


def test_a_prediction_is_answered_wrong_and_then_right(lab, page):
    lab.run_cell(page, PREDICT)
    cell = lab.cell(page, PREDICT)
    entry = cell.locator(".jp-OutputArea input[type=text]")
    entry.fill("5")
    entry.press("Enter")
    output = cell.locator(".jp-OutputArea")
    eventually(page, lambda: "Not 5." in output.inner_text() and "a hint" in output.inner_text())
    entry.fill("4")
    entry.press("Enter")
    eventually(page, lambda: "Right." in output.inner_text() and "a reason" in output.inner_text())


def test_without_a_kernel_the_steps_still_play_and_the_rest_says_why(page, show):
    player = show(SIZES)
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_timeout(1000)
    player.get_by_label("step forward").click()
    assert player.locator(".cv-count").inner_text() == "step 2 of 9"
    for label in ("input", "kernel"):
        player.get_by_label(label, exact=True).focus()
        page.keyboard.press("End")
    trouble = player.locator(".cv-trouble")
    eventually(page, lambda: "No kernel has answered" in trouble.inner_text(), seconds=15)
