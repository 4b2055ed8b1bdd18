"""A widget saved as a page plays from a file: no kernel, no server, no network."""

import pytest

from convviz import widgets


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return widgets.Arithmetic().save_page(tmp_path_factory.mktemp("page") / "sizes.html")


def test_the_page_plays_and_its_sliders_move(page, file):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.get_by_label("step forward").click()
    assert page.locator(".cv-count").inner_text() == "step 2 of 9"
    page.get_by_label("padding", exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".cv-caption").inner_text() == "output = ⌊(6 + 2·2 − 3) / 2⌋ + 1 = 4"
    page.get_by_label("preset").select_option("transposed: full padding")
    assert page.locator(".cv-caption").inner_text() == "output = (7 − 1)·1 − 2·2 + 3 = 5"
    assert asked == [file.as_uri()]


def test_a_setting_the_page_does_not_carry_is_refused_in_words(page, file):
    page.goto(file.as_uri())
    for label in ("input", "kernel"):
        page.get_by_label(label, exact=True).focus()
        page.keyboard.press("End")
    assert "No kernel has answered" in page.locator(".cv-trouble").inner_text()
    assert page.locator(".cv-cell").count() > 0


def test_the_page_of_a_photograph_carries_its_colours_too(page, tmp_path):
    page.goto(widgets.ImageKernels().save_page(tmp_path / "photograph.html").as_uri())
    page.get_by_label("colour (all channels)").check()
    for kernel in ("sharpen", "Sobel y"):
        page.get_by_label("kernel", exact=True).select_option(kernel)
        assert page.locator(".cv-trouble").is_hidden()
        assert page.locator("canvas").last.evaluate(_COLOURED)


# whether some pixel is not grey
_COLOURED = """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  .data.some((part, n, all) => n % 4 === 0 && part !== all[n + 2])"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_outside_jupyterlab_the_page_follows_the_systems_colours(page, file, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(file.as_uri())
    paper = page.locator(".cv-player").evaluate("it => getComputedStyle(it).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 20, 24)"}[scheme]


def test_labels_and_text_have_enough_contrast_in_both_schemes(page, file):
    """WCAG AA asks for 4.5 to 1."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(file.as_uri())
        ratios = page.evaluate(
            """() => {
              const light = (colour) => {
                const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
                  .map((part) => part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
                return .2126 * r + .7152 * g + .0722 * b;
              };
              const paper = light(getComputedStyle(document.querySelector('.cv-player')).backgroundColor);
              const inks = '.cv-label b, .cv-label span, .cv-say, .cv-count, .cv-name, .cv-is-output';
              return [...document.querySelectorAll(inks)].map((node) => {
                const ink = light(getComputedStyle(node).color);
                return [node.className || node.textContent,
                        (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05)];
              });
            }"""
        )
        assert ratios
        assert [(name, ratio) for name, ratio in ratios if ratio < 4.5] == []


def test_rings_of_padding_leave_the_cells_within_as_they_were(page, file):
    from playwright.sync_api import expect

    page.goto(file.as_uri())
    padding, grid = page.get_by_label("padding", exact=True), page.locator(".cv-role-input")
    cells, ring = grid.locator(".cv-cell"), grid.locator(".cv-padding")
    expect(cells.nth(9)).to_have_attribute("aria-label", "input row 0, column 0: empty")
    corner = cells.nth(9).element_handle()  # the first within one ring around 6×6
    for key, rings in ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("Home", 0), ("ArrowRight", 1):
        padding.press(key)
        # At once the grid ends where it should, and no cell has moved from its number.
        shown = grid.evaluate(_SHOWN, corner)
        assert shown == {"size": 6 + 2 * rings, "at": rings, "numbers": 6 + 2 * rings, "named": "0"}
    page.wait_for_function("() => document.querySelectorAll('.cv-role-input .cv-cell').length === 64")
    assert ring.count() == 28
    assert ring.first.get_attribute("aria-label") == "input row −1, column −1, padding: empty"
    assert cells.nth(9).evaluate("(cell, corner) => cell === corner", corner)


#: How many cells the reader sees in a row, where `corner` stands in it, and the number above it.
_SHOWN = """(grid, corner) => {
  const box = (it) => it.getBoundingClientRect(), wide = box(corner).width;
  const cells = box(grid.querySelector('.cv-cells')), numbers = [...grid.querySelectorAll('.cv-ruler span')];
  const above = numbers.find((it) => Math.abs(box(it).left - box(corner).left) < 1);
  const seen = (cell, x) => x > cells.left && x < cells.right && document.elementFromPoint(x, box(corner).top + 5)?.closest('.cv-cell') === cell;
  const row = [...corner.parentNode.children].filter((cell) => seen(cell, box(cell).left + wide / 2));
  return { size: row.length, at: row.indexOf(corner), numbers: numbers.length, named: above?.textContent };
}"""
