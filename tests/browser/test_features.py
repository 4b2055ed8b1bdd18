"""What people expect of a player, in pages that need neither kernel nor network."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from convviz import scenes, widgets
from convviz.scenes import Grid, Scene, Step
from convviz.widgets._player import Player

PLANE = [[1, 2], [3, 4]]


class Layers(Player):
    """Planes in a stack above a line of numbers, joined by arrows."""

    def __init__(self, **view):
        super().__init__(title="Layers", **view)

    def _scene(self):
        planes = [Grid(f"plane {n}", "input", PLANE, stack="input 2×2×2", note="") for n in "AB"]
        line = Grid("sums", "output", [[10, np.nan, np.inf, -np.inf]], hidden=True)
        steps = [
            Step(
                f"Plane {n}.",
                writes=((("sums", 0, c), line.values[0, c]),),
                links=(((f"plane {n}", 1, 1), ("sums", 0, c)),),
                marks=((("plane A", 0, 0), "ring"), (("plane A", 0, 1), "zero")),
            )
            for c, n in enumerate("ABAB")
        ]
        return Scene("Layers", "layers", (*planes, line), ("↓",), tuple(steps), rows=(1, 1))


@pytest.fixture
def open_page(page, tmp_path):
    """open_page(widget) shows it from a file and returns its player."""

    def shown(widget):
        page.goto(widget.save_page(tmp_path / "page.html").as_uri())
        player = page.locator(".cv-player")
        player.locator(".cv-cells, canvas").first.wait_for()
        return player

    return shown


def count(player):
    return player.locator(".cv-count").inner_text()


def guess(player, text):
    player.get_by_label("your guess").fill(text)
    player.get_by_role("button", name="check").click()
    return player.locator(".cv-verdict").inner_text()


def test_the_digits_lead_from_the_first_step_to_the_last(page, open_page):
    player = open_page(widgets.Convolution2D(padding=1))
    player.get_by_label("step forward").focus()
    for key, step in {"9": 25, "0": 1, "5": 14}.items():
        page.keyboard.press(key)
        assert count(player) == f"step {step} of 25"
    page.keyboard.press("ArrowLeft")
    assert count(player) == "step 13 of 25"
    page.keyboard.press("End")
    assert count(player) == "step 25 of 25"


def test_a_late_word_from_the_kernel_takes_no_step_back(page, tmp_path):
    file = widgets.Convolution2D().save_page(tmp_path / "page.html")
    show, tell = "await player.render", "model.save_changes = () => { window.saved = true; }"
    text = file.read_text("utf-8").replace(show, f"window.model = model;\n{tell};\n{show}")
    file.write_text(text, "utf-8")
    page.goto(file.as_uri())
    page.get_by_label("step forward").wait_for()
    seen = """() => { for (let n = 0; n < 3; n++) document.querySelector('[aria-label="step forward"]').click();
                      model.set('step', 1);  // where the reader was some clicks ago
                      return document.querySelector('.cv-count').textContent; }"""
    assert page.evaluate(seen) == "step 4 of 9"
    page.wait_for_function("window.saved")
    page.evaluate("model.set('step', 1)")  # now it is what Python wants
    assert count(page.locator(".cv-player")) == "step 2 of 9"


def test_a_loop_begins_again_at_the_end(page, open_page):
    player = open_page(widgets.Convolution1D([1, 2, 3], [1, 1], step=1))
    player.get_by_label("speed").select_option("8")
    loop = player.get_by_label("loop: begin again at the end")
    loop.click()
    assert loop.get_attribute("aria-pressed") == "true"
    page.evaluate(
        """() => { window.seen = [];
             new MutationObserver(() => seen.push(document.querySelector('.cv-count').textContent))
               .observe(document.querySelector('.cv-count'), {childList: true, characterData: true, subtree: true}); }"""
    )
    player.get_by_label("play", exact=True).click()
    page.wait_for_function("seen.join().includes('step 2 of 2,step 1 of 2,step 2 of 2,step 1 of 2')")
    player.get_by_label("pause").click()


def test_a_clicked_cell_keeps_its_sum_while_the_pointer_is_elsewhere(page, open_page):
    player = open_page(widgets.Convolution2D())
    player.locator(".cv-role-input .cv-cell").nth(12).click()
    page.mouse.move(5, 5)
    assert player.locator(".cv-say").inner_text() == "Input row 2, column 2 = 1 is used in 9 of 9 steps."
    page.keyboard.press("Escape")
    player.locator(".cv-role-output .cv-cell").nth(4).click()
    page.mouse.move(5, 5)
    assert count(player) == "step 5 of 9"


def test_rows_and_stacks_stand_where_the_scene_puts_them(open_page):
    player = open_page(Layers())
    boxes = [player.locator(".cv-cells").nth(n).bounding_box() for n in range(3)]
    assert boxes[0]["x"] == boxes[1]["x"]
    assert boxes[0]["y"] < boxes[1]["y"] < boxes[2]["y"]
    assert player.locator(".cv-heading").inner_text() == "input 2×2×2"
    assert player.locator(".cv-join").inner_text() == "↓"


@pytest.mark.parametrize("width", [1000, 360])
def test_an_arrow_leads_from_cell_to_cell_also_after_the_window_has_changed(page, open_page, width):
    player = open_page(Layers(step=1))
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(200)
    found = player.evaluate(
        """player => { const box = player.querySelector('.cv-links path').getBoundingClientRect();
             const [from, to] = [[1, 3], [2, 1]].map(([g, i]) => player.querySelectorAll('.cv-cells')[g]
               .querySelectorAll('.cv-cell')[i].getBoundingClientRect());
             return [box.top >= from.top, box.bottom <= to.bottom, box.top <= from.bottom + 1,
                     box.bottom >= to.top - 1, box.height > 20]; }"""
    )
    assert found == [True] * 5


def test_nan_and_infinities_are_shown_as_such(open_page):
    player = open_page(Layers(step=3))
    assert player.locator(".cv-role-output .cv-cell").all_inner_texts() == ["10", "NaN", "∞", "−∞"]


def test_a_shape_is_guessed_before_the_output_is_seen(page, open_page):
    player = open_page(widgets.Convolution2D(padding=1, predict=True))
    assert player.locator(".cv-say").inner_text() == "How many rows and columns does the output have?"
    assert player.locator(".cv-role-output .cv-cell").count() == 1
    assert player.locator(".cv-caption").inner_text() == ""
    assert player.locator(".cv-transport").is_hidden()
    assert guess(player, "3 x 3") == "✗ Not 3 x 3. Try once more, or let it be shown."
    assert guess(player, "5x5") == "✓ Right: 5×5. ⌊(5 + 2·1 − 3) / 1⌋ + 1 = 5."
    assert player.locator(".cv-role-output .cv-cell").count() == 25
    assert count(player) == "step 1 of 25"
    player.get_by_label("padding", exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert player.locator(".cv-role-output .cv-cell").count() == 1
    player.get_by_role("button", name="show me").click()
    assert player.locator(".cv-verdict").inner_text().startswith("The answer: 7×7. ")


def test_a_number_is_guessed_while_its_cell_is_empty(open_page):
    player = open_page(widgets.PaddingModes([[1, 2, 3], [4, 5, 6], [7, 8, 9]], padding=1, predict=True))
    assert player.locator(".cv-say").inner_text() == "Which number stands in the padding cell (0, −1)?"
    assert set(player.locator(".cv-padding").all_inner_texts()) == {"·"}
    assert guess(player, "9").startswith("✗ Not 9.")
    assert guess(player, "2").startswith("✓ Right: 2. The padding cell (0, −1) takes the number")


def test_a_position_is_guessed_by_a_click_or_by_the_keyboard(page, open_page):
    player = open_page(widgets.PixelUse(predict=True))
    cells = player.locator(".cv-role-input .cv-cell")
    cells.nth(14).click()
    verdict = player.locator(".cv-verdict")
    assert verdict.inner_text().startswith("✗ Not input row 2, column 2.")
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert verdict.inner_text().startswith("✓ Right: input row 0, column 0. Row 0, column 0 lies under 1 window")
    assert count(player) == "step 1 of 16"


def test_the_code_and_the_arrays_are_there_to_be_copied(page, open_page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    player = open_page(widgets.Convolution2D(PLANE, [[1, -0.125]], padding=1))
    player.get_by_label("as code").click()
    texts = player.locator(".cv-line code").all_inner_texts()
    assert texts[0].splitlines() == [
        "filter = np.reshape(filter, (1, 2))",  # one row is copied as a line of numbers
        "ops.conv2d(input[None, None], filter[None, None], padding=1)[0, 0]",
    ]
    assert "input = np.array([[1, 2], [3, 4]], float)" in texts
    assert "filter = np.array([1, -0.125], float)" in texts
    player.get_by_label("copy PyTorch").click()
    page.wait_for_function("[...document.querySelectorAll('.cv-line button')].some(it => it.textContent === 'copied')")
    assert page.evaluate("navigator.clipboard.readText()") == texts[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_shown_is_saved_as_svg(page, open_page, tmp_path, scheme):
    page.emulate_media(color_scheme=scheme)
    player = open_page(widgets.Convolution2D(padding=1, step=7))
    with page.expect_download() as download:
        player.get_by_label("save as SVG").click()
    download.value.save_as(tmp_path / "down.svg")
    root = ET.parse(tmp_path / "down.svg").getroot()
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    scene = scenes.convolution2d(scenes.EXAMPLE_IMAGE, scenes.ISOLATED_ONE, padding=1)
    assert scene.steps[7].sentence in texts
    assert texts.count("×−1") == 8
    assert [text for text in ("input", "filter", "output", "5×5, padding 1") if text not in texts] == []
    wide, high = float(root.get("width")), float(root.get("height"))
    for node in root.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 < float(node.get("x")) < wide and 0 < float(node.get("y")) < high


def test_under_the_pointer_a_lens_shows_the_numbers_of_an_image(page, open_page):
    class Large(Player):
        def _scene(self):
            values = np.arange(80 * 70).reshape(80, 70) / 1000
            return Scene("Large", "large", (Grid("map", "output", values),), ())

    player = open_page(Large(title="Large"))
    assert "too large for numbers: point at it" in player.locator(".cv-label").inner_text()
    canvas = player.locator("canvas")
    box = canvas.bounding_box()
    assert player.locator(".cv-lens").is_hidden()
    canvas.hover(position={"x": box["width"] * 10.5 / 70, "y": box["height"] * 20.5 / 80})
    assert player.locator(".cv-lens .cv-now").inner_text() == "1.41"
    page.mouse.move(5, 5)
    assert player.locator(".cv-lens").is_hidden()


def test_an_array_too_large_for_numbers_still_shows_the_products_under_the_pointer(open_page):
    player = open_page(widgets.Convolution2D(np.arange(900).reshape(30, 30) % 7, [[1, -1], [2, 0]], 5))
    canvas = player.locator("canvas").last
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 0.5 / 29, "y": box["height"] * 0.5 / 29})
    assert player.locator(".cv-formula").inner_text() == "0·1 + 1·(−1) + 2·2 + 3·0 + 5 ≈ 8"


def test_a_gradient_too_large_for_numbers_has_steps_a_lens_and_its_products(page, open_page, tmp_path):
    image = np.arange(900).reshape(30, 30) % 7
    player = open_page(widgets.ConvolutionBackwardInput(image, [[1, 2], [3, 4]], stride=1, step=6))
    assert count(player) == "step 7 of 34"
    frames = player.locator(".cv-frame:visible")
    # the window on dy, and the pixel of dx that it makes
    assert frames.count() == 2
    dx, twin = player.locator("canvas").nth(2), player.locator("canvas").nth(3)
    corner = {"x": dx.bounding_box()["width"] * 0.5 / 30, "y": dx.bounding_box()["height"] * 0.5 / 30}
    dx.hover(position=corner)
    assert player.locator(".cv-formula").inner_text() == "0·4 + 0·3 + 0·2 + 1·1 ≈ 1"
    twin.hover(position=corner)
    assert player.locator(".cv-say").inner_text().startswith("Pixel row 0, column 0: the kernel covers")
    dy = player.locator("canvas").first
    dy.hover(position={"x": dy.bounding_box()["width"] * 1.5 / 29, "y": dy.bounding_box()["height"] * 0.5 / 29})
    assert player.locator(".cv-lens .cv-now:visible").inner_text() == "2"
    assert player.locator(".cv-say").inner_text() == "Dy row 0, column 1 = 2."
    with page.expect_download() as download:
        player.get_by_label("save as SVG").click()
    download.value.save_as(tmp_path / "down.svg")
    assert (tmp_path / "down.svg").read_text("utf-8").count("data:image/png") == 4


def test_a_finger_steps_pins_and_opens_a_cell(chromium, tmp_path):
    file = widgets.Convolution2D().save_page(tmp_path / "touch.html")
    with chromium.new_context(has_touch=True, viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        player = page.locator(".cv-player")
        player.get_by_label("step forward").tap()
        assert count(player) == "step 2 of 9"
        player.locator(".cv-role-output .cv-cell").nth(6).tap()
        assert count(player) == "step 7 of 9"
        for button in player.locator("button:visible").all():
            assert min(button.bounding_box()["width"], button.bounding_box()["height"]) >= 36


def test_a_reader_in_the_lecture_hall_gets_large_numbers(page, open_page):
    player = open_page(widgets.Convolution2D())
    before = player.locator(".cv-cell").first.bounding_box()["width"]
    player.get_by_label("full screen").click()
    page.wait_for_function("document.querySelector('.cv-full') !== null")
    page.wait_for_timeout(200)
    assert player.locator(".cv-cell").first.bounding_box()["width"] > 1.3 * before
    page.evaluate("document.exitFullscreen()")


@pytest.mark.parametrize("make", [Layers, lambda: widgets.Convolution2D(predict=True)], ids=["rows", "question"])
def test_nothing_sticks_out_at_the_width_of_a_telephone(page, open_page, make):
    page.set_viewport_size({"width": 360, "height": 800})
    player = open_page(make())
    assert player.evaluate(
        """player => { const edge = player.getBoundingClientRect().right + 1;
             return [...player.querySelectorAll('*')].filter(it => it.getBoundingClientRect().right > edge).length; }"""
    ) == 0
