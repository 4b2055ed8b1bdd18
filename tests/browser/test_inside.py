"""Looks into a network in JupyterLab: a digit drawn by pointer, finger and keys; tiles pressed; a phone."""

import pytest

CALLS = ["DrawDigit()", "Units(layer='conv1')", "ConfusionMatrix(label=8, answer=1)", "FeatureSpace(picture=3)"]
_STICKING = """view => { const edge = view.getBoundingClientRect().right + 1;
    return [...view.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > edge)
      .map((it) => it.className); }"""
_PIXELS = "it => [...it.getContext('2d').getImageData(0, 0, it.width, it.height).data].join()"


@pytest.fixture
def view(lab, shown):
    """view(n) scrolls to the look of the n-th of CALLS, from 1."""

    def found(n):
        cell = lab.cell(shown, n)
        cell.scroll_into_view_if_needed()
        cell.locator(".cv-tiles canvas:visible").first.wait_for()
        shown.set_default_timeout(30_000)
        return cell.locator(".cv-inside")

    return found


def test_a_digit_drawn_with_the_pointer_is_read_while_it_is_drawn(shown, view):
    look = view(1)
    say = look.locator(".cv-say")
    assert say.inner_text() == "Nothing is drawn yet."
    pad = look.get_by_label("a pad to draw a digit on").bounding_box()
    middle = pad["x"] + pad["width"] / 2
    shown.mouse.move(middle, pad["y"] + 30)
    shown.mouse.down()
    for share in (0.4, 0.6, 0.85):
        shown.mouse.move(middle, pad["y"] + share * pad["height"])
    look.get_by_text("The network takes it for a").wait_for()  # the button is still down
    shown.mouse.up()
    maps = look.get_by_label("map 2", exact=True).first
    before = maps.evaluate(_PIXELS)
    look.get_by_label("clear the pad").click()
    look.get_by_text("Nothing is drawn yet.").wait_for()
    assert maps.evaluate(_PIXELS) != before


def test_a_digit_can_be_drawn_with_keys_alone_and_with_a_finger(shown, view):
    look = view(1)
    pad = look.get_by_label("a pad to draw a digit on")
    pad.focus()
    for key in ["ArrowUp"] * 10 + [" "] + ["ArrowDown"] * 18:
        shown.keyboard.press(key)
    assert look.get_by_text("The pen is down.").count() == 1
    look.get_by_text("The network takes it for a").wait_for()
    shown.keyboard.press("Delete")
    look.get_by_text("Nothing is drawn yet.").wait_for()

    box = pad.bounding_box()
    touch = shown.context.new_cdp_session(shown)
    for kind, share in (("touchStart", 0.2), ("touchMove", 0.5), ("touchMove", 0.8), ("touchEnd", None)):
        points = [] if share is None else [
            {"x": box["x"] + box["width"] / 2, "y": box["y"] + share * box["height"]}
        ]  # fmt: skip
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    look.get_by_text("The network takes it for a").wait_for()
    touch.detach()


def test_a_unit_is_pressed_and_layers_are_walked_with_keys(shown, view):
    look = view(2)
    look.get_by_role("button", name="unit 3, its strongest patch").click()
    look.get_by_text("Unit 3 of conv1 sees 5×5 pixels").wait_for()
    pressed = look.locator("button[aria-pressed='true']")
    assert pressed.count() == 1 and pressed.get_attribute("aria-label").startswith("unit 3,")
    layer = look.get_by_label("layer")
    layer.focus()
    layer.select_option("conv2")
    look.get_by_text("Unit 3 of conv2 sees 14×14 pixels").wait_for()
    assert layer.evaluate("it => it === document.activeElement")
    look.get_by_label("unit", exact=True).focus()
    shown.keyboard.press("ArrowRight")
    look.get_by_text("Unit 4 of conv2").wait_for()


def test_a_number_and_a_picture_can_be_pressed(shown, view):
    look = view(3)
    look.get_by_role("button", name="of class 9 taken for 9").click()
    look.get_by_text("images of class 9 are taken for 9.").wait_for()
    look = view(4)
    nearest = look.get_by_role("button", name="at distance").nth(2)
    named = nearest.get_attribute("aria-label").split(",")[0].removeprefix("image ")
    nearest.click()
    look.get_by_text(f"to picture {named},").wait_for()
    plane = look.locator(".cv-spotted")
    # an image in the plane that is not the one it stands at
    row, column, picture = plane.evaluate("""it => {
      const [top, left, bottom, right, pick] = it.tile.spots.at(-1);
      return [(top + bottom) / 2, (left + right) / 2, pick.picture]; }""")
    assert str(picture) != named
    canvas = plane.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    scale = box["width"] / canvas.evaluate("it => it.width")
    shown.mouse.click(box["x"] + scale * column, box["y"] + scale * row)
    look.get_by_text(f"to picture {picture},").wait_for()


def test_they_fit_a_phone_have_names_and_stand_in_both_themes(lab, shown, view):
    unnamed = "all => all.filter((it) => !it.ariaLabel).map((it) => it.outerHTML)"
    for n in range(1, 1 + len(CALLS)):
        look = view(n)
        assert look.locator("canvas:visible, button, input, select").evaluate_all(unnamed) == []
        shown.set_viewport_size({"width": 360, "height": 900})
        shown.wait_for_timeout(100)
        assert look.evaluate(_STICKING) == []
        shown.set_viewport_size({"width": 1280, "height": 1000})
    paper = "it => getComputedStyle(it).backgroundColor"
    light = look.evaluate(paper)
    lab.theme(shown, "dark")
    assert look.evaluate(paper) != light
    lab.theme(shown, "light")
