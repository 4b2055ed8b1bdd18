"""Arrays too large for numbers: images that say so, hold what the same scene holds in small, and
tell a number of each row."""

import numpy as np
import pytest

from convviz import scenes

LARGE = np.random.default_rng(4).integers(-9, 10, (3, 30, 40))
FILTERS = np.random.default_rng(5).integers(-3, 4, (2, 3, 3, 3))
MAKE = {
    "Pooling": (lambda x: scenes.pooling(x[0], kinds=["max", "average", "learned"]), "learned"),
    "PaddingModes": (lambda x: scenes.padding_modes(x[0], 1, "replicate"), "padded"),
    "Volume": (lambda x: scenes.volume(x, FILTERS, [1, 2]), "map 1"),
    "FilterBank": (lambda x: scenes.filter_bank(x, FILTERS), "map 0"),
    "Grouped": (lambda x: scenes.grouped(x, np.ones((3, 3, 2, 2), int), 3), "map 2"),
    "Separable": (lambda x: scenes.separable(x[0], FILTERS[0, 0]), "between"),
    "Tiled": (lambda x: scenes.tiled(x[0], FILTERS[:, :2]), "output"),
}
#: One for each row of a result, of each of several; with those of the pooling that has windows.
STEPS = {"Pooling": 15, "PaddingModes": 32, "Volume": 2 * 28, "FilterBank": 2 * 28, "Grouped": 3 * 29,
         "Separable": 2 * 28, "Tiled": 28}


@pytest.mark.parametrize("name", MAKE)
def test_a_large_array_is_shown_as_images_that_say_so(name):
    make, result = MAKE[name]
    scene, small = make(LARGE), make(LARGE[:, :12, :12])
    assert repr(scene).startswith(name)
    assert scene.summary.endswith(f"{STEPS[name]} steps, as images")
    assert len(scene.steps) == STEPS[name] and len(small.steps) > 9
    for grid in scene.grids:
        assert (grid.display == "image") == (max(grid.shape) > 24)
        assert not grid.hidden
        told = grid.note.count("too large for numbers: point at it")
        assert told == (grid.role == "input" and grid.display == "image"), grid.note
    rows, columns = (slice(0, size - 2) for size in small.grid(result).shape)
    assert np.allclose(scene.grid(result).values[rows, columns], small.grid(result).values[rows, columns])


@pytest.mark.parametrize("name", MAKE)
def test_what_is_too_large_even_for_an_image_is_refused_with_the_remedy(name):
    with pytest.raises(ValueError, match="at most 128×128 cells are shown; crop it"):
        MAKE[name][0](np.ones((3, 5, 200)))


def test_what_is_nowhere_negative_stays_a_photograph():
    scene = scenes.pooling(np.abs(LARGE[0]), kernel_size=1, stride=1, kinds=["max"])
    assert [grid.shade for grid in scene.grids] == ["gray", "gray"]
    assert scenes.pooling(LARGE[0], kernel_size=2, stride=1, kinds=["average"]).grid("average").shade == "signed"


@pytest.mark.parametrize("name", [name for name in MAKE if name not in ("Pooling", "PaddingModes")])
def test_the_sum_of_each_row_is_right_and_its_place_is_framed(name, sides):
    scene = MAKE[name][0](LARGE)
    # the column and the row of a kernel of rank 3 are written with two decimals
    off = 0.5 if name == "Separable" else 0
    for k, step in enumerate(scene.steps):
        first, *others = sides(scene, k)
        assert all(abs(first - other) <= off for other in others)
        framed = {grid for grid, *_ in step.windows}
        assert framed >= {grid.name for grid in scene.grids if grid.name == step.result[0] and grid.display == "image"}


def test_rows_are_left_out_where_each_has_many_products():
    scene = scenes.volume(np.ones((8, 100, 100)), np.ones((8, 8, 5, 5)))
    assert 0 < sum(len(step.terms()) for step in scene.steps) < 6000
    assert scene.summary.endswith(f"{len(scene.steps)} steps, as images")


def test_the_padding_of_a_picture_is_told_row_by_row():
    scene = MAKE["PaddingModes"][0](LARGE)
    assert [step.result for step in scene.steps] == [("padded", r, 0) for r in range(32)]
    for step in scene.steps:
        (cell,) = step.terms()[0]
        assert scene.grid("padded").values[cell[1:]] == scene.grid("padded").values[step.result[1:]]


def test_pictures_without_padding_have_nothing_to_tell():
    assert scenes.padding_modes(LARGE[0], 0).steps == ()
