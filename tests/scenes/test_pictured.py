"""Arrays too large for numbers: images that say so, and hold what the same scene holds in small."""

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


@pytest.mark.parametrize("name", MAKE)
def test_a_large_array_is_shown_as_images_that_say_so(name):
    make, result = MAKE[name]
    scene, small = make(LARGE), make(LARGE[:, :12, :12])
    assert repr(scene).startswith(name) and scene.summary.endswith(", as images")
    assert scene.steps == () and len(small.steps) > 9
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
