"""What the widgets are not made of, and how they say so."""

import json

import numpy as np
import pytest

from convviz import widgets


@pytest.mark.parametrize("bad", ["same", (1, 2), 1.5, None, True, [1], -1])
@pytest.mark.parametrize("name", ["padding", "stride", "dilation"])
def test_a_slider_is_started_at_whole_numbers_only(name, bad):
    with pytest.raises(ValueError, match=f"{name}=.* is outside this widget's slider: use a whole number"):
        widgets.Convolution2D(**{name: bad})


def test_numbers_and_truth_values_of_numpy_move_the_controls():
    widget = widgets.Convolution2D(padding=np.int64(1), flip=np.True_, step=np.int32(3))
    assert json.loads(json.dumps(widget.setting))["padding"] == 1
    assert widget.setting["flip"] is True and type(widget.step) is int


@pytest.mark.parametrize("name", ["flip", "relu"])
@pytest.mark.parametrize("bad", ["yes", None, 1, np.ones(2)])
def test_a_switch_is_on_or_off(name, bad):
    with pytest.raises(ValueError, match=f"{name}=.* is not offered here: use one of False, True"):
        widgets.Convolution2D(**{name: bad})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: widgets.Convolution2D(filter=[[1]]),
         "Convolution2D has no argument 'filter': use image, kernel, bias, stride, .*, step or predict"),
        (lambda: widgets.ConvolutionBackwardInput(dilation=2),
         "ConvolutionBackwardInput has no argument 'dilation': use image, kernel, dy, stride, padding, step or"),
    ],
)
def test_an_argument_that_is_none_is_answered_with_those_there_are(make, words):
    with pytest.raises(TypeError, match=words):
        make()


def test_a_slider_reaches_as_far_as_its_first_value():
    assert widgets.Convolution2D(padding=4).setting["padding"] == 4


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: widgets.Convolution2D(step=9), ValueError, "step=9 is not there: .* steps 0 to 8"),
        (lambda: widgets.Convolution2D(step="x"), TypeError, "step must be an integer, got 'x'"),
        (lambda: widgets.Convolution2D([[1, 2], [3]]), ValueError, "image is no array: give every row"),
        (lambda: widgets.Convolution2D(None, [["a"]]), TypeError, "kernel has dtype <U1"),
        (lambda: widgets.Convolution1D([[1, 2]], [1]), ValueError, "signal has 2 dimensions"),
        (lambda: widgets.Convolution2D(np.ones((2, 2, 2))), ValueError, "image has 3 dimensions"),
        (lambda: widgets.PaddingModes("abc"), TypeError, "image has dtype <U3"),
        (lambda: widgets.ImageKernels(None, [[1j]]), TypeError, "kernel has dtype complex128"),
        (lambda: widgets.ImageKernels(None, [["a"]]), TypeError, "kernel has dtype <U1"),
        (lambda: widgets.ImageKernels([[np.nan]]), ValueError, "image holds nan at row 0, column 0"),
        (lambda: widgets.ImageKernels([]), ValueError, "image has 1 dimensions"),
    ],
)
def test_a_widget_is_not_made_of_what_it_cannot_show(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: widgets.Convolution2D(stride=10**9), "stride=1000000000 is outside .* from 1 to 255"),
        (lambda: widgets.DilatedStack(layers=10**9), "layers=1000000000 is outside .* from 1 to 255"),
        (lambda: widgets.ConvolutionBackwardWeight(padding=10**9), "padding=1000000000 is outside"),
    ],
)  # fmt: skip
def test_no_slider_is_without_an_end(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: widgets.Convolution2D(np.ma.masked_less(np.arange(9).reshape(3, 3), 2)), ValueError,
         r"image has 2 masked numbers: .* fill them, for instance by image.filled\(0\)"),
        (lambda: widgets.FilterBank([[1, 2], [3]]), ValueError, "image is no array: give every row"),
        (lambda: widgets.FilterBank(bias=[[1], [2, 3]]), ValueError, "bias is no array: give every row"),
        (lambda: widgets.AveragePoolBackward([]), ValueError, "dy has 1 dimensions"),
        (lambda: widgets.AveragePoolBackward([[1, 2], [3]]), ValueError, "dy is no array: give every row"),
        (lambda: widgets.BatchNorm([3]), ValueError, r"x=\[3\] has no variance: give 2 values or more"),
        (lambda: widgets.Descent(steps=1.5), TypeError, "steps must be an integer, got 1.5"),
        (lambda: widgets.ShiftResponse(image="cat.png"), ValueError, "image must be 32×32"),
        (lambda: widgets.ShiftResponse(image=np.ones((32, 32), complex)), TypeError, "image has dtype complex"),
        (lambda: widgets.ShiftResponse(image=np.full((32, 32), 1e300)), ValueError, "finite numbers below 1e"),
        (lambda: widgets.ShiftResponse(image=[[1, 2], [3]]), ValueError, "image is no array"),
        (lambda: widgets.Reconstruction(5, 5, 5), ValueError, r"given has shape \(\): use \(N, rows"),
        (lambda: widgets.Pose(guess="here"), TypeError, "guess has dtype <U4: it needs real numbers"),
    ],
)  # fmt: skip
def test_awkward_arrays_are_named_with_the_rule_and_the_remedy(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_small_image_needs_no_shift_of_its_own():
    assert widgets.Equivariance([[5]], [[2]]).setting["shift"] == 0


@pytest.mark.filterwarnings("error")
def test_a_kernel_of_huge_numbers_keeps_them():
    scene = widgets.Separable(kernel=np.full((3, 3), 1e300)).scene()
    assert scene.grid("row").values.tolist() == [[1e300] * 3]


def test_an_edit_that_is_refused_leaves_nothing_to_undo():
    widget, heard = widgets.Grouped(), []
    widget.send = lambda content, buffers=None: heard.append(content)
    before = widget.scene().grid("filter 3").values.tolist()
    for value, words in ((5, "filter 3 has no weight there: lower groups"), (10**400, "beyond the largest float")):
        widget._on_message(widget, {"kind": "edit", "setting": widget.setting, "grid": "filter 3",
                                    "row": 0, "column": 0, "value": value}, [])
        assert heard[-1]["kind"] == "refused" and words in heard[-1]["reason"]
    assert not widget._undoable
    widget.edit("filter 3", 0, 7, 5)
    widget.undo()
    assert widget.scene().grid("filter 3").values.tolist() == before and not widget._undoable
