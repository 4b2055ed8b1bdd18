"""The architecture calculator in JupyterLab: keys, menus, a layer that does not fit, a phone."""

import pytest

CALLS = ["ArchitectureCalculator('alexnet')"]


@pytest.fixture
def calculator(lab, shown):
    cell = lab.cell(shown, 1)
    cell.locator(".cv-rows").wait_for()
    shown.set_default_timeout(30_000)
    return cell.locator(".cv-player")


def test_it_follows_menu_and_keys_and_says_what_does_not_fit(shown, calculator):
    size = calculator.get_by_label("input size")
    size.focus()
    for _ in range(3):
        shown.keyboard.press("ArrowLeft")
    trouble = calculator.locator(".cv-trouble")
    trouble.get_by_text("An input of 3×224×224 does not fit AlexNet").wait_for()
    assert "60,965,224" in calculator.locator(".cv-totals").inner_text()

    menu = calculator.get_by_label("model")
    menu.focus()
    menu.select_option("small ResNet")
    calculator.get_by_text("small ResNet, 1×32×32 → 10, 77,754 parameters").wait_for()
    assert trouble.is_hidden()
    assert menu.evaluate("it => it === document.activeElement")
    calculator.get_by_label("width").focus()
    shown.keyboard.press("ArrowRight")
    calculator.locator(".cv-layers").get_by_text("17×32×32").first.wait_for()
    assert calculator.get_by_label("width").evaluate("it => it === document.activeElement")

    before = calculator.locator(".cv-layers tbody tr").count()
    calculator.get_by_label("every layer").check()
    calculator.get_by_role("rowheader", name="block1.0.body.0.0").wait_for()
    assert calculator.locator(".cv-layers tbody tr").count() > before


def test_it_fits_a_phone_and_its_words_stand_out_in_both_themes(lab, shown, calculator):
    for theme in ("dark", "light"):
        lab.theme(shown, theme)
        assert calculator.evaluate(_PALEST) >= 4.5, theme
    shown.set_viewport_size({"width": 360, "height": 900})
    shown.wait_for_timeout(100)
    sticking = """it => [...it.querySelectorAll('*')].filter(one => !one.closest('.cv-rows table'))
      .filter(one => one.getBoundingClientRect().right > it.getBoundingClientRect().right + 1)
      .map(one => one.className)"""
    assert calculator.evaluate(sticking) == []
    shown.set_viewport_size({"width": 1280, "height": 1000})


def test_a_screen_reader_finds_names_tables_and_what_the_bars_show(shown, calculator):
    assert calculator.get_by_role("combobox", name="model").count() == 1
    assert calculator.get_by_role("slider", name="input size").count() == 1
    assert calculator.get_by_role("region", name="the layers").get_by_role("table").count() == 1
    bars = calculator.get_by_role("img", name="where the multiply-adds are: conv ")
    assert bars.count() == 1


# Black text on white is 21 to 1, and WCAG AA asks for 4.5.
_PALEST = """it => {
  const light = ([r, g, b]) => [[r, .2126], [g, .7152], [b, .0722]].reduce((sum, [part, share]) =>
    sum + share * (part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4), 0);
  const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    .getContext('2d', {willReadFrequently: true});
  const seen = (colours) => {
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return light([...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255));
  };
  const under = (node) => node ? [...under(node.parentElement), getComputedStyle(node).backgroundColor] : ['#fff'];
  const words = it.querySelectorAll('.cv-report :is(th, td, b, small, span), .cv-say, .cv-name');
  return Math.min(...[...words].filter((node) => node.innerText.trim()).map((node) => {
    const paper = under(node);
    const two = [seen([...paper, getComputedStyle(node).color]), seen(paper)];
    return (Math.max(...two) + .05) / (Math.min(...two) + .05);
  }));
}"""
