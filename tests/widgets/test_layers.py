"""The widgets of whole layers, of their variants and of stacks: sliders, edits, errors."""

import itertools

import numpy as np
import pytest

from convviz import geometry, scenes, widgets


def edited(widget, grid, row, column, value, **setting):
    """The scene after the reader moved the sliders and typed a number."""
    widget.setting = {**widget.setting, **setting}
    widget.edit(grid, row, column, value)
    return widget.scene()


def test_a_volume_opens_on_fewer_channels_and_filters():
    widget = widgets.Volume()
    assert repr(widget.scene(channels=1, filters=1)) == "Volume: 5×5 ∗ 1 filter 3×3 → 3×3, 9 steps"
    assert repr(widget.scene(padding=1)) == "Volume: 5×5×3 ∗ 2 filters 3×3×3 → 5×5×2, 50 steps"


def test_every_array_of_a_volume_can_be_edited():
    widget = widgets.Volume(np.zeros((2, 2, 2), int), np.zeros((2, 2, 1, 1), int), [0, 0], padding=1)
    assert edited(widget, "channel 1", 1, 2, 5).grid("channel 1").values[1, 2] == 5
    assert edited(widget, "w1, ch 1", 0, 0, 0.5).grid("map 1").values[1, 2] == 2.5
    assert edited(widget, "bias 0", 0, 0, -1).grid("map 0").values.tolist() == [[-1] * 4] * 4
    assert edited(widget, "input", 1, 1, 7, channels=1).grid("input").values[1, 1] == 7
    assert widget.scene(channels=2).grid("channel 0").values[1, 1] == 7


def test_own_filters_without_biases_show_none():
    widget = widgets.Volume(np.ones((1, 3, 3)), np.ones((1, 1, 2, 2)))
    assert not any(grid.name.startswith("bias") for grid in widget.scene().grids)


def test_a_filter_bank_keeps_what_was_typed_into_filters_of_each_size():
    widget = widgets.FilterBank()
    assert edited(widget, "filter 2", 1, 1, 9).grid("filter 2").values[1, 1] == 9
    assert widget.scene(kernel=2).grid("filter 2").values.tolist() == [[1, 0], [0, 1]]
    assert edited(widget, "filter 0", 0, 0, 4, kernel=2).grid("filter 0").values[0, 0] == 4
    assert widget.scene(kernel=3).grid("filter 2").values[1, 1] == 9


def test_a_filter_bank_takes_several_channels_and_own_filters():
    widget = widgets.FilterBank(np.ones((2, 4, 4), int), count=2)
    assert repr(widget) == "FilterBank: 4×4×2 ∗ 2 filters 3×3×2 → 2×2×2, 8 steps"
    own = widgets.FilterBank(np.eye(3), np.ones((3, 1, 2, 2)))
    assert "kernel" not in own.setting and own.setting["count"] == 3
    assert own.scene().grids[1].stack == "feature 0"


def test_a_matrix_view_morphs_with_the_choice_and_follows_edits():
    widget = widgets.MatrixView()
    for kind, rows in (("dense", 4), ("sparse", 4), ("shared", 4), ("transposed", 9)):
        assert widget.scene(kind=kind).grid("matrix").shape[0] == rows
    assert edited(widget, "filter", 0, 1, 8).grid("matrix").values[0, 1] == 8
    assert edited(widget, "input", 2, 2, -6).grid("x").values[8, 0] == -6
    assert widget.scene(input=4).grid("input").values[2, 2] == -6
    with pytest.raises(ValueError, match="cannot be changed here"):
        widget.edit("matrix", 0, 0, 1)


def test_the_size_sliders_of_a_matrix_view_open_on_all_of_an_own_array():
    widget = widgets.MatrixView(np.eye(3), np.ones((2, 1)))
    assert widget.setting["input"] == 3 and "kernel" not in widget.setting
    assert repr(widget) == "MatrixView: shared, 6×9 matrix, 3 parameters, 6 steps"


def test_groups_go_through_the_divisors_and_share_one_set_of_weights():
    widget = widgets.Grouped()
    assert widget._control_list[0].values() == ("1", "2", "4")
    scene = edited(widget, "filter 3", 1, 7, 9)  # channel 3, row 1, column 1
    assert scene.grid("filter 3").values[1, 7] == 9
    assert widget.scene(groups="4").grid("filter 3").values[1, 7] == 9
    assert edited(widget, "channel 2", 0, 1, 5).grid("channel 2").values[0, 1] == 5
    assert edited(widget, "pointwise", 1, 2, 6, pointwise=True).grid("pointwise").values[1, 2] == 6


def test_a_weight_cut_away_by_the_groups_cannot_be_edited():
    with pytest.raises(ValueError, match="filter 3 has no weight there: lower groups to connect it"):
        widgets.Grouped(groups=4).edit("filter 3", 0, 0, 1)


def test_own_pointwise_weights_are_shown_at_once():
    widget = widgets.Grouped(pointwise=np.ones((1, 4), int))
    assert repr(widget).startswith("Grouped: 3×3×4, 4 filters 2×2, groups 2 + pointwise → 2×2,")


def test_editing_a_named_kernel_makes_an_own_one_and_splits_it_anew():
    widget = widgets.Separable()
    widget.edit("kernel", 0, 0, 5)
    assert widget.setting == {"kernel": "own"}
    assert ", rank 2, " in repr(widget)
    assert widget.scene().grid("remainder").values.any()
    widget.edit("input", 0, 0, 3)
    assert widget.scene(kernel="Sobel").grid("input").values[0, 0] == 3


@pytest.mark.parametrize("name", scenes.SEPARABLE_KERNELS)
def test_every_named_kernel_fits_the_default_image(name):
    assert widgets.Separable(kernel=name).scene().grid("kernel").values.shape[0] in (3, 5)


def test_tiles_open_on_more_sets_and_an_edit_finds_its_set():
    widget = widgets.Tiled()
    assert [widget.scene(tiles=t).grid("set used").values.max() for t in range(1, 5)] == [0, 3, 8, 15]
    scene = edited(widget, "sets 2 and 3", 1, 2, 7)  # set 3, row 1, column 0
    assert scene.grid("sets 2 and 3").values[1, 2] == 7
    assert widget.scene(tiles=3).grid("sets 3 to 5").values[1, 2] == 7
    assert edited(widget, "input", 0, 0, 2).grid("input").values[0, 0] == 2


def test_tiles_reach_from_one_set_to_one_for_each_output():
    for shape, most in (((5, 5), 4), ((3, 3), 2), ((9, 7), 8), ((12, 12), 8)):
        widget = widgets.Tiled(np.ones(shape))
        assert widget._control_list[0].high == most
    # a larger stride leaves fewer outputs: more sets than these would never be used
    widget = widgets.Tiled(tiles=4, stride=2)
    assert repr(widget).startswith("Tiled: 5×5 ∗ 2×2 sets of 2×2 → 2×2, 16 weights")
    assert edited(widget, "sets 2 and 3", 0, 3, 7).grid("sets 2 and 3").values[0, 3] == 7
    own = np.arange(4).reshape(2, 2, 1, 1)
    assert widgets.Tiled(sets=own, tiles=1).scene().grid("set 0").values.tolist() == [[0]]
    with pytest.raises(ValueError, match="2×2 sets are more than the 1×1 outputs: use fewer"):
        widgets.Tiled([[1]], own)


@pytest.mark.parametrize("image", [None, np.ones((2, 2)), np.ones((5, 5)), np.ones((4, 6))])
def test_no_slider_of_a_matrix_view_leads_to_what_does_not_fit(image):
    widget = widgets.MatrixView(image, padding=0)
    sizes = [c for c in widget._control_list if c.name in ("input", "kernel")]
    for values in itertools.product(*(c.values() for c in sizes)):
        widget.scene(**dict(zip([c.name for c in sizes], values, strict=True)))


def test_filters_that_come_with_a_widget_are_as_deep_as_the_image():
    for channels in (1, 2, 4):
        scene = widgets.Volume(np.ones((channels, 4, 4))).scene()
        assert sum(grid.role == "filter" for grid in scene.grids) == 2 * channels + 2
    assert widgets.Grouped(np.ones((3, 3, 3))).setting["groups"] == "3"
    assert widgets.Grouped(np.ones((1, 3, 3))).setting["groups"] == "1"
    assert [grid.values.item() for grid in widgets.Volume(bias=5).scene().grids if "bias" in grid.name] == [5, 5]


def test_the_famous_dilations_reach_every_input_of_a_field_of_27():
    scene = widgets.DilatedStack([1, 3, 9]).scene()
    assert scene.question.answer == 27
    assert scene.steps[3].sentence == "Output 0 reaches over the inputs from 0 to 26."
    assert [grid.text(0, 5) for grid in scene.grids[1:]] == ["5"] * 3


def test_dilations_double_stay_or_come_round_again():
    widget = widgets.DilatedStack(layers=4, kernel=2)
    fields = [widget.scene(dilations=choice).question.answer for choice in
              ("1, 2, 4, …", "1, 1, 1, …", "2, 2, 2, …")]
    assert fields == [16, 5, 9]
    own = widgets.DilatedStack((1, 3), kernel=2)
    assert own.setting["dilations"] == "1, 3" and own.setting["layers"] == 2
    assert own.scene(layers=3).question.answer == 1 + 1 + 3 + 1


def test_layers_are_switched_on_and_off():
    widget = widgets.ReceptiveField()
    assert repr(widget.scene(layer_3=False)) == (
        "ReceptiveField: 10×10, 2 layers → 4×4, field 4×4, jump 2, 16 steps"
    )
    assert widget.scene(layer_4=True, kernel_4=2).question.answer == (10, 10)
    assert widget.scene(layer_4=True, kernel_4=1).question.answer == (8, 8)


def test_every_preset_of_the_receptive_field_is_its_stack():
    widget = widgets.ReceptiveField()
    for name, (layers, size) in scenes.STACKS.items():
        scene = widget.scene(**widget._preset_map[name])
        assert repr(scene) == repr(scenes.receptive_field(layers, size))


def test_a_receptive_field_takes_layers_of_geometry():
    widget = widgets.ReceptiveField([geometry.Layer(5, stride=2, padding=1)], input=9)
    assert repr(widget) == "ReceptiveField: 9×9, 1 layer → 4×4, field 5×5, jump 2, 16 steps"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: widgets.Volume(np.ones((2, 3, 3)), np.ones((1, 3, 2, 2))), ValueError, "filters have 3 channels"),
        (lambda: widgets.Volume([[1]]), ValueError, "image has 2 dimensions"),
        (lambda: widgets.FilterBank(kernel=9), ValueError, "kernel=9 is outside this widget's slider"),
        (lambda: widgets.FilterBank(np.ones(3)), ValueError, "image has 1 dimensions"),
        (lambda: widgets.MatrixView(kind="full"), ValueError, "kind='full' is not offered here: use one of dense"),
        (lambda: widgets.Grouped(groups=3), ValueError, "groups='3' is not offered here: use one of 1, 2, 4"),
        (lambda: widgets.Separable(kernel="blur"), ValueError, "kernel='blur' is not known: use one of Sobel"),
        (lambda: widgets.Separable(kernel=[[np.inf]]), ValueError, "kernel holds NaN or infinity"),
        (lambda: widgets.Tiled(tiles=9), ValueError, "tiles=9 is outside this widget's slider"),
        (lambda: widgets.DilatedStack("1, 2"), ValueError, "dilations='1, 2' is not offered here: use one of '1, 2, 4, …', "),
        (lambda: widgets.DilatedStack(4), TypeError, r"dilations=4 is no list: use one, such as \[1, 2, 4\]"),
        (lambda: widgets.DilatedStack([]), ValueError, "dilations is empty: a stack has one layer or more"),
        (lambda: widgets.ReceptiveField(3), TypeError, "layers=3 is no list: use one, such as"),
        (lambda: widgets.ReceptiveField([{"kernel": 3}]), ValueError, r"layers\[0\] has no option 'kernel'"),
        (lambda: widgets.FilterBank(count=9), ValueError, "count=9 is outside this widget's slider"),
        (lambda: widgets.DilatedStack(kernel=7), ValueError, "kernel=7 is outside this widget's slider"),
        (lambda: widgets.ReceptiveField([]), ValueError, "layers has 0 entries: this widget shows 1 to 4"),
        (lambda: widgets.ReceptiveField([{"kernel_size": 3, "padding": "same"}]), ValueError,
         "padding_1='same' is outside this widget's slider: use a whole number"),
        (lambda: widgets.ReceptiveField([{"kernel_size": 3}], input=3), ValueError, "input=3 is outside"),
    ],
)
def test_what_a_widget_cannot_show_is_refused_when_it_is_made(make, error, words):
    with pytest.raises(error, match=words):
        make()
