"""Arrays that are too large, do not fit or hold no numbers: every widget shows them or says so."""

import json
import re

import numpy as np
import pytest

from convviz import widgets

#: The arrays each widget takes, by name, with their number of dimensions.
ARRAYS = {
    "Augmentation": {"image": 2},
    "AveragePoolBackward": {"dy": 2},
    "BatchNorm": {"x": 1, "dy": 1},
    "Convolution1D": {"signal": 1, "kernel": 1},
    "Convolution2D": {"image": 2, "kernel": 2},
    "ConvolutionBackwardInput": {"image": 2, "kernel": 2, "dy": 2},
    "ConvolutionBackwardWeight": {"image": 2, "kernel": 2, "dy": 2},
    "Dropout": {"image": 2, "dy": 2},
    "Equivariance": {"image": 2, "kernel": 2},
    "Formants": {"along_frequency": 2, "along_time": 2},
    "FilterBank": {"image": 2, "filters": 4},
    "Grouped": {"image": 3, "weights": 4},
    "ImageKernels": {"image": 2, "kernel": 2},
    "MatrixView": {"image": 2, "kernel": 2},
    "MaxRouting": {"image": 2, "dy": 2},
    "Neocognitron": {"images": 3},
    "OrientationTuning": {"field": 2},
    "PaddingModes": {"image": 2},
    "Pooling": {"image": 2, "weights": 2},
    "RateSchedule": {"losses": 1},
    "Separable": {"image": 2, "kernel": 2},
    "ShiftResponse": {"image": 2},
    "Tiled": {"image": 2, "sets": 4},
    "TimeDelay": {"sound": 2, "first": 3, "second": 3},
    "TransformedFilters": {"image": 2, "kernel": 2},
    "TransposedConvolution": {"image": 2, "kernel": 2},
    "Unpooling": {"image": 2},
    "Volume": {"image": 3, "filters": 4},
}
#: The numbers by which the others are made, and one too large for them.
SIZES = {
    "Arithmetic": {"input": 99}, "PixelUse": {"kernel": 99}, "DilatedStack": {"kernel": 99},
    "ReceptiveField": {"input": 999}, "Descent": {"steps": 99}, "SignalDepth": {"layers": 99},
}
#: What was found in pictures, and networks on sounds: test_invariance.py, test_encoders.py and
#: test_sequences.py give them bad ones.
FOUND = {"BoundingBoxes", "NextSample", "Pose", "Reconstruction", "Scanning", "Segmentation"}
CASES = [(name, array, ndim) for name, arrays in ARRAYS.items() for array, ndim in arrays.items()]


def test_no_widget_is_left_out():
    players = {name for name in widgets.__all__ if hasattr(getattr(widgets, name), "save_page")}
    assert players == {*ARRAYS, *SIZES, *FOUND}


def told(make):
    """What a widget says that cannot be made, or what the one that is made sends to the page."""
    try:
        widget = make()
    except (TypeError, ValueError) as error:
        return str(error), None
    [scene] = json.loads(widget._packed([widget.setting]))["scenes"].values()
    return None, scene


@pytest.mark.parametrize(("name", "array", "ndim"), CASES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf], ids=str)
def test_what_is_no_number_is_shown_as_such_or_refused_by_its_place(name, array, ndim, bad):
    good = default(name, array, ndim)
    good.ravel()[0] = bad
    words, scene = told(lambda: getattr(widgets, name)(**{array: good}))
    if scene is None:
        assert array in words and ("nan" in words or "inf" in words or "finite" in words), words
    else:
        texts = {text for grid in scene["grids"] for text in grid.get("texts", ())}
        assert texts & {"NaN", "∞", "−∞"}


def default(name, array, ndim):
    """An array of the size that a widget shows by itself."""
    sizes = {"AveragePoolBackward": (3, 3), "MaxRouting": (2, 2), "ConvolutionBackwardInput": (2, 2),
             "Dropout": (3, 3), "BatchNorm": (6,)}
    if array == "dy":
        return np.ones(sizes.get(name, (2, 2)))
    shapes = {
        ("Neocognitron", "images"): (2, 8, 8), ("Volume", "filters"): (2, 3, 3, 3),
        ("Volume", "image"): (3, 5, 5), ("Grouped", "image"): (4, 3, 3),
        ("Grouped", "weights"): (4, 4, 2, 2), ("FilterBank", "filters"): (4, 1, 3, 3), ("MatrixView", "image"): (3, 3),
        ("Tiled", "sets"): (2, 2, 2, 2), ("OrientationTuning", "field"): (7, 7),
        ("ShiftResponse", "image"): (32, 32), ("Formants", "along_frequency"): (5, 1),
        ("Formants", "along_time"): (1, 3), ("TimeDelay", "sound"): (3, 12),
        ("TimeDelay", "first"): (2, 3, 2), ("TimeDelay", "second"): (1, 2, 2),
    }
    small = array in ("kernel", "weights")
    return np.ones(shapes.get((name, array), ((3,) if small else (6,)) * ndim))


@pytest.mark.parametrize(("name", "array", "ndim"), CASES)
def test_an_array_of_many_numbers_becomes_an_image_or_is_refused_with_the_remedy(name, array, ndim):
    shape = (*default(name, array, ndim).shape[:-2], 200, 200)[-ndim:]
    words, scene = told(lambda: getattr(widgets, name)(**{array: np.ones(shape)}))
    if scene is None:
        assert re.search("20[024]|401|40000", words) and re.search(r"[:;] \w", words), words
    else:
        large = [grid for grid in scene["grids"] if max(grid["shape"]) > 64]
        assert all(grid["display"] == "image" for grid in large)


@pytest.mark.parametrize("name", [name for name, arrays in ARRAYS.items() if len(arrays) > 1])
def test_a_filter_larger_than_its_image_is_refused_with_the_remedy_or_given_padding(name):
    image, ndim = next(iter(ARRAYS[name].items()))
    tiny = np.ones((*default(name, image, ndim).shape[:-2], 1, 1)[-ndim:])
    words, scene = told(lambda: getattr(widgets, name)(**{image: tiny}))
    assert scene or ":" in words, words


@pytest.mark.parametrize("name", SIZES)
def test_a_size_too_large_to_show_is_refused_with_the_remedy(name):
    words, scene = told(lambda: getattr(widgets, name)(**SIZES[name]))
    assert scene is None and "99" in words and ":" in words
