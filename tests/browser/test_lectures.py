"""A student's first minutes: open a lecture, run it, play, move a slider, answer a question."""

import json

import pytest

LECTURES = [
    "01_convolution", "02_arithmetic", "03_volumes", "04_pooling", "05_vision",
    "06_backpropagation", "07_pooling_gradients", "08_variants",
]


def cells_with(lab, lecture, text):
    """The numbers of the code cells whose source holds a text."""
    cells = json.loads((lab.folder / lecture).read_text("utf-8"))["cells"]
    return [
        number
        for number, cell in enumerate(cells)
        if cell["cell_type"] == "code" and text in "".join(cell["source"])
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lecture_one_runs_plays_and_follows_a_slider(lab, page, theme):
    lecture = "lectures/01_convolution.ipynb"
    lab.open(page, lecture, theme)
    lab.run_all(page)
    number = cells_with(lab, lecture, "widgets.Convolution2D(")[0]
    player = lab.cell(page, number).locator(".cv-player")
    player.locator(".cv-cells").first.wait_for()
    said, seen = player.locator(".cv-say").inner_text(), player.screenshot()

    player.get_by_label("play", exact=True).click()
    count = player.locator(".cv-count")
    page.wait_for_timeout(2500)
    player.get_by_label("pause").click()
    assert not count.inner_text().startswith("step 1 of")
    assert player.locator(".cv-say").inner_text() != said
    assert player.screenshot() != seen

    seen = player.screenshot()
    sizes = player.locator(".cv-caption").inner_text()
    padding = player.get_by_label("padding", exact=True)
    padding.focus()
    page.keyboard.press("ArrowRight" if padding.input_value() == "0" else "ArrowLeft")
    assert player.locator(".cv-caption").inner_text() != sizes
    assert player.screenshot() != seen


@pytest.mark.parametrize("name", LECTURES)
def test_every_widget_of_a_lecture_comes_alive(lab, page, name):
    lecture = f"lectures/{name}.ipynb"
    lab.open(page, lecture)
    lab.run_all(page)
    shown = cells_with(lab, lecture, "widgets.")
    assert len(shown) >= 8
    for number in shown:
        cell = lab.cell(page, number)
        widget = cell.locator(".cv-player .cv-stage > *, .jp-OutputArea input[type=text]")
        widget.first.wait_for()
        assert cell.locator(".cv-trouble:visible").count() == 0


@pytest.mark.parametrize("name", LECTURES)
def test_before_it_is_run_a_lecture_shows_its_still_pictures(lab, page, name):
    lecture = f"lectures/{name}.ipynb"
    lab.open(page, lecture)
    number = cells_with(lab, lecture, "widgets.")
    pictures = 0
    for n in number:
        pictures += lab.cell(page, n).locator(".jp-OutputArea img").count()
    assert pictures >= 4
    assert page.locator("text=Error displaying widget").count() == 0
