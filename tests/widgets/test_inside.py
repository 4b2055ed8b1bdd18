"""Looks into a network: what they show is what `inside` finds, controls, clicks, and clear words."""

import numpy as np
import pytest

from convviz import datasets, inside, nn, widgets
from convviz.figures import palette, svg
from convviz.scenes import Gallery, Tile, Tiles
from convviz.scenes._text import a_number
from convviz.widgets import _inside_data


@pytest.fixture(scope="module")
def net():
    nn.manual_seed(0)
    return nn.Sequential(
        conv=nn.Conv2d(1, 4, 3), relu=nn.ReLU(), pool=nn.MaxPool2d(2), flatten=nn.Flatten(),
        fc=nn.Linear(36, 5), relu2=nn.ReLU(), out=nn.Linear(5, 3),
    )  # fmt: skip


@pytest.fixture(scope="module")
def data():
    draws = np.random.default_rng(0)
    return draws.uniform(size=(30, 1, 8, 8)).astype(np.float32), draws.integers(0, 3, 30)


KINDS = ["Units", "FeatureMaps", "Saliency", "ConfusionMatrix", "FeatureSpace"]


def made(kind, net, data, **options):
    if kind == "EffectiveField":
        return widgets.EffectiveField(net, data[0], **options)
    return getattr(widgets, kind)(net, *data, **options)


def group(view, name):
    return next(it for it in view.look().groups if it.name == name)


def sent(view, name):
    """The pixels of a group's tiles as the page gets them."""
    shown = view._shown
    found = next(it for it in shown["groups"] if it["name"] == name)
    levels = np.frombuffer(shown["levels"], np.uint8)
    return [levels[it["at"] :][: it["rows"] * it["columns"]].reshape(it["rows"], it["columns"])
            for it in found["tiles"]]  # fmt: skip


def test_a_unit_is_shown_with_its_filter_its_patches_and_all_others(net, data):
    view = made("Units", net, data, unit=2)
    assert repr(view) == "Units: conv, unit 2 of 4, field 3×3"
    np.testing.assert_array_equal(group(view, "its filter").tiles[0].values, net.conv.weight.data[2, 0])
    best = inside.strongest_patches(net, data[0], "conv", 2)
    shown = group(view, "strongest patches").tiles
    for tile, patch in zip(shown, best, strict=True):
        np.testing.assert_array_equal(tile.values, patch.pixels[0])
        assert tile.caption == f"of a {data[1][patch.image]}"
    assert [tile.pick for tile in group(view, "units of conv").tiles] == [{"unit": n} for n in range(4)]


def test_what_raises_a_unit_is_the_derivative_where_its_patch_is(net, data):
    view = made("Units", net, data, layer="relu", unit=1)
    [best] = inside.strongest_patches(net, data[0], "relu", 1, count=1)
    slope = inside.saliency(net, data[0][best.image][None], 1, layer="relu", method="guided")[0, 0]
    box = best.box
    shown = group(view, "what in them raises it").tiles[0].values
    np.testing.assert_array_equal(shown, slope[box.top : box.bottom + 1, box.left : box.right + 1])


def test_another_layer_with_fewer_units_moves_to_its_last(net, data):
    view = made("Units", net, data, unit=3)
    view.setting = {**view.setting, "layer": "out"}
    assert view.setting == {"layer": "out", "unit": 2}
    assert [it["high"] for it in view._shown["sliders"] if it["name"] == "unit"] == [2]
    assert repr(view) == "Units: out, unit 2 of 3, field 8×8"


def test_maps_are_those_of_the_picture_and_the_layer(net, data):
    view = made("FeatureMaps", net, data, picture=4, layer="relu")
    maps = inside.feature_maps(net, data[0][4:5], "relu")[0]
    np.testing.assert_array_equal([tile.values for tile in group(view, "relu").tiles], maps)
    view.setting = {"picture": 5, "layer": "fc"}
    numbers = inside.feature_maps(net, data[0][5:6], "fc")[0]
    np.testing.assert_array_equal(group(view, "fc").tiles[0].values.ravel(), numbers)


def test_saliency_is_shown_in_every_way_and_follows_the_class(net, data):
    view = made("Saliency", net, data, picture=3, square=4)
    view.setting = {**view.setting, "asked": "1"}
    for tile, method in zip(group(view, "saliency").tiles, inside.METHODS, strict=True):
        found = inside.saliency(net, data[0][3:4], 1, method=method)[0, 0]
        np.testing.assert_array_equal(tile.values, found)
    lowest = data[0][3].min()
    hidden = inside.occlusion(net, data[0][3], 1, size=4, stride=2, fill=lowest)
    np.testing.assert_allclose(group(view, "occlusion").tiles[0].values, hidden.shares - hidden.whole)


def test_fields_before_and_after_stand_side_by_side(net, data):
    other = net.copy()
    other.conv.weight.data[...] *= np.float32([[1, 0, 0], [0, 0, 0], [0, 0, 0]])
    view = made("EffectiveField", net, data, before=other, layer="conv")
    before, after = view.look().groups[0].tiles
    np.testing.assert_array_equal(after.values, inside.effective_field(net, data[0], "conv").influence)
    assert np.count_nonzero(before.values) == 1 and before.frames == ((3, 3, 5, 5),)
    assert [tile.caption[:6] for tile in (before, after)] == ["before", "after:"]


def test_a_number_of_the_matrix_shows_the_images_behind_it(net, data):
    view = made("ConfusionMatrix", net, data, label=1, answer=2)
    found = inside.confusion(net, *data)
    matrix = group(view, "confusion").tiles
    assert [int(it.caption) for it in matrix if it.pick] == found.counts.ravel().tolist()
    label, answer = np.argwhere(found.counts)[0].tolist()
    pressed = next(it for it in matrix if it.pick == {"label": label, "answer": answer})
    view.setting = {**view.setting, **pressed.pick}
    shown = [tile.values for tile in group(view, f"class {label}, taken for {answer}").tiles]
    np.testing.assert_array_equal(shown, data[0][found.images(label, answer), 0])


def test_the_matrix_opens_at_the_commonest_confusion(net, data):
    label, answer, _ = inside.confusion(net, *data).worst(1)[0]
    assert made("ConfusionMatrix", net, data).setting == {"label": label, "answer": answer}


def test_neighbours_are_shown_nearest_first_and_can_be_gone_to(net, data):
    view = made("FeatureSpace", net, data, layer="fc", picture=6, count=4)
    near = inside.nearest_neighbours(net, data[0], data[0][6:7], "fc", count=5).images[0]
    tiles = group(view, "nearest").tiles
    assert [tile.pick["picture"] for tile in tiles] == near.tolist() and tiles[0].chosen
    view.setting = {**view.setting, **tiles[2].pick}
    assert view.setting["picture"] == near[2]


def test_every_image_in_the_plane_stands_in_its_cell_and_can_be_clicked(net, data):
    view = made("FeatureSpace", net, data, layer="fc", picture=6)
    [plane] = group(view, "embedding").tiles
    points = inside.embedding(inside.feature_maps(net, data[0], "fc"))
    for top, left, bottom, right, pick in plane.spots:
        image = data[0][pick["picture"], 0]
        np.testing.assert_array_equal(plane.values[top : bottom + 1, left : right + 1], image)
    at = {spot[4]["picture"]: spot for spot in plane.spots}
    ends = points[:, 0].argmin(), points[:, 0].argmax()
    assert [at[int(n)][1] for n in ends if int(n) in at] in ([0, 19 * 8], [0], [19 * 8])
    assert plane.frames == (at[6][:4],)


def test_a_drawing_is_read_as_the_page_sends_it(net):
    view = widgets.DrawDigit(net, size=8)
    assert repr(view) == "DrawDigit: 1×8×8, nothing drawn"
    pixels = np.zeros((64, 64), np.uint8)
    pixels[10:50, 30:36] = 255
    view.set_state({"_drawing": memoryview(pixels.tobytes())})  # as the page does
    image = datasets.as_digit(pixels, 8)[None, None]
    np.testing.assert_array_equal(group(view, "what the network gets").tiles[0].values, image[0, 0])
    maps = inside.feature_maps(net, image, "relu")[0]
    np.testing.assert_array_equal([tile.values for tile in group(view, "after relu").tiles], maps)
    answer = inside.feature_maps(net, image)[0].argmax()
    assert view.look().sentence.startswith(f"The network takes it for {a_number(answer)} ")
    np.testing.assert_array_equal(view.drawing, pixels / 255)
    view.drawing = np.zeros((5, 5))
    assert view.look().sentence == "Nothing is drawn yet."


def test_a_real_digit_on_the_pad_is_read_as_what_it_is():
    _, trained, images, labels = _inside_data.trained()
    told = [widgets.DrawDigit(drawing=image[0]).look().sentence for image in images[:12]]
    right = [f"for a {label} " in words for label, words in zip(labels, told, strict=False)]
    assert inside.confusion(trained, images, labels).accuracy > 0.85 and sum(right) >= 9


@pytest.mark.parametrize("kind", [*KINDS, "EffectiveField"])
def test_what_is_sent_are_the_levels_of_what_is_seen_and_a_still_stands_beside(kind, net, data):
    view = made(kind, net, data)
    for one in view.look().groups:
        for got, levels in zip(sent(view, one.name), one.levels, strict=True):
            assert levels is None and not got.size or np.array_equal(got, levels)
    bundle, _ = view._repr_mimebundle_()
    assert bundle["text/plain"] == repr(view) and bundle["image/png"].startswith("iVBOR")
    # it would be compared wherever the notebook runs, and networks learn a little differently there
    assert "image/svg+xml" not in bundle
    assert svg(view.look()) == svg(made(kind, net, data).look())


def test_the_two_palettes_follow_each_other(net, data):
    both = np.frombuffer(made("Units", net, data)._palettes, np.uint8).reshape(2, 256, 3)
    np.testing.assert_array_equal(both, [palette(False), palette(True)])


def test_one_scale_for_all_tiles_or_one_for_each():
    tiles = Tile(np.array([[0.0, 1.0]])), Tile(np.array([[0.0, 4.0]]))
    together, alone = (Tiles("", "", tiles, shared=shared).levels for shared in (True, False))
    assert [it[0, 1] for it in together] == [64, 255] and [it[0, 1] for it in alone] == [255, 255]
    one = Tiles("", "", tiles, signed=True).levels[0]
    assert one[0, 0] == 128


def test_an_empty_look_and_one_of_words_alone_can_be_drawn():
    words = Tiles("words", "", (Tile(None, "7"),))
    assert "7" in svg(Gallery("Empty", "nothing", (Tiles("none", "", ()), words), "Nothing."))


def test_what_fails_is_told_and_the_last_look_stays(net, data):
    class Fragile(widgets.FeatureMaps):
        def _look(self, picture, layer):
            if picture == 3:
                raise ZeroDivisionError("of the test")
            return super()._look(picture, layer)

    view = Fragile(net, *data)
    before = view._shown["levels"]
    view.setting = {**view.setting, "picture": 3}
    assert view._shown["trouble"] == "of the test" and view._shown["levels"] == before
    view.setting = {**view.setting, "picture": 2}
    assert view._shown["trouble"] == ""


def test_the_trained_network_takes_no_seed_from_later_ones():
    nn.manual_seed(3)
    expected = nn.Linear(4, 2).weight.data
    nn.manual_seed(3)
    _inside_data.trained.cache_clear()
    widgets.DrawDigit()
    np.testing.assert_array_equal(nn.Linear(4, 2).weight.data, expected)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda n, x, y: widgets.Units("net", x, y), "net must be an nn.Module, got str"),
        (lambda n, x, y: widgets.Units(n, x), "labels must be given too"),
        (lambda n, x, y: widgets.Units(n, x[:, 0], y), r"images without channels become so by images\[:, None\]"),
        (lambda n, x, y: widgets.Units(n, x, y[:5]), "labels must be 30 whole numbers"),
        (lambda n, x, y: widgets.Units(n, x, y, layer="conv9"), "layer='conv9' is no layer with units: use conv"),
        (lambda n, x, y: widgets.Units(n, x, y, unit=4), "unit=4 is outside this widget's slider"),
        (lambda n, x, y: widgets.FeatureMaps(n, x, y, picture=30), "picture=30 is outside"),
        (lambda n, x, y: widgets.Saliency(n, x, y, square=5), "square=5 is outside.*from 1 to 4"),
        (lambda n, x, y: widgets.EffectiveField(n, x, layer="fc"), "layer='fc' is no layer with maps"),
        (lambda n, x, y: widgets.EffectiveField(n, x, before=3), "net must be an nn.Module, got int"),
        (lambda n, x, y: widgets.ConfusionMatrix(n, x, y, label=3, answer=0), "label=3 is outside"),
        (lambda n, x, y: widgets.FeatureSpace(n, x, y, layer="no"), "layer='no' is no layer with units"),
        (lambda n, x, y: widgets.DrawDigit(n), "36"),
        (lambda n, x, y: widgets.DrawDigit(n, size=8, drawing=[1, 2]), "drawing must have rows and columns"),
        (lambda n, x, y: setattr(widgets.Units(n, x, y), "setting", {"depth": 1}), "no control 'depth'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_words(net, data, make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make(net, *data)
