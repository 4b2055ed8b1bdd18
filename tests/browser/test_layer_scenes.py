"""Layers, their variants and stacks in JupyterLab: what no test of the data can see."""

import pytest

CALLS = [
    "Volume(step=9)",
    "FilterBank(step=17)",
    "MatrixView()",
    "Grouped()",
    "Separable()",
    "Tiled(step=7)",
    "DilatedStack(step=2)",
    "ReceptiveField()",
    "Volume(predict=True)",
]
VOLUME, BANK, MATRIX, GROUPED, SEPARABLE, TILED, DILATED, FIELD, QUESTION = range(1, 10)


@pytest.mark.parametrize("width", [1280, 700, 500])
def test_nothing_sticks_out(sticking, width):
    assert [sticking(n, width) for n in range(1, len(CALLS) + 1)] == [[]] * len(CALLS)


@pytest.mark.parametrize("n", [VOLUME, BANK, MATRIX, GROUPED, DILATED])
def test_in_full_screen_every_grid_is_seen_whole(shown, player, n):
    shown.set_viewport_size({"width": 1920, "height": 1080})
    view = player(n)
    view.get_by_label("full screen").click()
    shown.wait_for_function("document.fullscreenElement !== null")
    shown.wait_for_timeout(300)
    seen, whole = view.locator(".cv-stage").evaluate("stage => [stage.clientHeight, stage.scrollHeight]")
    shown.evaluate("document.exitFullscreen()")
    shown.wait_for_function("document.fullscreenElement === null")
    shown.set_viewport_size({"width": 1280, "height": 1000})
    assert whole <= seen


def lit(player, role):
    return player.locator(f".cv-role-{role} .cv-tap")


def test_a_volume_lights_its_window_on_every_channel_and_the_sums_it_adds(player):
    volume = player(VOLUME)
    assert lit(volume, "input").count() == lit(volume, "filter").count() - 1 == 27  # and the bias
    assert volume.locator(".cv-role-neutral .cv-now").all_inner_texts() == ["4", "−4", "0"]
    assert volume.locator(".cv-role-output .cv-now").inner_text() == "0"


def test_all_filters_look_at_one_window_before_it_moves(player):
    bank = player(BANK)
    bank.get_by_label("first step").click()
    frame = bank.locator(".cv-role-input .cv-frame")
    places = []
    for _ in range(5):
        places.append(frame.evaluate("frame => frame.style.getPropertyValue('--cv-left')"))
        bank.get_by_label("step forward").click()
    assert places == ["0"] * 4 + ["1"]


def test_the_matrix_morphs_and_its_zeros_are_crossed_out(player):
    from playwright.sync_api import expect

    view = player(MATRIX)
    matrix = view.locator(".cv-role-filter .cv-cells").filter(has=view.page.locator(".cv-unused"))
    for kind, zeros in ("dense", 0), ("sparse", 20), ("shared", 20), ("transposed", 20):
        view.get_by_label("kind").select_option(kind)
        # rows that are no longer shown are taken away when all is still
        expect(view.locator(".cv-unused")).to_have_count(zeros)
    crossed = matrix.locator(".cv-unused").first
    assert "gradient" in crossed.evaluate("cell => getComputedStyle(cell).backgroundImage")


def test_more_groups_cut_more_weights_away(player):
    grouped = player(GROUPED)
    left = []
    for groups in ("1", "2", "4"):
        grouped.get_by_label("groups").select_option(groups)
        left.append(grouped.locator(".cv-role-filter .cv-plain").count())
    assert left == [64, 32, 16]


def test_a_typed_weight_is_split_anew(shown, player):
    separable = player(SEPARABLE)
    separable.get_by_role("gridcell", name="kernel row 0, column 0: −1").dblclick()
    shown.keyboard.type("5")
    shown.keyboard.press("Enter")
    separable.get_by_text("more than one column and row make").wait_for()
    assert separable.get_by_label("kernel", exact=True).input_value() == "own"


def test_the_set_used_is_framed_among_the_sets(player):
    tiled = player(TILED)
    assert lit(tiled, "filter").all_inner_texts() == ["−1", "1", "2", "−1"]
    frames = tiled.locator(".cv-frame:not([hidden])")
    assert frames.count() == 3  # on the input, on the sets, on the table of the sets


def test_the_tree_of_taps_is_drawn_with_an_arrow_for_each_of_them(player):
    stack = player(DILATED)
    arrows = stack.locator(".cv-links path").get_attribute("d")
    assert arrows.count("M") == 3 + 9 + 21  # two of 27 taps of the first layer coincide thrice
    assert lit(stack, "input").count() == 15


def test_a_click_on_an_output_shows_its_box_through_every_layer(player):
    field = player(FIELD)
    field.get_by_role("gridcell", name="output row 1, column 0").click()
    assert "sees input rows 2 to 9, columns 0 to 7" in field.locator(".cv-say").inner_text()
    boxes = field.locator(".cv-frame:not([hidden])")
    assert boxes.count() == 3
    assert boxes.first.evaluate("box => box.style.getPropertyValue('--cv-high')") == "8"


def test_a_layer_is_switched_off_with_its_sliders(player):
    field = player(FIELD)
    assert field.get_by_label("kernel 3").is_visible()
    field.get_by_label("layer 3").uncheck()
    field.get_by_text("sizes 10 → 8 → 4").wait_for()
    assert not field.get_by_label("kernel 3").is_visible()
    field.get_by_label("layer 3").check()
    field.get_by_text("sizes 10 → 8 → 4 → 2").wait_for()


def test_the_shape_of_a_map_is_asked_before_it_is_shown(shown, player):
    asking = player(QUESTION)
    assert "How many rows and columns" in asking.inner_text()
    entry = asking.get_by_placeholder("such as")
    entry.fill("5×5")
    entry.press("Enter")
    asking.locator(".cv-verdict").wait_for()
    entry.fill("3×3")
    entry.press("Enter")
    asking.get_by_text("slides in two directions and makes one map of 3×3").wait_for()
