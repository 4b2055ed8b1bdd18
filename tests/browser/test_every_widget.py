"""What holds for every widget, each on a page of its own: keys, names, themes, errors, the end."""

import contextlib

import pytest

from convviz import widgets
from convviz.widgets._controls import Range
from convviz.widgets._page import page as written
from convviz.widgets._player import Player

NAMES = [name for name in widgets.__all__ if issubclass(getattr(widgets, name), Player)]
_WATCH = """
window.alive = [];
for (const kind of [Document, Window]) {
  const {addEventListener: add, removeEventListener: remove} = kind.prototype;
  kind.prototype.addEventListener = function (name, act, ...rest) {
    // not what the browser's driver listens to
    if (new Error().stack.includes('widget.html')) alive.push([name, act]);
    return add.call(this, name, act, ...rest); };
  kind.prototype.removeEventListener = function (name, act, ...rest) {
    alive = alive.filter(([one, other]) => one !== name || other !== act);
    return remove.call(this, name, act, ...rest); };
}
const Observer = ResizeObserver;
window.ResizeObserver = class extends Observer {
  observe(...all) { alive.push(['resize', this]); super.observe(...all); }
  disconnect() { alive = alive.filter(([, it]) => it !== this); super.disconnect(); }
};
"""


MEDIA = {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "no-preference"}


@pytest.fixture(scope="module", params=NAMES)
def widget(request):
    return getattr(widgets, request.param)()


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory):
    """Open a widget's page, which needs no kernel and no network; errors in it fail the test."""
    file = tmp_path_factory.mktemp("page") / "widget.html"
    with chromium.new_context() as context:
        context.add_init_script(_WATCH)

        @contextlib.contextmanager
        def act(widget, width=1280, **media):
            page, page.asked, errors = context.new_page(), [], []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("request", lambda request: page.asked.append(request.url))
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(**MEDIA | media)
            text = written(widget).replace("await player.render(", "window.end = await player.render(")
            file.write_text(text, "utf-8")
            page.goto(file.as_uri())
            page.wait_for_function("window.end !== undefined")
            page.locator(".cv-label").first.wait_for()
            yield page.locator(".cv-player")
            page.close()
            assert not errors, "errors in the page: " + "; ".join(errors)

        yield act


# A page is opened twice for each widget, and serves the tests in the order in which they stand here.
@pytest.fixture(scope="module")
def on_a_screen(widget, opened):
    with opened(widget) as player:
        yield player


@pytest.fixture(scope="module")
def on_a_phone(widget, opened):
    with opened(widget, width=360, reduced_motion="reduce") as player:
        yield player


@pytest.mark.parametrize(
    "media",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=lambda media: "-".join(media.values()),
)
def test_its_words_stand_out_from_the_paper_in_every_theme(on_a_screen, media):
    # without motion a colour changes at once
    on_a_screen.page.emulate_media(**MEDIA | {"reduced_motion": "reduce"} | media)
    on_a_screen.page.wait_for_timeout(50)
    pale = on_a_screen.evaluate(_PALE)
    on_a_screen.page.emulate_media(**MEDIA)
    assert pale == []


# WCAG AA asks for 4.5 to 1; the numbers in the cells stand on their own backgrounds.
_PALE = """player => {
  const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    .getContext('2d', {willReadFrequently: true});
  const light = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const under = (node) => node ? [...under(node.parentElement), getComputedStyle(node).backgroundColor] : ['#fff'];
  const inks = '.cv-label b, .cv-label span, .cv-say, .cv-count, .cv-name, .cv-caption b, .cv-cell, .cv-term';
  const pale = [];
  for (const node of player.querySelectorAll(inks)) {
    const text = node.firstChild?.data ?? '';
    if (!text.trim() || text === '\\u00b7' || !node.offsetParent) continue;
    const paper = under(node);
    const [ink, back] = [light([...paper, getComputedStyle(node).color]), light(paper)];
    const ratio = (Math.max(ink, back) + .05) / (Math.min(ink, back) + .05);
    if (ratio < 4.5) pale.push([node.className, text, Math.round(100 * ratio) / 100]);
  }
  return pale.slice(0, 5);
}"""


def test_a_screen_reader_finds_a_name_for_everything(on_a_screen, widget):
    page = on_a_screen.page
    # the names of cells are written when nothing moves
    page.wait_for_function("[...document.querySelectorAll('.cv-cell')].every((it) => it.ariaLabel)")
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    told = [(it["role"]["value"], it.get("name", {}).get("value", "")) for it in nodes if not it["ignored"]]
    named = {"grid", "gridcell", "button", "slider", "combobox", "checkbox", "image", "group", "status"}
    assert [role for role, name in told if role in named - {"status"} and not name.strip()] == []
    grids = [grid for grid in widget.scene().grids if grid.display != "image"]
    assert [name for role, name in told if role == "grid"] == [f"{grid.name}, {grid.note}" for grid in grids]
    cells = [name for role, name in told if role == "gridcell"]
    assert len(cells) == sum(grid.values.size for grid in grids)
    assert all(": " in name for name in cells)


def fits(player, width, height):
    assert player.page.evaluate("document.documentElement.scrollWidth") <= width
    assert player.evaluate("it => it.getBoundingClientRect().height") <= height


def test_it_fits_a_screen(on_a_screen):
    fits(on_a_screen, 1280, 1150)


def test_it_fits_a_phone(on_a_phone):
    fits(on_a_phone, 360, 2400)


def test_it_is_played_by_keys(on_a_screen, widget):
    player, page = on_a_screen, on_a_screen.page
    steps = len(widget.scene().steps)
    if steps > 1:
        player.get_by_label("step forward").focus()
        for key, at in (("End", steps), ("Home", 1), ("ArrowRight", 2), ("9", steps), ("0", 1)):
            page.keyboard.press(key)
            assert player.locator(".cv-count").inner_text() == f"step {at} of {steps}"
    cells = player.locator(".cv-cells:has(.cv-cell)")  # an image has none
    if steps > 1 and cells.count():
        cells.first.locator(".cv-cell[tabindex='0']").focus()
        for playing in (True, False):
            page.keyboard.press(" ")
            assert player.evaluate("it => it.classList.contains('cv-playing')") is playing
    for n in range(cells.count()):
        roving = cells.nth(n).locator(".cv-cell[tabindex='0']")
        assert roving.count() == 1
        roving.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowDown")
        assert cells.nth(n).evaluate("it => it.contains(document.activeElement)")
    assert [url for url in page.asked if not url.startswith("blob:")] == [page.url]


def test_nothing_moves_where_motion_is_not_wanted(on_a_phone):
    player = on_a_phone
    play = player.get_by_label("play", exact=True)
    if play.is_visible():
        play.click()
    moving = "it => it.getAnimations({subtree: true}).length + getComputedStyle(it).transitionDuration"
    assert player.evaluate(moving) == "00s"
    assert player.evaluate(
        "it => [...it.querySelectorAll('.cv-frame')].every(f => getComputedStyle(f).transitionDuration === '0s')"
    )


def test_once_closed_nothing_of_it_listens(on_a_phone):
    page = on_a_phone.page
    assert page.evaluate("alive.length") >= 2
    page.keyboard.press("Tab")
    page.evaluate("end()")
    page.wait_for_timeout(400)
    assert page.evaluate("alive.map(([name]) => name)") == []
    assert page.locator(".cv-player").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_an_error_while_building_is_told_and_the_last_good_picture_stays(opened, name):
    kind = getattr(widgets, name)
    sliders = [c for c in kind()._control_list if len(c.values()) > 1 and not getattr(c, "needs", None)]
    control = next((c for c in sliders if isinstance(c, Range)), sliders[0])

    class Fragile(kind):
        """Fails in a way nobody foresaw, wherever one control is moved."""

        def _scene(self, **setting):
            if setting[control.name] != control.value:
                raise ZeroDivisionError("of the test")
            return super()._scene(**setting)

    widget = Fragile()
    sent = [setting[control.name] for setting in widget._settings()]
    other = next(value for value in sent if value != control.value)
    with opened(widget) as player:
        cells = player.locator(".cv-cell, canvas").count()
        moved = player.get_by_label(control.label or control.name, exact=True)
        move = """([it, value]) => { it[it.type === 'checkbox' ? 'checked' : 'value'] = value;
                                     it.dispatchEvent(new Event('input', {bubbles: true})); }"""
        player.page.evaluate(move, [moved.element_handle(), other])
        assert player.locator(".cv-trouble").inner_text() == "ZeroDivisionError: of the test"
        assert player.locator(".cv-cell, canvas").count() == cells
        player.page.evaluate(move, [moved.element_handle(), control.value])
        assert player.locator(".cv-trouble").is_hidden()
