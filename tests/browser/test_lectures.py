"""A student's first minutes: open a lecture, run it, play, move a slider, answer a question."""

import json

import pytest

LECTURES = [
    "01_convolution", "02_arithmetic", "03_volumes", "04_pooling", "05_vision",
    "06_backpropagation", "07_pooling_gradients", "08_variants",
    "09_batch_norm_and_training", "10_lenet", "11_looking_inside", "12_architectures",
    "13_invariance_and_location", "14_encoders_decoders", "15_sound_and_sequences",
]


@pytest.fixture(scope="module", params=LECTURES)
def opened(request, lab, desk):
    """A page with a lecture that is open and not run, and its path."""
    lecture = f"lectures/{request.param}.ipynb"
    lab.open(desk, lecture)
    return desk, lecture


@pytest.fixture(scope="module")
def run(lab, opened):
    """The same, once all its cells have run."""
    lab.run_all(opened[0])
    return opened


def cells_with(lab, lecture, text):
    """The numbers of the code cells whose source holds a text."""
    cells = json.loads((lab.folder / lecture).read_text("utf-8"))["cells"]
    return [
        number
        for number, cell in enumerate(cells)
        if cell["cell_type"] == "code" and text in "".join(cell["source"])
    ]


def test_before_it_is_run_a_lecture_shows_its_still_pictures(lab, opened):
    page, lecture = opened
    page.wait_for_function(STILLS, arg=cells_with(lab, lecture, "widgets."))
    assert page.locator("text=Error displaying widget").count() == 0


# at least four, all of them loaded, in the cells of these numbers
STILLS = """numbers => { const inside = '.jp-OutputArea :is(img, table)';
  const found = numbers.flatMap(number => [...document.querySelectorAll(
    `.jp-Notebook .jp-Cell[data-windowed-list-index='${number}'] ${inside}`)]);
  return found.length >= 4 && found.every(it => it.tagName !== 'IMG' || it.naturalWidth > 0); }"""


def test_every_widget_of_a_lecture_comes_alive(lab, run):
    page, lecture = run
    shown = cells_with(lab, lecture, "widgets.")
    assert len(shown) >= 8
    for number in shown:
        cell = lab.cell(page, number)
        views = ".cv-player :is(.cv-stage > *, .cv-rows), .cv-training canvas, .cv-inside .cv-say"
        alive = f"{views}, .jp-OutputArea input[type=text]"
        widget = cell.locator(alive)
        widget.first.wait_for()
        assert cell.locator(".cv-trouble:visible").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("opened", LECTURES[:1], indirect=True)
def test_lecture_one_plays_and_follows_a_slider(lab, run, theme):
    page, lecture = run
    number = cells_with(lab, lecture, "widgets.Convolution2D(")[0]
    lab.theme(page, theme)
    lab.run_cell(page, number)
    player = lab.cell(page, number).locator(".cv-player")
    player.locator(".cv-cells").first.wait_for()
    said, seen = player.locator(".cv-say").inner_text(), player.screenshot()

    player.get_by_label("play", exact=True).click()
    stepped = "([it, said]) => it.textContent !== said"
    page.wait_for_function(stepped, arg=[player.locator(".cv-say").element_handle(), said])
    player.get_by_label("pause").click()
    assert player.screenshot() != seen

    seen = player.screenshot()
    sizes = player.locator(".cv-caption").inner_text()
    padding = player.get_by_label("padding", exact=True)
    padding.focus()
    page.keyboard.press("ArrowRight" if padding.input_value() == "0" else "ArrowLeft")
    assert player.locator(".cv-caption").inner_text() != sizes
    assert player.screenshot() != seen
